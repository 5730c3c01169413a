"""Question banks of the cases: on the committed data, and on three other draws of the same world.

One class a case, so that the cases run beside each other.
"""

import importlib

import pytest
from bank import hold
from cases import NUMBERS, committed, notebook

from crmkit import checks

SEEDS = range(3)


class Laws:
    """What every bank keeps; `number` names it."""

    number: str

    @property
    def bank(self):
        return importlib.import_module(checks.BANKS[self.number])

    def test_every_slip_of_the_committed_case_is_named(self):
        assert not hold(self.number, committed(self.number))

    @pytest.mark.slow
    def test_the_bank_serves_other_draws_too(self):
        fell = {name for seed in SEEDS for name, _ in hold(self.number, self.bank.case(seed))}
        assert fell <= self.bank.BY_NATURE

    def test_the_notebook_puts_every_question(self):
        source = notebook(self.number).read_text(encoding="utf-8")
        for name in self.bank.BANK:
            assert name in source, f"{name} is never put"


for _number in NUMBERS:
    globals()[f"Test{_number}"] = type(f"Test{_number}", (Laws,), {"number": _number})
