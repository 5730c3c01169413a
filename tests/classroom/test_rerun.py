"""Notebooks on other data: what was worked out follows, what was typed in stays; and what is shut in stays in."""

import csv
import time
from pathlib import Path

import pytest
from pupils import new_course, pack, solve, unpack, write_notebook

import crmkit
from crmkit.checks import exercise_10
from crmkit.checks.record import HANDOUT
from crmkit.classroom import collect, driver, grade, isolation, rerun
from crmkit.classroom.isolation import Isolation

ADA, EVE = "2026001", "2026003"
needs_walls = pytest.mark.skipif(not isolation.probe().full, reason="this machine has no user namespaces")


def run(desk, code, **options):
    desk.mkdir(exist_ok=True)
    (desk / "x.py").write_text(code, encoding="utf-8")
    return isolation.run("x.py", desk, full=True, **options)


@needs_walls
@pytest.mark.slow
def test_what_was_typed_in_stays_and_what_was_worked_out_follows(tmp_path):
    made = new_course(tmp_path)
    (tmp_path / "post").mkdir()
    for student in (ADA, EVE):
        desk = unpack(made, student, tmp_path / student)
        sheet = solve(desk)
        typed = dict(sheet.recorder.read().cases["exercise-10"].answers) if student == EVE else None
        # Ada's second cell fails, as cells do; Jupyter's own commands mean nothing here.
        write_notebook(desk, typed, extra="%matplotlib inline\n1 / 0")
        pack(desk, tmp_path / "post" / f"{student}.zip")
    collect.collect(made, tmp_path / "post")
    found = rerun.grade_again(made, isolation.probe())
    state = {(line.student, line.question): line.state for line in found.reruns}
    assert {state[ADA, name] for name in exercise_10.BANK} == {rerun.FOLLOWS}
    assert {state[EVE, name] for name in exercise_10.BANK} <= {rerun.TYPED, rerun.FOLLOWS}
    assert sum(state[EVE, name] == rerun.TYPED for name in exercise_10.BANK) >= 8  # a small count may fit by chance
    ada, eve = (next(one for one in found.results if one.student.id == student) for student in (ADA, EVE))
    assert not ada.notes and "typed in" in eve.notes[0]
    assert ada.points(found.marked) == eve.points(found.marked) == 9  # a person decides, not the rerun
    with (made.folder / grade.FOLDER / "rerun.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * 9 + 1


@needs_walls
def test_who_is_shut_in_sees_nothing_reaches_nobody_and_writes_nowhere_else(tmp_path):
    made = new_course(tmp_path)
    code = f"""
import os, socket
from pathlib import Path
salt = Path({str(made.folder / "salt.txt")!r})
print("salt", salt.exists(), "folder", Path({str(tmp_path)!r}).exists())
for place in ("/usr/x", {str(Path(crmkit.__file__).parent / "x")!r}, "/etc/x"):
    try:
        Path(place).write_text("x")
        print("wrote", place)
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", 22), 1)
    print("connected")
except OSError:
    pass
print("pids", sorted(int(one) for one in os.listdir("/proc") if one.isdigit())[:1], "home", os.listdir(Path.home()))
print("secrets", [one for one in os.environ if "KEY" in one or "TOKEN" in one or one == "USER"])
Path("mine.txt").write_text("mine")
"""
    done = run(tmp_path / "desk", code)
    assert done.status == 0, done.said
    assert "salt False folder False" in done.said and "wrote /usr" not in done.said and "connected" not in done.said
    assert f"wrote {Path(crmkit.__file__).parent}" not in done.said
    assert "pids [1] home []" in done.said and "secrets []" in done.said
    assert (tmp_path / "desk" / "mine.txt").read_text() == "mine"
    assert not (Path(crmkit.__file__).parent / "x").exists() and not Path("/usr/x").exists()
    assert not list(tmp_path.glob(".desk.root"))


@needs_walls
@pytest.mark.parametrize(
    "code",
    [
        "x = bytearray(9_000_000_000)",
        "open('big', 'wb').write(b'0' * 60_000_000)",
        "while True: print('x' * 1_000_000)",
    ],
)
def test_memory_and_files_are_limited(tmp_path, code):
    done = run(tmp_path / "desk", code, wall_s=20)
    assert done.status != 0 and not done.late and len(done.said) <= isolation.SAID
    assert all(path.stat().st_size <= isolation.FILE for path in tmp_path.rglob("*") if path.is_file())


@needs_walls
def test_time_is_limited_and_children_end_too(tmp_path):
    code = "import os, time\nos.fork()\nwhile True:\n    open('alive', 'a').write('x')\n    time.sleep(0.1)"
    assert run(tmp_path / "desk", code, wall_s=1.5).late
    size = (tmp_path / "desk" / "alive").stat().st_size
    time.sleep(0.4)
    assert (tmp_path / "desk" / "alive").stat().st_size == size > 2


def test_without_walls_nothing_runs_unless_understood():
    bare = Isolation(False, "")
    with pytest.raises(PermissionError, match="--i-understand"):
        isolation.allow(bare, understood=False)
    isolation.allow(bare, understood=True)
    isolation.allow(Isolation(True, ""), understood=False)


def test_what_a_machine_gives_is_said_plainly(monkeypatch):
    monkeypatch.setattr(isolation.sys, "platform", "darwin")
    found = isolation.probe.__wrapped__()
    assert not found.full and "cannot shut a notebook in" in found.words and "read and change your files" in found.words


def test_the_driver_is_told_only_what_is_code():
    made = {"cells": [{"cell_type": "code", "source": ["%pip install x\n", "a = 1\n"]}, {"cell_type": "markdown"}]}
    assert driver.cells(made) == ["a = 1"]
    assert HANDOUT == "handout.json"
