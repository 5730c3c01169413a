"""Calls by interval, their dispersion and their forecast: recovered from own draws and from the telecom world; odd days."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import queues, worlds

WEEK = np.array([1.2, 1.1, 1.05, 1.05, 1.05, 0.85, 0.7])
HALF = np.arange(48)
SHAPE = np.maximum(1 + 0.8 * np.sin((HALF - 16) / 48 * 2 * np.pi), 0.05)


def mean_calls(days, base=600.0):
    return (base * WEEK[np.arange(days) % 7])[:, None] * SHAPE / SHAPE.sum()


def log_of(counts, start="2026-01-05"):
    """A log with so many calls in each half hour from a Monday on, in no order."""
    begins = pd.date_range(start, periods=counts.size, freq="30min")
    at = np.repeat(begins.to_numpy(), counts.ravel().astype(int)) + np.timedelta64(7, "m")
    return pd.DataFrame({"arrived": np.random.default_rng(0).permutation(at)})


def drawn(days, *, shape=50.0, seed=0, base=600.0):
    rng = np.random.default_rng(seed)
    factor = rng.gamma(shape, 1 / shape, days) if np.isfinite(shape) else np.ones(days)
    return rng.poisson(mean_calls(days, base) * factor[:, None])


@pytest.fixture(scope="module")
def telecom():
    world = worlds.Telecom.preset("call_centre", customers=5_000, months=4)
    world = dataclasses.replace(world, desk=dataclasses.replace(world.desk, days=112))
    case = world.draw(seed=3)
    calls = case.calls
    return world, case, calls[calls["repeat_of"].isna() & calls["redial_of"].isna()]


# --- counting ---------------------------------------------------------------------------------------------------------


def test_calls_are_counted_where_they_came():
    counts = drawn(3, base=50)
    table = queues.arrivals(log_of(counts))
    np.testing.assert_array_equal(table["calls"], counts.ravel())
    assert table["weekday"].iloc[0] == 0 and table["slot"].iloc[-1] == 47 and table["open"].all()
    fine = queues.arrivals(log_of(counts), interval_s=900)
    assert len(fine) == 288 and fine["calls"].sum() == counts.sum()


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_on_which_the_clocks_are_changed_have_their_hours(day, hours):
    start, end = (pd.Timestamp(one, tz="Europe/Berlin") for one in (day, pd.Timestamp(day) + pd.Timedelta(days=1)))
    at = pd.date_range(start, end, freq="10min", inclusive="left")
    table = queues.arrivals(pd.DataFrame({"arrived": at}))
    assert len(table) == 2 * hours and (table["calls"] == 3).all()
    assert (table["slot"] == 4).sum() == (0 if hours == 23 else 2)  # the hour from two is left out, or occurs twice


def test_a_forecast_crosses_the_change_of_the_clocks():
    """Six calls an hour all day: the short day has 138, the long one 150, whatever the history holds."""
    for start, total in (("2026-02-09", 138), ("2026-09-07", 150)):
        at = pd.date_range(start, periods=48 * 24 * 6, freq="10min", tz="Europe/Berlin")
        at = at[at < pd.Timestamp(start, tz="Europe/Berlin") + pd.Timedelta(days=48)]
        told = queues.forecast(queues.arrivals(pd.DataFrame({"arrived": at})), days=7)
        assert told.days["calls"].iloc[0] == pytest.approx(total, rel=0.01)
        assert told.days["calls"].iloc[-1] == pytest.approx(144, rel=0.01) and len(told.intervals) == 2 * (
            6 * 24 + total // 6
        )


# --- dispersion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [20.0, 100.0])
def test_the_dispersion_of_days_is_recovered(shape):
    """Mean over 40 draws within four errors of the truth; the interval of 95 % holds it in 87 to 100 % of them."""
    told = [
        queues.dispersion(queues.arrivals(log_of(drawn(70, shape=shape, seed=seed, base=300)))) for seed in range(40)
    ]
    found = np.array([one.variance for one in told])
    assert abs(found.mean() - 1 / shape) < 4 * found.std() / 40**0.5
    # 40 draws: a true coverage of 95 % shows below 85 % once in a thousand.
    assert np.mean([one.low <= 1 / shape <= one.high for one in told]) >= 0.85


def test_pure_chance_has_no_dispersion():
    told = queues.dispersion(queues.arrivals(log_of(drawn(70, shape=np.inf))))
    assert told.low == 0 and told.variance < 0.001 and told.shape > 1_000


def test_the_dispersion_of_the_telecom_world_is_its_declared_one(telecom):
    """Gamma of shape 60, and bursts that add a little; those drawn are in the truth."""
    world, case, calls = telecom
    told = queues.dispersion(queues.arrivals(calls))
    truth = case.truth.arrivals
    mean = (truth["first_calls"] * truth["factor"]).to_numpy().reshape(-1, 48).sum(axis=1)
    as_drawn = np.var(mean / truth["first_calls"].to_numpy().reshape(-1, 48).sum(axis=1))
    assert told.low <= as_drawn <= told.high
    assert told.low <= 1 / world.arrivals.day_shape <= told.high


# --- forecast ---------------------------------------------------------------------------------------------------------


def test_the_mean_is_recovered_within_its_errors():
    """Of a level that stays, over eight draws: sum of a week, factors of weekdays, shares of intervals."""
    weeks, days = [], []
    for seed in range(8):
        told = queues.forecast(queues.arrivals(log_of(drawn(91, seed=seed))))
        weeks.append(told.days["calls"].sum())
        days.append(told.intervals["calls"].to_numpy().reshape(7, 48))
    truth = mean_calls(7)
    assert abs(np.mean(weeks) - truth.sum()) < 4 * np.std(weeks) / 8**0.5
    mean, error = np.mean(days, axis=0), np.std(days, axis=0) / 8**0.5
    assert np.mean(np.abs(mean - truth) < 3 * error + 0.02) > 0.95


def test_intervals_hold_what_comes():
    """90 % asked; whole counts hold a little more. 12 draws x 336 half hours, in days that stick together."""
    inside, whole = [], []
    for seed in range(12):
        table = queues.arrivals(log_of(drawn(77, seed=100 + seed)))
        told, came = queues.forecast(table.iloc[: 70 * 48]), table.iloc[70 * 48 :]
        inside.append(came["calls"].between(told.intervals["low"], told.intervals["high"]).mean())
        day = came.groupby("day")["calls"].sum()
        whole.append(day.between(told.days["low"], told.days["high"]).mean())
    assert 0.88 < np.mean(inside) < 0.97
    assert 0.82 < np.mean(whole) <= 0.99


def test_more_dispersion_gives_wider_intervals():
    calm, wild = (queues.forecast(queues.arrivals(log_of(drawn(70, shape=shape)))) for shape in (np.inf, 15.0))
    assert calm.spread_day < 0.05 < wild.spread_day and wild.spread_day == pytest.approx(15**-0.5, rel=0.35)
    assert (wild.days["high"] - wild.days["low"]).sum() > 3 * (calm.days["high"] - calm.days["low"]).sum()


def test_the_interval_of_counts_is_the_mixture_it_claims():
    rng = np.random.default_rng(1)
    mixed = rng.poisson(40 * rng.gamma(1 / 0.04, 0.04, 400_000))
    low, high = queues.forecast.__globals__["between"](np.array([40.0, 0.0]), 0.04, 0.9)
    np.testing.assert_allclose([low[0], high[0]], np.quantile(mixed, [0.05, 0.95]), atol=1)
    assert low[1] == high[1] == 0
    plain = queues.forecast.__globals__["between"](np.array([40.0]), 0.0, 0.9)
    assert (plain[0][0], plain[1][0]) == (stats.poisson(40).ppf(0.05), stats.poisson(40).ppf(0.95))


def test_the_telecom_world_is_forecast_better_than_by_last_week(telecom):
    _, case, calls = telecom
    table = queues.arrivals(calls)
    told = queues.backtest(table, origins=10)
    assert told.verdict == "better than the naive rule" and told.skill > 0.15
    assert 0.88 < told.covered < 0.98
    # Against the declared means: mean factor of the days of the history, within four errors of its 105 days.
    ahead = queues.forecast(table.iloc[: 105 * 48])
    truth = case.truth.arrivals
    declared = truth["first_calls"].to_numpy()
    factor = truth["factor"].to_numpy()[: 105 * 48].reshape(-1, 48).mean(axis=1)
    error = factor[-28:].std() / 28**0.5
    assert ahead.intervals["calls"].sum() / declared[105 * 48 :].sum() == pytest.approx(
        factor[-28:].mean(), abs=4 * error
    )


def test_a_level_that_moves_is_followed():
    counts = np.vstack([drawn(49, base=400), drawn(42, base=800, seed=1)])
    told = queues.forecast(queues.arrivals(log_of(counts)))
    assert told.days["calls"].sum() / mean_calls(7, 800).sum() == pytest.approx(1, abs=0.15)
    assert (
        queues.forecast(queues.arrivals(log_of(counts)), half_life_days=500).days["calls"].sum()
        < told.days["calls"].sum()
    )


def test_the_verdict_can_be_that_nothing_is_gained():
    """Weeks that repeat themselves to the call: nothing beats looking a week back; and pure noise about a drift."""
    same = np.tile(drawn(7), (10, 1))
    told = queues.backtest(queues.arrivals(log_of(same)))
    assert told.verdict != "better than the naive rule" and (told.origins["naive"] == 0).all()
    rng = np.random.default_rng(5)
    level = np.repeat(np.exp(np.cumsum(rng.normal(0, 0.7, 11))), 7)[:, None]
    jumps = queues.backtest(queues.arrivals(log_of(rng.poisson(mean_calls(77, 3_000) * level))), half_life_days=40)
    assert jumps.low < 0 and jumps.verdict != "better than the naive rule"


# --- closed days ------------------------------------------------------------------------------------------------------


def test_closed_days_are_gaps_and_not_zeros():
    counts = drawn(77)
    counts[np.arange(77) % 7 == 6] = 0  # Sundays
    counts[43] = 0  # a holiday, empty
    counts[50] //= 4  # another one, with a few calls: it must be named
    log = log_of(counts)
    named = queues.arrivals(log, closed=["2026-02-24"])
    assert named.loc["2026-02-24", "calls"].sum() > 0 and not named.loc["2026-02-24", "open"].any()
    assert not named.loc["2026-02-17", "open"].any()
    told, unnamed = queues.forecast(named, days=8), queues.forecast(queues.arrivals(log), days=8)
    # The log ends with the Saturday: its last Sunday, without a call, is no day of it.
    assert told.days["calls"].iloc[[0, 7]].tolist() == [0, 0] and told.days["high"].iloc[0] == 0
    expected = mean_calls(7)[:6].sum()
    assert told.days["calls"].iloc[1:7].sum() == pytest.approx(expected, rel=0.08)
    assert unnamed.spread_day > told.spread_day
    shut = queues.forecast(named, days=8, closed=["2026-03-23"])
    assert shut.days["calls"].iloc[1] == 0 and shut.days["calls"].iloc[2] == told.days["calls"].iloc[2]


LOG = log_of(drawn(30))
TABLE = queues.arrivals(LOG)
BAD = {
    "empty": (lambda: queues.arrivals(LOG.head(0)), "calls has 0 rows"),
    "column": (lambda: queues.arrivals(LOG, when="time"), "lacks"),
    "missing": (lambda: queues.arrivals(LOG.head(2).assign(arrived=[pd.NaT, pd.Timestamp(0)])), "missing in 1 of 2 calls"),
    "text": (lambda: queues.arrivals(pd.DataFrame({"arrived": ["2026-01-01"]})), "expected moments. Mend: pd.to_datetime"),
    "interval": (lambda: queues.arrivals(LOG, interval_s=1000), "interval_s=1000 does not fill an hour"),
    "short": (lambda: queues.forecast(TABLE.iloc[: 20 * 48]), "20 days; expected at least 21"),
    "nothing": (lambda: queues.forecast(TABLE.head(0)), "0 intervals"),
    "days": (lambda: queues.forecast(TABLE, days=0), "days=0"),
    "level": (lambda: queues.forecast(TABLE, level=90), "level=90"),
    "half life": (lambda: queues.forecast(TABLE, half_life_days=0), "half_life_days=0"),
    "few origins": (lambda: queues.backtest(TABLE, days=7), "30 days; expected at least 35"),
    "one origin": (lambda: queues.backtest(TABLE, origins=1), "origins=1"),
    "one week": (lambda: queues.dispersion(TABLE.iloc[: 7 * 48]), "no weekday has two open days"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
