"""Hold-out, groups, categories, pairs, offers, shelves: second methods, known truths, bad input."""

from functools import partial

import made_baskets
import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from crmkit import baskets, worlds
from crmkit.baskets.counting import occurrences
from crmkit.baskets.encode import coded

drawn = partial(made_baskets.drawn, n=400, items=8, mean=2.5)


@pytest.fixture(scope="module")
def found():
    lines = drawn(1)
    return lines, baskets.rules(baskets.itemsets(lines, min_support=0.05), min_confidence=0.2)


# --- counting and hold-out --------------------------------------------------------------------------------------------


def test_sets_are_counted_as_a_loop_does():
    lines = drawn(2, n=150)
    own = lines.groupby("basket_id")["item"].agg(set)
    data = coded(lines)
    sets = [("i0",), ("i0", "i1"), ("i2", "i3", "i4"), ("i0", "never"), ()]
    assert occurrences(data, sets).tolist() == [int(own.map(set(one).issubset).sum()) for one in sets[:4]] + [150]
    chosen = np.arange(150) % 3 == 0
    ids = data.ids[chosen]
    assert occurrences(data, sets, chosen)[1] == own.loc[ids].map({"i0", "i1"}.issubset).sum()


def test_halves_tear_no_basket_apart(found):
    lines, _ = found
    first, second = baskets.halves(lines, seed=3, share=0.3)
    assert len(first) + len(second) == len(lines)
    assert not set(first["basket_id"]) & set(second["basket_id"]) and first["basket_id"].nunique() == 120
    pd.testing.assert_frame_equal(first, baskets.halves(lines, seed=3, share=0.3)[0])


def test_rules_tested_where_they_were_found_say_the_same(found):
    lines, rules = found
    again = baskets.confirm(rules, lines)
    for column in ("count", "support", "confidence", "lift", "lift_low", "lift_high", "p"):
        np.testing.assert_allclose(again[column], rules[column], rtol=1e-12, err_msg=column)
    assert (again["q"] <= rules["q"] + 1e-12).all()  # fewer tests


def test_a_rule_of_items_that_are_not_there_is_not_confirmed(found):
    _, rules = found
    elsewhere = pd.DataFrame({"basket_id": [1, 2], "item": ["x", "y"]})
    told = baskets.confirm(rules, elsewhere)
    assert (told["p"] == 1).all() and told["lift"].isna().all() and (told["count"] == 0).all()


def test_what_the_search_believed_by_chance_the_hold_out_throws_out():
    """Independent items: of the best rules by lift few pass in new baskets, as the level says."""
    rng = np.random.default_rng(4)
    who, what = np.nonzero(rng.random((4_000, 40)) < rng.uniform(0.02, 0.2, 40))
    lines = pd.DataFrame({"basket_id": who, "item": [f"i{one:02d}" for one in what]})
    first, second = baskets.halves(lines, seed=5)
    proposed = baskets.rules(baskets.itemsets(first, min_support=0.003, max_length=2), min_confidence=0.0).head(40)
    told = baskets.confirm(proposed, second)
    assert (told["p"] < 0.05).mean() < 0.2 and not (told["q"] < 0.05).any()


# --- groups -----------------------------------------------------------------------------------------------------------


def admissions():
    """Berkeley 1973 by department: admitted and rejected men, admitted and rejected women (Bickel et al. 1975)."""
    table = {
        "A": (512, 313, 89, 19),
        "B": (353, 207, 17, 8),
        "C": (120, 205, 202, 391),
        "D": (138, 279, 131, 244),
        "E": (53, 138, 94, 299),
        "F": (22, 351, 24, 317),
    }
    rows = [(0, ("man",), ("admitted",), name, a + b + c + d, a + b, a + c, a) for name, (a, b, c, d) in table.items()]
    columns = ["rule", "antecedent", "consequent", "group", "baskets", "with_antecedent", "with_consequent", "count"]
    return pd.DataFrame(rows, columns=columns)


def test_the_odds_ratio_within_groups_is_the_published_one():
    """R's mantelhaen.test on these admissions prints 0.9046968 (0.7719074 to 1.0603298)."""
    told = baskets.differences(admissions()).loc[0]
    assert told["odds_ratio"] == pytest.approx(0.9046968, abs=5e-8)
    assert told["low"] == pytest.approx(0.7719074, abs=5e-8) and told["high"] == pytest.approx(1.0603298, abs=5e-8)
    assert 0.2 < told["p"] < 0.25 and told["p_difference"] < 0.01  # department A is unlike the others


def test_groups_sum_to_the_whole(found):
    lines, rules = found
    group = pd.Series(["north", "south"] * 200, index=lines["basket_id"].unique())
    table = baskets.by_group(rules, lines, group)
    assert (table.groupby("rule")["count"].sum() == rules["count"]).all()
    assert (table.groupby("rule")["baskets"].sum() == 400).all()


def test_where_groups_differ_in_taste_alone_the_rule_is_gone_within_them():
    """Two regions like other things; within each nothing pulls: 5 % of 200 tests within them say so, all pooled ones."""
    p, pooled = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        north = np.arange(600) < 300
        table = rng.random((600, 2)) < np.where(north, 0.5, 0.1)[:, None]
        who, what = np.nonzero(np.column_stack([table, np.ones(600, bool)]))  # a bag lies in every basket
        lines = pd.DataFrame({"basket_id": who, "item": np.array(["a", "b", "bag"])[what]})
        rule = pd.DataFrame({"antecedent": [("a",)], "consequent": [("b",)]})
        within = baskets.differences(baskets.by_group(rule, lines, pd.Series(np.where(north, "n", "s"))))
        p.append(within["p"].iloc[0])
        pooled.append(baskets.confirm(rule, lines)["p"].iloc[0])
    assert np.mean(np.array(p) < 0.05) < 0.10  # 5 % and three standard errors
    assert np.mean(np.array(pooled) < 0.05) > 0.9


# --- categories and pairs ---------------------------------------------------------------------------------------------


def test_categories_stand_beside_their_items_and_trivial_sets_go():
    lines = pd.DataFrame({"basket_id": [1, 1, 2, 2], "item": ["beer", "nappies", "wine", "nappies"]})
    above = pd.Series({"beer": "drinks", "wine": "drinks", "nappies": "baby"})
    sets = baskets.itemsets(baskets.with_categories(lines, above), min_support=1.0)
    assert ("[drinks]", "nappies") in sets["itemset"].tolist()
    kept = baskets.without_own_category(sets, above)
    assert ("[baby]", "nappies") in sets["itemset"].tolist() and ("[baby]", "nappies") not in kept["itemset"].tolist()
    assert ("[drinks]", "nappies") in kept["itemset"].tolist() and kept.attrs == sets.attrs
    assert len(baskets.rules(kept, min_confidence=0.9, min_improvement=None)) > 0  # all subsets are still there
    alone = baskets.with_categories(lines, above, keep_items=False)
    assert set(alone["item"]) == {"[drinks]", "[baby]"}


@pytest.mark.parametrize("side", ["together", "apart"])
def test_pairs_are_those_of_a_loop(side):
    lines = drawn(6)
    own = lines.groupby("basket_id")["item"].agg(set)
    told = baskets.pairs(lines, min_support=0.1, side=side)
    for row in told.itertuples():
        a, c = (own.map(lambda held, one=one: one in held) for one in (row.first, row.second))
        both = int((a & c).sum())
        law = hypergeom(400, int(a.sum()), int(c.sum()))
        assert both == told.loc[row.Index, "count"]
        assert row.p == pytest.approx(law.cdf(both) if side == "apart" else law.sf(both - 1), rel=1e-9)
        assert (row.lift < 1) == (side == "apart")
    frequent = lines["item"].value_counts()
    assert told.attrs["tests"] == (frequent >= 40).sum() * ((frequent >= 40).sum() - 1) // 2


def test_the_two_most_related_lines_of_an_estate_agency():
    """A home often brings a loan with it: so the world was made."""
    case = worlds.Retail.preset("real_estate", customers=1_500).draw(seed=7)
    log = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
    log = log.merge(case.products[["item", "category"]], on="item")
    best = baskets.pairs(log, min_support=0.01, basket="customer_id", item="category").iloc[0]
    assert {best["first"], best["second"]} == {"loans and insurance", "new homes"} and best["lift_low"] > 1


# --- offers -----------------------------------------------------------------------------------------------------------


def club(seed, n=3_000):
    """Two things go together and are bought one after the other; two popular ones have nothing to do with anything."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n):
        fan = rng.random() < 0.3
        early = [name for name, chance in (("bread", 0.6), ("milk", 0.5), ("rod", 0.9 * fan)) if rng.random() < chance]
        early = early or ["bread"]
        hook = fan and rng.random() < 0.5
        rows += [(who, "2025-01-01", name) for name in early + ["hook"] * hook]
        later = [("hook", 0.4 * fan * (not hook)), ("milk", 0.1), ("bread", 0.1)]
        rows += [(who, "2025-06-01", name) for name, chance in later if rng.random() < chance]
    log = pd.DataFrame(rows, columns=["customer_id", "day", "item"])
    return log.assign(day=pd.to_datetime(log["day"]))


def test_affinity_beats_popularity_where_there_is_one():
    log = club(10)
    told = baskets.judge(log, "2025-03-01", margin=20.0, cost=1.0)
    for way in ("cosine", "rules"):
        assert told.loc[way, "lift_low"] > 1, way
    assert told.loc["popularity", "lift"] == 1 and told.loc["popularity", "lift_high"] == 1
    np.testing.assert_allclose(told["profit"], 20 * told["hit_rate"] - 1)
    np.testing.assert_allclose(told["more"], told["profit"] - told.loc["popularity", "profit"])
    assert (told.loc["popularity", ["more", "more_low", "more_high"]] == 0).all()
    assert ((told["low"] <= told["hit_rate"]) & (told["hit_rate"] <= told["high"])).all()


def test_hits_are_counted_as_a_loop_does():
    log = club(11, n=300)
    early, late = log[log["day"] <= "2025-03-01"], log[log["day"] > "2025-03-01"]
    for way, top in (("rules", 1), ("cosine", 2)):
        offered = baskets.offers(early, by=way, top=top)
        had = set(zip(early["customer_id"], early["item"], strict=True))
        new = set(zip(late["customer_id"], late["item"], strict=True)) - had
        hit = {who for who, item in zip(offered["customer_id"], offered["item"], strict=True) if (who, item) in new}
        told = baskets.judge(log, "2025-03-01", ways=[way, "popularity"], top=top).loc[way]
        assert told["hits"] == len(hit)
        popular = baskets.offers(early, by="popularity", top=top)
        best = {who for who, item in zip(popular["customer_id"], popular["item"], strict=True) if (who, item) in new}
        if top == 1:  # an offer a customer: each hit is 1, so customers hit by one way alone are +1 or -1
            each = np.array([(who in hit) - (who in best) for who in early["customer_id"].unique()], dtype=float)
            half = 1.96 * each.std(ddof=1) / np.sqrt(len(each))
            assert (told["more_low"], told["more_high"]) == pytest.approx(
                (each.mean() - half, each.mean() + half), abs=1e-4
            )
        assert not had & set(
            zip(offered["customer_id"], offered["item"], strict=True)
        )  # nobody is offered what they have


def test_cosine_is_its_definition():
    log = club(12, n=200)
    table = (pd.crosstab(log["customer_id"], log["item"]) > 0).astype(float)
    common = table.T @ table
    weight = common / np.sqrt(np.outer(np.diag(common), np.diag(common)))
    told = baskets.offers(log, by="cosine").set_index("customer_id")
    for who, row in told.head(40).iterrows():
        have = table.columns[table.loc[who] > 0]
        score = weight.loc[have].sum().drop(have)
        assert row["score"] == pytest.approx(score[row["item"]], abs=1e-8) and score[row["item"]] == pytest.approx(
            score.max()
        )


def test_only_some_items_are_offered_and_who_has_all_is_counted():
    log = club(13, n=200)
    told = baskets.offers(log, only=["hook"])
    assert set(told["item"]) == {"hook"}
    have = log.loc[log["item"] == "hook", "customer_id"].nunique()
    assert told.attrs["without"] == have and len(told) == 200 - have


# --- truth and shelves ------------------------------------------------------------------------------------------------


def test_kinds_and_thresholds_count_right():
    rules = pd.DataFrame({
        "antecedent": [("a",), ("b",), ("c", "x"), ("d",)], "consequent": [("b",), ("a",), ("d",), ("e",)],
        "support": [0.2, 0.2, 0.1, 0.05], "confidence": [0.5, 0.4, 0.9, 0.9], "q": [0.0, 0.0, 0.2, 0.01],
    })  # fmt: skip
    planted = pd.DataFrame({"antecedent": ["a", "c"], "consequent": ["b", "d"]})
    style = pd.Series({"d": "blue", "e": "blue", "a": "red", "b": "red"})
    assert baskets.kinds(rules, planted, style).tolist() == ["planted", "planted", "planted", "taste"]
    assert baskets.kinds(rules, planted).tolist()[-1] == "noise"
    table = baskets.against_truth(rules, planted, max_q=(1.0, 0.05), min_support=(0.0, 0.15))
    assert table["rules"].tolist() == [4, 3, 2, 2] and table["recall"].tolist() == [1.0, 0.5, 0.5, 0.5]
    assert table["precision"].tolist() == [0.75, pytest.approx(2 / 3), 1.0, 1.0]


def test_the_shelf_test_finds_the_lift_of_the_world():
    """True lifts of twelve worlds: 95 % intervals cover them; the season goes into the naive rise, not into the lift."""
    covered, off = [], []
    for seed in range(12):
        case = worlds.Retail.preset("shop", customers=200).draw(seed=seed)
        told, truth = baskets.shelf_test(case.shelf), case.truth.shelf.set_index("item")["lift"]
        own = told.loc[truth.index]
        covered += list((own["low"] <= truth) & (truth <= own["high"]))
        off += list((own["lift"] - truth) / ((own["high"] - own["low"]) / 3.92))
    assert sum(covered) >= 19  # of 24 at 95 %: fewer than 19 has a chance of 0.1 %
    assert abs(np.mean(off)) < 0.8  # in standard errors; that of the mean is 0.2


# --- bad input --------------------------------------------------------------------------------------------------------

LINES = drawn(14, n=30)
CLUB = club(16, n=40)
SHELF = pd.DataFrame({
    "store_id": [1, 1, 2, 2, 3, 3, 4, 4], "week": [1, 2] * 4, "item": "beer", "treated": [True] * 4 + [False] * 4,
    "moved": [False, True] * 2 + [False] * 4, "pieces": [100, 130, 200, 240, 100, 110, 150, 150],
})  # fmt: skip
RULES = pd.DataFrame({"antecedent": [("i0",)], "consequent": [("i1",)]})
BAD = {
    "share": (lambda: baskets.halves(LINES, seed=1, share=1.0), "share=1.0"),
    "one basket": (lambda: baskets.halves(LINES.head(1), seed=1), "holds 1 baskets"),
    "group lacking": (lambda: baskets.by_group(RULES, LINES, pd.Series({0: "n"})), "group lacks 29 of 30"),
    "group twice": (lambda: baskets.by_group(RULES, LINES, pd.Series(["n", "s"], index=[0, 0])), "twice"),
    "category lacking": (lambda: baskets.with_categories(LINES, pd.Series({"i0": "x"})), "category lacks 7 items"),
    "category twice": (lambda: baskets.with_categories(LINES, pd.Series(["x", "y"], index=["i0", "i0"])), "twice"),
    "support": (lambda: baskets.pairs(LINES, min_support=0), "min_support=0"),
    "side": (lambda: baskets.pairs(LINES, min_support=0.1, side="left"), "together or apart"),
    "way": (lambda: baskets.offers(CLUB, by="magic"), "by='magic'"),
    "top": (lambda: baskets.offers(CLUB, top=0), "top=0"),
    "unknown offer": (lambda: baskets.offers(CLUB, only=["boat"]), "'boat', which no customer has"),
    "no later": (lambda: baskets.judge(CLUB, "2026-01-01"), "leaves nothing after it"),
    "no earlier": (lambda: baskets.judge(CLUB, "2020-01-01"), "leaves nothing up to it"),
    "no way": (lambda: baskets.judge(CLUB, "2025-03-01", ways=[]), "ways is empty"),
    "no dates": (lambda: baskets.judge(CLUB.assign(day=1), "2025-03-01"), "expected dates"),
    "no margin": (lambda: baskets.judge(CLUB, "2025-03-01", margin=pd.Series({"rod": 1.0})), "margin has no number"),
    "nothing moved": (lambda: baskets.shelf_test(SHELF.assign(moved=False)), "nowhere True"),
    "no before": (lambda: baskets.shelf_test(SHELF[SHELF["week"] == 2]), "no week before"),
    "one store": (lambda: baskets.shelf_test(SHELF[SHELF["store_id"] != 2]), "1 stores changed"),
    "no sales": (lambda: baskets.shelf_test(SHELF.assign(pieces=[0, *SHELF["pieces"][1:]])), "store 1 sold no 'beer'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError, MemoryError), match=message):
        call()
