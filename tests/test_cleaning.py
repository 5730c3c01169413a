"""Cleaning: nothing lost, nothing changed in silence, every kind of dirt met with one clear word."""

import datetime as dt
import decimal
import time

import numpy as np
import pandas as pd
import pytest

from crmkit import cleaning, tables, worlds
from crmkit.cleaning import clean

LOG = tables.TRANSACTIONS
ORDERS = tables.ORDER_LINES
SOUND = pd.DataFrame(
    {
        "transaction_id": ["1", "2", "3"],
        "customer_id": ["17", "18", "17"],
        "day": ["2025-01-02", "2025-01-13", "2025-02-03"],
        "amount": ["12.50", "-3", "7"],
    }
)


def one_column(name, cells, table=LOG, **options):
    """Clean a log that is sound but for one column; one row a cell."""
    n = len(cells)
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(n) + 1,
            "day": pd.date_range("2025-01-01", periods=n).astype("datetime64[us]"),
            "amount": np.arange(n) + 1.0,
        }
    )
    frame[name] = cells.to_numpy() if isinstance(cells, pd.Series) and cells.dtype == object else cells
    return clean(frame, table, **options)


def fate(name, cell, **options):
    """What became of one cell: its value, or the reason it was refused."""
    done = one_column(name, pd.Series([cell], dtype="object"), **options)
    if len(done.kept):
        return done.kept[name].iloc[0]
    return done.rejected["reason"].iloc[0]


# --- what came in = what goes out ------------------------------------------------------------

# cell → the number that a careful reader takes it for; None: cannot be told
AMOUNTS = {
    "12.50": 12.5, "-3": -3, "+4": 4, " 8.25 ": 8.25, ".5": 0.5, "1e3": 1000, "¥12": 12, "12 元": 12,
    "￥9.5": 9.5, "¥ -5": -5, "-¥7,5": -7.5, "CNY 3": 3, "(12.50)": -12.5, "1,234": 1234,
    "1,234.5": 1234.5, "1.234,5": 1234.5, "12,5": 12.5, "0,500": 0.5, "12,34,567.5": 1234567.5,
    "1 234,50": 1234.5, "1'234.50": 1234.5, "１２．５": 12.5, "１,２３４": 1234, "": None, "free": None,
    "see note": None, "=1+1": None, "=12": None, "NaN": None, "null": None, "inf": None,
    "-Infinity": None, "1e999": None, "0": None, "0.00": None, "１２元５": None, "12.34.56": None,
    "1,2,3.4": None, "1,23.4": None, "1,234,5": None, "12 34": None, "12,": None, "(3,)": None,
    "0x1F": None, "1_000": None, "😀": None, "五": None, "5%": None, "--5": None, "True": None, "¥": None,
    "()": None,
}  # fmt: skip
# cell → day; the column shows by none of its cells whether day or month comes first
DAYS = {
    "2025-01-02": "2025-01-02", "2025-1-2": "2025-01-02", " 2025-01-02": "2025-01-02",
    "2025-01-02 23:59": "2025-01-02", "2025-01-02T10:00:00": "2025-01-02",
    "2025-01-02T23:30:00-05:00": "2025-01-02", "2025-01-02 03:00+08:00": "2025-01-02",
    "2025/01/02": "2025-01-02", "2025/01/02 13:45:10": "2025-01-02", "2025.01.02": "2025-01-02",
    "2025年1月2日": "2025-01-02", "20250102": "2025-01-02", "02.01.2025": "2025-01-02",
    "2 Jan 2025": "2025-01-02", "2 January 2025 13:00": "2025-01-02", "Jan 2, 2025": "2025-01-02",
    "45659": "2025-01-02", "45659.75": "2025-01-02", "２０２５-０１-０２": "2025-01-02",
    "2024-02-29": "2024-02-29", "": None, "NULL": None, "yesterday": None, "2025-02-30": None,
    "2025-02-29": None, "2025-13-01": None, "2025-00-10": None, "31.02.2025": None, "2025-01-02x": None,
    "2025-01": None, "202501": None, "2025011": None, "2025": None, "12": None, "1e9": None,
    "=TODAY()": None, "1867-05-01": None, "9999-12-31": None, "03/04/25": None,
    "2025-01-02 25:00": None, "2025/01/02 foo:bar": None, "2025/01/02 99:99": None, "昨天": None,
    "🗓": None, "202511 9": None, "-2025/1/2": None, "03/04/2025": None, "4/3/2025": None, "10-11-2025": None,
}  # fmt: skip
PEOPLE = {
    "17": "17", " 18 ": "18", "１９": "19", "C-20": "C-20", "李雷": "李雷", "😀": "😀", "007": "007",
    "=1+1": "=1+1", "": None, "NULL": None, "n/a": None, "?": None, None: None,
}  # fmt: skip


@pytest.mark.parametrize("cell", AMOUNTS)
def test_amounts_are_read_as_a_careful_reader_does(cell):
    found, wanted = fate("amount", cell), AMOUNTS[cell]
    if wanted is None:
        assert str(found).startswith("amount: "), f"{cell!r} was read as {found!r}"
    else:
        assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("cell", DAYS)
def test_days_are_read_as_a_careful_reader_does(cell):
    found, wanted = fate("day", cell), DAYS[cell]
    if wanted is None:
        assert str(found).startswith("day: "), f"{cell!r} was read as {found!r}"
    else:
        assert found == pd.Timestamp(wanted)


def a_dirty_frame(rng, rows):
    """Cells drawn from the lists above, and which rows hold only sound ones."""
    frame, sound = {}, np.ones(rows, dtype=bool)
    for name, cells in (("customer_id", PEOPLE), ("day", DAYS), ("amount", AMOUNTS)):
        texts = list(cells)
        good = [at for at, text in enumerate(texts) if cells[text] is not None]
        pick = np.where(rng.random(rows) < 0.8, rng.choice(good, rows), rng.integers(len(texts), size=rows))
        frame[name] = pd.Series([texts[at] for at in pick], dtype="object")
        sound &= np.isin(pick, good)
    frame["note"] = pd.Series(rng.choice(["", "=1+1", "注", "😀", None], rows), dtype="object")
    order = rng.permutation(list(frame))
    return pd.DataFrame({name: frame[name] for name in order}), sound


@pytest.mark.parametrize("seed", range(20))
def test_kept_and_rejected_are_what_came_in(seed):
    rng = np.random.default_rng(seed)
    frame, sound = a_dirty_frame(rng, int(rng.integers(1, 120)))
    before = frame.copy(deep=True)
    done = clean(frame, LOG, duplicates="keep")

    pd.testing.assert_frame_equal(frame, before)  # the argument stays as it was
    assert done.came_in == len(frame)
    assert sorted([*done.kept.index, *done.rejected.index]) == list(range(len(frame)))
    assert set(done.kept.index) == set(np.flatnonzero(sound))
    # Rejected rows are as they came, with a reason that names a column.
    pd.testing.assert_frame_equal(
        done.rejected.drop(columns="reason"), frame.loc[done.rejected.index], check_dtype=False
    )
    assert done.rejected["reason"].str.match(r"(customer_id|day|amount): .+").all()
    # Kept values are those of the lists; what stands beside the table comes along as it was.
    for name, cells in (("day", DAYS), ("amount", AMOUNTS), ("customer_id", PEOPLE)):
        wanted = frame.loc[done.kept.index, name].map(cells)
        if name == "day":
            assert (done.kept[name] == pd.to_datetime(wanted)).all()
        elif name == "amount":
            np.testing.assert_allclose(done.kept[name], wanted.astype(float))
        else:
            assert done.kept[name].astype(str).tolist() == wanted.tolist()
    assert done.kept["note"].fillna("").tolist() == frame.loc[done.kept.index, "note"].fillna("").tolist()


@pytest.mark.parametrize("seed", range(20))
def test_what_was_changed_is_listed_with_before_and_after(seed):
    rng = np.random.default_rng(1_000 + seed)
    frame, _ = a_dirty_frame(rng, 80)
    done = clean(frame, LOG, duplicates="keep")
    assert set(done.repaired["row"]) <= set(done.kept.index)
    assert (done.repaired["repair"] != "").all()
    listed = done.repaired.set_index(["row", "column"])
    assert listed.index.is_unique
    for row in done.kept.index:
        for name in ("customer_id", "day", "amount"):
            came, went = frame.at[row, name], done.kept.at[row, name]
            if (row, name) in listed.index:
                assert listed.loc[(row, name), "before"] == came
                continue
            # Not listed: the cell says the same as it stands.
            if name == "day":
                assert pd.Timestamp(came).normalize() == went and came.isascii()
            elif name == "amount":
                assert float(came) == went and came == came.strip()
            else:
                assert came == str(went)


@pytest.mark.parametrize("seed", range(5))
def test_cleaning_the_kept_rows_again_changes_nothing(seed):
    frame, _ = a_dirty_frame(np.random.default_rng(2_000 + seed), 100)
    once = clean(frame, LOG)
    again = clean(once.kept, LOG)
    assert len(again.rejected) == len(again.repaired) == 0
    pd.testing.assert_frame_equal(again.kept.set_axis(once.kept.index), once.kept)


@pytest.mark.parametrize("seed", range(5))
def test_each_row_is_judged_alike_in_any_order(seed):
    """Which rows are refused, and why, does not hang on the order of the rows (duplicates aside)."""
    rng = np.random.default_rng(3_000 + seed)
    frame, _ = a_dirty_frame(rng, 60)
    order = rng.permutation(60)
    one = clean(frame, LOG, duplicates="keep").rejected["reason"]
    two = clean(frame.iloc[order], LOG, duplicates="keep").rejected["reason"]
    assert {order[row]: why for row, why in two.items()} == one.to_dict()


def test_reasons_add_up_to_what_happened():
    frame, _ = a_dirty_frame(np.random.default_rng(7), 200)
    done = clean(pd.concat([frame, frame]), LOG)
    told = done.reasons()
    assert told.loc[told["fate"] == "rejected", "rows"].sum() == len(done.rejected)
    assert told.loc[told["fate"] == "repaired", "rows"].sum() == len(done.repaired)
    np.testing.assert_allclose(told["share"], told["rows"] / 400)
    assert not told["what"].str.contains(r"row \d").any()
    assert repr(done).startswith(f"400 rows came in: {len(done.kept)} kept")


# --- a world made dirty, scored against its truth ----------------------------------------------

DETECTABLE = {"missing_customer", "mistyped_customer", "missing_amount", "unreadable_amount", "impossible_date",
              "shifted_date", "false_entry", "duplicated"}  # fmt: skip
MENDABLE = {"mistyped_amount", "other_date_format"}


def test_the_lists_here_hold_every_fault_a_world_knows():
    from dataclasses import fields

    assert {field.name for field in fields(worlds.Dirt)} == DETECTABLE | MENDABLE


@pytest.mark.parametrize("seed", range(4))
def test_a_soiled_log_comes_back(seed):
    world = worlds.Retail(customers=400, return_share=0.1)
    log = world.draw(seed).transactions
    dirty = worlds.soil(log, worlds.Dirt(*[0.02] * 10), seed=seed)
    done = clean(
        dirty.frame,
        LOG,
        known={"customer_id": log["customer_id"]},
        window=(world.start, world.end),
        most={"amount": float(log["amount"].abs().max())},
    )
    fault = dirty.truth.set_index("row")["dirt"].reindex(range(len(dirty.frame)), fill_value="")
    # A thousand times a very small amount can hide among large ones; nothing else can.
    hidden = fault[(fault == "false_entry") & fault.index.isin(done.kept.index)].index
    assert (dirty.frame.loc[hidden, "amount"].astype(float).abs() <= log["amount"].abs().max()).all()
    assert set(done.rejected.index) == set(fault[fault.isin(DETECTABLE)].index) - set(hidden)
    assert set(done.repaired["row"]) == set(fault[fault.isin(MENDABLE)].index)
    sound = done.kept.drop(index=hidden).set_index("transaction_id").sort_index()
    was = log.set_index("transaction_id").loc[sound.index]
    pd.testing.assert_frame_equal(sound, was, check_dtype=True)
    # The truth is right about what it says was done.
    for row, _, column, _, became in dirty.truth.itertuples(index=False):
        assert dirty.frame.at[row, column] == became


def test_the_reason_names_the_column_that_was_soiled():
    log = worlds.Retail(customers=300).draw(1).transactions
    dirty = worlds.soil(log, worlds.Dirt(*[0.03] * 10), seed=2)
    done = clean(dirty.frame, LOG, known={"customer_id": log["customer_id"]}, window=("2024-01-01", "2025-12-31"))
    told = done.rejected["reason"].str.split(":").str[0].rename("told")
    both = dirty.truth.set_index("row").join(told, how="inner")
    named = both[both["dirt"] != "duplicated"]
    assert (named["told"] == named["column"]).all() and len(named) > 100
    assert both.loc[both["dirt"] == "duplicated", "told"].str.startswith("duplicate of row").all()


# --- day or month first --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "dayfirst", "wanted"),
    [
        (["03/04/2025", "25/12/2025"], None, ["2025-04-03", "2025-12-25"]),  # a 25 in first place shows it
        (["03/04/2025", "12/25/2025"], None, ["2025-03-04", "2025-12-25"]),
        (["03-04-2025", "25-12-2025 08:15"], None, ["2025-04-03", "2025-12-25"]),
        (["03/04/2025", "12/11/2025"], True, ["2025-04-03", "2025-11-12"]),
        (["03/04/2025", "12/11/2025"], False, ["2025-03-04", "2025-12-11"]),
        (["２５/１２/２０２５", "03/04/2025"], None, ["2025-12-25", "2025-04-03"]),
        (["25／12／2025", "03/04/2025"], None, ["2025-12-25", "2025-04-03"]),
    ],
)
def test_slashed_days_are_read_as_told_or_as_the_column_shows(cells, dayfirst, wanted):
    done = one_column("day", cells, dayfirst=dayfirst)
    assert done.kept["day"].tolist() == [pd.Timestamp(day) for day in wanted]
    assert (done.repaired["repair"] == "date format").all() and len(done.repaired) == 2


def test_slashed_days_that_nothing_explains_are_refused_with_the_way_out():
    done = one_column("day", ["03/04/2025", "05/06/2025", "2025-01-25"])
    assert done.rejected["reason"].tolist() == ["day: day or month first? say dayfirst=True or False"] * 2
    mixed = one_column("day", ["25/12/2025", "12/25/2025", "03/04/2025"])
    assert mixed.rejected["reason"].str.contains("mixed in this column").all() and len(mixed.rejected) == 3


@pytest.mark.parametrize(
    "cell", ["25/12/20255", "25/12/2025garbage", "25/12/2025 99:99", "32/01/2025", "25/13/2025", "31/02/2025"]
)
def test_slashed_days_that_do_not_exist_are_refused(cell):
    assert fate("day", cell, dayfirst=True) == "day: not a date"


# --- typed columns ---------------------------------------------------------------------------------

THREE = ["2025-01-02", "2025-01-13", "2025-02-03"]
DAY_COLUMNS = {
    "datetimes": pd.to_datetime(pd.Series(THREE)) + pd.Timedelta(hours=15),
    "nanoseconds": pd.to_datetime(pd.Series(THREE)).astype("datetime64[ns]"),
    "seconds": pd.to_datetime(pd.Series(THREE)).astype("datetime64[s]"),
    "python days": pd.Series([dt.date.fromisoformat(day) for day in THREE], dtype="object"),
    "python times": pd.Series([dt.datetime.fromisoformat(day + " 10:30") for day in THREE], dtype="object"),
    "excel": pd.Series([45659, 45670, 45691.4]),
    "excel nullable": pd.Series([45659, 45670, 45691], dtype="Int64"),
    "joined": pd.Series([20250102, 20250113, 20250203]),
    "categories": pd.Series(THREE, dtype="category"),
    "categories of days": pd.to_datetime(pd.Series(THREE)).astype("category"),
    "string": pd.Series(THREE, dtype="string"),
    "arrow text": pd.Series(THREE, dtype="string[pyarrow]"),
    "arrow times": pd.to_datetime(pd.Series(THREE)).astype("timestamp[us][pyarrow]"),
    "periods": pd.to_datetime(pd.Series(THREE)).dt.to_period("D"),
    "utc": pd.to_datetime(pd.Series(THREE), utc=True) + pd.Timedelta(hours=12),
    "shanghai": (pd.to_datetime(pd.Series(THREE)) + pd.Timedelta(hours=12)).dt.tz_localize("Asia/Shanghai"),
    "mixed zones": pd.Series(["2025-01-02T12:00+08:00", "2025-01-13T12:00-05:00", "2025-02-03"], dtype="object"),
}


@pytest.mark.parametrize("what", DAY_COLUMNS)
def test_days_of_any_type_become_days(what):
    done = clean(SOUND.assign(day=DAY_COLUMNS[what].to_numpy() if what == "python days" else DAY_COLUMNS[what]), LOG)
    assert done.kept["day"].tolist() == [pd.Timestamp(day) for day in THREE]
    assert pd.api.types.is_datetime64_dtype(done.kept["day"])


def test_a_time_zone_is_dropped_and_the_local_day_kept():
    late = pd.Series(pd.to_datetime(THREE)).dt.tz_localize("Asia/Shanghai")  # midnight there is the day before in UTC
    done = clean(SOUND.assign(day=late), LOG)
    assert done.kept["day"].tolist() == [pd.Timestamp(day) for day in THREE]
    assert done.repaired["repair"].tolist() == ["time zone Asia/Shanghai dropped, local day kept"] * 3


AMOUNT_COLUMNS = {
    "float": pd.Series([12.5, -3, 7]),
    "int": pd.Series([12, -3, 7]),
    "Int64": pd.Series([12, -3, 7], dtype="Int64"),
    "Float64": pd.Series([12.5, -3, 7], dtype="Float64"),
    "float32": pd.Series([12.5, -3, 7], dtype="float32"),
    "arrow": pd.Series([12.5, -3, 7], dtype="double[pyarrow]"),
    "categories": pd.Series(["12.5", "-3", "7"], dtype="category"),
    "string": pd.Series(["12.5", "-3", "7"], dtype="string"),
    "decimals": pd.Series([decimal.Decimal("12.5"), decimal.Decimal(-3), decimal.Decimal(7)], dtype="object"),
    "mixed": pd.Series(["¥12.5", -3, 7.0], dtype="object"),
}


@pytest.mark.parametrize("what", AMOUNT_COLUMNS)
def test_amounts_of_any_type_become_numbers(what):
    done = clean(SOUND.assign(amount=AMOUNT_COLUMNS[what]), LOG)
    assert done.kept["amount"].tolist() in ([12.5, -3, 7], [12, -3, 7])
    assert done.kept["amount"].dtype == "float64"


def test_arrow_decimals_with_a_gap():
    pa = pytest.importorskip("pyarrow")
    cells = pd.Series([decimal.Decimal("12.5"), None, decimal.Decimal(7)], dtype=pd.ArrowDtype(pa.decimal128(10, 2)))
    done = clean(SOUND.assign(amount=cells), LOG)
    assert done.kept["amount"].tolist() == [12.5, 7]
    assert done.rejected["reason"].tolist() == ["amount: missing"]


NO_AMOUNTS = {
    "yes or no": pd.Series([True, False, True]),
    "nullable yes or no": pd.Series([True, False, True], dtype="boolean"),
    "yes or no among numbers": pd.Series([True, False, np.bool_(True)], dtype="object"),
    "days": pd.to_datetime(pd.Series(THREE)),
    "days with a zone": pd.to_datetime(pd.Series(THREE), utc=True),
    "days as objects": pd.Series(list(pd.to_datetime(THREE)), dtype="object"),
    "lengths of time": pd.to_timedelta(pd.Series([1, 2, 3]), unit="D"),
    "complex": pd.Series([1j, 2, 3]),
    "lists": pd.Series([[1], {}, (3,)], dtype="object"),
    "bytes": pd.Series([b"12", b"13", b"14"], dtype="object"),
}


@pytest.mark.parametrize("what", NO_AMOUNTS)
def test_what_is_no_amount_is_never_taken_for_one(what):
    """pandas makes numbers of several of these when asked; nobody paid them."""
    done = clean(SOUND.assign(amount=NO_AMOUNTS[what]), LOG)
    assert done.rejected["reason"].tolist() == ["amount: not a number"] * 3


NO_DAYS = {
    "yes or no": pd.Series([True, False, True]),
    "small numbers": pd.Series([1, 2, 3]),
    "seconds since 1970": pd.Series([1.7e9] * 3),
    "lengths of time": pd.to_timedelta(pd.Series([1, 2, 3]), unit="D"),
    "complex": pd.Series([1j, 2, 3]),
    "lists": pd.Series([[1], {}, (3,)], dtype="object"),
    "no such joined days": pd.Series([20250230, 20251301, 20250100]),
}


@pytest.mark.parametrize("what", NO_DAYS)
def test_what_is_no_day_is_never_taken_for_one(what):
    done = clean(SOUND.assign(day=NO_DAYS[what]), LOG)
    assert done.rejected["reason"].tolist() == ["day: not a date"] * 3


def test_numbers_too_large_for_a_float_are_infinite_not_a_crash():
    done = clean(SOUND.assign(amount=pd.Series([10**400, 5, "x"], dtype="object")), LOG)
    assert done.rejected["reason"].tolist() == ["amount: infinite", "amount: not a number"]


# --- identifiers --------------------------------------------------------------------------------------

ID_COLUMNS = {
    "whole numbers": (pd.Series([17, 18, 17]), [17, 18, 17]),
    "with a gap, as floats": (pd.Series([17.0, np.nan, 18.0]), [17, 18]),
    "nullable with a gap": (pd.Series([17, None, 18], dtype="Int64"), [17, 18]),
    "nullable floats": (pd.Series([17.0, None, 18.0], dtype="Float64"), [17, 18]),
    "text": (pd.Series(["17", " 18", "17"]), [17, 18, 17]),
    "a leading zero": (pd.Series(["0017", "18", "17"]), ["0017", "18", "17"]),
    "letters": (pd.Series(["C17", "18", "17"]), ["C17", "18", "17"]),
    "categories": (pd.Series(["17", "18", "17"], dtype="category"), [17, 18, 17]),
    "Chinese and emoji": (pd.Series(["李雷", "😀", "李雷"]), ["李雷", "😀", "李雷"]),
    "too many figures for 64 bits": (pd.Series(["9" * 20, "1", "2"]), ["9" * 20, "1", "2"]),
    "unsigned beyond 64 bits": (pd.Series([2**63 + 5, 1, 2], dtype="uint64"), [2**63 + 5, 1, 2]),
}


@pytest.mark.parametrize("what", ID_COLUMNS)
def test_identifiers_stay_what_they_are(what):
    cells, wanted = ID_COLUMNS[what]
    assert clean(SOUND.assign(customer_id=cells), LOG).kept["customer_id"].tolist() == wanted


def test_floats_that_cannot_name_anyone_are_refused():
    done = clean(SOUND.assign(customer_id=[np.inf, 1e20, 17.0]), LOG)
    assert done.rejected["reason"].tolist() == ["customer_id: not an identifier"] * 2
    assert done.kept["customer_id"].tolist() == [17]


def test_a_mistyped_identifier_spoils_no_other():
    done = clean(SOUND.assign(customer_id=["17", "I8", "17"]), LOG, known={"customer_id": [17, 18]})
    assert done.kept["customer_id"].tolist() == [17, 17]
    assert done.rejected["reason"].tolist() == ["customer_id: not on file"]


# --- duplicates -------------------------------------------------------------------------------------------


def test_the_second_of_two_equal_rows_goes():
    done = clean(pd.concat([SOUND, SOUND.iloc[[1]]]), LOG)
    assert done.kept.index.tolist() == [0, 1, 2]
    assert done.rejected["reason"].tolist() == ["duplicate of row 1"]


def test_a_key_used_twice_is_told_from_a_row_sent_twice():
    again = SOUND.iloc[[1, 1, 0]].assign(amount=["99", "99", "12.50"])
    done = clean(pd.concat([SOUND, again]), LOG)
    said = done.rejected["reason"].tolist()
    assert said[0] == "transaction_id already used in row 1"
    assert said[1] == "duplicate of row 3"
    assert said[2] == "duplicate of row 0"


def test_rows_without_a_number_are_no_duplicates_of_each_other():
    """A gap in a column that is not needed does no harm: only a row equal in all columns repeats it."""
    frame = pd.concat([SOUND, SOUND.iloc[[0]]]).assign(transaction_id=["", "NULL", None, ""])
    done = clean(frame, LOG)
    assert done.kept.index.tolist() == [0, 1, 2]
    assert done.rejected["reason"].tolist() == ["duplicate of row 0"]


def test_without_a_key_all_columns_count():
    orders = pd.DataFrame(
        {
            "customer_id": [1, 1, 1],
            "day": "2025-01-02",
            "item": ["mug", "mug", "mug"],
            "quantity": 1,
            "price": [3, 3, 4],
        }
    )
    assert clean(orders, ORDERS).kept.index.tolist() == [0, 2]
    assert clean(orders.assign(till=[1, 2, 1]), ORDERS).kept.index.tolist() == [0, 1, 2]
    assert len(clean(orders, ORDERS, duplicates="keep").kept) == 3


def test_a_rejected_row_is_nobodys_original():
    frame = pd.concat([SOUND.iloc[[0]].assign(amount="x"), SOUND.iloc[[0]]])
    assert clean(frame, LOG).kept.index.tolist() == [1]


def test_cells_that_cannot_be_compared_do_not_stop_it():
    frame = pd.concat([SOUND, SOUND.iloc[[0]]]).assign(tags=pd.Series([[1], [2], {}, [1]], dtype="object").to_numpy())
    done = clean(frame, LOG)
    assert done.rejected["reason"].tolist() == ["duplicate of row 0"]
    assert done.kept["tags"].tolist() == [[1], [2], {}]


# --- options and limits -----------------------------------------------------------------------------------


def test_limits_say_which_was_broken():
    done = clean(
        SOUND,
        LOG,
        window=(dt.date(2025, 1, 2), dt.date(2025, 1, 31)),
        most={"amount": 10},
        known={"customer_id": {"17"}},
    )
    assert done.rejected["reason"].tolist() == [
        "amount: larger than 10",
        "customer_id: not on file",
        "day: outside 2025-01-02 to 2025-01-31",
    ]
    orders = pd.DataFrame({"customer_id": [1, 1, 1], "day": "2025-01-02", "quantity": [1, 0, 2], "price": [-1, 2, 0]})
    said = clean(orders, ORDERS).rejected["reason"].tolist()
    assert said == ["price: below 0", "quantity: zero", "price: zero"]


def test_limits_themselves_are_sound():
    edge = clean(SOUND, LOG, window=("2025-01-02", "2025-02-03"), most={"amount": 12.5})
    assert len(edge.rejected) == 0


def test_zeros_and_negatives():
    done = clean(SOUND.assign(amount=["0", "-0.0", "-5"]), LOG)
    assert done.rejected["reason"].tolist() == ["amount: zero"] * 2
    assert done.kept["amount"].tolist() == [-5]


def test_pieces_are_whole():
    lines = pd.DataFrame({"basket_id": [1, 2], "item": ["a", "b"], "quantity": ["1.5", "2"], "price": ["3", "4"]})
    done = clean(lines, tables.LINES)
    assert done.rejected["reason"].tolist() == ["quantity: not a whole number"]
    assert done.kept["quantity"].dtype == "int64"


def test_yes_and_no_are_read_and_typed():
    words = ["yes", "False", 1, "0", True, "vielleicht", ""]
    contacts = pd.DataFrame(
        {
            "customer_id": range(7),
            "campaign": "autumn",
            "day": "2025-01-02",
            "treated": pd.Series(words, dtype="object"),
            "cost": 1,
        }
    )
    done = clean(contacts, tables.CONTACTS)
    assert done.kept["treated"].tolist() == [True, False, True, False, True] and done.kept["treated"].dtype == bool
    assert done.rejected["reason"].tolist() == ["treated: neither yes nor no", "treated: missing"]


def test_what_a_world_draws_is_clean():
    case = worlds.Retail(customers=100).draw(1)
    for table in tables.WORLD_TABLES:
        done = clean(case.frames[table.name], table)
        assert len(done.rejected) == len(done.repaired) == 0
        pd.testing.assert_frame_equal(
            done.kept, case.frames[table.name].reset_index(drop=True), check_dtype=False, check_categorical=False
        )


def test_their_names_become_ours():
    theirs = SOUND.rename(columns={"customer_id": "CustomerID", "day": "InvoiceDate"})
    done = clean(theirs, LOG, columns={"CustomerID": "customer_id", "InvoiceDate": "day"})
    pd.testing.assert_frame_equal(done.kept, clean(SOUND, LOG).kept)


WRONG_CALLS = {
    "no frame": (lambda: clean(SOUND.to_dict("list"), LOG), TypeError, r"transactions is a builtins.dict"),
    "a lost column": (
        lambda: clean(SOUND.rename(columns={"day": "dday"}), LOG),
        ValueError,
        r"transactions lacks \['day'\]; it has .*rename\(columns=\{'dday': 'day'\}\)",
    ),
    "a name they do not have": (
        lambda: clean(SOUND, LOG, columns={"InvoiceDate": "day"}),
        ValueError,
        r"lacks \['InvoiceDate'\]",
    ),
    "two of one name": (
        lambda: clean(pd.concat([SOUND, SOUND[["day"]]], axis=1), LOG),
        ValueError,
        r"two columns named \['day'\]",
    ),
    "two after renaming": (
        lambda: clean(SOUND.assign(x=1), LOG, columns={"x": "day"}),
        ValueError,
        r"two columns named \['day'\]",
    ),
    "columns of two levels": (
        lambda: clean(SOUND.set_axis(pd.MultiIndex.from_product([["a"], SOUND]), axis=1), LOG),
        ValueError,
        r"transactions lacks",
    ),
    "a reason of their own": (lambda: clean(SOUND.assign(reason="gift"), LOG), ValueError, r"'reason'.*reason_given"),
    "duplicates": (
        lambda: clean(SOUND, LOG, duplicates="drop"),
        ValueError,
        r"duplicates='drop' must be 'reject' or 'keep'",
    ),
    "known mistyped": (
        lambda: clean(SOUND, LOG, known={"custmer_id": [1]}),
        ValueError,
        r"known names \['custmer_id'\]",
    ),
    "most mistyped": (lambda: clean(SOUND, LOG, most={"amont": 1}), ValueError, r"most names \['amont'\]"),
    "window turned": (
        lambda: clean(SOUND, LOG, window=("2025-02-01", "2025-01-01")),
        ValueError,
        r"window=.*two dates",
    ),
    "window unread": (lambda: clean(SOUND, LOG, window=("soon", "later")), ValueError, r"window=.*two dates"),
}


@pytest.mark.parametrize("what", WRONG_CALLS)
def test_wrong_calls_get_one_clear_message(what):
    call, error, said = WRONG_CALLS[what]
    with pytest.raises(error, match=said):
        call()


def test_empty_and_one_row():
    for frame in (SOUND.iloc[:0], pd.DataFrame({name: [] for name in SOUND})):
        done = clean(frame, LOG)
        assert done.came_in == len(done.kept) == len(done.rejected) == len(done.repaired) == len(done.reasons()) == 0
        assert done.kept.columns.tolist() == SOUND.columns.tolist()
    assert len(clean(SOUND.iloc[[1]], LOG).kept) == 1
    assert len(clean(SOUND.iloc[[1]].assign(day="soon"), LOG).rejected) == 1


def test_all_rows_missing():
    done = clean(pd.DataFrame({"customer_id": [None] * 3, "day": [None] * 3, "amount": [None] * 3}), LOG)
    assert done.rejected["reason"].tolist() == ["customer_id: missing"] * 3


def test_any_index_is_taken_by_position():
    done = clean(SOUND.assign(amount=["1", "x", "3"]).set_axis([5, 5, 5]), LOG)
    assert done.kept.index.tolist() == [0, 2] and done.rejected.index.tolist() == [1]


def test_records_of_cleaning_are_frozen():
    done = clean(SOUND, LOG)
    assert isinstance(done, cleaning.Cleaned)
    with pytest.raises(AttributeError):
        done.kept = None


@pytest.mark.slow
def test_a_million_rows_are_cleaned_quickly():
    """A tenth of them dirty. The limit is several times what one slow core takes: only a loop over rows fails."""
    rng = np.random.default_rng(1)
    n = 1_000_000
    day = np.datetime64("2024-01-01") + rng.integers(0, 700, n)
    frame = pd.DataFrame(
        {
            "transaction_id": np.arange(n).astype(str),
            "customer_id": rng.integers(1, 100_000, n).astype(str),
            "day": np.datetime_as_string(day),
            "amount": np.char.mod("%.2f", rng.gamma(2, 20, n) + 0.01),
        }
    )
    dirty = rng.random(n) < 0.1
    frame.loc[dirty, "amount"] = "¥" + frame.loc[dirty, "amount"]
    begin = time.process_time()
    done = clean(frame, LOG)
    assert time.process_time() - begin < 45
    assert len(done.kept) == n and len(done.repaired) == dirty.sum()


def test_another_currency_is_refused_and_the_own_one_read():
    amounts = ["¥12.00", "￥3", "5 元", "EUR 5.12", "7.50", "€9"]
    log = pd.DataFrame({"customer_id": range(6), "day": "2025-01-02", "amount": amounts})
    done = clean(log, LOG)
    assert done.kept["amount"].tolist() == [12.0, 3.0, 5.0, 7.5]
    assert done.rejected["reason"].tolist() == ["amount: in another currency (EUR)"] * 2


def test_one_currency_alone_is_the_own_one():
    log = pd.DataFrame({"customer_id": [1, 2], "day": "2025-01-02", "amount": ["EUR 5.12", "7.50"]})
    assert clean(log, LOG).kept["amount"].tolist() == [5.12, 7.5]
