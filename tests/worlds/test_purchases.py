"""Purchase and drop-out processes: clocks, Poisson counts and the expected future by a second way."""

import datetime as dt

import numpy as np
import pytest
from scipy import integrate, stats

from crmkit.worlds.retail.purchases import Clock, draw_between, expected_between, intensity, on_calendar
from crmkit.worlds.retail.world import SEASON


@pytest.mark.parametrize("strength", [0.0, 0.6, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("start", [dt.date(2023, 1, 1), dt.date(2025, 7, 19)])
def test_a_year_of_365_days_has_intensity_one_on_average(start, strength):
    daily = intensity(start, 365, SEASON, strength)
    assert daily.mean() == pytest.approx(1) and (daily > 0).all()


def test_intensity_follows_the_calendar_and_the_factors():
    daily = intensity(dt.date(2024, 1, 15), 400, SEASON, 1.0)
    days = [dt.date(2024, 1, 15) + dt.timedelta(days=at) for at in range(400)]
    ratio = {day.month: [] for day in days}
    for day, value in zip(days, daily, strict=True):
        ratio[day.month].append(value / SEASON[day.month - 1])
    everything = np.concatenate(list(ratio.values()))
    np.testing.assert_allclose(everything, everything[0])
    assert set(intensity(dt.date(2024, 1, 1), 730, SEASON, 0.0)) == {1.0}


def test_clock_and_calendar_are_inverse():
    clock = Clock.of(intensity(dt.date(2024, 3, 1), 500, SEASON, 2.0))
    day = np.random.default_rng(1).uniform(0, 500, size=1_000)
    np.testing.assert_allclose(clock.day(clock.read(day)), day, atol=1e-9)
    assert clock.read(np.array([0.0]))[0] == 0 and (np.diff(clock.read(np.sort(day))) >= 0).all()


def test_purchases_lie_between_the_days_and_are_poisson():
    rng = np.random.default_rng(2)
    n = 4_000
    clock = Clock.of(np.ones(300))
    begin = rng.uniform(0, 100, size=n)
    end = begin + rng.uniform(-10, 150, size=n)  # some end before they begin: nothing
    who, when = draw_between(np.full(n, 0.05), begin, end, clock, rng)
    assert (when >= begin[who]).all() and (when <= end[who]).all()
    count = np.bincount(who, minlength=n)
    mean = 0.05 * np.maximum(end - begin, 0)
    assert (count[end <= begin] == 0).all()
    assert abs(count.sum() - mean.sum()) < 4 * np.sqrt(mean.sum())
    square = ((count - mean) ** 2 / np.where(mean > 0, mean, 1))[mean > 1].mean()
    assert square == pytest.approx(1, abs=0.12)  # variance = mean; standard error about 0.03
    share = (when - begin[who]) / (end - begin)[who]
    assert stats.kstest(share, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("strength", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("start", [dt.date(2026, 1, 1), dt.date(2024, 2, 17)])
@pytest.mark.parametrize("leave", [1e-12, 1e-4, 5e-3, 0.2])
def test_the_expected_future_is_the_integral_of_rate_times_being_there(strength, start, leave):
    """Second way: quadrature day by day."""
    daily = intensity(start, 365, SEASON, strength)
    by_day = [integrate.quad(lambda t: np.exp(-leave * t), at, at + 1)[0] for at in range(365)]
    wanted = 0.03 * float(daily @ np.array(by_day))
    found = expected_between(np.array([0.03]), np.array([leave]), start, 365, SEASON, strength)
    # The limit of a hazard of 0 loses digits in 1 - exp(-x): four remain at the floor of 1e-12.
    assert found[0] == pytest.approx(wanted, rel=1e-9)


def test_who_never_leaves_buys_at_the_rate_and_who_leaves_soon_buys_rate_over_hazard():
    found = expected_between(np.array([0.1, 0.1]), np.array([1e-12, 2.0]), dt.date(2025, 1, 1), 365, (1.0,) * 12, 1.0)
    assert found == pytest.approx([36.5, 0.05])


def test_days_become_dates():
    dates = on_calendar(dt.date(2024, 2, 28), np.array([0.0, 0.99, 1.0, 2.5, 900.0]), 10)
    assert dates.astype("datetime64[D]").astype(str).tolist() == [
        "2024-02-28",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-08",  # what lies beyond the window stands on its last day
    ]
