"""Models side by side: money and measures by hand, the truth unbeaten, intervals, and at the door."""

import numpy as np
import pandas as pd
import pytest
from responders import drawn
from scipy.special import expit
from scipy.stats import spearmanr
from sklearn.metrics import log_loss as sk_log_loss
from sklearn.metrics import roc_auc_score

from crmkit import worlds
from crmkit.targeting import response
from crmkit.targeting.response import measures

EVERY = [*response.KINDS]


@pytest.fixture(scope="module")
def world():
    return drawn(1)


def test_measures_are_those_of_scikit_learn(world):
    _, chance, outcome = world
    chance, happened = chance.to_numpy().round(2), outcome.to_numpy().astype(float)
    assert measures.auc(chance, happened).value == pytest.approx(roc_auc_score(happened, chance))
    assert measures.log_loss(chance, happened).value == pytest.approx(sk_log_loss(happened, chance), rel=1e-4)
    # Turned round, the question is the same, and so is its error; here the ones are few and the others many.
    turned = measures.auc(-chance, 1 - happened)
    assert turned.value == pytest.approx(measures.auc(chance, happened).value)
    everyone = np.arange(len(chance))
    assert turned.half(1.0, everyone) == pytest.approx(measures.auc(chance, happened).half(1.0, everyone))
    assert measures.brier(chance, happened).value == pytest.approx(np.mean((chance - happened) ** 2))


def test_errors_of_measures_and_of_their_differences_are_those_of_the_bootstrap(world):
    """400 resamples know a standard error to 3.5 %; 12 % is more than three times that."""
    _, chance, outcome = world
    rng = np.random.default_rng(1)
    one, happened = chance.to_numpy(), outcome.to_numpy().astype(float)
    two = expit(np.log(one / (1 - one)) + rng.normal(0, 0.5, len(one)))
    everyone = np.arange(len(one))
    for measure in (measures.auc, measures.log_loss, measures.brier):
        first, second = measure(one, happened), measure(two, happened)
        again = []
        for _ in range(400):
            at = rng.integers(len(one), size=len(one))
            again.append([measure(each[at], happened[at]).value for each in (one, two)])
        again = np.array(again)
        assert first.half(1.0, everyone) == pytest.approx(again[:, 0].std(), rel=0.12)
        apart = first.half(1.0, everyone, second.each)
        assert apart == pytest.approx((again[:, 0] - again[:, 1]).std(), rel=0.12)


@pytest.fixture(scope="module")
def compared(world):
    people, chance, outcome = world
    return response.compare(
        people, outcome, value=30.0, cost=5.0, seed=1, kinds=(*EVERY, "scorecard"), folds=3, others={"truth": chance}
    )


def test_profits_are_those_of_the_decisions(world, compared):
    _, _, outcome = world
    table, scores = compared.table, compared.scores
    assert set(table.index) == {*EVERY, "scorecard", "truth", "base rate"}
    assert table["profit"].is_monotonic_decreasing and table["behind"].iloc[0] == 0
    best = scores[table.index[0]] * 30 > 5
    for name, row in table.iterrows():
        chosen = scores[name] * 30 > 5
        money = np.where(chosen, 30 * outcome - 5, 0.0)
        assert row["contacted"] == pytest.approx(chosen.mean())
        assert row["profit"] == pytest.approx(money.sum())
        apart = np.where(best, 30 * outcome - 5, 0.0) - money
        assert row["behind"] == pytest.approx(apart.sum())
        assert row["behind_high"] - row["behind"] == pytest.approx(1.96 * apart.std() * np.sqrt(2_000), rel=0.002)
        assert row["high"] - row["profit"] == pytest.approx(1.96 * money.std() * np.sqrt(2_000), rel=0.002)
    assert table.at["base rate", "contacted"] in (0, 1)


def test_the_true_chance_is_not_beaten_but_by_luck(compared):
    """Nobody is ahead of the truth by more than three standard errors, in money or in any measure."""
    table = compared.table
    ahead = table.at["truth", "behind"] - table["behind"]
    assert (ahead < 3 / 1.96 * (table.at["truth", "behind_high"] - table.at["truth", "behind"]) + 1e-9).all()
    for _, rows in compared.measures.groupby("measure"):
        truth = rows.set_index("model").loc["truth"]
        assert truth["behind"] <= 3 / 1.96 * (truth["behind_high"] - truth["behind"])
        lot = rows.set_index("model").loc["base rate"]
        assert lot["behind_low"] > 0
    auc = compared.measures.query("measure == 'auc'").set_index("model")["value"]
    assert auc["base rate"] == pytest.approx(0.5)


def test_measures_compare_scores_of_customers_not_learned_from():
    """Outcomes by lot: who learns them by heart would be right, and is not when judged on others."""
    rng = np.random.default_rng(4)
    people = pd.DataFrame({"a": rng.random(400), "b": rng.random(400)})
    outcome = rng.random(400) < 0.5
    assert roc_auc_score(outcome, response.fit(people, outcome, kind="boosting", seed=1).score(people)) > 0.8
    found = response.compare(people, outcome, value=2, cost=1, seed=1, kinds=("boosting", "tree"))
    auc = found.measures.query("measure == 'auc'").set_index("model")["value"]
    assert (abs(auc - 0.5) < 3 * 0.03).all()  # standard error of an AUC of 200 and 200


def test_rows_of_one_customer_stay_together():
    rng = np.random.default_rng(5)
    people = pd.DataFrame({"a": rng.random(300), "b": rng.random(300)})
    outcome = rng.random(300) < 0.5
    twice, again = pd.concat([people, people], ignore_index=True), np.tile(outcome, 2)
    options = {"value": 2, "cost": 1, "seed": 1, "kinds": ("boosting",), "others": {"all": np.full(600, 0.9)}}
    known = response.compare(twice, again, **options)
    fair = response.compare(twice, again, groups=np.tile(np.arange(300), 2), **options)
    auc = [one.measures.query("measure == 'auc' and model == 'boosting'")["value"].iloc[0] for one in (known, fair)]
    assert auc[0] > 0.65 and abs(auc[1] - 0.5) < 3 * 0.034
    # Each said twice: the error of a sum is that of doubled customers, not of twice as many.
    wide, narrow = (one.table.loc["all", "high"] - one.table.loc["all", "profit"] for one in (fair, known))
    assert wide / narrow == pytest.approx(np.sqrt(2), rel=0.01)


@pytest.mark.slow
def test_the_interval_of_a_difference_covers():
    """Two fixed forecasts; the true difference of their profits is known from the chances. 100 samples, error of 2.2 %."""
    inside = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        people = pd.DataFrame({"x": rng.random(300)})
        chance = 0.4 * people["x"]
        outcome = rng.random(300) < chance
        others = {"true": chance, "flat": np.full(300, 0.9)}
        found = response.compare(people, outcome, value=10, cost=2, seed=1, kinds=(), folds=2, others=others).table
        gap = np.where(chance * 10 > 2, 0, 2 - 10 * chance).sum()
        sign = 1 if found.at["true", "behind"] == 0 else -1
        row = found.loc["flat" if sign == 1 else "true"]
        inside.append(row["behind_low"] < sign * gap < row["behind_high"])
    assert abs(np.mean(inside) - 0.95) < 0.066


def test_leavers_of_an_operator_are_ranked_nearly_as_by_the_truth():
    """Months of subscribers; the world says the chance of each. The models must lose no more than the truth's sample error."""
    case = worlds.Telecom.preset("mobile", customers=1_500).draw(seed=3)
    rows = case.months.merge(case.customers, on="customer_id").merge(case.truth.hazards, on=["customer_id", "month"])
    gone = rows["left"].notna() & (rows["left"].dt.to_period("M") == rows["month"].dt.to_period("M"))
    rows["months_with"] = (rows["month"] - rows["joined"]).dt.days / 30
    features = rows[["region", "age", "income", "brand", "prepaid", "months_with", "bill", "complaints"]]
    found = response.compare(
        features,
        gone,
        value=100.0,
        cost=2.0,
        seed=2,
        kinds=("logistic",),
        folds=3,
        others={"truth": rows["leave_chance"]},
        groups=rows["customer_id"],
    )
    auc = found.measures.query("measure == 'auc'").set_index("model")
    assert auc.at["truth", "value"] > auc.at["base rate", "value"] + 0.05
    assert auc.at["logistic", "value"] > auc.at["truth", "value"] - 0.04
    assert spearmanr(found.scores["logistic"], rows["leave_chance"])[0] > 0.8
    assert not found.suspected_leaks
    left = features.assign(days_to_end=(rows["left"] - rows["month"]).dt.days)
    hints = response.leaks(left.iloc[::4], gone.iloc[::4], seed=1)
    assert hints.index[hints["suspected"]].tolist() == ["days_to_end"]


def test_takers_of_a_loan_at_the_bank():
    """The offered half of the bank's mailing; kinds of households are hidden, so the truth must not be beaten clearly."""
    case = worlds.Bank.preset("home_equity").draw(seed=4)
    rows = case.contacts.merge(case.truth.contacts, on=["customer_id", "campaign"]).merge(
        case.customers, on="customer_id"
    )
    rows = rows[rows["treated"]].reset_index(drop=True)
    found = response.compare(
        rows[["age", "income", "tenure_years"]],
        rows["responded"],
        value=400.0,
        cost=20.0,
        seed=1,
        kinds=("logistic", "scorecard"),
        folds=3,
        others={"truth": rows["p_with"]},
    )
    for rows_of in (found.table, *(one.set_index("model") for _, one in found.measures.groupby("measure"))):
        truth = rows_of.loc["truth"]
        assert truth["behind"] <= 3 / 1.96 * (truth["behind_high"] - truth["behind"])
    assert spearmanr(found.scores["logistic"], rows["p_with"])[0] > 0.1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"kinds": ("logistic", "forest")}, "kinds=.* must be some of"),
        ({"kinds": ("tree", "tree")}, "each once"),
        ({"folds": 1}, "folds=1 must be a whole number, at least 2"),
        ({"folds": 40}, "only .* customers of one kind; expected at least 80 for folds=40"),
        ({"others": {"logistic": [0.5] * 200}}, "'logistic', which is a model of its own"),
        ({"others": {"old": [2.0] * 200}}, "others\\['old'\\] lies outside 0..1"),
        ({"others": {"old": [0.5]}}, "others\\['old'\\] has 1 rows and features 200"),
        ({"groups": [1, 2]}, "groups has 2 rows and features 200"),
        ({"groups": [None] * 200}, "groups is missing in some rows"),
        ({"value": [1, 2]}, "value must be one finite number, or one for each of the 200"),
        ({"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_comparisons_are_named(world, options, match):
    people, _, outcome = (one.iloc[:200] for one in world)
    with pytest.raises(ValueError, match=match):
        response.compare(people, outcome, **{"value": 10.0, "cost": 2.0, "seed": 1} | options)
