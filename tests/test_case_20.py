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


def test_the_cost_of_an_hour_is_wages_and_lost_callers_at_each_end_of_the_loss(case):
    worth = case_20.values(case)
    plan = queues.staff_by_value(
        case_20.centre(case), worth, churn_rise=0.02, churn_rise_error=0.005, wage_per_h=30, seed=1
    )
    ways = {"few": plan.agents - 40, "least": plan.agents, "many": plan.agents + 40}
    found = case_20.hour_costs(case, ways, plan)
    assert found.loc["least", "cost"] == pytest.approx(plan.cost)  # what the search for the least found
    assert found["cost"].idxmin() == "least" and found["lost"].is_monotonic_decreasing
    assert (found["low"] <= found["cost"]).all() and (found["cost"] <= found["high"]).all()
    for end, loss in {"low": plan.loss_low, "high": plan.loss_high}.items():
        assert found[end].to_numpy() == pytest.approx(30 * found["agents"].to_numpy() + loss * found["lost"].to_numpy())
    assert (found.loc["few", ["saves", "saves_low", "saves_high"]] == 0).all()
    assert found.loc["least", "saves_high"] == pytest.approx(found.loc["few", "high"] - found.loc["least", "high"])


def test_the_south_saves_nothing_from_its_break_even_on(case):
    centre = case_20.centre(case)
    home = 30 * int(queues.staff(centre, service_level=0.8))

    def there(longer, more=0.0):
        now = case_20.repeats(case)
        calls = centre.calls_per_h * (1 - now) / (1 - now - more)
        far = queues.CallCentre(calls, centre.handle_s * (1 + longer), 1, centre.patience_s)
        return 24 * int(queues.staff(far, service_level=0.8))

    alone, with_repeats = case_20.eaten_at(case), case_20.eaten_at(case, more_repeats=0.05)
    assert with_repeats < alone
    for at, more in ((alone, 0.0), (with_repeats, 0.05)):
        assert there(at - 0.01, more) < home <= there(at + 0.001, more)
    # A fifth less is a quarter more work, but for the reserve, which grows slower than the work.
    assert alone == pytest.approx(0.25, abs=0.02)


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
