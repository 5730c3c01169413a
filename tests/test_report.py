"""The report: every row is accounted for, every figure can be counted by hand, the page is whole and harmless."""

import csv
import html.parser
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from crmkit import cleaning, report, worlds

NAMES = {"customer": "who", "when": "day", "amount": "paid"}
LINES = {"customer": "who", "when": "day", "basket": "no", "item": "what", "quantity": "n", "price": "each"}


def log(*rows, columns=("who", "day", "paid")):
    return pd.DataFrame(rows, columns=list(columns), dtype="str")


def random_lines(seed, rows=400):
    """Order lines as text, some of them dirty."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "who": rng.choice(["1", "2", "3", "张三", "O'Neil", "", " 7 "], rows),
            "day": rng.choice(["2025-01-05", "2025-02-06", "2025-02-07", "31.12.2024", "2025-02-30", "soon"], rows),
            "no": rng.choice(["A1", "A2", "B7", "C9", ""], rows),
            "what": rng.choice(["tea", "=1+1", "<b>cup</b>", "茶壶🫖", ""], rows),
            "n": rng.choice(["1", "2", "-1", "-2", "0", "x"], rows),
            "each": rng.choice(["1.5", "¥2", "0", "3,25", "-1", "inf", "10"], rows),
        }
    )
    return frame.astype("str")


def cells(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# --- every row is accounted for ------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("keep", [True, False])
def test_rows_in_are_kept_or_rejected_and_rejected_as_they_came(seed, keep):
    frame = random_lines(seed)
    frame.index = np.random.default_rng(seed).permutation(len(frame)) + 1000
    found = report.gather(frame, **LINES, keep_duplicates=keep)
    assert found.came_in == len(frame) == found.kept + len(found.rejected)
    assert found.reasons.loc[found.reasons["fate"] == "rejected", "rows"].sum() == len(found.rejected)
    assert found.rejected["row"].is_unique and (found.rejected["reason"] != "").all()
    as_came = frame.loc[found.rejected["row"], ["who", "day", "no", "what", "n", "each"]]
    assert as_came.to_numpy().tolist() == found.rejected[as_came.columns].to_numpy().tolist()
    assert not set(found.repaired["row"]) & set(found.rejected["row"])
    for row in found.repaired.itertuples():
        assert frame.loc[row.row, row.column] == row.before


@pytest.mark.parametrize("seed", range(8))
def test_money_is_that_of_the_kept_rows(seed):
    """Counted by hand: read what is left with the plainest means, sum by basket, else by day."""
    frame = random_lines(seed)
    found = report.gather(frame, **LINES, keep_duplicates=True)
    gone = set(found.rejected["row"])
    money = defaultdict(float)
    for row in frame.itertuples():
        if row.Index in gone:
            continue
        day = {"31.12.2024": "2024-12-31"}.get(row.day, row.day)
        amount = int(row.n) * float(row.each.replace("¥", "").replace(",", "."))
        money[row.who.strip(), row.no or day] += amount
    assert len(found.transactions) == len(money)
    assert found.total == pytest.approx(sum(money.values()))
    assert sorted(found.transactions["amount"]) == pytest.approx(sorted(money.values()))
    assert found.rfm["monetary"].sum() == pytest.approx(found.total)
    assert found.segments["money"].sum() == pytest.approx(found.total)
    assert found.segments["customers"].sum() == len(found.rfm) == found.quadrants["customers"].sum()


def test_duplicates_name_the_row_they_repeat():
    frame = log(("1", "2025-01-01", "5"), ("2", "2025-01-01", "5"), ("1", "2025-01-01", "5"))
    frame.index = [2, 3, 4]
    found = report.gather(frame, **NAMES)
    assert found.rejected[["row", "reason"]].to_numpy().tolist() == [[4, "duplicate of row 2"]]
    assert report.gather(frame, **NAMES, keep_duplicates=True).kept == 3


def test_like_purchases_at_different_hours_are_no_duplicates():
    rows = [("1", "2025-01-01 09:00", "5"), ("1", "2025-01-01 17:00", "5"), ("1", "2025-01-01 17:00", "5")]
    found = report.gather(log(*rows), **NAMES)
    assert found.kept == 2 and found.rejected["reason"].tolist() == ["duplicate of row 1"]
    typed = log(*rows).assign(day=lambda one: pd.to_datetime(one["day"]))
    assert report.gather(typed, **NAMES).kept == 2


def test_rejected_columns_carry_their_own_names():
    found = report.gather(log(("1", "2025-01-01", "5"), ("", "2025-01-01", "5"), ("2", "x", "0")), **NAMES)
    assert found.rejected.columns.tolist() == ["row", "who", "day", "paid", "reason"]
    assert found.rejected["reason"].tolist() == ["who: missing", "day: not a date"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("1", "2025-01-01", "0")], "paid: zero"),
        ([("1", "2025-01-01", "NaN")], "paid: missing"),
        ([("1", "2025-01-01", "inf")], "paid: infinite"),
        ([("1", "2025-01-01", "dear")], "paid: not a number"),
        ([("1", "2025-02-30", "5")], "day: not a date"),
        ([("1", "", "5")], "day: missing"),
        ([("", "2025-01-01", "5")], "who: missing"),
        ([("1", "03/04/2025", "5")], "day: day or month first? say dayfirst=True or False"),
    ],
)
def test_each_kind_of_bad_row_lands_in_the_log(rows, reason):
    found = report.gather(log(("9", "2025-03-01", "1"), *rows), **NAMES)
    assert found.rejected["reason"].tolist() == [reason] and found.kept == 1


def test_time_zones_are_dropped_and_told():
    rows = [("1", "2025-01-01T23:30:00-05:00", "5"), ("2", "2025-01-01T10:00:00Z", "5"), ("3", "2025-01-02", "4")]
    found = report.gather(log(*rows), **NAMES)
    assert found.transactions["day"].dt.day.tolist() == [1, 1, 2]
    assert (found.repaired["repair"] == "time zone dropped, local day kept").any()


def test_day_or_month_first_is_as_said():
    frame = log(("1", "03/04/2025", "5"), ("2", "05/06/2025", "5"))
    assert report.gather(frame, **NAMES, dayfirst=True).last == pd.Timestamp(2025, 6, 5)
    assert report.gather(frame, **NAMES, dayfirst=False).last == pd.Timestamp(2025, 5, 6)
    with pytest.raises(ValueError, match=r"none of the 2 rows .* dayfirst"):
        report.gather(frame, **NAMES)


def test_baskets_that_add_up_to_zero_are_told():
    rows = [
        ("1", "2025-01-01", "A", "tea", "3", "0.1"),
        ("1", "2025-01-01", "A", "cup", "-1", "0.3"),  # 3 x 0.1 - 0.3 is not 0 in binary
        ("2", "2025-01-01", "A", "tea", "1", "5"),  # the same number of another customer
        ("2", "2025-01-02", "", "tea", "1", "5"),
        ("2", "2025-01-02", "", "cup", "-1", "5"),
    ]
    found = report.gather(log(*rows, columns=LINES.values()), **LINES)
    assert found.kept == 1 and found.total == 5
    assert found.rejected["reason"].tolist() == ["amount: the lines of its basket add up to zero"] * 4


def test_days_far_from_all_others_are_set_aside():
    rows = [(str(one % 7), f"2025-01-{1 + one % 28:02d}", str(5 + one)) for one in range(100)]
    found = report.gather(log(*rows, ("1", "1925-01-01", "5"), ("2", "2125-01-01", "5")), **NAMES)
    assert found.rejected["reason"].tolist() == ["day: more than two years from all other days"] * 2
    assert found.last == pd.Timestamp(2025, 1, 28)
    # Where they are many, they are no slip.
    half = [("1", "2015-01-01", str(one)) for one in range(1, 60)]
    assert report.gather(log(*rows, *half), **NAMES).kept == 159


def test_later_days_do_not_count_before_the_day_of_judgement():
    rows = [("1", "2025-01-01", "5"), ("1", "2025-03-01", "7"), ("2", "2025-02-01", "8")]
    found = report.gather(log(*rows), **NAMES, as_of="2025-02-10")
    assert found.rejected["reason"].tolist() == ["day: after 2025-02-10, the day of judgement"]
    assert found.total == 13 and found.rfm["recency"].tolist() == [40, 9]
    assert found.as_of == pd.Timestamp(2025, 2, 10) and found.last == pd.Timestamp(2025, 2, 1)


def test_soiled_world_is_cleaned_as_its_truth_says():
    case = worlds.Retail(customers=400).draw(3)
    soiled = worlds.soil(case.transactions, worlds.Dirt(), 4)
    parts = {"customer": "customer_id", "when": "day", "amount": "amount", "basket": "transaction_id"}
    found = report.gather(soiled.frame, **parts)
    fault = soiled.truth.set_index("row")["dirt"]
    lost = fault[
        fault.isin(["missing_customer", "missing_amount", "unreadable_amount", "impossible_date", "shifted_date"])
    ]
    again = fault[fault == "duplicated"]
    assert set(lost.index) | set(again.index) == set(found.rejected["row"])
    assert found.last <= case.transactions["day"].max()


# --- the figures ---------------------------------------------------------------------------


def test_one_row_a_transaction_and_rows_of_a_basket_summed():
    rows = [("1", "2025-01-02", "5", "A"), ("1", "2025-01-01", "7", "A"), ("2", "2025-01-01", "-3", "B")]
    frame = log(*rows, columns=("who", "day", "paid", "no"))
    assert len(report.gather(frame, **NAMES).transactions) == 3
    found = report.gather(frame, **NAMES, basket="no")
    assert found.transactions[["customer_id", "amount"]].to_numpy().tolist() == [[1, 12.0], [2, -3.0]]
    assert found.transactions["day"].tolist() == [pd.Timestamp(2025, 1, 1)] * 2
    assert "1 baskets have lines on more than one day" in found.notes[0]
    assert (found.purchases, found.returns, found.returned) == (1, 1, -3)


def test_lines_without_baskets_are_summed_by_day():
    rows = [("1", "2025-01-01", "2", "5"), ("1", "2025-01-01", "1", "3"), ("1", "2025-01-02", "1", "3")]
    parts = {"customer": "who", "when": "day", "quantity": "n", "price": "each"}
    found = report.gather(log(*rows, columns=parts.values()), **parts)
    assert found.transactions["amount"].tolist() == [13, 3]
    assert found.item_movers is None


def test_movers_are_those_of_the_two_last_periods():
    rows = [
        ("a", "2025-01-01", "10", "tea"),
        ("b", "2025-01-02", "20", "cup"),
        ("a", "2025-01-03", "30", "cup"),
        ("c", "2025-01-04", "5", ""),
    ]
    found = report.gather(log(*rows, columns=("who", "day", "paid", "what")), **NAMES, item="what")
    assert found.mover_days == 2
    assert found.customer_movers["change"].to_dict() == {"a": 20, "c": 5, "b": -20}
    assert found.item_movers["change"].to_dict() == {"cup": 10, "(no name)": 5, "tea": -10}


def test_a_month_that_is_cut_short_is_no_loss_of_customers():
    rows = [("a", "2025-01-05", "1"), ("b", "2025-01-06", "1"), ("a", "2025-02-20", "1"), ("b", "2025-03-03", "1")]
    cohorts = report.gather(log(*rows), **NAMES).cohorts
    assert cohorts[["period", "active"]].to_numpy().tolist() == [[0, 2], [1, 1]]
    cohorts = report.gather(log(*rows), **NAMES, as_of="2025-03-31").cohorts
    assert cohorts[["period", "active"]].to_numpy().tolist() == [[0, 2], [1, 1], [2, 1]]


@pytest.mark.parametrize(
    ("last", "period"), [("2025-12-01", "month"), ("2029-12-01", "quarter"), ("2045-12-01", "year")]
)
def test_cohorts_stay_readable_however_long_the_log(last, period):
    days = pd.date_range("2025-01-01", last, freq="20D").strftime("%Y-%m-%d")
    found = report.gather(log(*[(str(at % 5), day, "3") for at, day in enumerate(days)]), **NAMES)
    assert found.period == period and found.cohorts["period"].max() <= 25


@pytest.mark.parametrize(
    ("rows", "none"),
    [
        ([("1", "2025-01-01", "5")], {"customer_movers"}),
        ([("1", "2025-01-01", "-5"), ("2", "2025-01-09", "-5")], {"concentration", "cohorts"}),
        ([("1", "2025-01-01", "-5"), ("1", "2025-01-09", "5")], {"concentration"}),
        ([("1", "2025-01-01", "5"), ("2", "2025-01-01", "9")], {"customer_movers"}),
        ([("1", "2025-01-01", "5"), ("1", "2025-06-01", "5"), ("1", "2025-09-01", "2")], set()),
    ],
    ids=["one row", "all returns", "net nothing", "one day", "one customer"],
)
def test_small_logs_are_defined_and_written(rows, none, tmp_path):
    found = report.gather(log(*rows), **NAMES)
    parts = ("concentration", "cohorts", "customer_movers")
    assert {part for part in parts if getattr(found, part) is None} == none
    text = report.write(found, tmp_path / "out").read_text(encoding="utf-8")
    assert not re.search(r"\bnan\b|\binf\b|None|NaT", text.split("</style>")[1].split("base64,")[0])


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": None}, "names no money; expected amount, or quantity and price"),
        ({"amount": None, "quantity": "who"}, "names no money"),
        ({"quantity": "a", "price": "b"}, "names money twice"),
        ({"item": "who"}, "'who' is named as customer_id and as item"),
        ({"customer": "Who"}, r"lacks \['Who'\]; it has \['who', 'day', 'paid'\]"),
        ({"bins": 1}, "bins=1 must be a whole number from 2 to 10"),
        ({"bins": "5"}, "bins='5' must be"),
        ({"as_of": "yesterday"}, "as_of='yesterday' is no day"),
        ({"as_of": "2025-01-01T00:00Z"}, "without a time zone"),
        ({"as_of": "2020-01-01"}, "none of the 1 rows .* after 2020-01-01"),
    ],
)
def test_wrong_words_get_one_clear_error(change, words):
    with pytest.raises(ValueError, match=words):
        report.gather(log(("1", "2025-01-01", "5")), **(NAMES | change))


def test_no_frame_and_no_rows_are_refused():
    with pytest.raises(TypeError, match="expected a pandas frame"):
        report.gather([1, 2], **NAMES)
    with pytest.raises(ValueError, match="0 rows"):
        report.gather(log(), **NAMES)
    twice = log(("1", "2025-01-01", "5")).rename(columns={"paid": "day"})
    with pytest.raises(ValueError):
        report.gather(twice, customer="who", when="day", amount="day")


# --- the page ------------------------------------------------------------------------------


class Reader(html.parser.HTMLParser):
    """Collects what a test asks of a page; fails on tags that are not closed."""

    VOID = ("meta", "img", "br", "link", "input")

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.data = [], [], []
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.data.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.seen if name == tag]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report on lines with hostile names, and where it lies."""
    rng = np.random.default_rng(2)
    rows = 600
    frame = pd.DataFrame(
        {
            "who": rng.choice(["<script>alert(1)</script>", "张三", "=2+3", "-x", *map(str, range(60))], rows),
            "day": pd.to_datetime("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), "D"),
            "no": rng.integers(0, 300, rows).astype(str),
            "what": rng.choice(['<img src=x onerror="x()">', "茶壶🫖", "@SUM(A1)", "\tcup", "tea & milk"], rows),
            "n": rng.choice([1, 2, 3, -1, 0], rows),
            "each": rng.choice(["9.99", "¥5", "free", "-3", "=9"], rows),
        }
    )
    found = report.gather(frame, **LINES)
    out = tmp_path_factory.mktemp("report") / "out"
    return found, report.write(found, out)


def test_page_is_whole_and_reads_well(written):
    found, path = written
    page = Reader(path.read_text(encoding="utf-8"))
    assert page.all("html") == [{"lang": "en"}]
    assert any(meta.get("name") == "viewport" for meta in page.all("meta"))
    assert len(page.all("img")) == 4
    for picture in page.all("img"):
        assert picture["src"].startswith("data:image/png;base64,") and len(picture["alt"]) > 40
    assert len(page.all("caption")) == len(page.all("table")) >= 8
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    targets = {attrs["id"] for _, attrs in page.seen if "id" in attrs}
    for link in page.all("a"):
        target = link["href"]
        assert target[1:] in targets if target.startswith("#") else (path.parent / target).is_file()
    said = " ".join(page.data)
    for figure in (
        f"{found.came_in:,}",
        f"{found.kept:,}",
        f"{found.came_in - found.kept:,}",
        f"{len(found.rfm):,} customers",
    ):
        assert figure in said
    assert "95\u00a0% interval" in said and "do not say" in said


def test_page_asks_nothing_of_the_network_and_runs_nothing(written):
    text = written[1].read_text(encoding="utf-8")
    page = Reader(text)
    assert not {tag for tag, _ in page.seen} & {"script", "link", "iframe", "object", "form"}
    assert not re.search(r"https?://|url\(|@import", text)
    assert not [attrs for _, attrs in page.seen if any(name.startswith("on") for name in attrs)]
    assert "default-src 'none'" in text


def test_hostile_names_are_shown_as_text(written):
    page = Reader(written[1].read_text(encoding="utf-8"))
    said = " ".join(page.data)
    assert '<img src=x onerror="x()">' in said and "茶壶🫖" in said


def test_tables_lie_beside_the_page(written):
    found, path = written
    rejected = cells(path.parent / "rejected.csv")
    assert rejected[0] == ["row", "who", "day", "no", "what", "n", "each", "reason"]
    assert len(rejected) - 1 == len(found.rejected) == found.came_in - found.kept > 0
    assert len(cells(path.parent / "repaired.csv")) - 1 == len(found.repaired) > 0
    assert len(cells(path.parent / "customers.csv")) - 1 == len(found.rfm)
    overview = dict(cells(path.parent / "overview.csv"))
    assert int(overview["rows_kept"]) + int(overview["rows_rejected"]) == int(overview["rows_came_in"])
    assert float(overview["money"]) == pytest.approx(found.total)


def test_no_cell_is_taken_for_a_formula(written):
    number = re.compile(r"[+-]?[\d.,]+(e[+-]?\d+)?")
    seen = set()
    for path in sorted(written[1].parent.glob("*.csv")):
        for cell in (cell for row in cells(path) for cell in row):
            if cell[:1] == "'":
                seen.add(cell[1:2])
            assert cell[:1] not in tuple("=+-@\t\r") or number.fullmatch(cell), f"{cell!r} in {path.name}"
    assert {"=", "-", "@"} <= seen


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("-5", "-5"),
        ("+1,234.50", "+1,234.50"),
        ("-1e-5", "-1e-5"),
        ("tea = good", "tea = good"),
        ("张三", "张三"),
        ("", ""),
    ],
)
def test_guard_marks_formulas_and_leaves_the_rest(cell, safe):
    from crmkit.report.export import guarded

    frame = pd.DataFrame({"=x": pd.Series([cell, None, 5, 1.5, True], dtype="object"), "n": [-1, 2, 3, 4, 5]})
    found = guarded(frame)
    assert found.iloc[0, 0] == safe and found.iloc[2:, 0].tolist() == [5, 1.5, True] and found.iloc[1, 0] is None
    assert found.columns.tolist() == ["'=x", "n"] and found["n"].tolist() == [-1, 2, 3, 4, 5]
    assert frame.columns[0] == "=x" and frame.iloc[0, 0] == cell


def test_same_report_gives_the_same_bytes(written, tmp_path):
    again = report.write(written[0], tmp_path / "again")
    for path in sorted(written[1].parent.iterdir()):
        assert path.read_bytes() == (again.parent / path.name).read_bytes(), path.name


def test_pictures_are_closed(written):
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_gather_leaves_its_frame_alone_and_is_told_of_as_it_goes():
    frame = random_lines(1)
    before, seen = frame.copy(), []
    report.gather(frame, **LINES, progress=lambda stage, share: seen.append(share))
    pd.testing.assert_frame_equal(frame, before)
    assert seen == sorted(seen) and seen[-1] == 1.0


def test_reasons_agree_with_cleaning_where_nothing_is_set_aside():
    frame = log(("1", "2025-01-01", "5"), ("", "2025-01-01", "5"), ("2", "2025-01-02", " 6 "))
    ours = report.gather(frame, **NAMES)
    from crmkit import tables

    theirs = cleaning.clean(frame, tables.TRANSACTIONS, columns={"who": "customer_id", "paid": "amount"})
    assert ours.reasons["rows"].tolist() == theirs.reasons()["rows"].tolist()
