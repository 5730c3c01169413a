"""The door for transaction logs: what it lets in, what it refuses, and what it adds up."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from crmkit import frames


def a_log(rng, rows=200, customers=30):
    """A random log: unsorted, with times of day and a quarter of returns."""
    start = np.datetime64("2024-01-01", "s")
    return pd.DataFrame(
        {
            "customer_id": rng.integers(1, customers + 1, size=rows),
            "day": start + rng.integers(0, 400 * 86_400, size=rows),
            "amount": np.round(rng.normal(20, 30, size=rows), 2),
        }
    )


def test_log_keeps_rows_order_and_takes_the_time_of_day_off():
    raw = a_log(np.random.default_rng(1)).set_index(np.arange(200)[::-1])
    rows = frames.log(raw)
    assert rows.columns.tolist() == ["customer_id", "day", "amount"]
    assert rows.index.tolist() == list(range(200))
    assert rows["customer_id"].tolist() == raw["customer_id"].tolist()
    assert [day.date() for day in rows["day"]] == [day.date() for day in raw["day"]]
    assert set(rows["day"].dt.hour) == {0}


def test_log_does_not_touch_what_it_was_given():
    raw = a_log(np.random.default_rng(2))
    before = raw.copy(deep=True)
    rows = frames.log(raw)
    rows["amount"] = 0.0
    pd.testing.assert_frame_equal(raw, before)


def test_log_reads_other_names():
    raw = a_log(np.random.default_rng(3))
    renamed = raw.rename(columns={"customer_id": "顾客", "day": "Invoice Date", "amount": "£"})
    there = frames.log(renamed, customer="顾客", when="Invoice Date", amount="£")
    pd.testing.assert_frame_equal(there, frames.log(raw))


@pytest.mark.parametrize("change", ["string", "category", "string[pyarrow]", "object"])
def test_log_takes_identifiers_of_any_type(change):
    raw = a_log(np.random.default_rng(4)).assign(customer_id=lambda f: "顾客😀" + f["customer_id"].astype(str))
    plain = frames.per_customer(frames.log(raw))
    other = frames.per_customer(frames.log(raw.astype({"customer_id": change})))
    assert other.index.tolist() == plain.index.tolist()
    assert other["net"].tolist() == plain["net"].tolist()


@pytest.mark.parametrize("change", ["int64", "Float64", "float32", "Int64", "int64[pyarrow]"])
def test_log_takes_numbers_of_any_type(change):
    raw = a_log(np.random.default_rng(5)).assign(amount=lambda f: f["amount"].round())
    pd.testing.assert_frame_equal(frames.log(raw.astype({"amount": change})), frames.log(raw))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_log_takes_days_of_any_resolution(unit):
    raw = a_log(np.random.default_rng(6))
    one = frames.per_customer(frames.log(raw.astype({"day": f"datetime64[{unit}]"})))
    pd.testing.assert_frame_equal(one, frames.per_customer(frames.log(raw)))


SOUND = pd.DataFrame({"customer_id": [1, 2], "day": pd.to_datetime(["2025-01-02", "2025-01-03"]), "amount": [1.0, 2.0]})

BAD = {
    "a text day": (
        SOUND.assign(day=["2025-01-02", "x"]),
        r"log\['day'\] is of type str .*'2025-01-02'.*expected dates",
    ),
    "a day of Python": (SOUND.assign(day=[dt.date(2025, 1, 2)] * 2), r"log\['day'\] is of type object"),
    "a day with a zone": (
        SOUND.assign(day=SOUND["day"].dt.tz_localize("Asia/Shanghai")),
        r"log\['day'\] carries the time zone Asia/Shanghai.*tz_localize\(None\)",
    ),
    "a missing day": (
        SOUND.assign(day=[pd.NaT, SOUND["day"][1]]),
        r"log\['day'\] is missing in 1 of 2 rows \(first at row 0",
    ),
    "a text amount": (SOUND.assign(amount=["1", "2"]), r"log\['amount'\] is of type str .*expected numbers.*clean"),
    "a yes or no": (SOUND.assign(amount=[True, False]), r"log\['amount'\] is of type bool"),
    "a complex amount": (SOUND.assign(amount=[1j, 2]), r"log\['amount'\] is of type complex128"),
    "a NaN": (
        SOUND.assign(amount=[1, np.nan]),
        r"log\['amount'\] is missing or infinite in 1 of 2 rows \(first at row 1",
    ),
    "an infinity": (SOUND.assign(amount=[-np.inf, np.inf]), r"in 2 of 2 rows \(first at row 0"),
    "a nullable gap": (SOUND.assign(amount=pd.array([1, None], dtype="Int64")), r"first at row 1"),
    "a missing customer": (SOUND.assign(customer_id=[None, "b"]), r"log\['customer_id'\] is missing in 1 of 2 rows"),
    "a lost column": (SOUND.drop(columns="day"), r"log lacks \['day'\]; it has \['customer_id', 'amount'\]"),
    "a doubled column": (pd.concat([SOUND, SOUND[["day"]]], axis=1), r"log has two columns named \['day'\]"),
    "columns of two levels": (SOUND.set_axis(pd.MultiIndex.from_product([["a"], SOUND]), axis=1), "log lacks"),
}


@pytest.mark.parametrize("what", BAD)
def test_log_refuses_with_column_and_row(what):
    frame, said = BAD[what]
    with pytest.raises(ValueError, match=re.compile(said, re.DOTALL)):
        frames.log(frame, name="log")


def test_only_pandas_frames_come_in_and_others_are_told_the_way():
    class Foreign:
        def to_pandas(self):
            raise AssertionError("not called")

    with pytest.raises(TypeError, match=r"log is a .*Foreign; expected a pandas frame\. Mend: pass frame\.to_pandas"):
        frames.log(Foreign(), name="log")
    with pytest.raises(TypeError, match=r"builtins\.dict.*pandas\.DataFrame"):
        frames.native({})


@pytest.mark.parametrize("seed", range(5))
def test_per_customer_adds_up_as_a_loop_does(seed):
    raw = a_log(np.random.default_rng(seed), rows=150, customers=40)
    totals = frames.per_customer(frames.log(raw))
    by_hand = {}
    for who, day, amount in raw.itertuples(index=False):
        by_hand.setdefault(who, []).append((day.normalize(), amount))
    assert totals.index.tolist() == sorted(by_hand)
    for who, rows in by_hand.items():
        bought = [(day, amount) for day, amount in rows if amount > 0]
        one = totals.loc[who]
        assert one["purchases"] == len(bought)
        # Sums of at most 150 cents-rounded amounts: exact to far below a cent.
        assert one["net"] == pytest.approx(sum(amount for _, amount in rows), abs=1e-9)
        assert one["spent"] == pytest.approx(sum(amount for _, amount in bought), abs=1e-9)
        if bought:
            assert (one["first"], one["last"]) == (min(bought)[0], max(day for day, _ in bought))
        else:
            assert one["first"] is pd.NaT and one["last"] is pd.NaT


def test_per_customer_loses_no_money_and_nobody():
    rows = frames.log(a_log(np.random.default_rng(9), rows=5_000, customers=900))
    totals = frames.per_customer(rows)
    assert len(totals) == rows["customer_id"].nunique()
    assert totals["net"].sum() == pytest.approx(rows["amount"].sum(), abs=1e-6)
    assert totals["purchases"].sum() == (rows["amount"] > 0).sum()


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint32", "int64", "uint64", "str"])
@pytest.mark.parametrize("spread", [1, 60])
def test_customers_are_coded_in_order_whatever_their_numbers(dtype, spread):
    """Close together or far apart, below 0, at the ends of their type: as NumPy's unique tells them."""
    given = np.random.default_rng(3).integers(-2, 3, 400) * spread
    if dtype[0] == "u":
        given = np.abs(given)
    values = pd.Series(given, name="customer_id").astype(dtype)
    coded, who = frames.codes(values)
    names, places = np.unique(values.to_numpy(), return_inverse=True)
    assert who.tolist() == names.tolist() and coded.tolist() == places.tolist()
    assert who.dtype == values.dtype and who.name == "customer_id"


def test_customers_at_both_ends_of_their_type():
    ends = pd.Series([127, -128, 127], dtype="int8")
    coded, who = frames.codes(ends)
    assert (coded.tolist(), who.tolist()) == ([1, 0, 1], [-128, 127])
    most = pd.Series([2**64 - 1, 2**64 - 2], dtype="uint64")
    assert frames.codes(most)[1].tolist() == [2**64 - 2, 2**64 - 1]


def test_purchases_are_those_of_per_customer():
    rows = frames.log(a_log(np.random.default_rng(11), rows=3_000, customers=400))
    pd.testing.assert_frame_equal(frames.purchases(rows), frames.per_customer(rows)[["purchases", "spent"]])


def test_days_before_1970_and_far_away_are_kept():
    days = pd.to_datetime(["1923-05-06", "2199-12-31"])
    totals = frames.per_customer(frames.log(SOUND.assign(day=days)))
    assert totals["first"].tolist() == totals["last"].tolist() == days.tolist()


def test_an_empty_log_stays_a_log():
    rows = frames.log(SOUND.iloc[:0])
    assert rows.columns.tolist() == ["customer_id", "day", "amount"]
    assert len(frames.per_customer(rows)) == 0


def test_a_million_rows_are_added_up_quickly():
    """Seconds, not minutes: the limit is ten times what one slow core takes, so that only a loop over rows fails."""
    import time

    raw = a_log(np.random.default_rng(1), rows=1_000_000, customers=100_000)
    begin = time.process_time()
    totals = frames.per_customer(frames.log(raw))
    assert time.process_time() - begin < 10
    assert totals["purchases"].sum() == (raw["amount"] > 0).sum()
