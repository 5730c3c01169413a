"""Importance-performance: the bank's own attributes, other ways to the same figures, coverage, and at the door."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from crmkit import worlds
from crmkit.targeting.market import importance, quadrant_chances


@pytest.fixture(scope="module")
def asked():
    return worlds.Bank(customers=3_000).draw(seed=7)


def _answers(n, rng, noise=4.0):
    """Two attributes with weights 0.7 and 0.1 in the satisfaction as a whole."""
    speed, price = rng.normal(60, 10, n), rng.normal(75, 8, n)
    ratings = pd.DataFrame(
        {
            "survey_id": np.tile(np.arange(n), 2),
            "attribute": np.repeat(["speed", "price"], n),
            "importance": np.concatenate([rng.normal(90, 5, n), rng.normal(50, 15, n)]),
            "performance": np.concatenate([speed, price]),
        }
    )
    return ratings, pd.Series(0.7 * speed + 0.1 * price + rng.normal(0, noise, n), index=np.arange(n))


def test_the_attributes_of_the_bank_are_found(asked):
    found = importance(asked.ratings, asked.surveys.set_index("survey_id")["overall"])
    plan = {one.name: one for one in asked.truth.world.survey.attributes}
    for row in found.itertuples():
        true = plan[row.Index]
        # Whole points, and shares cut at 0 and 100: a quarter of a point. Four standard errors = 4 / 1.96 half-widths.
        assert abs(row.importance - true.importance) < 2.04 * (row.importance_high - row.importance) + 0.25
        assert abs(row.performance - true.performance) < 2.04 * (row.performance_high - row.performance) + 0.25
        assert abs(row.derived - true.weight) < 2.04 * (row.derived_high - row.derived) + 0.01
    assert found.at["security", "quadrant"] == "keep up the good work"
    assert found.at["technology", "quadrant"] == "possible overkill"
    assert found.at["service", "quadrant"] == found.at["operation", "quadrant"] == "concentrate here"
    assert found.at["service", "sure"]


def test_another_regression_and_the_mean_say_the_same():
    ratings, whole = _answers(80, np.random.default_rng(3))
    found = importance(ratings, whole)
    table = ratings.pivot(index="survey_id", columns="attribute", values="performance")[["speed", "price"]]
    np.testing.assert_allclose(found["derived"], LinearRegression().fit(table, whole).coef_, rtol=1e-9)
    np.testing.assert_allclose(found["performance"], table.mean())
    assert found.attrs["r2"] == pytest.approx(LinearRegression().fit(table, whole).score(table, whole))
    shuffled = importance(ratings.sample(frac=1, random_state=2), whole).loc[["speed", "price"]]
    pd.testing.assert_frame_equal(shuffled, found)


def test_intervals_cover_what_they_are_to_cover():
    """300 surveys of 60 answers each: a share of 600 ends has a standard error of 0.9 %; three of them and a little."""
    rng, inside = np.random.default_rng(4), []
    for _ in range(300):
        found = importance(*_answers(60, rng))
        inside += [
            [row.derived_low < weight < row.derived_high, row.performance_low < mean < row.performance_high]
            for row, weight, mean in zip(found.itertuples(), (0.7, 0.1), (60, 75), strict=True)
        ]
    assert (abs(np.mean(inside, axis=0) - 0.95) < 0.03).all()


def test_chances_of_the_quadrants_sum_to_one_and_agree_with_the_intervals(asked):
    found = importance(asked.ratings, asked.surveys.set_index("survey_id")["overall"])
    chance = quadrant_chances(asked.ratings, seed=1, draws=500)
    np.testing.assert_allclose(chance.sum(axis=1), 1)
    own = pd.Series({name: chance.at[name, found.at[name, "quadrant"]] for name in found.index})
    assert (own[found["sure"]] > 0.9).all()
    pd.testing.assert_frame_equal(chance, quadrant_chances(asked.ratings, seed=1, draws=500))


def test_an_attribute_on_the_cut_is_as_likely_on_either_side():
    """The chance of a mean above its own estimate is one half, by symmetry; 4 % = 2.8 errors of 2,000 draws and skew."""
    ratings, whole = _answers(200, np.random.default_rng(5))
    found = importance(ratings, whole)
    chance = quadrant_chances(ratings, seed=2, cuts=(10.0, float(found.at["speed", "performance"])))
    assert abs(chance.at["speed", "keep up the good work"] - 0.5) < 0.04
    low = quadrant_chances(ratings, seed=2, cuts=(10.0, float(found.at["speed", "performance_low"])))
    assert abs(low.at["speed", "concentrate here"] - 0.025) < 0.015


def test_cuts_move_the_quadrants():
    ratings, whole = _answers(50, np.random.default_rng(6))
    assert set(importance(ratings, whole, cuts=(0, 0))["quadrant"]) == {"keep up the good work"}
    assert set(importance(ratings, whole, cuts=(100, 100))["quadrant"]) == {"low priority"}
    assert set(importance(ratings, whole)["derived_quadrant"]) == {"concentrate here", "possible overkill"}


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        (lambda r, w: (r.drop(columns="importance"), w), {}, "importance"),
        (lambda r, w: (r.iloc[1:], w), {}, "missing for 1 of 30 surveys"),
        (lambda r, w: (pd.concat([r, r.iloc[:1]]), w), {}, "twice"),
        (lambda r, w: (r.assign(performance=np.nan), w), {}, "missing for 30"),
        (lambda r, w: (r.assign(performance=50.0), w), {}, "same in every survey"),
        (lambda r, w: (r, w.iloc[1:]), {}, "overall is missing for 1 of 30"),
        (lambda r, w: (r, w * 0 + 80), {}, "overall is 80 in every survey"),
        (lambda r, w: (r, pd.concat([w, w])), {}, "twice"),
        (lambda r, w: (r[r["survey_id"] < 3], w), {}, "3 surveys are too few for 2 attributes"),
        (lambda r, w: (r.iloc[:0], w), {}, "0 rows"),
        (lambda r, w: (r, w), {"cuts": (1,)}, "must be two numbers"),
        (lambda r, w: (r, w), {"cuts": (1, np.inf)}, "cuts \\(performance\\)=inf"),
        (lambda r, w: (r, w), {"level": 95}, "write 5 % as 0.05"),
    ],
)
def test_bad_input_is_named(change, options, match):
    with pytest.raises(ValueError, match=match):
        importance(*change(*_answers(30, np.random.default_rng(1))), **options)


def test_wrong_kinds_are_named():
    ratings, whole = _answers(30, np.random.default_rng(1))
    with pytest.raises(TypeError, match="expected a Series on survey"):
        importance(ratings, list(whole))
    with pytest.raises(TypeError, match="expected points"):
        importance(ratings.assign(performance="good"), whole)
    with pytest.raises(ValueError, match="draws=0"):
        quadrant_chances(ratings, seed=1, draws=0)
