"""Profit: money reconciles, costs are found again, the whale curve keeps its laws."""

import numpy as np
import pandas as pd
import pytest
from pictures import keeps_the_laws

from crmkit import plots, profit, worlds


@pytest.fixture(scope="module")
def bank():
    return worlds.Bank(customers=1_500).draw(seed=4)


@pytest.fixture(scope="module")
def costs(bank):
    return bank.channels.set_index("channel")["cost"]


def test_money_reconciles(bank, costs):
    found = profit.by_customer(bank.transactions, bank.transactions, costs, margin=0.1)
    assert found["revenue"].sum() == pytest.approx(bank.transactions["amount"].sum())
    assert found["cost_to_serve"].sum() == pytest.approx(bank.transactions["channel"].map(costs).astype(float).sum())
    assert found["activities"].sum() == len(bank.transactions)
    parts = found[[f"cost {name}" for name in costs.index]].sum(axis=1)
    np.testing.assert_allclose(parts, found["cost_to_serve"])
    np.testing.assert_allclose(found["profit"], 0.1 * found["revenue"] - found["cost_to_serve"])


def test_each_customer_is_counted_by_hand(bank, costs):
    some = bank.transactions.head(3_000)
    calls = some[some["customer_id"] % 2 == 0]
    found = profit.by_customer(some, calls, costs)
    for who in found.index[:40]:
        own = calls[calls["customer_id"] == who]
        assert found.at[who, "cost_to_serve"] == pytest.approx(sum(costs[one] for one in own["channel"]))
        assert found.at[who, "revenue"] == pytest.approx(some.loc[some["customer_id"] == who, "amount"].sum())


def test_who_only_bought_or_only_called_is_there():
    log = pd.DataFrame({"customer_id": ["a"], "day": pd.to_datetime(["2025-01-01"]), "amount": [50.0]})
    calls = pd.DataFrame({"customer_id": ["b"], "channel": pd.Categorical(["phone"])})
    found = profit.by_customer(log, calls, pd.Series({"phone": 4.0, "web": 1.0}))
    assert found["profit"].to_dict() == {"a": 50.0, "b": -4.0}
    assert found["cost web"].tolist() == [0.0, 0.0]
    none = profit.by_customer(log, calls.iloc[:0], pd.Series({"phone": 4.0}))
    assert none["profit"].to_dict() == {"a": 50.0}


def test_the_cost_of_the_bank_is_found_again(bank, costs):
    """Customers of the whole window who never went online: declared rate x chance x cost of each channel."""
    truth, mix = bank.truth.customers.set_index("customer_id"), bank.truth.mix
    before = bank.customers.set_index("customer_id")["joined"].isna()  # a customer before the window opened
    offline = ~truth.index.isin(bank.online["customer_id"])
    chosen = truth[truth["alive"] & before.loc[truth.index] & offline]
    kinds = mix[~mix["uses_online"] & ~mix["branches_closed"]]
    each = (kinds["chance"] * kinds["channel"].astype(str).map(costs)).groupby(kinds["kind"].astype(str)).sum()
    expected = chosen["transactions_per_month"] * bank.truth.world.months * chosen["kind"].astype(str).map(each)
    by_people = bank.transactions[bank.transactions["channel"] != "automatic"]
    found = profit.by_customer(by_people, by_people, costs)["cost_to_serve"].reindex(chosen.index).fillna(0)
    gap = found - expected
    assert len(chosen) > 200
    assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(len(gap))
    assert np.corrcoef(found, expected)[0, 1] > 0.8


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"costs": pd.Series({"phon": 1.0})}, "costs lacks the channel 'phone' .* Did you mean 'phon'"),
        ({"costs": pd.Series({"phone": -1.0})}, r"costs of 'phone' is -1\.0"),
        ({"costs": pd.Series([1.0, 2.0], index=["phone", "phone"])}, "'phone' twice"),
        ({"costs": pd.Series({"phone": np.nan})}, "finite number for each channel"),
        ({"costs": pd.Series(dtype=float)}, "0 channels"),
        ({"contacts": pd.DataFrame({"customer_id": [1], "channel": [None]})}, r"contacts\['channel'\] is missing in 1"),
        ({"contacts": pd.DataFrame({"customer_id": [1]})}, r"contacts lacks \['channel'\]"),
        ({"margin": 30}, "write 30 % as 0.3"),
    ],
)
def test_bad_input_is_named(change, match):
    log = pd.DataFrame({"customer_id": [1], "day": pd.to_datetime(["2025-01-01"]), "amount": [50.0]})
    given = {"contacts": pd.DataFrame({"customer_id": [1], "channel": ["phone"]}), "costs": pd.Series({"phone": 1.0})}
    with pytest.raises(ValueError, match=match):
        profit.by_customer(log, **(given | change))
    with pytest.raises(TypeError, match="expected a Series of money on channel"):
        profit.by_customer(log, given["contacts"], {"phone": 1.0})


def test_the_whale_curve_keeps_its_laws():
    rng = np.random.default_rng(1)
    money = pd.Series(rng.normal(10, 40, 500))
    table = profit.whale_curve(money)
    assert table["profit_share"].iloc[-1] == pytest.approx(1)
    steps = table["profit"].diff().dropna()
    assert (steps.diff().dropna() <= 1e-9).all(), "concave: the next customer never brings more"
    assert table.attrs["peak"] == pytest.approx(money[money > 0].sum() / money.sum())
    assert table.attrs["losing"] == (money < 0).sum()
    pd.testing.assert_frame_equal(
        profit.whale_curve(3 * money)[["share", "profit_share", "low", "high"]],
        table[["share", "profit_share", "low", "high"]],
    )
    alike = profit.whale_curve(pd.Series([2.0] * 10))
    np.testing.assert_allclose(alike["profit_share"], alike["share"])
    np.testing.assert_allclose(alike["high"], alike["low"], atol=1e-9)


def test_intervals_of_the_whale_curve_cover():
    """500 samples of 800 about the curve of a large base; a share of 500 has a standard error of 1 %."""
    rng = np.random.default_rng(2)
    base = np.sort(rng.gamma(0.8, 60, 1_000_000) - 15)[::-1]
    at = 0.2
    truth = base[: int(at * len(base))].sum() / base.sum()
    inside = []
    for _ in range(500):
        table = profit.whale_curve(pd.Series(rng.choice(base, 800)))
        row = table.iloc[int(at * 800) - 1]
        inside.append(row["low"] < truth < row["high"])
    assert abs(np.mean(inside) - 0.95) < 0.035


def test_profit_that_has_no_shares_is_refused():
    for wrong, match in (
        (pd.Series([1.0, -2.0]), "all profit together is -1.00"),
        (pd.Series([], dtype=float), "0 rows"),
        (pd.Series([1.0, np.nan]), "missing or infinite for 1"),
    ):
        with pytest.raises(ValueError, match=match):
            profit.whale_curve(wrong)
    with pytest.raises(TypeError, match="expected a Series"):
        profit.whale_curve([1.0])


def test_the_picture_says_who_makes_the_profit():
    table = profit.whale_curve(pd.Series([60.0, 40.0, 0.0, -20.0, -20.0]))
    said = keeps_the_laws(plots.whale_curve, table)
    assert "best 40 % of the customers make 167 % of the profit" in said and "2 of 5 customers cost more" in said
