"""Agreement: against scikit-learn, by its invariances, and its interval by simulation."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from crmkit.segments import agreement


def labels(rng, n, k):
    return pd.Series(rng.integers(0, k, size=n)).map(lambda at: f"s{at}")


@pytest.mark.parametrize("seed", range(15))
def test_the_index_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 300))
    a = labels(rng, n, int(rng.integers(1, 7)))
    b = a.where(pd.Series(rng.random(n) < rng.random()), labels(rng, n, 4))
    assert agreement(a, b).adjusted_rand == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_names_sides_and_order_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    a, b = labels(rng, 200, 3), labels(rng, 200, 4)
    one = agreement(a, b)
    assert agreement(b, a).adjusted_rand == pytest.approx(one.adjusted_rand)
    assert (agreement(b, a).low, agreement(b, a).high) == pytest.approx((one.low, one.high))
    renamed = a.map({"s0": "高价值", "s1": 7, "s2": "😀"}).sample(frac=1, random_state=seed)
    again = agreement(renamed, b)
    assert (again.adjusted_rand, again.low, again.purity) == pytest.approx((one.adjusted_rand, one.low, one.purity))


def test_the_same_segmentation_agrees_fully_with_itself():
    a = labels(np.random.default_rng(1), 100, 5)
    same = agreement(a, a)
    assert (same.adjusted_rand, same.low, same.high, same.purity) == (1, 1, 1, 1)


@pytest.mark.parametrize(("a", "b"), [(["x"] * 5, ["y"] * 5), (list("abcde"), list("vwxyz")), (["x"], ["y"])])
def test_trivial_segmentations_that_are_the_same_agree(a, b):
    assert agreement(pd.Series(a), pd.Series(b)).adjusted_rand == 1


def test_all_in_one_group_says_nothing_about_another():
    assert agreement(pd.Series(["x"] * 6), pd.Series(list("aabbcc"))).adjusted_rand == 0


def test_only_customers_in_both_count():
    a = pd.Series(["x", "x", "y", "y", "q"], index=[1, 2, 3, 4, 99])
    b = pd.Series(["m", "n", "n", "z"], index=[2, 3, 4, 77])
    found = agreement(a, b)
    assert found.customers == 3 and found.table.to_numpy().sum() == 3
    assert found.adjusted_rand == 1


def test_purity_and_table_by_hand():
    a = pd.Series(list("xxxyyyyz"))
    b = pd.Series(list("mmnmnnnm"))
    found = agreement(a, b)
    assert found.purity == pytest.approx((2 + 3 + 1) / 8)
    assert found.table.loc["y", "n"] == 3


TABLES = {
    "fair": [[0.25, 0.05, 0.03], [0.04, 0.25, 0.04], [0.04, 0.06, 0.24]],
    "weak": [[0.20, 0.15, 0.10], [0.10, 0.15, 0.05], [0.05, 0.05, 0.15]],
    "strong": [[0.50, 0.01], [0.02, 0.30], [0.01, 0.16]],
}


@pytest.mark.parametrize("name", TABLES)
def test_the_interval_holds_the_index_of_the_whole_about_as_often_as_it_says(name):
    """Customers drawn from a known table. The index of a very large draw is the truth; 500 samples of 600 must hold it
    in 95 % of cases, give or take three standard errors (0.029) and 0.01 for the delta method."""
    p = np.array(TABLES[name])
    rng = np.random.default_rng(3)

    def draw(n):
        cells = rng.choice(p.size, size=n, p=p.ravel() / p.sum())
        return pd.Series(cells // p.shape[1]), pd.Series(cells % p.shape[1])

    truth = adjusted_rand_score(*draw(2_000_000))
    found = [agreement(*draw(600)) for _ in range(500)]
    held = np.mean([one.low <= truth <= one.high for one in found])
    assert abs(held - 0.95) < 0.04
    # The standard error is that of the draws: a ratio of spreads over 500 has a standard error of 3 %.
    half = np.mean([(one.high - one.low) / 2 for one in found])
    spread = 1.96 * np.std([one.adjusted_rand for one in found])
    assert half / spread == pytest.approx(1, abs=0.1)


def test_a_wider_level_gives_a_wider_interval():
    a, b = labels(np.random.default_rng(4), 200, 3), labels(np.random.default_rng(5), 200, 3)
    narrow, wide = agreement(a, b, level=0.5), agreement(a, b, level=0.99)
    assert wide.low < narrow.low < narrow.adjusted_rand < narrow.high < wide.high


BAD = {
    "twice": (
        pd.Series(["x", "y"], index=[1, 1]),
        pd.Series(["x"], index=[1]),
        "a names customer .*1.* more than once",
    ),
    "strangers": (pd.Series(["x"], index=[1]), pd.Series(["x"], index=[2]), "no customer in common"),
    "gap": (pd.Series(["x", None]), pd.Series(["x", "y"]), "a lacks a segment for 1 customers"),
}


@pytest.mark.parametrize("what", BAD)
def test_unsound_segmentations_are_refused(what):
    a, b, said = BAD[what]
    with pytest.raises(ValueError, match=said):
        agreement(a, b)
    with pytest.raises(ValueError, match="level=95 must lie between 0 and 1"):
        agreement(pd.Series(["x"]), pd.Series(["x"]), level=95)
