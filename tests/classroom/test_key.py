"""What is right, worked out ahead: used while it fits, worked out anew when it does not, never half there."""

import json
import os
import stat
from dataclasses import replace

import pytest
from pupils import new_course, pack, solve, unpack

from crmkit.checks import exercise_10
from crmkit.classroom import collect, grade, key
from crmkit.classroom.course import module

ADA, BOB = "2026001", "2026002"


@pytest.fixture
def handed_in(tmp_path):
    made = new_course(tmp_path)
    (tmp_path / "post").mkdir()
    for student in (ADA, BOB):
        desk = unpack(made, student, tmp_path / student)
        solve(desk, change={"mean_recency": 1.0} if student == BOB else None)
        pack(desk, tmp_path / "post" / f"{student}.zip")
    collect.collect(made, tmp_path / "post")
    return made


def pages(made):
    folder = made.folder / grade.FOLDER
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_marks_are_the_same_with_and_without_it_and_nothing_is_solved_twice(handed_in, monkeypatch):
    grade.grade(handed_in)
    first = pages(handed_in)
    for name, asked in exercise_10.BANK.items():
        monkeypatch.setitem(exercise_10.BANK, name, _unsolvable(asked))
    grade.grade(handed_in)
    assert pages(handed_in) == first


def _unsolvable(asked):
    def solve_again(case):
        raise AssertionError(f"{asked.name} was solved again")

    return replace(asked, solve=solve_again)


def test_it_can_be_written_ahead_for_all_and_only_its_owner_reads_it(handed_in):
    assert key.write(handed_in) == 4
    paths = sorted((handed_in.folder / key.FOLDER).rglob("*.json"))
    assert [path.stem for path in paths] == ["2026001", "2026002", "2026003", "2026004"]
    if os.name != "nt":
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paths)
        assert stat.S_IMODE(paths[0].parent.stat().st_mode) == 0o700
    before = [path.stat().st_mtime_ns for path in paths]
    key.write(handed_in, cases=["exercise-10"])
    assert [path.stat().st_mtime_ns for path in paths] == before  # nothing to do, nothing written
    with pytest.raises(ValueError, match="'20' is not among the cases"):
        key.write(handed_in, cases=["20"])


@pytest.mark.parametrize("fault", ["cut short", "changed by hand", "another salt", "other code", "no text"])
def test_one_that_does_not_fit_is_worked_out_anew(handed_in, fault, monkeypatch):
    student, bank = handed_in.students[0], "exercise-10"
    path = key.path_of(handed_in, bank, student.id)
    fresh = key.Key(bank, handed_in.seed(bank, student))
    sound, _ = fresh.solved("half_of_money")
    key.write(handed_in)
    text = path.read_text("utf-8")
    if fault == "cut short":
        path.write_text(text[: len(text) // 2], encoding="utf-8")
    elif fault == "changed by hand":
        found = json.loads(text)
        found["answers"]["half_of_money"][0] = 0.123
        path.write_text(json.dumps(found), encoding="utf-8")
    elif fault == "another salt":
        path.write_bytes(key.path_of(handed_in, bank, BOB).read_bytes())
    elif fault == "other code":
        monkeypatch.setattr(key, "code", lambda: "another version")
    else:
        path.write_bytes(b"\xff\x00")
    again = key.Key(bank, handed_in.seed(bank, student), path)
    assert not again._answers
    assert again.solved("half_of_money")[0] == sound
    again.keep()
    assert key.Key(bank, handed_in.seed(bank, student), path).solved("half_of_money")[0] == sound


@pytest.mark.parametrize("bank", ["10", "exercise-10", "exercise-22"])
def test_answers_come_back_as_they_were(tmp_path, bank):
    path = tmp_path / "key.json"
    case = module(bank).case(5)
    one = key.Key(bank, 5, path)
    given = {name: asked.solve(case) for name, asked in module(bank).BANK.items()}
    for name in given:
        one.solved(name)
    decided = one.decided()
    one.keep()
    kept = key.Key(bank, 5, path)
    assert kept.decided() == decided
    assert {name: kept.solved(name) for name in given} == {
        name: (right, list(slips)) for name, (right, slips) in given.items()
    }
    assert "case" not in vars(kept)  # the data were not drawn for it
