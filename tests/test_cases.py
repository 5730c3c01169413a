"""Question banks of the cases: on the committed data, and on three other draws of the same world.

One class a case, so that the cases run beside each other.
"""

import importlib
import re

import pytest
from bank import hold
from cases import committed, notebook
from paths import ROOT

from crmkit import checks

SEEDS = range(3)


class Laws:
    """What every bank keeps; `number` names it."""

    number: str

    @property
    def bank(self):
        return importlib.import_module(checks.BANKS[self.number])

    def test_every_slip_of_the_committed_case_is_named(self):
        assert not hold(self.number, committed(self.number))

    @pytest.mark.slow
    def test_the_bank_serves_other_draws_too(self):
        fell = {name for seed in SEEDS for name, _ in hold(self.number, self.bank.case(seed))}
        assert fell <= self.bank.BY_NATURE

    def test_the_notebook_puts_every_question(self):
        source = notebook(self.number).read_text(encoding="utf-8")
        for name in self.bank.BANK:
            assert name in source, f"{name} is never put"


# --- the minutes of the instructors' notes -------------------------------------------------------------------

NOTES = sorted((ROOT / "docs/instructors").glob("[1-9]*.md"))
TOLD = re.compile(r"\((\d+) minutes\)")


def minutes_of(note):
    """Minutes of each part by the table ("opening" has no number), and what a cut to 50 and one to 90 minutes keep."""
    text = note.read_text(encoding="utf-8")
    table, after = re.search(r"## Minutes\n(.*?)\n\n(That is .*?)\n\n", text, flags=re.S).groups()
    parts = {}
    for name, minutes in re.findall(r"^\| ([^|]+?) \| (\d+) \|", table, flags=re.M):
        parts[re.match(r"\d+|opening", name).group()] = int(minutes)
    after = " ".join(after.split())
    cuts = {}
    for cut in (50, 90):
        found = re.search(rf" {cut} minutes: (.*?)(?=[.;] |$)", after)
        cuts[cut] = found.group(1) if found else "all"
    return parts, int(re.match(r"That is (\d+) minutes", after).group(1)), cuts


def of_a_piece(piece, parts):
    """Least and most minutes of a piece of a cut: a part, some of it (a third or more), or "(N minutes)"."""
    told = TOLD.search(piece)
    if told:
        return int(told.group(1)), int(told.group(1))
    number = re.search(r"opening|\d+", piece)
    if not number or number.group() not in parts:
        return 0, 15  # a section that is called by its name
    whole = parts[number.group()]
    part = re.fullmatch(r"(?:and )?(?:parts? )?(?:opening|\d+)", piece.strip()) is None
    return (whole / 3 if part else whole), whole


def pieces(text):
    return [piece for piece in re.split(r", (?:and )?| and (?=(?:without )?(?:the |part |\d))", text) if piece]


@pytest.mark.parametrize("note", NOTES, ids=[note.stem for note in NOTES])
def test_the_minutes_of_the_notes_add_up(note):
    """The table to the length that the notebook names; each cut to its own, give or take what is left of a part told in part."""
    parts, length, cuts = minutes_of(note)
    assert sum(parts.values()) == length
    notebook = next((ROOT / "notebooks").glob(f"{note.stem[:2]}_*.ipynb")).read_text(encoding="utf-8")
    assert f"| Time | {length} minutes in class" in notebook, f"the notebook names another length than {length} minutes"
    kept = [of_a_piece(piece, parts) for piece in pieces(cuts[50])]
    least, most = (sum(ends) for ends in zip(*kept, strict=True))
    assert least <= 50 and most >= 45, (
        f"50 minutes: {cuts[50]!r} holds {least} to {most} minutes; mend: say (N minutes)"
    )
    left_out = re.sub(r"^all(,? (without|but) )?", "", cuts[90])
    dropped = [of_a_piece(piece, parts) for piece in pieces(left_out)]
    least, most = (length - sum(ends) for ends in zip(*[*dropped, (0, 0)], strict=True))
    assert most <= 90 <= least + 9, f"90 minutes: {cuts[90]!r} leaves {most} to {least} minutes; mend: say (N minutes)"
