"""Days whose calls rise and fall: limits, published figures, simulation, finer steps; bad input."""

import numpy as np
import pandas as pd
import pytest

from crmkit import queues
from crmkit.queues import CallCentre, Line, Team, transient

HOUR = 3600.0


def test_a_day_that_never_changes_comes_to_the_formula():
    for agents, patience in ((52, 120), (40, 60), (56, np.inf)):
        table = queues.day([600] * 16, handle_s=300, agents=[agents] * 16, patience_s=patience, method="exact")
        known = queues.erlang_a(CallCentre(600, 300, agents, patience))
        for name in ("p_wait", "p_abandon", "service_level", "queue", "occupancy"):
            assert table[name].iloc[-1] == pytest.approx(getattr(known, name), rel=2e-3, abs=1e-5), name
    plain = queues.day([600] * 3, handle_s=300, agents=[52] * 3, patience_s=120, method="sipp")
    assert plain["p_abandon"].iloc[1] == pytest.approx(queues.erlang_a(CallCentre(600, 300, 52, 120)).p_abandon)


def test_the_load_lags_behind_the_calls_as_published():
    """Calls 30 + 20 sin 5t, service 1: the load swings by 3.92232 and lags by 0.27468 (Eick, Massey & Whitt 1993)."""
    cycle, each = 2 * np.pi / 5, 400
    t = (np.arange(20 * each) + 0.5) * cycle / each
    load = queues.modified_load(30 + 20 * np.sin(5 * t), handle_s=HOUR, interval_s=HOUR * cycle / each, before=30.0)
    last = load[-each:]
    assert last.max() == pytest.approx(33.9223227027637, abs=2e-3)
    lag = t[-each:][last.argmax()] - (t[-each] - 0.5 * cycle / each) - np.pi / 10
    assert lag == pytest.approx(0.274680153389003, abs=cycle / each)


def test_the_load_of_an_interval_is_its_integral():
    fine = queues.modified_load(np.repeat([100.0, 400.0, 50.0], 1_000), handle_s=240, interval_s=1.8, before=3.0)
    coarse = queues.modified_load([100.0, 400.0, 50.0], handle_s=240, interval_s=1_800, before=3.0)
    np.testing.assert_allclose(fine.reshape(3, 1_000).mean(axis=1), coarse, rtol=1e-12)


def wave(intervals=32, top=1_200):
    shape = 0.55 - 0.45 * np.cos(np.linspace(0, 2 * np.pi, intervals, endpoint=False))
    rate = top * shape
    return rate, queues.staff(CallCentre(rate, 300, 1, 180), service_level=0.8)


def test_finer_steps_change_nothing_that_matters(monkeypatch):
    rate, agents = wave()
    usual = queues.day(rate, handle_s=300, agents=agents, patience_s=180, interval_s=900, method="exact")
    monkeypatch.setattr(transient, "STEP", 5.0)
    fine = queues.day(rate, handle_s=300, agents=agents, patience_s=180, interval_s=900, method="exact")
    for name in ("p_wait", "p_abandon", "service_level", "occupancy"):
        assert (usual[name] - fine[name]).abs().max() < 1e-3, name


def test_simulated_days_agree_with_the_exact_one_and_not_with_the_plain_one():
    """Sixty days: abandonment by interval within four errors of the exact chances; staff here never falls in the middle.

    (When agents go home the formula hands their call on, the simulator lets them finish it.)
    """
    rate, agents = wave()
    rate, agents = rate[:17], np.maximum.accumulate(agents[:17])
    exact, plain = (
        queues.day(rate, handle_s=300, agents=agents, patience_s=180, interval_s=900, method=how)
        for how in ("exact", "sipp")
    )
    days = []
    for seed in range(60):
        log = queues.simulate(
            [Line("all", rate, 300, 180)], [Team("all", agents)], hours=17 / 4, interval_s=900, seed=seed
        )
        place = (log["arrived"] - pd.Timestamp("2025-01-01")).dt.total_seconds() // 900
        days.append(log.groupby(place.astype(int))["abandoned"].mean())
    days = pd.DataFrame(days)
    error = days.std() / 60**0.5
    assert ((days.mean() - exact["p_abandon"]).abs() < 4 * error + 1e-3).all()
    assert ((days.mean() - plain["p_abandon"]).abs() > 4 * error + 1e-3).any()


def test_the_load_worked_off_tells_more_than_each_interval_for_itself():
    """A fast swing, staff by square root of the rate: plain chances swing between 0 and 1, the exact ones do not."""
    t = np.arange(60) / 60 * 2 * np.pi
    rate = 3_600 / 60 * (30 + 20 * np.sin(5 * t))  # calls an hour of a minute each
    own = queues.modified_load(rate, handle_s=60, interval_s=15.0, before=30.0)
    agents = np.ceil(own + 1.42 * np.sqrt(own))
    exact, mol, sipp = (
        queues.day(rate, handle_s=60, agents=agents, patience_s=60, interval_s=15.0, method=how)["p_wait"].iloc[24:]
        for how in ("exact", "mol", "sipp")
    )
    assert np.abs(mol - exact).mean() < np.abs(sipp - exact).mean() / 3


def test_callers_who_never_hang_up_pile_up_and_are_worked_off():
    table = queues.day([60, 240, 60, 0], handle_s=180, agents=[5, 5, 5, 5], method="exact")
    assert table["queue"].iloc[1] > 30 and table["queue"].iloc[3] < table["queue"].iloc[2]
    assert (table["p_abandon"] == 0).all() and table["occupancy"].iloc[1] > 0.95


GOOD = {"handle_s": 300, "agents": [5, 5], "patience_s": 60}
BAD = {
    "method": (lambda: queues.day([1, 2], **GOOD, method="magic"), "sipp, mol, exact"),
    "lengths": (lambda: queues.day([1, 2, 3], **GOOD), "agents has 2 intervals and calls_per_h 3"),
    "no agents": (lambda: queues.day([1, 2], **GOOD | {"agents": [0, 5]}), "agents holds 0"),
    "half": (lambda: queues.day([1, 2], **GOOD | {"agents": [1.5, 5]}), "agents holds 1.5"),
    "rates": (lambda: queues.day([-1, 2], **GOOD), "calls_per_h holds -1"),
    "handle": (lambda: queues.day([1, 2], **GOOD | {"handle_s": 0}), "handle_s=0"),
    "interval": (lambda: queues.day([1, 2], **GOOD, interval_s=0), "interval_s=0"),
    "no balance": (lambda: queues.day([600, 2], handle_s=300, agents=[5, 5], method="sipp"), "without end"),
    "before": (lambda: queues.modified_load([1], handle_s=1, before=-1), "before=-1"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
