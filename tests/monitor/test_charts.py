"""Control charts: published run lengths, exact laws, simulation; early warning; bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import monitor
from crmkit.monitor import EWMA, Shewhart


def test_three_sigma_waits_370_periods():
    assert Shewhart(3.0).run_length().mean == pytest.approx(370.398, abs=5e-4)
    assert Shewhart(3.0).run_length(1.0).mean == pytest.approx(
        43.89, abs=5e-3
    )  # Montgomery, Statistical quality control
    one = Shewhart(2.0).run_length(0.5, periods=4)
    chance = stats.norm.sf(1.5) + stats.norm.cdf(-2.5)
    assert one.within == pytest.approx(1 - (1 - chance) ** 4) and one.sd == pytest.approx(np.sqrt(1 - chance) / chance)


@pytest.mark.parametrize(
    ("weight", "width", "shift", "mean"),
    [(0.1, 2.814, 0.0, 500), (0.1, 2.814, 1.0, 10.3), (0.05, 2.615, 0.0, 500), (0.05, 2.615, 1.0, 11.4),
     (0.25, 2.998, 0.0, 500), (0.25, 2.998, 1.0, 11.1), (0.4, 3.054, 1.0, 14.3)],
)  # fmt: skip
def test_weighted_means_wait_as_long_as_published(weight, width, shift, mean):
    """Lucas & Saccucci (1990), table of average run lengths: printed to three digits, two at 500."""
    assert EWMA(weight, width).run_length(shift).mean == pytest.approx(mean, rel=0.012)


def test_the_chain_is_what_simulation_shows():
    rng = np.random.default_rng(1)
    chart, shift, runs = EWMA(0.2, 2.5), 0.7, []
    end = chart.width * chart.sd_share
    z, alive, age = np.zeros(20_000), np.ones(20_000, bool), 0
    while alive.any():
        age += 1
        z[alive] = 0.2 * (rng.standard_normal(alive.sum()) + shift) + 0.8 * z[alive]
        out = alive & (np.abs(z) > end)
        runs += [age] * int(out.sum())
        alive &= ~out
    told = chart.run_length(shift, periods=8)
    assert np.mean(runs) == pytest.approx(told.mean, abs=4 * told.sd / 20_000**0.5)
    assert np.std(runs) == pytest.approx(told.sd, rel=0.05)
    assert (np.array(runs) <= 8).mean() == pytest.approx(told.within, abs=0.015)


def test_a_weight_of_one_is_the_plain_chart():
    values = np.random.default_rng(2).normal(10, 2, 50)
    one, two = EWMA(1.0, 3.0).chart(values, mean=10, sd=2), Shewhart(3.0).chart(values, mean=10, sd=2)
    pd.testing.assert_frame_equal(one, two)
    assert EWMA(1.0, 3.0).run_length(1.0) == Shewhart(3.0).run_length(1.0)


def test_weighted_means_and_their_limits_are_their_definition():
    values = pd.Series([12.0, 9.0, 13.0], index=["a", "b", "c"])
    table = EWMA(0.3, 2.5).chart(values, mean=10.0, sd=2.0)
    z1 = 0.3 * 12 + 0.7 * 10
    z2 = 0.3 * 9 + 0.7 * z1
    assert table["statistic"].tolist()[:2] == pytest.approx([z1, z2]) and list(table.index) == ["a", "b", "c"]
    # In the long run the variance is weight / (2 - weight) that of a value: limits for which the run length holds.
    assert table["high"].tolist() == pytest.approx([10 + 2.5 * 2.0 * np.sqrt(0.3 / 1.7)] * 3)
    drawn = EWMA(0.3, 2.5).chart(np.random.default_rng(3).normal(size=200_000), mean=0.0, sd=1.0)
    assert drawn["statistic"].std() == pytest.approx(np.sqrt(0.3 / 1.7), rel=0.02)


def test_a_calibrated_chart_alarms_as_often_as_asked():
    for weight in (0.05, 0.3, 1.0):
        assert EWMA.calibrated(weight, arl=200).run_length().mean == pytest.approx(200, rel=1e-3)


def test_a_small_shift_shows_sooner_in_weighted_means():
    slow, quick = Shewhart(3.0), EWMA.calibrated(0.1, arl=370.4)
    assert quick.run_length(0.5).mean < slow.run_length(0.5).mean / 4
    assert quick.run_length(4.0).mean > slow.run_length(4.0).mean  # and a large one later


# --- shares and counts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "centre"), [(20, 0.1), (50, 0.08), (400, 0.5), (7, 0.9)])
def test_false_alarms_of_shares_are_those_of_the_binomial_law(size, centre):
    table = monitor.p_chart(np.arange(size + 1), np.full(size + 1, size), centre=centre)
    law = stats.binom(size, centre).pmf(np.arange(size + 1))
    assert table.attrs["false_alarm"] == pytest.approx(law[table["signal"]].sum())
    assert table.attrs["exact_false_alarm"] == pytest.approx(law[table["exact_signal"]].sum())
    # Exact limits: no tail beyond them has more than that of a normal one beyond three sigma.
    below, above = table["share"] < table["exact_low"], table["share"] > table["exact_high"]
    assert law[below].sum() <= stats.norm.sf(3) + 1e-12 and law[above].sum() <= stats.norm.sf(3) + 1e-12
    # And they are as narrow as may be: one more outside would be too many.
    inside = np.flatnonzero(~(below | above))
    assert law[: inside[0] + 1].sum() > stats.norm.sf(3) and law[inside[-1] :].sum() > stats.norm.sf(3)


def test_false_alarms_of_counts_are_those_of_the_poisson_law():
    counts = np.arange(60)
    for centre in (0.4, 5.0, 20.0):
        table = monitor.c_chart(counts, centre=centre)
        law = stats.poisson(centre).pmf(counts)
        assert table.attrs["false_alarm"] == pytest.approx(law[table["signal"]].sum(), rel=1e-6)
        assert table.attrs["exact_false_alarm"] == pytest.approx(law[table["exact_signal"]].sum(), rel=1e-6)
        mean = monitor.c_run_length(centre, centre=centre, exact=False).mean
        assert mean == pytest.approx(1 / table.attrs["false_alarm"])


def test_run_lengths_of_shares_are_one_over_the_chance():
    table = monitor.p_chart(np.arange(51), np.full(51, 50), centre=0.08)
    now = stats.binom(50, 0.16).pmf(np.arange(51))
    exact = monitor.p_run_length(0.16, size=50, centre=0.08)
    plain = monitor.p_run_length(0.16, size=50, centre=0.08, exact=False)
    assert exact.mean == pytest.approx(1 / now[table["exact_signal"]].sum())
    assert plain.mean == pytest.approx(1 / now[table["signal"]].sum())


def test_exposure_widens_and_narrows_limits():
    table = monitor.c_chart([4, 40], exposure=[1.0, 10.0], centre=4.0)
    assert table["rate"].tolist() == [4.0, 4.0] and table["high"].tolist() == pytest.approx(
        [10.0, 4 + 3 * np.sqrt(0.4)]
    )
    even = monitor.c_chart([3, 5, 4, 8])
    assert even["centre"].iloc[0] == 5.0


# --- early warning ----------------------------------------------------------------------------------------------------


def test_an_alarm_is_a_test_with_size_and_power():
    told = monitor.alarm(noise=10.0, threshold=20.0, shift=30.0)
    assert told.false_alarm == pytest.approx(stats.norm.sf(2)) and told.power == pytest.approx(stats.norm.sf(-1))
    back = monitor.alarm(noise=10.0, false_alarm=told.false_alarm, shift=30.0)
    assert back.threshold == pytest.approx(20.0) and back.periods_to_false == pytest.approx(1 / told.false_alarm)


def test_who_is_over_the_limit_is_told_with_the_chance_of_noise():
    frame = pd.DataFrame(
        {"customer_id": [1, 2, 3], "day": [1, 1, 1], "owed": [900.0, 1_100.0, 1_300.0], "limit": 1_000.0}
    )
    told = monitor.limit_exceeded(frame, value="owed", limit="limit", noise=100.0)
    assert told["customer_id"].tolist() == [3, 2] and told["by"].tolist() == [300.0, 100.0]
    np.testing.assert_allclose(told["chance"], stats.norm.sf([3, 1]))
    assert told.attrs == {"checks": 3, "false_alarm": 0.5, "expected_false": None}
    assert monitor.limit_exceeded(frame, value="owed", limit="limit", threshold=200.0)["customer_id"].tolist() == [3]


@pytest.mark.parametrize("cumulate", [False, True])
def test_false_warnings_come_as_often_as_said(cumulate):
    """Nothing is wrong in 4,000 regions over six months: warnings are as many as expected, within four errors."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"region": np.repeat(np.arange(4_000), 6), "month": np.tile(np.arange(6), 4_000), "plan": 100.0}
    )
    frame["sold"] = 100 + rng.normal(0, 10, len(frame))
    told = monitor.behind_plan(
        frame, actual="sold", who="region", when="month", threshold=15.0, noise=10.0, cumulate=cumulate
    )
    expected = told.attrs["expected_false"]
    # Sums of one region go together: up to six warnings at once.
    assert abs(len(told) - expected) < 4 * np.sqrt(expected * (6 if cumulate else 1))
    over = monitor.over_plan(frame, actual="sold", who="region", when="month", threshold=15.0, noise=10.0)
    assert abs(len(over) - over.attrs["expected_false"]) < 4 * np.sqrt(over.attrs["expected_false"])


def test_sums_since_the_first_period_are_in_the_order_of_periods():
    plan = pd.DataFrame(
        {"who": [1, 1, 2], "day": [2, 1, 1], "actual": [95.0, 90.0, 50.0], "plan": [100.0, 100.0, 40.0]}
    )
    told = monitor.behind_plan(plan, who="who", when="day", threshold=12.0, cumulate=True)
    assert told["by"].tolist() == [15.0] and told.index.tolist() == [0] and told["actual"].tolist() == [185.0]


GOOD = pd.DataFrame({"customer_id": [1], "day": [1], "actual": [90.0], "plan": [100.0]})
BAD = {
    "sigmas": (lambda: Shewhart(0), "sigmas=0"),
    "weight": (lambda: EWMA(0.0), "weight=0.0"),
    "width": (lambda: EWMA(0.1, 9), "width=9"),
    "shift": (lambda: Shewhart().run_length(np.nan), "shift=nan"),
    "periods": (lambda: EWMA().run_length(periods=0), "periods=0"),
    "sd": (lambda: Shewhart().chart([1.0], mean=0, sd=0), "sd=0"),
    "missing": (lambda: EWMA().chart([1.0, np.nan], mean=0, sd=1), "values is nan at place 1"),
    "arl": (lambda: EWMA.calibrated(0.1, arl=2), "arl=2"),
    "more hits": (lambda: monitor.p_chart([3], [2]), "hits are 3 of 2 at place 0"),
    "lengths": (lambda: monitor.p_chart([3], [5, 5]), "1 periods and size 2"),
    "none hit": (lambda: monitor.p_chart([0], [5]), "share is 0 in all periods"),
    "half a hit": (lambda: monitor.c_chart([0.5]), "counts holds 0.5"),
    "nothing": (lambda: monitor.c_chart([0, 0]), "0 in all periods"),
    "exposure": (lambda: monitor.c_chart([1], exposure=[0.0]), "more than 0"),
    "both": (lambda: monitor.alarm(noise=1, threshold=1, false_alarm=0.1, shift=1), "either threshold or false_alarm"),
    "false alarm": (lambda: monitor.alarm(noise=1, false_alarm=5, shift=1), "false_alarm=5"),
    "columns": (lambda: monitor.over_plan(GOOD, actual="spent"), "spent"),
    "empty": (lambda: monitor.over_plan(GOOD.head(0)), "0 rows"),
    "same": (lambda: monitor.over_plan(GOOD, actual="plan"), "four different ones"),
    "text": (lambda: monitor.over_plan(GOOD.assign(plan="much")), "expected money"),
    "no plan": (lambda: monitor.over_plan(GOOD.assign(plan=np.nan)), "'plan'. is missing or infinite in 1"),
    "threshold": (lambda: monitor.over_plan(GOOD, threshold=-1), "threshold=-1"),
    "twice": (lambda: monitor.over_plan(pd.concat([GOOD, GOOD]), cumulate=True), "twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
