"""Concentration: Gini of known laws, the mean difference as a second way, the jackknife by brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from crmkit.segments import concentration

# law: (draw, its Gini index)
LAWS = {
    "uniform": (lambda rng, n: rng.random(n), 1 / 3),
    "exponential": (lambda rng, n: rng.exponential(size=n), 1 / 2),
    "Pareto": (lambda rng, n: 1 + rng.pareto(4.0, size=n), 1 / 7),
    "lognormal": (lambda rng, n: rng.lognormal(sigma=0.8, size=n), special.erf(0.8 / 2)),
    "all alike": (lambda rng, n: np.full(n, 3.0), 0.0),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("seed", range(3))
def test_gini_of_known_laws(law, seed):
    """20,000 draws; the interval at 99.99 % (3.9 standard errors) must hold the Gini of the law."""
    draw, gini = LAWS[law]
    found = concentration(pd.Series(draw(np.random.default_rng(seed), 20_000)), level=0.9999)
    assert found.low - 1e-9 <= gini <= found.high + 1e-9
    assert found.high - found.low < 0.06


def mean_difference(values):
    """Gini (1912): mean absolute difference over twice the mean."""
    values = np.asarray(values, dtype=float)
    return np.abs(values[:, None] - values).mean() / (2 * values.mean())


@pytest.mark.parametrize("seed", range(8))
def test_gini_is_half_the_relative_mean_difference(seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.gamma(0.5, 100, size=int(rng.integers(1, 200))), 2) + 0.01
    assert concentration(pd.Series(values)).gini == pytest.approx(mean_difference(values), abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_the_interval_is_the_jackknife_by_brute_force(seed):
    rng = np.random.default_rng(100 + seed)
    n = int(rng.integers(3, 60))
    values = np.round(rng.gamma(2.0, 10, size=n))  # with ties and zeros
    values[0] += 5
    left = np.array([mean_difference(np.delete(values, at)) for at in range(n)])
    error = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    found = concentration(pd.Series(values), level=0.6826894921370859)  # one standard error
    assert found.gini - found.low == pytest.approx(min(error, found.gini), rel=1e-9)
    assert found.high - found.gini == pytest.approx(min(error, 1 - found.gini), rel=1e-9)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """Exponential, 300 customers, 600 draws: three standard errors of the coverage are 0.027; 0.015 for the skew."""
    rng = np.random.default_rng(1)
    found = [concentration(pd.Series(rng.exponential(size=300))) for _ in range(600)]
    assert abs(np.mean([one.low <= 0.5 <= one.high for one in found]) - 0.95) < 0.042


@pytest.mark.parametrize("seed", range(5))
def test_curve_tenth_and_half_by_hand(seed):
    rng = np.random.default_rng(seed)
    values = rng.gamma(1.0, 50, size=10 * int(rng.integers(1, 30)))
    found = concentration(pd.Series(values))
    best = sorted(values, reverse=True)
    assert found.top_tenth == pytest.approx(sum(best[: len(best) // 10]) / sum(best))
    whole = next(n for n in range(len(best) + 1) if sum(best[:n]) >= sum(best) / 2)
    assert (whole - 1) / len(best) <= found.half <= whole / len(best)
    curve = found.curve
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == pytest.approx([1, 1])
    assert (curve["captured"] >= curve["share"] - 1e-12).all()  # the best first: never below the diagonal
    assert (np.diff(curve["captured"], 2) < 1e-12).all()  # and ever flatter
    # The area between curve and diagonal is half the Gini index, for the polygon exactly.
    area = np.trapezoid(curve["captured"] - curve["share"], curve["share"])
    assert 2 * area == pytest.approx(found.gini)


def test_currency_order_and_doubling_the_customers_change_nothing():
    values = np.random.default_rng(2).gamma(1.0, 50, size=101)
    here = concentration(pd.Series(values))
    for other in (values * 1e-6, values * 1e6, values[::-1], np.tile(values, 3)):
        assert concentration(pd.Series(other)).gini == pytest.approx(here.gini)


def test_edges():
    one = concentration(pd.Series([7.0]))
    assert one.gini == 0 and (one.low, one.high) == (0, 1)  # of one customer nothing is known
    has_all = concentration(pd.Series([0.0] * 99 + [1.0]))
    assert has_all.gini == pytest.approx(0.99) and has_all.top_tenth == 1 and has_all.half <= 0.01
    assert concentration(pd.Series([5.0, -3.0])).gini == concentration(pd.Series([5.0, 0.0])).gini


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, np.nan], "money holds 1 missing or infinite"),
        ([1, np.inf], "money holds 1 missing or infinite"),
        ([1, -np.inf], "money holds 1 missing or infinite"),
        ([0.0, 0.0], "money of 2 customers adds up to 0; expected more than 0"),
        ([-1.0], "adds up to 0"),
        ([], "money of 0 customers"),
    ],
)
def test_money_that_cannot_be_shared_is_refused(values, said):
    with pytest.raises(ValueError, match=said):
        concentration(pd.Series(values, dtype=float))
