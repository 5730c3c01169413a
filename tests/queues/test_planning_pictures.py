"""Pictures and explorers of planning: laws of all pictures, and what is said is in the table."""

import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots, queues
from crmkit.queues import CallCentre, Line, Team


@pytest.fixture(scope="module")
def results():
    agents = np.arange(60, 105)
    told = queues.erlang_a(CallCentre(1_000, 300, agents, 120)).frame().set_index(agents)
    money = told.assign(cost=25 * agents + 10 * 1_000 * told["p_abandon"])
    seconds = np.arange(0, 121, 10)
    level = np.asarray(queues.erlang_a(CallCentre(360, 240, 24, 120, seconds)).service_level)
    waits = pd.DataFrame(
        {"formula": level, "mean": level + 0.01, "low": level - 0.02, "high": level + 0.03}, index=seconds
    )
    calls = 900 * (0.55 - 0.45 * np.cos(np.linspace(0, 2 * np.pi, 48)))
    need = queues.staff(CallCentre(calls, 300, 1, 180), service_level=0.8)
    patterns = queues.shift_patterns(48, hours=8, breaks=[[(4, 0.5)]], interval_s=1800)
    rng = np.random.default_rng(1)
    begins = pd.date_range("2026-01-05", periods=35 * 48, freq="30min", name="begins")
    history = pd.DataFrame(
        {"day": begins.date, "slot": np.tile(np.arange(48), 35), "weekday": begins.day_of_week}, index=begins
    )
    history["calls"], history["open"] = rng.poisson(20 + 10 * np.sin(np.arange(35 * 48) * 2 * np.pi / 48)), True
    lines = [Line("bill", 90, 240, 60), Line("fault", 60, 240, 60)]
    log = queues.simulate(lines, [Team("bills", 6, ("bill",)), Team("all", 4)], hours=6, seed=1)
    answered = log[~log["abandoned"]]
    skills = pd.crosstab(answered["reason"].astype(str), answered["site"].astype(str), normalize="index")
    curve = queues.patience_curve(log)
    law = queues.fit_patience(log).distribution
    return {
        "promise_and_money": (money, {}),
        "answered_within": (waits, {}),
        "day_staffing": (queues.day(calls, handle_s=300, agents=need, patience_s=180), {}),
        "shift_cover": (queues.cover_shifts(need, patterns, interval_s=1800).intervals, {"gap": 0.002}),
        "pooling": (pd.DataFrame({"agents": [130, 140, 160], "load": 120.0}, index=[1, 2, 5]), {}),
        "skills_map": (skills.where(skills > 0), {}),
        "queue_minutes": (log[log["arrived"] >= log["arrived"].iloc[300]], {"minutes": 8}),
        "calls_ahead": (queues.forecast(history.iloc[: 28 * 48]).intervals, {"came": history["calls"].iloc[28 * 48 :]}),
        "calls_logged": (history, {}),
        "staying_in_queue": (curve, {"law": pd.Series(law.sf(curve.index), index=curve.index)}),
    }


NAMES = (
    "promise_and_money answered_within day_staffing shift_cover pooling skills_map queue_minutes calls_ahead calls_logged "
    "staying_in_queue"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_pictures_keep_the_laws(results, name):
    result, options = results[name]
    keeps_the_laws(getattr(plots, name), result, **options)


def test_what_is_said_is_in_the_table(results):
    money, _ = results["promise_and_money"]
    said = plots.alt(plots.promise_and_money(money))
    assert f"least cost with {money['cost'].idxmin()} agents" in said
    assert (
        f"80 % in time with {queues.staff(CallCentre(1_000, 300, 1, 120), service_level=0.8)} agents"
        in said.replace("80 %", "80 %")
    )
    cover, _ = results["shift_cover"]
    assert plots.percent(cover["over"].sum() / cover["on_duty"].sum()) in plots.alt(plots.shift_cover(cover))
    curve, _ = results["staying_in_queue"]
    middle = curve.index[curve["staying"] <= 0.5][0]
    assert f"would wait {middle:.0f} seconds" in plots.alt(plots.staying_in_queue(curve))


def test_the_log_says_its_busiest_half_hour_and_what_a_weekend_brings(results):
    history, _ = results["calls_logged"]
    week = history[history["weekday"] < 5]
    by = week.groupby(week.index.strftime("%H:%M"))["calls"].mean()
    said = plots.alt(plots.calls_logged(history))
    assert f"from {by.idxmax().removeprefix('0')}: {by.max():.1f} a half hour" in said
    rest = history[history["weekday"] >= 5]
    less = 1 - rest["calls"].sum() / rest["day"].nunique() / by.sum()
    assert f"brings {plots.percent(abs(less))}" in said
    for days in (week, rest):  # a log without a weekend, and one of a weekend alone
        assert "weekend day brings" not in keeps_the_laws(plots.calls_logged, days)
    ahead, _ = results["calls_ahead"]
    assert "in the busiest half hour" in plots.alt(plots.calls_ahead(ahead))


def test_what_lacks_is_drawn_and_said():
    patterns = queues.shift_patterns(6, hours=3, wage_per_h=10, interval_s=1800)
    plan = queues.cover_shifts([2, 2, 9, 2, 2, 2], patterns, short_cost=12, deferrable_h=0.0, interval_s=1800)
    assert "7 agent-intervals lack" in keeps_the_laws(plots.shift_cover, plan.intervals)
    table = queues.day([200, 900, 200], handle_s=300, agents=[20, 60, 20], patience_s=60)
    keeps_the_laws(plots.day_staffing, table)


def test_few_calls_make_pictures_too():
    log = queues.simulate(CallCentre(20, 60, 5, 60), hours=1, seed=1)
    assert "0 hang up" in keeps_the_laws(plots.queue_minutes, log)
    assert "0 calls" in keeps_the_laws(plots.queue_minutes, log.head(0))
    early = pd.DataFrame({"staying": [1.0, 0.8], "low": [1.0, 0.7], "high": [1.0, 0.9]}, index=[0.0, 30.0])
    assert "More than half" in keeps_the_laws(plots.staying_in_queue, early)


EXPLORERS = {
    explore.promise_or_money: 0.05,
    explore.formula_or_simulation: 0.3,
    explore.covering: 0.3,
    explore.pooled_sites: 0.05,
    explore.call_forecast: 0.3,
}


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda one: one.__name__)
def test_explorers_keep_the_laws(make):
    explorer_keeps_the_laws(make())


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda one: one.__name__)
def test_a_slider_answers_in_time(make):
    """Figures and axes without the PNG: best of five, and twice the time asked plus that of bare axes: others use the machine."""
    explorer, spent = make(), []
    for _ in range(5):
        begin = time.process_time()
        ax, _said = explorer.function(**explorer.values)
        spent.append(time.process_time() - begin)
        plt.close(ax.figure)
    assert min(spent) < 2 * EXPLORERS[make] + 0.1
