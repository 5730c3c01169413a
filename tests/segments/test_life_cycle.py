"""Life-cycle states, their moves and the chain; topics kept: against loops, limits and a second way."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from crmkit import segments

ENDS = {"late_days": 90, "lapsed_days": 200}
DAYS = ("2025-04-01", "2025-08-01", "2025-12-01")


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(6)
    day = np.datetime64("2025-01-01") + rng.integers(0, 340, 900).astype("timedelta64[D]")
    return pd.DataFrame({"customer_id": rng.integers(0, 300, 900), "day": day})


def by_hand(log, day):
    found = {}
    for who, rows in log[log["day"] <= day].groupby("customer_id"):
        since = (pd.Timestamp(day) - rows["day"].max()).days
        found[who] = "active" if since <= 90 else "late" if since <= 200 else "lapsed"
    return found


@pytest.mark.parametrize("day", DAYS)
def test_states_are_those_of_a_loop(log, day):
    assert segments.life_cycle(log, day, **ENDS).to_dict() == by_hand(log, day)


def test_moves_are_those_of_a_loop(log):
    found = segments.life_moves(log, DAYS, **ENDS)
    states = [by_hand(log, day) for day in DAYS]
    pairs = [(one[who], two[who]) for one, two in pairwise(states) for who in one]
    told = {(row.before, row.after): row.customers for row in found.itertuples() if row.customers}
    assert told == pd.Series(pairs).value_counts().to_dict()
    assert found.groupby("before")["share"].sum().to_numpy() == pytest.approx(1)


def test_the_chain_is_a_power_of_its_table_and_loses_nobody(log):
    moves = segments.life_moves(log, DAYS, **ENDS)
    start = pd.Series({"active": 50, "late": 30, "lapsed": 20})
    found = segments.ahead(moves, start, steps=7)
    names = list(found.columns)
    table = moves.pivot(index="before", columns="after", values="share").loc[names, names].to_numpy()
    power = start[names].to_numpy() @ np.linalg.matrix_power(table, 7)
    assert found.loc[7].to_numpy() == pytest.approx(power)
    assert found.sum(axis=1).to_numpy() == pytest.approx(100)
    # In the long run the start is forgotten: the left eigenvector of 1.
    values, vectors = np.linalg.eig(table.T)
    rest = np.real(vectors[:, np.argmax(np.real(values))])
    far = segments.ahead(moves, start, steps=500).loc[500].to_numpy()
    assert far / far.sum() == pytest.approx(rest / rest.sum(), abs=1e-6)


def test_a_chain_that_is_one_is_found_again():
    rng = np.random.default_rng(7)
    table = np.array([[0.7, 0.3, 0.0], [0.4, 0.1, 0.5], [0.2, 0.0, 0.8]])
    state = rng.integers(0, 3, 20_000)
    after = (rng.random(20_000)[:, None] > table[state].cumsum(axis=1)).sum(axis=1)
    names = np.array(segments.STATES)
    from crmkit.segments.migration import transitions

    moves = transitions(pd.Series(names[state]), pd.Series(names[after]), segments.STATES)
    found = segments.ahead(moves, pd.Series({"active": 1.0}), steps=2).loc[2].to_numpy()
    assert found == pytest.approx(np.linalg.matrix_power(table, 2)[0], abs=0.02)  # 4 errors of shares of 6,700


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda log: segments.life_cycle(log, "2025-06-01", late_days=90, lapsed_days=90), "lapsed_days=90"),
        (lambda log: segments.life_cycle(log, "2024-06-01", **ENDS), "no order until"),
        (lambda log: segments.life_moves(log, DAYS[:1], **ENDS), "two or more"),
        (lambda log: segments.life_moves(log, DAYS[::-1], **ENDS), "rising"),
        (lambda log: segments.ahead(segments.life_moves(log, DAYS, **ENDS), pd.Series({"new": 3}), steps=1), "'new'"),
        (lambda log: segments.ahead(segments.life_moves(log, DAYS, **ENDS), pd.Series({"late": 3}), steps=0), "steps"),
    ],
)
def test_what_cannot_be_is_refused(log, call, match):
    with pytest.raises(ValueError, match=match):
        call(log)


@pytest.fixture(scope="module")
def portal():
    rng = np.random.default_rng(9)
    pages = rng.poisson(2.0, (400, 4)) * (rng.random((400, 4)) < 0.5)
    who, topic = np.nonzero(pages)
    read = pd.DataFrame({"visitor_id": who, "topic": np.array(list("abcd"))[topic], "pages": pages[who, topic]})
    return read, pd.Series(rng.random(400) < 0.3, name="registered")


def test_kept_visitors_are_those_of_a_loop(portal):
    read, registered = portal
    found = segments.focus(read, registered, order=["c", "a", "d"], need=0.6)
    for k, names in ((1, "c"), (2, "ca"), (3, "cad")):
        kept = [
            who
            for who, rows in read.groupby("visitor_id")
            if rows.loc[rows["topic"].isin(list(names)), "pages"].sum() >= 0.6 * rows["pages"].sum() - 1e-9
        ]
        assert found.loc[k, "visitors"] == len(kept) and found.loc[k, "registered"] == registered[kept].sum()
    assert list(found["added"]) == ["c", "a", "d"]


def test_each_next_topic_is_the_best_and_all_keep_everyone(portal):
    read, registered = portal
    found = segments.focus(read, registered)
    for k in range(1, 5):
        before = list(found["added"][: k - 1])
        others = [segments.focus(read, registered, order=[*before, one]) for one in set("abcd") - set(before)]
        assert found.loc[k, "registered"] == max(one["registered"].iloc[-1] for one in others)
    assert found.loc[4, ["visitor_share", "registered_share"]].to_list() == [1.0, 1.0]
    assert found["registered"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"need": 0.0}, "need"),
        ({"order": ["a", "z"]}, "'z'"),
        ({"registered": pd.Series([False] * 400)}, "nobody registered"),
        ({"registered": pd.Series([True] * 10)}, "lacks"),
    ],
)
def test_a_portal_that_cannot_be_is_refused(portal, change, match):
    read, registered = portal
    with pytest.raises(ValueError, match=match):
        segments.focus(read, **({"registered": registered} | change))


def test_who_finds_just_the_half_is_kept():
    read = pd.DataFrame({"visitor_id": [1, 1], "topic": ["a", "b"], "pages": [3, 3]})
    found = segments.focus(read, pd.Series({1: True}), order=["a"])
    assert found.loc[1, "visitors"] == 1
