"""The scored decision of case 30: letters to whole age groups, and what they bring in truth."""

from itertools import combinations

import pytest

from crmkit.checks import case_30
from crmkit.checks.case_30 import letters, steps


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
