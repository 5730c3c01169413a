"""Checks: an answer's way to a verdict, and the question bank of case 10."""

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from crmkit import checks, segments, worlds
from crmkit.checks import Bank, Question, Sheet, Slip, case_10
from crmkit.checks.case_10 import steps as case_10_steps
from crmkit.checks.once import once
from crmkit.checks.question import OPEN, RIGHT, WRONG


def question(right, slips=(), **options):
    return Question("q", "What?", lambda case: (right, list(slips)), **options)


@pytest.mark.parametrize("blank", [..., None, "", "  "])
def test_what_is_not_answered_is_open_not_wrong(blank):
    verdict = question(3.0).judge(None, blank)
    assert verdict.state == OPEN and "What?" in verdict.says, "it must say what it asks"


@pytest.mark.parametrize(
    "given", [3, 3.0, "3", " 3.0 ", "3,0".replace(",", "."), np.float64(3), np.int64(3), np.array([3.0])]
)
def test_a_number_is_taken_in_any_usual_form(given):
    assert question(3.0).judge(None, given).state == RIGHT


@pytest.mark.parametrize("given", ["three", float("nan"), True, pd.DataFrame({"a": [1]}), [3, 4], object()])
def test_what_is_no_number_is_told_so(given):
    verdict = question(3.0).judge(None, given)
    assert verdict.state == WRONG
    assert "expected a number" in verdict.says


def test_tolerance_is_absolute_and_holds_on_both_sides():
    asked = question(10.0, tolerance=0.5)
    assert [asked.judge(None, value).right for value in (9.49, 9.5, 10.5, 10.51)] == [False, True, True, False]


def test_a_known_slip_is_named_and_an_unknown_one_gets_a_direction():
    asked = question(10.0, [Slip(5.0, "you halved it.")])
    assert asked.judge(None, 5).slip == "you halved it."
    assert "too small" in asked.judge(None, 7).says
    assert "too large" in asked.judge(None, 12).says
    assert asked.judge(None, 7).slip == ""


def test_percent_in_the_place_of_a_share_is_a_slip():
    assert "percent" in question(0.57, unit="share").judge(None, 57).says


def test_lists_are_compared_as_sets_whatever_case_and_order():
    asked = question(frozenset({"loyal", "New"}), [Slip(frozenset({"loyal"}), "one is missing.")])
    assert asked.judge(None, ["new", "Loyal "]).right
    assert asked.judge(None, "loyal, new").right
    assert asked.judge(None, ["loyal"]).slip == "one is missing."
    assert "1 of yours belong there, 1 do not, 1 are missing" in asked.judge(None, ["loyal", "old"]).says
    assert asked.judge(None, 3).state == WRONG


def test_a_choice_must_be_one_of_the_options():
    asked = question("a", [Slip("b", "no: because.")], options=("a", "b"))
    assert asked.judge(None, "A").right
    assert asked.judge(None, "b").slip == "no: because."
    assert "one of a, b" in asked.judge(None, 4).says


def test_a_verdict_is_shown_escaped_and_never_by_colour_alone():
    verdict = question(1.0).judge(None, "<script>")
    assert "<script>" not in verdict._repr_html_()
    assert "✗" in verdict._repr_html_() and "✗" in repr(verdict)


@pytest.fixture(scope="module")
def shop():
    return worlds.Retail(customers=700).draw(seed=3)


def test_the_sheet_suggests_near_names(shop):
    with pytest.raises(ValueError, match="did you mean 'mean_recency'"):
        Sheet("10", shop).check("mean_recenc", 3)
    with pytest.raises(ValueError, match=r"did you mean '\d\d'"):
        Sheet("1", shop)


def test_predictions_are_remembered_beside_what_was_found(shop):
    sheet = Sheet("10", shop)
    assert "no guess yet" in repr(sheet.predict("champions_money_share", ...))
    sheet.predict("half_of_money", 0.25)
    back = sheet.look_back()
    assert back.loc["champions_money_share", "guess"] == "none"
    found = checks.sheet._bank("10")["half_of_money"].solve(shop)[0]
    assert back.loc["half_of_money", "off"] == pytest.approx(0.25 - found, abs=1e-3)


def test_standing_counts_tries_and_keeps_the_last_state(shop):
    sheet = Sheet("10", shop)
    sheet.check("mean_recency", 1)
    sheet.check("mean_recency", sheet.question("mean_recency").solve(shop)[0])
    sheet.check("half_of_money", ...)
    standing = sheet.standing()
    assert standing.loc["mean_recency"].tolist() == ["right", 2]
    assert standing.loc["half_of_money"].tolist() == ["open", 0]


def test_a_question_about_the_truth_needs_the_envelope(shop):
    sealed = worlds.Case(shop.frames, name=shop.name, seed=shop.seed)
    sheet = Sheet("10", sealed)
    with pytest.raises(ValueError, match="needs the truth; open it first"):
        sheet.check("real_gain", 3)
    sheet.open(shop.truth)
    assert sheet.check("real_gain", 1e9).state == WRONG


def test_own_cases_are_the_same_for_one_student_and_differ_between_students():
    ada, again, bob = (checks.own_case("exercise-10", student) for student in ("Ada", " Ada ", "Bob"))
    pd.testing.assert_frame_equal(ada.transactions, again.transactions)
    assert not ada.transactions.equals(bob.transactions)
    assert ada.truth is None
    for blank in ("", "  ", ...):
        with pytest.raises(ValueError, match="your number or name"):
            checks.own_case("exercise-10", blank)
    assert checks.own_case("10", "Ada").truth is None


def test_a_shared_step_is_worked_out_once_for_each_case_and_nobody_can_spoil_it(shop):
    worked = []

    @once
    def rows(case):
        worked.append(case.seed)
        return case.transactions.copy()

    first = rows(shop)
    first["amount"] = 0.0
    first.iloc[0, 0] = -1
    pd.testing.assert_frame_equal(rows(shop), shop.transactions)
    other = worlds.Retail(customers=300).draw(seed=4)
    pd.testing.assert_frame_equal(rows(other), other.transactions)
    assert worked == [3, 4]
    rows(shop), rows(worlds.Case(shop.frames, seed=5))
    assert worked == [3, 4, 3, 5], "the last case alone is remembered; the same tables in another case are not"


def test_a_case_that_is_gone_is_not_kept_alive():
    step = once(lambda case: len(case.transactions))
    case = worlds.Retail(customers=300).draw(seed=4)
    alive = weakref.ref(case)
    step(case)
    del case
    gc.collect()
    assert alive() is None


def test_a_bank_keeps_questions_in_the_order_they_were_put():
    bank = Bank()
    for name in ("b", "a"):
        bank.question(name, "?")(lambda case: (1, []))
    assert list(bank) == ["b", "a"]


def test_a_step_is_remembered_apart_for_each_argument(shop):
    seen = []
    step = once(lambda case, part, *, times=1: seen.append(part) or part * times)
    assert [step(shop, 2), step(shop, 3), step(shop, 2), step(shop, 2, times=5)] == [2, 3, 2, 10]
    assert seen == [2, 3, 2]


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_the_months_that_are_enough_agree_with_the_tastes_of_each_month(seed):
    case = case_10.case(seed)
    lines = case_10_steps.pieces(case)
    months, _ = case_10.BANK["months_enough"].solve(case)
    moves = []
    for month in range(1, months + 1):
        seen = lines[lines["day"] < lines["day"].min() + pd.DateOffset(months=month)]
        found = segments.preference(seen, region="city", choice="style", weight="quantity", prior=25)
        cell = found[(found["region"] == "Kunming") & (found["choice"] == "bright")]
        moves.append(float((cell["shrunk"] - cell["share"]).abs().iloc[0]) if len(cell) else 1.0)
    assert moves[-1] < 0.01 and min([*moves[:-1], 1.0]) >= 0.01
