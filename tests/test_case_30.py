"""The scored decision of case 30: letters to whole age groups, and what they bring in truth."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from crmkit import store, targeting
from crmkit.checks import case_30
from crmkit.checks.case_30 import letters, steps

DATA = Path(__file__).parents[1] / "datasets/home_equity"


@pytest.fixture(scope="module")
def case():
    return case_30.case(7)


def test_no_set_of_groups_brings_more_than_the_best(case):
    decided, rows = case_30.DECISION, letters._open(case)
    most = decided.profit(case, decided.best(case))
    copies = steps.BUDGET / steps.COSTS["letter"]
    assert rows["count"].sum() > copies, "here the budget must bind"
    for many in range(5):
        for names in combinations(steps.AGES, many):
            assert decided.profit(case, names) <= most + 1e-9
    for name, row in rows.iterrows():
        assert decided.profit(case, name) == pytest.approx(row["mean"] * min(row["count"], copies))
    # Lots among all four: as many letters as the budget pays for, at the mean gain of all.
    mean = (rows["mean"] * rows["count"]).sum() / rows["count"].sum()
    assert decided.profit(case, decided.naive) == pytest.approx(copies * mean)
    assert decided.profit(case, "18-34, 35-49") == decided.profit(case, ["35-49", "18-34"])
    assert decided.profit(case, []) == decided.profit(case, "nobody") == 0.0


def test_a_group_that_is_not_there_is_told(case):
    with pytest.raises(ValueError, match="no age group 'young'"):
        case_30.DECISION.profit(case, ["young"])


def test_letters_go_to_who_agrees_and_was_let_alone(case):
    rows, true = letters._open(case), case.truth.contacts
    known = true.loc[true["campaign"] == "letter", "customer_id"]
    agreed = case.consents.set_index("customer_id")["letter"]
    took = set(case.contacts.loc[case.contacts["responded"], "customer_id"])
    talked = set(case.talks.loc[(steps.TODAY - case.talks["day"]).dt.days < steps.CADENCE, "customer_id"])
    gone = set(
        case.accounts.loc[case.accounts["closed"].notna() & (case.accounts["product"] == "current"), "customer_id"]
    )
    open_ = [one for one in known if agreed[one] and one not in took | talked | gone]
    assert rows["count"].sum() == len(open_)


def test_what_the_datasheet_says_of_its_traps_holds():
    own, sheet = store.load(DATA), (DATA / "datasheet.md").read_text(encoding="utf-8")
    pilots = own.contacts.groupby("customer_id").size()
    assert f"{(pilots == 2).sum():,} of {len(own.customers):,}" in sheet and len(pilots) == len(own.customers)
    first = own.contacts[own.contacts["campaign"] == "letter"].set_index("customer_id")
    later = first.reindex(own.contacts.loc[own.contacts["campaign"] == "call", "customer_id"])
    assert later["treated"].any() and later["responded"].any(), "a letter, or a loan, before the call's pilot"
    assert own.talks["day"].min() == pd.Timestamp(2025, 10, 1)
    lines = own.accounts.set_index("account_id")["product"].loc[own.exceeded["account_id"]]
    assert set(lines) == {"card"}


def test_what_every_loan_put_down_to_the_letter_would_bring(case):
    found, told = steps.trials(case)["letter"], steps.by_response(case)
    # Someone who would have come without a letter is counted here and not in the net gain: the same, with no controls.
    alone = targeting.net_gain(found.assign(uplift=found["treated_mean"]), worth=steps.worth_by_age(case), cost=10.0)
    assert told["gain"].tolist() == pytest.approx(alone["gain"].tolist())
    assert (told["low"] < told["gain"]).all() and (told["gain"] < told["high"]).all()
    assert (told["low"] > -10.0).all(), "fewer than no loans cannot be"


def test_the_lot_judges_each_way(case):
    ways = {name: steps.judged(case, name) for name in ("the plan", "highest gain first", "the agents' way")}
    for table in ways.values():
        assert table.loc["in all", "contacts"] == table["contacts"].iloc[:-1].sum() > 0
        assert (table["low"] < table["gain"]).all() and (table["gain"] < table["high"]).all()
    promised = {name: table.loc["in all", "promised"] for name, table in ways.items()}
    assert promised["the plan"] >= promised["highest gain first"] > promised["the agents' way"]
