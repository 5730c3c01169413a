"""Scorecards: points add up, known truths, beside the tree, and at the door."""

import numpy as np
import pandas as pd
import pytest
from responders import applicants
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss

from crmkit import worlds
from crmkit.targeting import response


def test_points_add_up_to_the_log_odds():
    people, good = applicants(2)
    card = response.scorecard(people, good, base_points=600, base_odds=20, pdo=20)
    fresh = applicants(3)[0]
    points = card.points(fresh)
    np.testing.assert_allclose(points["total"], points[list(people)].sum(axis=1))
    odds = card.score(fresh) / (1 - card.score(fresh))
    np.testing.assert_allclose(points["total"], 600 + 20 * np.log2(odds / 20))
    np.testing.assert_allclose(np.log(odds), card.log_odds(fresh))
    # The same points stand on the card.
    shown = card.table[card.table["feature"] == "savings"].set_index("bin")["points"]
    np.testing.assert_allclose(points["savings"], fresh["savings"].map(shown).astype(float))
    # The scale is only a scale.
    other = response.scorecard(people, good, base_points=0, base_odds=1, pdo=1)
    np.testing.assert_allclose(other.score(fresh), card.score(fresh))
    assert card.converged and card.additive and card.features == tuple(people.columns)


def test_one_feature_gives_back_the_rates_of_its_bins():
    """A logistic curve over the evidence of one feature can meet both bins exactly."""
    people, good = applicants(4)
    card = response.scorecard(people[["savings"]], good)
    score = card.score(people)
    for word in ("yes", "no"):
        same = people["savings"] == word
        assert score[same].iloc[0] == pytest.approx(good[same].mean(), abs=1e-5)
    assert score.sum() == pytest.approx(good.sum(), rel=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_evidence_of_independent_answers_counts_in_full(seed):
    """Coefficients are 1 in truth: within three of their own standard errors (bins are chosen on the same customers)."""
    people, good = applicants(seed, 8_000)
    card = response.scorecard(people[["income", "savings"]], good, bins=8)
    half = (card.coefficients["high"] - card.coefficients["coefficient"]) / 1.96
    assert (abs(card.coefficients["coefficient"] - 1) < 3 * half).all()
    # The true log-odds are known: log(0.8/0.2) + income and savings, each by its law.
    fresh, _ = applicants(seed + 50, 4_000)
    true = np.log(4) + (7 * fresh["income"] - (52**2 - 45**2) / 2) / 100
    true = true + np.where(fresh["savings"] == "yes", np.log(2), np.log(0.4 / 0.7))
    assert np.sqrt(np.mean((card.log_odds(fresh) - true) ** 2)) < 0.3  # 8 steps of a straight line: about 0.2


def test_what_no_bin_knows_carries_no_evidence():
    people, good = applicants(5)
    card = response.scorecard(people, good)
    odd = people.iloc[:2].assign(savings=["perhaps", None], income=[np.nan, 50.0])
    points = card.points(odd)
    neutral = (card.offset + card.factor * card.intercept) / 3
    assert points["savings"].tolist() == pytest.approx([neutral] * 2)
    assert points["income"].iloc[0] == pytest.approx(neutral)
    still = response.scorecard(people[["income"]].assign(firm=1.0), good)
    assert still.coefficients.at["firm", "coefficient"] == 0 and still.converged
    nothing = response.scorecard(pd.DataFrame({"firm": np.ones(100)}), [1, 0, 0, 0] * 25)
    assert nothing.score(pd.DataFrame({"firm": [1.0]})).iloc[0] == pytest.approx(0.25)


def test_evidence_that_counts_the_other_way_is_marked():
    rng = np.random.default_rng(6)
    n = 4_000
    base = rng.normal(size=n)
    noisy = base + 0.4 * rng.normal(size=n)
    outcome = rng.random(n) < expit(2.0 * base - 1.2 * noisy)
    card = response.scorecard(pd.DataFrame({"base": base, "noisy": noisy}), outcome)
    assert card.coefficients["turned"].to_dict() == {"base": False, "noisy": True}
    split = pd.DataFrame({"told": ["a", "b"] * 50})
    separate = response.scorecard(split, [1, 0] * 50, smoothing=1e-9)
    assert not separate.converged and separate.reason


def test_the_card_of_the_bank_stands_beside_the_tree():
    """Three questions decide: the tree can ask them one after the other, the card only adds them, so its chances are worse."""
    case = worlds.Bank.preset("credit_tree").draw(seed=7)
    asked = case.applications
    features = asked[["income", "savings_account", "home_owner", "age"]]
    learn = np.arange(len(asked)) % 2 == 0
    card = response.scorecard(features[learn], asked["approved"][learn])
    tree = response.fit(features[learn], asked["approved"][learn], kind="tree", seed=1)
    judged = [brier_score_loss(asked["approved"][~learn], one.score(features[~learn])) for one in (card, tree)]
    # 3 % of the decisions are by accident: what remains to the best is 0.97 x 0.03.
    assert 0.25 > judged[0] > judged[1] and judged[1] == pytest.approx(0.97 * 0.03, abs=0.01)
    assert response.information_value(features, asked["approved"]).index[-1] == "age"
    assert logit(card.score(features)).round(6).nunique() <= np.prod([len(one.table) for one in card.bins])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"base_odds": 0}, "base_odds=0 must be a finite number above 0"),
        ({"pdo": -1}, "pdo=-1 must be a finite number above 0"),
        ({"base_points": np.nan}, "base_points=nan must be a finite number"),
        ({"bins": 1}, "bins=1 must be a whole number, at least 2"),
        ({"smoothing": 0}, "smoothing=0 must be above 0 customers"),
        ({"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_input_is_named(options, match):
    people, good = applicants(1, 100)
    with pytest.raises(ValueError, match=match):
        response.scorecard(people, good, **options)


def test_bad_frames_are_named():
    card = response.scorecard(*applicants(1, 200))
    with pytest.raises(ValueError, match="frame lacks \\['income'\\]"):
        card.score(pd.DataFrame({"savings": ["yes"], "branch": ["north"]}))
