"""Are chances right? Against scikit-learn, loops, laws, known truths, and at the door."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss

from crmkit.intervals import wilson_in_groups
from crmkit.targeting import response
from crmkit.targeting.response.logit import fit_logit


def drawn(seed, n=3_000):
    rng = np.random.default_rng(seed)
    chance = expit(rng.normal(-1.5, 1.0, n))
    return chance, rng.random(n) < chance


@pytest.mark.parametrize("bins", [1, 7, 10])
@pytest.mark.parametrize("digits", [1, 12])
def test_the_parts_sum_to_the_score(bins, digits):
    chance, outcome = drawn(1)
    chance = chance.round(digits)  # ties, and chances of 0
    found = response.calibration(chance, outcome, bins=bins)
    assert found.brier == pytest.approx(brier_score_loss(outcome, chance))
    total = found.reliability - found.resolution + found.uncertainty + found.within
    assert total == pytest.approx(found.brier, abs=1e-12)
    assert found.uncertainty == pytest.approx(outcome.mean() * (1 - outcome.mean()))


def test_parts_of_few_chances_are_counted_by_hand():
    """Each chance its own bin: the classic decomposition, by a loop; nothing is left within the bins."""
    rng = np.random.default_rng(2)
    chance = rng.choice([0.1, 0.25, 0.6], 900)
    outcome = rng.random(900) < chance + 0.1
    found = response.calibration(chance, outcome, bins=900)
    wrong = told = error = 0.0
    for one in (0.1, 0.25, 0.6):
        same = chance == one
        wrong += same.mean() * (one - outcome[same].mean()) ** 2
        told += same.mean() * (outcome[same].mean() - outcome.mean()) ** 2
        error += same.mean() * abs(one - outcome[same].mean())
    assert found.within == pytest.approx(0, abs=1e-12)
    assert (found.reliability, found.resolution, found.ece) == pytest.approx((wrong, told, error))


def test_bins_hold_equally_many_customers_and_equal_chances_stay_together():
    chance, outcome = drawn(3)
    table = response.reliability(chance, outcome, bins=10)
    assert table["customers"].tolist() == [300] * 10
    assert table["predicted"].is_monotonic_increasing
    order = np.argsort(chance).reshape(10, 300)
    np.testing.assert_allclose(table["predicted"], chance[order].mean(axis=1))
    np.testing.assert_allclose(table["observed"], outcome[order].mean(axis=1))
    tied = response.reliability(np.where(chance < 0.3, 0.2, 0.5), outcome, bins=10)
    assert tied["customers"].tolist() == [(chance < 0.3).sum(), (chance >= 0.3).sum()]
    assert len(response.reliability(np.full(3_000, 0.2), outcome)) == 1


def test_bins_of_relatives_count_the_groups():
    chance, outcome = drawn(4)
    group = np.random.default_rng(1).integers(0, 200, len(chance))
    table = response.reliability(chance, outcome, bins=5, group=group)
    place = np.argsort(np.argsort(chance)) * 5 // len(chance)
    for one, row in table.iterrows():
        low, high, _ = wilson_in_groups(outcome[place == one], group[place == one])
        assert (row["low"], row["high"]) == pytest.approx((low, high))
    with pytest.raises(ValueError, match="weight and group are both given"):
        response.reliability(chance, outcome, weight=np.ones(len(chance)), group=group)
    with pytest.raises(ValueError, match="group has 3 rows"):
        response.reliability(chance, outcome, group=[1, 2, 3])
    with pytest.raises(ValueError, match="group is missing"):
        response.reliability(chance, outcome, group=np.where(group < 5, np.nan, group))


def test_right_chances_are_found_right():
    """60 draws: intervals of 95 % miss in 5 %, at most 8 of 60 with three standard errors; the error by chance is its mean."""
    found = [response.calibration(*drawn(seed)) for seed in range(60)]
    slope = [one.slope_low < 1 < one.slope_high for one in found]
    level = [one.intercept_low < 0 < one.intercept_high for one in found]
    assert sum(slope) >= 52 and sum(level) >= 52
    ece = np.array([one.ece for one in found])
    assert np.mean([one.ece_by_chance for one in found]) == pytest.approx(ece.mean(), abs=3 * ece.std() / np.sqrt(60))
    off = np.mean([response.reliability(*drawn(seed))["off"].mean() for seed in range(60)])
    assert abs(off - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 600)


def test_the_interval_of_the_brier_score_covers_its_mean():
    """Truth: mean of p (1 - p) over the law of the chances, from two million draws; 300 samples, error of 1.3 %."""
    truth = expit(np.random.default_rng(0).normal(-1.5, 1.0, 2_000_000))
    truth = (truth * (1 - truth)).mean()
    found = [response.calibration(*drawn(seed, 500)) for seed in range(300)]
    assert abs(np.mean([one.low < truth < one.high for one in found]) - 0.95) < 0.04


@pytest.mark.parametrize(("stretch", "shift"), [(2.0, 0.0), (0.5, 0.4), (1.0, -0.7)])
def test_the_kind_of_error_is_found_and_mended(stretch, shift):
    """Predicted log-odds = stretch x true + shift; so true = (predicted - shift) / stretch. Within 3 standard errors."""
    chance, outcome = drawn(11, 20_000)
    wrong = expit(stretch * logit(chance) + shift)
    found = response.calibration(wrong, outcome)
    error = (found.slope_high - found.slope) / 1.96
    assert found.slope == pytest.approx(1 / stretch, abs=3 * error)
    error = (found.intercept_high - found.intercept) / 1.96
    assert found.intercept == pytest.approx(-shift / stretch, abs=3 * error)
    assert found.brier > brier_score_loss(outcome, chance)
    fresh, after = drawn(12, 20_000)
    spoilt = logit(expit(stretch * logit(fresh) + shift))
    before = response.calibration(expit(spoilt), after)
    for method in ("platt", "isotonic"):
        mended = response.recalibrate(logit(wrong), outcome, method=method).chance(spoilt)
        now = response.calibration(mended, after)
        assert now.ece < 0.5 * before.ece and now.brier < before.brier


def test_recalibration_keeps_its_laws():
    """Both keep the number of outcomes; steps only rise, and no rising curve fits the customers learned from better."""
    chance, outcome = drawn(4)
    score = 3 * logit(chance) - 1
    platt, steps = (response.recalibrate(score, outcome, method=one) for one in ("platt", "isotonic"))
    assert platt.converged and platt.customers == 3_000
    for rule in (platt, steps):
        assert rule.chance(score).sum() == pytest.approx(outcome.sum(), rel=1e-4)
    risen = steps.chance(np.sort(score))
    assert (np.diff(risen) >= 0).all()
    assert brier_score_loss(outcome, steps.chance(score)) <= brier_score_loss(outcome, platt.chance(score))
    assert steps.chance([-1e9, 1e9]).tolist() == [risen[0], risen[-1]]
    assert platt.chance([-1e9, 1e9]).tolist() == pytest.approx([0, 1])
    split = response.recalibrate([1, 2, 3, 4], [0, 0, 1, 1])
    assert not split.converged and "separates" in split.reason


@pytest.mark.parametrize("function", [response.calibration, response.reliability])
def test_a_weight_is_so_many_rows(function):
    chance, outcome = drawn(5, 600)
    weight = np.arange(600) % 4
    one = function(chance, outcome, bins=6, weight=weight)
    many = function(np.repeat(chance, weight), np.repeat(outcome, weight), bins=6)
    if isinstance(one, pd.DataFrame):
        names = ["customers", "predicted", "observed"]
        pd.testing.assert_frame_equal(one[names], many[names], check_dtype=False)
        assert (one["high"] - one["low"] > many["high"] - many["low"]).all()  # fewer customers were asked
        return
    for name in ("brier", "reliability", "resolution", "uncertainty", "within", "ece", "slope", "intercept"):
        assert getattr(one, name) == pytest.approx(getattr(many, name), abs=1e-5)
    assert one.high - one.low > many.high - many.low and one.slope_high - one.slope > many.slope_high - many.slope
    assert one.customers == 600
    nobody = function(
        np.append(chance, [0.0, 1.0]), np.append(outcome, [1, 0]), bins=6, weight=np.append(weight, [0, 0])
    )
    assert nobody.slope == pytest.approx(one.slope) and nobody.ece == pytest.approx(one.ece)


def test_intervals_of_weighted_rows_cover():
    """Some customers stand for five: 300 samples of 600; the slope 1 and each bin's truth, a standard error of 1.3 %."""
    rng = np.random.default_rng(6)
    slope, bins, brier = [], [], []
    for seed in range(300):
        chance, outcome = drawn(seed, 600)
        weight = np.where(rng.random(600) < 0.3, 5.0, 1.0)
        found = response.calibration(chance, outcome, weight=weight)
        slope.append(found.slope_low < 1 < found.slope_high)
        truth = np.average(chance * (1 - chance), weights=weight)
        brier.append(found.low < truth < found.high)
        bins.append(1 - response.reliability(chance, outcome, weight=weight, bins=4)["off"].mean())
    assert abs(np.mean(slope) - 0.95) < 0.04
    assert abs(np.mean(bins) - 0.95) < 0.03  # Wilson's interval is a little wide at small shares
    assert np.mean(brier) > 0.91


@pytest.mark.parametrize(
    ("chance", "outcome", "reason"),
    [
        ([0.0, 0.5, 1.0, 0.2], [0, 1, 1, 0], "exactly 0 or 1"),
        ([0.1, 0.2, 0.3, 0.4], [0, 0, 0, 0], "the outcome is the same for all"),
        ([0.3, 0.3, 0.3, 0.3], [0, 1, 1, 0], "the chances are the same for all"),
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "separates"),
    ],
)
def test_where_there_is_no_slope_the_reason_is_told(chance, outcome, reason):
    found = response.calibration(chance, outcome, bins=2)
    assert not found.converged and reason in found.reason and np.isnan(found.slope)
    assert reason in repr(found) and "nan" not in repr(found)
    assert found.brier == pytest.approx(brier_score_loss(outcome, chance))


def test_the_logistic_fit_is_the_log_odds_ratio_of_a_table():
    """Four cells: slope = log(ad / bc) with the variance 1/a + 1/b + 1/c + 1/d (Woolf 1955); scaling leaves it as it is."""
    a, b, c, d = 30, 70, 12, 88
    x, y = np.repeat([1, 1, 0, 0], [a, b, c, d]), np.repeat([1, 0, 1, 0], [a, b, c, d])
    for scale in (1.0, 1e-3):
        fit = fit_logit(scale * x[:, None] + 5.0, y)
        assert fit.converged
        assert scale * fit.coefficients[1] == pytest.approx(np.log(a * d / b / c), rel=1e-4)
        assert scale**2 * fit.covariance[1, 1] == pytest.approx(1 / a + 1 / b + 1 / c + 1 / d, rel=1e-4)
    twice = fit_logit(np.column_stack([x, 2 * x]), y)
    assert not twice.converged and "sum of others" in twice.reason


@pytest.mark.parametrize(
    ("predicted", "outcome", "options", "match"),
    [
        ([0.1, np.nan], [1, 0], {}, "predicted is nan in row 1"),
        ([10.0, 20.0], [1, 0], {}, "predicted is 10 in row 0; expected chances"),
        ([0.1, 0.2], [1, 2], {}, "outcome is 2 in row 1"),
        ([0.1, 0.2], [1], {}, "outcome has 1 rows and predicted 2"),
        ([], [], {}, "predicted has 0 rows"),
        ([0.1, 0.2], [1, 0], {"bins": 0}, "bins=0 must be a whole number"),
        ([0.1, 0.2], [1, 0], {"level": 95}, "write 95 % as 0.95"),
        ([0.1, 0.2], [1, 0], {"weight": [-1, 1]}, "weight must be 0 or more"),
    ],
)
def test_bad_input_is_named(predicted, outcome, options, match):
    for function in (response.calibration, response.reliability):
        with pytest.raises(ValueError, match=match):
            function(np.array(predicted), np.array(outcome), **options)


@pytest.mark.parametrize(
    ("score", "outcome", "options", "match"),
    [
        ([1, 2], [1, 0], {"method": "beta"}, "method='beta' must be one of"),
        ([1, 2], [1, 1], {}, "outcome is 1 for all 2 customers"),
        ([1, 2], [1, 0, 0], {}, "outcome has 3 rows and score 2"),
    ],
)
def test_bad_input_of_recalibration_is_named(score, outcome, options, match):
    with pytest.raises(ValueError, match=match):
        response.recalibrate(score, outcome, **options)
