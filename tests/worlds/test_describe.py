"""What a datasheet warns of is in the data that it describes."""

import re

import pytest

from crmkit import store
from crmkit.worlds import Bank, Retail, Telecom, describe
from tests.helpers.paths import ROOT

DATASETS = sorted(path.parent.name for path in (ROOT / "datasets").glob("*/datasheet.md"))


def named(sheet: str) -> set[str]:
    """What stands in backticks in the traps."""
    return set(re.findall(r"`([^`]+)`", sheet.split("## Traps\n")[1].split("## What it must not")[0]))


@pytest.mark.parametrize("name", DATASETS)
def test_traps_name_only_tables_and_columns_of_their_data(name):
    case = store.load(ROOT / "datasets" / name)
    known = set(case.frames) | {column for frame in case.frames.values() for column in frame.columns}
    sheet = (ROOT / "datasets" / name / "datasheet.md").read_text(encoding="utf-8")
    assert named(sheet) <= known
    assert len(re.findall(r"^- ", sheet.split("## Traps\n")[1].split("## What it must not")[0], re.MULTILINE)) >= 3


def test_returns_are_a_trap_only_where_something_came_back():
    for share, told in ((0.1, True), (0.0, False)):
        assert ("Returns are" in describe(Retail(customers=300, return_share=share).draw(1))) == told


def test_parts_that_a_world_lacks_bring_no_trap():
    bank, telecom = describe(Bank(customers=60).draw(1)), describe(Telecom.preset("hosting", customers=60).draw(1))
    assert "Premiums" not in bank and "Trades ordered" not in bank and "Debts are" in bank
    assert "Calls given up" not in telecom and "Renewal shares rise" in telecom
