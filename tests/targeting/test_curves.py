"""Profit by cut, the best cut and mail saved: against loops, laws, known truths, and at the door."""

import numpy as np
import pandas as pd
import pytest

from crmkit import targeting
from crmkit.targeting import response


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(5)
    score = rng.integers(0, 30, 2_000) / 30  # ties
    return score, (rng.random(2_000) < 0.02 + 0.3 * score).astype(float)


def test_each_cut_is_counted(scored):
    score, outcome = scored
    rng = np.random.default_rng(6)
    value, cost, weight = rng.uniform(5, 40, 2_000), rng.uniform(1, 4, 2_000), rng.integers(0, 3, 2_000)
    found = response.profit_curve(score, outcome, value=value, cost=cost, weight=weight)
    assert len(found) == len(set(score)) + 1
    nobody = found.iloc[0]
    assert nobody[["share", "customers", "outcome", "profit", "low", "high"]].tolist() == [0] * 6
    assert nobody["threshold"] == np.inf and np.isnan(nobody["marginal"])
    for row in found.iloc[1:].itertuples():
        chosen = score >= row.threshold
        assert row.customers == pytest.approx(weight[chosen].sum())
        assert row.share == pytest.approx(weight[chosen].sum() / weight.sum())
        assert row.outcome == pytest.approx((weight * outcome)[chosen].sum())
        assert row.profit == pytest.approx((weight * (outcome * value - cost))[chosen].sum())
        added = score == row.threshold
        assert row.marginal == pytest.approx(np.average((outcome * value - cost)[added], weights=weight[added]))
        assert row.low < row.profit < row.high


def test_it_agrees_with_gains(scored):
    curve = response.profit_curve(*scored, value=20.0, cost=3.0).iloc[1:].reset_index(drop=True)
    gains = targeting.gains(*scored, value=20.0, cost=3.0)
    for name, other in {"share": "share", "profit": "profit", "low": "profit_low", "high": "profit_high"}.items():
        np.testing.assert_allclose(curve[name], gains[other])


def test_a_campaign_without_a_response_costs_what_it_costs():
    curve = response.profit_curve([3, 2, 2, 1], [0, 0, 0, 0], value=10, cost=2)
    assert curve["profit"].tolist() == [0, -2, -6, -8]
    best = response.best_cut([3, 2, 2, 1], [0, 0, 0, 0], value=10, cost=2, seed=1)
    assert (best.share, best.profit, best.threshold) == (0, 0, np.inf)
    assert best.threshold_low == best.threshold_high == np.inf
    assert (best.expected, best.low, best.high) == (0, 0, 0)


def test_rows_of_weight_zero_add_no_cut_that_costs():
    curve = response.profit_curve([3, 2, 1], [1, 1, 0], value=10, cost=4, weight=[1, 0, 1])
    assert curve["profit"].tolist() == [0, 6, 6, 2]
    assert np.isnan(curve["marginal"][2])


def test_the_order_of_the_rows_is_of_no_account(scored):
    order = np.random.default_rng(1).permutation(2_000)
    first = response.profit_curve(*scored, value=20.0, cost=3.0)
    again = response.profit_curve(*(one[order] for one in scored), value=20.0, cost=3.0)
    pd.testing.assert_frame_equal(first, again)


def test_the_interval_of_a_cut_covers_its_true_profit():
    """500 samples of 800; a share of 500 has a standard error of 1 %. Of the customers above the cut the number is
    random too, so the truth asked for is the profit of those addressed: the sum of their own chances."""
    rng, inside = np.random.default_rng(8), []
    for _ in range(500):
        score = rng.random(800)
        outcome = rng.random(800) < 0.3 * score
        row = response.profit_curve(np.floor(5 * score), outcome, value=30.0, cost=5.0).iloc[2]
        truth = (30 * 0.3 * score - 5)[score >= 0.6].sum()
        inside.append(row["low"] < truth < row["high"])
    assert abs(np.mean(inside) - 0.95) < 0.03


def test_the_best_cut_is_the_top_of_the_curve(scored):
    curve = response.profit_curve(*scored, value=20.0, cost=3.0)
    weight = np.random.default_rng(6).integers(0, 4, 2_000)
    heavy = response.profit_curve(*scored, value=20.0, cost=3.0, weight=weight)
    found = response.best_cut(*scored, value=20.0, cost=3.0, weight=weight, seed=1)
    assert found.profit == heavy["profit"].max() and found.share == heavy.at[heavy["profit"].idxmax(), "share"]
    best = response.best_cut(*scored, value=20.0, cost=3.0, seed=1)
    top = curve.loc[curve["profit"].idxmax()]
    assert (best.share, best.threshold, best.profit) == (top["share"], top["threshold"], top["profit"])
    assert best.share_low <= best.share <= best.share_high
    assert best.threshold_low <= best.threshold <= best.threshold_high
    assert best.low < best.expected < best.high and best.expected == pytest.approx(best.profit - best.optimism)
    assert set(curve["threshold"]) >= {best.threshold_low, best.threshold_high}


def test_the_best_cut_does_not_care_for_the_scale_of_score_and_money(scored):
    score, outcome = scored
    one = response.best_cut(score, outcome, value=20.0, cost=3.0, seed=3, resamples=50)
    two = response.best_cut(np.exp(score), outcome, value=200.0, cost=30.0, seed=3, resamples=50)
    assert two.share == one.share and two.share_high == one.share_high
    assert two.threshold == pytest.approx(np.exp(one.threshold))
    for name in ("profit", "optimism", "expected", "low", "high"):
        assert getattr(two, name) == pytest.approx(10 * getattr(one, name))


def test_a_score_that_says_nothing_promises_no_profit():
    """At break-even all cuts bring 0 in truth: what the highest shows is luck, and the optimism takes most of it off."""
    rng, found = np.random.default_rng(2), []
    for number in range(120):
        outcome = rng.random(400) < 0.2
        found.append(response.best_cut(rng.random(400), outcome, value=5.0, cost=1.0, seed=number, resamples=60))
    profit, expected = (np.array([getattr(one, name) for one in found]) for name in ("profit", "expected"))
    assert profit.mean() > 20
    # Most of the luck, not all, as documented: resamples of a curve with a lucky hill find that hill again.
    assert abs(expected.mean()) < 0.4 * profit.mean()
    assert np.mean([one.low < 0 < one.high for one in found]) > 0.85


def test_the_interval_of_the_best_cut_covers_what_it_brings():
    """Chance 0.3 x score: the best cut is at score 1/2. 150 samples of 1,000, a standard error of 1.8 % at 95 %; the
    interval of a maximum is rougher than that of a mean, so 90 % must be kept."""
    rng, money, place = np.random.default_rng(4), [], []
    for number in range(150):
        score = rng.random(1_000)
        outcome = rng.random(1_000) < 0.3 * score
        best = response.best_cut(score, outcome, value=20.0, cost=3.0, seed=number, resamples=100)
        truth = (20 * 0.3 * score - 3)[score >= best.threshold].sum()
        money.append(best.low < truth < best.high)
        place.append(best.threshold_low <= 0.5 <= best.threshold_high)
    assert np.mean(money) > 0.9
    assert np.mean(place) > 0.9


def test_the_seed_decides(scored):
    options = {"value": 20.0, "cost": 3.0, "resamples": 30}
    first = response.best_cut(*scored, seed=7, **options)
    assert first == response.best_cut(*scored, seed=np.random.default_rng(7), **options)
    assert first != response.best_cut(*scored, seed=8, **options)


def by_hand(score, outcome, goal):
    """Share mailed for so many responses, score by score, the last group in part."""
    mailed = reached = 0.0
    for one in sorted(set(score), reverse=True):
        group, hits = (score == one).sum(), outcome[score == one].sum()
        if reached + hits >= goal - 1e-9:
            return (mailed + group * (goal - reached) / hits) / len(score)
        mailed, reached = mailed + group, reached + hits
    raise AssertionError


CASES = {
    "weak": (lambda rank: 0.15 + 0.1 * rank, 5.0, 1.0),
    "strong": (lambda rank: 0.3 * rank, 20.0, 3.0),
    "most respond": (lambda rank: 0.5 + 0.5 * rank, 4.0, 3.0),
    "nothing said, at a loss": (lambda rank: 0.15 + 0 * rank, 5.0, 1.0),
    "nothing said, break-even": (lambda rank: 0.2 + 0 * rank, 5.0, 1.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_what_a_chosen_cut_brings_lies_within_its_interval_and_most_luck_is_taken_off(case):
    """300 samples of 1,000; the truth is what the chosen threshold brings of as many new customers. A share of 300 has
    a standard error of 1.3 to 1.7 %, and the interval of a maximum is rougher than that of a mean: 90 % must be kept."""
    chance, value, cost = CASES[case]
    rank = (np.arange(20_000) + 0.5) / 20_000
    ahead = np.append(np.cumsum((value * chance(rank) - cost)[::-1])[::-1], 0.0) / 20  # of 1,000 customers
    rng, inside, luck, left = np.random.default_rng(4), [], [], []
    for number in range(300):
        score = rng.random(1_000)
        found = response.best_cut(
            score, rng.random(1_000) < chance(score), value=value, cost=cost, seed=number, resamples=200
        )
        truth = ahead[min(int(np.ceil(min(found.threshold, 1.0) * 20_000)), 20_000)]
        inside.append(found.low <= truth <= found.high)
        luck.append(found.profit - truth)
        left.append(found.expected - truth)
    assert np.mean(inside) > 0.89
    assert np.mean(luck) > 0
    assert abs(np.mean(left)) < 0.5 * np.mean(luck)


@pytest.mark.parametrize("at_response", [0.3, 0.8, 1.0])
def test_mail_is_counted_group_by_group(scored, at_response):
    score, outcome = scored
    old = np.random.default_rng(9).integers(0, 8, 2_000) + 2 * score
    found = response.mail_saved(score, outcome, at_response=at_response, old_score=old, seed=1, resamples=40)
    goal = at_response * outcome.sum()
    assert found.new_share == pytest.approx(by_hand(score, outcome, goal))
    assert found.old_share == pytest.approx(by_hand(old, outcome, goal))
    assert found.saved == pytest.approx(1 - found.new_share / found.old_share)
    assert found.low < found.saved < found.high
    back = response.mail_saved(old, outcome, at_response=at_response, old_score=score, seed=1, resamples=20)
    assert (1 - found.saved) * (1 - back.saved) == pytest.approx(1)


def test_the_same_order_saves_nothing_and_one_score_for_all_is_a_lot(scored):
    score, outcome = scored
    same = response.mail_saved(score, outcome, at_response=0.7, old_score=np.exp(score), seed=1, resamples=40)
    assert (same.saved, same.low, same.high) == (0, 0, 0)
    flat = response.mail_saved(np.zeros(2_000), outcome, at_response=0.7, seed=1, resamples=40)
    assert flat.saved == pytest.approx(0) and flat.low == pytest.approx(0) and flat.high == pytest.approx(0)


def test_forty_percent_less_mail_at_97_percent_of_the_responses():
    """A list whose better 60 % give 97 % of the responses, as sellers of scores report. 120 samples of 3,000 with about 390
    responses: the interval must cover what is true of the list, 95 % of the time within three standard errors of 2 %."""
    rng, inside, saved = np.random.default_rng(3), [], []
    for number in range(120):
        group = rng.random(3_000) < 0.6
        chance = np.where(group, 0.13 * 0.97 / 0.6, 0.13 * 0.03 / 0.4)
        found = response.mail_saved(group, rng.random(3_000) < chance, at_response=0.9, seed=number, resamples=200)
        # 90 % need 90 / 97 of the better group; by lot 90 % of all.
        inside.append(found.low < 1 - 0.6 / 0.97 < found.high)
        saved.append(found.saved)
    assert np.mean(saved) == pytest.approx(1 - 0.6 / 0.97, abs=3 * np.std(saved) / np.sqrt(120))
    assert abs(np.mean(inside) - 0.95) < 0.06
    exact = response.mail_saved([1] * 6 + [0] * 4, [97 / 6] * 6 + [3 / 4] * 4, at_response=0.97, seed=1)
    assert exact.new_share == pytest.approx(0.6)  # against mailing everyone: 40 % less


def test_mail_of_weighted_rows_is_that_of_so_many_rows(scored):
    score, outcome = (one[:300] for one in scored)
    weight = np.arange(300) % 4
    options = {"at_response": 0.6, "seed": 1, "resamples": 20}
    each = response.mail_saved(np.repeat(score, weight), np.repeat(outcome, weight), **options)
    assert response.mail_saved(score, outcome, weight=weight, **options).saved == pytest.approx(each.saved)


MONEY = {"value": 2.0, "cost": 1.0}


@pytest.mark.parametrize(
    ("score", "outcome", "options", "match"),
    [
        ([0.1, np.nan], [1, 0], MONEY, "score is nan in row 1 "),
        ([0.1, 0.2], [1, np.inf], MONEY, "outcome is inf in row 1"),
        ([0.1, 0.2], [1, -1], MONEY, "outcome holds -1"),
        ([0.1, 0.2], [1], MONEY, "outcome has 1 rows and score 2"),
        ([], [], MONEY, "score has 0 rows"),
        (["a", "b"], [1, 0], MONEY, "expected numbers"),
        (
            [0.1, 0.2],
            [1, 0],
            {"value": [1.0], "cost": 1.0},
            "value must be one finite number, or one for each of the 2",
        ),
        ([0.1, 0.2], [1, 0], {"value": 1.0, "cost": np.nan}, "cost must be one finite number"),
        ([0.1, 0.2], [1, 0], MONEY | {"weight": [0, 0]}, "weight must be 0 or more in every row, and above 0 in one"),
        ([0.1, 0.2], [1, 0], MONEY | {"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_is_named(score, outcome, options, match):
    for function, more in ((response.profit_curve, {}), (response.best_cut, {"seed": 1})):
        with pytest.raises(ValueError, match=match):
            function(np.array(score), np.array(outcome), **options, **more)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"at_response": 97}, "write 97 % as 0.97"),
        ({"at_response": 0}, "at_response=0 must be above 0"),
        ({"at_response": 0.5, "resamples": 5}, "resamples=5 must be a whole number, at least 20"),
        ({"at_response": 0.5, "old_score": [1]}, "old_score has 1 rows and new_score 3"),
        ({"at_response": 0.5, "weight": [0, 1, 1]}, "outcome is 0 for all 3 customers"),
    ],
)
def test_bad_questions_about_mail_are_named(options, match):
    with pytest.raises(ValueError, match=match):
        response.mail_saved([3, 2, 1], [1, 0, 0], seed=1, **options)
    with pytest.raises(ValueError, match="resamples=1 must be"):
        response.best_cut([3, 2, 1], [1, 0, 0], seed=1, resamples=1, **MONEY)
