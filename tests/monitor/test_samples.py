"""What samples tell, how many answers are needed, and fair league tables: laws, coverage, known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import monitor


def test_five_answers_tell_little():
    told = monitor.mean_interval([80, 90, 70, 85, 75], scale=(0, 100))
    known = stats.ttest_1samp([80, 90, 70, 85, 75], 0).confidence_interval(0.95)
    assert told.loc["Student", ["low", "high"]].tolist() == pytest.approx([known.low, known.high])
    assert told.at["Anderson", "low"] < told.at["Student", "low"]
    same = monitor.mean_interval([80] * 5, scale=(0, 100))
    assert same.at["Student", "width"] == 0 and same.at["Anderson", "width"] > 40  # agreement is no proof
    everyone = monitor.share_interval(5, 5)
    exact = stats.binomtest(5, 5).proportion_ci(method="exact")
    assert everyone.loc["exact", ["low", "high"]].tolist() == pytest.approx([exact.low, exact.high])
    wilson = stats.binomtest(5, 5).proportion_ci(method="wilson")
    assert everyone.loc["Wilson", ["low", "high"]].tolist() == pytest.approx([wilson.low, wilson.high])


@pytest.mark.parametrize("n", [5, 30])
def test_any_law_is_covered_by_anderson_and_not_by_student(n):
    """Nine in ten give 100, one gives 0: the mean is 90. Student's covers far too seldom with few answers."""
    rng = np.random.default_rng(n)
    ends = [monitor.mean_interval(100.0 * (rng.random(n) < 0.9), scale=(0, 100)) for _ in range(600)]
    hits = {
        name: np.mean([one.at[name, "low"] <= 90 <= one.at[name, "high"] for one in ends])
        for name in ("Student", "Anderson")
    }
    assert hits["Anderson"] >= 0.95 - 0.027 and (n > 5 or hits["Student"] < 0.6)


@pytest.mark.parametrize(("share", "of"), [(0.5, 5), (0.9, 20), (0.05, 60)])
def test_shares_are_covered(share, of):
    """Exact: the sum over all results that cover is at least 95 % (Clopper-Pearson) or near it (Wilson)."""
    law = stats.binom(of, share).pmf(np.arange(of + 1))
    rows = [monitor.share_interval(k, of) for k in range(of + 1)]
    cover = {
        name: sum(p for p, one in zip(law, rows, strict=True) if one.at[name, "low"] <= share <= one.at[name, "high"])
        for name in ("Wilson", "exact")
    }
    assert cover["exact"] >= 0.95 and cover["Wilson"] > 0.88


def test_of_a_small_whole_the_exact_interval_is_the_hypergeometric_one():
    population, of = 40, 12
    for yes in range(0, 41, 5):
        law = stats.hypergeom(population, yes, of).pmf(np.arange(of + 1))
        cover = 0.0
        for k in range(of + 1):
            if law[k] > 0:
                one = monitor.share_interval(k, of, population=population)
                cover += law[k] * (
                    one.at["exact", "low"] - 1e-12 <= yes / population <= one.at["exact", "high"] + 1e-12
                )
        assert cover >= 0.95
    everyone = monitor.share_interval(9, 12, population=12)
    assert everyone["width"].tolist() == [0, 0]
    assert monitor.mean_interval([1, 2, 3], scale=(0, 5), population=3)["width"].tolist() == [0, 0]


def test_sizes_are_the_least_that_are_enough():
    n = monitor.sample_size_mean(sd=15.0, half_width=4.0)
    half = lambda k: stats.t.ppf(0.975, k - 1) * 15 / np.sqrt(k)  # noqa: E731 -- the definition, once
    assert half(n) <= 4.0 < half(n - 1)
    assert monitor.sample_size_mean(sd=15.0, half_width=4.0, population=80) < n
    for share, width in ((0.5, 0.03), (0.1, 0.05), (0.98, 0.01)):
        n = monitor.sample_size_share(half_width=width, share=share)
        widths = []
        for k in (n, n - 1):
            z = stats.norm.ppf(0.975)
            middle = z / (1 + z**2 / k) * np.sqrt(share * (1 - share) / k + z**2 / (4 * k**2))
            low, high = (share + z**2 / (2 * k)) / (1 + z**2 / k) + np.array([-1, 1]) * middle
            widths.append((min(high, 1) - max(low, 0)) / 2)
        assert widths[0] <= width < widths[1]


def test_four_points_in_eight_months_may_be_noise():
    told = monitor.before_after(78.0, 82.0, sd=(18.0, 16.0), n=(100, 80))
    known = stats.ttest_ind_from_stats(82.0, 16.0, 80, 78.0, 18.0, 100, equal_var=False)
    assert told.p == pytest.approx(known.pvalue) and told.low < 0 < told.high
    rng = np.random.default_rng(1)
    n = int(monitor.before_after(78.0, 82.0, sd=18.0, n=100).needed)
    seen = [stats.ttest_ind(rng.normal(82, 18, n), rng.normal(78, 18, n)).pvalue < 0.05 for _ in range(1_500)]
    assert np.mean(seen) == pytest.approx(0.8, abs=4 * 0.4 / 1_500**0.5)
    assert monitor.before_after(5.0, 5.0, sd=1.0, n=10).needed == np.inf


# --- league tables ----------------------------------------------------------------------------------------------------


def portfolios(seed, k=40):
    rng = np.random.default_rng(seed)
    names = [f"m{at:02d}" for at in range(k)]
    true = pd.Series(rng.beta(20, 180, k), index=names)
    of = pd.Series(np.round(10 ** rng.uniform(0.7, 3, k)).astype(int), index=names)
    return pd.Series(rng.binomial(of, true), index=names), of, true


def test_the_fair_table_errs_less_and_its_intervals_hold():
    """Truth known over 40 leagues of 40: squared error below the naive one, 95 % intervals cover."""
    errors, covered, leaders = [], [], []
    for seed in range(40):
        hits, of, true = portfolios(seed)
        table = monitor.league(hits, of)
        own = true[table.index]
        errors.append((((table["shrunk"] - own) ** 2).mean(), ((table["naive"] - own) ** 2).mean()))
        covered.append(((table["low"] <= own) & (own <= table["high"])).mean())
        leaders.append((of[table["naive"].idxmax()], of[table.index[0]]))
    fair, naive = np.array(errors).T
    assert fair.mean() < naive.mean() / 3 and (fair < naive).mean() > 0.95
    assert np.mean(covered) == pytest.approx(0.95, abs=3 * 0.22 / np.sqrt(40 * 40) + 0.01)
    assert (
        np.median([one for one, _ in leaders]) < 30 < np.median([two for _, two in leaders])
    )  # the small lead by luck


def test_places_and_chances_to_be_best_add_up():
    hits, of, _ = portfolios(3)
    table = monitor.league(hits, of)
    assert table["p_best"].sum() == pytest.approx(1) and table["rank"].sum() == pytest.approx(40 * 41 / 2, rel=0.01)
    rng = np.random.default_rng(4)
    # Drawn from normal laws of the posteriors: a second way, near enough for the middle of the table.
    sd = (table["high"] - table["low"]) / 3.92
    drawn = table["shrunk"].to_numpy() + sd.to_numpy() * rng.standard_normal((20_000, 40))
    place = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    assert np.abs(place.mean(axis=0) - table["rank"]).max() < 1.0


def test_where_all_are_alike_the_table_hardly_moves_and_where_all_are_large_it_is_the_naive_one():
    rng = np.random.default_rng(5)
    of = pd.Series(200, index=range(30))
    alike = monitor.league(pd.Series(rng.binomial(200, 0.1, 30)), of)
    assert alike["shrunk"].std() < alike["naive"].std() / 2 and alike.attrs["spread_low"] < 0.01
    large = pd.Series(10**7, index=range(30))
    unlike = monitor.league(pd.Series((10**7 * np.linspace(0.1, 0.5, 30)).astype(int)), large)
    np.testing.assert_allclose(unlike["shrunk"], unlike["naive"], rtol=1e-4)


def test_means_with_errors_are_shrunk_by_their_share_of_the_variance():
    """With the spread told exactly by many the weight is spread² / (spread² + error²)."""
    rng = np.random.default_rng(6)
    k = 400
    true, error = rng.normal(50, 5, k), pd.Series(rng.uniform(1, 10, k))
    mean = pd.Series(true + error * rng.standard_normal(k))
    table = monitor.league_means(mean, error)
    spread = table.attrs["spread"]
    assert spread == pytest.approx(5, abs=1.0)
    own = table["error"]
    np.testing.assert_allclose(table["weight"], spread**2 / (spread**2 + own**2), atol=0.02)
    truth = pd.Series(true)[table.index]
    assert ((table["low"] <= truth) & (truth <= table["high"])).mean() == pytest.approx(0.95, abs=0.035)
    assert ((table["shrunk"] - truth) ** 2).mean() < ((table["naive"] - truth) ** 2).mean()


HITS, OF = pd.Series({"a": 2, "b": 30}), pd.Series({"a": 4, "b": 200})
BAD = {
    "no answer": (lambda: monitor.mean_interval([], scale=(0, 1)), "answers has 0"),
    "off the scale": (lambda: monitor.mean_interval([7], scale=(1, 5)), "off the scale"),
    "scale": (lambda: monitor.mean_interval([1], scale=(5, 1)), "from the low to the high end"),
    "one end": (lambda: monitor.mean_interval([1], scale=5), "two ends"),
    "hits": (lambda: monitor.share_interval(6, 5), "hits=6 of 5"),
    "population": (lambda: monitor.share_interval(1, 5, population=3), "population=3 is less than the 5 answers"),
    "level": (lambda: monitor.share_interval(1, 5, level=95), "level=95"),
    "width": (lambda: monitor.sample_size_share(half_width=3), "half_width=3"),
    "much": (lambda: monitor.sample_size_mean(sd=1e9, half_width=1e-9), "would be needed"),
    "sizes": (lambda: monitor.before_after(1, 2, sd=1, n=1), "n=1"),
    "other names": (lambda: monitor.league(HITS, OF.rename({"a": "c"})), "name different ones"),
    "a list": (lambda: monitor.league([1, 2], OF), "expected a Series"),
    "twice": (lambda: monitor.league(pd.Series([1, 2], index=["a", "a"]), OF), "twice"),
    "too many": (lambda: monitor.league(HITS * 10, OF), "hits=20 of 4 for 'a'"),
    "nobody": (lambda: monitor.league(0 * HITS, OF), "all or none succeed"),
    "no chance": (lambda: monitor.league(0 * HITS, 0 * OF), "of is 0"),
    "no error": (lambda: monitor.league_means(pd.Series([1.0, 2.0]), pd.Series([0.0, 1.0])), "error is 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
