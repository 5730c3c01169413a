"""Reading files: every kind comes in as it is, and every bad one gets one clear error."""

import datetime as dt
import decimal
import gzip
import os
import zipfile

import numpy as np
import pandas as pd
import pytest

from crmkit import cleaning, reading, tables

HEADER = "CustomerID,Day,Amount\n"
ROW = "7,2025-01-02,5.50\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def put(tmp_path):
    """Write a file and give its path."""

    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return write


def refusal(path, **options):
    with pytest.raises(reading.FileError) as caught:
        reading.read(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


# --- what comes in -------------------------------------------------------------------------


def test_cells_of_a_csv_stay_text_and_rows_are_numbered_as_in_a_spreadsheet(put):
    frame = reading.read(put("a.csv", "id,note\n007,NA\n,\n"))
    assert frame.to_numpy().tolist() == [["007", "NA"], ["", ""]]
    assert list(frame.index) == [2, 3] and frame.index.name == "row"
    assert [str(kind) for kind in frame.dtypes] == ["str", "str"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_found(put, separator):
    text = "who;day;paid, net\nÖzil;2025-01-02;1\n".replace(", ", " ").replace(";", separator)
    frame = reading.read(put("a.csv", text), columns=["who", "paid net"])
    assert frame.to_numpy().tolist() == [["Özil", "1"]]


def test_wanted_names_decide_where_the_first_rows_do_not(put):
    # Decimal commas give as many cells by comma as by semicolon.
    path = put("a.csv", "who;paid,net\na;1,5\nb;2,5\n")
    assert reading.read(path, columns=["who"])["who"].tolist() == ["a", "b"]
    assert reading.read(path, columns=["net"])["net"].tolist() == ["5", "5"]


def test_hint_to_excel_and_blank_lines_before_the_names(put):
    frame = reading.read(put("a.csv", "\n\nsep=;\nwho;paid\na;1,5\n"))
    assert frame.to_numpy().tolist() == [["a", "1,5"]] and list(frame.index) == [5]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "UTF-16"),
        ("gb18030", "GB 18030"),
    ],
)
def test_chinese_in_every_encoding(put, encoding, told):
    lines = "".join(f"张三李四,2025-01-{day:02d},{day}\n" for day in range(1, 29))
    frame = reading.read(put("订单.csv", "客户,日期,金额\n" + lines, encoding), columns=["客户", "金额"])
    assert frame["客户"].unique().tolist() == ["张三李四"]
    assert frame.columns.tolist() == ["客户", "金额"]
    assert told in " ".join(frame.attrs["notes"]) and bool(frame.attrs["notes"]) == bool(told)


def test_western_accents_are_no_chinese(put):
    # Each of these is sound GB 18030 as well, as some Chinese character.
    frame = reading.read(put("a.csv", "who\nJosés\nMüller\nÅngström\nnaïve\n", "cp1252"))
    assert frame["who"].tolist() == ["Josés", "Müller", "Ångström", "naïve"]
    assert "Windows-1252" in frame.attrs["notes"][0]


def test_one_broken_character_does_not_spoil_the_encoding(put):
    lines = "客户,金额\n" + "张三李四王五赵六,1\n" * 100
    frame = reading.read(put("a.csv", lines.encode() + b"Jos\xe9,2\n"))
    assert frame["客户"].iloc[0] == "张三李四王五赵六" and frame["客户"].iloc[-1] == "Jos\ufffd"
    assert "1 bytes" in frame.attrs["notes"][0]


def test_emoji_formulas_quotes_and_line_ends_within_cells(put):
    frame = reading.read(put("a.csv", 'who,note\r\n"a ""b"", c",=1+1\r\n😀,"two\r\nlines"\r\n'))
    assert frame.to_numpy().tolist() == [['a "b", c', "=1+1"], ["😀", "two\r\nlines"]]


def test_packed_csv(put):
    packed = gzip.compress((HEADER + ROW).encode(), mtime=0)
    assert reading.read(put("a.csv.gz", packed)).iloc[0].tolist() == ["7", "2025-01-02", "5.50"]


def test_only_wanted_columns_in_the_order_of_the_file(put):
    path = put("a.csv", "a,b,c,d\n1,2,3,4\n")
    assert reading.read(path, columns=["d", "b", "d"]).to_dict("list") == {"b": ["2"], "d": ["4"]}


def test_names_alone_are_a_frame_without_rows(put):
    for text in (HEADER, HEADER.strip()):
        frame = reading.read(put("a.csv", text))
        assert frame.shape == (0, 3)


def test_rows_with_too_few_cells_are_filled_and_told(put):
    frame = reading.read(put("a.csv", HEADER + ROW + "8,2025-01-03\n\n9,2025-01-04,1\n"))
    assert frame["Amount"].tolist() == ["5.50", "", "1"]
    assert "first: line 3" in frame.attrs["notes"][0]


def test_empty_surplus_cells_do_no_harm(put):
    frame = reading.read(put("a.csv", HEADER + "7,2025-01-02,5,\n8,2025-01-02,6,\n"))
    assert frame["Amount"].tolist() == ["5", "6"]


def test_both_ways_of_reading_agree(put):
    """The tolerant reader, forced by one short row, sees the same cells as the quick one."""
    rng = np.random.default_rng(5)
    alphabet = np.array(list("ab ,;\"\n\r\t张😀'=0"))
    cells = [["".join(rng.choice(alphabet, size=rng.integers(0, 6))) for _ in range(3)] for _ in range(500)]
    quoted = ["x,y,z", *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)]
    quick = reading.read(put("a.csv", "\n".join(quoted) + "\n"))
    slow = reading.read(put("b.csv", "\n".join([*quoted, "short"]) + "\n"))
    assert quick.to_numpy().tolist() == cells
    assert slow.to_numpy().tolist() == [*cells, ["short", "", ""]]


def test_excel_keeps_types_and_row_numbers(tmp_path):
    path = tmp_path / "a.xlsx"
    rows = {"id": [17850.0, "A-1", None], "day": [dt.datetime(2025, 1, 2)] * 3, "paid": [5.5, "¥7", -2]}
    pd.DataFrame(rows).to_excel(path, index=False)
    frame = reading.read(path)
    assert frame["id"].tolist() == [17850, "A-1", None]
    assert str(frame["day"].dtype).startswith("datetime64")
    assert list(frame.index) == [2, 3, 4]
    found = cleaning.clean(frame, tables.TRANSACTIONS, columns={"id": "customer_id", "paid": "amount"})
    assert found.kept["amount"].tolist() == [5.5, 7.0]
    assert found.rejected["reason"].tolist() == ["customer_id: missing"]


def test_excel_as_other_programs_write_it(tmp_path):
    """Some say a false size of the sheet, some write whole numbers with a decimal point."""
    path, odd = tmp_path / "a.xlsx", tmp_path / "odd.xlsx"
    pd.DataFrame({"id": [17850, 17851, 17852], "paid": [1.5, 2.5, 3.5]}).to_excel(path, index=False)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'ref="A1:B4"' in text and b"<v>17850</v>" in text
                text = text.replace(b'ref="A1:B4"', b'ref="A1:A2"').replace(b"<v>17850</v>", b"<v>17850.0</v>")
            new.writestr(name, text)
    frame = reading.read(odd)
    assert frame["paid"].tolist() == [1.5, 2.5, 3.5]
    assert frame["id"].tolist() == [17850, 17851, 17852] and str(frame["id"].dtype) == "int64"


def test_excel_takes_the_sheet_that_has_the_columns(tmp_path):
    path = tmp_path / "a.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"remarks": ["read me"]}).to_excel(book, sheet_name="About", index=False)
        pd.DataFrame({"who": [1, 2]}).to_excel(book, sheet_name="Orders", index=False, startrow=3)
    frame = reading.read(path, columns=["who"])
    assert frame["who"].tolist() == [1, 2] and list(frame.index) == [5, 6]
    assert "'Orders'" in frame.attrs["notes"][0]
    assert "'who' for 'Who'" in refusal(path, columns=["Who"])


def test_parquet_comes_in_plain(tmp_path):
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {
            "who": pd.Categorical(["b", "a"]),
            "day": [dt.date(2025, 1, 2), dt.date(2025, 1, 3)],
            "paid": [decimal.Decimal("1.50"), decimal.Decimal("2.25")],
            "zone": pd.to_datetime(["2025-01-01 23:00", "2025-01-02 00:00"]).tz_localize("America/New_York"),
        },
        index=[5, 6],
    )
    frame.to_parquet(path)
    found = reading.read(path, columns=["paid", "day", "who", "zone"])
    assert found["who"].tolist() == ["b", "a"] and str(found["who"].dtype) == "str"
    assert found["paid"].tolist() == [1.5, 2.25]
    assert str(found["day"].dtype).startswith("datetime64") and str(found["zone"].dt.tz) == "America/New_York"


def test_progress_is_told(put):
    seen = []
    reading.read(put("a.csv", HEADER + ROW), progress=lambda stage, share: seen.append((stage, share)))
    assert seen[0] == ("reading a.csv", 0.0) and seen[-1] == ("reading a.csv", 1.0)


def test_nothing_is_lost_in_a_large_file(put):
    rows = 300_000
    text = "who,paid\n" + "".join(f"{row % 977},{row}\n" for row in range(rows))
    frame = reading.read(put("a.csv", text), columns=["paid"])
    assert len(frame) == rows and frame["paid"].astype("int64").sum() == rows * (rows - 1) // 2


# --- what is refused -----------------------------------------------------------------------


def workbook(tmp_path):
    path = tmp_path / "whole.xlsx"
    pd.DataFrame({"a": range(50)}).to_excel(path, index=False)
    return path.read_bytes()


def parquet(tmp_path):
    path = tmp_path / "whole.parquet"
    pd.DataFrame({"a": range(50)}).to_parquet(path)
    return path.read_bytes()


def archive(tmp_path, held):
    path = tmp_path / "held.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(held, "x")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "a.csv is empty"),
        ("a.csv", b" \n\n", "a.csv is blank"),
        ("a.xlsx", (HEADER + ROW).encode(), "ends in .xlsx and holds text, such as CSV; .* rename it to a.csv"),
        ("a.xls", (HEADER + ROW).encode(), "rename it to a.csv"),
        ("a.csv", workbook, "ends in .csv and holds an Excel workbook; .* rename it to a.xlsx"),
        ("a.csv", parquet, "ends in .csv and holds a Parquet file; .* rename it to a.parquet"),
        ("a.parquet", workbook, "holds an Excel workbook; expected a Parquet file"),
        ("a.csv", gzip.compress(HEADER.encode(), mtime=0), "packed by gzip. Mend: rename it to a.csv.gz"),
        ("a.csv.gz", HEADER.encode(), "is not packed"),
        ("a.csv.gz", gzip.compress(HEADER.encode() + os.urandom(300_000).hex().encode(), mtime=0)[:-2000], "broken gzip"),
        ("a.csv.gz", gzip.compress(HEADER.encode(), mtime=0)[:12], "broken gzip"),
        ("a.xlsx.gz", lambda tmp: gzip.compress(workbook(tmp), mtime=0), "unpack it first"),
        ("a.csv", np.random.default_rng(1).bytes(5_000), "bytes that are no text"),
        ("a.csv", HEADER.encode() + b"x" * 70_000 + b"\0\n", "NUL bytes"),
        ("a.csv", b"%PDF-1.7 ...", "a PDF document"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        ("a.csv", b'[{"CustomerID": 1}]', "holds JSON"),
        ("a.xls", OLE + b"\0" * 600, "an old Excel workbook"),
        ("a.xlsx", OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("a.xlsx", lambda tmp: workbook(tmp)[:2_000], "broken Excel workbook"),
        ("a.xlsx", lambda tmp: archive(tmp, "orders.csv"), "ZIP archive of orders.csv"),
        ("a.xlsx", lambda tmp: archive(tmp, "xl/workbook.xml"), "broken Excel workbook"),
        ("a.xlsx", lambda tmp: archive(tmp, "xl/workbook.bin"), "xlsb"),
        ("a.xlsx", lambda tmp: archive(tmp, "mimetype"), "OpenDocument"),
        ("a.parquet", lambda tmp: parquet(tmp)[:300], "broken Parquet file"),
        ("a.csv", HEADER + "7,2025-01-02,5\n8,2025-01-02,6,7\n9,x,y\n9,1,2,3,4\n", "2 rows with more cells .* line 3 with 4"),
        ("a.csv", HEADER + '7,2025-01-02,5\n"8,2025-01-02,6\n9,2025-01-02,7\n', "quotation mark in line 3"),
        ("a.csv", "a,b,a\n1,2,3\n", r"more than one column named \['a'\]"),
        ("a.csv", "x\n\x81\x8d\n".encode("latin-1") + b"\xff\n", "neither in UTF-8"),
    ],
)  # fmt: skip
def test_bad_files_get_one_clear_error(put, tmp_path, name, content, words):
    if callable(content):
        content = content(tmp_path)
    path = put(name, content)
    with pytest.raises(reading.FileError, match=words) as caught:
        reading.read(path)
    assert name in str(caught.value) and "Mend: " in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_missing_file_suggests_near_names(put):
    path = put("orders_2025.csv", HEADER)
    assert str(path) in refusal(path.with_name("order_2025.csv"))
    assert "Mend" in refusal(path.with_name("nothing.csv"))
    assert "no folder" in refusal(path.parent / "nowhere" / "a.csv")
    assert "is a folder" in refusal(path.parent)


def test_missing_column_suggests_near_names(put):
    path = put("a.csv", "Customer ID,Day,Amount\n1,2,3\n")
    message = refusal(path, columns=["CustomerID", "Day", "Colour"])
    assert "lacks ['CustomerID', 'Colour']" in message
    assert "'Customer ID' for 'CustomerID'" in message and "['Customer ID', 'Day', 'Amount']" in message


def test_a_column_that_is_twice_harms_only_if_wanted(put):
    path = put("a.csv", "who,paid,paid\n1,2,3\n")
    assert reading.read(path, columns=["who"])["who"].tolist() == ["1"]
    assert "more than one column named ['paid']" in refusal(path, columns=["paid"])


def test_cells_beyond_the_names_of_a_sheet_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    pd.DataFrame([["who", "paid", None], [1, 2, None], [3, 4, 5]]).to_excel(path, index=False, header=False)
    assert "first: row 3" in refusal(path)


def test_columns_as_one_text_are_refused(put):
    with pytest.raises(TypeError, match="expected a list of names"):
        reading.read(put("a.csv", HEADER), columns="Day")


def test_reading_leaves_the_limits_of_csv_alone(put):
    import csv

    before = csv.field_size_limit()
    reading.read(put("a.csv", HEADER + "1,2\n"))
    refusal(put("b.csv", HEADER + "1,2,3,4\n"))
    assert csv.field_size_limit() == before
