"""Dirt: as much as declared, one fault a row, and the truth knows each of them."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from crmkit.worlds import Dirt, Retail, soil

NAMES = [field.name for field in fields(Dirt)]
CLEAN = dict.fromkeys(NAMES, 0.0)


@pytest.fixture(scope="module")
def log():
    return Retail(customers=2_000).draw(1).transactions


def as_text(log):
    return pd.DataFrame(
        {
            "transaction_id": log["transaction_id"].astype(str),
            "customer_id": log["customer_id"].astype(str),
            "day": log["day"].dt.strftime("%Y-%m-%d"),
            "amount": [f"{amount:.2f}" for amount in log["amount"]],
        }
    )


def test_without_dirt_only_the_types_change(log):
    done = soil(log, Dirt(**CLEAN), seed=1)
    pd.testing.assert_frame_equal(done.frame, as_text(log), check_dtype=False)
    assert len(done.truth) == 0


def test_each_fault_comes_as_often_as_declared(log):
    z = []
    for seed in range(3):
        found = soil(log, Dirt(), seed=seed).truth["dirt"].value_counts()
        for name in NAMES:
            share = getattr(Dirt(), name)
            z.append((found[name] - share * len(log)) / np.sqrt(share * (1 - share) * len(log)))
    assert np.abs(z).max() < 4 and np.mean(np.square(z)) < 2


@pytest.mark.parametrize("name", NAMES)
def test_one_fault_alone_in_every_row(log, name):
    some = log.head(500)
    done = soil(some, Dirt(**(CLEAN | {name: 1.0})), seed=3)
    assert set(done.truth["dirt"]) == {name} and len(done.truth) == 500
    assert done.truth["column"].nunique() == 1
    if name == "duplicated":
        assert len(done.frame) == 1_000
        assert (done.frame.iloc[::2].to_numpy() == done.frame.iloc[1::2].to_numpy()).all()
        assert done.truth["row"].tolist() == list(range(1, 1_000, 2))
        return
    column = done.truth["column"].iloc[0]
    was = as_text(some)
    assert (done.frame[column] != was[column]).all()
    others = [other for other in was if other != column]
    pd.testing.assert_frame_equal(done.frame[others], was[others], check_dtype=False)
    assert done.truth["was"].tolist() == was[column].tolist()
    assert done.truth["became"].tolist() == done.frame[column].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_undoing_the_list_gives_the_sound_log_back(log, seed):
    done = soil(log, Dirt(*[0.03] * len(NAMES)), seed=seed)
    frame = done.frame.copy()
    for row, _, column, was, became in done.truth.itertuples(index=False):
        assert frame.at[row, column] == became
        frame.at[row, column] = was
    copies = done.truth.loc[done.truth["dirt"] == "duplicated", "row"]
    frame = frame.drop(index=copies).reset_index(drop=True)
    pd.testing.assert_frame_equal(frame, as_text(log), check_dtype=False)
    assert done.truth["row"].is_unique and done.truth["row"].is_monotonic_increasing


def test_the_same_seed_soils_alike_and_the_log_stays_clean(log):
    before = log.copy(deep=True)
    one, two = soil(log, Dirt(), seed=5), soil(log, Dirt(), seed=np.random.default_rng(5))
    pd.testing.assert_frame_equal(one.frame, two.frame)
    pd.testing.assert_frame_equal(one.truth, two.truth)
    assert not soil(log, Dirt(), seed=6).truth.equals(one.truth)
    pd.testing.assert_frame_equal(log, before)


def test_any_index_and_an_empty_log(log):
    shuffled = log.head(200).set_index(np.arange(200)[::-1])
    pd.testing.assert_frame_equal(soil(shuffled, Dirt(), seed=1).frame, soil(log.head(200), Dirt(), seed=1).frame)
    assert len(soil(log.iloc[:0], Dirt(), seed=1).frame) == 0


def test_wrong_amounts_of_dirt_and_wrong_logs_are_refused(log):
    with pytest.raises(ValueError, match=r"duplicated=-0.1 must be a share from 0 to 1"):
        Dirt(duplicated=-0.1)
    with pytest.raises(ValueError, match=r"the shares of Dirt add up to 1.2"):
        Dirt(**(CLEAN | {"duplicated": 0.6, "false_entry": 0.6}))
    with pytest.raises(ValueError, match=r"transactions lacks \['transaction_id'\]"):
        soil(log.drop(columns="transaction_id"), Dirt(), seed=1)
