"""The committed data: drawn anew they are the same, small enough, and described by figures that are true."""

import importlib.util
import math
import re

import pandas as pd
import pytest
from paths import ROOT

from crmkit import store, worlds
from crmkit.checks import case_31, case_33
from crmkit.tables import TRANSACTIONS, Column, Table

RETAIL = ROOT / "datasets/retail"
NAMES = sorted(path.name for path in (ROOT / "datasets").iterdir() if (path / "case.json").is_file())
ON_TOP = '^## <a id="drawn-on-top"></a>Drawn on top, in the notebooks\n'
LIMIT, EACH, TOGETHER = 3_000_000, 5_000_000, 30_000_000  # bytes; LIMIT is that of retail


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make", ROOT / "datasets/make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def fresh(make, tmp_path_factory):
    out = tmp_path_factory.mktemp("datasets")
    make.main(out)
    return out


def same_but_for_the_last_bits(one, other):
    """Two texts equal word by word; numbers to 12 digits, and checksums of files, which are compared themselves."""
    words, others = (re.split(r'([,\s"]+)', text) for text in (one, other))
    return len(words) == len(others) and all(
        left == right
        or (CHECKSUM.fullmatch(left) and CHECKSUM.fullmatch(right))
        or (
            NUMBER.fullmatch(left)
            and NUMBER.fullmatch(right)
            and math.isclose(float(left), float(right), rel_tol=1e-12)
        )
        for left, right in zip(words, others, strict=True)
    )


CHECKSUM, NUMBER = re.compile("[0-9a-f]{64}"), re.compile(r"-?[0-9]+\.[0-9]+(e[+-]?[0-9]+)?")


def test_every_data_set_is_made_and_every_made_one_is_committed(make):
    assert set(NAMES) == set(make.CASES)


@pytest.mark.parametrize("name", NAMES)
def test_drawn_anew_they_are_the_same(fresh, name):
    """To the byte; the sealed truth, whose means are sums of exponentials, to the digits all processors agree on."""
    drawn, committed = files(fresh / name), files(ROOT / "datasets" / name)
    assert set(drawn) == set(committed), "mend: make datasets"
    for file, path in drawn.items():
        now, then = path.read_bytes(), committed[file].read_bytes()
        sealed = file.startswith("envelope/") or file == "case.json"
        near = now != then and sealed and same_but_for_the_last_bits(now.decode(), then.decode())
        assert now == then or near, f"{name}/{file} differs; mend: make datasets"


def test_what_counts_as_the_last_bits():
    assert same_but_for_the_last_bits('a,"b",0.12345678901234567', 'a,"b",0.12345678901234568')
    for other in ('a,"b",0.123456789', 'a,"c",0.12345678901234567', '"a","b",0.12345678901234567', "a,b"):
        assert not same_but_for_the_last_bits('a,"b",0.12345678901234567', other)
    assert not same_but_for_the_last_bits("a,12", "a,13") and not same_but_for_the_last_bits("ab12", "ab13")


@pytest.mark.parametrize("name", NAMES)
def test_loaded_they_are_what_was_drawn(make, name):
    drawn, loaded = make.CASES[name](), store.load(ROOT / "datasets" / name)
    assert loaded.truth is None, "the envelope must stay closed"
    for table in drawn.frames:
        pd.testing.assert_frame_equal(drawn.frames[table], loaded.frames[table])
    truth = store.open_envelope(ROOT / "datasets" / name)
    assert truth.world == drawn.truth.world
    for table in drawn.truth.frames:
        pd.testing.assert_frame_equal(drawn.truth.frames[table], truth.frames[table])


def test_they_are_small():
    sizes = {name: sum(path.stat().st_size for path in files(ROOT / "datasets" / name).values()) for name in NAMES}
    assert sizes["retail"] < LIMIT and max(sizes.values()) < EACH and sum(sizes.values()) < TOGETHER, sizes


@pytest.mark.parametrize("name", NAMES)
def test_every_table_stands_in_its_datasheet_with_its_rows(name):
    sheet = (ROOT / "datasets" / name / "datasheet.md").read_text(encoding="utf-8")
    for table, frame in store.load(ROOT / "datasets" / name).frames.items():
        assert f"### {table}: {len(frame):,} rows" in sheet


def told_columns(text):
    """What a part of a datasheet says of each column of each table: unit or values, missing values, meaning."""
    told = {}
    for section in re.split("^### ", text, flags=re.M)[1:]:
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in section.splitlines() if line[:1] == "|"]
        assert rows[:1] == [["column", "unit or values", "missing", "meaning"]], section.splitlines()[0]
        told[section.split(":")[0]] = {name: cells for name, *cells in rows[2:]}
    return told


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_every_table_stands_in_its_datasheet(name):
    """With unit or values, how many are missing, and, where some are, what their absence says; the sealed ones too."""
    folder = ROOT / "datasets" / name
    parts = (folder / "datasheet.md").read_text(encoding="utf-8").split("## Sealed in `envelope/`")
    parts[0] = re.sub(f"{ON_TOP}.*?(?=^## )", "", parts[0], flags=re.M | re.S)
    for part, case in zip(parts, (store.load(folder), store.open_envelope(folder)), strict=True):
        told = told_columns(part)
        assert set(told) == set(case.frames)
        for table, frame in case.frames.items():
            assert list(told[table]) == list(frame.columns), f"{table}; mend: describe it in crmkit/tables"
            for column, (unit, missing, meaning) in told[table].items():
                gaps = int((frame[column].isna() | (frame[column].astype(str).str.strip() == "")).sum())
                assert unit and len(meaning) > 2, (table, column)
                assert missing == (f"{gaps:,}" if gaps else "none"), (table, column)
                assert not gaps or "missing" in meaning, f"{table}.{column} has gaps; say what a missing value means"


def test_what_notebooks_draw_on_top_stands_in_the_datasheet(make):
    sheet = (ROOT / "datasets/bank/datasheet.md").read_text(encoding="utf-8")
    case = store.load(ROOT / "datasets/bank")
    requests, diary = case_31.requests(case), case_33.diary(case)
    december = case_33.december(case)["transactions"]
    frames = {"case_31.requests": requests, "case_33.diary": diary, "case_33.december": december}
    assert set(make.ON_TOP["bank"](case)) == set(frames)
    part = re.search(f"{ON_TOP}(.*?)^## ", sheet, re.M | re.S).group(1)
    for name, frame in frames.items():
        assert f"### {name}: {len(frame):,} rows" in part
        assert list(told_columns(part)[name]) == list(frame.columns)
        assert not frame.isna().any(axis=None)
    assert f"{len(requests):,} requests of {requests['customer_id'].nunique()} customers" in sheet
    for topic, share in {"payment": 0.55, "trouble": 0.30, "advice": 0.15}.items():
        assert f"{topic} {share:.0%}" in sheet
        error = (share * (1 - share) / len(requests)) ** 0.5
        assert (requests["topic"] == topic).mean() == pytest.approx(share, abs=3 * error)
    assert diary["week"].nunique() == 12 and diary["minutes"].min() >= 5 and "5 at the least" in sheet
    assert december["transaction_id"].duplicated().any() and december["amount"].str.startswith("$").any()
    assert (december["day"] > "2025-12-31").any()
    assert not december["customer_id"].astype(int).isin(case.customers["customer_id"]).all()


def test_no_truth_lies_outside_the_envelope():
    hidden = {"kind", "uplift", "mailing_margin", "lapses_per_year", "purchases_next_year", "chance"}
    for name, frame in store.load(RETAIL).frames.items():
        assert not hidden & set(frame.columns), name
    outside = [
        path for name, path in files(RETAIL).items() if not name.startswith("envelope/") and name.endswith(".json")
    ]
    for path in outside:
        assert not re.search(r'"(kinds|uplift|rules)"', path.read_text(encoding="utf-8")), path.name


def test_the_figures_of_the_datasheet_are_counted_from_the_tables():
    sheet = (RETAIL / "datasheet.md").read_text(encoding="utf-8")
    case = store.load(RETAIL)
    for name, frame in case.frames.items():
        assert f"### {name}: {len(frame):,} rows" in sheet
        for column in frame.columns:
            assert f"| {column} |" in sheet
    assert f"{case.transactions['amount'].sum():,.2f} yuan" in sheet
    assert f"({(case.transactions['amount'] < 0).sum():,} of them returns)" in sheet
    for part in ("invented", "must not be used", "Traps", "seed 23"):
        assert part in sheet


def test_a_datasheet_tells_no_table_that_nobody_described():
    case = worlds.Retail(customers=20).draw(1)
    more = worlds.Case({**case.frames, "till": case.transactions.assign(clerk=1)}, seed=1, truth=case.truth)
    with pytest.raises(ValueError, match=r"no table describes \['till.transaction_id', .*'till.clerk'\]; .*own="):
        worlds.describe(more)
    clerk = Table("till", "a receipt at the till", (Column("clerk", "id", "", "who sat there"),))
    with pytest.raises(ValueError, match=r"till\.day"):
        worlds.describe(more, own=[clerk])
    whole = Table("till", "a receipt at the till", (*TRANSACTIONS.columns, *clerk.columns))
    assert "| clerk | id | none | who sat there |" in worlds.describe(more, own=[whole], money="dollars")


def test_a_datasheet_names_the_money_of_its_case():
    case = worlds.Retail(customers=20).draw(1)
    sheet = worlds.describe(case, money="euros")
    assert (
        "| amount | euros |" in sheet and "euros in all" in sheet and "yuan" not in sheet and "of the log" not in sheet
    )


def test_a_datasheet_needs_the_truth():
    with pytest.raises(ValueError, match="open the envelope first"):
        worlds.describe(store.load(RETAIL))


@pytest.mark.parametrize("name", NAMES)
def test_a_datasheet_speaks_of_tables_and_columns_that_are_there(name):
    """In backticks stand names of this data set, open or in the envelope, and code of the package; nothing of another world."""
    folder = ROOT / "datasets" / name
    text = re.sub(r"```.*?```", "", (folder / "datasheet.md").read_text(encoding="utf-8"), flags=re.S)
    cases = {"": store.load(folder), "envelope/": store.open_envelope(folder)}
    there = {"envelope/"}
    for where, case in cases.items():
        for table, frame in case.frames.items():
            columns = {str(column) for column in frame.columns}
            there |= {where + table, *columns, *(f"{where}{table}.{column}" for column in columns)}
    named = {word for word in re.findall(r"`([^`]+)`", text) if not re.match(r"((crmkit\.)?worlds|case_\d\d)\.", word)}
    assert named <= there, f"{sorted(named - there)}: no table and no column of {name}"
