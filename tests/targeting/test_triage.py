"""Triage of mails: the declared intents of the bank world, laws of the choice of cost, and at the door."""

import itertools

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy import stats
from sklearn.metrics import confusion_matrix, log_loss

from crmkit import worlds
from crmkit.explore import triage as explore_triage
from crmkit.intervals import mean_in_groups, wilson_in_groups
from crmkit.plots import triage as triage_plots
from crmkit.targeting.triage import (
    accuracy,
    automation,
    calibration,
    confusion,
    fit_triage,
    hold_out,
    near_copies,
)


@pytest.fixture(scope="module")
def mails():
    case = worlds.Bank(customers=1_500, campaigns=()).draw(seed=1)
    return case.mails.merge(case.truth.mails, on="mail_id").astype({"intent": str})


@pytest.fixture(scope="module")
def judged(mails):
    """Fitted on two thirds of the customers, judged on the others; and what came out."""
    held = hold_out(mails["customer_id"], seed=2)
    learn, test = mails[~held], mails[held]
    machine = fit_triage(learn["text"], learn["intent"], seed=1, group=learn["customer_id"])
    found = machine.predict(test["text"])
    return machine, test, found, found["intent"].astype(str) == test["intent"]


def ece(table):
    return float((table["gap"].abs() * table["mails"]).sum() / table["mails"].sum())


def raw(machine, found):
    """The chances before calibration: softmax of the scores, from the chances after it."""
    power = found[list(machine.intents)].to_numpy() ** machine.temperature
    return power / power.sum(axis=1, keepdims=True)


def test_most_clear_mails_are_sorted_in_both_languages(judged):
    """Vague mails carry no intent: the best is the commonest one (22 %), so 95 % clear and 5 % vague give 96 % at best."""
    _, test, found, hit = judged
    table = accuracy(found["intent"], test["intent"], by=test["language"]).set_index("by")
    assert sorted(table.index) == ["en", "zh"] and table["mails"].sum() == len(test)
    assert (table["high"] > 0.95).all() and (table["accuracy"] > 0.9).all()
    assert hit[~test["vague"]].mean() > 0.98
    vague = hit[test["vague"]]
    # 22 % by guessing the commonest; three standard errors of a share of so few.
    assert vague.mean() < 0.22 + 3 * np.sqrt(0.22 * 0.78 / len(vague))


def test_calibration_makes_the_confidence_right(judged):
    machine, test, found, hit = judged
    assert machine.log_loss < machine.log_loss_raw
    before, after = raw(machine, found), found[list(machine.intents)].to_numpy()
    # Judged where neither the machine nor the temperature was learned.
    assert log_loss(test["intent"], after, labels=list(machine.intents)) < log_loss(
        test["intent"], before, labels=list(machine.intents)
    )
    spoilt, mended = calibration(before.max(axis=1), hit), calibration(found["confidence"], hit)
    assert ece(mended) < 0.5 * ece(spoilt)
    # As a whole: mean confidence and accuracy within three standard errors of the accuracy.
    assert abs(found["confidence"].mean() - hit.mean()) < 3 * hit.std() / np.sqrt(len(hit))


def test_chances_add_up_and_the_confidence_is_the_highest(judged):
    machine, test, found, _ = judged
    chance = found[list(machine.intents)]
    np.testing.assert_allclose(chance.sum(axis=1), 1)
    assert (chance.max(axis=1) == found["confidence"]).all()
    assert (chance.idxmax(axis=1) == found["intent"].astype(str)).all()
    assert found.index.equals(test.index) and found["nearest"].between(0, 1).all()


def test_a_mail_it_learned_from_is_its_own_nearest(mails):
    learn = mails.head(200)
    machine = fit_triage(learn["text"], learn["intent"].where(learn["intent"] == "balance", "other"), seed=1)
    assert machine.predict(learn["text"])["nearest"].to_numpy() == pytest.approx(1)
    far = machine.predict(["ЖЩЮ", ""])
    assert (far["nearest"] == 0).all() and np.isfinite(far["confidence"]).all()


def test_wordings_it_has_not_seen_are_harder(mails, judged):
    """The world composes mails from a few dozen sentences: a split by customer repeats them, a split by wording does not."""
    wording = near_copies(mails["text"])
    held = hold_out(wording, seed=2)
    learn, test = mails[~held], mails[held]
    machine = fit_triage(learn["text"], learn["intent"], seed=1, group=wording[~held], folds=3)
    found = machine.predict(test["text"])
    hit = found["intent"].astype(str) == test["intent"]
    assert hit.mean() < judged[3].mean() - 0.1
    assert found["nearest"].max() < judged[2]["nearest"].max()
    # Folds that part copies from each other find it as hard as new wordings are; folds by mail do not see it coming.
    loose = fit_triage(learn["text"], learn["intent"], seed=1, folds=3)
    truth = log_loss(test["intent"], found[list(machine.intents)], labels=list(machine.intents))
    assert 3 * loose.log_loss < machine.log_loss
    assert abs(machine.log_loss - truth) < abs(loose.log_loss - truth)


def test_an_unknown_intent_is_told_by_what_is_nearest(mails):
    held = hold_out(mails["customer_id"], seed=3)
    learn, test = mails[~held & (mails["intent"] != "lost card")], mails[held & ~mails["vague"]]
    found = fit_triage(learn["text"], learn["intent"], seed=1).predict(test["text"])
    strange = test["intent"] == "lost card"
    # The chance that a strange mail is less like all known ones than a usual one is.
    below = stats.mannwhitneyu(found["nearest"][~strange], found["nearest"][strange])
    assert below.statistic / (strange.sum() * (~strange).sum()) > 0.95
    assert found["confidence"][strange].mean() < 0.75 < found["confidence"][~strange].mean()


def test_near_copies_do_not_depend_on_the_order_of_the_mails(mails):
    """And a stricter likeness never joins more mails than a looser one."""
    texts = mails["text"].head(60).tolist()
    number = near_copies(texts, likeness=0.7)
    assert len(number) == 60 and number.min() == 0
    again = near_copies(texts[::-1], likeness=0.7)[::-1]
    for i, j in itertools.combinations(range(60), 2):
        assert (number[i] == number[j]) == (again[i] == again[j])
    assert len(set(near_copies(["pay 100 now", "pay 20 now"]))) == 1  # digits are one sign
    assert len(set(near_copies(texts, likeness=0.99))) >= len(set(number)) >= len(set(near_copies(texts, likeness=0.3)))


def test_groups_stay_on_one_side(mails):
    held = hold_out(mails["customer_id"], share=0.25, seed=4)
    assert not set(mails["customer_id"][held]) & set(mails["customer_id"][~held])
    groups = mails["customer_id"].nunique()
    assert mails["customer_id"][held].nunique() == round(0.25 * groups)


def test_the_same_seed_sorts_alike_and_another_hardly_otherwise(mails):
    learn = mails.head(400)
    one, same, other = (fit_triage(learn["text"], learn["intent"], seed=seed, folds=3) for seed in (1, 1, 2))
    text = mails["text"].tail(50)
    pd.testing.assert_frame_equal(one.predict(text), same.predict(text))
    assert one.temperature == same.temperature != other.temperature
    assert (one.predict(text)["intent"] == other.predict(text)["intent"]).all()


# The choice of cost.


@pytest.fixture(scope="module")
def sure():
    """Mails whose confidence is right by construction; 3,000 of them."""
    rng = np.random.default_rng(5)
    confidence = np.round(rng.beta(4, 1, 3_000), 3)  # ties
    return confidence, rng.random(3_000) < confidence


def test_each_threshold_is_counted(sure):
    confidence, right = (one[:300] for one in sure)
    found = automation(confidence, right, cost_error=10, cost_human=2, cost_machine=0.1, seed=1)
    assert len(found.curve) == len(set(confidence)) + 1
    for row in found.curve.itertuples():
        machine = confidence >= row.threshold
        wrong = (machine & ~right).sum()
        each = np.where(machine, 0.1 + 10 * ~right, 2.0)
        assert row.share == pytest.approx(machine.mean()) and row.errors == wrong
        assert row.cost == pytest.approx(each.mean())
        assert row.high - row.cost == pytest.approx(1.959964 * each.std() / np.sqrt(300), rel=1e-6, abs=1e-9)
        assert not machine.any() or row.error_rate == pytest.approx(wrong / machine.sum())
        assert not machine.any() or row.error_low <= row.error_rate <= row.error_high
    assert found.cost == found.curve["cost"].min()
    assert found.all_human == found.curve["cost"].iloc[0] == 2
    assert found.all_machine == pytest.approx(found.curve["cost"].iloc[-1])


def test_the_best_threshold_is_that_of_theory_where_the_confidence_is_right(sure):
    """Chow's rule: the machine answers if its chance of an error times its cost is less than what people cost more."""
    found = automation(*sure, cost_error=10, cost_human=2, seed=1)
    assert found.by_theory == pytest.approx(0.8)
    assert found.threshold_low <= 0.8 <= found.threshold_high
    assert found.threshold_low <= found.threshold <= found.threshold_high
    assert found.share_low <= found.share <= found.share_high
    # The true cost of Chow's rule, from the law of the confidence: E min(2, 10 (1 - c)).
    grid = np.linspace(0, 1, 100_001)
    true = np.trapezoid(np.minimum(2, 10 * (1 - grid)) * stats.beta.pdf(grid, 4, 1), grid)
    assert found.expected_low < true < found.expected_high
    assert found.cost <= found.expected + 1e-9


def test_the_expected_cost_is_honest():
    """80 samples of 100 mails: chosen on them the cost is too good; the one to expect is not."""
    rng, chosen, told = np.random.default_rng(6), [], []
    grid = np.linspace(0, 1, 20_001)
    floor = np.trapezoid(np.minimum(2, 10 * (1 - grid)) * stats.beta.pdf(grid, 4, 1), grid)
    for _ in range(80):
        confidence = rng.beta(4, 1, 100)
        found = automation(
            confidence, rng.random(100) < confidence, cost_error=10, cost_human=2, seed=rng, resamples=50
        )
        chosen.append(found.cost)
        told.append(found.expected)
    # No rule on the confidence costs less than Chow's; three standard errors of the mean of 80 samples.
    error = 3 * np.std(told) / np.sqrt(80)
    assert np.mean(chosen) < floor
    assert np.mean(told) > floor - error
    assert np.mean(told) - np.mean(chosen) > 0.03


@pytest.mark.parametrize(
    ("costs", "share"),
    [({"cost_error": 1e9, "cost_human": 1}, 0.0), ({"cost_error": 1e-9, "cost_human": 1}, 1.0)],
)
def test_dear_errors_leave_all_to_people_and_free_ones_to_the_machine(sure, costs, share):
    confidence, right = sure[0], sure[1].copy()
    right[np.argmax(confidence)] = False  # even the surest mail may be wrong
    right[confidence == confidence.max()] = False
    found = automation(confidence, right, **costs, seed=1)
    assert found.share == share
    assert (found.threshold > 1) == (share == 0)


@pytest.fixture(scope="module")
def twins():
    """300 mails in 60 groups, whose mails are right or wrong together."""
    rng = np.random.default_rng(8)
    group = rng.integers(0, 60, 300)
    confidence = np.round(rng.beta(4, 1, 300), 2)  # ties
    return confidence, rng.random(60)[group] < 0.8, group


def test_intervals_of_each_threshold_count_the_groups(twins):
    confidence, right, group = twins
    found = automation(confidence, right, group=group, cost_error=10, cost_human=2, cost_machine=0.1, seed=1)
    alone = automation(confidence, right, cost_error=10, cost_human=2, cost_machine=0.1, seed=1)
    for row in found.curve.itertuples():
        machine = confidence >= row.threshold
        each = np.where(machine, 0.1 + 10 * ~right, 2.0)
        assert (row.low, row.high) == pytest.approx(mean_in_groups(each, group), abs=1e-9)
        if machine.any():
            low, high, _ = wilson_in_groups(~right[machine], group[machine])
            assert (row.error_low, row.error_high) == pytest.approx((low, high), abs=1e-9)
    assert np.isnan(found.curve["error_low"].iloc[0])
    pd.testing.assert_frame_equal(
        found.curve.drop(columns=["low", "high", "error_low", "error_high"]),
        alone.curve.drop(columns=["low", "high", "error_low", "error_high"]),
    )
    assert found.threshold == alone.threshold and found.cost == alone.cost
    wide, narrow = (one.expected_high - one.expected_low for one in (found, alone))
    assert wide > 1.5 * narrow
    # Twins of mails drawn do not judge: the cost to expect is not lower.
    assert found.expected >= alone.expected - 0.01


def test_mails_without_relatives_are_judged_as_before(twins):
    confidence, right, _ = twins
    own, alone = (
        automation(confidence, right, group=group, cost_error=10, cost_human=2, seed=1, resamples=2_000)
        for group in (np.arange(300), None)
    )
    # Other resamples: their error shrinks with the root of 2,000.
    assert own.expected == pytest.approx(alone.expected, abs=0.02)
    for end in ("expected_low", "expected_high"):
        assert getattr(own, end) == pytest.approx(getattr(alone, end), abs=0.04)


def test_accuracy_in_groups_is_that_of_the_groups(twins):
    _, right, group = twins
    said, by = np.where(right, "a", "b"), np.where(np.arange(300) % 2, "odd", "even")
    table = accuracy(said, ["a"] * 300, by=by, group=group).set_index("by")
    for name, row in table.iterrows():
        own = by == name
        assert (row["low"], row["high"], row["worth"]) == pytest.approx(wilson_in_groups(right[own], group[own]))
        assert row["groups"] == len(set(group[own])) and row["mails"] == own.sum()


def test_dearer_errors_never_mean_more_machine(sure):
    shares = [
        automation(*sure, cost_error=cost, cost_human=2, seed=1, resamples=50).share for cost in (3, 5, 10, 20, 50)
    ]
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[-1]


def test_a_confusion_is_that_of_scikit_learn(judged):
    _, test, found, _ = judged
    table = confusion(found["intent"], test["intent"])
    assert (table.to_numpy() == confusion_matrix(test["intent"], found["intent"].astype(str))).all()
    assert table.index.name == "true" and table.columns.name == "found"


def test_calibration_counts_every_mail_and_is_flat_where_right(sure):
    table = calibration(*sure)
    assert table["mails"].sum() == 3_000 and len(table) == 10
    assert table["confidence"].is_monotonic_increasing
    assert ((table["low"] < table["confidence"]) & (table["confidence"] < table["high"])).sum() >= 8
    assert len(calibration([0.5, 0.5, 0.5], [1, 0, 1])) == 1
    boast = calibration(np.ones(100), np.arange(100) < 60)
    assert boast["gap"].tolist() == pytest.approx([-0.4])


# At the door.

TEXT, WHAT = ["card lost", "card gone", "a loan", "rate of loan"], ["card", "card", "loan", "loan"]


@pytest.mark.parametrize(
    ("texts", "intents", "options", "kind", "match"),
    [
        ("card lost", ["card"], {}, TypeError, "texts is one text"),
        ([], [], {}, ValueError, "texts has 0 rows"),
        ([*TEXT[:3], None], WHAT, {}, TypeError, "texts holds None in row 3"),
        ([*TEXT[:3], 4.5], WHAT, {}, TypeError, "texts holds 4.5 in row 3"),
        ([*TEXT[:3], " \n"], WHAT, {}, ValueError, "texts is empty in row 3"),
        (TEXT, WHAT[:3], {}, ValueError, "intents has 3 rows and texts 4"),
        (TEXT, [*WHAT[:3], None], {}, ValueError, "intents is missing in row 3"),
        (TEXT, [1, 1, 2, 2], {}, TypeError, "intents must be names"),
        (TEXT, ["card"] * 4, {}, ValueError, "holds only 'card'"),
        (TEXT, ["card", "card", "card", "loan"], {}, ValueError, r"intent 'loan' has 1 mail"),
        (TEXT, WHAT, {"group": [1, 2, 3, 3]}, ValueError, r"intent 'loan' has 1 mail"),
        (TEXT, WHAT, {"group": [1, 2, 3]}, ValueError, "group has 3 rows"),
        (TEXT, WHAT, {"folds": 1}, ValueError, "folds=1 must be a whole number"),
        (TEXT, WHAT, {"signs": (3, 1)}, ValueError, r"signs=\(3, 1\) must be"),
        (TEXT, WHAT, {"strength": 0}, ValueError, "strength=0 must be a finite number above 0"),
        (TEXT, ["intent", "intent", "loan", "loan"], {}, ValueError, "an intent is called 'intent'"),
    ],
)
def test_bad_mails_are_named(texts, intents, options, kind, match):
    with pytest.raises(kind, match=match):
        fit_triage(texts, intents, **{"seed": 1, "folds": 2} | options)


@pytest.mark.parametrize(
    ("confidence", "correct", "options", "match"),
    [
        ([], [], {}, "confidence has 0 rows"),
        ([0.5], [1, 0], {}, "correct has 2 rows and confidence 1"),
        ([0.5, 95], [1, 0], {}, "expected shares from 0 to 1"),
        ([0.5, np.nan], [1, 0], {}, "confidence is nan in row 1"),
        ([0.5, 0.9], [1, 2], {}, "correct is 2 in row 1"),
        ([0.5, 0.9], [1, 0], {"cost_error": 0}, "cost_error=0 must be a finite number above 0"),
        ([0.5, 0.9], [1, 0], {"cost_human": -1}, "cost_human=-1 must be a finite number at least 0"),
        ([0.5, 0.9], [1, 0], {"cost_machine": np.inf}, "cost_machine=inf"),
        ([0.5, 0.9], [1, 0], {"resamples": 2}, "resamples=2 must be a whole number"),
        ([0.5, 0.9], [1, 0], {"level": 95}, "write 95 % as 0.95"),
        ([0.5, 0.9], [1, 0], {"group": ["a"]}, "group has 1 rows and confidence 2"),
        ([0.5, 0.9], [1, 0], {"group": ["a", None]}, "group is missing in row 1"),
        ([0.5, 0.9], [1, 0], {"group": ["a", "a"]}, "group holds 'a' alone; expected two at least"),
    ],
)
def test_bad_costs_are_named(confidence, correct, options, match):
    with pytest.raises(ValueError, match=match):
        automation(confidence, correct, **{"cost_error": 10, "cost_human": 1, "seed": 1} | options)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: accuracy([], []), "found has 0 rows"),
        (lambda: accuracy(["a"], ["a", "b"]), "true has 2 rows"),
        (lambda: accuracy(["a"], ["a"], by=[None]), "by is missing in row 0"),
        (lambda: accuracy(["a"], ["a"], group=[1, 2]), "group has 2 rows and found 1"),
        (lambda: confusion(["a"], [None]), "true is missing in row 0"),
        (lambda: calibration([0.5], [1], bins=0), "bins=0"),
        (lambda: hold_out(["a", "a"], seed=1), "group holds 1 groups"),
        (lambda: hold_out(["a", "b"], share=1, seed=1), "share=1 must lie between 0 and 1"),
        (lambda: near_copies(["a", ""]), "texts is empty in row 1"),
        (lambda: near_copies(["a", "b"], likeness=1), "likeness=1 must lie between"),
    ],
)
def test_bad_answers_are_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()


def test_pictures_keep_the_laws(judged, sure):
    _, test, found, hit = judged
    chosen = automation(found["confidence"], hit, cost_error=20, cost_human=3, seed=1)
    keeps_the_laws(triage_plots.automation_cost, chosen)
    keeps_the_laws(triage_plots.automation_cost, chosen, at=0.6, unit="yuan")
    dear = automation(*sure, cost_error=1e6, cost_human=3, seed=1)
    assert "No threshold pays for sure" in keeps_the_laws(triage_plots.automation_cost, dear)
    dear = automation(sure[0], sure[1] & (sure[0] < 0.95), cost_error=1e6, cost_human=3, seed=1)
    assert "eople should answer all" in keeps_the_laws(triage_plots.automation_cost, dear)
    keeps_the_laws(triage_plots.confusion, confusion(found["intent"], test["intent"]))
    assert "No intent" in keeps_the_laws(triage_plots.confusion, confusion(["a", "b"], ["a", "b"]))


def test_the_threshold_is_explored(judged):
    _, _, found, hit = judged
    explorer_keeps_the_laws(explore_triage.answered_by_machine(found["confidence"], hit))


def test_the_explorer_takes_twins_together(twins):
    confidence, right, group = twins
    explorer = explore_triage.answered_by_machine(confidence, right, group=group, cost_error=10, cost_human=2)
    found = automation(confidence, right, group=group, cost_error=10, cost_human=2, seed=1)
    assert f"{found.expected:.2f} ({found.expected_low:.2f} to {found.expected_high:.2f})" in explorer.said
