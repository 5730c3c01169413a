"""Dirt for transaction logs and for any table: shares, undoing, late rows, foreign money; the truth tells all of it."""

import numpy as np
import pandas as pd
import pytest

from crmkit import tables
from crmkit.tables.dictionary import of_world
from crmkit.worlds import Dirt, Faults, Retail, soil, soil_table
from crmkit.worlds.dirt import RATES
from crmkit.worlds.retail.presets import PRESETS

CLEAN = {name: 0.0 for name in vars(Faults())}


def only(**shares):
    """These faults and no others."""
    return Faults(**{**CLEAN, **shares})


@pytest.fixture(scope="module")
def cases():
    return {name: Retail.preset(name, customers=400).draw(2) for name in PRESETS}


def undone(soiled):
    """The sound export again, from the truth alone: late rows excepted, whose place is not kept."""
    frame = soiled.frame.copy()
    for fault in soiled.truth.itertuples():
        frame.loc[fault.row, fault.column] = fault.was
    return frame.drop(soiled.truth.loc[soiled.truth["dirt"] == "duplicated", "row"]).reset_index(drop=True)


# --- transaction logs ------------------------------------------------------------------------------------------


def test_late_rows_stand_at_the_end_in_their_order(cases):
    log = cases["home_decoration"].transactions
    soiled = soil_table(log, tables.TRANSACTIONS, 1, faults=only(late_row=0.1))
    late = soiled.truth["row"].to_numpy()
    assert (late == np.arange(len(log) - len(late), len(log))).all()
    assert abs(len(late) - 0.1 * len(log)) < 4 * np.sqrt(0.09 * len(log))
    ids = soiled.frame["transaction_id"].astype(int)
    on_time = ids[: -len(late)]
    assert on_time.is_monotonic_increasing and ids[late].is_monotonic_increasing
    assert sorted(ids) == log["transaction_id"].tolist()
    assert (soiled.truth["was"] == ids[late].astype(str).to_numpy()).all()


def test_foreign_money_says_its_currency_and_is_worth_the_same(cases):
    log = cases["home_decoration"].transactions
    soiled = soil_table(log, tables.TRANSACTIONS, 2, faults=only(mixed_currency=0.2))
    parts = soiled.truth["became"].str.split(" ", expand=True)
    rates = dict(RATES)
    assert set(parts[0]) == set(rates)
    back = parts[1].astype(float) / parts[0].map(rates)
    # Both are rounded to a cent: half a cent of the foreign one is at most 0.005 / rate here.
    assert (back - soiled.truth["was"].astype(float)).abs().max() <= 0.005 / min(rates.values()) + 1e-9


def test_both_ways_to_soil_a_log_begin_with_the_same_text(cases):
    log = cases["home_decoration"].transactions
    clean = soil(log, Dirt(**{name: 0.0 for name in vars(Dirt())}), seed=3)
    assert len(clean.truth) == 0
    pd.testing.assert_frame_equal(clean.frame, soil_table(log, tables.TRANSACTIONS, 3, faults=only()).frame)


def test_late_and_doubled_rows_are_numbered_as_they_lie(cases):
    log = cases["home_decoration"].transactions
    soiled = soil_table(log, tables.TRANSACTIONS, 4, faults=only(late_row=0.2, duplicated=0.2, false_entry=0.1))
    for fault in soiled.truth.itertuples():
        assert soiled.frame.loc[fault.row, fault.column] == fault.became
        if fault.dirt == "duplicated":
            assert (soiled.frame.loc[fault.row] == soiled.frame.loc[fault.row - 1]).all()
    ids = undone(soiled)["transaction_id"].astype(int)
    assert sorted(ids) == log["transaction_id"].tolist()


# --- any table ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_every_table_can_be_soiled_and_the_truth_undoes_it(cases, preset):
    known = {table.name: table for table in of_world("retail")[0]}
    faults = Faults(missing=0.1, mistyped=0.1, unreadable=0.05, false_entry=0.05, mixed_currency=0.05, duplicated=0.05)
    for name, frame in cases[preset].frames.items():
        if not len(frame):
            continue
        soiled = soil_table(frame.head(2_000), known[name], 5, faults=faults)
        sound = soil_table(frame.head(2_000), known[name], 5, faults=only()).frame
        pd.testing.assert_frame_equal(undone(soiled), sound)
        assert soiled.frame.columns.tolist() == known[name].names
        assert soiled.truth["row"].is_unique and (soiled.truth["row"] < len(soiled.frame)).all()
        other = soiled.truth[~soiled.truth["dirt"].isin(["duplicated", "late_row"])]
        assert (other["was"] != other["became"]).all() and (other["was"] != "").all()


def test_each_fault_hits_the_declared_share_of_the_rows(cases):
    """Customers: every fault but those of numbers finds a column in every row."""
    frame = Retail(customers=20_000).draw(1).customers
    faults = Faults(missing=0.05, mistyped=0.08, unreadable=0.03, shifted_date=0.02, late_row=0.04, duplicated=0.06)
    for seed in range(3):
        soiled = soil_table(frame, tables.CUSTOMERS, seed, faults=faults)
        found = soiled.truth["dirt"].value_counts()
        for name in ("missing", "mistyped", "shifted_date", "other_date_format", "late_row", "duplicated"):
            share = getattr(faults, name)
            assert abs(found[name] - share * len(frame)) < 4 * np.sqrt(share * (1 - share) * len(frame)), name
        assert "unreadable" not in found and "mixed_currency" not in found  # there is no number to spoil
        assert len(soiled.frame) == len(frame) + found["duplicated"]


def test_keys_are_never_missing_and_each_kind_has_its_own_slips(cases):
    case = cases["industrial"]
    known = {table.name: table for table in of_world("retail")[0]}
    faults = only(missing=0.5, mistyped=0.5)
    soiled = soil_table(case.pipeline, known["pipeline"], 6, faults=faults)
    missing = soiled.truth[soiled.truth["dirt"] == "missing"]
    assert "opportunity_id" not in set(missing["column"]) and missing["became"].isin(["", "NULL", "N/A"]).all()
    slips = soiled.truth[soiled.truth["dirt"] == "mistyped"].set_index("column")
    kinds = {column.name: column.kind for column in known["pipeline"].columns}
    for column, row in slips.iterrows():
        if kinds[column] == "id":
            assert len(row["was"]) == len(row["became"]) and not row["became"].isdigit()
        if kinds[column] == "money":
            assert float(row["became"].replace("¥", "").replace(",", ".")) == float(row["was"])
        if kinds[column] == "category":
            assert sorted(row["was"]) == sorted(row["became"].rstrip()) and row["was"] != row["became"]
    assert {"id", "category", "money"} == {kinds[column] for column in slips.index}


def test_the_same_seed_soils_alike_and_another_otherwise(cases):
    frame = cases["shop"].customers
    one, same, other = (soil_table(frame, tables.CUSTOMERS, seed, faults=Faults()) for seed in (7, 7, 8))
    assert one.frame.equals(same.frame) and one.truth.equals(same.truth) and not one.frame.equals(other.frame)


def test_the_frame_given_stays_as_it_was(cases):
    frame = cases["shop"].customers
    before = frame.copy()
    soil_table(frame, tables.CUSTOMERS, 7, faults=Faults(missing=0.5))
    pd.testing.assert_frame_equal(frame, before)


def test_an_empty_table_stays_empty():
    empty = Retail(customers=5, campaign=None).draw(1).contacts
    soiled = soil_table(empty, tables.CONTACTS, 1, faults=Faults())
    assert len(soiled.frame) == 0 and len(soiled.truth) == 0 and soiled.frame.columns.tolist() == tables.CONTACTS.names


def test_wrong_faults_and_wrong_frames_are_refused(cases):
    with pytest.raises(ValueError, match="missing=5 must be a share"):
        Faults(missing=5)
    with pytest.raises(ValueError, match=r"the shares of Faults add up to 1.55; they must be at most 1 together"):
        Faults(missing=0.75, mistyped=0.75, unreadable=0.005, duplicated=0.022)
    with pytest.raises(ValueError, match=r"products lacks \['price'\]"):
        soil_table(cases["shop"].products.drop(columns="price"), tables.PRODUCTS, 1, faults=Faults())
