"""Recency, frequency, monetary value: against ridits by their definition, and what must not change them."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from crmkit import segments
from crmkit.segments import SEGMENTS, rfm, summary


def a_log(rng, customers=40, rows=200, days=300):
    """A random, unsorted log with returns; amounts in whole cents."""
    return pd.DataFrame(
        {
            "customer_id": rng.integers(1, customers + 1, size=rows),
            "day": np.datetime64("2025-01-01") + rng.integers(0, days, size=rows).astype("timedelta64[D]"),
            "amount": rng.choice([10.0, 20.0, 0.1, 0.2, 35.55, -10.0, -0.1], size=rows),
        }
    )


def by_hand(log, as_of, bins):
    """RFM from the definitions, customer by customer, in exact arithmetic."""
    log = log[log["day"] <= as_of]
    facts = {}
    for who, rows in log.groupby("customer_id"):
        bought = rows[rows["amount"] > 0]
        facts[who] = (
            (pd.Timestamp(as_of) - bought["day"].max()).days if len(bought) else None,
            len(bought),
            sum(round(100 * amount) for amount in rows["amount"]),
        )

    def score(values, one):
        """1 + floor(bins x ridit): Bross (1958), share of those below plus half of those equal."""
        ridit = Fraction(2 * sum(v < one for v in values) + sum(v == one for v in values), 2 * len(values))
        return 1 + int(bins * ridit)

    buyers = [fact for fact in facts.values() if fact[1]]
    rows = {}
    for who, (recency, frequency, cents) in facts.items():
        scores = (1, 1, 1)
        if frequency:
            scores = (
                score([-fact[0] for fact in buyers], -recency),
                score([fact[1] for fact in buyers], frequency),
                score([fact[2] for fact in buyers], cents),
            )
        rows[who] = (recency, frequency, cents, *scores)
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_rfm_is_its_definition(seed):
    rng = np.random.default_rng(seed)
    log = a_log(rng, customers=int(rng.integers(1, 60)), rows=int(rng.integers(1, 250)))
    bins = int(rng.integers(2, 11))
    as_of = log["day"].min() + pd.Timedelta(days=int(rng.integers(0, 330)))
    found = rfm(log, as_of, bins)
    wanted = by_hand(log, as_of, bins)
    assert found.index.tolist() == sorted(wanted)
    for who, (recency, frequency, cents, *scores) in wanted.items():
        one = found.loc[who]
        assert (np.isnan(one["recency"]) and recency is None) or one["recency"] == recency
        assert one["frequency"] == frequency
        assert one["monetary"] == pytest.approx(cents / 100, abs=1e-9)
        assert [one["r"], one["f"], one["m"]] == scores


@pytest.mark.parametrize("bins", range(2, 11))
def test_scores_are_exact_for_every_place_in_the_ranking(bins):
    """floor(bins x ridit) must not slip where bins x ridit is a whole number and a float is just below it."""
    for n in range(1, 80):
        log = pd.DataFrame({"customer_id": range(n), "day": pd.Timestamp("2025-01-01"), "amount": np.arange(n) + 1.0})
        assert rfm(log, bins=bins)["m"].tolist() == [1 + bins * (2 * place + 1) // (2 * n) for place in range(n)]


@pytest.mark.parametrize("seed", range(10))
def test_ties_and_scores_do_not_hang_on_the_order_of_rows(seed):
    """Sums of the same amounts in another order differ in their last bits; customers must not."""
    rng = np.random.default_rng(seed)
    log = a_log(rng)
    pd.testing.assert_frame_equal(rfm(log.sample(frac=1, random_state=seed)), rfm(log), check_exact=False, rtol=1e-12)


def test_equal_customers_get_equal_scores_however_their_sums_round():
    amounts = [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.3, 0.1], [0.6, 1e-300, 1e-300], [5.0, 5.0, 5.0]]
    rows = [(who, amount) for who, some in enumerate(amounts) for amount in some]
    log = pd.DataFrame(rows, columns=["customer_id", "amount"]).assign(day=pd.Timestamp("2025-01-01"))
    found = rfm(log)
    assert len({sum(some) for some in amounts[:3]}) > 1  # the trap is there
    assert found.loc[:3, "m"].nunique() == 1
    assert found["m"][4] > found["m"][0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("factor", [1e-6, 0.37, 3.0, 1e6])
def test_another_currency_changes_no_score(seed, factor):
    log = a_log(np.random.default_rng(seed))
    other = rfm(log.assign(amount=log["amount"] * factor))
    here = rfm(log)
    pd.testing.assert_frame_equal(other.drop(columns="monetary"), here.drop(columns="monetary"))
    np.testing.assert_allclose(other["monetary"], here["monetary"] * factor, atol=1e-9 * factor)


@pytest.mark.parametrize("days", [-400, 1, 5_000])
def test_another_calendar_changes_nothing(days):
    log = a_log(np.random.default_rng(3))
    shift = pd.Timedelta(days=days)
    there = rfm(log.assign(day=log["day"] + shift), pd.Timestamp("2025-08-01") + shift)
    pd.testing.assert_frame_equal(there, rfm(log, "2025-08-01"))


def test_other_names_of_customers_and_columns_change_nothing():
    log = a_log(np.random.default_rng(4))
    here = rfm(log)
    renamed = log.assign(customer_id="顾客 " + log["customer_id"].astype(str).str.zfill(3) + " 😀")
    renamed = renamed.rename(columns={"customer_id": "客户", "day": "Invoice Date", "amount": "£"})
    there = rfm(renamed, customer="客户", when="Invoice Date", amount="£")
    assert there.reset_index(drop=True).equals(here.reset_index(drop=True))
    assert there.index.str.startswith("顾客").all()


def test_the_log_stays_as_it_was():
    log = a_log(np.random.default_rng(5))
    before = log.copy(deep=True)
    rfm(log, "2025-06-01")
    pd.testing.assert_frame_equal(log, before)


@pytest.mark.parametrize(
    "as_of", ["2025-03-01", dt.date(2025, 3, 1), dt.datetime(2025, 3, 1, 15), pd.Timestamp("2025-03-01")]
)
def test_what_comes_later_does_not_count(as_of):
    log = a_log(np.random.default_rng(6))
    pd.testing.assert_frame_equal(rfm(log, as_of), rfm(log[log["day"] <= "2025-03-01"], as_of))
    assert (rfm(log, as_of)["recency"].dropna() >= 0).all()


def test_the_last_day_of_the_log_is_the_day_of_judgement():
    log = a_log(np.random.default_rng(7))
    pd.testing.assert_frame_equal(rfm(log), rfm(log, log["day"].max()))
    later = rfm(log, log["day"].max() + pd.Timedelta(days=10))
    assert (later["recency"] - rfm(log)["recency"]).dropna().eq(10).all()


@pytest.mark.parametrize("bins", range(2, 11))
@pytest.mark.parametrize("n", [50, 97, 200])
def test_bins_are_nearly_equal_in_size_without_ties(bins, n):
    """Ridits without ties are equally spaced, so no bin holds more than one customer above its share."""
    rng = np.random.default_rng(n)
    log = pd.DataFrame(
        {
            "customer_id": range(n),
            "day": np.datetime64("2025-01-01") + rng.permutation(n).astype("timedelta64[D]"),
            "amount": rng.permutation(n) + 1.0,
        }
    )
    found = rfm(log, bins=bins)
    for score in ("r", "m"):
        sizes = np.bincount(found[score], minlength=bins + 1)[1:]
        assert sizes.sum() == n
        assert abs(sizes - n / bins).max() <= 1
    assert (found["f"] == 1 + bins // 2).all()  # all bought once: everyone in the middle


def test_single_purchases_share_one_frequency_score():
    log = pd.DataFrame(
        {
            "customer_id": [1, 2, 3, 4, 4, 4],
            "day": pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-09", "2025-01-02", "2025-01-03", "2025-01-09"]),
            "amount": [5.0, 6.0, 7.0, 1.0, 1.0, 1.0],
        }
    )
    found = rfm(log)
    assert found["f"].tolist()[:3] == [found["f"][1]] * 3
    assert found["f"][4] > found["f"][1]
    assert found["recency"].tolist() == [8, 4, 0, 0]


def test_one_customer_is_in_the_middle():
    log = pd.DataFrame({"customer_id": ["李雷"], "day": pd.to_datetime(["2025-01-01"]), "amount": [5.0]})
    for bins in range(2, 11):
        assert rfm(log, bins=bins)[["r", "f", "m"]].to_numpy().tolist() == [[1 + bins // 2] * 3]


def test_customers_who_are_all_alike_are_all_in_one_segment():
    log = pd.DataFrame({"customer_id": range(50), "day": pd.Timestamp("2025-01-01"), "amount": 19.99})
    found = rfm(log)
    assert found["segment"].nunique() == 1 and found[["r", "f", "m"]].eq(3).all(axis=None)


def test_returns_come_off_the_money_and_are_no_purchases():
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 2],
            "day": pd.to_datetime(["2025-01-01", "2025-01-20", "2025-01-10"]),
            "amount": [100.0, -30.0, 50.0],
        }
    )
    found = rfm(log)
    assert found["recency"].tolist() == [19, 10]  # the return of 20 January is no purchase
    assert found["frequency"].tolist() == [1, 1]
    assert found["monetary"].tolist() == [70, 50]


def test_returns_alone_have_their_own_segment_and_disturb_nobody():
    log = a_log(np.random.default_rng(8))
    alone = pd.DataFrame({"customer_id": [900, 901], "day": log["day"].max(), "amount": [-5.0, -1e9]})
    with_them = rfm(pd.concat([log, alone]), "2025-12-31")
    for who in (900, 901):
        one = with_them.loc[who]
        assert np.isnan(one["recency"]) and one["frequency"] == 0
        assert (one["r"], one["f"], one["m"], one["segment"]) == (1, 1, 1, "returns only")
    scores = ["recency", "frequency", "monetary", "r", "f", "m"]
    pd.testing.assert_frame_equal(with_them.drop(index=[900, 901])[scores], rfm(log, "2025-12-31")[scores])


def test_a_log_of_returns_alone():
    log = pd.DataFrame({"customer_id": [1, 2], "day": pd.Timestamp("2025-01-01"), "amount": [-1.0, -2.0]})
    assert rfm(log)["segment"].tolist() == ["returns only"] * 2


def test_segments_follow_from_scores_and_keep_their_order():
    found = rfm(a_log(np.random.default_rng(9), customers=3_000, rows=20_000))
    bought = found[found["frequency"] > 0]
    assert found["segment"].cat.categories.tolist()[: len(SEGMENTS)] == list(SEGMENTS)
    assert set(bought["segment"]) == set(SEGMENTS)
    assert bought.groupby(["r", "f", "m"])["segment"].nunique().eq(1).all()
    best = bought[(bought[["r", "f", "m"]] == 5).all(axis=1)]
    worst = bought[(bought[["r", "f", "m"]] == 1).all(axis=1)]
    assert set(best["segment"]) == {"champions"} and set(worst["segment"]) == {"hibernating"}
    # More value at the same recency never leads to a worse segment of the row, more recency neither.
    rank = bought.assign(value=bought["f"] + bought["m"], rank=bought["segment"].cat.codes)
    top = rank[rank["r"] >= 4].groupby("value")["rank"].max()
    assert (top.diff().dropna() <= 0).all()
    lost = ("at risk", "must not lose", "hibernating")
    assert rank[rank["segment"].isin(lost)]["r"].max() <= 2 and rank[~rank["segment"].isin(lost)]["r"].min() >= 3


BAD_CALLS = {
    "bins of 1": (dict(bins=1), "bins=1 must be a whole number from 2 to 10"),
    "bins of 11": (dict(bins=11), "bins=11 must"),
    "half a bin": (dict(bins=2.5), "bins=2.5 must"),
    "yes": (dict(bins=True), "bins=True must"),
    "no date": (dict(as_of="soon"), "as_of='soon' is no date"),
    "not a time": (dict(as_of=pd.NaT), "as_of=NaT is no date"),
    "a zone": (dict(as_of=pd.Timestamp("2025-01-01", tz="UTC")), "as_of=.* must be a day without a time zone"),
    "too early": (dict(as_of="2019-01-01"), r"as_of=2019-01-01 lies before the first transaction \(2025-01"),
    "another column": (dict(amount="money"), r"transactions lacks \['money'\]; it has"),
}


@pytest.mark.parametrize("what", BAD_CALLS)
def test_unsound_calls_are_refused_by_name_and_value(what):
    options, said = BAD_CALLS[what]
    with pytest.raises(ValueError, match=said):
        rfm(a_log(np.random.default_rng(1)), **options)


def test_unsound_rows_are_refused_by_column_and_row():
    log = a_log(np.random.default_rng(1))
    log.loc[7, "amount"] = np.nan
    with pytest.raises(
        ValueError, match=r"transactions\['amount'\] is missing or infinite in 1 of 200 rows \(first at row 7\)"
    ):
        rfm(log)
    with pytest.raises(ValueError, match=r"transactions has 0 rows; expected at least one purchase"):
        rfm(log.iloc[:0])


# --- summary ------------------------------------------------------------------------------------------


def test_summary_adds_up():
    found = rfm(a_log(np.random.default_rng(2), customers=300, rows=1500))
    told = summary(found)
    assert told["customers"].sum() == len(found)
    assert told["money"].sum() == pytest.approx(found["monetary"].sum())
    assert told["share"].sum() == pytest.approx(1) and told["money_share"].sum() == pytest.approx(1)
    assert ((told["low"] <= told["share"]) & (told["share"] <= told["high"])).all()
    for name, one in told.iterrows():
        rows = found[found["segment"] == name]
        assert one["customers"] == len(rows)
        assert one["mean"] == pytest.approx(rows["monetary"].mean()) or len(rows) == 0


def test_summary_lists_segments_nobody_is_in_without_a_mean():
    found = rfm(pd.DataFrame({"customer_id": [1], "day": pd.to_datetime(["2025-01-01"]), "amount": [5.0]}))
    told = summary(found)
    assert told.index.tolist() == list(SEGMENTS)
    assert told["customers"].sum() == 1 and told["mean"].notna().sum() == 1


def test_summary_takes_any_grouping_and_asks_for_its_columns():
    matrix = segments.value_matrix(a_log(np.random.default_rng(3)))
    told = summary(matrix, by="quadrant", money="mean_spend")
    assert told["customers"].sum() == len(matrix)
    with pytest.raises(ValueError, match=r"found lacks \['segment', 'monetary'\]"):
        summary(matrix)
