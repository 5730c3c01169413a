"""The scored decision of case 40: what a confidence saves in truth."""

import numpy as np
import pytest

from crmkit.checks import case_40
from crmkit.checks.case_40 import steps


@pytest.fixture(scope="module")
def case():
    return steps.case(7, customers=800)


def test_no_confidence_saves_more_than_the_best(case):
    decided, mails = case_40.DECISION, steps.next_year(case)
    most = decided.profit(case, decided.best(case))
    for least in np.linspace(0, 1, 41):
        machine = mails["confidence"] >= least
        saved = (steps.HUMAN - steps.ERROR * ~mails["right"])[machine].sum()
        assert decided.profit(case, least) == pytest.approx(saved)
        assert saved <= most + 1e-9
    assert decided.profit(case, decided.naive) == pytest.approx(decided.profit(case, "0"))
    assert decided.profit(case, 1.0) == 0 < most
    # The ratio turned round is far from what the right one saves.
    assert decided.profit(case, 1 - steps.HUMAN / steps.ERROR) > decided.profit(case, steps.HUMAN / steps.ERROR)


@pytest.mark.parametrize(
    ("answer", "match"),
    [("sure", "'sure' is no confidence"), (87, "87 cannot be asked for"), (None, "None"), (-0.1, "-0.1")],
)
def test_what_is_no_confidence_is_told(case, answer, match):
    with pytest.raises(ValueError, match=match):
        case_40.DECISION.profit(case, answer)


def test_a_wording_is_on_one_side_only(case):
    held = steps.learned(case)[1]
    wording = steps.wordings(case)
    assert not set(wording[held]) & set(wording[~held])
    assert (steps.held_out(case)["wording"].to_numpy() == wording[held]).all()
