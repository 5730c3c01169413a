"""Uplift: curves and policies against loops, laws, coverage and the world's truth; learners against known uplift."""

import numpy as np
import pandas as pd
import pytest

from crmkit import worlds
from crmkit.targeting.uplift import fit_uplift, policy_value, qini, uplift_curve


def drawn(seed, n=4_000, share=0.5, money=False):
    """Uplift rises with x, the outcome without contact with z."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"x": rng.uniform(-1, 1, n), "z": rng.uniform(-1, 1, n), "g": rng.choice(["a", "b"], n)})
    arm = rng.random(n) < share
    true = 0.2 * people["x"].to_numpy()
    chance = 0.5 + 0.2 * people["z"].to_numpy() + arm * true
    got = rng.normal(chance, 0.3) if money else rng.random(n) < chance
    return people, arm, got.astype(float), true


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_intervals_cover_and_qini_tells_truth_from_lot(share):
    """300 draws: a coverage of 95 % has a standard error of 1.3 %, so 3 of them are 4 %."""
    inside, sizes = [], {"truth": [], "lot": []}
    for seed in range(300):
        people, arm, got, true = drawn(seed, 1_000, share)
        rule = people["x"] > 0
        options = {"propensity": share}
        row = [
            uplift_curve(rule, arm, got, **options).iloc[0],
            qini(np.random.default_rng([seed, 9]).random(1_000), arm, got),
        ]
        one = policy_value(rule, arm, got, cost=0.02, **options)
        raw = policy_value(rule, arm, got, cost=0.02, method="horvitz_thompson", **options)
        pair = policy_value(rule, arm, got, against=np.zeros(1_000), cost=0.02, **options)
        # E[x; x > 0] = 1/4: uplift 0.05 a customer, and half of them cost 0.02.
        inside.append(
            [
                row[0]["low"] < 0.05 < row[0]["high"],
                row[1].low < 0 < row[1].high,
                one.low < 0.54 < one.high,
                raw.low < 0.54 < raw.high,
                pair.low < 0.04 < pair.high,
            ]
        )
        sizes["truth"].append(qini(true, arm, got).qini)
        sizes["lot"].append(row[1].qini)
    assert (abs(np.mean(inside, axis=0) - 0.95) < 0.04).all(), np.mean(inside, axis=0)
    # Area of 0.2 x over ranks uniform on -1..1: E[0.2 x . x / 2] = 1/30; three standard errors.
    for name, expected in (("truth", 1 / 30), ("lot", 0.0)):
        assert abs(np.mean(sizes[name]) - expected) < 3 * np.std(sizes[name]) / np.sqrt(300)


def test_doubly_robust_is_right_when_the_propensity_or_the_model_is_and_steadier_when_both_are():
    """200 trials in which x decides who is treated. E of the rule x > 0: 0.5 + 0.05 (half of them at uplift 0.1)."""
    found = {name: [] for name in ("plain", "both", "model wrong", "propensity wrong", "neither")}
    inside = []
    for seed in range(200):
        rng = np.random.default_rng([seed, 4])
        x, z = rng.uniform(-1, 1, (2, 1_500))
        chance = 0.5 + 0.3 * x  # of being treated
        arm = rng.random(1_500) < chance
        base, uplift_ = 0.5 + 0.4 * z + 0.05 * x, 0.2 * x
        got = rng.normal(base + arm * uplift_, 0.1)
        rule, right = x > 0, np.column_stack([base, base + uplift_])
        wrong = np.column_stack([0.3 + 0.0 * x, 0.3 - uplift_])
        robust = {"method": "doubly_robust"}
        found["plain"].append(policy_value(rule, arm, got, propensity=chance).value)
        one = policy_value(rule, arm, got, propensity=chance, expected=right, **robust)
        found["both"].append(one.value)
        inside.append(one.low < 0.55 < one.high)
        found["model wrong"].append(policy_value(rule, arm, got, propensity=chance, expected=wrong, **robust).value)
        found["propensity wrong"].append(policy_value(rule, arm, got, propensity=0.5, expected=right, **robust).value)
        found["neither"].append(policy_value(rule, arm, got, propensity=0.3, expected=wrong, **robust).value)
    error = {name: np.std(values) / np.sqrt(200) for name, values in found.items()}
    for name in ("both", "model wrong", "propensity wrong"):
        assert abs(np.mean(found[name]) - 0.55) < 3.5 * error[name], name
    assert abs(np.mean(found["neither"]) - 0.55) > 5 * error["neither"]
    assert np.std(found["both"]) < 0.92 * np.std(found["plain"])
    assert abs(np.mean(inside) - 0.95) < 3 * np.sqrt(0.05 * 0.95 / 200)


def test_doubly_robust_of_a_model_that_foresees_nothing_is_inverse_propensity():
    people, arm, got, _ = drawn(3, 500)
    rule, options = people["x"] > 0, {"propensity": 0.5, "value": 3.0}
    raw = policy_value(rule, arm, got, method="horvitz_thompson", **options)
    same = policy_value(rule, arm, got, method="doubly_robust", expected=np.zeros((500, 2)), **options)
    assert (same.value, same.low, same.high) == pytest.approx((raw.value, raw.low, raw.high), rel=1e-12)
    # A model that foresees all leaves nothing to chance but the customers.
    sure = np.where(arm, 1.0, 0.0)
    told = policy_value(rule, arm, sure, expected=np.tile([0.0, 1.0], (500, 1)), method="doubly_robust", cost=0.2)
    assert told.value == pytest.approx(0.8 * np.mean(rule), rel=1e-12)


def test_curve_ends_at_the_difference_of_means_and_its_area_is_the_qini():
    _, arm, got, true = drawn(1)
    score = np.round(true, 2)  # ties
    curve = uplift_curve(score, arm, got, value=10.0, cost=0.5)
    assert len(curve) == len(set(score))
    assert curve["incremental"].iloc[-1] == pytest.approx(got[arm].mean() - got[~arm].mean())
    np.testing.assert_allclose(curve["profit"], 10 * curve["incremental"] - 0.5 * curve["share"])
    above = (curve["incremental"] - curve["by_lot"]).to_numpy()
    assert np.trapezoid([0, *above], [0, *curve["share"]]) == pytest.approx(qini(score, arm, got).qini)


@pytest.mark.parametrize("kind", ["t", "x", "class_transformation"])
@pytest.mark.parametrize("base", ["logistic", "boosting"])
@pytest.mark.parametrize("money", [False, True])
def test_learners_find_the_known_uplift_out_of_fold(kind, base, money):
    people, arm, got, true = drawn(2, 6_000, 0.4, money)
    model = fit_uplift(people, arm, got, kind=kind, base=base, seed=3)
    assert model.converged and model.binary is not money
    # Noise in boosting on a small effect: well above what z, which drives the response, would reach (0).
    assert np.corrcoef(model.out_of_fold, true)[0, 1] > 0.6
    assert qini(model.out_of_fold, arm, got).low > 0
    # The mean uplift is 0 by construction; its standard error here is about 0.013.
    assert abs(model.uplift(people).mean() - true.mean()) < 0.04


def test_t_learner_of_cells_is_the_difference_of_cell_means():
    people, arm, got, _ = drawn(4, money=True)
    model = fit_uplift(people[["g"]], arm, got, seed=1)
    for cell in ("a", "b"):
        here = (people["g"] == cell).to_numpy()
        expected = got[here & arm].mean() - got[here & ~arm].mean()
        # The ridge of 0.001 in thousands of rows.
        assert model.uplift(pd.DataFrame({"g": [cell]})).iloc[0] == pytest.approx(expected, abs=1e-5)


def test_qini_of_the_bank_is_that_of_its_truth_and_uplift_is_the_best_ranking():
    """The world's own campaign, drawn again 60 times; the mean area against the one of the true curve."""
    truth = worlds.Bank.preset("home_equity", customers=4_000).draw(seed=2).truth.contacts
    rng, n, expected = np.random.default_rng(5), len(truth), {}
    names = ("uplift", "p_with", "p_without")
    for name in names:
        best_first = truth.sort_values(name, ascending=False)["uplift"].cumsum().to_numpy() / n
        expected[name] = np.trapezoid([0, *best_first], dx=1 / n) - best_first[-1] / 2
    assert expected["uplift"] > max(expected["p_with"], expected["p_without"])
    found = []
    for _ in range(60):
        arm = rng.random(n) < 0.5
        got = rng.random(n) < np.where(arm, truth["p_with"], truth["p_without"])
        found.append([qini(truth[name], arm, got).qini for name in names])
    # Three standard errors of a mean of 60, and 1e-6 for tied chances.
    error = 3 * np.std(found, axis=0) / np.sqrt(60) + 1e-6
    assert (abs(np.mean(found, axis=0) - [expected[name] for name in names]) < error).all()


@pytest.mark.parametrize(
    ("function", "arm", "options", "match"),
    [
        (qini, [1, 1, 1], {}, "one arm only: all 3 customers are treated.*Mend: add customers held back by lot"),
        (uplift_curve, [0, 0, 0], {}, "all 3 customers are held back"),
        (qini, [1, 0], {}, "treated has 2 rows and score 3"),
        (qini, [1, 0, 2], {}, "treated is 2 in row 2"),
        (qini, [1, 0, 1], {"propensity": 1.0}, "propensity must lie between 0 and 1"),
        (policy_value, [1, 0, 1], {"method": "doubly_robust"}, "needs expected"),
        (policy_value, [1, 0, 1], {"method": "doubly_robust", "expected": [1, 2, 3]}, r"expected has the shape \(3,\)"),
        (policy_value, [1, 0, 1], {"method": "doubly_robust", "expected": [["a", "b"]] * 3}, "no number"),
        (policy_value, [1, 0, 1], {"expected": [[0, 1]] * 3}, "does not use it"),
        (policy_value, [1, 0, 1], {"method": "x"}, "method='x' must be one of"),
        (policy_value, [0, 1, 1], {}, "decision contacts nobody as the trial did"),
        (qini, [1, 0, 1], {"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_is_named(function, arm, options, match):
    with pytest.raises(ValueError, match=match):
        function([1, 0, 0], arm, [1, 0, 1], **options)


@pytest.mark.parametrize(
    ("options", "match"), [({"kind": "s"}, "kind='s' must be"), ({"base": "x"}, "base='x'"), ({}, "only 2 customers")]
)
def test_bad_fits_are_named(options, match):
    people, arm = pd.DataFrame({"x": np.arange(12.0)}), np.arange(12) < 2
    with pytest.raises(ValueError, match=match):
        fit_uplift(people, arm, arm, seed=1, **options)


def test_x_learner_of_lines_without_noise_is_exact():
    people, arm, _, true = drawn(6, 1_000, 0.3)
    model = fit_uplift(people, arm, people["z"] + arm * (3 + true), kind="x", seed=1)
    # The ridge of 0.001 in hundreds of rows.
    np.testing.assert_allclose(model.uplift(people), 3 + true, atol=1e-3)


@pytest.mark.parametrize("kind", ["t", "x", "class_transformation"])
def test_unequal_arms_bring_no_uplift_out_of_nothing(kind):
    rng = np.random.default_rng(7)
    people, arm, got = pd.DataFrame({"x": rng.random(8_000)}), rng.random(8_000) < 0.2, rng.random(8_000) < 0.2
    # Transformed outcomes have a standard error of about 0.02 here; three of them.
    assert abs(fit_uplift(people, arm, got, kind=kind, seed=1).uplift(people).mean()) < 0.06
