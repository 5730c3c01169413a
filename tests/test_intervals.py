"""Intervals and false discovery rates, against SciPy, against a brute force and by their coverage."""

import numpy as np
import pytest
from scipy import stats

from crmkit.intervals import benjamini_hochberg, mean_in_groups, normal_draws, normal_quantile, wilson, wilson_in_groups


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


def grouped(seed, groups=40, mean=0.75, alike=0.5):
    """Shares of skewed groups that stand or fall together: beta chances with this correlation within a group."""
    rng = np.random.default_rng(seed)
    size = np.minimum(rng.geometric(0.25, groups), 25)
    chance = rng.beta(mean * (1 / alike - 1), (1 - mean) * (1 / alike - 1), groups)
    group = np.repeat(np.arange(groups), size)
    return (rng.random(len(group)) < chance[group]).astype(float), group


def test_rows_without_relatives_have_the_usual_interval():
    values = np.random.default_rng(1).gamma(2.0, 5.0, 60)
    low, high = mean_in_groups(values, np.arange(60))
    witness = stats.t.interval(0.95, 59, values.mean(), stats.sem(values))
    assert (low, high) == pytest.approx(witness)


def test_copies_tell_nothing_new():
    """Each row five times over: the interval of the means is that of the rows once; Wilson's as well."""
    values, group = np.random.default_rng(2).random(30), np.arange(30)
    once = mean_in_groups(values, group)
    assert mean_in_groups(np.repeat(values, 5), np.repeat(group, 5)) == pytest.approx(once)
    hits = (values < 0.7).astype(float)
    low, high, worth = wilson_in_groups(hits, group)
    assert wilson_in_groups(np.repeat(hits, 5), np.repeat(group, 5)) == pytest.approx((low, high, worth))
    # Student's law and n / (n - 1) make it somewhat wider than Wilson's own, and worth somewhat less than the rows.
    plain = wilson(hits.sum(), 30)
    assert 25 < worth < 30 and low < plain[0] and high > plain[1]


def test_a_mean_in_groups_agrees_with_the_bootstrap_over_groups():
    hits, group = grouped(3, groups=200)
    rng, sums, size = np.random.default_rng(4), np.bincount(group, weights=hits), np.bincount(group)
    drawn = rng.integers(0, 200, (4_000, 200))
    spread = (sums[drawn].sum(axis=1) / size[drawn].sum(axis=1)).std()
    low, high = mean_in_groups(hits, group)
    many = size.sum() ** 2 / (size**2).sum()
    # 4,000 draws know their spread to 1.1 %; linearising costs as little here.
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, many - 1) * spread, rel=0.05)


def test_intervals_in_groups_hold_the_truth_where_those_of_rows_do_not():
    """400 draws of 40 skewed groups. Rows alone hold 0.75 in some six of ten; groups in 95 of 100, less what few unequal
    groups cost (3 standard errors of a share of 400 are 3 points)."""
    held = np.zeros(3)
    for seed in range(400):
        hits, group = grouped(seed)
        for way, (low, high) in enumerate(
            (wilson_in_groups(hits, group)[:2], mean_in_groups(hits, group), wilson(hits.sum(), len(hits)))
        ):
            held[way] += low <= 0.75 <= high
    assert held[0] / 400 > 0.92 and held[1] / 400 > 0.88
    assert held[2] / 400 < 0.75


def test_where_all_rows_agree_the_groups_are_counted():
    low, high, worth = wilson_in_groups(np.ones(100), np.repeat(np.arange(10), 10))
    assert high == 1 and worth < 10 and wilson(10, 10)[0] > low > wilson(4, 4)[0]
    # Of one group nothing is known.
    low, high, _ = wilson_in_groups([1, 0, 1], ["a", "a", "a"])
    assert low < 0.05 and high > 0.95
    assert mean_in_groups([1.0, 2.0], ["a", "a"]) == (-np.inf, np.inf)


def test_normal_draws_are_the_standard_ones_times_the_symmetric_root():
    from scipy.linalg import sqrtm

    covariance = np.array([[2.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 0.5]])
    drawn = normal_draws(np.random.default_rng(5), [1.0, 2.0, 3.0], covariance, 50)
    standard = np.random.default_rng(5).standard_normal((50, 3))
    assert np.allclose(drawn, [1.0, 2.0, 3.0] + standard @ sqrtm(covariance).real, rtol=0, atol=1e-12)


def test_normal_draws_of_a_law_with_a_fixed_sum_keep_it():
    drawn = normal_draws(np.random.default_rng(5), [0.4, 0.6], [[0.01, -0.01], [-0.01, 0.01]], 100)
    assert np.allclose(drawn.sum(axis=1), 1, rtol=0, atol=1e-12) and drawn.std() > 0.05
