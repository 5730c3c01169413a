"""Closed and maximal itemsets, and how many sets there will be: definitions, laws, the other engine, dense data."""

import sys
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from made_baskets import ENGINES, by_hand, drawn

from crmkit import baskets
from crmkit.baskets.encode import coded
from crmkit.baskets.size import foretold

room = sys.modules["crmkit.baskets.itemsets"]


def attributes(seed, n=400, columns=12, share=0.8):
    """One value of each attribute a basket, as of mushrooms: most baskets are alike, and some items always go along."""
    rng = np.random.default_rng(seed)
    value = (rng.random((n, columns)) > share).astype(int) * rng.integers(1, 3, (n, columns))
    value[:, 1] = value[:, 0]
    value[:, 2] = np.where(value[:, 0] > 0, 1, value[:, 2])
    rows = np.repeat(np.arange(n), columns)
    return pd.DataFrame({"basket_id": rows, "item": [f"a{at % columns}={one}" for at, one in enumerate(value.ravel())]})


def clique(items=40, baskets_=30, others=90):
    """A set of articles that is always bought whole, and buyers of something else."""
    whole = pd.DataFrame(
        {"basket_id": np.repeat(np.arange(baskets_), items), "item": [f"c{n:02d}" for n in range(items)] * baskets_}
    )
    rng = np.random.default_rng(1)
    rest = pd.DataFrame({"basket_id": 1_000 + np.arange(others), "item": [f"x{n}" for n in rng.integers(0, 9, others)]})
    return pd.concat([whole, rest], ignore_index=True)


def needs(engine):
    if engine == "numba":
        pytest.importorskip("numba")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(3))
def test_closed_and_maximal_keep_what_their_definitions_say(engine, seed):
    needs(engine)
    lines = drawn(seed, n=60, items=7, mean=3.5)
    every = by_hand(lines, 0.05)
    larger = {one: [two for two in every if set(one) < set(two)] for one in every}
    closed = baskets.itemsets(lines, min_support=0.05, kind="closed", engine=engine)
    expected = {one: every[one] for one in every if all(every[two] < every[one] for two in larger[one])}
    assert dict(zip(closed["itemset"], closed["count"], strict=True)) == expected
    maximal = baskets.itemsets(lines, min_support=0.05, kind="maximal", engine=engine)
    expected = {one: every[one] for one in every if not larger[one]}
    assert dict(zip(maximal["itemset"], maximal["count"], strict=True)) == expected
    assert not closed["itemset"].duplicated().any() and not maximal["itemset"].duplicated().any()


@pytest.mark.parametrize("engine", ENGINES)
def test_closed_sets_tell_the_count_of_every_other(engine):
    """The count of a set is the largest of a closed set that holds it; every frequent set is part of a maximal one."""
    needs(engine)
    lines = attributes(1)
    every = baskets.itemsets(lines, min_support=0.3, engine=engine)
    closed = baskets.itemsets(lines, min_support=0.3, kind="closed", engine=engine)
    maximal = baskets.itemsets(lines, min_support=0.3, kind="maximal", engine=engine)
    assert len(maximal) < len(closed) < len(every) / 2
    told = {}
    for row in closed.itertuples():
        for size in range(1, len(row.itemset) + 1):
            for some in combinations(row.itemset, size):
                told[some] = max(told.get(some, 0), row.count)
    assert told == dict(zip(every["itemset"], every["count"], strict=True))
    parts = {some for one in maximal["itemset"] for n in range(1, len(one) + 1) for some in combinations(one, n)}
    assert parts == set(every["itemset"]) and set(maximal["itemset"]) <= set(closed["itemset"])


@pytest.mark.parametrize("kind", ["closed", "maximal"])
@pytest.mark.parametrize("longest", [None, 2, 5])
def test_engines_agree_row_by_row(kind, longest):
    pytest.importorskip("numba")
    for lines, share in ((attributes(2), 0.1), (drawn(6, n=2_000, items=60, mean=8.0), 0.02)):
        one, two = (
            baskets.itemsets(lines, min_support=share, kind=kind, max_length=longest, engine=engine)
            for engine in ENGINES
        )
        pd.testing.assert_frame_equal(one, two)
        whole = baskets.itemsets(lines, min_support=share, kind=kind)
        short = whole[whole["length"] <= (longest or 99)].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, short)


@pytest.mark.parametrize("engine", ENGINES)
def test_where_all_sets_explode_closed_ones_are_few(engine):
    needs(engine)
    lines = clique()
    share = 20 / 120
    with pytest.raises(
        MemoryError, match=r"about 10 \*\* 12 itemsets.*min_support=0\.\d+ or more fits; else kind='closed'"
    ):
        baskets.itemsets(lines, min_support=share, engine=engine)
    closed = baskets.itemsets(lines, min_support=share, kind="closed", engine=engine)
    assert closed["length"].tolist() == [40]
    maximal = baskets.itemsets(lines, min_support=share, kind="maximal", engine=engine)
    pd.testing.assert_frame_equal(closed, maximal)
    fits = baskets.itemsets(lines, min_support=30.5 / 120, engine=engine)
    assert len(fits) == 0  # nothing else is as frequent


@pytest.mark.parametrize("engine", ENGINES)
def test_too_many_closed_sets_are_told(engine, monkeypatch):
    needs(engine)
    lines = attributes(3, n=200, columns=10)
    true = len(baskets.itemsets(lines, min_support=0.02, kind="closed"))
    monkeypatch.setattr(room, "FIRST_LOOK", 50)
    with pytest.raises(
        MemoryError, match=r"about [\d,]+ closed itemsets( or more)?, more than limit=200.*max_length"
    ) as told:
        baskets.itemsets(lines, min_support=0.02, kind="closed", limit=200, engine=engine)
    size = int(str(told.value).split("about ")[1].split()[0].replace(",", ""))
    assert true / 3 < size < 3 * true
    fits = float(str(told.value).split("Mend: min_support=")[1].split()[0])
    assert 20 < len(baskets.itemsets(lines, min_support=fits, kind="closed", limit=600, engine=engine)) < 600
    with pytest.raises(MemoryError, match="closed itemsets to look at"):
        baskets.itemsets(lines, min_support=0.02, kind="maximal", limit=60, engine=engine)
    assert len(baskets.itemsets(lines, min_support=0.02, kind="closed", limit=true, engine=engine)) == true


@pytest.mark.parametrize("engine", ENGINES)
def test_a_search_for_closed_sets_can_be_interrupted(engine):
    needs(engine)

    def stop(what, share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        baskets.itemsets(drawn(11), min_support=0.05, kind="closed", engine=engine, progress=stop)


def test_nothing_frequent_is_an_empty_frame():
    lines = pd.DataFrame({"basket_id": range(5), "item": list("abcde")})
    for kind in ("closed", "maximal"):
        found = baskets.itemsets(lines, min_support=0.9, kind=kind)
        assert len(found) == 0 and list(found.columns) == ["itemset", "length", "count", "support"]


# --- how many there will be -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [6.0, 14.0])
def test_the_size_is_foretold_before_the_search(mean, monkeypatch):
    """Within a factor of three of the truth: it decides between minutes and never."""
    lines = drawn(9, n=1_500, items=40, mean=mean)
    true = len(baskets.itemsets(lines, min_support=0.02, max_length=5))
    assert true / 3 < foretold(coded(lines), 0.02, 5) < 3 * true
    monkeypatch.setattr(room, "FIRST_LOOK", 50)
    with pytest.raises(
        MemoryError, match=r"about [\d,]+ itemsets, more than limit=100.*min_support=0\.\d+ or more fits"
    ):
        baskets.itemsets(lines, min_support=0.02, max_length=5, limit=100)
    again = baskets.itemsets(lines, min_support=0.02, max_length=5)  # found in two goes, as in one
    assert len(again) == true


def test_the_support_named_as_fitting_fits(monkeypatch):
    lines = drawn(10, n=1_500, items=40, mean=8.0)
    monkeypatch.setattr(room, "FIRST_LOOK", 50)
    with pytest.raises(MemoryError) as told:
        baskets.itemsets(lines, min_support=0.01, limit=2_000)
    fits = float(str(told.value).split("Mend: min_support=")[1].split()[0])
    assert len(baskets.itemsets(lines, min_support=fits, limit=6_000)) > 100


@pytest.mark.parametrize("kind", ["all", "closed"])
@pytest.mark.parametrize("share", [0.3, 0.1, 0.03])
def test_the_size_is_foretold_for_dense_data_too(kind, share):
    """Where items always go along with others: within a factor of three."""
    lines = attributes(4)
    true = len(baskets.itemsets(lines, min_support=share, kind=kind))
    assert true / 3 < foretold(coded(lines), share, 99, kind) < 3 * true


def test_a_clique_is_foretold_to_the_last_set():
    """2 ** 40 - 1 subsets, one closed set, nine others too rare; to 1 %, since the first item is drawn by lot."""
    data = coded(clique())
    assert foretold(data, 30 / 120, 99) == pytest.approx(2.0**40 - 1, rel=0.01)
    assert foretold(data, 30 / 120, 99, "closed") == pytest.approx(1.0, rel=0.01)


def test_what_fits_is_not_refused(monkeypatch):
    """Whatever the forecast says: a limit of just the number of sets is enough, one less is not."""
    monkeypatch.setattr(room, "FIRST_LOOK", 50)
    for seed in range(3):
        lines = attributes(seed, n=150, columns=7)
        true = len(baskets.itemsets(lines, min_support=0.02))
        assert len(baskets.itemsets(lines, min_support=0.02, limit=true)) == true
        with pytest.raises(MemoryError, match=f"more than limit={true - 1:,}"):
            baskets.itemsets(lines, min_support=0.02, limit=true - 1)


def test_items_that_always_go_along_double_what_is_below():
    """A bundle of ten articles, bought with others at will: each set of these stands a thousand times. To a third."""
    rng = np.random.default_rng(5)
    other = rng.random((500, 10)) < 0.5
    table = np.column_stack([np.repeat((np.arange(500) < 100)[:, None], 10, axis=1), other])
    lines = pd.DataFrame(table, columns=[f"i{n:02d}" for n in range(20)])
    true = len(baskets.itemsets(lines, min_support=0.04))
    assert true > 20 * 2**10
    assert foretold(coded(lines), 0.04, 99) == pytest.approx(true, rel=1 / 3)
