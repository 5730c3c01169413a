"""Steps of case 50 against second ways: the interval of a promise, the day of a desk, and what the truth says."""

import numpy as np
import pandas as pd
import pytest

from crmkit.checks import case_50
from crmkit.checks.case_50 import steps
from crmkit.targeting.contacts import dialling


@pytest.fixture(scope="module")
def case():
    return case_50.case(7)


def test_the_interval_of_a_promise_is_that_of_drawing_the_test_again(case):
    """Weights stay; the arms of the test are drawn anew, group by group."""
    chosen = case_50.best(case).contacts
    told = case_50.promise(case, chosen)
    rows = chosen[["customer_id", "channel"]].merge(case_50.offers(case))
    weight = rows.groupby(["group", "channel"])["worth"].sum()
    people = pd.concat([case_50.arm_rows(case, name) for name in steps.ARMS]).drop_duplicates("customer_id")
    shares = people.groupby(["group", "arm"])["appointment"].agg(["mean", "size"])
    rng = np.random.default_rng(1)
    drawn = {key: rng.binomial(int(row["size"]), row["mean"], 4_000) / row["size"] for key, row in shares.iterrows()}
    total = sum(w * (drawn[group, arm] - drawn[group, "held back"]) for (group, arm), w in weight.items())
    # 4,000 draws know a standard deviation to about 1 %.
    assert (told["high"] - told["low"]) / 2 / 1.96 == pytest.approx(total.std(), rel=0.05)
    assert told["gain"] + rows["cost"].sum() == pytest.approx(
        sum(w * (shares.loc[(g, a), "mean"] - shares.loc[(g, "held back"), "mean"]) for (g, a), w in weight.items())
    )


def test_true_gains_lie_in_the_intervals_of_plans_that_looked_at_no_gain(case):
    """Contacts chosen by contribution, on 24 draws: about 95 % hold the truth; 19 or fewer happen once in 100 times."""
    held = 0
    for seed in range(24):
        one = case_50.case(seed)
        chosen = case_50.important_first(one)
        told = case_50.promise(one, chosen)
        held += told["low"] <= case_50.brings(one, chosen, one.truth) <= told["high"]
    assert held >= 20


def _drawn_again(case, chosen, seed):
    """What contacts promise when the test is drawn anew, 4,000 times: age groups after a pause, all together within."""
    rows = chosen[["customer_id", "channel"]].merge(case_50.offers(case))
    near = rows["days_since"] < steps.PAUSE
    weight = rows.assign(group=rows["group"].where(~near, "near")).groupby(["group", "channel"])["worth"].sum()
    after = pd.concat([case_50.arm_rows(case, name) for name in steps.ARMS]).drop_duplicates("customer_id")
    soon = pd.concat([case_50.arm_rows(case, name, rested=False) for name in steps.ARMS]).drop_duplicates("customer_id")
    shares = (
        pd.concat([after, soon.assign(group="near")]).groupby(["group", "arm"])["appointment"].agg(["mean", "size"])
    )
    rng = np.random.default_rng(seed)  # the same seed: two ways are held against the same test
    drawn = {key: rng.binomial(int(row["size"]), row["mean"], 4_000) / row["size"] for key, row in shares.iterrows()}
    return sum(w * (drawn[g, arm] - drawn[g, "held back"]) for (g, arm), w in weight.items()) - rows["cost"].sum()


def test_the_interval_of_a_difference_is_that_of_both_ways_on_the_same_test(case):
    ways = case_50.ways(case)
    for name, other in (("the plan", "highest gain first"), ("the plan without a pause", "the plan")):
        told = case_50.promise(case, ways[name], less=ways[other], tired=True)
        more = _drawn_again(case, ways[name], 3) - _drawn_again(case, ways[other], 3)
        assert (told["high"] - told["low"]) / 2 / 1.96 == pytest.approx(more.std(), rel=0.05)
        # The mean of 4,000 draws lies within 4 of its standard errors.
        assert told["gain"] == pytest.approx(more.mean(), abs=4 * more.std() / np.sqrt(4_000))
    same = case_50.promise(case, ways["the plan"], less=ways["the plan"])
    assert np.allclose(same, 0.0)


def test_only_contacts_within_the_pause_count_otherwise(case):
    for name, chosen in case_50.ways(case).items():
        plain, tired = (case_50.promise(case, chosen, tired=one) for one in (False, True))
        assert (tired["gain"] < plain["gain"]) == (name == "the plan without a pause"), name
        assert name == "the plan without a pause" or np.allclose(plain, tired)


def test_no_way_beats_the_best_and_a_strange_one_is_told(case):
    decision = case_50.DECISION
    brought = {name: decision.profit(case, name) for name in case_50.ways(case)}
    assert brought[decision.best(case)] == max(brought.values())
    assert decision.naive in brought and decision.question in case_50.BANK
    assert decision.profit(case, " The Plan ") == case_50.brings(case, case_50.best(case).contacts, case.truth)
    with pytest.raises(ValueError, match="no way 'call all'"):
        decision.profit(case, "call all")


def test_within_the_pause_a_fifth_of_the_effect_is_left(case):
    rows = case_50.offers(case)
    soon = rows[(rows["days_since"] < steps.PAUSE) & (rows["channel"] == "call")]
    truth = soon.merge(case.truth.chances, on="customer_id")
    full = float((truth["call"] * truth["worth"]).sum())
    assert case_50.brings(case, soon, case.truth) == pytest.approx(steps.TIRED * full - soon["cost"].sum())


def test_a_desk_is_as_fast_as_the_formula_says(case):
    day = dialling(
        reach=steps.REACH, tries=steps.TRIES, dial_minutes=steps.DIAL, talk_minutes=steps.TALK, hours=steps.DAY_HOURS
    )
    each = case.dials.groupby("customer_id")["minutes"].sum()
    assert each.mean() == pytest.approx(day.minutes, abs=4 * each.std() / np.sqrt(len(each)))


def test_every_row_of_the_export_is_kept_or_rejected_and_faults_that_no_rule_can_see_are_few(case):
    found = case_50.cleaned(case)
    assert found.came_in == len(case.enquiry_export)
    kinds = case.truth.dirt["dirt"].value_counts()
    # A doubled row, an impossible day and one outside the window are always seen.
    assert len(found.rejected) >= kinds["duplicated"] + kinds["impossible_date"] + kinds["shifted_date"]
    assert len(found.rejected) <= kinds.sum()
    assert found.kept["day"].between(steps.QUARTER, steps.LAST).all()


def test_the_best_product_by_money_is_counted_by_hand(case):
    table, rows = case_50.money_first(case), case_50.deals(case)
    item = table.index[0]
    before = rows[rows["day"] <= steps.UNTIL]
    lack = set(before["customer_id"]) - set(before.loc[before["item"] == item, "customer_id"])
    later = set(rows.loc[(rows["day"] > steps.UNTIL) & (rows["item"] == item), "customer_id"])
    assert (table.loc[item, "customers"], table.loc[item, "bought"]) == (len(lack), len(lack & later))
    assert table["brings"].is_monotonic_decreasing


def test_other_agencies_choose_by_effect_at_a_gain():
    found = case_50.others([2, 3])
    assert found.index.tolist() == [2, 3]
    assert (found["the plan"] > found["the important first"]).all()
    again = case_50.case(2)
    assert found.loc[2, "the plan"] == case_50.brings(again, case_50.best(again).contacts, again.truth)
