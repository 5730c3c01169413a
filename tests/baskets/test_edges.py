"""Odd input that once gave a wrong answer without a word."""

import numpy as np
import pandas as pd
import pytest

from crmkit import baskets, plots
from crmkit.plots import style

LINES = pd.DataFrame({"basket_id": [1, 1, 1, 2, 2, 2, 3], "item": list("abcabcz")})


def test_rules_need_all_lengths_too():
    closed = baskets.itemsets(LINES, min_support=0.5, kind="closed")
    every = baskets.itemsets(LINES, min_support=0.5)
    for sets in (closed, every[every["length"] != 2]):
        with pytest.raises(ValueError, match="lacks a subset"):
            baskets.rules(sets, min_confidence=0)


def test_closed_and_maximal_look_one_item_further_than_they_show():
    assert len(baskets.itemsets(LINES, min_support=0.5, kind="closed", max_length=2)) == 0
    assert baskets.itemsets(LINES, min_support=0.5, kind="maximal", max_length=3)["itemset"].tolist() == [
        ("a", "b", "c")
    ]


def test_rules_and_sets_survive_a_file(tmp_path):
    sets = baskets.itemsets(LINES, min_support=0.5)
    found = baskets.rules(sets, min_confidence=0)
    sets.to_parquet(tmp_path / "sets.parquet")
    found.to_parquet(tmp_path / "rules.parquet")
    again = baskets.rules(pd.read_parquet(tmp_path / "sets.parquet"), min_confidence=0)
    assert again["q"].tolist() == found["q"].tolist()
    read = pd.read_parquet(tmp_path / "rules.parquet")
    assert baskets.confirm(read, LINES)["count"].tolist() == baskets.confirm(found, LINES)["count"].tolist()
    group = pd.Series(["x", "x", "y"], index=[1, 2, 3])
    assert baskets.by_group(read, LINES, group)["count"].sum() == baskets.by_group(found, LINES, group)["count"].sum()
    sets.to_csv(tmp_path / "sets.csv")
    with pytest.raises(TypeError, match="Parquet, not as CSV"):
        baskets.rules(pd.read_csv(tmp_path / "sets.csv"))


def test_the_day_of_the_cut_is_known_whatever_the_hour():
    day = pd.to_datetime(["2025-01-01 10:00"] * 5 + ["2025-01-02 10:00"])
    log = pd.DataFrame({"customer_id": [1, 1, 2, 2, 3, 3], "day": day, "item": list("ababab")})
    assert baskets.judge(log, "2025-01-01", ways=["cosine"]).loc["cosine", "hits"] == 1
    for column in ("day", "item"):
        with pytest.raises(ValueError, match=rf"{column}.*missing in 1 rows"):
            baskets.judge(log.assign(**{column: log[column].where(log.index != 5)}), "2025-01-01")
    with pytest.raises(ValueError, match="time zone"):
        baskets.judge(log.assign(day=day.tz_localize("Asia/Shanghai")), "2025-01-01")


def test_gaps_are_kept_to_the_second_over_any_span():
    log = pd.DataFrame({"customer_id": [1, 1, 2], "day": [0, 400, 3 * 10**11], "item": list("aba")})
    assert ("a", "b") not in baskets.sequences(log, min_support=0.3, max_gap=100)["sequence"].tolist()
    assert ("a", "b") in baskets.sequences(log, min_support=0.3, max_gap=400)["sequence"].tolist()
    with pytest.raises(ValueError, match="infinite times"):
        baskets.sequences(log.assign(day=[0.0, np.inf, 1.0]), min_support=0.3)


def test_numbers_as_items_are_planted_too():
    rules = pd.DataFrame({"antecedent": [("1",)], "consequent": [("2",)]})
    planted = pd.DataFrame({"antecedent": [1], "consequent": [2]})
    assert baskets.kinds(rules, planted).tolist() == ["planted"]


def test_shelves_are_read_as_they_are_declared():
    shelf = pd.DataFrame({
        "store_id": [1, 1, 2, 2, 3, 3, 4, 4], "week": [1, 2] * 4, "item": "beer", "treated": [True] * 4 + [False] * 4,
        "moved": [False, True] * 2 + [False] * 4, "pieces": [100, 130, 200, 240, 100, 110, 150, 150],
    })  # fmt: skip
    twice = pd.concat([shelf.head(4), shelf.tail(4).reset_index(drop=True)])  # an index that repeats itself
    assert baskets.shelf_test(twice)["lift"].iloc[0] == baskets.shelf_test(shelf)["lift"].iloc[0]
    with pytest.raises(ValueError, match="not treated"):
        baskets.shelf_test(shelf.assign(moved=[False] * 5 + [True] * 3))
    with pytest.raises(ValueError, match="differs within a store"):
        baskets.shelf_test(
            shelf.assign(treated=[True, False] + [True] * 2 + [False] * 4, moved=[False] * 3 + [True] + [False] * 4)
        )
    with pytest.raises(ValueError, match=r"pieces.*missing in 1"):
        baskets.shelf_test(shelf.assign(pieces=shelf["pieces"].where(shelf.index > 0)))


def test_scores_are_in_the_measure_asked_for():
    log = pd.DataFrame({"customer_id": [1, 2, 3, 4, 4], "item": ["a", "a", "b", "a", "b"]})
    told = baskets.offers(log, by="popularity").set_index("customer_id")
    assert told.loc[3, "score"] == pytest.approx(0.75) and told.attrs["without"] == 1


def test_a_flood_of_rules_is_told_before_it_comes():
    many = pd.DataFrame({"basket_id": np.repeat([1, 2], 14), "item": [f"i{one:02d}" for one in range(14)] * 2})
    sets = baskets.itemsets(many, min_support=0.5)
    with pytest.raises(MemoryError, match=r"4,7[\d,]+ splits into two sides, more than limit=1,000,000"):
        baskets.rules(sets, consequents=None, limit=1_000_000)
    with pytest.raises(ValueError, match="tests=-5"):
        baskets.rules(sets, tests=-5)


def test_a_basket_without_a_name_tears_nothing():
    with pytest.raises(ValueError, match="missing in 1 rows"):
        baskets.halves(LINES.assign(basket_id=[1, 1, 1, 2, 2, 2, np.nan]), seed=1)


def test_a_dollar_in_a_name_is_a_dollar():
    table = baskets.pairs(pd.DataFrame({"basket_id": [1, 1, 2, 3], "item": ["$5 card_$", "x"] * 2}), min_support=0.1)
    rules = table.assign(antecedent=[(one,) for one in table["first"]], consequent=[(two,) for two in table["second"]])
    for picture in (plots.pair_map(table), plots.basket_network(rules)):
        assert plots.png(picture).startswith(b"\x89PNG")


def test_chinese_names_are_drawn_where_a_font_has_them():
    table = baskets.pairs(pd.DataFrame({"basket_id": [1, 1, 2, 3], "item": ["啤酒", "尿布"] * 2}), min_support=0.1)
    families = style._families()
    assert families[0] == "DejaVu Sans"
    if len(families) > 1:  # a missing letter would warn, and a warning is an error
        assert plots.png(plots.pair_map(table)).startswith(b"\x89PNG")
