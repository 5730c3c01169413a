"""The decision of case 11, how many stores are moved, against the truth of the world."""

import itertools

import pytest

from crmkit.checks import case_11
from crmkit.checks.case_11 import steps


@pytest.fixture(scope="module")
def case():
    return case_11.case(107)


def test_stores_are_moved_in_the_order_of_their_sales(case):
    decided = case_11.DECISION
    for number in (1, 7, len(case_11.weekly(case))):
        some = case_11.weekly(case).nlargest(number).index
        assert decided.profit(case, number) == pytest.approx(case_11.true_net(case, some))
    # Gain grows with what a store sells, so the stores that pay by the estimate are the largest ones.
    plan = steps.large_enough(case)
    assert decided.profit(case, len(plan)) == pytest.approx(case_11.true_net(case, plan))
    assert decided.profit(case, 0) == 0


def test_no_number_of_stores_brings_more_than_the_best(case):
    decided = case_11.DECISION
    each = [decided.profit(case, number) for number in range(21)]
    assert max(each) == each[decided.best(case)] > each[20] == decided.profit(case, decided.rule(case))
    # The larger a store, the more its move brings: gains fall from store to store up to the noise of single articles.
    steps_down = [after - before for before, after in itertools.pairwise(each)]
    assert sum(steps_down[:10]) > sum(steps_down[10:])


@pytest.mark.parametrize("answer", [-1, 21, 2.5, "all", True])
def test_a_number_of_stores_that_there_is_not_is_refused(case, answer):
    with pytest.raises((ValueError, TypeError), match="stores="):
        case_11.DECISION.profit(case, answer)
