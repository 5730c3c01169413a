"""Decisions scored in money: each can be acted on, none beats the best, and the money is that of a second way."""

import importlib

import numpy as np
import pytest
from cases import NUMBERS, committed

from crmkit import checks
from crmkit.checks import case_31, case_32
from crmkit.checks.case_32.steps import LOSS, MARGIN, YEAR

DECIDED = [one for one in NUMBERS if hasattr(importlib.import_module(checks.BANKS[one]), "DECISION")]


@pytest.mark.parametrize("number", DECIDED)
def test_the_right_answer_can_be_acted_on_and_no_known_one_beats_the_best(number):
    module, case = importlib.import_module(checks.BANKS[number]), committed(number)
    decision = module.DECISION
    asked = module.BANK[decision.question]
    assert not asked.truth, "it is taken before the envelope is opened"
    right, slips = asked.solve(case)
    best = decision.profit(case, decision.best(case))
    assert np.isfinite(decision.profit(case, right)) and decision.naive_says and decision.unit
    assert np.isfinite(decision.profit(case, decision.rule(case)))
    for answer in (right, decision.rule(case), *(slip.value for slip in slips)):
        try:
            brings = decision.profit(case, answer)
        except (TypeError, ValueError):  # a slip may be nothing that one can do: half a store
            continue
        assert brings <= best + 1e-6, answer
    with pytest.raises((ValueError, TypeError), match="nonsense"):
        decision.profit(case, "nonsense")


def test_what_rules_earn_by_their_chances_is_what_the_applicants_bring_within_luck():
    """By chances against by outcomes, which the envelope holds of the refused as well; only the luck of who defaults differs."""
    case = committed("32")
    known = case.truth.applications.set_index("application_id")
    rows = case.applications[case.applications["day"] >= YEAR]
    chance, came = (rows["application_id"].map(known[name]) for name in ("default_chance", "defaulted"))
    came = rows["amount"] * np.where(came.astype(bool), -LOSS, MARGIN)
    luck = (MARGIN + LOSS) * rows["amount"] * np.sqrt(chance * (1 - chance))
    chosen = {"everyone": np.ones(len(rows), dtype=bool), "the desk": case_32.desk(rows)}
    chosen |= {"grown tree": case_32.by_tree(case, rows), "scorecard": case_32.by_card(case, rows)}
    for name, yes in chosen.items():
        yes = np.asarray(yes)
        # Four rules on the same outcomes: beyond 3.5 standard deviations once in some 2,000.
        assert case_32.DECISION.profit(case, name) == pytest.approx(
            came[yes].sum(), abs=3.5 * np.sqrt((luck[yes] ** 2).sum())
        )


def test_papers_add_up_and_one_who_signs_nothing_gets_nothing():
    case, profit = committed("31"), case_31.DECISION.profit
    assert profit(case, "neither") == profit(case, []) == 0.0
    assert profit(case, "Guides, front") == pytest.approx(profit(case, ["guides"]) + profit(case, "front"))
    real = {name: case_31.BANK[name].solve(case)[0] for name in ("project_real", "routing_real")}
    assert profit(case, "guides") == pytest.approx(real["project_real"])
    assert profit(case, "front") == pytest.approx(3 * (real["routing_real"] - 60_000))
