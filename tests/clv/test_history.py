"""Histories: against a loop in plain Python, and at the door."""

import numpy as np
import pandas as pd
import pytest

from crmkit import clv, worlds


def by_hand(log, end, days_a_unit):
    """One customer after the other, as the definition reads."""
    rows = {}
    for who, own in log[log["day"] <= end].groupby("customer_id"):
        days = {}
        for day, amount in zip(own["day"], own["amount"], strict=True):
            if amount > 0:
                days[day] = days.get(day, 0.0) + amount
        if days:
            first, *later = sorted(days)
            x = len(later)
            rows[who] = (
                x,
                (later[-1] - first).days / days_a_unit if x else 0.0,
                (pd.Timestamp(end) - first).days / days_a_unit,
                sum(days[day] for day in later) / x if x else 0.0,
            )
    return pd.DataFrame.from_dict(rows, orient="index", columns=["x", "t_x", "T", "m_x"])


@pytest.fixture(scope="module")
def log():
    return worlds.Retail(customers=300).draw(seed=4).transactions[["customer_id", "day", "amount"]]


@pytest.mark.parametrize(("unit", "days"), [("day", 1), ("week", 7), ("month", 365.2425 / 12), ("year", 365.2425)])
def test_a_history_is_what_its_definition_says(log, unit, days):
    found = clv.history(log, unit, "2025-06-30")
    expected = by_hand(log, "2025-06-30", days)
    np.testing.assert_allclose(found.to_numpy(float), expected.loc[found.index].to_numpy(float), rtol=1e-12)
    assert len(found) == len(expected) and found.index.name == "customer_id"


def test_order_and_doubled_events_of_a_day_are_of_no_account(log):
    shuffled = log.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(clv.history(log), clv.history(shuffled))
    buys = log[log["amount"] > 0]
    twice = pd.concat([buys, buys.assign(amount=0.5)])
    columns = ["x", "t_x", "T"]
    pd.testing.assert_frame_equal(clv.history(buys)[columns], clv.history(twice)[columns])


def test_wide_keys_are_counted_as_narrow_ones(log):
    """Many customers over centuries do not fit into 32 bits; the same purchases a century later must."""
    far = pd.concat([log, pd.DataFrame({"customer_id": [-1], "day": pd.to_datetime(["1700-01-01"]), "amount": [1.0]})])
    many = pd.DataFrame({"customer_id": np.arange(1_000_000, 1_030_000), "day": log["day"].max(), "amount": 1.0})
    wide = clv.history(pd.concat([far, many]))
    pd.testing.assert_frame_equal(wide.loc[clv.history(log).index], clv.history(log))


def test_returns_and_later_rows_are_counted_not_lost():
    day = pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-09", "2025-02-01", "2025-01-03"])
    log = pd.DataFrame({"customer_id": [1, 1, 1, 1, 2], "day": day, "amount": [5.0, -2.0, 3.0, 9.0, -4.0]})
    found = clv.history(log, "day", "2025-01-31")
    assert found.to_numpy().tolist() == [[1.0, 8.0, 30.0, 3.0]]
    assert found.attrs == {"returns": 2, "later": 1, "earlier": 0, "never_bought": 1}


def test_with_known_begins_the_first_purchase_counts_too():
    day = pd.to_datetime(["2025-01-11", "2025-01-21", "2025-01-01", "2024-12-01"])
    log = pd.DataFrame({"customer_id": [1, 1, 2, 2], "day": day, "amount": [4.0, 6.0, 3.0, 7.0]})
    joined = pd.Series(pd.to_datetime(["2025-01-01"] * 3), index=[3, 1, 2])
    found = clv.history(log, "day", "2025-01-31", observed_from=joined)
    assert found.loc[1].tolist() == [2, 20, 30, 5.0]
    assert found.loc[2].tolist() == [0, 0, 30, 0.0]  # bought on the very first day: nothing came after it
    assert found.loc[3].tolist() == [0, 0, 30, 0.0]
    assert found.attrs["earlier"] == 1
    by_date = clv.history(log, "day", "2025-01-31", observed_from="2025-01-01")
    pd.testing.assert_frame_equal(by_date, found.loc[[1, 2]])


def test_a_split_is_two_histories(log):
    found = clv.split(log, "2025-03-31", to="2025-09-30")
    pd.testing.assert_frame_equal(found[["x", "t_x", "T", "m_x"]], clv.history(log, as_of="2025-03-31"))
    whole = clv.history(log, as_of="2025-09-30").loc[found.index]
    np.testing.assert_array_equal(found["x"] + found["x_holdout"], whole["x"])
    assert (found["T"] + found["T_holdout"]).to_numpy() == pytest.approx(whole["T"].to_numpy())
    buys = log[(log["amount"] > 0) & (log["day"] > "2025-03-31") & (log["day"] <= "2025-09-30")]
    old = buys[buys["customer_id"].isin(found.index)]
    assert found["spend_holdout"].sum() == pytest.approx(old["amount"].sum())
    assert found.attrs["new"] == buys["customer_id"].nunique() - old["customer_id"].nunique()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"unit": "fortnight"}, "unit='fortnight' is not known; choose one of day, week, month, year"),
        ({"as_of": "yesterday"}, "as_of='yesterday' is no date"),
        ({"as_of": "1999-01-01"}, "no purchase .* up to 1999-01-01"),
        ({"observed_from": "2199-01-01"}, "after the end of the observation"),
        ({"observed_from": pd.Series([1], index=[1])}, "of type int64; expected dates"),
        ({"observed_from": pd.Series(pd.to_datetime(["2025-01-01"] * 2), index=[1, 1])}, "names customer 1 twice"),
        ({"observed_from": pd.Series(pd.to_datetime(["2025-01-01"]), index=["x"])}, "lacks 300 customers"),
        ({"amount": "price"}, r"lacks \['price'\]"),
    ],
)
def test_a_bad_question_is_answered_by_what_to_mend(log, change, match):
    if "observed_from" in change and isinstance(change["observed_from"], pd.Series):
        log = log[log["amount"] > 0]
        log = log[log["customer_id"].isin(sorted(log["customer_id"].unique())[:300])]
        match = match.replace("300", str(log["customer_id"].nunique()))
    with pytest.raises(ValueError, match=match):
        clv.history(log, **change)


def test_a_hold_out_of_nothing_is_refused(log):
    with pytest.raises(ValueError, match="leaves no hold-out"):
        clv.split(log, log["day"].max())


@pytest.mark.parametrize("name", ["until", "to"])
def test_a_split_names_the_date_it_could_not_read(log, name):
    with pytest.raises(ValueError, match=f"{name}='soon' is no date"):
        clv.split(log, **({"until": "2025-03-31"} | {name: "soon"}))
