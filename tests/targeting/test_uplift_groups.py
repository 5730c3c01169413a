"""The uplift tree, the four kinds, rankings against the truth, and their pictures and explorers."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots, worlds
from crmkit.targeting import uplift


def drawn(seed, n=6_000, effect=0.2, share=0.5):
    """Uplift of `effect` for the young in the north and of nothing for all others; the old respond more anyhow."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"age": rng.integers(20, 80, n).astype(float), "place": rng.choice(["north", "south"], n)})
    people["noise"] = rng.normal(size=n)
    true = effect * ((people["age"] < 50) & (people["place"] == "north"))
    arm = rng.random(n) < share
    got = rng.random(n) < 0.1 + 0.3 * (people["age"] > 60) + arm * true
    return people, arm, got.astype(float), true


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_the_tree_finds_who_is_moved_and_its_intervals_hold(share):
    """The group that is moved is found; over 60 draws intervals of leaves cover their true mean uplift."""
    covered, best = [], []
    for seed in range(60):
        people, arm, got, true = drawn(seed, share=share)
        tree = uplift.uplift_tree(people, arm, got, seed=seed)
        place = tree.place(people)
        means = true.groupby(place).mean()
        assert (place >= 0).all() and set(place) <= set(tree.rules.index)
        covered += [row.low <= means[row.Index] <= row.high for row in tree.rules.dropna().itertuples()]
        top = tree.rules.iloc[0]
        best.append("place" in top["rule"] and "age up to" in top["rule"])
    # Leaves are measured on customers who did not find them: 95 %, with some 200 leaves and three standard errors.
    assert abs(np.mean(covered) - 0.95) < 0.05
    assert np.mean(best) > (0.9 if share == 0.5 else 0.6)  # less is found where few are contacted


def test_where_nobody_is_moved_the_leaves_say_so():
    """Without uplift a tree may split by luck, but the other half does not confirm it: lows above 0 in 2.5 %."""
    rows = [uplift.uplift_tree(*drawn(seed, 3_000, effect=0.0)[:3], seed=seed).rules for seed in range(60)]
    every = pd.concat(rows).dropna()
    assert ((every["low"] > 0) | (every["high"] < 0)).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(every))


def test_a_tree_of_one_leaf_is_the_difference_of_means():
    people, arm, got, _ = drawn(1)
    tree = uplift.uplift_tree(people[["noise"]], arm, got, seed=3, least=10_000)
    half = np.ones(len(people), bool)
    half[np.random.default_rng(3).permutation(len(people))[: len(people) // 2]] = False
    assert tree.rules["rule"].tolist() == ["everyone"]
    expected = got[half & arm].mean() - got[half & ~arm].mean()
    # The share contacted is that of all, so the half's own differs by a hair.
    assert tree.rules["uplift"].iloc[0] == pytest.approx(expected, abs=1e-12)
    assert (tree.uplift(people) == tree.rules["uplift"].iloc[0]).all()


def test_missing_values_and_words_are_placed():
    people, arm, got, _ = drawn(2)
    people.loc[::7, "age"] = np.nan
    people["place"] = people["place"].astype("category")
    people["member"] = people["noise"] > 0
    tree = uplift.uplift_tree(people, arm, got, seed=1)
    assert (tree.place(people) >= 0).all() and tree.rules["customers"].sum() == len(people) - len(people) // 2
    pd.testing.assert_frame_equal(tree.rules, uplift.uplift_tree(people, arm, got, seed=1).rules)


def test_the_four_kinds_are_what_they_are_called():
    with_, without = np.array([0.5, 0.9, 0.1, 0.2, 0.41]), np.array([0.2, 0.9, 0.1, 0.4, 0.4])
    assert uplift.quadrants(with_, without).tolist() == [
        "persuadable", "sure thing", "lost cause", "do not disturb", "sure thing",
    ]  # fmt: skip
    named = uplift.quadrants(pd.Series(with_, index=list("abcde")), without)
    assert list(named.index) == list("abcde")


def test_rankings_are_sums_of_true_uplift():
    rng = np.random.default_rng(1)
    without, with_ = rng.random(400), rng.random(400)
    told = uplift.rankings({"response": with_}, with_, without, value=10, cost=2)
    order = np.argsort(-with_)
    for share in (0.0, 0.25, 1.0):
        row = told[(told["score"] == "response") & (told["share"] == share)].iloc[0]
        top = order[: int(share * 400)]
        assert row["incremental"] == pytest.approx((with_ - without)[top].sum() / 400)
        assert row["gain"] == pytest.approx((10 * (with_ - without)[top].sum() - 2 * len(top)) / 400)
    wide = told.pivot(index="share", columns="score", values="incremental")
    assert (wide["truth"] >= wide["response"] - 1e-12).all()


def test_response_is_not_uplift_in_the_mailing_of_a_shop():
    """Who buys most anyhow is not who buys more by the catalogue: in the world's truth the two rankings part."""
    truth = worlds.Retail(customers=2_000).draw(seed=3).truth.customers
    base, lift = truth["purchases_per_year"], truth["uplift"]
    most = base.rank(pct=True) > 0.7
    assert lift[most].mean() < lift.nlargest(int(most.sum())).mean() / 2
    assert base.corr(lift, method="spearman") < 0.3


def test_learners_rank_a_banks_customers_by_more_than_lot():
    """On redraws of the world the Qini of an out-of-fold T-learner, judged by the true uplift, is above 0."""
    case = worlds.Bank.preset("home_equity").draw(seed=7)
    people = case.contacts.merge(case.customers, on="customer_id").merge(
        case.truth.contacts[["customer_id", "uplift"]], on="customer_id"
    )
    features = people[["age", "income", "tenure_years"]]
    model = uplift.fit_uplift(features, people["treated"], people["responded"], base="boosting", seed=1)
    true = people["uplift"]
    top = model.out_of_fold.rank(pct=True).to_numpy() > 0.7
    assert true[top].mean() > true.mean()


# --- pictures and explorers -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results():
    people, arm, got, true = drawn(5)
    with_, without = np.clip(0.2 + true, 0, 1), np.full(len(true), 0.2) + 0.2 * (people["age"] > 60)
    chances = pd.DataFrame({"with": np.maximum(with_, without), "without": without})
    return {
        "curve": uplift.uplift_curve(true + people["noise"].round(1), arm, got, value=30.0, cost=1.0),
        "rankings": uplift.rankings(
            {"response": chances["with"]}, chances["with"], chances["without"], value=10, cost=1
        ),
        "chances": chances,
        "kinds": uplift.quadrants(chances["with"], chances["without"]),
        "rules": uplift.uplift_tree(people, arm, got, seed=1).rules,
    }


def test_pictures_keep_the_laws(results):
    keeps_the_laws(plots.uplift_curve, results["curve"])
    keeps_the_laws(plots.uplift_curve, results["curve"], money="yuan")
    keeps_the_laws(plots.rankings, results["rankings"], at=0.4)
    said = keeps_the_laws(plots.uplift_quadrants, results["chances"], kind=results["kinds"])
    assert f"{100 * (results['kinds'] == 'persuadable').mean():.0f} %" in said
    keeps_the_laws(plots.uplift_rules, results["rules"])


def test_explorers_keep_the_laws(results):
    chances = results["chances"]
    scores = {"response": chances["with"], "anyway": chances["without"]}
    explorer_keeps_the_laws(explore.response_or_uplift(scores, chances["with"], chances["without"]))
    explorer_keeps_the_laws(explore.how_sure())


PEOPLE, ARM, GOT, _ = drawn(6, 400)
BAD = {
    "one arm": (lambda: uplift.uplift_tree(PEOPLE, np.ones(400), GOT, seed=1), "one arm only"),
    "no frame": (lambda: uplift.uplift_tree([1, 2], [0, 1], [0, 1], seed=1), "pandas frame"),
    "depth": (lambda: uplift.uplift_tree(PEOPLE, ARM, GOT, seed=1, depth=0), "depth=0"),
    "least": (lambda: uplift.uplift_tree(PEOPLE, ARM, GOT, seed=1, least=0), "least=0"),
    "length": (lambda: uplift.uplift_tree(PEOPLE.head(9), ARM, GOT, seed=1), "400 rows"),
    "feature": (lambda: uplift.uplift_tree(*drawn(7)[:3], seed=1).place(PEOPLE[["noise"]]), "frame lacks the feature"),
    "chances": (lambda: uplift.quadrants([1.2], [0.1]), "chance_with holds 1.2"),
    "lengths": (lambda: uplift.quadrants([0.2], [0.1, 0.2]), "chance_without"),
    "name": (lambda: uplift.rankings({"truth": [1.0]}, [0.2], [0.1]), "'truth'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()
