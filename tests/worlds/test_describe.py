"""What a datasheet warns of is in the data that it describes."""

import re

import pytest

from crmkit.worlds import Bank, Case, Retail, Telecom, describe
from tests.helpers.paths import ROOT

DATASETS = sorted(path.parent.name for path in (ROOT / "datasets").glob("*/datasheet.md"))


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_has_three_traps_or_more(name):
    sheet = (ROOT / "datasets" / name / "datasheet.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^- ", sheet.split("## Traps\n")[1].split("## What it must not")[0], re.MULTILINE)) >= 3


def test_returns_are_a_trap_only_where_something_came_back():
    for share, told in ((0.1, True), (0.0, False)):
        assert ("Returns are" in describe(Retail(customers=300, return_share=share).draw(1))) == told


def test_parts_that_a_world_lacks_bring_no_trap():
    bank, telecom = describe(Bank(customers=60).draw(1)), describe(Telecom.preset("hosting", customers=60).draw(1))
    assert "Premiums" not in bank and "Trades ordered" not in bank and "Debts are" in bank
    assert "Calls given up" not in telecom and "Renewal shares rise" in telecom


def test_tables_that_a_case_left_out_bring_no_trap():
    case = Retail(customers=20).draw(1)
    few = {name: frame for name, frame in case.frames.items() if name not in ("contacts", "lines", "products")}
    whole, part = describe(case), describe(Case(few, seed=1, truth=case.truth))
    for trap in ("`contacts` lists the controls", "The most frequent choice of a large city"):
        assert trap in whole and trap not in part
    assert "a young one has had less time" in part
