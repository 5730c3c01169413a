"""Moved work: nothing is lost on the way, money by hand, coverage of the pilot's interval, bad input."""

import numpy as np
import pandas as pd
import pytest

from crmkit import profit

VOLUME = pd.Series({"counter": 1_000.0, "machine": 400.0, "online": 100.0})
COSTS = pd.Series({"counter": 4.0, "machine": 1.0, "online": 0.25})
TO = pd.Series({"machine": 0.3, "online": 0.2})


def test_work_moves_and_none_is_lost():
    move = profit.migrate(VOLUME, COSTS, source="counter", to=TO)
    assert move.table["after"].sum() == pytest.approx(VOLUME.sum()) and move.induced == 0
    assert move.table["after"].to_dict() == pytest.approx({"counter": 500.0, "machine": 700.0, "online": 300.0})
    assert move.saved == pytest.approx(move.table["cost_before"].sum() - move.table["cost_after"].sum())
    assert move.low == move.saved == move.high


@pytest.mark.parametrize("induced", [0.2, 1.0, 20.0])
def test_new_work_is_added_and_paid_for(induced):
    move = profit.migrate(VOLUME, COSTS, source="counter", to=TO, induced=induced, one_off=900.0, years=3)
    assert move.table["after"].sum() == pytest.approx(VOLUME.sum() + move.induced)
    assert move.induced == pytest.approx(induced * move.moved)
    assert move.saved == pytest.approx(move.table["cost_before"].sum() - move.table["cost_after"].sum())
    still = profit.migrate(VOLUME, COSTS, source="counter", to=TO)
    assert still.saved - move.saved == pytest.approx(move.induced_cost)
    assert move.net == pytest.approx(3 * move.saved - 900)
    if move.saved > 0:
        assert move.payback_years * move.saved == pytest.approx(900)
    else:
        assert move.payback_years == np.inf


def test_nothing_spent_has_paid_at_once_and_a_loss_never():
    assert profit.migrate(VOLUME, COSTS, source="counter", to=TO).payback_years == 0
    assert profit.migrate(VOLUME, COSTS, source="online", to=pd.Series({"counter": 0.5})).payback_years == np.inf


@pytest.mark.parametrize("true", [(0.3, 0.2), (0.02, 0.01)])
def test_the_interval_of_a_pilot_covers(true):
    """1,000 pilots of 150: a coverage of 95 % has a standard error of 0.7 %; small shares are a little off."""
    rng = np.random.default_rng(7)
    truth = profit.migrate(VOLUME, COSTS, source="counter", to=pd.Series(true, index=TO.index)).saved
    inside = []
    for one in rng.multinomial(150, [*true, 1 - sum(true)], size=1_000):
        seen = pd.Series(one[:2] / 150, index=TO.index)
        move = profit.migrate(VOLUME, COSTS, source="counter", to=seen, one_off=500.0, pilot=150)
        assert move.low <= move.saved <= move.high and move.payback_low <= move.payback_years <= move.payback_high
        inside.append(move.low <= truth <= move.high)
    assert abs(np.mean(inside) - 0.95) < 0.04


def test_a_pilot_in_which_nobody_moved_is_no_proof():
    move = profit.migrate(VOLUME, COSTS, source="counter", to=0 * TO, pilot=30)
    assert move.saved == 0 and move.high > 0


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"source": "branch"}, "volume lacks the channel 'branch'"),
        ({"to": pd.Series({"counter": 0.1})}, "names the source 'counter' itself"),
        ({"to": pd.Series({"online": 0.7, "machine": 0.4})}, "add up to 1.1"),
        ({"to": pd.Series({"onlin": 0.5})}, "Did you mean 'online'"),
        ({"to": pd.Series({"online": -0.5})}, "expected 0 or more"),
        ({"induced": -1}, "induced=-1"),
        ({"one_off": np.nan}, "one_off=nan"),
        ({"years": 0}, "years=0"),
        ({"pilot": 0}, "pilot=0"),
        ({"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_is_named(change, match):
    with pytest.raises(ValueError, match=match):
        profit.migrate(VOLUME, COSTS, **({"source": "counter", "to": TO} | change))
