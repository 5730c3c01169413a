"""The steps of case 33 against second ways."""

import pytest
from paths import ROOT

from crmkit import store
from crmkit.checks import case_33
from crmkit.checks.case_33 import steps


def test_all_minutes_by_hand_are_more_than_what_is_saved():
    case = store.load(ROOT / "datasets/bank")
    naive, worth, log = case_33.by_hand(case), case_33.worth(case), case_33.diary(case)
    year = log["minutes"].sum() / 12 * 52 / 60 * steps.WAGE
    assert naive.saved == pytest.approx(year) and naive.low < year < naive.high
    # A question asked of the warehouse takes six minutes of the same wage.
    assert naive.saved - worth.saved == pytest.approx(len(log) / 12 * 52 * 6 / 60 * steps.WAGE)
