"""The course folder: its roster, its secret, its hand-outs."""

import json
import os
import subprocess
import zipfile
from itertools import pairwise

import nbformat
import pytest
from paths import ROOT
from pupils import ROSTER, inside, new_course, solve, unpack

from crmkit import checks, store
from crmkit.checks.record import ANSWERS, HANDOUT
from crmkit.classroom import course, handout, hands, papers, roster, salt


def given(tmp_path, content, **options):
    path = tmp_path / "r.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return roster.read(path, **options)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id,name,email\n1,王芳,a@x.cn\n2,李 波,b@x.cn\n", "utf-8"),
        ("学号;姓名;邮箱\n1;王芳;a@x.cn\n\n2;李  波;b@x.cn\n", "gb18030"),
        ("﻿E-Mail\tName\tID\r\na@x.cn\t王芳\t1\r\nb@x.cn\t李 波\t2\r\n", "utf-8"),
    ],
)
def test_rosters_are_read_as_schools_write_them(tmp_path, content, encoding):
    assert [(one.id, one.name) for one in given(tmp_path, content.encode(encoding))] == [("1", "王芳"), ("2", "李 波")]


HEAD = "id,name,email\n"


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (HEAD + "1,A,a@x\n1,B,b@x\n", "line 3: id '1' stands in line 2"),
        (HEAD + "a,A,a@x\nA,B,b@x\n", "line 3: id 'A' stands in line 2"),  # one file name on Windows and macOS
        (HEAD + "1,A,a@x\n2,B,A@X\n", "line 3: email 'A@X' stands in line 2"),
        (HEAD + "1,,a@x\n,B,b@x\n3,C,\n", "line 2: name is blank; line 3: id is blank; line 4: email is blank"),
        (HEAD + "../1,A,a@x\n", "cannot name a file"),
        (HEAD + "CON,A,a@x\n", "cannot name a file"),
        (HEAD + "1,A,nobody\n", "no address"),
        (HEAD, "names nobody"),
        ("id,name\n1,A\n", "needs one column 'email'"),
        ("id,id,name,email\n1,1,A,a@x\n", "needs one column 'id'"),
        (b"\xff\xff\x00\x80", "UTF-8"),
        (HEAD + "".join(f"{one},,a{one}@x\n" for one in range(12)), "and 4 more"),
    ],
)
def test_faults_of_a_roster_are_told_with_their_lines(tmp_path, content, match):
    with pytest.raises(ValueError, match=match):
        given(tmp_path, content)


def test_a_course_keeps_its_secret(tmp_path):
    made = new_course(tmp_path)
    path = made.folder / salt.FILE
    assert made.salt == path.read_text().strip() and made.salt not in repr(made)
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600 and made.folder.stat().st_mode & 0o777 == 0o700
        path.chmod(0o640)
        with pytest.raises(PermissionError, match="chmod 600"):
            course.load(made.folder)
        path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(ValueError, match="not as it was written"):
        course.load(made.folder)
    path.unlink()
    with pytest.raises(FileNotFoundError, match="without it no data"):
        course.load(made.folder)


def test_a_place_under_git_is_refused_before_and_after(tmp_path):
    made = new_course(tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with pytest.raises(ValueError, match="git repository"):
        course.load(made.folder)
    with pytest.raises(ValueError, match="git repository"):
        new_course(tmp_path, name="CRM102")
    assert not (tmp_path / "CRM102").exists()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"cases": ["99x"]}, "there is no case '99x'"),
        ({"cases": []}, "names none"),
        ({"marked": ["10"]}, "not among the cases"),
        ({"name": "CRM:1"}, "cannot name a course"),
        ({"roster": HEAD}, "names nobody"),
    ],
)
def test_a_course_that_cannot_be_is_refused_and_leaves_nothing(tmp_path, options, match):
    with pytest.raises(ValueError, match=match):
        new_course(tmp_path, **options)
    assert {path.name for path in tmp_path.iterdir()} <= {"roster.csv"}


def test_a_case_takes_its_exercise_along_which_is_marked(tmp_path):
    made = new_course(tmp_path, cases=["10"])
    assert made.banks == ("10", "exercise-10") and made.marked == {"exercise-10"}
    with pytest.raises(FileExistsError, match="not empty"):
        new_course(tmp_path, cases=["10"])
    with pytest.raises(FileNotFoundError, match="is no course"):
        course.load(tmp_path)


def test_seeds_and_ids_differ_between_students_cases_and_salts():
    salts = ["ab" * 32, "ac" * 32, salt.other("ab" * 32)]
    seeds = [salt.seed(one, bank, who) for one in salts for bank in ("10", "11") for who in ("1", "2")]
    ids = [salt.handout_id(one, name, who) for one in salts for name in ("c", "d") for who in ("1", "2")]
    assert len(set(seeds)) == len(set(ids)) == 12
    # Two names that read the same when joined must not meet.
    assert salt.handout_id(salts[0], "a", "bc") != salt.handout_id(salts[0], "ab", "c")


@pytest.fixture(scope="module")
def class10(tmp_path_factory):
    home = tmp_path_factory.mktemp("class10")
    made = new_course(home, cases=["10"])
    handout.write(made, root=ROOT)
    return home, made


def test_a_hand_out_holds_neither_truth_nor_seed_nor_salt(class10):
    _, made = class10
    folder = made.folder / handout.FOLDER
    assert len(list(folder.glob("*.zip"))) == len(made.students)
    for path in folder.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            texts = {name: archive.read(name).decode() for name in names}
        assert not any("envelope" in name or "salt" in name or "solutions" in name for name in names)
        assert not any(made.salt in text for text in texts.values())
        for name, text in texts.items():
            if name.endswith("case.json"):
                about = json.loads(text)
                assert about["seed"] is None and about["envelope"] == {} and about["world"] == {}
        assert all(not set(name) & course.WRONG_NAMES - {"/"} for name in names)


def test_writing_again_changes_no_byte_and_students_differ(class10):
    _, made = class10
    folder = made.folder / handout.FOLDER
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    handout.write(course.load(made.folder), root=ROOT)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    zips = [zipfile.ZipFile(path) for path in sorted(folder.glob("*.zip"))]
    logs = [archive.read(f"{archive.namelist()[0].split('/')[0]}/data/10/transactions.csv") for archive in zips]
    for archive in zips:
        archive.close()
    assert all(one != two for one, two in pairwise(logs))


def test_what_a_student_does_in_the_notebook_is_recorded_and_can_be_seen(class10):
    home, made = class10
    desk = unpack(made, "2026001", home / "desk")
    with inside(desk):
        case = store.load("data/10")
        sheet = checks.Sheet("10", case, record=HANDOUT)
        right = sheet.question("mean_recency").solve(case)[0]
        assert sheet.check("mean_recency", right).right  # formative: told at once
        assert sheet.check("mean_recency", -1).state == "wrong" and sheet.check("real_top", ...).state == "open"
        sheet.predict("champions_money_share", 0.4)
        assert sheet.memo("\n...\n").startswith("…")
        assert "3 words" in sheet.memo("写给 忠诚 会员 ...")
        marked = checks.Sheet("exercise-10", store.load("data/exercise-10"), record=HANDOUT)
        verdict = marked.check("mean_recency", 5)
        assert verdict.state == "recorded" and "of the right form" in verdict.says and not verdict.right
        assert marked.check("mean_recency", "soon").state == "wrong"
        marked.predict("half_of_money", 0.2)
        assert marked.look_back().loc["half_of_money", "found"] == "after marking"
        seen = json.loads(repr(sheet.recorded()))
    assert seen == json.loads((desk / ANSWERS).read_text("utf-8"))
    assert seen["cases"]["10"]["answers"] == {"mean_recency": -1}
    assert seen["cases"]["10"]["tries"] == {"mean_recency": 2}
    assert seen["cases"]["10"]["memo"] == "写给 忠诚 会员 ..." and seen["cases"]["10"]["predictions"]
    assert set(seen) == {"layout", "crmkit", "course", "student", "handout", "cases", "seal"}
    with inside(desk):  # a new kernel goes on where the old one ended
        again = checks.Sheet("10", case, record=HANDOUT)
        again.check("mean_recency", 1)
        assert again.recorded()["cases"]["10"]["tries"] == {"mean_recency": 3}
        assert again.recorded()["cases"]["exercise-10"]["answers"]
    with pytest.raises(ValueError, match="nothing is recorded here"):
        checks.Sheet("10", case).recorded()


def test_a_sheet_says_when_its_hand_out_is_not_there_or_anothers(class10, tmp_path):
    home, made = class10
    with pytest.raises(FileNotFoundError, match="unpack the whole zip"):
        checks.Sheet("10", None, record=tmp_path / HANDOUT)
    mine, other = unpack(made, "2026001", home / "d1"), unpack(made, "2026002", home / "d2")
    solve(other)
    (mine / ANSWERS).write_bytes((other / ANSWERS).read_bytes())
    with pytest.raises(ValueError, match="belongs to the hand-out of 2026002"):
        checks.Sheet("10", None, record=mine / HANDOUT)
    (mine / ANSWERS).write_text("{")
    with pytest.raises(ValueError, match="cannot be read"):
        checks.Sheet("10", None, record=mine / HANDOUT)
    (mine / HANDOUT).write_text('{"cases": {}}')
    with pytest.raises(ValueError, match="does not hold '10'"):
        checks.Sheet("10", None, record=mine / HANDOUT)


def test_the_envelope_comes_later_and_opens_the_truth(class10):
    home, made = class10
    target = handout.write(made, cases=["10"], truth=True, out=home / "later")
    folder = unpack(made, "2026001", home / "desk_e") / "data" / "10"
    with zipfile.ZipFile(target / f"{made.name}_2026001_envelope.zip") as archive:
        archive.extractall(home / "desk_e")  # over the hand-out, as students do
    assert (folder.parent.parent / HANDOUT).is_file()
    assert len(store.open_envelope(folder).customers) == len(store.load(folder).customers)
    with pytest.raises(ValueError, match="has no case '20'"):
        handout.write(made, cases=["20"])


@pytest.mark.parametrize("bank", ["10", "exercise-10"])
def test_the_notebook_of_a_hand_out_is_blank_and_stands_alone(bank):
    made = papers.paper(bank, ROOT).notebook
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    text = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    assert f'checks.Sheet("{bank}", case, record="handout.json")' in code and f'store.load("data/{bank}")' in code
    assert "own_case" not in code and "STUDENT" not in code and "../datasets" not in code
    assert "](../" not in text and all(not cell.get("outputs") for cell in made.cells)
    assert made.cells[-1].source == "sheet.recorded()"
    assert ("sheet.memo(memo)" in code) == ("Your envelope comes after the memo" in text) == (bank == "10")
    compile(code, bank, "exec")


@pytest.mark.parametrize(
    ("code", "match"),
    [
        (["case = 1"], "opens 0 sheets"),
        (['store.load("a")\nsheet = checks.Sheet("10", case)', 'store.load("b")'], "more than one data set"),
    ],
)
def test_a_notebook_that_cannot_be_handed_out_is_refused(code, match):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in code])
    with pytest.raises(ValueError, match=match):
        papers.prepare(made, "10", "x.ipynb")


def test_hands_keep_the_order_and_pass_errors_on():
    for cores in (1, 2):
        assert list(hands.each(abs, range(-20, 0), cores=cores)) == list(range(20, 0, -1))
        with pytest.raises(ZeroDivisionError):
            list(hands.each((1).__truediv__, range(20), cores=cores))
    assert hands.cores() >= 1


def test_the_roster_is_written_as_it_was_read(tmp_path):
    students = given(tmp_path, ROSTER)
    assert given(tmp_path, roster.text(students)) == students
