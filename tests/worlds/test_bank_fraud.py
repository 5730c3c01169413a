"""Planted frauds: the money is gone and the books still add up; all else is as it was."""

import numpy as np
import pandas as pd
import pytest

from crmkit import worlds
from crmkit.tables.bank_truth import TRUTH_FRAUDS
from crmkit.worlds.bank.fraud import FraudPlan, plant_frauds


@pytest.fixture(scope="module")
def bank():
    return worlds.Bank(customers=800).draw(seed=7)


@pytest.fixture(scope="module")
def hit(bank):
    return plant_frauds(bank, FraudPlan(attacks_per_year=0.2), seed=3)


def test_statements_still_add_up_to_the_cent(bank, hit):
    cents = {
        name: np.rint(hit.statements[name] * 100).astype(int) for name in ("opening", "paid_in", "paid_out", "closing")
    }
    assert (cents["opening"] + cents["paid_in"] - cents["paid_out"] == cents["closing"]).all()
    for _, rows in pd.DataFrame(cents).groupby(hit.statements["account_id"]):
        assert (rows["opening"].iloc[1:].to_numpy() == rows["closing"].iloc[:-1].to_numpy()).all()
    lowered = bank.statements["closing"] > hit.statements["closing"] + 0.001
    assert lowered.any() and (hit.statements.loc[lowered, "closing"] >= -0.001).all()


def test_what_is_stolen_is_what_the_statements_lack(bank, hit):
    stolen = hit.transactions.merge(hit.truth.frauds, on="transaction_id")
    assert (stolen["amount"] < 0).all()
    more = (hit.statements["paid_out"] - bank.statements["paid_out"]).groupby(bank.statements["account_id"]).sum()
    owner = bank.accounts.set_index("account_id")["customer_id"].reindex(more.index)
    by_customer = more.groupby(owner.to_numpy()).sum()
    lost = -stolen.groupby("customer_id")["amount"].sum()
    np.testing.assert_allclose(by_customer[by_customer > 0.001], lost, atol=0.005)
    assert (stolen.groupby("attack")["day"].nunique() == 1).all()
    assert (stolen.groupby("attack")["customer_id"].nunique() == 1).all()


def test_honest_transactions_and_all_other_tables_are_as_they_were(bank, hit):
    honest = hit.transactions[~hit.transactions["transaction_id"].isin(hit.truth.frauds["transaction_id"])]
    drop = "transaction_id"
    pd.testing.assert_frame_equal(
        honest.drop(columns=drop).reset_index(drop=True), bank.transactions.drop(columns=drop).reset_index(drop=True)
    )
    assert hit.transactions["day"].is_monotonic_increasing and hit.transactions[drop].is_unique
    assert (hit.transactions.dtypes == bank.transactions.dtypes).all()
    for name in set(bank.frames) - {"transactions", "statements"}:
        assert hit.frames[name] is bank.frames[name]
    assert list(hit.truth.frauds.columns) == [column.name for column in TRUTH_FRAUDS.columns]


def test_the_bank_itself_is_not_changed(bank, hit):
    fresh = worlds.Bank(customers=800).draw(seed=7)
    for name, table in fresh.frames.items():
        pd.testing.assert_frame_equal(bank.frames[name], table)
    assert "frauds" not in bank.truth.frames and "frauds" in hit.truth.frames


def test_the_seed_and_nothing_else_decides(bank, hit):
    again = plant_frauds(bank, FraudPlan(attacks_per_year=0.2), seed=3)
    pd.testing.assert_frame_equal(again.transactions, hit.transactions)
    pd.testing.assert_frame_equal(again.truth.frauds, hit.truth.frauds)
    other = plant_frauds(bank, FraudPlan(attacks_per_year=0.2), seed=4)
    assert len(other.truth.frauds) != len(hit.truth.frauds) or not other.transactions.equals(hit.transactions)


def test_knobs_do_what_they_say(bank, hit):
    none = plant_frauds(bank, FraudPlan(attacks_per_year=0.0), seed=3)
    pd.testing.assert_frame_equal(none.transactions, bank.transactions)
    pd.testing.assert_frame_equal(none.statements, bank.statements)
    assert len(none.truth.frauds) == 0
    # Four transactions an attack on average, some lost to cents; a mean of n attacks is told to sqrt(3 / n).
    size = hit.truth.frauds.groupby("attack").size()
    assert abs(size.mean() - 4) < 4 * np.sqrt(3 / len(size))
    single = plant_frauds(bank, FraudPlan(attacks_per_year=0.2, thefts=1), seed=3)
    assert (single.truth.frauds.groupby("attack").size() == 1).all()
    mild = plant_frauds(bank, FraudPlan(attacks_per_year=0.2, takes=0.2), seed=3)
    stolen = [case.transactions.merge(case.truth.frauds, on="transaction_id")["amount"].sum() for case in (mild, hit)]
    assert stolen[1] < 2 * stolen[0] < 0


def test_online_only_where_the_customer_is_online(hit):
    stolen = hit.transactions.merge(hit.truth.frauds, on="transaction_id")
    first = hit.online.set_index("customer_id")["day"].reindex(stolen["customer_id"]).to_numpy()
    online = (first <= stolen["day"].to_numpy()) & ~pd.isna(first)
    assert ((stolen["channel"] == "online").to_numpy() == online).all()


def test_bad_input_is_named(bank, hit):
    with pytest.raises(ValueError, match="is no bank"):
        plant_frauds(worlds.Retail(customers=50).draw(seed=1), FraudPlan(), seed=1)
    with pytest.raises(ValueError, match="has frauds already"):
        plant_frauds(hit, FraudPlan(), seed=1)
    with pytest.raises(ValueError, match="thefts"):
        FraudPlan(thefts=0.5)
    with pytest.raises(ValueError, match="takes"):
        FraudPlan(takes=90)
