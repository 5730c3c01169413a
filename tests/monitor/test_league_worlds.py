"""To stand in the place of the two tests that assert nothing: managers and credit lines of a bank, against its truth."""

import numpy as np
import pytest

from crmkit import monitor, worlds


def test_managers_of_a_bank_are_ranked_nearer_to_their_skill():
    """True chance of a sale in a talk, over eight banks: the fair table errs less, and its intervals hold.

    192 managers at 95 %: a standard error of 1.6 % if alone; those of one bank share a common law, so 3 of these.
    """
    errors, inside, n = [], 0, 0
    for seed in range(8):
        case = worlds.Bank(customers=1_000).draw(seed=seed)
        each = case.talks.groupby("manager_id")["sold"].agg(["sum", "count"])
        table = monitor.league(each["sum"].astype(int), each["count"])
        true = case.truth.managers.set_index("manager_id")["sale_chance"].reindex(table.index)
        errors.append((((table["shrunk"] - true) ** 2).mean(), ((table["naive"] - true) ** 2).mean()))
        inside += int(((table["low"] <= true) & (true <= table["high"])).sum())
        n += len(table)
    fair, naive = np.array(errors).T
    assert fair.mean() < naive.mean()
    assert inside / n == pytest.approx(0.95, abs=0.048)


def test_credit_lines_of_a_bank_that_were_exceeded_are_found_again():
    """The bank lists the month ends beyond the line: each of them warns, with the money by which it was beyond."""
    case = worlds.Bank(customers=1_000).draw(seed=3)
    told = monitor.limit_exceeded(case.exceeded, value="owed", limit="credit_limit", when="month")
    assert len(told) == len(case.exceeded) > 0 and told["by"].is_monotonic_decreasing
    owed = case.exceeded.loc[told.index]
    np.testing.assert_allclose(told["by"], owed["owed"] - owed["credit_limit"])
