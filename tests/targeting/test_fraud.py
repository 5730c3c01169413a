"""Fraud flags: planted frauds found better than by lot, robustness, counts by hand, base rates, and at the door."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom, median_abs_deviation
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from crmkit import worlds
from crmkit.targeting.market import flagged_rightly, flags, precision_at, robust_deviation
from crmkit.worlds.bank.fraud import FraudPlan, plant_frauds


@pytest.fixture(scope="module")
def hit():
    return plant_frauds(worlds.Bank(customers=500).draw(seed=7), FraudPlan(attacks_per_year=0.1), seed=3)


@pytest.fixture(scope="module")
def judged(hit):
    log = hit.transactions[hit.transactions["channel"] != "automatic"]
    truth = log["transaction_id"].isin(hit.truth.frauds["transaction_id"])
    return flags(log, seed=1, trees=50), truth


def test_planted_frauds_are_found_far_beyond_chance(judged):
    found, truth = judged
    table = precision_at(found["score"], truth, capacity=[50, 200, 1_000])
    # By lot so many frauds or more would be drawn less than once in a million.
    by_lot = hypergeom.isf(1e-6, len(truth), truth.sum(), table.index)
    assert (table["found"] > by_lot).all()
    assert table["recall"].is_monotonic_increasing and (table["low"] <= table["precision"]).all()
    # Most of what is reviewed is honest all the same: a flag is no verdict.
    assert table.at[1_000, "precision"] < 0.5


def test_each_signal_finds_more_than_the_lot_and_the_single_amount_does_not(judged):
    """The thieves take what is there in parts: each part is no unusual amount, the day is."""
    found, truth = judged
    area = {name: roc_auc_score(truth, found[name]) for name in ("on_the_day", "day_deviation", "isolation", "score")}
    assert min(area.values()) > 0.7 and area["score"] > area["day_deviation"]
    paid = found["on_the_day"] > 0
    assert roc_auc_score(truth[paid], found.loc[paid, "deviation"]) < 0.5
    assert found["rank"].is_unique and found["rank"].min() == 1 and found["score"].between(0, 1).all()
    assert found.loc[found["rank"] == 1, "score"].item() == found["score"].max()


def test_days_are_counted_and_summed_by_hand():
    days = pd.to_datetime(
        ["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-03 10:00", "2025-01-04"], format="ISO8601"
    )
    log = pd.DataFrame(
        {"customer_id": 1, "day": days, "amount": [-10.0, -12.0, -30.0, -30.0, 500.0]}, index=list("abcde")
    )
    found = flags(log, seed=1, trees=10)
    assert found["on_the_day"].tolist() == [1, 1, 2, 2, 0]
    sums = robust_deviation(pd.DataFrame({"customer_id": 1, "amount": [-10.0, -12.0, -60.0]}))
    np.testing.assert_allclose(found["day_deviation"], [*sums, sums[2], 0])
    assert found.loc["e", "score"] == 0 and found.loc["e", "rank"] == 5 and set(found["rank"][["c", "d"]]) == {1, 2}


def test_precision_and_recall_are_those_of_another_library(judged):
    found, truth = judged
    for many in (1, 77, 400):
        row = precision_at(found["score"], truth, capacity=many).iloc[0]
        chosen = found["rank"] <= many
        assert row["precision"] == pytest.approx(precision_score(truth, chosen))
        assert row["recall"] == pytest.approx(recall_score(truth, chosen))
        assert row["lift"] == pytest.approx(row["precision"] / truth.mean())


def test_a_long_log_of_one_customer_has_the_deviations_of_the_book():
    """With one customer the spread of all is his own: |x - median| / MAD scaled to a normal law (scipy)."""
    amount = -np.random.default_rng(1).lognormal(3, 0.5, 400)
    size = np.log1p(-amount)
    found = robust_deviation(pd.DataFrame({"customer_id": 1, "amount": amount}))
    expected = (size - np.median(size)) / median_abs_deviation(size, scale="normal")
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_outliers_do_not_hide_one_another():
    """A fifth of the amounts grows a hundredfold: they stay far, the others stay near (a plain deviation would hide both)."""
    rng = np.random.default_rng(2)
    amount = -rng.lognormal(3, 0.3, 100)
    amount[:20] *= 100
    found = robust_deviation(pd.DataFrame({"customer_id": 1, "amount": amount}))
    assert found[:20].min() > 6 and found[20:].abs().quantile(0.9) < 4


def test_each_customer_has_a_measure_of_his_own():
    rng = np.random.default_rng(3)
    small, large = -rng.lognormal(2, 0.2, 100), -rng.lognormal(8, 0.2, 100)
    log = pd.DataFrame({"customer_id": np.repeat([1, 2], 100), "amount": np.append(small, large)})
    log.loc[50, "amount"] = large[0]
    found = robust_deviation(log)
    assert found.idxmax() == 50 and found[100:].max() < 6
    log["amount"] *= -1
    np.testing.assert_allclose(robust_deviation(log), found)


def test_the_same_seed_gives_the_same_flags_and_nothing_is_changed(hit):
    log = hit.transactions.head(2_000)
    before = log.copy()
    pd.testing.assert_frame_equal(flags(log, seed=5, trees=10), flags(log, seed=5, trees=10))
    pd.testing.assert_frame_equal(log, before)
    assert not flags(log, seed=6, trees=10)["isolation"].equals(flags(log, seed=5, trees=10)["isolation"])


def test_frauds_of_later_days_are_found_by_what_earlier_days_taught(hit):
    """Out of sample: usual amounts and the forest come from the first days, frauds among them included."""
    log = hit.transactions[hit.transactions["channel"] != "automatic"]
    split = log["day"].dt.normalize().quantile(0.6, interpolation="nearest")
    past, new = log[log["day"] < split], log[log["day"] >= split]
    truth = new["transaction_id"].isin(hit.truth.frauds["transaction_id"])
    found = flags(new, past=past, seed=1, trees=50)
    assert found.index.equals(new.index) and found["rank"].is_unique
    table = precision_at(found["score"], truth, capacity=[50, 200])
    assert (table["found"] > hypergeom.isf(1e-6, len(truth), truth.sum(), table.index)).all()
    # What a day brings is judged alone: later days and other customers change no deviation.
    some = new[new["day"] < new["day"].quantile(0.5)]
    some = some[some["customer_id"].isin(some["customer_id"].unique()[:100])]
    signals = ["on_the_day", "day_deviation", "deviation", "isolation"]
    pd.testing.assert_frame_equal(
        flags(some, past=past, seed=1, trees=50)[signals], found.loc[some.index, signals], check_dtype=False
    )
    assert not flags(some, seed=1, trees=50)["deviation"].equals(found.loc[some.index, "deviation"])


def test_what_is_usual_comes_from_the_past_alone():
    """By hand: one customer of the past, one who is new and held against all; a log that is its own past is the log."""
    rng = np.random.default_rng(6)
    past = pd.DataFrame({"customer_id": np.repeat(["a", "b"], 200), "amount": -rng.lognormal(3, 0.5, 400)})
    new = pd.DataFrame({"customer_id": ["a", "c"], "amount": [-500.0, -500.0]})
    size = np.log1p(-past["amount"])
    own, gap = size[:200], np.abs(size - size.groupby(past["customer_id"]).transform("median"))
    spread = (200 * median_abs_deviation(own) + 5 * np.median(gap)) / 205 / 0.6745
    by_hand = [
        (np.log(501) - np.median(own)) / spread,
        (np.log(501) - np.median(size)) / median_abs_deviation(size, scale="normal"),
    ]
    np.testing.assert_allclose(robust_deviation(new, past=past), by_hand, rtol=1e-4)
    pd.testing.assert_series_equal(robust_deviation(past, past=past), robust_deviation(past))


def test_rare_frauds_make_most_flags_wrong_as_people_drawn_say():
    """One million transactions drawn: the share of right flags is told to four standard errors."""
    rng = np.random.default_rng(4)
    bad = rng.random(1_000_000) < 0.002
    flagged = rng.random(1_000_000) < np.where(bad, 0.9, 0.02)
    share = flagged_rightly(0.002, recall=0.9, false_alarms=0.02)
    assert abs(bad[flagged].mean() - share) < 4 * np.sqrt(share * (1 - share) / flagged.sum())
    assert flagged_rightly(0.3, recall=0.4, false_alarms=0.4) == pytest.approx(0.3)
    assert flagged_rightly(0.3, recall=0.4, false_alarms=0) == 1
    assert np.isnan(flagged_rightly(0.3, recall=0, false_alarms=0))


def test_intervals_of_precision_cover():
    """Reviewing 60 of very many: 400 draws, a share of 0.95 has a standard error of 1.1 %; Wilson's is not exact."""
    rng, inside = np.random.default_rng(5), []
    for _ in range(400):
        score = rng.random(2_000)
        row = precision_at(score, rng.random(2_000) < 0.3, capacity=60).iloc[0]
        inside.append(row["low"] < 0.3 < row["high"])
    assert abs(np.mean(inside) - 0.95) < 0.04


LOG = pd.DataFrame({"customer_id": [1, 2], "day": pd.to_datetime(["2025-01-01"] * 2), "amount": [-1.0, -2.0]})


@pytest.mark.parametrize(
    ("log", "options", "error", "match"),
    [
        (LOG.drop(columns="amount"), {}, ValueError, "amount"),
        (LOG.iloc[:0], {}, ValueError, "0 rows"),
        (LOG.iloc[:1], {}, ValueError, "at least 2"),
        (LOG.assign(amount=np.nan), {}, ValueError, "missing or infinite in 2 rows"),
        (LOG.assign(amount="a"), {}, TypeError, "expected numbers"),
        (LOG.assign(customer_id=pd.NA), {}, ValueError, "missing in 2 rows"),
        (LOG.assign(day="2025-01-01"), {}, TypeError, "must hold a day"),
        (LOG, {"trees": 0}, ValueError, "trees=0"),
        (LOG.assign(amount=[-1.0, 2.0]), {}, ValueError, "has 1 payments"),
    ],
)
def test_bad_logs_are_named(log, options, error, match):
    with pytest.raises(error, match=match):
        flags(log, seed=1, **options)


@pytest.mark.parametrize(
    ("past", "error", "match"),
    [
        (LOG, ValueError, "past ends on 2025-01-01 and transactions begin on 2025-01-01"),
        (LOG.assign(customer_id=["1", "2"]), ValueError, "past knows none of the customers"),
        (LOG.iloc[:0], ValueError, "past has 0 rows"),
        (LOG.drop(columns="amount"), ValueError, "past lacks"),
        (LOG.assign(day="2024-01-01"), TypeError, "past.'day'. must hold a day"),
        (LOG.assign(day=pd.Timestamp("2024-01-01"), amount=[1.0, -2.0]), ValueError, "past has 1 payments"),
        ([1, 2], TypeError, "past is a builtins.list"),
    ],
)
def test_a_past_that_is_none_is_named(past, error, match):
    with pytest.raises(error, match=match):
        flags(LOG, past=past, seed=1)


def test_bad_reviews_are_named():
    with pytest.raises(ValueError, match="truth has 1 rows and score 2"):
        precision_at([0.1, 0.2], [True], capacity=1)
    with pytest.raises(TypeError, match="expected True and False"):
        precision_at([0.1, 0.2], [1, 0], capacity=1)
    with pytest.raises(ValueError, match="capacity=3"):
        precision_at([0.1, 0.2], [True, False], capacity=3)
    with pytest.raises(ValueError, match="score is nan"):
        precision_at([0.1, np.nan], [True, False], capacity=1)
    with pytest.raises(ValueError, match="recall=90"):
        flagged_rightly(0.1, recall=90, false_alarms=0.1)
    assert np.isnan(precision_at([0.1, 0.2], [False, False], capacity=1)["recall"].item())
