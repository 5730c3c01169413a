"""The command line of a class, from the roster to the marks."""

import pytest
from paths import ROOT
from pupils import ROSTER, pack, solve

from crmkit.__main__ import main
from crmkit.classroom import course, isolation
from crmkit.classroom.isolation import Isolation


def run(capsys, *words):
    status = main(["class", *map(str, words)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_from_the_roster_to_the_marks(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    (tmp_path / "r.csv").write_text(ROSTER, encoding="utf-8")
    home = tmp_path / "CRM101"
    status, out, _ = run(capsys, "new", home, "--cases", "exercise-10", "--roster", tmp_path / "r.csv")
    assert status == 0 and "4 students" in out and "secret" in out
    assert course.load(home).salt not in out
    status, out, _ = run(capsys, "handout", home)
    assert status == 0 and "4 zips" in out

    import zipfile

    with zipfile.ZipFile(home / "handouts" / "CRM101_2026001.zip") as archive:
        archive.extractall(tmp_path / "desk")
    desk = tmp_path / "desk" / "CRM101_2026001"
    solve(desk)
    (tmp_path / "post").mkdir()
    pack(desk, tmp_path / "post" / "ada.zip")
    (tmp_path / "post" / "photo.heic").write_bytes(b"x")
    status, out, _ = run(capsys, "collect", home, tmp_path / "post")
    assert status == 0 and "refused photo.heic" in out and "1 handed in, 3 missing" in out
    status, out, _ = run(capsys, "grade", home)
    assert status == 0 and "1 of 4 handed in" in out and "4 feedback pages" in out

    monkeypatch.setattr(isolation, "probe", lambda: Isolation(False, "This machine cannot shut a notebook in."))
    status, out, err = run(capsys, "grade", home, "--rerun")
    assert status == 2 and "cannot shut" in out and "--i-understand" in err


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["new", "{}/c", "--cases", "10", "--roster", "{}/none.csv"], "there is no roster"),
        (["handout", "{}"], "is no course"),
        (["grade", "{}"], "is no course"),
        (["slides", "97", "--out", "{}/s"], "expected one notebook"),
        (["nbgrader", "10", "--out", "{}/n"], "is a case"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(tmp_path, capsys, words, match):
    status, _, err = run(capsys, *(word.format(tmp_path) for word in words))
    assert status == 2 and match in err and len(err.strip().splitlines()) == 1


def test_slides_and_nbgrader_say_where_they_are(tmp_path, capsys):
    assert "slides.html" in run(capsys, "slides", "exercise-10", "--out", tmp_path / "s")[1]
    assert "10_retail.ipynb" in run(capsys, "nbgrader", "exercise-10", "--out", tmp_path / "n")[1]
