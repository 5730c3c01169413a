"""What every bank of questions must keep, and who holds it against that."""

from collections import Counter
from dataclasses import replace

from crmkit.checks import Sheet
from crmkit.checks.question import OPEN

LEAST_SLIPS = 3


def hold(name, case, answers=None):
    """Check one bank on one case; Counter of slips that fell on the right answer. `answers` collects these."""
    sheet, fell = Sheet(name, case), Counter()
    for asked in sheet.bank.values():
        right, slips = asked.solve(case)
        if answers is not None:
            answers[asked.name].append(right)
        # Judging solves anew each time; here the same answer serves for every slip.
        asked = replace(asked, solve=lambda _, solved=(right, slips): solved)
        assert asked.judge(case, right).right, f"{asked.name}: the right answer {right!r} is not taken"
        assert asked.judge(case, ...).state == OPEN
        assert len({slip.says for slip in slips}) >= LEAST_SLIPS, f"{asked.name} knows too few slips"
        for slip in slips:
            verdict = asked.judge(case, slip.value)
            if verdict.right:
                fell[asked.name, slip.says] += 1
            else:
                named = {other.says for other in slips if other.value == slip.value} | {slip.says}
                assert verdict.slip in named or _near(asked, slip, slips), (asked.name, slip, verdict)
    return fell


def _near(asked, slip, slips):
    """Two slips within the tolerance of one another: either may be named."""
    return any(asked._same(asked._read(slip.value, slip.value), other.value) for other in slips if other is not slip)
