"""Exercises: fifty firms, one source for solution and blank, nothing that leaks."""

from collections import Counter, defaultdict

import nbformat
import pytest
from bank import hold
from paths import ROOT

from crmkit import checks
from crmkit.checks import exercise_10
from crmkit.classroom import blanks

SEEDS = range(50)
SOLUTIONS = ROOT / "exercises/10_retail_solutions.ipynb"
BLANK = ROOT / "exercises/10_retail.ipynb"


def cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def run(path, case):
    """Run our own notebook's code on one case; the sheet it filled."""
    names = {}
    sheet = checks.Sheet("exercise-10", case)
    for cell in cells(path):
        source = cell.source
        if "own_case" in source:  # the cell that draws the case and opens the sheet
            exec(source.split("STUDENT")[0], names)
            names |= {"case": case, "sheet": sheet}
            continue
        exec(source, names)
    return sheet


@pytest.fixture(scope="module")
def firms():
    return [exercise_10.case(seed) for seed in SEEDS]


@pytest.mark.slow
def test_answers_differ_between_firms_and_slips_from_answers(firms):
    answers, fell = defaultdict(list), Counter()
    for case in firms:
        fell += hold("exercise-10", case, answers)
    for name, found in answers.items():
        most = Counter(found).most_common(1)[0][1]
        # A constant handed on by a neighbour must fail nearly everyone else.
        assert most <= len(SEEDS) // 5, f"{name}: one answer serves {most} of {len(SEEDS)} firms"
    # Now and then two quantities are equal by chance; more than a tenth would be a slip no one can tell.
    assert all(times <= len(SEEDS) // 10 for times in fell.values()), fell


@pytest.mark.slow
def test_the_solutions_pass_on_every_firm(firms):
    for seed, case in zip(SEEDS, firms, strict=True):
        standing = run(SOLUTIONS, case).standing()
        assert set(standing.index) == set(exercise_10.BANK), "a question is never put"
        assert (standing["state"] == "right").all(), (seed, standing)


def test_the_same_firm_has_the_same_answers(firms):
    again = exercise_10.case(SEEDS[0])
    for asked in exercise_10.BANK.values():
        assert asked.solve(firms[0])[0] == asked.solve(again)[0]


def test_a_blank_copy_runs_and_answers_nothing(firms):
    standing = run(BLANK, firms[0]).standing()
    assert set(standing.index) == set(exercise_10.BANK)
    assert (standing["state"] == "open").all()


def test_the_blank_is_what_the_solutions_give(tmp_path):
    (tmp_path / SOLUTIONS.name).write_bytes(SOLUTIONS.read_bytes())
    written = blanks.write_blanks(tmp_path)
    assert [path.name for path in written] == [BLANK.name]
    assert written[0].read_bytes() == BLANK.read_bytes(), "mend: make exercises"


def test_no_line_of_a_solution_is_left_in_the_blank():
    blank = BLANK.read_text(encoding="utf-8")
    source = nbformat.read(SOLUTIONS, as_version=4)
    for cell in source.cells:
        if blanks.TAG not in cell.metadata.get("tags", []):
            continue
        for line in cell.source.splitlines():
            if not line.startswith("#") and line.strip():
                assert line.strip() not in blank, line
    assert '"outputs": []' in blank and "image/png" not in blank


def test_a_solution_that_assigns_nothing_is_refused():
    with pytest.raises(ValueError, match="assigns no name"):
        blanks.blank_cell("print(3)")


def test_an_empty_folder_is_told(tmp_path, capsys):
    assert blanks.main([str(tmp_path)]) == 2
    assert "holds no" in capsys.readouterr().err
