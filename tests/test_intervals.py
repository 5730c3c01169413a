"""Intervals and false discovery rates, against SciPy, against a brute force and by their coverage."""

import numpy as np
import pytest
from scipy import stats

from crmkit.intervals import benjamini_hochberg, normal_quantile, wilson


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_wilson_is_scipys_wilson(level):
    cases = [(hits, of) for of in (1, 2, 5, 20, 1000) for hits in {0, 1, of // 2, of - 1, of} if 0 <= hits <= of]
    low, high = wilson(*zip(*cases, strict=True), level=level)
    for at, (hits, of) in enumerate(cases):
        witness = stats.binomtest(hits, of).proportion_ci(level, method="wilson")
        assert low[at] == pytest.approx(witness.low, abs=1e-12)
        assert high[at] == pytest.approx(witness.high, abs=1e-12)


def test_wilson_contains_the_share_and_mirrors():
    hits = np.arange(51)
    low, high = wilson(hits, 50)
    assert ((low <= hits / 50) & (hits / 50 <= high)).all()
    np.testing.assert_allclose(low, 1 - high[::-1], atol=1e-12)
    assert low[0] == 0 and high[-1] == 1


def test_wilson_of_nothing_is_missing_without_a_warning():
    low, high = wilson([0, 3], [0, 4])
    assert np.isnan([low[0], high[0]]).all()
    assert 0 < low[1] < high[1] < 1


def test_wilson_holds_the_truth_about_as_often_as_it_says():
    """Exact coverage by summing binomial chances. Averaged over p, Wilson is close to nominal
    (Agresti & Coull 1998, figure 4: within about one point for n = 30)."""
    of, chances = 30, np.linspace(0.02, 0.98, 97)
    low, high = wilson(np.arange(of + 1), of)
    coverage = [stats.binom.pmf(np.arange(of + 1), of, p)[(low <= p) & (p <= high)].sum() for p in chances]
    assert abs(np.mean(coverage) - 0.95) < 0.01


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, float("nan")])
def test_levels_outside_are_refused_with_their_mend(level):
    with pytest.raises(ValueError, match=r"level=.* must lie between 0 and 1; write 95 % as 0.95"):
        normal_quantile(level)


def test_normal_quantile_holds_the_middle():
    for level in (0.1, 0.5, 0.9, 0.95, 0.999):
        assert stats.norm.cdf(normal_quantile(level)) - stats.norm.cdf(-normal_quantile(level)) == pytest.approx(level)


def by_the_definition(p):
    """q of a test: the least share of false finds, m p / rank, over all cuts that take it in."""
    p = np.asarray(p)
    return np.array([min(1.0, min(len(p) * cut / (p <= cut).sum() for cut in p if cut >= one)) for one in p])


@pytest.mark.parametrize("seed", range(10))
def test_benjamini_hochberg_is_its_definition(seed):
    rng = np.random.default_rng(seed)
    p = rng.random(rng.integers(1, 40)) ** 3
    p[rng.random(len(p)) < 0.2] = p[0]  # ties
    np.testing.assert_allclose(benjamini_hochberg(p), by_the_definition(p), rtol=1e-12)


def test_benjamini_hochberg_leaves_out_what_is_missing_and_keeps_the_shape():
    p = np.array([[0.01, np.nan], [0.04, 0.03]])
    q = benjamini_hochberg(p)
    assert q.shape == (2, 2) and np.isnan(q[0, 1])
    np.testing.assert_allclose(q[[0, 1, 1], [0, 0, 1]], by_the_definition([0.01, 0.04, 0.03]))
    assert np.isnan(benjamini_hochberg([np.nan])).all()
    assert len(benjamini_hochberg([])) == 0


def test_benjamini_hochberg_keeps_false_finds_rare():
    """Of 40 tests 20 are of nothing; at q <= 0.1 the mean share of false finds is at most 0.1 x 20/40 = 0.05
    (Benjamini & Hochberg 1995, theorem 1). 400 rounds; three standard errors of the mean allowed."""
    rng = np.random.default_rng(1)
    wrong = []
    for _ in range(400):
        z = rng.standard_normal(40) + np.repeat([0.0, 3.0], 20)
        picked = benjamini_hochberg(2 * stats.norm.sf(np.abs(z))) <= 0.1
        wrong.append(picked[:20].sum() / max(picked.sum(), 1))
    assert np.mean(wrong) < 0.05 + 3 * np.std(wrong) / np.sqrt(400)
    assert np.mean(wrong) > 0.05 - 4 * np.std(wrong) / np.sqrt(400)
