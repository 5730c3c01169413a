"""A reported share, pairs met again, a move in money, an outcome within each customer; their pictures and explorers."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy.stats.contingency import odds_ratio

from crmkit import baskets, explore, plots
from crmkit.checks import case_11

SEEDS = range(6)


@pytest.fixture(scope="module")
def cases():
    return [case_11.case(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def case(cases):
    return cases[1]


# --- what a reported confidence would mean ----------------------------------------------------------------------------


def test_a_reported_share_is_the_rule_of_baskets_that_hold_it():
    """A second way: baskets with just these counts, searched as any others."""
    holders, both, beer, n = 200, 70, 150, 1_000
    held = {"nappies": range(holders), "beer": [*range(both), *range(holders, holders + beer - both)], "tea": range(n)}
    lines = pd.DataFrame(
        [(basket, item) for item, some in held.items() for basket in some], columns=["basket_id", "item"]
    )
    rules = baskets.rules(baskets.itemsets(lines, min_support=0.01), min_confidence=0.0, min_improvement=None)
    row = rules[(rules["antecedent"] == ("nappies",)) & (rules["consequent"] == ("beer",))].iloc[0]
    told = baskets.reported(both / holders, [beer / n], holders=holders, baskets=n).iloc[0]
    for name in ("lift", "lift_low", "lift_high"):
        assert told[name] == pytest.approx(row[name], rel=1e-12)
    assert told["beyond"] == pytest.approx(1_000 * (row["confidence"] - beer / n))


def test_a_reported_share_means_nothing_where_as_many_buy_it_anyhow():
    told = baskets.reported(0.35, np.linspace(0.05, 0.6, 12), holders=400, baskets=8_000)
    same = told[(told["base"] - 0.35).abs() < 1e-9].iloc[0]
    assert same["lift"] == pytest.approx(1) and same["lift_low"] < 1 < same["lift_high"]
    assert same["beyond"] == pytest.approx(0, abs=1e-9) and same["elsewhere"] == pytest.approx(0.35)
    assert told["lift"].is_monotonic_decreasing
    share = 400 / 8_000  # all baskets are those with and those without the antecedent
    assert np.allclose(share * 0.35 + (1 - share) * told["elsewhere"], told["base"])


def test_what_cannot_be_is_left_out_and_counted():
    told = baskets.reported(0.5, [0.1, 0.4, 0.9], holders=500, baskets=1_000)  # a quarter holds both; a quarter neither
    assert told["base"].tolist() == [0.4] and told.attrs["impossible"] == 2


# --- the best pairs again ---------------------------------------------------------------------------------------------


def by_chance(seed, n=1_500, items=40):
    held = np.random.default_rng(seed).random((n, items)) < 0.06
    basket, item = np.nonzero(held)
    return pd.DataFrame({"basket_id": basket, "item": [f"i{code}" for code in item]})


def test_where_nothing_pulls_the_best_pairs_come_back_as_chance():
    """Chosen lifts are far above 1, met again they are 1 on average: the winner's curse whole."""
    found = [baskets.again(by_chance(seed), seed=seed) for seed in range(20)]
    chosen, again = (np.array([one[name].mean() for one in found]) for name in ("lift", "lift_again"))
    assert chosen.min() > 1.8
    # Ten pairs of some 3 expected baskets each: a mean of ten lifts has a standard error near 0.2, that of 20 means 0.05.
    assert abs(again.mean() - 1) < 0.2
    assert sum((one["q_again"] <= 0.05).sum() for one in found) <= 6  # of 200; each lot holds one with chance 5 %


def test_the_second_half_is_counted_where_nobody_chose(case):
    lines = case_11.sold(case)
    found = baskets.again(lines, seed=4, best=5)
    _, second = baskets.halves(lines, seed=4)
    held = second.groupby("item")["basket_id"].agg(set)
    n = second["basket_id"].nunique()
    for row in found.itertuples():
        one, two = held[row.first], held[row.second]
        assert row.count_again == len(one & two)
        assert row.lift_again == pytest.approx(n * len(one & two) / (len(one) * len(two)))


def test_planted_pairs_come_back(cases):
    """The strongest planted rule is among the ten surest of every chain, and met again."""
    for one in cases:
        found = baskets.again(case_11.sold(one), seed=1, by="q")
        pair = found[[{a, b} == set(case_11.PAIR) for a, b in zip(found["first"], found["second"], strict=True)]]
        assert len(pair) == 1 and pair["q_again"].iloc[0] < 0.01


def test_by_lift_the_largest_come_first_and_by_q_the_surest(case):
    lines = case_11.sold(case)
    assert baskets.again(lines, seed=1)["lift"].is_monotonic_decreasing
    assert baskets.again(lines, seed=1, by="q")["q"].is_monotonic_increasing
    assert (baskets.again(lines, seed=1, least=12)["count"] >= 12).all()
    assert len(baskets.again(lines, seed=1, least=10_000)) == 0


# --- a move in money --------------------------------------------------------------------------------------------------


def true_rise(case):
    """Relative rise of the margin of both: the true lifts weighed by what the control earns."""
    lift = dict(zip(case.truth.shelf["item"], case.truth.shelf["lift"], strict=True))
    money = {one: case_11.weekly(case, only=one).sum() for one in case_11.PAIR}
    return sum(lift[one] * money[one] for one in money) / sum(money.values())


def test_the_rise_of_the_margin_covers_the_truth_of_the_worlds():
    found = [(case_11.case(seed, members=20), seed) for seed in range(20, 40)]
    covered = off = 0.0
    for one, _ in found:
        effect, true = baskets.moved(one.shelf, case_11.margin(one)), true_rise(one)
        covered += effect.low <= true <= effect.high
        off += (effect.lift - true) / ((effect.high - effect.low) / 3.92)
        assert effect.naive > effect.high  # autumn alone is more than the interval reaches
    assert covered >= 16  # of 20 at 95 %: fewer has a chance of 0.3 %
    assert abs(off / len(found)) < 0.9  # in standard errors; that of the mean of 20 is 0.22


def test_one_article_is_the_shelf_test_and_money_is_linear(case):
    shelf = case.shelf[case.shelf["item"] == case_11.PAIR[1]]
    plain = baskets.shelf_test(shelf).iloc[-1]
    one, ten = (baskets.moved(shelf, pd.Series(float(each), index=case_11.PAIR)) for each in (1, 10))
    assert one.lift == pytest.approx(plain["lift"]) and one.naive == pytest.approx(plain["naive"])
    assert (one.low, one.high) == pytest.approx((plain["low"], plain["high"]))
    assert (one.naive_low, one.naive_high) == pytest.approx((plain["naive_low"], plain["naive_high"]))
    assert ten.lift == pytest.approx(one.lift)
    assert ten.gain == pytest.approx(10 * one.gain)
    assert ten.base * (1 + ten.lift) == pytest.approx(10 * shelf.loc[shelf["moved"], "pieces"].mean())


def test_the_calendar_has_an_interval_too(case):
    """Surer than the control's, for one group tells less noise than two; and another level is another width."""
    effect, wide = (baskets.moved(case.shelf, case_11.margin(case), level=level) for level in (0.95, 0.99))
    assert wide.naive_low < effect.naive_low < effect.naive < effect.naive_high < wide.naive_high
    assert np.log1p(effect.naive_high) - np.log1p(effect.naive_low) < np.log1p(effect.high) - np.log1p(effect.low)
    assert (effect.naive_gain_low, effect.naive_gain_high) == pytest.approx(
        (effect.base * effect.naive_low, effect.base * effect.naive_high)
    )
    some = case.shelf[case.shelf["treated"]].assign(
        money=lambda log: log["pieces"] * log["item"].map(case_11.margin(case)).astype(float)
    )
    sums = some.groupby(["store_id", "moved", "week"])["money"].sum().groupby(["store_id", "moved"]).mean().unstack()
    rise = np.log(sums[True] / sums[False])
    drawn = np.random.default_rng(1).choice(rise, size=(20_000, len(rise))).mean(axis=1)  # a second way: bootstrap
    ends = np.log1p([effect.naive_low, effect.naive_high])
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx(ends, abs=0.15 * np.ptp(ends))  # t of 19 is 7 % wider
    stores = effect.stores(pd.Series({1: 1_000.0}), cost=200, weeks=10).iloc[0]
    assert stores["naive_low"] < stores["naive"] < stores["naive_high"]
    assert stores["naive_low"] == pytest.approx(10 * (1_000 * effect.naive_low - 200))


def test_what_one_article_takes_from_the_other_is_no_gain(case):
    """Pieces handed from nappies to beer in the moved stores: beer rises, the sum does not."""
    shelf = case.shelf.copy()
    shelf["pieces"] = np.where(shelf["item"] == case_11.PAIR[0], 60, 40)
    shelf.loc[shelf["moved"], "pieces"] = 50
    even = baskets.moved(shelf, pd.Series(1.0, index=case_11.PAIR))
    assert (
        baskets.shelf_test(shelf.assign(pieces=shelf["pieces"] + shelf["store_id"] % 3)).loc[case_11.PAIR[1], "lift"]
        > 0.2
    )
    assert even.lift == pytest.approx(0) and even.gain == pytest.approx(0)


def test_a_store_pays_from_cost_over_rise_on(case):
    effect = baskets.moved(case.shelf, case_11.margin(case))
    even = 200 / effect.lift
    stores = effect.stores(pd.Series({1: even, 2: 2 * even, 3: even / 2}), cost=200, weeks=10)
    assert stores.index.tolist() == [2, 1, 3]
    assert stores["net"].tolist() == pytest.approx([2_000, 0, -1_000])
    assert (stores["net_low"] < stores["net"]).all() and (stores["net"] < stores["net_high"]).all()
    assert effect.break_even(200) * effect.base == pytest.approx(200)


# --- within each customer ---------------------------------------------------------------------------------------------


def shown(*cells):
    """Cases of groups, each given as (with and ordered, with and not, without and ordered, without and not)."""
    rows = []
    for group, (a, b, c, d) in enumerate(cells):
        kinds = [(True, True)] * a + [(True, False)] * b + [(False, True)] * c + [(False, False)] * d
        rows += [(group, *kind) for kind in kinds]
    return pd.DataFrame(rows, columns=["who", "seen", "ordered"])


def test_one_group_is_the_plain_odds_ratio():
    found = baskets.within(shown((12, 30, 9, 50)))
    assert found.odds_ratio == pytest.approx(odds_ratio([[12, 30], [9, 50]], kind="sample").statistic)
    # For one table the interval of Robins, Breslow & Greenland is Woolf's.
    half = 1.959964 * np.sqrt(1 / 12 + 1 / 30 + 1 / 9 + 1 / 50)
    assert np.log([found.low, found.high]) == pytest.approx(
        np.log(found.odds_ratio) + np.array([-half, half]), rel=1e-5
    )
    assert (found.share_with, found.share_without) == pytest.approx((12 / 42, 9 / 59))
    assert found.with_low < 12 / 42 < found.with_high and found.groups == 1 and found.rows == 101


def test_what_only_differs_between_groups_falls_out():
    """Fans see more recipes and order more; no one orders more because of one (Simpson)."""
    fans, others = (40, 40, 5, 5), (2, 18, 8, 72)
    both = shown(fans, others)
    assert baskets.within(both).odds_ratio > 3
    assert baskets.within(both, group="who").odds_ratio == pytest.approx(1)


def test_ten_times_the_cases_narrow_the_interval_by_the_root():
    some = shown((6, 14, 4, 30), (3, 9, 5, 20))
    one, ten = baskets.within(some, group="who"), baskets.within(pd.concat([some] * 10), group="who")
    assert ten.odds_ratio == pytest.approx(one.odds_ratio)
    widths = [np.log(found.high / found.low) for found in (one, ten)]
    assert widths[0] / widths[1] == pytest.approx(np.sqrt(10), rel=0.02)


def test_within_members_the_lift_of_the_world_is_found(cases):
    """True odds ratios are 1.58 (others) and 1.68 (fans); between them no fan is compared with another member."""
    found = [baskets.within(case_11.tea_views(one), group="customer_id") for one in cases]
    logs = np.log([one.odds_ratio for one in found])
    error = np.mean([np.log(one.high / one.low) / 3.92 for one in found]) / np.sqrt(len(found))
    assert abs(logs.mean() - np.log(1.63)) < 3 * error + 0.03
    pooled = np.mean([np.log(baskets.within(case_11.visits(one)).odds_ratio) for one in cases])
    assert pooled > logs.mean() + 2 * error


# --- what is refused --------------------------------------------------------------------------------------------------

LINES = by_chance(1, n=60)
SHELF = pd.DataFrame({
    "store_id": [1, 1, 2, 2, 3, 3, 4, 4], "week": [1, 2] * 4, "item": "beer", "treated": [True] * 4 + [False] * 4,
    "moved": [False, True] * 2 + [False] * 4, "pieces": [100, 130, 200, 240, 100, 110, 150, 150],
})  # fmt: skip
MONEY = pd.Series({"beer": 2.0})
BAD = {
    "confidence": (lambda: baskets.reported(35, [0.2], holders=10, baskets=100), "confidence=35"),
    "base": (lambda: baskets.reported(0.3, [0.2, 30], holders=10, baskets=100), "base holds 30"),
    "no base": (lambda: baskets.reported(0.3, [0.0], holders=10, baskets=100), "base holds 0"),
    "holders": (lambda: baskets.reported(0.3, [0.2], holders=100, baskets=100), "fewer than baskets=100"),
    "by": (lambda: baskets.again(LINES, seed=1, by="confidence"), "by='confidence'"),
    "best": (lambda: baskets.again(LINES, seed=1, best=0), "best=0"),
    "margin": (lambda: baskets.moved(SHELF, pd.Series({"tea": 1.0})), "no number for 'beer'"),
    "column": (lambda: baskets.moved(SHELF.drop(columns="pieces"), MONEY), "lacks .*pieces"),
    "cost": (lambda: baskets.moved(SHELF, MONEY).stores(pd.Series({1: 9.0}), cost=-1, weeks=2), "cost=-1"),
    "weeks": (lambda: baskets.moved(SHELF, MONEY).stores(pd.Series({1: 9.0}), cost=1, weeks=0), "weeks=0"),
    "missing": (lambda: baskets.within(shown((1, 2, 3, 4)).astype(object).assign(seen=None)), "'seen'.* is missing"),
    "no truth value": (lambda: baskets.within(shown((1, 2, 3, 4)).assign(ordered=1)), "expected truth values"),
    "no group": (lambda: baskets.within(shown((1, 2, 3, 4)), group="member"), "lacks .*member"),
    "nothing told": (lambda: baskets.within(shown((3, 2, 0, 0), (0, 0, 1, 4)), group="who"), "0 of 2 groups"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()


# --- pictures and explorers -------------------------------------------------------------------------------------------


def test_pictures_keep_the_laws(case):
    found = baskets.again(case_11.sold(case), seed=1)
    said = keeps_the_laws(plots.lift_again, found)
    assert f"{found['lift'].mean():.1f}" in said and found["first"].iloc[0] in said
    keeps_the_laws(plots.lift_again, found.head(0))
    told = baskets.reported(0.35, np.linspace(0.05, 0.6, 12), holders=400, baskets=8_000)
    assert "1.00" in keeps_the_laws(plots.lift_of_share, told, at=0.35)
    ways = pd.DataFrame({"value": [3.0, 1.0], "low": [np.nan, -0.5], "high": [np.nan, 2.5]}, index=["plain", "fair"])
    said = keeps_the_laws(plots.compared, ways, title="Plain claims three times as much", x="rise, %")
    assert "plain 3.00 (no interval)" in said and "fair 1.00 (-0.50 to 2.50)" in said


def test_explorers_of_reports_and_pairs_keep_the_laws(case):
    lines, found = case_11.sold(case), case_11.pairs(case).head(150)
    rules = found.assign(antecedent=[(one,) for one in found["first"]], consequent=[(one,) for one in found["second"]])
    inside = baskets.differences(baskets.by_group(rules, lines, case_11.sizes(case)))
    for made in (
        explore.reported_share(),
        explore.tea_claim(),
        explore.second_half(lines, seed=1),
        explore.beliefs(rules, inside, case.truth.rules),
    ):
        explorer_keeps_the_laws(made)
    kind = baskets.kinds(rules, case.truth.rules)
    ax, _ = made.function(by="p, each pair for itself", limit=0.05, lift=10)
    believed = kind[rules["p"] <= 0.05]
    title = f"{int((believed != 'planted').sum()):,} of {len(believed):,} pairs believed were not planted"
    assert ax.get_title(loc="left") == title
    planted = kind == "planted"
    ax, _ = explore.beliefs(rules[planted], inside[planted], case.truth.rules).function(
        by="p, each pair for itself", limit=0.05, lift=10
    )
    assert ax.get_title(loc="left").endswith("planted pairs are believed, and no other")


def test_explorers_of_shelf_and_site_keep_the_laws(case):
    effect = baskets.moved(case.shelf, case_11.margin(case))
    explorer_keeps_the_laws(explore.shelf_trial(case.shelf))
    explorer_keeps_the_laws(explore.shelf_pays(effect, case_11.weekly(case), cost=340, weeks=26))
    cases = {"a visit": case_11.visits(case), "a view of the tea page": case_11.tea_views(case)}
    explorer_keeps_the_laws(explore.recipe_lift(cases))


def test_an_explorer_says_what_the_function_finds(case):
    effect, weekly = baskets.moved(case.shelf, case_11.margin(case)), case_11.weekly(case)
    made = explore.shelf_pays(effect, weekly, cost=340, weeks=26)
    made.controls["cost"].value = 120
    stores = effect.stores(weekly, cost=120, weeks=26)
    assert f"{(stores['net'] > 0).sum()} of 20 stores pay" in made.said and f"{stores['net'].sum():+,.0f}" in made.said
