"""Adoption brought forward: against quadrature, people played out one by one, and limits."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy.integrate import quad

from crmkit import explore, plots
from crmkit.targeting import market

LAW = market.Bass(0.006, 0.2, 300.0)
COUNTS = LAW.draw(24, seed=1)


@pytest.fixture(scope="module")
def fit():
    return market.fit_bass(COUNTS, population=420)


@pytest.mark.parametrize("law", [LAW, market.Bass(0.1, 0.0, 50.0), market.Bass(0.3, 0.01, 50.0)])
@pytest.mark.parametrize("after", [0, 24])
@pytest.mark.parametrize("periods", [1, 36, 500])
def test_the_time_waited_is_the_integral(law, after, periods):
    area, _ = quad(lambda t: law.m - float(law.cumulative(t)), after, after + periods, limit=200)
    assert market.waiting(law, after=after, periods=periods) == pytest.approx(area, rel=1e-6, abs=1e-9)


def test_people_played_out_one_by_one_wait_as_long():
    rng = np.random.default_rng(3)
    many = 200_000
    grid = np.linspace(0, 200, 20_001)
    day = np.interp(rng.random(many), LAW.cumulative(grid) / LAW.m, grid)
    waited = np.clip(day[day > 24] - 24, 0, 36)
    true = market.waiting(LAW, after=24, periods=36) / LAW.m
    error = waited.std() / np.sqrt(many) * 4 + 0.002  # four standard errors, and the grid
    assert waited.sum() / many == pytest.approx(true, abs=error)


def test_money_is_time_times_each_less_the_one_off(fit):
    found = market.hasten(fit, periods=36, each=7.0, one_off=100.0, seed=1)
    assert found.gained == pytest.approx(market.waiting(fit.model, after=24, periods=36))
    assert found.saved == pytest.approx(7 * found.gained) and found.net == pytest.approx(found.saved - 100)
    # Without an error of each, the money's interval is that of the time.
    assert found.net_low == pytest.approx(7 * found.gained_low - 100)
    assert found.net_high == pytest.approx(7 * found.gained_high - 100)
    wide = market.hasten(fit, periods=36, each=7.0, error=5.0, one_off=100.0, seed=1)
    assert wide.net_low < found.net_low and wide.gained_low == found.gained_low
    assert market.hasten(fit, periods=36, each=7.0, seed=1) == market.hasten(fit, periods=36, each=7.0, seed=1)


def test_a_market_that_cannot_be_larger_cuts_the_upper_end(fit):
    loose, cut = (market.hasten(fit, periods=36, each=1.0, most=most, seed=1) for most in (None, 300))
    assert cut.gained_high < loose.gained_high and cut.gained == loose.gained


def test_the_interval_holds_the_truth_as_often_as_it_says():
    true, held, told = market.waiting(LAW, after=36, periods=36), 0, 0
    for seed in range(100):
        one = market.fit_bass(LAW.draw(36, seed=seed), population=420)
        if one.identified:
            found = market.hasten(one, periods=36, each=1.0, seed=seed, draws=400)
            told += 1
            held += found.gained_low <= true <= found.gained_high
    # Two standard errors of 100 trials at 95 % are 4.4 points; the normal law of log p, q, m is itself near only.
    assert told > 90 and 0.86 <= held / told


def test_counts_that_tell_no_law_give_no_interval():
    early = market.fit_bass(COUNTS[:8])
    assert not early.identified
    found = market.hasten(early, periods=12, each=1.0, seed=1)
    assert np.isnan([found.net_low, found.net_high, found.gained_low, found.gained_high]).all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"periods": 0}, "periods"),
        ({"each": np.nan}, "each"),
        ({"error": -1.0}, "error"),
        ({"one_off": -1.0}, "one_off"),
        ({"most": 0}, "most"),
        ({"draws": 1}, "draws"),
        ({"level": 1.0}, "level"),
    ],
)
def test_what_is_wrong_is_told(fit, options, match):
    with pytest.raises(ValueError, match=match):
        market.hasten(fit, **({"periods": 12, "each": 1.0, "seed": 1} | options))
    with pytest.raises(ValueError, match="after"):
        market.waiting(LAW, after=-1, periods=3)


def test_the_picture_and_the_explorer_keep_the_laws(fit):
    found = market.hasten(fit, periods=36, each=10.0, one_off=2_000.0, seed=1)
    said = keeps_the_laws(plots.hastened, fit.band(60), found=found, seen=24, market=fit.model.m, unit="dollars")
    assert f"net {found.net:+,.0f} dollars" in said
    bare = pd.DataFrame({"cumulative": fit.model.cumulative(np.arange(1, 61))}, index=range(1, 61))
    early = market.hasten(market.fit_bass(COUNTS[:8]), periods=12, each=1.0, seed=1)
    keeps_the_laws(plots.hastened, bare, found=early, seen=24, market=fit.model.m)
    options = {"each": 10.0, "error": 1.0, "one_off": 2_000, "years": 3, "most": 420, "seed": 1}
    explorer = explore.hastening(fit, **options)
    explorer_keeps_the_laws(explorer)
    assert f"net {found.net:+,.0f} money" in explorer.said
    unsure = explore.hastening(market.fit_bass(COUNTS[:8]), **options)
    assert "nan" not in unsure.said and "(" not in unsure.said.split("net")[1]
