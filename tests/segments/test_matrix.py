"""The value matrix: a split at two means, checked by hand and by what must hold of any such split."""

import numpy as np
import pandas as pd
import pytest

from crmkit.segments import QUADRANTS, value_matrix


def a_log(rng, customers=50, rows=300):
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, customers, size=rows),
            "day": np.datetime64("2025-01-01") + rng.integers(0, 90, size=rows).astype("timedelta64[D]"),
            "amount": np.round(rng.gamma(2, 30, size=rows) * rng.choice([1, 1, 1, -0.3], size=rows), 2),
        }
    )


@pytest.mark.parametrize("seed", range(10))
def test_the_matrix_is_its_definition(seed):
    log = a_log(np.random.default_rng(seed), customers=5 + 10 * seed)
    found = value_matrix(log)
    assert found.index.tolist() == sorted(log["customer_id"].unique())
    bought = {who: rows["amount"][rows["amount"] > 0].tolist() for who, rows in log.groupby("customer_id")}
    buyers = {who: amounts for who, amounts in bought.items() if amounts}
    often = sum(map(len, buyers.values())) / len(buyers)
    much = sum(sum(amounts) / len(amounts) for amounts in buyers.values()) / len(buyers)
    assert found.attrs["mean_frequency"] == pytest.approx(often)
    assert found.attrs["mean_spend"] == pytest.approx(much)
    names = {(True, True): "best", (True, False): "frequent", (False, True): "spender", (False, False): "uncertain"}
    for who, amounts in bought.items():
        one = found.loc[who]
        assert one["frequency"] == len(amounts)
        if not amounts:
            assert np.isnan(one["mean_spend"]) and one["quadrant"] == "uncertain"
            continue
        mean = sum(amounts) / len(amounts)
        assert one["mean_spend"] == pytest.approx(mean)
        if abs(mean - much) > 1e-9 and abs(len(amounts) - often) > 1e-9:
            assert one["quadrant"] == names[len(amounts) > often, mean > much]


@pytest.mark.parametrize("amount", [19.99, 0.1, 1e6 / 3])
def test_customers_on_a_mean_count_as_above_it(amount):
    """0.1 + 0.1 + 0.1 is not 3 x 0.1; those who all spend the same must not part by rounding."""
    rng = np.random.default_rng(1)
    for _ in range(60):
        who = rng.integers(0, rng.integers(2, 9), size=rng.integers(2, 60))
        log = pd.DataFrame({"customer_id": who, "day": pd.Timestamp("2025-01-01"), "amount": amount})
        assert set(value_matrix(log)["quadrant"]) <= {"spender", "best"}


def test_quadrants_are_ordered_and_later_rows_do_not_count():
    log = a_log(np.random.default_rng(1))
    found = value_matrix(log, "2025-02-15")
    assert found["quadrant"].cat.categories.tolist() == list(QUADRANTS)
    pd.testing.assert_frame_equal(found, value_matrix(log[log["day"] <= "2025-02-15"]))


@pytest.mark.parametrize("factor", [0.01, 7.3, 1e5])
def test_another_currency_and_another_order_move_nobody(factor):
    log = a_log(np.random.default_rng(2))
    there = value_matrix(log.assign(amount=log["amount"] * factor).sample(frac=1, random_state=1))
    assert there["quadrant"].tolist() == value_matrix(log)["quadrant"].tolist()


def test_returns_alone_are_uncertain_and_leave_the_means():
    log = a_log(np.random.default_rng(3))
    more = pd.DataFrame({"customer_id": [999], "day": log["day"].max(), "amount": [-50.0]})
    found = value_matrix(pd.concat([log, more]))
    assert found.loc[999, "quadrant"] == "uncertain" and np.isnan(found.loc[999, "mean_spend"])
    assert found.attrs == value_matrix(log).attrs
    assert value_matrix(more)["quadrant"].tolist() == ["uncertain"]
