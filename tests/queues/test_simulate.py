"""The simulator: by hand, against the other engine, against formulas; intervals that cover; logs; bad input."""

import importlib
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import queues, tables
from crmkit.queues import CallCentre, Line, Team, desk, single
from crmkit.queues.crew import rota_of
from crmkit.queues.desk import Load, Rota

HOUR = 3600.0
SERVED = ("wait", "group", "arrived", "kind", "origin", "handle", "unsettled")
room = sys.modules["crmkit.queues.simulate"]


def one_team(agents, step=1e12):
    return Rota(np.array([[n] for n in np.atleast_1d(agents)]), step, *(np.array([[0]]) for _ in range(3)))


def load(arrived, handle, patience, kind=None):
    times = (np.array(one, dtype=float) for one in (arrived, handle, patience))
    arrived, handle, patience = times
    return Load(arrived, np.array(kind or [0] * len(arrived)), handle, patience)


RULES = {"events": desk.serve, "one team": single.serve}


@pytest.mark.parametrize("rules", RULES)
def test_a_few_calls_by_hand(rules):
    """Second waits 50 s, third hangs up after 30, fourth finds the agent free."""
    served = RULES[rules](load([0, 10, 20, 130], [60, 60, 60, 60], [90, 90, 30, 5]), one_team(1))
    wait, team = served.wait, served.group
    assert wait.tolist() == [0, 50, 30, 0] and team.tolist() == [0, 0, -1, 0]


@pytest.mark.parametrize("rules", RULES)
def test_who_is_answered_at_the_moment_of_hanging_up_has_hung_up(rules):
    served = RULES[rules](load([0, 10], [60, 60], [90, 50]), one_team(1))
    wait, team = served.wait, served.group
    assert wait.tolist() == [0, 50] and team.tolist() == [0, -1]


@pytest.mark.parametrize("rules", RULES)
def test_agents_whose_shift_ends_finish_their_call_and_new_ones_take_who_waits(rules):
    rota = one_team([1, 0, 2], step=100.0)
    served = RULES[rules](load([50, 60, 70], [80, 10, 10], [np.inf] * 3), rota)
    wait, team = served.wait, served.group
    assert wait.tolist() == [0, 140, 130] and team.tolist() == [0, 0, 0]


@pytest.mark.parametrize("rules", RULES)
def test_who_was_to_go_home_after_a_call_stays_when_agents_are_asked_for_again(rules):
    """Two talk to 150 and 300 when both are sent home at 100; at 200 one is asked for: the first has left, so the other."""
    rota = one_team([2, 0, 1], step=100.0)
    served = RULES[rules](load([0, 10, 20], [150, 290, 10], [np.inf] * 3), rota)
    assert served.wait.tolist() == [0, 0, 280] and served.group.tolist() == [0, 0, 0]


def test_priorities_and_skills_by_hand():
    """Gold calls go first where a team answers both; specialists are asked before those who answer all."""
    lines = [Line("basic", 0, 60, priority=1), Line("gold", 0, 60, priority=0)]
    teams = [Team("all", 1), Team("basic only", 1, ("basic",))]
    rota = rota_of(lines, teams, 24, 1800)
    assert rota.route.tolist() == [[1, 0], [0, -1]]  # basic: the specialist first
    served = desk.serve(load([0, 1, 2, 3, 4], [100, 50, 50, 50, 50], [np.inf] * 5, [0, 0, 0, 1, 0]), rota)
    wait, team = served.wait, served.group
    # The specialist has the first, "all" the second; gold (4th) goes before the basic call that waits longer.
    assert team.tolist() == [1, 0, 1, 0, 0] and wait.tolist() == [0, 0, 98, 48, 97]


@pytest.mark.parametrize("seed", range(14))
def test_both_engines_agree_call_by_call(seed):
    """Random centres with skills, priorities, changing staff, ties in time and callers without end of patience."""
    fast = pytest.importorskip("crmkit.queues.fast")
    rng = np.random.default_rng(seed)
    n, classes, groups = 3_000, int(rng.integers(1, 5)), int(rng.integers(1, 5))
    arrived = np.sort(np.round(rng.uniform(0, 3_000, n), int(rng.integers(0, 4))))  # whole seconds make ties
    patience = np.where(rng.random(n) < 0.2, np.inf, np.round(rng.exponential(20, n)))
    calls = Load(arrived, rng.integers(0, classes, n), np.round(rng.exponential(30, n), 1), patience)
    route, serves = np.full((classes, groups), -1), np.full((groups, classes), -1)
    rank = rng.integers(0, 3, (groups, classes))
    for g in range(groups):
        own = rng.permutation(classes)[: rng.integers(1, classes + 1)]
        serves[g, : len(own)] = own
    for k in range(classes):
        own = [g for g in rng.permutation(groups) if k in serves[g]]
        route[k, : len(own)] = own
    rota = Rota(rng.integers(0, 15, (12, groups)), 250.0, route, serves, rank)
    more = int(rng.integers(0, 2)) * 400
    again = None
    if more:
        flags = [rng.random(size) < 0.4 for size in (n, n)]
        spare = [rng.random((more, classes)) < 0.3 for _ in range(2)]
        times = [np.round(rng.exponential(40, (more, classes))) for _ in range(3)]
        again = desk.Again(
            *flags,
            np.round(rng.exponential(60, n)),
            *times[:2],
            *spare,
            times[2],
            3_000.0,
            np.arange(classes),
            np.arange(classes),
            np.empty((0, classes)),
        )
    calls = Load(calls.arrived, calls.kind, calls.handle, calls.patience, again)
    one, two = desk.serve(calls, rota), fast.serve(calls, rota)
    for name in SERVED:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)
    assert one.lacking == two.lacking


@pytest.mark.parametrize("seed", range(40))
def test_the_short_rules_of_one_team_agree_call_by_call_with_the_events(seed):
    """Staff that comes and goes (nobody at times), ties in time, callers of no, short and endless patience."""
    fast_single = pytest.importorskip("crmkit.queues.fast_single")
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 1_500))
    arrived = np.sort(np.round(rng.uniform(0, 3_000, n), int(rng.integers(0, 4))))
    patience = np.where(rng.random(n) < 0.2, np.inf, np.round(rng.exponential(rng.choice([1, 20, 500]), n)))
    calls = Load(arrived, np.zeros(n, np.int64), np.round(rng.exponential(30, n), int(rng.integers(0, 3))), patience)
    agents = rng.integers(0, rng.choice([2, 6, 40]), int(rng.integers(1, 20)))
    rota = one_team(agents, step=float(rng.choice([7, 100, 250, 33.3])))
    assert single.fits(calls, rota)
    one = desk.serve(calls, rota)
    for two in (single.serve(calls, rota), fast_single.serve(calls, rota)):
        for name in SERVED:
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)
        assert not two.lacking


@pytest.mark.parametrize("engine", ["python", "numba"])
def test_the_short_rules_serve_whom_they_fit_and_nobody_else(engine, monkeypatch):
    """A redial, a second line or a second team asks for the events; each set of rules is called just where it should be."""
    names = ("single", "desk")
    if engine == "numba":
        pytest.importorskip("numba")
        names = ("fast_single", "fast")
    asked = []
    for name in names:
        rules = importlib.import_module(f"crmkit.queues.{name}")
        monkeypatch.setattr(
            rules, "serve", lambda *given, name=name, own=rules.serve: (asked.append(name), own(*given))[1]
        )
    line = Line("a", 60, 60, 60)
    for lines, teams in (
        ([line], [Team("x", [1, 2])]),
        ([replace(line, redial_share=0.1)], [Team("x", 2)]),
        ([line, replace(line, name="b")], [Team("x", 2)]),
        ([line], [Team("x", 1), Team("y", 1)]),
    ):
        queues.simulate(lines, teams, hours=1, seed=1, engine=engine)
    assert asked == [names[0], names[1], names[1], names[1]]


def test_the_public_engines_agree_too():
    pytest.importorskip("numba")
    lines = [Line("a", 300, 200, 100), Line("b", [50] * 8, 300, 60, priority=-1)]
    teams = [Team("x", [10, 12] * 4, ("a",)), Team("y", 9)]
    logs = [queues.simulate(lines, teams, hours=4, seed=2, engine=one) for one in ("python", "numba")]
    pd.testing.assert_frame_equal(*logs)


def test_the_log_is_a_table_of_calls():
    log = queues.simulate(CallCentre(200, 240, 15, 120), hours=6, seed=3)
    assert list(log.columns) == tables.CALLS.names[:14]  # the rest is for centres that have what it tells
    assert log["arrived"].is_monotonic_increasing and log["call_id"].tolist() == list(range(1, len(log) + 1))
    assert log.loc[log["abandoned"], "handle_s"].isna().all() and log.loc[~log["abandoned"], "handle_s"].notna().all()
    assert (log.loc[~log["queued"], "wait_s"] == 0).all()
    assert log.attrs == {"hours": 6.0, "agent_hours": 90.0}
    pd.testing.assert_frame_equal(log, queues.simulate(CallCentre(200, 240, 15, 120), hours=6, seed=3))


# --- against formulas -------------------------------------------------------------------------------------------------


CENTRES = [(600, 300, 52, 120), (600, 300, 40, 60), (60, 120, 3, np.inf)]


@pytest.mark.parametrize(("rate", "handle", "agents", "patience"), CENTRES)
def test_simulated_days_agree_with_the_formula(rate, handle, agents, patience):
    """Means of 40 runs within four standard errors of Erlang A (or C), every measure."""
    centre = CallCentre(rate, handle, agents, patience)
    table = queues.replicate(centre, runs=40, hours=14, warm_up_h=2, seed=4)
    known = queues.erlang_a(centre)
    for name, row in table.iterrows():
        error = row["sd"] / 40**0.5
        assert abs(row["mean"] - getattr(known, name)) < 4 * error + 1e-12, name


def test_any_patience_agrees_with_its_formula():
    law = stats.gamma(4, scale=0.25)
    lines = [Line("all", 600, 300, 120, patience=law)]
    table = queues.replicate(lines, [Team("all", 48)], runs=30, hours=14, warm_up_h=2, seed=5)
    known = queues.mmng(calls_per_h=600, handle_s=300, agents=48, patience=stats.gamma(4, scale=30))
    for name in ("p_abandon", "asa_s", "service_level"):
        assert abs(table.at[name, "mean"] - getattr(known, name)) < 4 * table.at[name, "sd"] / 30**0.5, name


def test_priorities_agree_with_cobham():
    rates = [60.0, 180.0]
    lines = [Line("gold", rates[0], 120, priority=0), Line("basic", rates[1], 120, priority=1)]
    waits = []
    for seed in range(20):
        log = queues.simulate(lines, [Team("all", 9)], hours=40, seed=seed)
        waits.append(log[log["arrived"] >= "2025-01-01 04:00"].groupby("reason", observed=True)["wait_s"].mean())
    told = pd.DataFrame(waits)[["gold", "basic"]]
    known = queues.priority_waits(rates, handle_s=120, agents=9)
    assert (np.abs(told.mean() - known) < 4 * told.std() / 20**0.5).all()


def test_intervals_cover():
    """300 tables of 10 runs against Erlang A: 95 % of the intervals hold the truth, within three standard errors."""
    centre = CallCentre(120, 240, 9, 120)
    known, hits = queues.erlang_a(centre), []
    for seed in range(300):
        table = queues.replicate(centre, runs=10, hours=7, warm_up_h=1, seed=seed)
        hits.append([row["low"] <= getattr(known, name) <= row["high"] for name, row in table.iterrows()])
    assert (np.abs(np.mean(hits, axis=0) - 0.95) < 3 * (0.95 * 0.05 / 300) ** 0.5).all()


def test_the_same_calls_tell_a_difference_with_far_fewer_runs():
    centre, more = CallCentre(1_800, 300, 150, 120), CallCentre(1_800, 300, 153, 120)
    paired = queues.replicate(more, against=(centre, ()), runs=20, hours=6, warm_up_h=1, seed=6)
    apart = [queues.replicate(one, runs=20, hours=6, warm_up_h=1, seed=seed) for one, seed in ((more, 7), (centre, 8))]
    spread = apart[0].at["p_abandon", "sd"] ** 2 + apart[1].at["p_abandon", "sd"] ** 2
    assert spread > 10 * paired.at["p_abandon", "sd"] ** 2
    known = queues.erlang_a(more).p_abandon - queues.erlang_a(centre).p_abandon
    assert abs(paired.at["p_abandon", "mean"] - known) < 4 * paired.at["p_abandon", "sd"] / 20**0.5


# --- callers who come again, and who never reach the queue ------------------------------------------------------------


def test_redials_after_a_while_agree_with_erlang_x():
    """Half of those who hang up call again half an hour later on average: as fresh callers, as Erlang X takes them."""
    line = Line("all", 600, 300, 60, redial_share=0.5, again_s=1_800)
    table = queues.replicate([line], [Team("all", 44)], runs=30, hours=16, warm_up_h=4, seed=9)
    known = queues.erlang_x(CallCentre(600, 300, 44, 60), redial=0.5)
    plain = queues.erlang_a(CallCentre(600, 300, 44, 60))
    for name in ("p_abandon", "service_level", "occupancy"):
        error = table.at[name, "sd"] / 30**0.5
        assert abs(table.at[name, "mean"] - getattr(known, name)) < 4 * error, name
    assert table.at["p_abandon", "low"] > plain.p_abandon


def test_answers_that_settle_nothing_raise_the_load():
    """With 20 % of the answers settling nothing, calls are 1 / (1 - 0.2) times as many, less those who give up."""
    line = Line("all", 480, 300, unsettled_share=0.2, again_s=1_800)
    table = queues.replicate([line], [Team("all", 56)], runs=30, hours=20, warm_up_h=6, seed=10)
    known = queues.erlang_c(CallCentre(480 / 0.8, 300, 56))
    for name in ("occupancy", "p_wait"):
        assert abs(table.at[name, "mean"] - getattr(known, name)) < 4 * table.at[name, "sd"] / 30**0.5, name


def test_the_voice_menu_thins_the_queue():
    line = Line("all", 800, 300, 120, contained_share=0.25, menu_s=40)
    logs = [queues.simulate([line], [Team("all", 52)], hours=20, seed=seed) for seed in range(12)]
    known = queues.erlang_a(CallCentre(600, 300, 52, 120))
    assert np.mean([log["contained"].mean() for log in logs]) == pytest.approx(0.25, abs=0.01)
    told = [queues.measure(log).p_abandon for log in logs]
    assert abs(np.mean(told) - known.p_abandon) < 4 * np.std(told) / 12**0.5


def test_calls_that_come_again_name_the_call_before():
    lines = [
        Line("a", 300, 200, 60, redial_share=0.6, unsettled_share=0.15, again_s=300),
        Line("b", 60, 200, contained_share=0.3),
    ]
    log = queues.simulate(lines, [Team("x", 16)], hours=8, seed=11).set_index("call_id")
    again, redial = log["repeat_of"].dropna(), log["redial_of"].dropna()
    assert len(again) > 50 and len(redial) > 20 and not set(again.index) & set(redial.index)
    before = log.loc[again.astype(int)]
    assert not before["abandoned"].any() and not before["resolved"].any()
    gone = log.loc[redial.astype(int)]
    assert gone["abandoned"].all()
    ended = before["arrived"] + pd.to_timedelta(before["wait_s"] + before["handle_s"], unit="s")
    assert (log.loc[again.index, "arrived"].to_numpy() > ended.to_numpy()).all()
    gave_up = gone["arrived"] + pd.to_timedelta(gone["wait_s"], unit="s")
    assert (log.loc[redial.index, "arrived"].to_numpy() > gave_up.to_numpy()).all()
    assert (log.loc[redial.index, "reason"].to_numpy() == gone["reason"].to_numpy()).all()
    # Whoever is answered unsettled in time comes back before the end; so nearly all of them do.
    unsettled = log[~log["abandoned"] & ~log["resolved"]]
    assert len(again) > 0.85 * len(unsettled)
    assert log.index.is_monotonic_increasing and log["arrived"].is_monotonic_increasing


def test_more_who_come_again_than_was_foreseen_is_the_same_day_with_more_room(monkeypatch):
    line = Line("all", 120, 300, 20, redial_share=0.95, again_s=60)
    usual = queues.simulate([line], [Team("all", 3)], hours=6, seed=12)
    assert usual["redial_of"].notna().sum() > 1_000
    first = usual[usual["redial_of"].isna()]
    plain = queues.simulate([Line("all", 120, 300, 20)], [Team("all", 3)], hours=6, seed=12)
    assert (first["arrived"].to_numpy() == plain["arrived"].to_numpy()).all()


# --- measuring --------------------------------------------------------------------------------------------------------


def test_a_log_is_measured_as_its_definitions_say():
    log = pd.DataFrame({
        "arrived": pd.to_datetime(["2025-01-01 08:00", "2025-01-01 08:20", "2025-01-01 08:40", "2025-01-01 09:00"]),
        "queued": [False, True, True, True], "wait_s": [0.0, 10.0, 30.0, 50.0], "abandoned": [False, False, True, False],
        "handle_s": [360.0, 360.0, np.nan, 720.0], "contained": False,
    })  # fmt: skip
    told = queues.measure(log, threshold_s=20, agent_hours=2)
    assert told.p_wait == 0.75 and told.p_abandon == 0.25 and told.wait_s == 22.5 and told.asa_s == 20.0
    assert (
        told.service_level == 0.5
        and told.level_answered == pytest.approx(2 / 3)
        and told.occupancy == pytest.approx(0.2)
    )
    assert told.calls_per_h == 4 and told.queue == pytest.approx(90 / 3600)
    # Product limit: nobody hung up before 20 s, so two of four.
    assert told.level_virtual == 0.5
    menu = pd.concat([log, log.head(1).assign(contained=True)])
    assert queues.measure(menu, agent_hours=2).p_wait == 0.75


def test_the_virtual_level_of_a_log_is_that_of_the_formula():
    centre = CallCentre(2_000, 300, 155, 60)
    known = queues.erlang_a(centre)
    told = [queues.measure(queues.simulate(centre, hours=20, seed=seed)).level_virtual for seed in range(12)]
    assert abs(np.mean(told) - known.level_virtual) < 4 * np.std(told) / 12**0.5
    assert known.level_virtual - known.service_level > 0.02  # they are not the same thing


GOOD = [Line("a", 60, 60)]
LOG = queues.simulate(CallCentre(60, 60, 3), hours=1, seed=1)
BAD = {
    "teams beside": (lambda: queues.simulate(CallCentre(1, 1, 1), [Team("x", 1)], seed=1), "has its own agents"),
    "arrays": (lambda: queues.simulate(CallCentre([1, 2], 1, 1), seed=1), "one centre at a time"),
    "no lines": (lambda: queues.simulate([], [Team("x", 1)], seed=1), "lines is empty"),
    "no teams": (lambda: queues.simulate(GOOD, seed=1), "teams is empty"),
    "twice": (lambda: queues.simulate(GOOD * 2, [Team("x", 1)], seed=1), "a name twice"),
    "unknown": (lambda: queues.simulate(GOOD, [Team("x", 1, ("b",))], seed=1), "answers 'b', which is no line"),
    "nobody": (lambda: queues.simulate([*GOOD, Line("b", 1, 1)], [Team("x", 1, ("a",))], seed=1), "line 'b' has no team"),
    "half": (lambda: queues.simulate(GOOD, [Team("x", 1.5)], seed=1), "agents=1.5"),
    "shape": (lambda: queues.simulate(GOOD, [Team("x", [1, 2])], seed=1), "one for each of 48 intervals"),
    "rate": (lambda: queues.simulate([Line("a", -1, 60)], [Team("x", 1)], seed=1), "calls_per_h of 'a'"),
    "handle": (lambda: queues.simulate([Line("a", 1, 0)], [Team("x", 1)], seed=1), "handle_s of 'a'"),
    "patience": (lambda: queues.simulate([Line("a", 1, 1, -1)], [Team("x", 1)], seed=1), "patience_s of 'a'"),
    "law": (lambda: queues.simulate([Line("a", 1, 1, handle=stats.expon(scale=9))], [Team("x", 1)], seed=1), "mean 9"),
    "redial": (lambda: queues.simulate([Line("a", 1, 1, redial_share=1.0)], [Team("x", 1)], seed=1), "redial_share of 'a'"),
    "menu": (lambda: queues.simulate([Line("a", 1, 1, menu_s=-1)], [Team("x", 1)], seed=1), "menu_s of 'a'"),
    "no law": (lambda: queues.simulate([Line("a", 1, 1, handle=3)], [Team("x", 1)], seed=1), "frozen distribution"),
    "engine": (lambda: queues.simulate(CallCentre(1, 1, 1), seed=1, engine="steam"), "auto, python, numba"),
    "hours": (lambda: queues.simulate(CallCentre(1, 1, 1), seed=1, hours=0), "hours=0"),
    "no calls": (lambda: queues.measure(LOG.head(0)), "0 calls"),
    "one run": (lambda: queues.replicate(CallCentre(60, 60, 3), runs=1, seed=1), "runs=1"),
    "all warm-up": (lambda: queues.replicate(CallCentre(60, 60, 3), hours=2, warm_up_h=2, seed=1), "leaves nothing"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_without_numba_the_plain_rules_serve(monkeypatch):
    monkeypatch.setattr(room, "find_spec", lambda name: None)
    monkeypatch.setattr(room, "FEW", 10)
    assert len(queues.simulate(CallCentre(60, 60, 3), hours=1, seed=1)) == len(LOG)
    with pytest.raises(ValueError, match=r"pip install 'crmkit\[fast\]'"):
        queues.simulate(CallCentre(60, 60, 3), hours=1, seed=1, engine="numba")
