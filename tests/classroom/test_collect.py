"""What platforms deliver, and what attackers would: each is refused with its reason, the rest goes on."""

import csv
import io
import json
import os
import stat
import zipfile
from dataclasses import replace

import nbformat
import pytest
from pupils import new_course

from crmkit.checks.question import MIME
from crmkit.checks.record import ANSWERS, LARGEST, Noted, Record, body, parse, write
from crmkit.classroom import collect, delivery

ADA, BOB, EVE = "2026001", "2026002", "2026003"
BANK = "exercise-10"


@pytest.fixture
def made(tmp_path):
    return new_course(tmp_path)


@pytest.fixture
def post(tmp_path):
    folder = tmp_path / "post"
    folder.mkdir()
    return folder


def record(made, student, *, count=1, **options):
    (one,) = [one for one in made.students if one.id == student]
    noted = Noted(answers={"mean_recency": 3.5}, tries={"mean_recency": 1}, count=count)
    return Record(made.name, student, made.handout_id(one), {BANK: noted}, **options)


def text(made, student, **options):
    return json.dumps(body(record(made, student, **options)), ensure_ascii=False).encode()


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def notebook(*records):
    made = nbformat.v4.new_notebook()
    for one in records:
        output = nbformat.v4.new_output("display_data", {MIME: one, "text/plain": "✎"})
        made.cells.append(nbformat.v4.new_code_cell("sheet.recorded()", outputs=[output]))
    return nbformat.writes(made).encode()


def reasons(found):
    return {line.delivered: (line.state, line.reason) for line in found.lines}


def test_zips_folders_notebooks_and_loose_files_are_taken(made, post):
    zipped(
        post / "Ada 王_8812_assignsubmission_file.zip",
        {f"CRM101_{ADA}/answers.json": text(made, ADA), "x/data/a.csv": "1"},
    )
    folder = post / "李波_8813_assignsubmission_file" / "Abgabe"
    folder.mkdir(parents=True)
    (folder / "answers (1).json").write_bytes(text(made, BOB))
    (folder / "10.ipynb").write_bytes(notebook())
    (post / "zhoueve_77_late_10_retail.ipynb").write_bytes(notebook(body(record(made, EVE))))
    found = collect.collect(made, post)
    assert found.handed_in == (ADA, BOB, EVE) and found.missing == ("2026004",)
    assert [line.state for line in found.lines] == ["taken"] * 2 + ["taken", "noted"]
    assert len(list((found.folder / BOB).glob("*.ipynb"))) == len(list((found.folder / EVE).glob("*.ipynb"))) == 1
    with (found.folder / collect.LIST).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(found.lines)
    assert collect.records(made)[EVE].cases[BANK].answers == {"mean_recency": 3.5}


def test_the_platforms_own_zip_of_all_is_read(made, tmp_path):
    inner = zipped(tmp_path / "inner.zip", {f"CRM101_{ADA}/answers.json": text(made, ADA)}).read_bytes()
    bulk = zipped(
        tmp_path / "submissions.zip", {"ada_1_2_x.zip": inner, "libo_3_4_answers.json": text(made, BOB), "a.pdf": "x"}
    )
    found = collect.collect(made, bulk)
    assert found.handed_in == (ADA, BOB) and reasons(found)["a.pdf"][0] == "refused"


def test_attacks_and_junk_are_refused_and_the_rest_goes_on(made, post, monkeypatch):
    good = text(made, ADA)
    zipped(post / "a_traversal.zip", {"../../etc/answers.json": good})
    zipped(post / "b_absolute.zip", {"/etc/answers.json": good})
    zipped(post / "c_drive.zip", {"C:\\x\\answers.json": good})
    with zipfile.ZipFile(post / "d_link.zip", "w") as archive:
        link = zipfile.ZipInfo("x/answers.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    zipped(post / "e_bomb.zip", {"x/answers.json": b" " * (LARGEST + 1)})
    monkeypatch.setattr(delivery, "UNPACKED", 5_000_000)
    zipped(post / "f_bomb.zip", {"x/a.csv": b"0" * 6_000_000, "x/answers.json": good})
    zipped(post / "g_many.zip", {f"{one}": "" for one in range(delivery.MEMBERS + 1)})
    (post / "h_cut.zip").write_bytes(zipped(post / "t.zip", {"answers.json": good}).read_bytes()[:-9])
    (post / "t.zip").unlink()
    with (post / "i_junk.bin").open("wb") as file:
        file.truncate(200_000_000)  # holds nothing, and is as large
    os.symlink("/etc/passwd", post / "j_answers.json")
    os.symlink("/", post / "k_folder")
    (post / "l_answers.json").write_bytes(b"[" * 100_000)
    (post / "m_answers.json").write_bytes(b'{"handout": 3}')
    (post / "n.ipynb").write_bytes(b"\xff\xfe not a notebook")
    (post / "o.docx").write_bytes(zipped(post / "t.zip", {"word/document.xml": "x"}).read_bytes())
    (post / "t.zip").unlink()
    (post / "p_lonely.ipynb").write_bytes(notebook())
    os.mkfifo(post / "q_pipe.zip")
    (post / "z_answers.json").write_bytes(good)
    found = collect.collect(made, post)
    said = reasons(found)
    expected = {
        "a_traversal.zip": "leads out", "b_absolute.zip": "leads out", "c_drive.zip": "leads out",
        "d_link.zip": "link", "e_bomb.zip!x/answers.json": "at most", "f_bomb.zip": "zip bomb",
        "g_many.zip": "members", "h_cut.zip": "no zip", "i_junk.bin": "200 MB", "j_answers.json": "link",
        "k_folder": "link", "l_answers.json": "JSON", "m_answers.json": "no record", "n.ipynb": "notebook",
        "p_lonely.ipynb": "holds no record", "q_pipe.zip": "no file",
    }  # fmt: skip
    for name, word in expected.items():
        assert said[name][0] == "refused" and word in said[name][1], (name, said.get(name))
    assert found.handed_in == (ADA,) and said["z_answers.json"][0] == "taken"
    assert not any("docx" in line.delivered and line.state == "taken" for line in found.lines)


def test_a_zip_that_lies_about_its_size_is_read_no_further_than_the_limit(made, post):
    path = zipped(post / "lie.zip", {"x/answers.json": b" " * (LARGEST * 3)})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")  # the size it claims to have
    path.write_bytes(data)
    (line,) = collect.collect(made, post).lines
    assert line.state == "refused"


def test_a_bomb_is_not_even_opened(made, post, monkeypatch):
    zipped(post / "bomb.zip", {"x/answers.json": b" " * (LARGEST + 1), "x/10.ipynb": b" " * (delivery.NOTEBOOK + 1)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    assert [line.state for line in collect.collect(made, post).lines] == ["refused"] * 2


def test_zips_in_zips_are_read_no_further_than_one_zip(made, post, monkeypatch):
    monkeypatch.setattr(delivery, "UNPACKED", 40_000)
    monkeypatch.setattr(delivery, "MEMBERS", 50)
    blank = b" " * 9_000
    (post / "x").mkdir()
    inner = zipped(post / "x" / "in.zip", {f"{number}.ipynb": blank for number in range(4)}).read_bytes()
    zipped(post / "bomb.zip", {f"{number}.zip": inner for number in range(40)})
    (post / "x" / "in.zip").unlink()
    zipped(post / "ok.zip", {"answers.json": text(made, ADA)})
    found = collect.collect(made, post)
    assert len([line for line in found.lines if "bomb" in line.delivered and ".ipynb" in line.delivered]) < 6
    assert "unpacks to more than" in reasons(found)["bomb.zip"][1]
    assert found.handed_in == (ADA,), "the next student's zip has a count of its own"


def test_names_in_any_encoding_are_shown_and_do_no_harm(made, post):
    name = "作业/answers.json"
    for number, encoding in enumerate(("gb18030", "utf-8")):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("X" * len(name.encode(encoding)), text(made, (ADA, BOB)[number]))
        data = buffer.getvalue().replace(b"X" * len(name.encode(encoding)), name.encode(encoding))
        (post / f"{number}.zip").write_bytes(data)
    found = collect.collect(made, post)
    assert found.handed_in == (ADA, BOB)
    assert {line.delivered for line in found.lines} == {f"0.zip!{name}", f"1.zip!{name}"}


def test_of_two_the_later_counts_and_nothing_is_lost_between_weeks(made, post):
    (post / "1_answers.json").write_bytes(text(made, ADA, count=5))
    (post / "2_answers.json").write_bytes(text(made, ADA, count=2))
    found = collect.collect(made, post)
    assert [line.state for line in found.lines] == ["taken", "double"]
    assert collect.records(made)[ADA].cases[BANK].count == 5
    for path in post.iterdir():
        path.unlink()
    (post / "answers.json").write_bytes(text(made, BOB))
    assert collect.collect(made, post).handed_in == (ADA, BOB)
    assert collect.records(made)[ADA].cases[BANK].count == 5


def test_who_left_the_roster_is_kept_and_a_spoilt_record_is_named(made, post):
    for student in (ADA, BOB):
        zipped(post / f"{student}.zip", {"answers.json": text(made, student)})
    before = (collect.collect(made, post).folder / ADA / ANSWERS).read_bytes()
    fewer = replace(made, students=tuple(one for one in made.students if one.id != ADA))
    found = collect.collect(fewer, post)
    assert (found.folder / ADA / ANSWERS).read_bytes() == before
    assert reasons(found)[f"submissions/{ADA}"] == ("noted", "kept; no longer in the roster")
    (found.folder / BOB / ANSWERS).write_text("{")
    for call in (collect.records, lambda course: collect.collect(course, post)):
        with pytest.raises(ValueError, match=rf"{BOB}.{ANSWERS}: .* collect that student's delivery again"):
            call(made)


def test_another_ones_hand_out_and_another_course_are_refused(made, post, tmp_path):
    zipped(post / "Eve Zhou_99_file.zip", {f"CRM101_{ADA}/answers.json": text(made, ADA)})
    (tmp_path / "last").mkdir()
    last = new_course(tmp_path / "last", year="2025")
    (post / "x_answers.json").write_bytes(text(last, BOB))
    said = reasons(collect.collect(made, post))
    assert "delivered under the name of 2026003 Eve Zhou" in said[f"Eve Zhou_99_file.zip!CRM101_{ADA}/answers.json"][1]
    assert "not the one given to this student" in said["x_answers.json"][1]


def test_another_version_and_a_broken_seal_are_told_and_taken(made, post):
    (post / "1_answers.json").write_bytes(text(made, ADA, crmkit="9.9"))
    (post / "2_answers.json").write_bytes(text(made, BOB).replace(b"3.5", b"4.5"))
    found = collect.collect(made, post)
    said = reasons(found)
    assert found.handed_in == (ADA, BOB)
    assert "crmkit 9.9" in said["1_answers.json"][1] and "seal" in said["2_answers.json"][1]
    assert not collect.records(made)[BOB].whole and collect.records(made)[ADA].whole


def test_no_place_is_told(made, tmp_path):
    with pytest.raises(FileNotFoundError, match="is not there"):
        collect.collect(made, tmp_path / "nowhere")
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        collect.collect(made, tmp_path / "roster.csv")
    with pytest.raises(FileNotFoundError, match="crmkit class collect"):
        collect.records(made)


def test_a_record_survives_the_way_to_the_file_and_back(tmp_path, made):
    one = record(made, ADA)
    write(one, tmp_path / ANSWERS)
    assert parse((tmp_path / ANSWERS).read_bytes()) == one


@pytest.mark.parametrize("value", [True, {"a": 1}, [[1]], 1e400, "\ud800\x00", "x" * 10_000, None, 10**400])
def test_strange_answers_are_read_as_harmless_ones(made, value):
    inner = body(record(made, ADA))
    inner["cases"][BANK]["answers"]["mean_recency"] = value
    found = parse(json.loads(json.dumps(inner)))
    assert not found.whole
    json.dumps(body(found), allow_nan=False).encode("utf-8")
    assert len(str(found.cases[BANK].answers)) < 1_000
