"""The command line: what it says, one line for each error, and nothing half written."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

import crmkit
from crmkit import lab, store, tables, worlds
from crmkit.__main__ import main

ORDERS = "who,day,no,what,n,each\n" + "".join(
    f"{one % 40},2025-{1 + one % 9:02d}-{1 + one % 28:02d},{one // 2},tea {one % 5},{1 + one % 3},{2 + one % 7}.5\n"
    for one in range(400)
)
PARTS = ["--customer", "who", "--when", "day"]
LINES = [*PARTS, "--basket", "no", "--item", "what", "--quantity", "n", "--price", "each"]


@pytest.fixture
def orders(tmp_path):
    """A sound file of order lines."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys):
    """Run a command; its status and what it said on both streams."""

    def call(*words):
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def one_line(outcome, *, status=2):
    """The single line of an error."""
    code, out, err = outcome
    assert code == status and out == ""
    assert err.startswith("crmkit: ") and err.count("\n") == 1 and "Traceback" not in err
    return err


# --- what works ----------------------------------------------------------------------------


def test_version_and_help(run):
    assert run("--version") == (0, f"crmkit {crmkit.__version__}\n", "")
    status, out, _ = run("--help")
    assert status == 0 and all(word in out for word in ("lab", "draw", "tables", "report"))


def test_tables_prints_the_data_dictionary(run):
    status, out, err = run("tables")
    assert (status, err) == (0, "") and out.strip() == tables.markdown().strip()


def test_report_writes_a_page(run, orders, tmp_path):
    status, out, err = run("report", orders, *LINES, "--out", tmp_path / "out")
    assert status == 0 and "Traceback" not in err
    assert "400 rows in = 400 kept + 0 rejected" in out and "customers: 40" in out and out.count("\n") == 1
    assert (tmp_path / "out" / "report.html").stat().st_size > 50_000


def test_report_on_every_kind_of_file_says_the_same(run, orders, tmp_path):
    frame = pd.read_csv(orders)
    frame.to_parquet(tmp_path / "orders.parquet")
    frame.to_excel(tmp_path / "orders.xlsx", index=False)
    pages = []
    for name in ("orders.csv", "orders.parquet", "orders.xlsx"):
        out = tmp_path / f"{name}.out"
        assert run("report", tmp_path / name, *LINES, "--out", out)[0] == 0
        pages.append((out / "customers.csv").read_bytes())
    assert pages[0] == pages[1] == pages[2]


def test_options_reach_the_report(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("who,day,paid\n1,03/04/2025,5\n1,03/04/2025,5\n2,05/06/2025,7\n")
    words = ["report", path, *PARTS, "--amount", "paid", "--keep-duplicates", "--bins", "3"]
    status, out, _ = run(*words, "--dayfirst", "--as-of", "2025-05-01", "--out", tmp_path / "out")
    assert status == 0 and "3 rows in = 2 kept + 1 rejected" in out
    assert "2025-04-03" in (tmp_path / "out" / "overview.csv").read_text(encoding="utf-8-sig")
    status, out, _ = run(*words, "--monthfirst", "--out", tmp_path / "out", "--replace")
    assert "2025-05-06" in (tmp_path / "out" / "overview.csv").read_text(encoding="utf-8-sig")
    assert "--dayfirst or --monthfirst" in one_line(run(*words, "--out", tmp_path / "other"))


def test_what_was_noticed_is_told(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("who,day,paid\nJosé,2025-01-02,5\n".encode("cp1252"))
    _, out, _ = run("report", path, *PARTS, "--amount", "paid", "--out", tmp_path / "out")
    assert out.startswith("note: ") and "Windows-1252" in out


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_draw_writes_the_case_that_the_world_draws(run, tmp_path, form):
    words = (
        "draw",
        "retail",
        "--customers",
        50,
        "--seed",
        7,
        "--format",
        form,
        "--locale",
        "zh_CN",
        "--out",
        tmp_path / "d",
    )
    status, out, err = run(*words)
    assert status == 0 and "Traceback" not in err and "customers 50" in out and "envelope" in out
    case = worlds.Retail(customers=50, locale="zh_CN").draw(7)
    pd.testing.assert_frame_equal(store.load(tmp_path / "d").customers, case.customers)


def test_draw_of_a_short_window_leaves_the_mailing_out_and_says_so(run, tmp_path):
    status, out, _ = run("draw", "retail", "--customers", 20, "--days", 90, "--seed", 7, "--out", tmp_path / "d")
    assert status == 0 and "No mailing" in out and "contacts 0" in out


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: command"),
        (["repot"], "invalid choice: 'repot'"),
        (["draw", "retial", "--seed", "1"], "did you mean 'retail'"),
        (["draw", "moon", "--seed", "1"], "no world 'moon'; there is retail"),
        (["draw", "retail"], "required: --seed"),
        (["draw", "retail", "--seed", "-1"], "seed=-1 must be a whole number"),
        (["draw", "retail", "--seed", "x"], "invalid int value: 'x'"),
        (["draw", "retail", "--seed", "1", "--customers", "0"], "customers=0 must be a whole number"),
        (["draw", "retail", "--seed", "1", "--locale", "zh_TW"], "did you mean 'zh_CN'"),
        (["draw", "retail", "--seed", "1", "--format", "xls"], "expected csv or parquet"),
        (["report", "ORDERS", "--customer", "who"], "required: --when"),
        (["report", "ORDERS", *PARTS], "names no money"),
        (["report", "ORDERS", *PARTS, "--amount", "each", "--price", "each"], "names money twice"),
        (["report", "ORDERS", *PARTS, "--amount", "paid"], r"lacks \['paid'\]"),
        (["report", "ORDERS", *PARTS, "--amount", "Each"], "did you mean 'each' for 'Each'"),
        (["report", "ORDERS", *PARTS, "--amount", "what"], "none of the 400 rows .* what: not a number"),
        (["report", "ORDERS", *PARTS, "--amount", "each", "--bins", "99"], "bins=99"),
        (["report", "ORDERS", *PARTS, "--amount", "each", "--as-of", "soon"], "as_of='soon' is no day"),
        (["report", "ORDERS", *PARTS, "--amount", "each", "--dayfirst", "--monthfirst"], "not allowed with"),
        (["report", "NOWHERE", *PARTS, "--amount", "each"], "there is no file"),
        (["lab", "--port", "70000"], "port=70000"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(run, orders, tmp_path, monkeypatch, words, said):
    if words[:1] == ["lab"]:
        monkeypatch.setattr(lab, "root", lambda: tmp_path)
    named = {"ORDERS": str(orders), "NOWHERE": str(tmp_path / "nothing_like_it.xyz")}
    words = [named.get(word, word) for word in words]
    out = ["--out", str(tmp_path / "out")] if words[:1] in (["draw"], ["report"]) else []
    assert re.search(said, one_line(run(*words, *out)))
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_a_folder_in_use_is_refused_before_the_work(run, orders, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    monkeypatch.setattr("crmkit.reading.read", lambda *_, **__: pytest.fail("read before looking"))
    assert "not empty" in one_line(run("report", orders, *LINES, "--out", tmp_path / "out"))
    assert "holds no report.html" in one_line(run("report", orders, *LINES, "--replace", "--out", tmp_path / "out"))
    assert "not empty" in one_line(run("draw", "retail", "--seed", 1, "--out", tmp_path / "out"))


@pytest.mark.parametrize(
    ("error", "said", "status"),
    [
        (OSError(28, "No space left on device", "x"), "the disk is full; nothing was written", 2),
        (PermissionError(13, "Permission denied", "/x"), "permission denied: /x; nothing was written", 2),
        (MemoryError(), "not enough memory", 2),
        (KeyboardInterrupt(), "interrupted: nothing was written", 130),
        (ValueError("two\nlines"), "two lines", 2),
        (TypeError("a frame"), "a frame", 2),
    ],
)
def test_trouble_half_way_is_one_line_and_leaves_nothing(run, orders, tmp_path, monkeypatch, error, said, status):
    def fail(*_):
        raise error

    monkeypatch.setattr("crmkit.report.page.page", fail)  # all tables are written by then
    assert said in one_line(run("report", orders, *LINES, "--out", tmp_path / "out"), status=status)
    monkeypatch.setattr("crmkit.store.folder._write_envelope", fail)
    assert said in one_line(
        run("draw", "retail", "--customers", 20, "--seed", 1, "--out", tmp_path / "d"), status=status
    )
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


# --- as a process --------------------------------------------------------------------------


def start(*words, **more):
    command = [sys.executable, "-m", "crmkit", *(str(word) for word in words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def test_help_imports_nothing_heavy():
    code = "import sys; from crmkit.__main__ import parser; parser().format_help(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "pyarrow", "tqdm", "matplotlib", "scipy"} & set(done.stdout.split())


def until_hidden(folder, process):
    """Wait until the process has begun to write."""
    while process.poll() is None:
        if any(path.name.startswith(".") for path in folder.iterdir()):
            return
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["draw", "report"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_stopped_half_way_leaves_no_half_folder(command, tmp_path):
    rows = 60_000
    orders = tmp_path / "orders.csv"
    text = "".join(f"{one},2025-01-{1 + one % 28:02d},{one}\n" for one in range(rows))
    orders.write_text("who,day,paid\n" + text + text)  # each row twice: a long list of rejected rows to write
    out = tmp_path / "to" / "out"
    words = {
        "draw": ["draw", "retail", "--customers", 60_000, "--seed", 1, "--out", out],
        "report": ["report", orders, *PARTS, "--amount", "paid", "--out", out],
    }[command]
    out.parent.mkdir()
    process = start(*words)
    until_hidden(out.parent, process)
    process.send_signal(signal.SIGINT)
    said = process.communicate()
    assert process.returncode == 130 and "interrupted: nothing was written" in said[1] and "Traceback" not in said[1]
    assert list(out.parent.iterdir()) == []
    process = start(*words)
    until_hidden(out.parent, process)
    process.kill()
    process.communicate()
    assert [path.name.split("-")[0] for path in out.parent.iterdir()] == [".out.new"]
    process = start(*words)
    said = process.communicate()
    assert process.returncode == 0 and [path.name for path in out.parent.iterdir()] == ["out"]
    assert "nan" not in said[0]


def test_a_reader_that_goes_away_is_no_error():
    process = start("tables")
    process.stdout.close()
    process.wait(30)
    with process.stderr:
        assert process.stderr.read() == "" and process.returncode == 0


# --- the lab -------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path):
    """A folder with a start page."""
    page = tmp_path / lab.START
    page.parent.mkdir()
    page.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    return tmp_path


def test_notebooks_are_found_here_or_above(checkout, monkeypatch):
    (checkout / "deep" / "down").mkdir(parents=True)
    assert lab.root(checkout / "deep" / "down") == checkout
    assert lab.root(checkout) == checkout


def test_without_notebooks_it_says_so(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lab, "__file__", str(tmp_path / "lib" / "crmkit" / "lab.py"))
    assert "there is no notebooks" in one_line(run("lab"))


def test_screen_is_told_by_the_display(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not lab.has_screen()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert lab.has_screen()
    monkeypatch.delenv("WAYLAND_DISPLAY")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert lab.has_screen()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
def test_lab_says_its_address_serves_the_start_page_and_ends_cleanly(checkout, monkeypatch):
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR"):
        monkeypatch.setenv(name, str(checkout / "jupyter"))
    monkeypatch.setenv("PYTHONPATH", str(Path(crmkit.__file__).parent.parent))
    process = start("lab", "--no-browser", cwd=checkout)
    try:
        said = [process.stdout.readline() for _ in range(3)]
        address = re.search(r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/00_start_here\.ipynb\?token=\w+", said[1])[0]
        assert "ready" in said[2]
        with urllib.request.urlopen(address, timeout=20) as page:
            assert page.status == 200
        base, token = address.split("/lab/")[0], address.split("token=")[1]
        with urllib.request.urlopen(f"{base}/api/contents/notebooks?token={token}", timeout=20) as held:
            assert b"00_start_here.ipynb" in held.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{base}/api/contents", timeout=20)
        busy = base.rpartition(":")[2]
        second = start("lab", "--no-browser", "--port", busy, cwd=checkout)
        assert f"port {busy} is in use" in second.communicate(timeout=30)[1]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0 and "has ended" in out and "Traceback" not in err
