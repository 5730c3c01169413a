"""The tables: documented once, complete, and held against what worlds draw and functions find."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crmkit import segments, tables, targeting, worlds


@pytest.fixture(scope="module")
def case():
    return worlds.Retail(customers=300).draw(seed=4)


def found(case):
    """One frame for each table that functions find, on the index or with the columns the table says."""
    log = case.transactions
    split = case.contacts.assign(outcome=np.arange(len(case.contacts)) % 3)
    pieces = case.lines.merge(case.products[["item", "style"]], on="item")
    pieces["city"] = pieces["basket_id"] % 4
    return {
        "rfm": segments.rfm(log).reset_index(),
        "value_matrix": segments.value_matrix(log).reset_index(),
        "migration": segments.migration(log, "2025-01-01", "2025-12-31"),
        "preference": segments.preference(pieces, region="city", choice="style"),
        "cohorts": segments.cohorts(log),
        "trial": targeting.trial(split, outcome="outcome"),
    }


KIND_HOLDS = {
    "id": lambda v: v.notna().all(),
    "text": lambda v: v.map(lambda one: isinstance(one, str)).all(),
    "category": lambda v: v.notna().all(),
    "number": pd.api.types.is_numeric_dtype,
    "count": lambda v: pd.api.types.is_numeric_dtype(v) and (v.dropna() % 1 == 0).all(),
    "money": pd.api.types.is_float_dtype,
    "share": lambda v: v.dropna().between(0, 1).all(),
    "day": lambda v: pd.api.types.is_datetime64_dtype(v) and (v.dropna() == v.dropna().dt.normalize()).all(),
    "yes_no": lambda v: v.dtype == bool,
}


def agree(frame, table):
    """Columns in the order of the table, each holding what its kind and limits say, the key naming rows."""
    assert frame.columns.tolist() == table.names
    for column in table.columns:
        values = frame[column.name]
        assert KIND_HOLDS[column.kind](values), f"{table.name}.{column.name} is no {column.kind}"
        if column.low is not None:
            assert (values.dropna() >= column.low).all()
        if column.nonzero:
            assert (values != 0).all()
    assert not frame.duplicated(subset=list(table.key)).any()


@pytest.mark.parametrize("table", tables.WORLD_TABLES, ids=lambda table: table.name)
def test_worlds_draw_what_the_tables_say(case, table):
    agree(case.frames[table.name], table)


@pytest.mark.parametrize("table", tables.TRUTH_TABLES[:3], ids=lambda table: table.name)
def test_the_truth_is_as_the_tables_say(case, table):
    agree(case.truth.frames[table.name.removeprefix("truth.")], table)


def test_the_list_of_dirt_is_as_the_table_says(case):
    agree(worlds.soil(case.transactions, worlds.Dirt(), seed=1).truth, tables.TRUTH_DIRT)


@pytest.mark.parametrize("table", tables.FOUND_TABLES, ids=lambda table: table.name)
def test_functions_find_what_the_tables_say(case, table):
    agree(found(case)[table.name], table)


def test_every_table_has_another_name_and_every_column_a_meaning():
    assert len({table.name for table in tables.ALL}) == len(tables.ALL)
    for table in tables.ALL:
        assert table.row
        assert len(set(table.names)) == len(table.names)
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert column.meaning, f"{table.name}.{column.name} has no meaning"
            assert table[column.name] is column


def test_what_a_column_refers_to_exists():
    at = {table.name: table for table in tables.ALL}
    for table in tables.ALL:
        for column in table.columns:
            if column.refers:
                there, name = column.refers.rsplit(".", 1)
                assert name in at[there].names, f"{table.name}.{column.name} refers to {column.refers}"


def test_money_and_shares_have_units():
    for table in tables.ALL:
        for column in table.columns:
            if column.kind in ("money", "share", "number"):
                assert column.unit, f"{table.name}.{column.name} has no unit"


def test_dictionary_has_one_row_a_column():
    rows = tables.dictionary()
    assert len(rows) == sum(len(table.columns) for table in tables.ALL)
    keys = rows[rows["key"]].groupby("table", sort=False)["column"].agg(tuple).to_dict()
    assert keys == {table.name: table.key for table in tables.ALL if table.key}


def test_markdown_tells_every_column_and_is_well_formed():
    text = tables.markdown()
    for table in tables.ALL:
        section = text.split(f"## {table.name}\n")[1].split("\n## ")[0]
        lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
        assert [line.split(" | ")[0].strip("| ") for line in lines] == table.names
        assert all(line.count("|") == 5 for line in lines)


def test_unknown_kind_and_unknown_column_are_named():
    with pytest.raises(ValueError, match=r"column 'x' has kind='mony'; choose one of"):
        tables.Column("x", "mony", "", "")
    with pytest.raises(KeyError, match="customers documents no column 'town'"):
        _ = tables.CUSTOMERS["town"]


def test_require_names_what_is_lacking_and_suggests_near_names_only():
    frame = pd.DataFrame({"customer": [1], "date": [dt.date(2025, 1, 1)], "amount": [1.0]})
    with pytest.raises(ValueError) as caught:
        tables.require(frame, tables.TRANSACTIONS)
    said = str(caught.value)
    assert "transactions lacks ['customer_id', 'day']" in said
    assert "it has ['customer', 'date', 'amount']" in said
    assert "{'customer': 'customer_id'" in said
    with pytest.raises(ValueError, match=r"orders lacks \['zebra'\].*rename the column that holds it to 'zebra'"):
        tables.require(frame, ["zebra"], name="orders")


def test_require_takes_a_sound_frame_in_silence():
    frame = pd.DataFrame(columns=["amount", "extra", "day", "customer_id"])
    assert tables.require(frame, tables.TRANSACTIONS) is None


@pytest.mark.parametrize("what", [[1, 2], {"day": [1]}, None, "orders.csv"])
def test_require_refuses_what_is_no_frame(what):
    with pytest.raises(TypeError, match=f"transactions is a {type(what).__name__}; expected a data frame"):
        tables.require(what, tables.TRANSACTIONS)
