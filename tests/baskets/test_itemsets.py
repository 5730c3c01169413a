"""Itemsets: against a plain loop, another library and the other engine; laws; bad input. More in test_closed."""

import sys

import numpy as np
import pandas as pd
import pytest
from made_baskets import ENGINES, by_hand, drawn

from crmkit import baskets

room = sys.modules["crmkit.baskets.itemsets"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(4))
def test_itemsets_are_those_of_a_loop(engine, seed):
    if engine == "numba":
        pytest.importorskip("numba")
    lines = drawn(seed)
    found = baskets.itemsets(lines, min_support=0.04, engine=engine)
    assert dict(zip(found["itemset"], found["count"], strict=True)) == by_hand(lines, 0.04)
    np.testing.assert_allclose(found["support"], found["count"] / 200)
    assert (found["length"] == found["itemset"].map(len)).all()


def test_itemsets_are_those_of_mlxtend():
    from mlxtend.frequent_patterns import fpgrowth

    lines = drawn(5, n=2_000, items=25, mean=4.0)
    table = pd.crosstab(lines["basket_id"], lines["item"]) > 0
    theirs = fpgrowth(table, min_support=0.01, use_colnames=True)
    ours = baskets.itemsets(table, min_support=0.01)
    assert {frozenset(one) for one in ours["itemset"]} == set(theirs["itemsets"])
    shares = dict(zip(theirs["itemsets"], theirs["support"], strict=True))
    assert all(shares[frozenset(row.itemset)] == pytest.approx(row.support) for row in ours.itertuples())


def test_engines_agree_row_by_row_and_on_what_was_counted():
    pytest.importorskip("numba")
    lines = drawn(6, n=3_000, items=60, mean=8.0)
    one, two = (baskets.itemsets(lines, min_support=0.02, engine=engine) for engine in ENGINES)
    pd.testing.assert_frame_equal(one, two)
    assert one.attrs == two.attrs


def test_max_length_cuts_and_nothing_else_changes():
    lines = drawn(7)
    whole, short = (baskets.itemsets(lines, min_support=0.05, max_length=most) for most in (None, 2))
    pd.testing.assert_frame_equal(whole[whole["length"] <= 2].reset_index(drop=True), short)


def test_order_doubles_and_the_form_of_the_input_are_of_no_account():
    lines = drawn(8)
    usual = baskets.itemsets(lines, min_support=0.05)
    mixed = pd.concat([lines, lines.head(50)]).sample(frac=1.0, random_state=1)
    again = baskets.itemsets(mixed, min_support=0.05)
    pd.testing.assert_frame_equal(usual, again)
    assert usual.attrs["repeated"] == 0 and again.attrs["repeated"] == 50
    table = pd.crosstab(lines["basket_id"], lines["item"])
    for form in (table, table > 0, (table > 0).astype(pd.SparseDtype(bool, False))):
        pd.testing.assert_frame_equal(usual, baskets.itemsets(form, min_support=0.05))
    numbered = lines.assign(item=lines["item"].str[1:].astype(int))
    assert baskets.itemsets(numbered, min_support=0.05)["itemset"].iloc[-1] == tuple(
        one[1:] for one in usual["itemset"].iloc[-1]
    )


def test_a_basket_without_a_frequent_item_still_counts():
    lines = pd.DataFrame({"basket_id": [1, 2, 3, 4], "item": ["a", "a", "a", "rare"]})
    assert baskets.itemsets(lines, min_support=0.5)["support"].tolist() == [0.75]


def test_nothing_frequent_is_an_empty_frame():
    lines = pd.DataFrame({"basket_id": range(5), "item": list("abcde")})
    found = baskets.itemsets(lines, min_support=0.9)
    assert len(found) == 0 and list(found.columns) == ["itemset", "length", "count", "support"]


def test_one_item_and_one_basket():
    alone = pd.DataFrame({"basket_id": [1], "item": ["a"]})
    assert baskets.itemsets(alone, min_support=1)["itemset"].tolist() == [("a",)]


@pytest.mark.parametrize("engine", ENGINES)
def test_progress_is_told_and_an_interruption_ends_the_search(engine):
    if engine == "numba":
        pytest.importorskip("numba")
    lines, seen = drawn(11), []
    baskets.itemsets(lines, min_support=0.05, engine=engine, progress=lambda what, share: seen.append((what, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares) and 0 <= shares[0] and shares[-1] < 1 and {what for what, _ in seen} == {"itemsets"}

    def stop(what, share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        baskets.itemsets(lines, min_support=0.05, engine=engine, progress=stop)


GOOD = pd.DataFrame({"basket_id": [1, 1, 2], "item": ["a", "b", "a"]})
BAD = {
    "no support": ({"min_support": 0}, "min_support=0 must be a share"),
    "much support": ({"min_support": 1.5}, r"min_support=1.5 .* write 1 % as 0.01"),
    "a word": ({"min_support": "low"}, "min_support='low'"),
    "missing support": ({"min_support": float("nan")}, "min_support=nan"),
    "length": ({"min_support": 0.5, "max_length": 0}, "max_length=0"),
    "limit": ({"min_support": 0.5, "limit": 2.5}, "limit=2.5"),
    "kind": ({"min_support": 0.5, "kind": "open"}, "all, closed, maximal"),
    "engine": ({"min_support": 0.5, "engine": "steam"}, "auto, numpy, numba"),
    "column": ({"min_support": 0.5, "item": "article"}, "article"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_options_are_named(name):
    options, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        baskets.itemsets(GOOD, **options)


BAD_LINES = {
    "none": (GOOD.head(0), ValueError, "lines has 0 rows"),
    "missing item": (GOOD.assign(item=["a", None, "a"]), ValueError, "'item'.* missing in 1 of 3 rows .first at row 1"),
    "missing basket": (GOOD.assign(basket_id=[1, np.nan, 2]), ValueError, "'basket_id'.* missing in 1"),
    "a list": ([("a", "b")], TypeError, "is a list; expected a pandas frame"),
    "alike": (pd.DataFrame({"basket_id": [1, 1], "item": [2, "2"]}), ValueError, "two different items that read '2'"),
    "neither form": (pd.DataFrame({"x": [0, 3]}), ValueError, "basket_id"),
    "empty one-hot": (pd.DataFrame({"a": np.empty(0, bool)}), ValueError, "0 rows"),
    "doubled column": (pd.DataFrame([[1, 0]], columns=["a", "a"]), ValueError, "'a'"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_lines_are_named(name):
    lines, error, message = BAD_LINES[name]
    with pytest.raises(error, match=message):
        baskets.itemsets(lines, min_support=0.5)


def test_numba_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(room, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'crmkit\[fast\]'"):
        baskets.itemsets(GOOD, min_support=0.5, engine="numba")
    assert len(baskets.itemsets(GOOD, min_support=0.5)) == 3  # auto does without
