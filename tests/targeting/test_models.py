"""Models of the response: known truths, other functions' figures, and at the door."""

import numpy as np
import pandas as pd
import pytest
from responders import drawn
from scipy.special import expit
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

from crmkit.targeting import response
from crmkit.targeting.response import kinds
from crmkit.targeting.response.logit import fit_logit

EVERY = [*response.KINDS]


@pytest.fixture(scope="module")
def world():
    return drawn(1)


@pytest.mark.parametrize("kind", EVERY)
def test_every_kind_ranks_by_the_true_chance(world, kind):
    people, _, outcome = world
    model = response.fit(people, outcome, kind=kind, seed=1)
    fresh, truth, _ = drawn(2)
    found = model.score(fresh)
    assert found.index.equals(fresh.index) and found.between(0, 1).all() and found.name == "chance"
    # 280 responses: the straight model nearly has the order, the others less; 0 would be no order.
    assert spearmanr(found, truth)[0] > {"logistic": 0.97, "tree": 0.7, "boosting": 0.85, "network": 0.9}[kind]
    assert model.base_rate == outcome.mean() and model.customers == 2_000
    assert model.features == tuple(people.columns)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_logistic_model_finds_the_chances(seed):
    """Mean distance to the truth: 7 coefficients from 8,000 customers make about sqrt(7 / 8,000 x 0.1) = 0.009."""
    people, truth, outcome = drawn(seed, 8_000)
    model = response.fit(people, outcome, kind="logistic", seed=1)
    assert np.sqrt(np.mean((model.score(people) - truth) ** 2)) < 3 * 0.009
    # Two customers apart in one feature only: the log-odds differ by its coefficient (its error is about 0.1).
    yes, no = (model.log_odds(model.described(owner=one)).iloc[0] for one in (True, False))
    assert yes - no == pytest.approx(0.8, abs=0.3)


def test_the_logistic_model_is_that_of_scikit_learn_on_columns_made_by_hand(world):
    people, _, outcome = world
    columns = people[["age", "bill", "shoe"]].to_numpy()
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    owner = people["owner"].to_numpy(dtype=float)
    made = np.column_stack([columns, (owner - owner.mean()) / owner.std(), pd.get_dummies(people["plan"])])
    other = LogisticRegression(max_iter=1_000).fit(made.astype(float), outcome)
    model = response.fit(people, outcome, kind="logistic", seed=1)
    np.testing.assert_allclose(model.score(people), other.predict_proba(made.astype(float))[:, 1], atol=1e-3)


@pytest.mark.parametrize("kind", EVERY)
def test_what_is_missing_constant_or_never_seen_is_borne(kind):
    people, _, outcome = drawn(3, 600)
    people = people.assign(still=7.0, firm=pd.array([True, False, None] * 200, dtype="boolean"))
    people["plan"] = people["plan"].astype("category")
    people.loc[people.index[:200], "bill"] = np.nan
    people.loc[people.index[300:350], "plan"] = None
    was = people.copy()
    model = response.fit(people, outcome, kind=kind, seed=1)
    pd.testing.assert_frame_equal(people, was)
    strange = model.described(age=None, plan="never seen", bill=np.nan, still=9, firm=None)
    assert 0 <= model.score(strange).iloc[0] <= 1
    assert model.score(people).notna().all()
    # The order of columns and others beside them are of no account.
    shuffled = people[list(people.columns)[::-1]].assign(note="x")
    pd.testing.assert_series_equal(model.score(shuffled), model.score(people))
    assert model.score(people.iloc[:0]).empty


def test_what_is_missing_can_tell():
    """Only those whose income is unknown respond: filling it in must not hide that."""
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"income": rng.normal(3_000, 500, 600)})
    unknown = rng.random(600) < 0.3
    people.loc[unknown, "income"] = np.nan
    for kind in EVERY:
        model = response.fit(people, unknown, kind=kind, seed=1)
        assert model.profile(income=np.nan) > 0.8 and model.profile(income=3_000) < 0.2


def test_one_customer_is_scored_as_in_a_frame(world):
    """The case of the course: a man of 29 on a prepaid plan; what is not said of him is typical."""
    people, _, outcome = world
    model = response.fit(people, outcome, kind="logistic", seed=1)
    typical = model.typical.iloc[0]
    assert typical["plan"] == "basic" and isinstance(typical["owner"], bool | np.bool_)
    assert not typical["owner"]
    assert typical["age"] in set(people["age"])
    row = pd.DataFrame(
        {"age": [29], "bill": [130.0], "plan": ["prepaid"], "owner": [typical["owner"]], "shoe": [typical["shoe"]]}
    )
    assert model.profile(age=29, bill=130, plan="prepaid") == pytest.approx(model.score(row).iloc[0])
    assert model.profile(age=29, bill=130, plan="prepaid") > 0.3 > model.profile()


def test_a_feature_is_moved_alone(world):
    people, _, outcome = world
    model = response.fit(people, outcome, kind="boosting", seed=1)
    found = response.sweep(model, "age", [20, 40, 70], plan="prepaid", bill=100.0, age=33)
    assert found["age"].tolist() == [20, 40, 70]
    for row in found.itertuples():
        assert row.chance == pytest.approx(model.profile(age=row.age, plan="prepaid", bill=100.0))
    assert found["chance"].is_monotonic_decreasing
    plans = response.sweep(model, "plan", ["basic", "prepaid"])
    assert plans["chance"].is_monotonic_increasing
    for arguments in (("height", [1]), ("age", [1], {"height": 2})):
        with pytest.raises(ValueError, match="the model does not know \\['height'\\]"):
            response.sweep(model, *arguments[:2], **(arguments[2] if len(arguments) > 2 else {}))


def test_the_interval_of_a_chance_is_that_of_the_information(world):
    """Of a logistic model, beside the delta method on another fit. 200 resamples know a spread to 5 %, and ends of a
    percentile interval to about twice that; the light ridge takes a little off: 25 %."""
    people, _, outcome = world
    columns = people[["age", "bill"]]
    model = response.fit(columns, outcome, seed=1, resamples=200)
    fit = fit_logit(columns.to_numpy(), outcome.to_numpy(dtype=float))
    for who in ([29.0, 130.0], [70.0, 20.0]):
        row = np.array([1.0, *who])
        odds, error = row @ fit.coefficients, np.sqrt(row @ fit.covariance @ row)
        frame = pd.DataFrame([who], columns=["age", "bill"], index=["x"])
        found = model.interval(frame).loc["x"]
        assert found["chance"] == pytest.approx(model.score(frame).loc["x"])
        width = np.log(found["high"] / (1 - found["high"])) - np.log(found["low"] / (1 - found["low"]))
        assert width == pytest.approx(2 * 1.96 * error, rel=0.25)
        assert found["chance"] == pytest.approx(expit(odds), abs=0.01)
        narrow = model.interval(frame, level=0.5).loc["x"]
        assert found["low"] < narrow["low"] < narrow["chance"] < narrow["high"] < found["high"]


@pytest.mark.parametrize("kind", EVERY)
def test_intervals_of_chances_hold_the_chance_and_are_told_of_along_a_feature(world, kind):
    people, _, outcome = (one.iloc[:400] for one in world)
    model = response.fit(people, outcome, kind=kind, seed=1, resamples=20)
    found = model.interval(people)
    assert found.index.equals(people.index) and (found["low"] <= found["chance"]).all()
    assert (found["chance"] <= found["high"]).all() and (found["low"] < found["high"]).mean() > 0.9
    assert found.min().min() >= 0 and found.max().max() <= 1
    pd.testing.assert_series_equal(found["chance"], model.score(people))
    along = response.sweep(model, "age", [20, 50])
    assert (along["low"] < along["high"]).all()
    for row in along.itertuples():
        here = model.interval(model.described(age=row.age)).iloc[0]
        assert (row.chance, row.low, row.high) == pytest.approx((here["chance"], here["low"], here["high"]))
    once = response.fit(people, outcome, kind=kind, seed=1)
    pd.testing.assert_series_equal(once.score(people), found["chance"])
    assert response.sweep(once, "age", [20, 50])[["low", "high"]].isna().all(axis=None)
    with pytest.raises(ValueError, match="Mend: fit"):
        once.interval(people)
    with pytest.raises(ValueError, match="resamples=3 must be a whole number, at least 20"):
        response.fit(people, outcome, kind=kind, seed=1, resamples=3)


@pytest.mark.parametrize("kind", EVERY)
def test_the_seed_decides(world, kind):
    people, _, outcome = (one.iloc[:500] for one in world)
    first = response.fit(people, outcome, kind=kind, seed=5).score(people)
    pd.testing.assert_series_equal(
        first, response.fit(people, outcome, kind=kind, seed=np.random.default_rng(5)).score(people)
    )


def test_a_search_that_ends_early_is_told(world, monkeypatch):
    people, _, outcome = world
    monkeypatch.setattr(kinds, "estimator", lambda kind, state: LogisticRegression(max_iter=1))
    model = response.fit(people, outcome, kind="logistic", seed=1)
    assert not model.converged and "ended at its last step" in model.reason
    found = response.compare(people, outcome, value=10, cost=2, seed=1, kinds=("logistic",), folds=2)
    assert not found.table.at["logistic", "converged"] and found.table.at["base rate", "converged"]


def bad(**columns):
    return pd.DataFrame({"age": [20.0, 30.0] * 10, **columns})


@pytest.mark.parametrize(
    ("features", "outcome", "options", "match"),
    [
        (bad(), [1, 0] * 9, {}, "outcome has 18 rows and features 20"),
        (bad(), [1] * 20, {}, "outcome is 1 for all 20 customers"),
        (bad(), [1, 1, 1] + [0] * 17, {}, "only 3 customers of one kind; expected at least 5"),
        (bad(), [1, 2] * 10, {}, "outcome is 2 in row 1"),
        (bad(), [1, np.nan] * 10, {}, "outcome is nan in row 1"),
        (bad(day=pd.Timestamp("2026-01-01")), [1, 0] * 10, {}, "holds days or times.*Mend"),
        (bad(name=[f"n{i}" for i in range(20)]), [1, 0] * 10, {}, "another word in each of the 20 rows"),
        (bad(income=np.nan), [1, 0] * 10, {}, "features\\['income'\\] is missing in all 20 rows"),
        (bad(income=[np.inf] + [1.0] * 19), [1, 0] * 10, {}, "features\\['income'\\] is inf in row 0"),
        (bad()[[]], [1, 0] * 10, {}, "features has 0 columns"),
        (bad().rename(columns={"age": 3}), [1, 0] * 10, {}, "expected names"),
        (bad(), [1, 0] * 10, {"kind": "forest"}, "kind='forest' must be one of"),
        (bad(), pd.Series([1, 0] * 10, index=range(1, 21)), {}, "another index than features"),
    ],
)
def test_bad_input_is_named(features, outcome, options, match):
    with pytest.raises(ValueError, match=match):
        response.fit(features, outcome, seed=1, **options)


def test_bad_frames_to_score_are_named(world):
    people, _, outcome = world
    model = response.fit(people, outcome, seed=1)
    with pytest.raises(ValueError, match="frame lacks \\['bill'\\]"):
        model.score(people.drop(columns="bill"))
    with pytest.raises(ValueError, match="frame\\['age'\\] holds 'young'; the model learned numbers"):
        model.score(people.assign(age="young"))
    with pytest.raises(ValueError, match="the model does not know \\['height'\\]"):
        model.profile(height=2)
    with pytest.raises(TypeError, match="features"):
        response.fit([[1], [0]], [1, 0], seed=1)
