"""``crmkit warehouse``: what it says, one line for each error, and nothing half done."""

import pandas as pd
import pytest

from crmkit import warehouse
from crmkit.__main__ import main


@pytest.fixture
def run(capsys):
    """Run a command; its status and what it said on both streams."""

    def call(*words):
        try:
            status = main(["warehouse", *map(str, words)])
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def one_line(outcome):
    """The single line of an error."""
    code, _, err = outcome
    assert code == 2 and err.startswith("crmkit: ") and err.count("\n") == 1 and "Traceback" not in err
    return err


@pytest.fixture
def shop(tmp_path):
    """A folder of files: three months of a shop with two customers, one purchase of nobody, one unknown table."""
    folder = tmp_path / "shop"
    folder.mkdir()
    pd.DataFrame({"customer_id": [1, 2]}).to_csv(folder / "customers.csv", index=False)
    days = [f"2025-{month:02d}-{day:02d}" for month in (1, 2, 3) for day in (5, 6)]
    log = pd.DataFrame(
        {"transaction_id": range(6), "customer_id": [1, 2, 1, 2, 1, 9], "day": days, "amount": [5, 6, 7, 8, 9, 10]}
    )
    log.to_csv(folder / "transactions.csv", index=False)
    (folder / "weather.csv").write_text("day,sun\n2025-01-01,yes\n")
    return folder


def test_a_year_of_work_by_command(run, shop, tmp_path):
    house = tmp_path / "shop.dw"
    status, out, err = run("load", house, shop, "--new", "--name", "spring")
    assert (status, err) == (0, "")
    assert "weather; left out" in out and "8 rows came in: 7 loaded, 0 there already, 1 rejected" in out
    assert "rejected from transactions: customer_id: 9 is not among the customers of the warehouse (1 rows)" in out
    assert "nothing was done" in run("load", house, shop)[1]

    status, out, err = run("archive", house, "--keep", "1")
    assert (status, err) == (0, "") and "2025-01 moved to the archive: transactions 2" in out and out.count("\n") == 2
    assert "nothing was moved" in run("archive", house)[1]

    status, out, err = run("status", house)
    assert (status, err) == (0, "") and "1 loads, the last is 'spring'" in out and "2025-01-05 to 2025-03-05" in out
    assert "transactions: 5 rows loaded; 1 online, 4 in 2 files" in out and "all that was loaded is here, once" in out

    assert run("restore", house, "2025-01", "2025-02") == (
        0,
        "2025-01 brought back: transactions 2\n2025-02 brought back: transactions 2\n",
        "",
    )
    assert "transactions: 5 rows loaded; 5 online, 0 in 0 files" in run("status", house)[1]
    assert warehouse.query(warehouse.open(house), "SELECT sum(amount) AS a FROM transactions").loc[0, "a"] == 35


def test_an_empty_warehouse_has_a_status(run, tmp_path):
    warehouse.create(tmp_path / "new.dw")
    status, out, _ = run("status", tmp_path / "new.dw")
    assert status == 0 and "0 loads" in out and "facts from" not in out


def test_a_load_that_fails_leaves_no_new_warehouse_and_no_trace_in_an_old_one(run, shop, tmp_path):
    house = tmp_path / "shop.dw"
    assert "is no folder" in one_line(run("load", house, tmp_path / "nowhere", "--new"))
    assert not house.exists()
    assert "make it with --new" in one_line(run("load", house, shop))
    run("load", house, shop, "--new")
    before = sorted(path.name for path in house.iterdir())
    (shop / "transactions.csv").write_text("customer_id,day\n1,2025-01-05\n")
    assert "lacks" in one_line(run("load", house, shop))
    assert "is not empty" in one_line(run("load", house, shop, "--new"))
    assert sorted(path.name for path in house.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["archive", "HOUSE", "--keep", "0"], "keep=0"),
        (["restore", "HOUSE", "2025-01"], "are not in the archive"),
        (["restore", "HOUSE", "soon"], "months='soon' is no date"),
        (["load", "HOUSE", "SHOP", "--since", "2026-01-01", "--until", "2025-01-01"], "lies after until"),
        (["load", "HOUSE", "SHOP", "--wait", "-1"], "wait_s=-1"),
        (["restore", "HOUSE"], "MONTH"),
        (["sell", "HOUSE"], "invalid choice"),
    ],
)
def test_errors_are_one_line(run, shop, tmp_path, words, said):
    warehouse.create(tmp_path / "new.dw")
    places = {"HOUSE": tmp_path / "new.dw", "SHOP": shop}
    assert said in one_line(run(*(places.get(word, word) for word in words)))


def test_a_lost_archive_file_is_told_by_status(run, shop, tmp_path):
    house = tmp_path / "shop.dw"
    run("load", house, shop, "--new")
    run("archive", house, "--keep", "2")
    next((house / "archive").glob("*.parquet")).unlink()
    assert "is missing" in one_line(run("status", house))
