"""Four made-up students graded right, and what the class sees."""

import csv
import json

import pytest
from pupils import inside, new_course, pack, solve, unpack

from crmkit import checks, store
from crmkit.checks import exercise_10
from crmkit.checks.record import ANSWERS, HANDOUT
from crmkit.classroom import collect, grade

ADA, BOB, EVE, MALLORY = "2026001", "2026002", "2026003", "2026004"
QUESTIONS = list(exercise_10.BANK)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    home = tmp_path_factory.mktemp("class")
    made = new_course(home)
    post = home / "post"
    post.mkdir()
    desks = {one: unpack(made, one, home / f"desk{one}") for one in (ADA, BOB, EVE, MALLORY)}

    ada = solve(desks[ADA])
    # Bob: two known slips. The gap to the first purchase, and the share of riders in the place of money.
    case = store.load(desks[BOB] / "data/exercise-10")
    slips = {name: exercise_10.BANK[name].solve(case)[1][0].value for name in ("mean_recency", "workshop_best")}
    solve(desks[BOB], change=slips)
    # Eve: all of Ada's answers, typed in.
    with inside(desks[EVE]):
        sheet = checks.Sheet("exercise-10", store.load("data/exercise-10"), record=HANDOUT)
        for name in QUESTIONS:
            sheet.check(name, ada.recorder.read().cases["exercise-10"].answers[name])
    # Mallory: the check is patched to call everything right, and the file says so as well.
    with inside(desks[MALLORY]):
        sheet = checks.Sheet("exercise-10", store.load("data/exercise-10"), record=HANDOUT)
        sheet.check = lambda name, answer: checks.Verdict(name, "right", "right.")
        assert all(sheet.check(name, 1).right for name in QUESTIONS)
        about = json.loads((desks[MALLORY] / HANDOUT).read_text("utf-8"))
        answers = {name: 1 for name in QUESTIONS}
        noted = {
            "answers": answers,
            "tries": {},
            "predictions": {},
            "memo": "",
            "count": 9,
            "state": "right",
            "points": 9,
        }
        forged = {key: about[key] for key in ("layout", "crmkit", "course", "student", "handout")}
        (desks[MALLORY] / ANSWERS).write_text(json.dumps({**forged, "cases": {"exercise-10": noted}, "seal": "x"}))
    for one, desk in desks.items():
        pack(desk, post / f"{one}.zip")
    collected = collect.collect(made, post)
    assert len(collected.handed_in) == 4, collected.lines
    return made, grade.grade(made)


def rows(made, name="grades.csv"):
    with (made.folder / grade.FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def states(found, student):
    (one,) = [one for one in found.results if one.student.id == student]
    return {mark.question: mark for mark in one.cases["exercise-10"].marks}, one


def test_the_correct_one_has_all_points(graded):
    made, found = graded
    marks, one = states(found, ADA)
    assert {mark.state for mark in marks.values()} == {"right"} and not one.notes
    assert rows(made)[0]["points"] == rows(made)[0]["of"] == str(len(QUESTIONS))


def test_two_slips_cost_two_points_and_are_named(graded):
    made, found = graded
    marks, _ = states(found, BOB)
    wrong = {name for name, mark in marks.items() if mark.state == "wrong"}
    assert wrong == {"mean_recency", "workshop_best"}
    assert "first purchase" in marks["mean_recency"].slip and "share of riders" in marks["workshop_best"].slip
    page = (made.folder / grade.FOLDER / "feedback" / f"{BOB}.html").read_text("utf-8")
    assert "run from the first purchase" in page and "李波" in page and "Grade 3 · Transfer" in page
    told = {(row["question"], row["slip"]) for row in rows(made, "slips.csv")}
    assert ("workshop_best", marks["workshop_best"].slip) in told


def test_answers_of_another_are_wrong_and_told_to_a_person(graded):
    _, found = graded
    marks, one = states(found, EVE)
    assert sum(mark.state == "right" for mark in marks.values()) <= 1  # a small count may fit by chance
    assert any(ADA in note for note in one.notes)
    assert not any("right ones on the data" in note for note in states(found, ADA)[1].notes)


def test_a_patched_check_and_a_forged_file_help_nobody(graded):
    _, found = graded
    marks, one = states(found, MALLORY)
    assert one.points(found.marked) == 0 and {mark.state for mark in marks.values()} == {"wrong"}
    assert any("seal" in note for note in one.notes)


def test_grading_again_changes_no_byte(graded):
    made, _ = graded
    folder = made.folder / grade.FOLDER
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    grade.grade(made)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(before) == 4 + 5


def test_the_report_says_where_to_start_and_loads_nothing_from_elsewhere(graded):
    made, _ = graded
    page = (made.folder / grade.FOLDER / "report.html").read_text("utf-8")
    assert "4 of 4 handed in" in page and "Start with exercise-10" in page and "Everybody handed in" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page


def test_platforms_get_their_tables(graded):
    made, _ = graded
    assert rows(made, "moodle.csv")[0] == {"ID number": ADA, "Email address": "ada@x.cn", "CRM101 points": "9"}
    possible, first, *_ = rows(made, "canvas.csv")
    assert possible["Student"].strip() == "Points Possible" and possible["CRM101 points"] == "9"
    assert first["SIS User ID"] == ADA and first["Student"] == "Ada 王"
