"""Slides, lectures, source notebooks, and decisions scored by what they bring."""

import json
import re

import nbformat
import pytest
from paths import ROOT

from crmkit import lecture
from crmkit.checks import case_10
from crmkit.checks.case_10.steps import BUDGET, cost, sizes, true_gain
from crmkit.checks.record import Noted
from crmkit.classroom import cells, marking, nbgrader, sections, slides


@pytest.fixture(scope="module")
def case():
    return case_10.case(5, members=1_200)


def test_slides_and_hand_out_need_nothing_but_themselves(tmp_path):
    folder = slides.write("10", tmp_path / "s", root=ROOT)
    for name in (slides.SLIDES, slides.HANDOUT):
        text = (folder / name).read_text("utf-8")
        assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!data:|#)\w+""", text), "something is loaded or linked"
        assert (
            "who are our customers?" in text and "data:image/png" in text and "¶" not in text and "&#182;" not in text
        )
        assert all('alt="' in image for image in re.findall(r"<img[^>]*>", text))
    pages = (folder / slides.SLIDES).read_text("utf-8").count('<section class="slide">')
    assert pages > 20
    with pytest.raises(FileExistsError):
        slides.write("10", folder, root=ROOT)
    with pytest.raises(FileNotFoundError, match="expected one notebook of 98"):
        slides.write("98", tmp_path / "x", root=ROOT)


def test_an_exercise_is_shown_blank(tmp_path):
    folder = slides.write("exercise-10", tmp_path / "s", root=ROOT)
    assert "gap.dt.days" not in (folder / slides.HANDOUT).read_text("utf-8")


def test_a_lecture_is_large_and_folded_and_leaves_the_notebook_alone(tmp_path):
    (source,) = ROOT.glob("notebooks/10_*.ipynb")
    before = source.read_bytes()
    page, settings = lecture.prepare(ROOT, "10", tmp_path)
    made = nbformat.read(tmp_path / page, as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert code and all(cell.metadata["jupyter"]["source_hidden"] for cell in code)
    assert any(cell.outputs for cell in code) and any(cell.metadata["jupyter"].get("outputs_hidden") for cell in code)
    assert (tmp_path / page).parent.joinpath("../datasets/retail/case.json").is_file()
    (themes,) = tmp_path.rglob("themes.jupyterlab-settings")
    assert str(themes).startswith(settings[lecture.SETTINGS])
    assert json.loads(themes.read_text())["overrides"]["content-font-size1"] == "24px"
    assert source.read_bytes() == before
    with pytest.raises(FileNotFoundError, match=r"expected one of .*10"):
        lecture.prepare(ROOT, "77", tmp_path)


def test_a_source_notebook_for_nbgrader_has_its_marks(tmp_path):
    path = nbgrader.write("exercise-10", tmp_path / "source" / "exercise-10", root=ROOT)
    made = nbformat.read(path, as_version=4)
    marks = [cell.metadata["nbgrader"] for cell in made.cells if "nbgrader" in cell.metadata]
    assert len({mark["grade_id"] for mark in marks}) == len(marks)
    assert sum(mark.get("points", 0) for mark in marks) == 9 and {mark["schema_version"] for mark in marks} == {3}
    for cell in made.cells:
        mark = cell.metadata.get("nbgrader", {})
        assert (nbgrader.BEGIN in cell.source) == bool(mark.get("solution"))
        assert not mark.get("grade") or mark["locked"]
    with pytest.raises(ValueError, match="is a case"):
        nbgrader.write("10", tmp_path / "x", root=ROOT)
    short = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('sheet.check("mean_recency", 1)', metadata={})])
    with pytest.raises(ValueError, match="never tests champions_money_share"):
        nbgrader.convert(short, "exercise-10")


def test_no_decision_beats_the_best_and_lots_keep_to_the_budget(case):
    decision = case_10.DECISION
    best = decision.profit(case, decision.best(case))
    gain, size = true_gain(case), sizes(case)
    for name in gain.index:
        assert decision.profit(case, [name]) <= best + 1e-9
        served = min(size[name], BUDGET / cost(case))
        assert decision.profit(case, name) == pytest.approx(gain[name] * served)
    copies = BUDGET / cost(case)
    assert copies < size.sum(), "this firm is too small for the budget to bind"
    everyone = float((gain * size).sum()) * copies / size.sum()
    assert decision.profit(case, list(gain.index)) == pytest.approx(everyone)
    assert everyone <= best
    assert decision.profit(case, []) == decision.profit(case, "nobody") == 0.0 <= best
    with pytest.raises(ValueError, match="no segment 'vip'"):
        decision.profit(case, ["VIP"])


def test_a_decision_is_marked_with_its_regret(monkeypatch, case):
    monkeypatch.setattr(case_10, "case", lambda seed: case)
    given = {"mail_whom": ["loyal", "champions"]}
    scored = marking.mark(marking.Sheet("1", "10", 5, Noted(answers=given))).decision
    assert scored.profit + scored.regret == pytest.approx(scored.best) and scored.regret >= 0
    assert scored.naive == case_10.DECISION.profit(case, ["champions"])
    bad = marking.mark(marking.Sheet("1", "10", 5, Noted(answers={"mail_whom": "VIP", "nonsense": 1})))
    assert bad.decision.profit is None and bad.decision.regret is None and "no segment" in bad.decision.says
    assert bad.strange == ("nonsense",)


def test_the_notebook_says_where_a_question_is_put_and_how_the_memo_is_judged():
    found = sections.outline("10", ROOT)
    assert found.sections["mean_recency"] == "2 · Recency, frequency, money"
    assert set(found.sections) >= set(case_10.BANK)
    assert len(found.rubric) == 6 and sum(points for _, points in found.rubric) == 10
    assert sections.outline("98", ROOT).sections == {}


def test_a_name_is_no_formula(tmp_path):
    cells.write(tmp_path / "x.csv", ["a"], [["=HYPERLINK(1)"], ["＝1"], ["-3.5"], ["王"]])
    assert (tmp_path / "x.csv").read_text("utf-8-sig").split() == ["a", "'=HYPERLINK(1)", "'＝1", "-3.5", "王"]
