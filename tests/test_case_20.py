"""Steps of case 20 against laws of queues: the interval of the load, priority, and what a number of agents brings in truth."""

import numpy as np
import pytest

from crmkit import queues
from crmkit.checks import case_20
from crmkit.checks.record import Noted
from crmkit.classroom import marking


@pytest.fixture(scope="module")
def case():
    return case_20.case(7)


@pytest.mark.slow
def test_the_interval_of_the_load_holds_the_truth_and_is_no_wider_than_it_must_be():
    found = case_20.replays()
    assert list(found.index) == list(range(1, 41)) and found["held"].dtype == bool
    assert found["held"].sum() >= 34  # of 40: at 95 % fewer come 3 times in 1,000; at 80 % 34 and more 3 times in 10
    # Half an interval is 1.96 standard errors; the spread of 40 estimates is known to some 11 %, the bursts are in it too.
    half = (found["high"] - found["low"]).mean() / 2
    assert 1.4 < half / found["load"].std() < 2.5


def test_who_comes_first_gains_what_the_others_lose(case):
    found = case_20.priority(case, days=6)
    lost = found.xs("abandoned", level="measure")
    # Served in turn, both wait alike: differences are chance, and both hang up as Erlang A says (steady calls, exponential
    # patience; six days are some 70,000 calls, a hundredth is several standard errors).
    centre = queues.CallCentre(480, case_20.handle(case), 36, case_20.patience(case))
    assert lost["in_turn"].to_numpy() == pytest.approx(float(queues.erlang_a(centre).p_abandon), abs=0.01)
    # With exponential patience the order of service leaves the number of all who hang up as it is.
    assert 0.1 * lost.loc["valued", "more"] + 0.9 * lost.loc["others", "more"] == pytest.approx(0, abs=0.002)
    wait = found.xs("wait_s", level="measure")
    assert wait.loc["valued", "high"] < 0 < wait.loc["others", "low"]
    more = case_20.priority(case, days=6, share=0.3).xs("wait_s", level="measure")
    assert more.loc["others", "more"] > wait.loc["others", "high"]


def test_no_number_of_agents_brings_more_than_the_best(case):
    decided = case_20.DECISION
    best = decided.best(case)
    at = decided.profit(case, best)
    assert all(decided.profit(case, agents) <= at for agents in range(best - 60, best + 61, 3))
    real = case_20.true_peak(case.truth)
    assert decided.rule(case) == np.ceil(case_20.peak(case) * case_20.handle(case) / 3600) != np.ceil(real.offered_load)
    assert decided.profit(case, 10_000) < 0  # nobody hangs up, and wages eat it all
    assert decided.profit(case, 300.0) == decided.profit(case, 300)


@pytest.mark.parametrize("answer", [0, 300.5, "many", True, 20_000, float("nan")])
def test_agents_that_nobody_can_hire_are_refused(case, answer):
    with pytest.raises((ValueError, TypeError), match="agents="):
        case_20.DECISION.profit(case, answer)


def test_the_rule_of_thumb_is_worked_out_on_the_firm_of_the_student(monkeypatch, case):
    monkeypatch.setattr(case_20, "case", lambda seed: case)
    decided = case_20.DECISION
    scored = marking.mark(marking.Sheet("1", "20", 7, Noted(answers={"agents_money": 310}))).decision
    assert scored.naive == decided.profit(case, decided.rule(case)) and scored.profit == decided.profit(case, 310)
    assert scored.regret == pytest.approx(scored.best - scored.profit) and scored.regret >= 0
