"""Forecasts: a simulated future, coverage, other ways to the same figures, an honest back-test, and at the door."""

import numpy as np
import pandas as pd
import pytest

from crmkit import worlds
from crmkit.targeting.market import backtest, forecast
from crmkit.targeting.market.demand import METHODS
from crmkit.targeting.market.smoothing import Smoothed, smooth

WEEK = np.array([0.0, 5.0, 8.0, 3.0, 12.0, -9.0, -19.0])


def _days(n, rng, noise=3.0, drift=0.5):
    """A level that walks, a week, and noise."""
    level = 100 + np.cumsum(rng.normal(0, drift, n))
    days = pd.date_range("2025-01-06", periods=n)
    return pd.Series(level + np.resize(WEEK, n) + rng.normal(0, noise, n), index=days)


def test_the_spread_ahead_is_that_of_a_simulated_future():
    """20,000 futures of the same state-space model, step by step; a standard deviation of them is told to 0.5 %."""
    law = Smoothed(0.4, 0.15, 0.2, 0.9, 50.0, 1.0, np.array([3.0, -1.0, -2.0]), 2.0)
    rng = np.random.default_rng(1)
    n = 20_000
    level, trend, season = np.full(n, law.level), np.full(n, law.trend), np.tile(law.season, (n, 1))
    seen = []
    for step in range(10):
        error = rng.normal(0, law.sd, n)
        fade = law.phi * trend
        seen.append(level + fade + season[:, step % 3] + error)
        level, trend = level + fade + law.alpha * error, fade + law.beta * error
        season[:, step % 3] += law.gamma * error
    middle, sd = law.ahead(10)
    np.testing.assert_allclose(np.mean(seen, axis=1), middle, atol=0.2)
    np.testing.assert_allclose(np.std(seen, axis=1), sd, rtol=0.03)


def test_smoothing_finds_what_a_plain_loop_finds_least():
    """Squared errors one step ahead over a grid of weights, in plain Python: none is less by more than rounding."""
    y = _days(60, np.random.default_rng(2)).to_numpy()
    found = smooth(y, 1)
    free = len(y) - 4
    least = np.inf
    for alpha in np.linspace(0.02, 0.98, 25):
        for beta in (0.0, 0.05, 0.2):
            for phi in (0.75, 0.9, 0.98):
                level, trend, total = y[:4].mean(), 0.0, 0.0
                for value in y:
                    error = value - level - phi * trend
                    total += error**2
                    level, trend = level + phi * trend + alpha * error, phi * trend + min(beta, alpha) * error
                least = min(least, total)
    assert found.sd**2 * free <= least * 1.001


@pytest.mark.parametrize("method", ["smoothing", "seasonal", "profile"])
def test_prediction_intervals_cover_what_they_are_to_cover(method):
    """120 weeks-ahead forecasts: those of a week fail together, so the share is told to some 3 %; never far too narrow."""
    rng, inside = np.random.default_rng(3), []
    for _ in range(120):
        drift = 0.0 if method == "profile" else 0.5
        sales = _days(110, rng, drift=drift)  # the series ends within a week
        found = forecast(sales.iloc[:103], horizon=7, season=7, method=method)
        true = sales.iloc[103:].to_numpy()
        inside.append((found["low"].to_numpy() < true) & (true < found["high"].to_numpy()))
    assert 0.89 < np.mean(inside) < 0.99, np.mean(inside)


def test_the_naive_ones_repeat_and_the_profile_averages():
    sales = pd.Series(np.arange(21.0) % 7 + np.repeat([0.0, 7.0, 14.0], 7))
    assert forecast(sales, horizon=9, season=7, method="seasonal")["forecast"].tolist() == [*range(14, 21), 14, 15]
    assert forecast(sales, horizon=3, season=7, method="last")["forecast"].tolist() == [20, 20, 20]
    by_day = sales.groupby(sales.index % 7).mean()
    assert forecast(sales, horizon=8, season=7, method="profile")["forecast"].tolist() == [*by_day, by_day[0]]
    assert forecast(sales, horizon=2, method="mean")["forecast"].tolist() == [sales.mean()] * 2


def test_the_backtest_is_the_forecast_let_loose_on_the_past():
    sales = _days(80, np.random.default_rng(4))
    table = backtest(sales, horizon=5, season=7, origins=6)
    errors = []
    for end in range(70, 76):
        found = forecast(sales.iloc[:end], horizon=5, season=7, method="profile")["forecast"].to_numpy()
        errors.append(abs(found - sales.iloc[end : end + 5].to_numpy()))
    assert table.at["profile", "mae"] == pytest.approx(np.mean(errors))
    scale = abs(sales.iloc[:70].diff(7)).mean()
    np.testing.assert_allclose(table["mase"], table["mae"] / scale)
    assert set(table.index) == set(METHODS) and table["mae"].is_monotonic_increasing
    assert (table["low"] <= table["mase"]).all() and (table["mase"] <= table["high"]).all()


def test_who_wins_depends_on_the_law_behind():
    """Where the level stands still the profile wins; where it jumps about, the newest values do. Sums over six series."""
    still = sum(backtest(_days(90, np.random.default_rng(k), drift=0.0), horizon=3, season=7)["mae"] for k in range(6))
    walk = sum(backtest(_days(90, np.random.default_rng(k), drift=9.0), horizon=3, season=7)["mae"] for k in range(6))
    assert still["profile"] < still["seasonal"] and still["profile"] < still["mean"]
    assert walk["smoothing"] < walk["profile"] and walk["smoothing"] < walk["mean"]


def test_sales_of_the_shop_are_foretold_and_the_report_may_say_lost():
    case = worlds.Retail.preset("shop", customers=800).draw(seed=7)
    days = pd.date_range(case.transactions["day"].min(), case.transactions["day"].max())
    sales = case.transactions.groupby("day").size().reindex(days).fillna(0).iloc[:160]
    table = backtest(sales, horizon=7, season=7, origins=10, least=0)
    assert table["mae"].iloc[0] > 0 and table.at["seasonal", "mase"] == pytest.approx(1, abs=0.5)
    ahead = forecast(sales, horizon=14, season=7, least=0)
    assert (ahead["low"] >= 0).all() and len(ahead) == 14


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        (lambda s: s.iloc[:5], {}, "sales has 5 periods; expected at least 8"),
        (lambda s: s.where(s.index != s.index[3]), {}, "missing or infinite in 1 of 60"),
        (lambda s: s.drop(s.index[10:12]), {}, "jumps over"),
        (lambda s: s.iloc[::-1], {}, "in the order of time"),
        (lambda s: s, {"season": 31}, "fewer than two seasons of 31"),
        (lambda s: s, {"method": "magic"}, "choose one of"),
        (lambda s: s, {"horizon": 0}, "horizon=0"),
        (lambda s: s, {"least": np.inf}, "least=inf"),
        (lambda s: s, {"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_is_named(change, options, match):
    with pytest.raises(ValueError, match=match):
        forecast(change(_days(60, np.random.default_rng(1))), **{"horizon": 3} | options)


def test_too_little_to_test_is_named():
    sales = _days(30, np.random.default_rng(1))
    with pytest.raises(ValueError, match="Mend: fewer origins"):
        backtest(sales, horizon=7, season=7, origins=12)
    with pytest.raises(ValueError, match="repeat themselves exactly"):
        backtest(pd.Series(np.resize([1.0, 2.0], 40)), horizon=2, season=2)
    with pytest.raises(TypeError, match="expected a Series"):
        forecast([1, 2, 3], horizon=1)
    with pytest.raises(TypeError, match="expected numbers"):
        forecast(pd.Series(["a"] * 9), horizon=1)
