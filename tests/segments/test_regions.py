"""Regional preference: residuals against identities and SciPy, shrinkage against known tastes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import worlds
from crmkit.segments import preference


def spread(counts):
    """One row a choice, in random order, from a table of counts."""
    counts = np.asarray(counts)
    rows = [
        (f"r{r:02}", f"c{c:02}")
        for r in range(counts.shape[0])
        for c in range(counts.shape[1])
        for _ in range(counts[r, c])
    ]
    return pd.DataFrame(rows, columns=["city", "style"]).sample(frac=1, random_state=1)


def weighed(counts):
    """One row a cell, the count as its weight."""
    counts = np.asarray(counts)
    cells = [(f"r{r:02}", f"c{c:02}", counts[r, c]) for r in range(counts.shape[0]) for c in range(counts.shape[1])]
    return pd.DataFrame(cells, columns=["city", "style", "pieces"])


def found(counts, **options):
    return preference(weighed(counts), region="city", choice="style", weight="pieces", **options)


def a_table(rng, regions=5, choices=4):
    return rng.poisson(rng.gamma(3, 8, size=(regions, choices))) + 1


@pytest.mark.parametrize("seed", range(10))
def test_the_squared_residual_of_a_2_by_2_table_is_pearsons_chi2(seed):
    counts = a_table(np.random.default_rng(seed), 2, 2)
    table = found(counts)
    chi2 = stats.chi2_contingency(counts, correction=False).statistic
    np.testing.assert_allclose(table["residual"] ** 2, chi2, rtol=1e-10)
    assert table.attrs["chi2"] == pytest.approx(chi2)


@pytest.mark.parametrize("seed", range(10))
def test_counts_expected_chi2_and_p_are_scipys(seed):
    counts = a_table(np.random.default_rng(seed), 3 + seed % 4, 2 + seed % 3)
    table = found(counts)
    witness = stats.chi2_contingency(counts, correction=False)
    np.testing.assert_allclose(table["expected"].to_numpy().reshape(counts.shape), witness.expected_freq)
    assert table["count"].tolist() == counts.ravel().tolist()
    assert (table.attrs["chi2"], table.attrs["p"]) == pytest.approx((witness.statistic, witness.pvalue))
    # Collapsed to "this cell or not", each residual is that of a 2 x 2 table; its p-value is the z-test's.
    n = counts.sum()
    for at, row in enumerate(table.itertuples()):
        r, c = divmod(at, counts.shape[1])
        cell, here, there = counts[r, c], counts[r].sum(), counts[:, c].sum()
        small = [[cell, here - cell], [there - cell, n - here - there + cell]]
        assert row.residual**2 == pytest.approx(stats.chi2_contingency(small, correction=False).statistic)
        assert np.sign(row.residual) == np.sign(cell - here * there / n)
    q = stats.false_discovery_control(2 * stats.norm.sf(abs(table["residual"])))
    np.testing.assert_allclose(table["q"], q)


@pytest.mark.parametrize("seed", range(5))
def test_shares_and_shrunken_shares_of_a_region_sum_to_one(seed):
    table = found(a_table(np.random.default_rng(seed)))
    for share in ("share", "shrunk"):
        np.testing.assert_allclose(table.groupby("region")[share].sum(), 1)
    for low, share, high in (("low", "share", "high"), ("shrunk_low", "shrunk", "shrunk_high")):
        assert ((table[low] <= table[share]) & (table[share] <= table[high])).all()
    for row in table.itertuples():
        witness = stats.binomtest(int(row.count), int(row.count / row.share + 0.5)).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((witness.low, witness.high))


def test_rows_and_weights_say_the_same():
    counts = a_table(np.random.default_rng(1))
    rows = preference(spread(counts), region="city", choice="style")
    pd.testing.assert_frame_equal(rows, found(counts))


def test_returns_are_taken_off_cell_by_cell():
    counts = a_table(np.random.default_rng(2))
    bought = weighed(counts + 3)
    back = weighed(np.full_like(counts, -3))
    both = preference(pd.concat([bought, back]), region="city", choice="style", weight="pieces")
    pd.testing.assert_frame_equal(both, found(counts))


def test_without_a_prior_shares_stay_and_with_a_heavy_one_all_regions_are_alike():
    counts = a_table(np.random.default_rng(3))
    raw, alike = found(counts, prior=0), found(counts, prior=1e12)
    np.testing.assert_allclose(raw["shrunk"], raw["share"])
    taste = np.tile(counts.sum(axis=0) / counts.sum(), len(counts))
    np.testing.assert_allclose(alike["shrunk"], taste, rtol=1e-9)
    half = found(counts, prior=40)
    assert ((half["shrunk"] - taste) * (raw["share"] - taste) >= -1e-15).all()
    assert (abs(half["shrunk"] - taste) <= abs(raw["share"] - taste) + 1e-15).all()
    # Small regions borrow more: the pull is prior / (prior + size).
    pull = 1 - (half["shrunk"] - taste) / (raw["share"] - taste)
    size = np.repeat(counts.sum(axis=1), counts.shape[1])
    np.testing.assert_allclose(pull, 40 / (40 + size))


def test_regions_without_a_difference_are_taken_as_one():
    counts = np.array([[30, 50, 20]] * 4)
    table = found(counts)
    assert table.attrs["prior"] == np.inf and table.attrs["chi2"] == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(table["shrunk"], table["share"])
    assert (table["shrunk_high"] - table["shrunk_low"] < table["high"] - table["low"]).all()


def test_regions_that_differ_completely_keep_their_shares():
    table = found(np.array([[50, 0], [0, 50]]))
    assert table.attrs["prior"] == 0
    assert table["shrunk"].tolist() == [1, 0, 0, 1]
    assert table["shrunk_low"].tolist()[1:3] == [0, 0] and table["shrunk_high"].tolist()[0] == 1


WEIGHT = 60.0  # of the common taste, in choices
TASTE = np.array([0.4, 0.3, 0.2, 0.1])


def regions_of_known_taste(rng, regions=40):
    """True shares (Dirichlet about TASTE with WEIGHT), sizes from small to large, counts."""
    truth = rng.dirichlet(WEIGHT * TASTE, size=regions)
    sizes = np.round(np.exp(rng.uniform(np.log(20), np.log(1500), size=regions))).astype(int)
    return truth, sizes, np.array([rng.multinomial(n, p) for n, p in zip(sizes, truth, strict=True)])


def test_the_weight_of_the_prior_is_recovered():
    """1 / (A + 1), the share of variance that lies between regions, is estimated by moments:
    the mean over 60 draws lies within four standard errors of the truth."""
    rhos = [
        1 / (found(regions_of_known_taste(np.random.default_rng(seed))[2]).attrs["prior"] + 1) for seed in range(60)
    ]
    error = np.std(rhos) / np.sqrt(len(rhos))
    assert np.mean(rhos) == pytest.approx(1 / (WEIGHT + 1), abs=4 * error)
    assert error < 0.1 / (WEIGHT + 1)  # the test can tell: its own uncertainty is below a tenth of the truth


def test_shrunken_intervals_hold_the_truth_and_shares_of_small_regions_come_nearer():
    """40 regions with tastes drawn from the prior, 25 rounds: 4,000 cells. Cells of a region depend on each other,
    so the 1,000 regions are what counts: three standard errors of a coverage of 0.95 are 0.021, and 0.01 more for
    weight and taste being estimated. The raw share's error must be larger, most so where regions are small."""
    held, raw_held, gain = [], [], {"small": [], "large": []}
    for seed in range(25):
        truth, sizes, counts = regions_of_known_taste(np.random.default_rng(500 + seed))
        table = found(counts)
        true = truth.ravel()
        held.append(((table["shrunk_low"] <= true) & (true <= table["shrunk_high"])).mean())
        raw_held.append(((table["low"] <= true) & (true <= table["high"])).mean())
        better = (table["share"] - true) ** 2 - (table["shrunk"] - true) ** 2
        small = np.repeat(sizes < 100, truth.shape[1])
        gain["small"].append(better[small].mean())
        gain["large"].append(better[~small].mean())
    assert abs(np.mean(held) - 0.95) < 0.031
    assert abs(np.mean(raw_held) - 0.95) < 0.031
    for size, factor in (("small", 5), ("large", 0)):
        assert np.mean(gain[size]) > factor * np.std(gain[size]) / np.sqrt(25)
    assert np.mean(gain["small"]) > 5 * np.mean(gain["large"])


def test_residuals_are_standard_normal_where_all_regions_share_one_taste():
    """60 tables without a difference: mean square of the residuals 1 within four standard errors of the mean over tables,
    and few finds at q < 0.05 (the share of tables with a false find is at most 0.05: 3 of 60, 8 with luck)."""
    squares, finds = [], 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        table = found(np.array([rng.multinomial(n, TASTE) for n in rng.integers(80, 900, size=6)]))
        squares.append((table["residual"] ** 2).mean())
        finds += (table["q"] < 0.05).any()
    assert np.mean(squares) == pytest.approx(1, abs=4 * np.std(squares) / np.sqrt(60))
    assert finds <= 8


def test_tastes_of_a_worlds_cities_are_recovered():
    """The pieces sold in each city against the shares the world declares, over six worlds.

    Pieces of one basket hang together a little (planted rules), so z is not quite standard normal: its mean square over
    6 worlds x 6 cities x 3 free styles has a standard error of about 0.14; 0.5 to 1.6 is safe and would still catch a
    share that is a few points off (z of 5 and more in large cities).
    """
    squares = []
    for seed in range(6):
        case = worlds.Retail(customers=3_000).draw(seed)
        bought = case.lines[case.lines["quantity"] > 0].merge(case.products[["item", "style"]], on="item")
        city = case.transactions.merge(case.customers[["customer_id", "city"]], on="customer_id")
        bought["city"] = bought["basket_id"].map(city.set_index("transaction_id")["city"])
        table = preference(bought, region="city", choice="style", weight="quantity").set_index(["region", "choice"])
        truth = case.truth.preferences.set_index(["city", "style"])["share"].reindex(table.index)
        pieces = table.groupby("region")["count"].transform("sum")
        squares.append(((table["share"] - truth) ** 2 / (truth * (1 - truth) / pieces)).mean())
        # Where the truth leans far, the residual leans the same way.
        common = case.truth.preferences.groupby("style")["share"].mean()
        lean = truth - common.reindex(truth.index.get_level_values("choice")).to_numpy()
        strong = abs(lean) > 0.08
        assert strong.any() and (np.sign(table["residual"]) == np.sign(lean))[strong].all()
    assert 0.5 < np.mean(squares) < 1.6


def test_one_region_or_one_choice():
    one = found(np.array([[3, 7]]))
    assert one["share"].tolist() == [0.3, 0.7] and one["shrunk"].tolist() == [0.3, 0.7]
    assert one["residual"].isna().all() and one["q"].isna().all() and one.attrs["p"] == 1
    only = found(np.array([[3], [7]]))
    assert only["share"].tolist() == [1, 1] and only["shrunk_high"].tolist() == [1, 1]


def test_regions_that_chose_nothing_are_left_out():
    table = found(np.array([[3, 7, 0], [0, 0, 0], [4, 2, 0]]))
    assert set(table["region"]) == {"r00", "r02"} and set(table["choice"]) == {"c00", "c01"}


ROWS = pd.DataFrame({"city": ["北京", "成都", None], "style": ["花", "素", "花"], "pieces": [1.0, 2.0, 1.0]})
BAD = {
    "gap": (
        lambda: preference(ROWS, region="city", choice="style"),
        r"choices has 1 rows without 'city' or 'style'.*dropna",
    ),
    "column": (lambda: preference(ROWS, region="town", choice="style"), r"choices lacks \['town'\]"),
    "weight": (
        lambda: preference(ROWS.dropna().assign(pieces=[1, np.nan]), region="city", choice="style", weight="pieces"),
        r"choices\['pieces'\] is missing or infinite in 1 rows",
    ),
    "prior": (lambda: preference(ROWS.dropna(), region="city", choice="style", prior=-1), "prior=-1 must be 0 or more"),
    "nan": (lambda: preference(ROWS.dropna(), region="city", choice="style", prior=float("nan")), "prior=nan must be"),
    "level": (lambda: preference(ROWS.dropna(), region="city", choice="style", level=95), "level=95 must lie between"),
    "empty": (lambda: preference(ROWS.iloc[:0], region="city", choice="style"), "nothing to count"),
    "all back": (
        lambda: preference(ROWS.dropna().assign(pieces=-1), region="city", choice="style", weight="pieces"),
        "nothing to count",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_unsound_calls_are_refused(what):
    call, said = BAD[what]
    with pytest.raises(ValueError, match=said):
        call()
