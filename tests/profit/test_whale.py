"""The whale in four figures, tenths and channels, with coverage of their intervals."""

import numpy as np
import pandas as pd
import pytest

from crmkit import profit


def test_the_whale_in_four_figures_is_counted():
    rng = np.random.default_rng(3)
    money = pd.Series(rng.normal(10, 40, 500))
    found = profit.whale(profit.whale_curve(money), top=0.2)
    ranked = money.sort_values(ascending=False)
    assert found.brings == pytest.approx(ranked.head(100).sum() / money.sum())
    assert found.losing == (money < 0).mean() and found.losing_low < found.losing < found.losing_high
    assert found.destroys == pytest.approx(-money[money < 0].sum() / money.sum())
    assert found.destroys_low <= found.destroys <= found.destroys_high and found.low < found.brings < found.high


def test_deciles_hold_all_money_and_their_intervals_cover():
    """400 samples of 600: a coverage of 95 % has a standard error of 1.1 %; each group within 4 points."""
    rng = np.random.default_rng(5)
    base = np.sort(rng.normal(10, 40, 600_000))[::-1]
    truth = base.reshape(5, -1).mean(axis=1)
    inside = np.zeros(5)
    for _ in range(400):
        money = pd.Series(rng.choice(base, 600))
        table = profit.deciles(money, bins=5)
        inside += (table["low"] <= truth) & (truth <= table["high"])
    assert table["profit"].sum() == pytest.approx(money.sum()) and table["customers"].tolist() == [120] * 5
    assert table["mean"].is_monotonic_decreasing
    assert (np.abs(inside / 400 - 0.95) < 0.04).all(), inside / 400


def test_the_share_of_a_channel_covers_where_customers_differ():
    """Half the customers telephone often, half never: activities of one customer are alike. 400 samples of 300."""
    rng = np.random.default_rng(6)
    costs = pd.Series({"phone": 5.0, "web": 1.0})
    rate = np.array([[6.0, 1.0], [0.5, 8.0]])
    truth = (rate * costs.to_numpy()).sum(axis=0)
    truth = truth / truth.sum()
    inside = []
    for _ in range(400):
        kind = rng.integers(0, 2, 300)
        number = rng.poisson(rate[kind])
        who = np.repeat(np.arange(300), number.sum(axis=1))
        channel = np.concatenate([np.repeat(["phone", "web"], one) for one in number])
        table = profit.by_channel(pd.DataFrame({"customer_id": who, "channel": channel}), costs)
        inside.append(table.at["phone", "low"] <= truth[0] <= table.at["phone", "high"])
    assert table["cost_share"].sum() == pytest.approx(1) and table["activity_share"].sum() == pytest.approx(1)
    assert abs(np.mean(inside) - 0.95) < 0.04


def test_bad_tops_and_groups_are_named():
    curve = profit.whale_curve(pd.Series([3.0, 2.0, 1.0]))
    for call, match in (
        (lambda: profit.whale(curve, top=0), "top=0"),
        (lambda: profit.whale(pd.DataFrame(curve.to_dict("list"))), "lost its .attrs"),
        (lambda: profit.deciles(pd.Series([1.0, 2.0])), "bins=10"),
        (lambda: profit.deciles(pd.Series([1.0, 2.0]), bins=1), "bins=1"),
        (
            lambda: profit.by_channel(pd.DataFrame({"customer_id": [1], "channel": ["a"]}), pd.Series({"a": 0.0})),
            "cost 0",
        ),
    ):
        with pytest.raises(ValueError, match=match):
            call()
