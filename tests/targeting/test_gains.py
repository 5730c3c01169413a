"""Gains: against a loop in plain Python, laws, coverage, and at the door."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from crmkit import targeting, worlds


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(5)
    score = rng.integers(0, 40, 3_000) / 40  # ties
    return score, (rng.random(3_000) < 0.05 + 0.3 * score).astype(float)


def test_each_cut_is_counted(scored):
    score, outcome = scored
    found = targeting.gains(score, outcome, value=20.0, cost=3.0)
    cuts = sorted(set(score), reverse=True)
    assert len(found) == len(cuts)
    for cut, row in zip(cuts, found.itertuples(), strict=True):
        chosen = score >= cut
        assert row.share == pytest.approx(chosen.mean())
        assert row.captured == pytest.approx(outcome[chosen].sum() / outcome.sum())
        assert row.lift == pytest.approx(outcome[chosen].mean() / outcome.mean())
        assert row.profit == pytest.approx(20 * outcome[chosen].sum() - 3 * chosen.sum())
        assert row.low <= row.captured <= row.high and row.profit_low <= row.profit <= row.profit_high


def test_the_order_of_the_rows_is_of_no_account(scored):
    score, outcome = scored
    order = np.random.default_rng(1).permutation(len(score))
    options = {"value": 7.0, "cost": 1.0}
    pd.testing.assert_frame_equal(
        targeting.gains(score, outcome, **options), targeting.gains(score[order], outcome[order], **options)
    )


def test_everyone_is_everything_and_a_score_that_says_nothing_is_the_diagonal(scored):
    score, outcome = scored
    for table in (targeting.gains(score, outcome), targeting.gains(score, outcome, bins=7)):
        assert table.iloc[-1][["share", "captured", "lift"]].tolist() == [1, 1, 1]
        assert table["profit"].isna().all()
    flat = targeting.gains(np.zeros(3_000), outcome, bins=4)
    np.testing.assert_allclose(flat["captured"], [0.25, 0.5, 0.75, 1.0])
    assert len(targeting.gains(np.zeros(3_000), outcome)) == 1


def test_the_area_is_that_of_the_roc_curve(scored):
    """Area under gains = auc x (1 - rate) + rate / 2: another function that knows nothing of this one."""
    score, outcome = scored
    table = targeting.gains(score, outcome)
    area = np.trapezoid([0, *table["captured"]], [0, *table["share"]])
    rate = outcome.mean()
    assert area == pytest.approx(roc_auc_score(outcome, score) * (1 - rate) + rate / 2)


def test_a_weight_is_so_many_rows(scored):
    score, outcome = (one[:300] for one in scored)
    weight = np.arange(300) % 4
    each = targeting.gains(np.repeat(score, weight), np.repeat(outcome, weight), value=9.0, cost=1.0)
    table = targeting.gains(score, outcome, value=9.0, cost=1.0, weight=weight)
    table = table[table["share"].diff().fillna(1) > 0].reset_index(drop=True)
    columns = ["share", "captured", "lift", "profit"]
    pd.testing.assert_frame_equal(table[columns], each[columns])


def test_the_interval_of_the_profit_is_that_of_a_sum(scored):
    """Of those addressed, independent of one another: 1.96 standard deviations times the root of their number."""
    score, outcome = scored
    for cut, row in ((0.0, -1), (0.9, 3)):
        table = targeting.gains(score, outcome, value=20.0, cost=3.0).iloc[row]
        money = 20 * outcome[score >= cut] - 3
        half = 1.959964 * money.std() * np.sqrt(len(money))
        assert table["profit_high"] - table["profit"] == pytest.approx(half, rel=1e-6)
        assert table["profit"] - table["profit_low"] == pytest.approx(half, rel=1e-6)


@pytest.mark.parametrize("money", [False, True])
def test_intervals_cover_what_they_are_to_cover(money):
    """The best fifth, 600 samples of 2,000; a share of 600 has a standard error of 0.9 %."""
    rng, inside = np.random.default_rng(6), []
    chance = np.linspace(0.02, 0.4, 50)
    truth = (chance[-10:].sum()) / chance.sum()
    for _ in range(600):
        score = rng.integers(0, 50, 2_000)
        outcome = (rng.random(2_000) < chance[score]) * (rng.gamma(2.0, 1.0, 2_000) if money else 1.0)
        # The cut at a score: the share of customers above it is random too, the captured share is what is asked.
        table = targeting.gains(score, outcome)
        row = table.iloc[9]
        inside.append(row["low"] < truth < row["high"])
    assert abs(np.mean(inside) - 0.95) < 0.03


@pytest.mark.parametrize(
    ("above", "below", "at"), [(0.3, 0.01, 0.5), (0.3, 0.001, 0.5), (0.02, 0.2, 0.1), (0.1, 0.05, 0.5), (0.2, 0.1, 0.3)]
)
@pytest.mark.parametrize("amount", ["gamma", "lognormal"])
def test_intervals_of_amounts_hold_also_where_hardly_any_lie_on_one_side_of_the_cut(above, below, at, amount):
    """600 samples of 1,000; a share of 600 has a standard error of 0.9 %, and three of them are taken off 95 %."""
    rng, inside = np.random.default_rng(7), []
    truth = at * above / (at * above + (1 - at) * below)
    for _ in range(600):
        score = (rng.random(1_000) < at) * 1.0
        size = rng.gamma(2.0, 1.0, 1_000) if amount == "gamma" else rng.lognormal(size=1_000)
        outcome = (rng.random(1_000) < np.where(score > 0, above, below)) * size
        row = targeting.gains(score, outcome).iloc[0]
        inside.append(row["low"] <= truth <= row["high"])
    assert np.mean(inside) > 0.923, np.mean(inside)


def test_the_true_chance_is_the_best_score_of_the_bank():
    case = worlds.Bank.preset("home_equity", customers=4_000).draw(seed=2)
    truth = case.truth.contacts
    rng = np.random.default_rng(3)
    taken = rng.random(len(truth)) < truth["p_with"]
    best = targeting.gains(truth["p_with"], taken, bins=10)
    lot = targeting.gains(rng.random(len(truth)), taken, bins=10)
    # The expectation of the best curve is the curve of the chances themselves.
    expected = targeting.gains(truth["p_with"], truth["p_with"], bins=10)
    c = expected["captured"]
    # Four standard errors of a share of those who took it.
    assert (abs(best["captured"] - c) < 4 * np.sqrt(c * (1 - c) / taken.sum()) + 1e-9).all()
    assert (best["captured"][:8] > lot["captured"][:8]).all()


@pytest.mark.parametrize(
    ("score", "outcome", "options", "match"),
    [
        ([0.1, np.nan], [1, 0], {}, "score is nan in row 1 "),
        ([0.1, 0.2], [1, np.inf], {}, "outcome is inf in row 1"),
        ([0.1, 0.2], [0, 0], {}, "outcome is 0 for all 2 customers"),
        ([0.1, 0.2], [1, -1], {}, "outcome holds -1"),
        ([0.1, 0.2], [1], {}, "outcome has 1 rows and score 2"),
        ([], [], {}, "score has 0 rows"),
        ([[0.1]], [1], {}, "has the shape"),
        (["a", "b"], [1, 0], {}, "expected numbers"),
        ([0.1, 0.2], [1, 0], {"cost": 2}, "cost is given without value"),
        ([0.1, 0.2], [1, 0], {"value": [1.0]}, "value must be one finite number, or one for each of the 2"),
        ([0.1, 0.2], [1, 0], {"weight": [0, -1]}, "weight must be 0 or more"),
        ([0.1, 0.2], [1, 0], {"bins": 0}, "bins=0 must be a whole number"),
        ([0.1, 0.2], [1, 0], {"level": 95}, "write 95 % as 0.95"),
        ([0.1, 0.2], [1, 0], {"fixed": "shares"}, "fixed='shares' must be 'score' or 'share'"),
    ],
)
def test_bad_input_is_named(score, outcome, options, match):
    with pytest.raises(ValueError, match=match):
        targeting.gains(np.array(score), np.array(outcome), **options)


@pytest.mark.parametrize("base", [0.05, 0.5, 0.9])
def test_of_the_same_customers_intervals_are_on_the_safe_side_by_the_share_that_does_not_respond(base):
    """300 campaigns on the same scored customers: the spread of the captured share against what the interval allows for."""
    rng = np.random.default_rng(1)
    score = np.sort(rng.normal(size=1_000))[::-1]
    chance = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + 0.3 * score)))
    at = [99, 299, 599]
    rows = [targeting.gains(score, rng.random(1_000) < chance).iloc[at] for _ in range(300)]
    spread = np.std([one["captured"] for one in rows], axis=0)
    allowed = np.mean([one["high"] - one["low"] for one in rows], axis=0) / (2 * 1.96)
    # A standard deviation from 300 draws has an error of 4 %; the score says a little, so the rate is not the same for all.
    np.testing.assert_allclose(spread / allowed, np.sqrt(1 - base), rtol=0.2)


def logistic(base, slope):
    """Chance to respond by rank, 0..1."""
    return lambda rank: 1 / (1 + np.exp(-(np.log(base / (1 - base)) + slope * (rank - 0.5))))


@pytest.mark.parametrize(("base", "slope"), [(0.1, 3.0), (0.5, 1.0), (0.5, 6.0), (0.9, 1.0), (0.9, 3.0)])
def test_intervals_at_a_share_cover_as_often_as_they_say(base, slope):
    """600 samples of 2,000 new customers; a share of 600 has a standard error of 0.9 %: three of them about 95 %."""
    rng, chance, shares = np.random.default_rng(2), logistic(base, slope), np.array([0.2, 0.5, 0.7])
    rank = (np.arange(100_000) + 0.5) / 100_000
    below = 1 - shares[:, None] < rank
    truth = (chance(rank) * below).sum(axis=1) / chance(rank).sum()
    money = 2_000 * ((5 * chance(rank) - 2) * below).mean(axis=1)
    captured, profit = [], []
    for _ in range(600):
        score = rng.random(2_000)
        outcome = rng.random(2_000) < chance(score)
        table = targeting.gains(score, outcome, value=5.0, cost=2.0, bins=10, fixed="share").iloc[[1, 4, 6]]
        captured.append((table["low"] <= truth) & (truth <= table["high"]))
        profit.append((table["profit_low"] <= money) & (money <= table["profit_high"]))
    for inside in (np.mean(captured, axis=0), np.mean(profit, axis=0)):
        assert ((inside > 0.923) & (inside < 0.977)).all(), inside


def test_where_a_sharp_score_is_cut_among_sure_responders_a_share_says_less_than_a_score():
    """A tenth responds for sure, others hardly: how many responders there are is unknown, and with them the share captured."""
    rng, inside = np.random.default_rng(3), {"score": [], "share": []}
    for _ in range(300):
        rank = rng.random(2_000)
        outcome = rng.random(2_000) < np.where(rank > 0.9, 0.9, 0.01)
        for fixed, found in inside.items():
            row = targeting.gains(rank, outcome, bins=25, fixed=fixed).iloc[1]
            found.append(row["low"] <= 0.08 * 0.9 / 0.099 <= row["high"])
    # Three standard errors of a share of 300 are 3.8 %; the jump is near enough to blur the rate at the cut a little.
    assert np.mean(inside["share"]) > 0.89
    assert np.mean(inside["score"]) < 0.85


def test_errors_at_a_share_are_those_of_a_bootstrap_also_of_amounts_with_weights(scored):
    """Another way to the same errors: 400 resamples have their own error of 3.5 %, the rate at the cut adds a little."""
    rng = np.random.default_rng(4)
    score = rng.random(3_000)
    outcome = (rng.random(3_000) < 0.8 * score + 0.1) * rng.gamma(3.0, 1.0, 3_000)
    weight, cost = rng.uniform(0.5, 2.0, 3_000), rng.uniform(0.5, 1.5, 3_000)

    def table(rows):
        return targeting.gains(
            score[rows], outcome[rows], value=2.0, cost=cost[rows], weight=weight[rows], bins=10, fixed="share"
        ).iloc[[1, 4, 6]]

    own = table(np.arange(3_000))
    again = [table(rng.integers(3_000, size=3_000)) for _ in range(400)]
    for name, low, high in (("captured", "low", "high"), ("profit", "profit_low", "profit_high")):
        error = (own[high] - own[low]) / (2 * 1.959964)
        np.testing.assert_allclose(error, np.std([one[name] for one in again], axis=0), rtol=0.15)


def test_what_is_fixed_moves_the_intervals_alone(scored):
    one = targeting.gains(*scored, value=20.0, cost=3.0)
    other = targeting.gains(*scored, value=20.0, cost=3.0, fixed="share")
    same = ["share", "captured", "lift", "profit"]
    pd.testing.assert_frame_equal(one[same], other[same])
    assert (one["low"] != other["low"]).iloc[:-1].all() and (one["profit_low"] != other["profit_low"]).iloc[:-1].all()
    assert other.iloc[-1][["low", "high"]].tolist() == pytest.approx([1, 1])
    assert other.iloc[-1]["profit_low"] == pytest.approx(one.iloc[-1]["profit_low"])


def test_where_all_respond_a_share_of_customers_holds_that_share_of_responses_for_sure():
    table = targeting.gains(np.arange(200), np.ones(200), fixed="share")
    for name in ("captured", "low", "high"):
        np.testing.assert_allclose(table[name], table["share"], atol=1e-6)


def test_an_engine_says_that_it_adds_up_at_scores_alone():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"score": [0.1, 0.2], "won": [0, 1]})
    with pytest.raises(ValueError, match=r"fixed='share' is not added up by an engine.*Mend: collect"):
        targeting.gains(frame, "won", fixed="share")
