"""SQL in the cells of a notebook: a notebook is run, and what its cells said is read."""

import pandas as pd
import pytest

from crmkit import warehouse

CELLS = {
    "open": "from crmkit import warehouse\nwarehouse.cells(warehouse.open('shop.dw'))",
    "ask": "%%sql\nSELECT customer_id, sum(amount) AS spent FROM transactions GROUP BY ALL ORDER BY ALL",
    "keep": 'least = 6.5\ntown = "north\' OR 1 = 1 --"',
    "named": "%%sql best\nSELECT * FROM transactions WHERE amount > $least  -- not $this",
    "kept": "best['amount'].tolist(), type(best).__name__",
    "pasted": "%%sql\nSELECT count(*) AS n FROM transactions WHERE channel = $town",
    "write": "%%sql\nDELETE FROM transactions",
    "file": "%%sql\nSELECT * FROM read_csv('secret.csv')",
    "lacking": "%%sql\nSELECT $nothing",
    "no sql": "%%sql\nSELEKT 1",
    "two names": "%%sql one two\nSELECT 1",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What each cell gave: its text, or its error."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    home = tmp_path_factory.mktemp("cells")
    log = pd.DataFrame(
        {"transaction_id": [1, 2, 3], "customer_id": [7, 8, 7], "day": ["2025-01-02"] * 3, "amount": [5, 6, 7]}
    )
    house = warehouse.create(home / "shop.dw")
    warehouse.load(house, {"customers": pd.DataFrame({"customer_id": [7, 8]}), "transactions": log})
    (home / "secret.csv").write_text("a\n1\n")
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    done = nbclient.NotebookClient(page, allow_errors=True, resources={"metadata": {"path": str(home)}}).execute()
    found = {}
    for name, cell in zip(CELLS, done.cells, strict=True):
        found[name] = "".join(
            f"{one.ename}: {one.evalue}" if one.output_type == "error" else one.get("data", {}).get("text/plain", "")
            for one in cell.outputs
        )
    assert warehouse.check(house)["says"].eq("OK").all()
    return found


@pytest.mark.slow
def test_a_cell_of_sql_gives_a_frame_and_may_keep_it(said):
    assert said["open"] == ""
    assert said["ask"].split() == ["customer_id", "spent", "0", "7", "12.0", "1", "8", "6.0"]
    assert said["kept"] == "([7.0], 'DataFrame')"


@pytest.mark.slow
def test_values_are_handed_over_and_not_pasted(said):
    assert said["pasted"].split() == ["n", "0", "0"]
    assert "$nothing stands for nothing in this notebook. Mend: nothing = ..." in said["lacking"]


@pytest.mark.slow
def test_cells_only_read_and_see_no_other_file(said):
    assert "ValueError: the query was refused" in said["write"] and "read-only" in said["write"]
    assert "ValueError: the query was refused" in said["file"] and "disabled" in said["file"]
    assert "SELEKT" in said["no sql"] and "expected nothing or one name" in said["two names"]


def test_outside_of_a_notebook_the_way_is_said(tmp_path):
    house = warehouse.create(tmp_path / "shop.dw")
    with pytest.raises(ValueError, match=r"no notebook is running here.*Mend: warehouse\.query"):
        warehouse.cells(house)
    with pytest.raises(FileNotFoundError, match="is no warehouse"):
        warehouse.cells(warehouse.Warehouse(tmp_path))
