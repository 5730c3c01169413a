"""Months out and back: nothing lost, nothing doubled, a damaged file is told and changes nothing."""

import shutil

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from crmkit import warehouse, worlds
from crmkit.warehouse.schema import FACT_NAMES, TARGETS


def who(house):
    """A customer who had an account in every month."""
    sql = "SELECT customer_id AS c FROM balances GROUP BY 1 HAVING count(DISTINCT day) = 24 ORDER BY 1"
    return int(warehouse.query(house, sql).loc[0, "c"])


def someone(customer_id, segment):
    return pd.DataFrame({"customer_id": [customer_id], "segment": [segment]})


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Two years of a small bank, one of its customers in another segment from 2024-06-10 on."""
    house = warehouse.create(tmp_path_factory.mktemp("house") / "bank.dw")
    case = worlds.Bank(customers=60).draw(seed=7)
    warehouse.load(house, {name: case.frames[name] for name in case if name != "mails"})
    warehouse.load(house, {"customers": someone(who(house), "gold")}, as_of="2024-06-10")
    return house


@pytest.fixture
def own(loaded, tmp_path):
    shutil.copytree(loaded.path, tmp_path / "own.dw")
    return warehouse.open(tmp_path / "own.dw", read_only=False)


@pytest.fixture(scope="module")
def moved(loaded, tmp_path_factory):
    path = tmp_path_factory.mktemp("moved") / "moved.dw"
    shutil.copytree(loaded.path, path)
    house = warehouse.open(path, read_only=False)
    warehouse.archive(house)
    return house


@pytest.fixture
def archived(moved, tmp_path):
    shutil.copytree(moved.path, tmp_path / "archived.dw")
    return warehouse.open(tmp_path / "archived.dw", read_only=False)


def facts(house):
    found = {}
    for target in FACT_NAMES:
        order = ", ".join(TARGETS[target].key)
        found[target] = warehouse.query(house, f"SELECT * FROM {target} ORDER BY {order}")
    return found


def months(house, target="transactions"):
    found = warehouse.query(house, f"SELECT DISTINCT strftime(day, '%Y-%m') AS m FROM {target} ORDER BY 1")
    return found["m"].tolist()


def sound(house):
    assert warehouse.check(house)["says"].eq("OK").all(), warehouse.check(house).to_string()


def test_thirteen_months_stay_and_the_rest_goes_and_comes_back_as_it_was(loaded, own):
    gone = warehouse.archive(own)
    assert len(months(own)) == 13 and months(own)[-1] == "2025-12" and months(own)[0] == "2024-12"
    assert sorted(gone["month"].dt.strftime("%Y-%m").unique()) == months(loaded)[:11]
    sound(own)
    assert len(warehouse.archive(own)) == 0  # nothing is left to do
    back = warehouse.restore(own, gone["month"].tolist())
    assert_frame_equal(back, gone)
    for target, frame in facts(loaded).items():
        assert_frame_equal(facts(own)[target], frame, obj=target)  # versions of customers included
    sound(own)


def test_files_hold_what_another_reader_finds(loaded, archived):
    """pandas reads the Parquet files: rows and sums as online before."""
    files = sorted((archived.path / "archive").glob("transactions-*.parquet"))
    found = pd.concat([pd.read_parquet(file) for file in files])
    was = facts(loaded)["transactions"]
    was = was[was["day"] < "2024-12-01"]
    assert len(found) == len(was) and float(found["amount"].sum()) == pytest.approx(was["amount"].sum(), rel=1e-12)
    assert set(found["transaction_id"]) == set(was["transaction_id"])


def test_monthly_sums_answer_for_archived_months_too(loaded, archived):
    sql = "SELECT month, sum(transactions) AS n, sum(cost) AS cost FROM monthly GROUP BY 1 ORDER BY 1"
    assert_frame_equal(warehouse.query(archived, sql), warehouse.query(loaded, sql))
    warehouse.restore(archived, ["2024-03", "2024-07"])
    assert_frame_equal(warehouse.query(archived, sql), warehouse.query(loaded, sql))


def test_restored_months_are_archived_anew_and_one_file_a_month_is_left(archived):
    warehouse.restore(archived, ["2024-03", "2024-04-30"])
    assert months(archived)[:2] == ["2024-03", "2024-04"]
    warehouse.archive(archived, keep=13)
    warehouse.archive(archived, keep=12)
    kept = warehouse.query(archived, "SELECT file FROM archive")["file"]
    assert sorted(kept) == sorted(path.name for path in (archived.path / "archive").iterdir())
    sound(archived)


def test_a_change_while_months_are_away_counts_when_they_come_back(loaded, archived):
    warehouse.load(archived, {"customers": someone(who(loaded), "late")}, as_of="2024-10-01")
    warehouse.restore(archived, ["2024-09", "2024-10"])
    sql = "SELECT DISTINCT strftime(day, '%m') AS m, segment FROM balances JOIN customers USING (customer_key) "
    sql += "WHERE balances.customer_id = ? AND day < '2024-11-01' ORDER BY 1"
    assert warehouse.query(archived, sql, [who(loaded)])["segment"].tolist() == ["gold", "late"]
    late = warehouse.query(archived, "SELECT month FROM monthly WHERE segment = 'late' ORDER BY 1")["month"]
    assert late.min() == pd.Timestamp(2024, 10, 1)


def test_rows_for_an_archived_month_are_refused_not_doubled(loaded, archived):
    late = pd.DataFrame(
        {"transaction_id": [10**9], "customer_id": [who(loaded)], "day": ["2024-05-05"], "amount": [1.0], "channel": ["phone"],
         "service": ["enquiry"]}
    )  # fmt: skip
    warehouse.load(archived, {"transactions": late}, name="late")
    assert warehouse.rejects(archived)["reason"].tolist() == ["day: 2024-05 is in the archive; restore it first"]
    warehouse.restore(archived, "2024-05")
    warehouse.load(archived, {"transactions": late.assign(service="payment")})
    sound(archived)


def bytes_flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "error", "words"),
    [
        (
            bytes_flipped,
            ValueError,
            "was changed since it was written: its checksum differs; nothing was restored. Mend",
        ),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), ValueError, "its checksum differs"),
        (lambda path: path.unlink(), FileNotFoundError, r"balances-2024-04.*is missing; nothing was restored"),
    ],
)
def test_a_damaged_archive_is_told_and_nothing_is_restored(archived, harm, error, words):
    (file,) = (archived.path / "archive").glob("balances-2024-04*")
    whole = file.read_bytes()
    harm(file)
    note = (archived.path / "warehouse.json").read_bytes()
    with pytest.raises(error, match=words) as caught:
        warehouse.restore(archived, ["2024-03", "2024-04"])
    assert "\n" not in str(caught.value)
    assert (archived.path / "warehouse.json").read_bytes() == note and len(months(archived)) == 13
    says = warehouse.check(archived)["says"]
    assert says[says != "OK"].index.tolist() == [file.name]
    file.write_bytes(whole)
    warehouse.restore(archived, ["2024-03", "2024-04"])
    sound(archived)


def test_check_sees_a_row_lost_or_doubled(own):
    """The witness itself: rows taken away or put twice behind the ledger's back."""
    import duckdb

    (version,) = own.path.glob("v*.duckdb")
    one = "(SELECT min(transaction_id) FROM transactions)"
    for harm, says in (
        (f"DELETE FROM transactions WHERE transaction_id = {one}", "-1 rows too many"),
        (f"INSERT INTO transactions SELECT * FROM transactions WHERE transaction_id = {one}", "1 keys stand twice"),
        (f"UPDATE transactions SET amount = amount + 1 WHERE transaction_id = {one}", "the sums differ"),
        ("DELETE FROM monthly WHERE month = (SELECT min(month) FROM monthly)", "the sums are not"),
    ):
        whole, note = version.read_bytes(), (own.path / "warehouse.json").read_text()
        version.chmod(0o644)
        with duckdb.connect(str(version)) as con:
            con.execute(harm)
        size = version.stat().st_size
        (own.path / "warehouse.json").write_text(note.replace(f'"bytes": {len(whole)}', f'"bytes": {size}'))
        found = warehouse.check(own)["says"]
        assert found["monthly" if "the sums are not" in says else "transactions"].startswith(says)
        version.write_bytes(whole)
        (own.path / "warehouse.json").write_text(note)
    sound(own)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda house: warehouse.archive(house, keep=0), "keep=0 must be a whole number, at least 1"),
        (lambda house: warehouse.archive(house, keep=1.5), "keep=1.5 must be a whole number"),
        (
            lambda house: warehouse.restore(house, "2025-03"),
            r"months=\['2025-03'\] are not in the archive; it holds \['2024-01'",
        ),
        (lambda house: warehouse.restore(house, "spring"), "months='spring' is no date"),
    ],
)
def test_odd_wishes_are_refused(archived, call, words):
    with pytest.raises(ValueError, match=words):
        call(archived)
