"""Reasons of a score: the laws of Shapley, all orders by hand, closed forms, and at the door."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from crmkit.targeting import response


@dataclass
class Rule:
    """A score by a known function of columns a, b and c."""

    function: object
    features: tuple = ("a", "b", "c")
    additive: bool = False

    def log_odds(self, frame):
        return pd.Series(self.function(*(frame[name] for name in self.features)), index=frame.index, dtype=float)

    def score(self, frame):
        return expit(self.log_odds(frame))


def wide(found, customers):
    """Contributions as customers x features."""
    return found.pivot(index="customer", columns="feature", values="contribution").loc[customers.index]


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(1)
    n = 600
    people = pd.DataFrame(
        {
            "age": rng.uniform(18, 80, n),
            "plan": rng.choice(["basic", "family", "prepaid"], n),
            "owner": rng.random(n) < 0.4,
            "bill": rng.gamma(2.0, 40.0, n),
        },
        index=[f"c{at}" for at in range(n)],
    )
    people.loc[people.index[::9], "bill"] = np.nan
    odds = -1.0 - 0.03 * (people["age"] - 45) * np.where(people["owner"], 2, 0.5) + 1.0 * (people["plan"] == "prepaid")
    return people, rng.random(n) < expit(odds)


@pytest.mark.parametrize("rounds", [0, 2])
@pytest.mark.parametrize("scale", ["log_odds", "chance"])
@pytest.mark.parametrize("kind", [*response.KINDS, "scorecard"])
def test_base_and_contributions_are_the_score(world, kind, scale, rounds):
    people, outcome = world
    card = kind == "scorecard"
    model = response.scorecard(people, outcome) if card else response.fit(people, outcome, kind=kind, seed=1)
    who, reference = people.iloc[[0, 5, 9]], people.iloc[100:112]
    found = response.reasons(model, who, reference=reference, scale=scale, rounds=rounds, seed=1)
    f = model.log_odds if scale == "log_odds" else model.score
    assert found.attrs["base"] == pytest.approx(f(reference).mean()) and found.attrs["scale"] == scale
    total = found.groupby("customer", sort=False)["contribution"].sum() + found.attrs["base"]
    np.testing.assert_allclose(total, f(who), atol=1e-9)
    for name, rows in found.groupby("customer"):
        assert rows["rank"].tolist() == [1, 2, 3, 4]
        assert rows["contribution"].abs().is_monotonic_decreasing
        assert all(
            (row.value == who.at[name, row.feature]) or pd.isna(row.value) == pd.isna(who.at[name, row.feature])
            for row in rows.itertuples()
        )
    assert ((found["low"] <= found["contribution"]) & (found["contribution"] <= found["high"])).all()
    assert bool((found["high"] > found["low"]).any()) == bool(rounds and not (model.additive and scale == "log_odds"))


def test_all_orders_by_hand():
    """Every one of the six orders walked step by step for each customer of the reference."""

    def f(a, b, c):
        return np.sin(3 * a) + a * b - 2 * b * c**2 + (a > c)

    rng = np.random.default_rng(2)
    who, reference = (pd.DataFrame(rng.normal(size=(rows, 3)), columns=list("abc")) for rows in (4, 5))
    expected = np.zeros((4, 3))
    for customer in range(4):
        for other in range(5):
            for order in permutations(range(3)):
                now = reference.iloc[other].to_numpy().copy()
                for which in order:
                    before = f(*now)
                    now[which] = who.iloc[customer, which]
                    expected[customer, which] += (f(*now) - before) / 30
    found = response.reasons(Rule(f), who, reference=reference)
    np.testing.assert_allclose(wide(found, who), expected, atol=1e-12)
    # Against all pairs of orders that were drawn: within five of their own standard errors, of 12 figures.
    drawn = response.reasons(Rule(f), who, reference=reference, rounds=40, seed=3)
    half = (drawn["high"] - drawn["contribution"]) / 1.96
    exact = found.set_index(["customer", "feature"])["contribution"]
    apart = drawn.set_index(["customer", "feature"])["contribution"] - exact
    error = half.set_axis(pd.MultiIndex.from_frame(drawn[["customer", "feature"]]))
    assert (apart.abs() < 5 * error + 1e-12).all() and (error > 0).any()


@pytest.mark.parametrize("rounds", [3, 8])
def test_the_interval_of_drawn_orders_covers_the_exact_answer(rounds):
    """Six features with products of two and three. Figures of one seed share their orders, so the tolerance is wide; of
    three features only, where nobody needs to draw, the few orders there are make the interval a little narrow."""
    names = tuple("abcdef")

    def f(a, b, c, d, e, f):
        return a * b * c + np.maximum(a, b) + np.sin(d * e) + f * (a > 0)

    rng = np.random.default_rng(4)
    who, reference = (pd.DataFrame(rng.normal(size=(rows, 6)), columns=list(names)) for rows in (15, 20))
    exact = wide(response.reasons(Rule(f, names), who, reference=reference), who).stack()
    inside = []
    for seed in range(10):
        drawn = response.reasons(Rule(f, names), who, reference=reference, rounds=rounds, seed=seed)
        drawn = drawn.set_index(["customer", "feature"]).reindex(exact.index)
        inside.append(((drawn["low"] <= exact + 1e-12) & (exact - 1e-12 <= drawn["high"])).mean())
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)


def test_an_order_and_its_reverse_are_exact_for_pairs():
    """Where features work together two by two only, one order there and back has each pair once in either way."""
    rng = np.random.default_rng(5)
    who, reference = (pd.DataFrame(rng.normal(size=(rows, 3)), columns=list("abc")) for rows in (4, 5))
    rule = Rule(lambda a, b, c: np.exp(a) * b + b * c - 3 * a * c + c)
    drawn = response.reasons(rule, who, reference=reference, rounds=1, seed=1)
    exact = response.reasons(rule, who, reference=reference)
    np.testing.assert_allclose(wide(drawn, who), wide(exact, who), atol=1e-9)


def test_what_says_nothing_adds_nothing_and_twins_share_alike():
    rng = np.random.default_rng(3)
    who, reference = (pd.DataFrame(rng.normal(size=(rows, 3)), columns=list("abc")) for rows in (5, 6))
    who["b"], reference["b"] = who["a"], reference["a"]
    found = wide(response.reasons(Rule(lambda a, b, c: np.exp(a + b) + a * b), who, reference=reference), who)
    np.testing.assert_allclose(found["c"], 0, atol=1e-12)
    np.testing.assert_allclose(found["a"], found["b"])


def test_a_product_is_shared_by_half():
    who, reference = pd.DataFrame({"a": [3.0], "b": [4.0]}), pd.DataFrame({"a": [0.0], "b": [0.0]})
    found = response.reasons(Rule(lambda a, b: a * b, ("a", "b")), who, reference=reference)
    assert found["contribution"].tolist() == [6, 6] and found.attrs["base"] == 0


def test_of_a_sum_each_feature_is_compared_with_its_mean(world):
    """Logistic: coefficient x (own - mean), from the coefficients inside; and the short way is the long way."""
    people, outcome = world
    people = people.drop(columns="bill")
    model = response.fit(people, outcome, kind="logistic", seed=1)
    who, reference = people.iloc[:4], people.iloc[50:70]
    found = wide(response.reasons(model, who, reference=reference), who)
    columns = model.pipeline["columns"]
    names = columns.get_feature_names_out()
    coded, other = (columns.transform(frame.astype({"owner": float})) for frame in (who, reference))
    parts = (coded - other.mean(axis=0)) * model.pipeline["model"].coef_[0]
    for feature in people:
        mine = [name == feature or name.startswith(f"{feature}_") for name in names]
        np.testing.assert_allclose(found[feature], parts[:, mine].sum(axis=1), atol=1e-6)
    slow = Rule(None, features=model.features)
    slow.log_odds = model.log_odds
    np.testing.assert_allclose(wide(response.reasons(slow, who, reference=reference), who), found, atol=1e-9)


def test_rows_of_other_kinds_can_be_mixed(world):
    """Categories of other words, whole numbers beside broken ones, what is missing in all: as plain columns do."""
    people, outcome = world
    model = response.fit(people, outcome, kind="boosting", seed=1)
    who = people.iloc[:3].assign(age=[20.0, 30.0, 40.0], bill=np.nan)
    plain = response.reasons(model, who, reference=people.iloc[50:60])
    odd = who.assign(age=[20, 30, 40], plan=who["plan"].astype("category"), bill=None)
    odd["owner"] = odd["owner"].astype("boolean")
    again = response.reasons(model, odd, reference=people.iloc[50:60].astype({"plan": "category"}))
    np.testing.assert_allclose(again["contribution"], plain["contribution"])
    assert again["feature"].tolist() == plain["feature"].tolist()
    # A tariff told by a number that is a name: as category in one frame, as number in the other.
    coded = people[["age"]].assign(
        tariff=people["plan"].map({"basic": 1, "family": 2, "prepaid": 3}).astype("category")
    )
    model = response.fit(coded, outcome, kind="tree", seed=1)
    one, two = (
        response.reasons(model, coded.iloc[:3].astype({"tariff": kind}), reference=coded.iloc[50:60], scale="chance")
        for kind in ("category", "int64")
    )
    np.testing.assert_allclose(one["contribution"], two["contribution"])


def test_only_the_strongest_are_told_and_the_seed_decides(world):
    people, outcome = world
    model = response.fit(people, outcome, kind="tree", seed=1)
    options = {"reference": people.iloc[50:60], "scale": "chance", "rounds": 2}
    everything = response.reasons(model, people.iloc[:5], seed=1, **options)
    first = response.reasons(model, people.iloc[:5], seed=np.random.default_rng(1), top=2, **options)
    pd.testing.assert_frame_equal(first, everything[everything["rank"] <= 2].reset_index(drop=True))
    one = response.reasons(model, people.iloc[:1], reference=people.iloc[50:51], rounds=1, seed=1)
    assert np.isinf(one["high"]).all()  # one pair of orders tells nothing of its error


TEN = tuple(f"x{at}" for at in range(11))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"scale": "odds"}, "scale='odds' must be one of"),
        ({"rounds": 2}, "rounds needs a seed"),
        ({"rounds": -1}, "rounds=-1 must be a whole number"),
        ({"top": 0}, "top=0 must be a whole number, at least 1"),
        ({"level": 95}, "write 95 % as 0.95"),
        ({"reference": pd.DataFrame({"a": [1.0]})}, "reference lacks"),
        ({"reference": pd.DataFrame({"a": [], "b": [], "c": []})}, "reference has 0 rows"),
        ({"reference": pd.DataFrame(0.0, range(400_000), list("abc"))}, "rows would have to be scored"),
    ],
)
def test_bad_input_is_named(options, match):
    who = pd.DataFrame({"a": [1.0], "b": [2.0], "c": [3.0]})
    with pytest.raises(ValueError, match=match):
        response.reasons(Rule(lambda a, b, c: a + b), who, **{"reference": who} | options)


def test_too_many_features_for_all_groups_are_named():
    who = pd.DataFrame([range(11)], columns=list(TEN), dtype=float)
    with pytest.raises(ValueError, match=r"the model has 11 features; exact reasons need at most 10.*rounds=2"):
        response.reasons(Rule(lambda *x: x[0], TEN), who, reference=who)
    with pytest.raises(TypeError, match="customers"):
        response.reasons(Rule(lambda *x: x[0], TEN), [1], reference=who)
