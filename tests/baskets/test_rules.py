"""Rules: published counts by another library's measures, exact tests, what chance alone finds."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact, hypergeom

from crmkit import baskets
from crmkit.baskets.significance import alike, fisher, with_misses


def independent(seed, n=1_000, items=40):
    """Baskets in which no item has to do with any other."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.02, 0.2, items)
    who, what = np.nonzero(rng.random((n, items)) < chance)
    return pd.DataFrame({"basket_id": who, "item": [f"i{one:02d}" for one in what]})


@pytest.fixture(scope="module")
def lines():
    rng = np.random.default_rng(1)
    table = rng.random((800, 10)) < 0.3
    table[:, 1] |= table[:, 0] & (rng.random(800) < 0.5)
    table[:, 3] &= ~(table[:, 2] & (rng.random(800) < 0.5))
    who, what = np.nonzero(table)
    return pd.DataFrame({"basket_id": who, "item": [f"i{one}" for one in what]})


@pytest.fixture(scope="module")
def sets(lines):
    return baskets.itemsets(lines, min_support=0.02)


def test_measures_are_those_of_mlxtend(sets):
    from mlxtend.frequent_patterns import association_rules

    theirs = association_rules(sets.assign(itemsets=sets["itemset"].map(frozenset)), min_threshold=0.4001)
    ours = baskets.rules(sets, min_confidence=0.4001, consequents=None, min_improvement=None)
    key = [(frozenset(a), frozenset(c)) for a, c in zip(ours["antecedent"], ours["consequent"], strict=True)]
    assert len(set(key)) == len(ours) and set(key) == set(
        zip(theirs["antecedents"], theirs["consequents"], strict=True)
    )
    theirs.index = pd.MultiIndex.from_frame(theirs[["antecedents", "consequents"]])
    theirs = theirs.loc[pd.MultiIndex.from_tuples(key)]
    alike = {"zhang": "zhangs_metric"} | {
        name: name for name in ("support", "confidence", "lift", "leverage", "conviction", "jaccard")
    }
    for mine, their in alike.items():
        np.testing.assert_allclose(ours[mine], theirs[their], rtol=1e-9, atol=1e-12, err_msg=mine)


def test_tests_of_a_rule_are_those_of_scipy(lines, sets):
    found = baskets.rules(sets, min_confidence=0.2, min_improvement=None).head(30)
    own = lines.groupby("basket_id")["item"].agg(set)
    for row in found.itertuples():
        a, c = (own.map(set(side).issubset) for side in (row.antecedent, row.consequent))
        table = pd.crosstab(a, c).reindex(index=[True, False], columns=[True, False]).to_numpy()
        assert row.p == pytest.approx(fisher_exact(table, alternative="greater").pvalue, rel=1e-9)
        assert row.chi2 == pytest.approx(chi2_contingency(table, correction=False).statistic, rel=1e-9)
        assert row.odds_ratio == pytest.approx(table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]))
        assert table[0, 0] == found.loc[row.Index, "count"]


@pytest.mark.parametrize("n", [6, 40, 5_000, 2_000_000])
def test_exact_tests_of_many_tables_are_those_of_one(n):
    rng = np.random.default_rng(n)
    a, c = rng.integers(1, n, 200), rng.integers(1, n, 200)
    low, high = np.maximum(0, a + c - n), np.minimum(a, c)
    near = np.clip(rng.normal(a * c / n, np.sqrt(a * c / n) + 1).astype(int), low, high)
    for both in (near, low, high):
        for less in (False, True):
            ours = fisher(n, a, c, both, less=less)
            theirs = hypergeom.cdf(both, n, a, c) if less else hypergeom.sf(both - 1, n, a, c)
            sure = theirs > 1e-250  # below it their sums lose digits
            np.testing.assert_allclose(ours[sure], theirs[sure], rtol=1e-7)


def test_q_is_that_of_scipy_with_the_silent_tests_at_one():
    p = np.random.default_rng(2).random(50) ** 3
    np.testing.assert_allclose(with_misses(p, 50), false_discovery_control(p))
    np.testing.assert_allclose(with_misses(p, 80), false_discovery_control(np.append(p, np.ones(30)))[:50])


def test_counts_are_grouped_whether_they_are_counted_or_sorted():
    """Few values of many rows are counted, large ones sorted; both as a sort of all three does."""
    rng = np.random.default_rng(5)
    for most in (6, 10**12):
        counts = [rng.integers(0, 4, 500) * (most // 4) for _ in range(3)]
        order, begin = alike(*counts)
        assert order.tolist() == np.lexsort(counts[::-1]).tolist()
        assert len(begin) == len({*zip(*(one.tolist() for one in counts), strict=True)})
        table = np.stack(counts)[:, order]
        assert (np.diff(table[:, begin], axis=1) != 0).any(axis=0).all()


def test_false_discovery_rate_does_not_depend_on_the_order(sets):
    p = np.random.default_rng(2).random(200) ** 4
    mixed = np.random.default_rng(3).permutation(200)
    assert (with_misses(np.sort(p), 1_000)[np.argsort(np.argsort(p))] == with_misses(p, 1_000)).all()
    assert (with_misses(p[mixed], 1_000) == with_misses(p, 1_000)[mixed]).all()


def test_improvement_is_over_the_best_simpler_rule(sets):
    share = {one: two for one, two in zip(sets["itemset"], sets["support"], strict=True)} | {(): 1.0}
    found = baskets.rules(sets, min_confidence=0.0, consequents=None, min_improvement=None)
    for row in found.itertuples():
        best = max(
            share[tuple(sorted((*fewer, *row.consequent)))] / share[fewer]
            for size in range(len(row.antecedent))
            for fewer in combinations(row.antecedent, size)
        )
        assert row.improvement == pytest.approx(row.confidence - best, abs=1e-12)
    pruned = baskets.rules(sets, min_confidence=0.0, consequents=None)
    assert len(pruned) == (found["improvement"] > 0).sum() < len(found)
    assert pruned.attrs["redundant"] == len(found) - len(pruned)


def test_every_rule_that_was_looked_at_counts_as_a_test():
    lines = independent(3)
    sets = baskets.itemsets(lines, min_support=0.01, max_length=2)
    single = (sets["length"] == 1).sum()
    found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
    assert found.attrs["tests"] == single * (single - 1)  # both ways of all pairs, frequent or not
    lost = sets.copy()
    lost.attrs = {}
    assert baskets.rules(lost, min_confidence=0.0).attrs["tests"] >= found.attrs["tests"]
    assert baskets.rules(sets, tests=10**6, min_confidence=0.0)["q"].iloc[0] >= found["q"].iloc[0]


def test_where_nothing_is_real_nothing_is_believed():
    """Thirty worlds of independent items: a first discovery at q up to 5 % in about 5 % of them, not in 20 %.

    Lift alone would name dozens in each.
    """
    believed, loud = 0, []
    for seed in range(30):
        sets = baskets.itemsets(independent(seed), min_support=0.003, max_length=3)
        found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
        believed += bool((found["q"] <= 0.05).any())
        loud.append((found["lift"] > 2).sum())
    assert believed <= 5  # P(more than 5 of 30 at 5 %) = 0.3 %
    assert min(loud) > 24


def test_the_interval_of_the_lift_covers_it():
    """Two items, true lift 1.5: 95 % intervals over 2,000 draws of 1,000 baskets, within three standard errors."""
    rng = np.random.default_rng(4)
    both = rng.multinomial(1_000, [0.06, 0.14, 0.14, 0.66], size=2_000)
    from crmkit.baskets.measures import measures

    told = measures(1_000, both[:, 0] + both[:, 1], both[:, 0] + both[:, 2], both[:, 0], level=0.95)
    covered = ((told["lift_low"] <= 1.5) & (told["lift_high"] >= 1.5)).mean()
    assert abs(covered - 0.95) < 0.015


def test_profit_is_leverage_in_money(sets):
    margin = pd.Series({f"i{one}": float(one + 1) for one in range(10)})
    found = baskets.rules(sets, min_confidence=0.3, consequents=2, margin=margin)
    row = found[found["consequent"].map(len) == 2].iloc[0]
    assert row["profit"] == pytest.approx(1_000 * row["leverage"] * sum(margin[one] for one in row["consequent"]))


def test_planted_rules_of_a_world_are_found_and_nothing_else_believed():
    from crmkit import worlds

    for seed in (1, 2):
        case = worlds.Retail(customers=3_000).draw(seed=seed)
        sets = baskets.itemsets(case.lines, min_support=0.002)
        found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
        table = baskets.against_truth(found, case.truth.rules, max_q=(1.0, 0.05))
        assert table.loc[1, "recall"] == 1.0 and table.loc[1, "planted"] >= 10
        assert table.loc[0, "false_discoveries"] > 0.6 and table.loc[1, "false_discoveries"] <= 0.1
        few = case.lines[case.lines["basket_id"] <= 1_000]
        best = baskets.pairs(few, min_support=0.005).sort_values("lift", ascending=False).head(10)
        assert (baskets.kinds(best, case.truth.rules) == "noise").sum() >= 4  # by lift, of few baskets


def test_what_holds_within_baskets_of_one_size_only():
    """Members with large baskets make everything go with everything; within a size only planted pairs do."""
    from crmkit import worlds

    case = worlds.Retail.preset("shop", customers=1_000).draw(seed=7)
    sets = baskets.itemsets(case.lines, min_support=0.002, max_length=2)
    found = baskets.rules(sets, min_confidence=0.0, min_improvement=None)
    size = case.lines.drop_duplicates(["basket_id", "item"]).groupby("basket_id").size().clip(upper=15)
    within = baskets.differences(baskets.by_group(found, case.lines, size))
    kind = baskets.kinds(found, case.truth.rules, case.products.set_index("item")["style"])
    pooled, pulled = found["q"] <= 0.05, (within["q"] <= 0.05) & (within["odds_ratio"] > 1)
    assert (kind[pooled] == "noise").sum() > 50
    assert (kind[pulled] == "noise").sum() <= 1 and (kind[pulled] == "planted").sum() == 2 * len(case.truth.rules)


SETS = pd.DataFrame({"itemset": [("a",), ("b",), ("a", "b")], "count": [5, 5, 4], "support": [0.5, 0.5, 0.4]})
BAD = {
    "confidence": (lambda: baskets.rules(SETS, min_confidence=50), "min_confidence=50 must be a share"),
    "consequents": (lambda: baskets.rules(SETS, consequents=0), "consequents=0"),
    "improvement": (lambda: baskets.rules(SETS, min_improvement=3), "min_improvement=3"),
    "nothing": (lambda: baskets.rules(SETS.head(0)), "sets has 0 rows"),
    "subset lacking": (lambda: baskets.rules(SETS.tail(2)), "lacks a subset of it.*kind='all'"),
    "length lacking": (lambda: baskets.rules(SETS.tail(1)), "lacks a subset of it"),
    "doubled": (lambda: baskets.rules(pd.concat([SETS, SETS])), "stands in two rows"),
    "margin": (lambda: baskets.rules(SETS, margin=pd.Series({"a": 1.0})), "margin has no number for 'b'"),
    "level": (lambda: baskets.rules(SETS, level=95), "level=95"),
    "columns": (lambda: baskets.rules(SETS.drop(columns="count")), "count"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        call()


def test_no_rule_is_an_empty_frame_with_all_columns(sets):
    none = baskets.rules(sets[sets["length"] == 1])
    assert len(none) == 0 and {"q", "lift_low", "improvement"} <= set(none.columns)
