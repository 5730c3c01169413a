"""Shift cover: every plan of small cases, recounts from the roster, days of 23 and 25 hours; what cannot be covered."""

from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest

from crmkit import queues

HALVES = {"interval_s": 1800}


def smooth(seats, intervals=96):
    t = np.arange(intervals)
    shape = 0.15 + 0.85 * np.exp(-(((t - 40) / 14) ** 2)) + 0.6 * np.exp(-(((t - 68) / 10) ** 2))
    calls = seats * 12 * shape / shape.max()
    return queues.staff(queues.CallCentre(calls, 300, 1, 180), service_level=0.8)


def usual(intervals=96, **options):
    full = [[(after, 0.5)] for after in (3, 3.5, 4, 4.5, 5)]
    part = [[(after, 0.25)] for after in (1.5, 1.75, 2, 2.25, 2.5)]
    return pd.concat(
        [
            queues.shift_patterns(intervals, hours=8.5, breaks=full, wage_per_h=25, **options),
            queues.shift_patterns(intervals, hours=4.25, breaks=part, wage_per_h=27, kind="part-time", **options),
        ],
        ignore_index=True,
    )


def count(roster, words, step_min):
    """People at work in each interval, read from the words of the roster alone."""
    place = {word: at for at, word in enumerate(words)}
    there = np.zeros(len(words), dtype=int)

    def span(begin, end):
        at, stop = place[begin], place.get(end, len(words))
        return np.arange(at, stop if stop > at else stop + len(words)) % len(words)

    for begins, ends, breaks in roster[["begins", "ends", "breaks"]].to_numpy():
        there[span(begins, ends)] += 1
        for pause in filter(None, breaks.split("; ")):
            there[span(*pause.split("-"))] -= 1
    return there


# --- the best plan ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_small_day_is_cheaper(seed):
    """All plans of up to four people a shift, one by one."""
    rng = np.random.default_rng(seed)
    need = rng.integers(0, 4, 6)
    patterns = pd.concat(
        [
            queues.shift_patterns(6, hours=1.5, breaks=[[(0.5, 0.5)]], wage_per_h=10, **HALVES),
            queues.shift_patterns(6, hours=1, wage_per_h=rng.uniform(8, 14, 6).round(1), kind="short", **HALVES),
        ],
        ignore_index=True,
    ).iloc[rng.permutation(9)[:7]]
    patterns = patterns[patterns["begins"] + patterns["length"] <= 6]
    there = np.zeros((len(patterns), 6), dtype=int)
    for row, (begins, length, off) in enumerate(patterns[["begins", "length", "breaks"]].to_numpy()):
        there[row, [begins + one for one in range(length) if one not in off]] = 1
    need = np.where(there.any(axis=0), need, 0)
    people = np.array(list(product(range(4), repeat=len(patterns))))
    lacking = np.maximum(need - people @ there, 0).sum(axis=1)
    wages = people @ patterns["cost"].to_numpy()
    plan = queues.cover_shifts(need, patterns, gap=0, **HALVES)
    assert plan.cost == pytest.approx(wages[lacking == 0].min())
    assert plan.bound <= plan.cost + 1e-9 and plan.intervals["under"].sum() == 0
    loose = queues.cover_shifts(need, patterns, short_cost=6.0, gap=0, **HALVES)
    assert loose.cost + loose.penalty == pytest.approx((wages + 3.0 * lacking).min())
    few = (people[:, (patterns["kind"] == "short").to_numpy()].sum(axis=1) <= 1) & (lacking == 0)
    if few.any():
        tight = queues.cover_shifts(need, patterns, kinds={"short": (0, 1)}, gap=0, **HALVES)
        assert tight.cost == pytest.approx(wages[few].min())


def test_a_large_centre_is_covered_close_to_the_bound():
    need = smooth(1_500)
    patterns = usual(around=True)
    assert len(patterns) == 960
    plan = queues.cover_shifts(need, patterns, around=True)
    assert 0 <= plan.gap <= 0.001
    assert (plan.intervals["on_duty"] >= need).all() and plan.penalty == 0
    # No hour on duty costs less than the lower wage.
    assert plan.bound >= 25 * 0.25 * need.sum()


def test_without_a_clock_the_plan_is_always_the_same_and_still_near():
    need, patterns = smooth(300), usual(around=True)
    one, two = (queues.cover_shifts(need, patterns, around=True, seconds=0) for _ in range(2))
    pd.testing.assert_frame_equal(one.shifts, two.shifts)
    assert one.gap < 0.005


def test_a_fixed_need_has_its_known_cost():
    """One agent around the clock by three shifts of eight hours costs 24 hours of wages."""
    patterns = queues.shift_patterns(48, hours=8, starts=[0, 16, 32], wage_per_h=20, interval_s=1800)
    plan = queues.cover_shifts([1] * 48, patterns, **HALVES)
    assert plan.cost == plan.bound == 480 and plan.gap == 0
    # Night hours at 30: eight of them at 10 more.
    wage = np.where(np.arange(48) < 16, 30.0, 20.0)
    dear = queues.shift_patterns(48, hours=8, starts=[0, 16, 32], wage_per_h=wage, interval_s=1800)
    assert queues.cover_shifts([1] * 48, dear, **HALVES).cost == 560


# --- the roster -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", [True, False])
def test_the_roster_read_aloud_gives_the_people_on_duty(around, tmp_path):
    need = smooth(40)
    patterns = usual(around=around)
    plan = queues.cover_shifts(need, patterns, around=around, gap=0.02)
    plan.roster().to_csv(tmp_path / "roster.csv", index=False)
    roster = pd.read_csv(tmp_path / "roster.csv", keep_default_na=False)
    table = plan.intervals
    np.testing.assert_array_equal(count(roster, table["from"].tolist(), 15), table["on_duty"])
    assert roster["cost"].sum() == pytest.approx(plan.cost) and roster["agent"].is_unique
    assert (table["over"] == table["on_duty"] - need).all()
    paid = roster["hours"] - np.where(roster["kind"] == "part-time", 0.25, 0.5)
    assert (paid * np.where(roster["kind"] == "part-time", 27, 25)).sum() == pytest.approx(plan.cost)


def test_limits_of_patterns_and_kinds_are_kept():
    need, patterns = smooth(60), usual(around=True)
    patterns["least"] = (patterns.index == 100).astype(int) * 2
    plan = queues.cover_shifts(need, patterns, around=True, kinds={"part-time": (5, 12)}, gap=0.02)
    people = plan.shifts.groupby("kind")["people"].sum()
    assert 5 <= people["part-time"] <= 12 and plan.shifts["people"].iloc[100] >= 2
    few = usual(around=True).assign(most=1.0)
    capped = queues.cover_shifts(need, few, around=True, gap=0.05)
    assert capped.shifts["people"].max() == 1 and (capped.intervals["under"] == 0).all()
    assert capped.bound >= queues.cover_shifts(need, usual(around=True), around=True, gap=0.05).bound


def test_what_lacks_is_shown_and_paid():
    need = np.array([2, 2, 9, 2, 2, 2])
    patterns = queues.shift_patterns(6, hours=3, wage_per_h=10, **HALVES)
    plan = queues.cover_shifts(need, patterns, short_cost=12, **HALVES)
    assert plan.intervals["under"].tolist() == [0, 0, 7, 0, 0, 0]
    assert plan.penalty == pytest.approx(7 * 12 / 2) and plan.cost == 60


def test_work_that_can_wait_fills_the_troughs():
    """It is done where calls leave agents over, never before it has come, all of it by the end; spare hours cost nothing."""
    need = np.array([4, 1, 1, 4, 2, 1])
    patterns = queues.shift_patterns(6, hours=3, wage_per_h=10, **HALVES)
    bare = queues.cover_shifts(need, patterns, **HALVES)
    spare = bare.intervals["over"].sum() / 2
    fits = queues.cover_shifts(need, patterns, deferrable_h=spare, **HALVES)
    assert fits.cost == bare.cost and fits.intervals["deferred"].sum() / 2 == pytest.approx(spare)
    more = queues.cover_shifts(need, patterns, deferrable_h=spare + 0.5, **HALVES)
    assert more.cost == bare.cost + 30
    work = np.array([0, 0, 0, 0, 1.0, 0])
    late = queues.cover_shifts(need, patterns, deferrable_h=work, **HALVES).intervals
    assert (late["deferred"].cumsum() / 2 <= work.cumsum() + 1e-9).all()
    assert late["deferred"].sum() / 2 == pytest.approx(1.0)
    assert (late["deferred"] <= late["over"] + 1e-9).all()


# --- days of 23 and 25 hours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count_", "noon"), [("2026-03-29", 92, 44), ("2026-10-25", 100, 52), ("2026-06-01", 96, 48)]
)
def test_days_on_which_the_clocks_are_changed(day, count_, noon):
    begins = queues.day_intervals(day, tz="Europe/Berlin")
    assert len(begins) == count_ and begins[noon].strftime("%H:%M") == "12:00"
    patterns = queues.shift_patterns(begins, hours=8, starts=["08:00", "12:00"], breaks=[[(4, 0.5)]], wage_per_h=20)
    assert patterns["begins"].tolist() == [noon - 16, noon]
    need = np.zeros(count_, dtype=int)
    need[noon : noon + 4] = 3  # the early shift is at its break: 12:00 to 12:30
    plan = queues.cover_shifts(need, patterns, begins=begins)
    assert plan.roster()["begins"].tolist() == ["12:00"] * 3 and plan.roster()["breaks"].iloc[0] == "16:00-16:30"


def test_an_hour_that_is_lacking_begins_no_shift():
    begins = queues.day_intervals("2026-03-29", tz="Europe/Berlin")
    with pytest.raises(ValueError, match="'02:30', when no interval of this day begins"):
        queues.shift_patterns(begins, hours=8, starts=["02:30"])


# --- bad input --------------------------------------------------------------------------------------------------------

cover = partial(queues.cover_shifts, **HALVES)
ONE = queues.shift_patterns(6, hours=1.5, starts=[0, 3], wage_per_h=10, **HALVES)
DAY = queues.day_intervals("2026-01-01")
BAD = {
    "uncovered": (lambda: cover([1] * 6, ONE.head(1)), r"interval 3 \(01:30\).*1 agents .*\(and 2 intervals more\).*add"),
    "too few": (lambda: cover([0, 0, 0, 9, 1, 1], ONE.assign(most=4.0)), r"interval 3 \(01:30\) without 5 of 9 agents"),
    "nobody": (lambda: cover([0, 0, 0, 9, 1, 1], ONE.assign(most=0.0)), r"interval 3 \(01:30\) without 9 of 9 agents"),
    "kind too few": (lambda: cover([5] * 6, ONE, kinds={"full-time": (0, 6)}), r"without .* of 5 agents"),
    "work": (lambda: cover([1] * 6, ONE.assign(most=1.0), deferrable_h=9), "beside the deferrable work"),
    "kind": (lambda: cover([1] * 6, ONE, kinds={"night": (0, 1)}), r"'night', of which there is no pattern; there are \['f"),
    "kind range": (lambda: cover([1] * 6, ONE, kinds={"full-time": (3, 1)}), r"\(3, 1\) cannot be kept"),
    "half": (lambda: cover([0.5] * 6, ONE), "needed holds 0.5; expected whole"),
    "negative": (lambda: cover([-1] * 6, ONE), "needed holds -1"),
    "missing": (lambda: cover([np.nan] * 6, ONE), "needed is nan at place 0"),
    "empty": (lambda: cover([], ONE), "needed has 0 values"),
    "no patterns": (lambda: cover([1] * 6, ONE.head(0)), "patterns has 0 rows"),
    "columns": (lambda: cover([1] * 6, ONE.drop(columns="cost")), "patterns lacks .*cost"),
    "twice": (lambda: cover([1] * 6, pd.concat([ONE, ONE])), "names 'full-time 00:00 1.5h' twice"),
    "past the end": (lambda: cover([1] * 5, ONE), "ends in interval 6 of 5.*around=True"),
    "out of the day": (lambda: cover([1] * 3, ONE), "do not lie in a day of 3"),
    "cost": (lambda: cover([1] * 6, ONE.assign(cost=np.nan)), "cost that is no money"),
    "work length": (lambda: cover([1] * 6, ONE, deferrable_h=[1, 2]), "one number or one an interval"),
    "seconds": (lambda: cover([1] * 6, ONE, seconds=-1), "seconds=-1"),
    "gap": (lambda: cover([1] * 6, ONE, gap=2), "gap=2"),
    "lengths": (lambda: cover([1] * 6, ONE, begins=DAY), "6 intervals and begins 96"),
    "hours": (lambda: queues.shift_patterns(96, hours=8.1), "hours=8.1 is no whole number of intervals of 15 minutes"),
    "late start": (lambda: queues.shift_patterns(96, hours=8, starts=[90]), "8 hours from 22:30 does not end within the day"),
    "start": (lambda: queues.shift_patterns(96, hours=8, starts=[96]), "starts holds 96"),
    "break outside": (lambda: queues.shift_patterns(96, hours=4, breaks=[[(3.75, 0.25)]]), "does not lie within the shift"),
    "breaks overlap": (lambda: queues.shift_patterns(96, hours=4, breaks=[[(1, 0.5), (1.25, 0.5)]]), "overlaps another"),
    "no placing": (lambda: queues.shift_patterns(96, hours=4, breaks=[]), "no placing"),
    "wage": (lambda: queues.shift_patterns(96, hours=4, wage_per_h=-1), "wage_per_h=-1"),
    "most": (lambda: queues.shift_patterns(96, hours=4, least=2, most=1), "most=1 is below least=2"),
    "interval": (lambda: queues.day_intervals("2026-01-01", interval_s=700), "interval_s=700"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
