"""Sequences and steps: against loops and laws; bad input."""

from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import pytest

from crmkit import baskets, worlds


def paths(seed, n=120, items=5):
    rng = np.random.default_rng(seed)
    rows = [
        (who, int(day), f"p{rng.integers(items)}")
        for who in range(n)
        for day in rng.integers(0, 12, rng.integers(1, 7))
    ]
    return pd.DataFrame(rows, columns=["customer_id", "day", "item"])


def has(events, pattern, gap):
    ends = [day for day, item in events if item == pattern[0]]
    for one in pattern[1:]:
        ends = [day for day, item in events if item == one and any(0 < day - end <= gap for end in ends)]
    return bool(ends)


@pytest.mark.parametrize("gap", [None, 1, 3])
def test_sequences_are_those_of_a_loop(gap):
    log = paths(7)
    own = [list(zip(part["day"], part["item"], strict=True)) for _, part in log.groupby("customer_id")]
    told = baskets.sequences(log, min_support=0.03, max_gap=gap, max_length=3)
    expected = {}
    for size in (1, 2, 3):
        for pattern in product(sorted(log["item"].unique()), repeat=size):
            count = sum(has(events, pattern, gap or 10**9) for events in own)
            if count >= 0.03 * len(own):
                expected[pattern] = count
    assert dict(zip(told["sequence"], told["count"], strict=True)) == expected


def all_chains(names, length):
    """Every chain of steps that hold so many items in all."""
    if not length:
        yield ()
    for size in range(1, length + 1):
        for step in combinations(names, size):
            for rest in all_chains(names, length - size):
                yield (step, *rest)


def holds(moments, chain, gap):
    """Does one customer's {day: items} have the chain? By trying all days in turn."""

    def from_(day, rest):
        return not rest or any(
            rest[0] <= moments[later] and from_(later, rest[1:]) for later in moments if 0 < later - day <= gap
        )

    return any(chain[0] <= moments[day] and from_(day, chain[1:]) for day in moments)


@pytest.mark.parametrize("gap", [None, 2, 4])
def test_steps_of_several_items_are_those_of_a_loop(gap):
    log = paths(11, n=80, items=4)
    log["day"] //= 2  # fewer moments, more in each
    own = [
        {day: frozenset(items) for day, items in part.groupby("day")["item"]} for _, part in log.groupby("customer_id")
    ]
    told = baskets.sequences(log, min_support=0.03, max_gap=gap, max_length=4, together=True)
    expected = {}
    for length in (1, 2, 3, 4):
        for chain in all_chains(sorted(log["item"].unique()), length):
            count = sum(holds(one, [frozenset(step) for step in chain], gap or 10**9) for one in own)
            if count >= 0.03 * len(own):
                expected[chain] = count
    assert dict(zip(told["sequence"], told["count"], strict=True)) == expected
    assert (told["length"] == [sum(map(len, one)) for one in told["sequence"]]).all()
    assert any(max(map(len, one)) > 1 and len(one) > 1 for one in told["sequence"])


def test_chains_of_single_items_and_sets_of_one_visit_are_parts_of_both():
    """What has one item a step are the plain sequences; what has one step are the itemsets of visits, by customer."""
    log = paths(12)
    plain = baskets.sequences(log, min_support=0.03, max_length=3)
    both = baskets.sequences(log, min_support=0.03, max_length=3, together=True)
    single = both[[all(len(step) == 1 for step in one) for one in both["sequence"]]]
    flat = [tuple(item for step in one for item in step) for one in single["sequence"]]
    assert dict(zip(flat, single["count"], strict=True)) == dict(zip(plain["sequence"], plain["count"], strict=True))
    once = log.drop_duplicates("customer_id")[["customer_id", "day"]].merge(log)
    sets = baskets.itemsets(once, min_support=0.03, max_length=3, basket="customer_id")
    alone = baskets.sequences(once, min_support=0.03, max_length=3, together=True)
    assert [one[0] for one in alone["sequence"]] == sets["itemset"].tolist()
    assert alone["count"].tolist() == sets["count"].tolist()


def test_dates_are_days_and_order_is_of_no_account():
    log = paths(8)
    dated = log.assign(day=pd.Timestamp("2025-01-01") + pd.to_timedelta(log["day"], unit="D"))
    one = baskets.sequences(log, min_support=0.05, max_gap=2)
    two = baskets.sequences(dated.sample(frac=1.0, random_state=1), min_support=0.05, max_gap=2)
    pd.testing.assert_frame_equal(one, two)


def test_steps_are_those_of_a_loop():
    log = paths(9)
    counted = {}
    for _, part in log.drop_duplicates().groupby("customer_id"):
        days = sorted(part["day"].unique())
        for now, then in pairwise(days):
            for one, two in product(part[part["day"] == now]["item"], part[part["day"] == then]["item"]):
                counted[one, two] = counted.get((one, two), 0) + 1
    told = baskets.transitions(log)
    assert {(row["from"], row["to"]): row["count"] for _, row in told.iterrows()} == counted
    np.testing.assert_allclose(told.groupby("from")["share"].sum(), 1.0)
    total = sum(counted.values())
    row = told.iloc[0]
    base = sum(count for (_, to), count in counted.items() if to == row["to"]) / total
    assert row["base"] == pytest.approx(base) and row["lift"] == pytest.approx(row["share"] / base)


def test_the_recipe_leads_to_tea():
    """Steps of the site that a world drew: tea follows a recipe more often than it follows other pages."""
    case = worlds.Retail.preset("e_commerce", customers=1_000).draw(seed=7)
    told = baskets.transitions(case.visits, customer="session_id", when="step", item="page").set_index(["from", "to"])
    assert told.loc[("recipes", "tea"), "lift_low"] > 1


# --- bad input --------------------------------------------------------------------------------------------------------

LOG = paths(1)
BAD = {
    "support": (lambda: baskets.sequences(LOG, min_support=2), "min_support=2"),
    "gap": (lambda: baskets.sequences(LOG, min_support=0.1, max_gap=0), "max_gap=0"),
    "length": (lambda: baskets.sequences(LOG, min_support=0.1, max_length=0), "max_length=0"),
    "together": (lambda: baskets.sequences(LOG, min_support=0.1, together="yes"), "together='yes' must be True"),
    "no events": (lambda: baskets.sequences(LOG.head(0), min_support=0.1), "log has 0 rows"),
    "missing": (lambda: baskets.sequences(LOG.assign(item=None), min_support=0.1), "'item'.* is missing"),
    "texts of time": (
        lambda: baskets.sequences(LOG.assign(day="monday"), min_support=0.1),
        "expected dates or numbers",
    ),
    "many": (lambda: baskets.sequences(LOG, min_support=0.1, limit=3), "more than 3 sequences"),
    "no step": (lambda: baskets.transitions(LOG.assign(day=1)), "no step"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError, MemoryError), match=message):
        call()
