"""Pictures and explorers of response scores keep the laws of all pictures, and say the figures of the frame."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy.special import expit, logit

from crmkit import worlds
from crmkit.explore import response as explore
from crmkit.plots import alt, explained, percent
from crmkit.plots import response as plots
from crmkit.targeting import response


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(1)
    n = 1_200
    people = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "income": rng.gamma(4.0, 1_000, n).round(-1),
            "plan": rng.choice(["basic", "family", "prepaid"], n, p=[0.5, 0.3, 0.2]),
            "prepaid": rng.random(n) < 0.4,
        },
        index=np.arange(n) + 1,
    )
    people.loc[people.index[::10], "income"] = np.nan
    odds = -2.0 - 0.04 * (people["age"] - 45) + 0.9 * people["prepaid"] + 0.8 * (people["plan"] == "prepaid")
    chance = expit(odds)
    return people, chance, pd.Series(rng.random(n) < chance, index=people.index)


@pytest.fixture(scope="module")
def model(world):
    people, _, outcome = world
    return response.fit(people, outcome, kind="logistic", seed=1)


@pytest.mark.parametrize("with_best", [True, False])
def test_profit_by_cut(world, with_best):
    _, chance, outcome = world
    table = response.profit_curve(chance, outcome, value=20.0, cost=4.0)
    best = response.best_cut(chance, outcome, value=20.0, cost=4.0, seed=1, resamples=50) if with_best else None
    said = keeps_the_laws(plots.profit_curve, table, best=best, unit="yuan")
    assert f"{table['profit'].max():,.0f} yuan" in said
    assert not with_best or f"{best.expected:,.0f}" in said
    chosen = keeps_the_laws(plots.profit_curve, table, at=0.25)
    assert "25 %" in chosen


def test_profit_by_cut_of_a_campaign_that_failed():
    table = response.profit_curve([3, 2, 1], [0, 0, 0], value=10, cost=1)
    best = response.best_cut([3, 2, 1], [0, 0, 0], value=10, cost=1, seed=1)
    assert "nobody" in keeps_the_laws(plots.profit_curve, table, best=best).lower()


def test_reliability_of_one_and_two_forecasts(world):
    _, chance, outcome = world
    table = response.reliability(chance, outcome)
    said = keeps_the_laws(plots.reliability, table)
    assert "observed" in said
    wrong = response.reliability(np.sqrt(chance), outcome, bins=5)
    assert "too high" in keeps_the_laws(plots.reliability, wrong, other=table)
    low = response.reliability(chance / 4, outcome, bins=5)
    assert "too low" in plots.reliability(low).get_title(loc="left")
    keeps_the_laws(plots.reliability, response.reliability(np.full(1_200, 0.2), np.zeros(1_200)))


def test_models_side_by_side(world):
    people, chance, outcome = world
    found = response.compare(
        people,
        outcome,
        value=20.0,
        cost=4.0,
        seed=1,
        kinds=("logistic", "tree"),
        folds=3,
        others={"true chance": chance},
    )
    said = keeps_the_laws(plots.model_profits, found.table, unit="yuan")
    for name, row in found.table.iterrows():
        assert f"{name}: {row['profit']:,.0f}" in said
    one = found.table.iloc[:1]
    assert "only" in keeps_the_laws(plots.model_profits, one).lower()


@pytest.mark.parametrize("resamples", [0, 20])
@pytest.mark.parametrize(
    ("feature", "values", "at"), [("age", range(18, 80), 29), ("plan", ["basic", "prepaid"], "basic")]
)
def test_one_customer_along_a_feature(world, feature, values, at, resamples):
    people, _, outcome = world
    model = response.fit(people, outcome, seed=1, resamples=resamples)
    curve = response.sweep(model, feature, list(values), prepaid=True)
    said = keeps_the_laws(plots.chance_profile, curve, at=at, base=model.base_rate, outcome="leaving")
    row = curve[curve[feature] == at].iloc[0]
    assert feature in said and f"{percent(row['chance'])}{' (' if resamples else ' leaving'}" in said
    assert not resamples or f"({percent(row['low'])} to {percent(row['high'])}) leaving" in said


def test_a_yes_or_no_feature_is_told_in_words(model):
    curve = response.sweep(model, "prepaid", [True, False])
    ax = plots.chance_profile(curve, at=True, base=model.base_rate)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["yes", "no"]


@pytest.mark.parametrize("rounds", [0, 2])
def test_reasons_of_one_customer(world, model, rounds):
    people = world[0]
    scale = "chance" if rounds else "log_odds"
    options = {"reference": people.iloc[:15], "rounds": rounds, "seed": 1, "scale": scale}
    found = response.reasons(model, people.loc[[11, 20]], **options)
    customer = (11, 20)[rounds > 0]
    said = keeps_the_laws(explained.score_reasons, found, customer=customer)
    first = found[(found["customer"] == customer) & (found["rank"] == 1)].iloc[0]
    assert said.startswith(f"Customer {customer}: {first['feature']}")
    with pytest.raises(ValueError, match="no reasons of customer 99"):
        explained.score_reasons(found, customer=99)


@pytest.mark.parametrize("money", [{}, {"value": 20.0, "cost": 4.0}])
def test_rules_of_a_tree(world, money):
    people, _, outcome = world
    found = response.tree_rules(people, outcome, seed=2, honest=False, **money)
    said = keeps_the_laws(explained.tree_rules, found.table, cutoff=found.cutoff, outcome="leave")
    assert all(rule in said for rule in found.table["rule"])
    single = response.tree_rules(people[["plan"]].assign(plan=1.0), outcome, seed=1, **money)
    assert "one rule" in keeps_the_laws(explained.tree_rules, single.table, cutoff=single.cutoff).lower()


def test_points_of_a_card(world):
    people, _, outcome = world
    card = response.scorecard(people, ~outcome)
    said = keeps_the_laws(explained.scorecard, card.table)
    assert "points" in said and "prepaid yes" in said


def test_explorer_of_the_cut(world):
    _, chance, outcome = world
    explorer = explore.cutoff(chance, outcome, value=20, cost=4, unit="yuan")
    explorer_keeps_the_laws(explorer)
    # Doubling both money doubles the profit and leaves the best cut; so the sentence must say.
    best = [response.profit_curve(chance, outcome, value=20 * k, cost=4 * k) for k in (1, 2)]
    share = [one.loc[one["profit"].idxmax(), "share"] for one in best]
    assert share[0] == share[1]
    for k, one in zip((1, 2), best, strict=True):
        explorer.controls["brings"].value, explorer.controls["costs"].value = 20 * k, 4 * k
        assert f"{one['profit'].max():+,.0f}" in explorer.said
    for part in (0.3, 0.55):
        explorer.controls["part"].value = part
        table = response.profit_curve(chance, outcome, value=40, cost=8)
        here = f"{np.interp(part, table['share'], table['profit']):+,.0f} yuan"
        ax, said = explorer.function(**explorer.values)
        assert here.removesuffix(" yuan") in said and here in ax.get_title(loc="left").replace("\n", " ")
        plt.close(ax.figure)


def test_explorer_of_distorted_chances(world):
    _, chance, outcome = world
    explorer = explore.distortion(chance, outcome)
    explorer_keeps_the_laws(explorer)
    assert f"{response.calibration(chance, outcome).brier:.4f}" in explorer.said
    explorer.controls["stretch"].value, explorer.controls["shift"].value = 2.0, 0.5
    spoilt = expit(2 * logit(chance) + 0.5)
    assert f"{response.calibration(spoilt, outcome).brier:.4f}" in explorer.said


@pytest.mark.parametrize("kind", ["logistic", "boosting"])
def test_explorer_of_one_customer(world, kind):
    """The case of the course: a man of 29 on a prepaid plan, scored live."""
    people, _, outcome = world
    model = response.fit(people, outcome, kind=kind, seed=1)
    sliders = {"age": (18, 79), "prepaid": (True, False), "plan": ("basic", "family", "prepaid")}
    explorer = explore.profile(
        model, sliders=sliders, known={"age": 29, "prepaid": True, "income": 3_000}, outcome="leaving"
    )
    assert explorer.values["age"] == 29 and explorer.values["prepaid"] == "yes"
    sure = explore.profile(response.fit(people, outcome, kind=kind, seed=1, resamples=20), sliders={"age": (18, 79)})
    assert " to " in sure.said and sure.said.split("% ")[1].startswith("(")
    if kind == "logistic":  # a tree may say the same on both sides
        explorer_keeps_the_laws(explorer)
    chance = model.profile(age=29, prepaid=True, plan=explorer.values["plan"], income=3_000)
    assert f"{100 * chance:.2f} % leaving" in explorer.said
    explorer.controls["age"].value = 60
    chance = model.profile(age=60, prepaid=True, plan=explorer.values["plan"], income=3_000)
    assert f"{100 * chance:.2f} % leaving" in explorer.said and "60" in explorer.said
    words = explore.profile(model, sliders={"plan": ("basic", "prepaid"), "age": (18, 79)})
    assert "basic" in words.said and len(alt(words.function(**words.values)[0])) > 30


def test_explorer_shows_what_was_reported_of_a_customer_beside_its_own_estimate():
    """The course's customer: male, 29, income 3,000, prepaid, 130 a month; .87 was reported. The world need not agree."""
    case = worlds.Telecom(customers=3_000).draw(seed=1)
    people = case.customers.set_index("customer_id")
    features = people[["sex", "age", "income", "prepaid"]].assign(
        bill=case.months.groupby("customer_id")["bill"].last()
    )
    features = features[~people["firm"]]
    left = people["left"].notna()[features.index]
    model = response.fit(features, left, kind="logistic", seed=1, resamples=40)
    known = {"sex": "male", "age": 29, "income": 3_000, "prepaid": True, "bill": 130}
    sliders = {"age": (18, 79), "bill": (0, 200), "prepaid": (True, False)}
    explorer = explore.profile(model, sliders=sliders, known=known, outcome="leaving", reported=0.87)
    own = response.sweep(model, "age", [29], **{name: value for name, value in known.items() if name != "age"}).iloc[0]
    assert f": {100 * own['chance']:.2f} % ({100 * own['low']:.1f} to {100 * own['high']:.1f}) leaving" in explorer.said
    judged = "inside" if own["low"] <= 0.87 <= own["high"] else "outside"
    assert explorer.said.endswith(f"Reported elsewhere: 87 %, {judged} the interval.")
    explorer_keeps_the_laws(explorer)
    # What was reported of one customer is not said of another.
    explorer.controls["age"].value = 60
    assert "87 %" not in explorer.said
    for reported in (own["chance"], min(own["high"] + 0.01, 1.0)):
        again = explore.profile(model, sliders=sliders, known=known, reported=reported)
        assert ("inside" in again.said) == (reported == own["chance"])


@pytest.mark.parametrize(
    ("reported", "age", "match"),
    [(87, 29, "reported=87"), (0.87, 90, r"of a customer with age 90, whom the slider \(18, 79\)")],
)
def test_a_report_that_cannot_be_shown_is_refused(world, reported, age, match):
    people, _, outcome = world
    model = response.fit(people, outcome, kind="tree", seed=1)
    with pytest.raises(ValueError, match=match):
        explore.profile(model, sliders={"age": (18, 79)}, known={"age": age}, reported=reported)


@pytest.mark.parametrize(
    ("sliders", "match"),
    [
        ({}, "sliders has 0 features; expected one to three"),
        ({"height": (1, 2)}, r"the model does not know \['height'\]"),
        ({"age": (30, 30)}, "age"),
    ],
)
def test_bad_sliders_are_named(model, sliders, match):
    with pytest.raises(ValueError, match=match):
        explore.profile(model, sliders=sliders)
