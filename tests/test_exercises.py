"""Exercises: fifty firms, one source for solution and blank, nothing that leaks. One class an exercise."""

import importlib
from collections import Counter, defaultdict
from functools import cached_property

import nbformat
import pytest
from bank import hold
from paths import ROOT

from crmkit import checks
from crmkit.classroom import blanks

SEEDS = range(50)
NUMBERS = sorted(name.removeprefix("exercise-") for name in checks.BANKS if name.startswith("exercise"))


def cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


class Exercise:
    """The notebooks and the bank of one exercise; its firms are drawn once."""

    def __init__(self, number):
        self.name = f"exercise-{number}"
        (self.solutions,) = ROOT.glob(f"exercises/{number}_*_solutions.ipynb")
        self.blank = self.solutions.with_name(self.solutions.name.removesuffix(blanks.SUFFIX) + ".ipynb")
        self.module = importlib.import_module(checks.BANKS[self.name])

    @cached_property
    def firms(self):
        return [self.module.case(seed) for seed in SEEDS]

    def run(self, path, case):
        """Run our own notebook's code on one case; the sheet it filled."""
        names = {}
        sheet = checks.Sheet(self.name, case)
        for cell in cells(path):
            source = cell.source
            if "own_case" in source:  # the cell that draws the case and opens the sheet
                exec(source.split("STUDENT")[0], names)
                names |= {"case": case, "sheet": sheet}
                continue
            exec(source, names)
        return sheet


class Laws:
    """What every exercise keeps; `number` names it."""

    number: str

    @pytest.fixture(scope="class")
    @classmethod
    def exercise(cls):
        return Exercise(cls.number)

    @pytest.mark.slow
    def test_answers_differ_between_firms_and_slips_from_answers(self, exercise):
        answers, fell = defaultdict(list), Counter()
        for case in exercise.firms:
            fell += hold(exercise.name, case, answers)
        for name, found in answers.items():
            most = Counter(found).most_common(1)[0][1]
            # A constant handed on by a neighbour must fail nearly everyone else.
            assert most <= len(SEEDS) // 5, f"{name}: one answer serves {most} of {len(SEEDS)} firms"
        # Now and then two quantities are equal by chance; more than a tenth would be a slip no one can tell.
        assert all(times <= len(SEEDS) // 10 for times in fell.values()), fell

    @pytest.mark.slow
    def test_the_solutions_pass_on_every_firm(self, exercise):
        for seed, case in zip(SEEDS, exercise.firms, strict=True):
            standing = exercise.run(exercise.solutions, case).standing()
            assert set(standing.index) == set(exercise.module.BANK), "a question is never put"
            assert (standing["state"] == "right").all(), (seed, standing)

    def test_the_same_firm_has_the_same_answers(self, exercise):
        again = exercise.module.case(SEEDS[0])
        for asked in exercise.module.BANK.values():
            assert asked.solve(exercise.firms[0])[0] == asked.solve(again)[0]

    def test_a_blank_copy_runs_and_answers_nothing(self, exercise):
        standing = exercise.run(exercise.blank, exercise.firms[0]).standing()
        assert set(standing.index) == set(exercise.module.BANK)
        assert (standing["state"] == "open").all()

    def test_the_blank_is_what_the_solutions_give(self, exercise, tmp_path):
        (tmp_path / exercise.solutions.name).write_bytes(exercise.solutions.read_bytes())
        written = blanks.write_blanks(tmp_path)
        assert [path.name for path in written] == [exercise.blank.name]
        assert written[0].read_bytes() == exercise.blank.read_bytes(), "mend: make exercises"

    def test_no_line_of_a_solution_is_left_in_the_blank(self, exercise):
        blank = exercise.blank.read_text(encoding="utf-8")
        for cell in nbformat.read(exercise.solutions, as_version=4).cells:
            if blanks.TAG not in cell.metadata.get("tags", []):
                continue
            for line in cell.source.splitlines():
                if not line.startswith("#") and line.strip():
                    assert line.strip() not in blank, line
        assert '"outputs": []' in blank and "image/png" not in blank

    def test_there_are_three_grades(self, exercise):
        text = exercise.solutions.read_text(encoding="utf-8")
        for grade in ("Repeat", "Vary", "Transfer"):
            assert grade in text


for _number in NUMBERS:
    globals()[f"Test{_number}"] = type(f"Test{_number}", (Laws,), {"number": _number})


def test_a_solution_that_assigns_nothing_is_refused():
    with pytest.raises(ValueError, match="assigns no name"):
        blanks.blank_cell("print(3)")


def test_an_empty_folder_is_told(tmp_path, capsys):
    assert blanks.main([str(tmp_path)]) == 2
    assert "holds no" in capsys.readouterr().err
