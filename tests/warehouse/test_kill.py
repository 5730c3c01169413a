"""Killed, out of room, two at once, read meanwhile: after it every row is there once, and one message says what was."""

import os
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from crmkit import store, warehouse, worlds

needs_signals = pytest.mark.skipif(os.name == "nt", reason="kill -9 and limits of file size are of Unix")

LOADER = """
import sys
from pathlib import Path
from crmkit import warehouse
{harm}
house = warehouse.open(sys.argv[1], read_only=False)
print("ready", flush=True)
try:
    print(repr(warehouse.load(house, sys.argv[2], since=sys.argv[3], until=sys.argv[4], wait_s=float(sys.argv[5]))))
except OSError as error:
    print(f"{{type(error).__name__}}: {{error}}")
"""


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """The bank as a folder of Parquet."""
    case = worlds.Bank(customers=150, months=5, campaigns=()).draw(seed=7)
    return store.save(case, tmp_path_factory.mktemp("export") / "bank", form="parquet")


@pytest.fixture(scope="module")
def truth(export):
    """Rows and sum of transactions, by month, read by pandas."""
    log = store.load(export).transactions
    return log.groupby(log["day"].dt.strftime("%Y-%m"))["amount"].agg(["size", "sum"])


@pytest.fixture
def house(export, tmp_path):
    house = warehouse.create(tmp_path / "bank.dw")
    warehouse.load(house, export, until="2024-01-31", name="January")
    return house


def loader(house, export, *, since="2024-02-01", until="2024-05-31", wait_s=0.0, harm=""):
    words = [str(house.path), str(export), since, until, str(wait_s)]
    command = [sys.executable, "-W", "error", "-c", LOADER.format(harm=harm), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def state(house):
    found = warehouse.query(house, "SELECT count(*) AS rows, sum(amount) AS amount FROM transactions")
    return int(found.loc[0, "rows"]), round(float(found.loc[0, "amount"]), 2)


def expected(truth, until):
    some = truth.loc[:until]
    return int(some["size"].sum()), round(float(some["sum"].sum()), 2)


def complete(house, export, truth):
    """Loading once more brings all of it, each row once, and leaves no file that nothing speaks of."""
    warehouse.load(house, export, since="2024-02-01", until="2024-05-31")
    assert state(house) == expected(truth, "2024-05")
    assert warehouse.check(house)["says"].eq("OK").all()
    left = {path.name for path in house.path.iterdir()}
    assert left == {"archive", "lock", "warehouse.json"} | {name for name in left if name.startswith("v")}
    assert len(left) == 4 and not list((house.path / "archive").iterdir())


KILL = "import os, signal; die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
STEPS = {
    "half of the copy": "import shutil, crmkit.warehouse.versions as v\n"
    "def half(a, b): b.write_bytes(a.read_bytes()[:100_000]); die()\nv.shutil.copyfile = half",
    "before the facts": "from crmkit.warehouse import put; put.fact = die",
    "after some facts": "from crmkit.warehouse import put; fact = put.fact\n"
    "put.fact = lambda con, feed, *a: (fact(con, feed, *a), feed.target == 'balances' and die())",
    "at the end of the transaction": "from crmkit.warehouse import load as l; import sys\n"
    "sys.modules['crmkit.warehouse.load'].add_days = die",
    "on the disk, not yet named": "from crmkit.warehouse import note; note.write = die",
    "the note half exchanged": "import os; os.replace = die",
    "named, the old one not removed": "from crmkit.warehouse import note; write = note.write\n"
    "note.write = lambda *a: (write(*a), die())",
}


@needs_signals
@pytest.mark.slow
@pytest.mark.parametrize("step", list(STEPS))
def test_a_load_killed_at_any_step_leaves_the_old_or_the_new(house, export, truth, step):
    was = state(house)
    child = loader(house, export, harm=KILL + STEPS[step])
    said, wrong = child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL, said + wrong
    new = "old one not removed" in step
    assert state(house) == (expected(truth, "2024-05") if new else was)
    complete(house, export, truth)


@needs_signals
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_load_killed_at_any_moment_loses_and_doubles_nothing(house, export, truth, seed):
    """Several loads in a row, each killed from outside after a random while; the last may end."""
    moment = random.Random(seed)
    for _ in range(3):
        with loader(house, export) as child:
            assert child.stdout.readline() == "ready\n"
            time.sleep(moment.uniform(0.0, 1.2))
            child.send_signal(signal.SIGKILL)
        assert state(house) in (expected(truth, "2024-01"), expected(truth, "2024-05"))
    complete(house, export, truth)


ROOM = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))\n"


@needs_signals
@pytest.mark.slow
@pytest.mark.parametrize("more", [-300_000, 100_000, 300_000], ids=["for the copy", "for some rows", "for most rows"])
def test_without_room_one_message_says_so_and_the_house_is_as_it_was(house, export, truth, more):
    (version,) = house.path.glob("v*.duckdb")
    child = loader(house, export, harm=ROOM.format(version.stat().st_size + more))
    said, wrong = child.communicate(timeout=120)
    assert wrong == "" and child.returncode == 0
    _, told = said.strip().split("\n")
    assert told.startswith(f"OSError: {house.path} could not be written: ") and "it is as it was before. Mend:" in told
    assert state(house) == expected(truth, "2024-01")
    assert len(list(house.path.glob("v*"))) == 1
    complete(house, export, truth)


@pytest.mark.slow
@pytest.mark.parametrize("wait_s", [0.0, 120.0])
def test_two_loaders_at_once(house, export, truth, wait_s):
    """Without waiting the second is told who is at work; waiting, both come in."""
    slow = "from crmkit.warehouse import put; import time; fact = put.fact\nput.fact = lambda *a: (time.sleep(0.5), fact(*a))"
    first = loader(house, export, until="2024-03-31", wait_s=wait_s, harm=slow)
    assert first.stdout.readline() == "ready\n"
    while not (house.path / "lock").read_text():
        time.sleep(0.01)
    second = loader(house, export, since="2024-04-01", wait_s=wait_s)
    said = [child.communicate(timeout=120) for child in (first, second)]
    assert [wrong for _, wrong in said] == ["", ""]
    assert "loaded: " in said[0][0]
    if wait_s:
        assert "loaded: " in said[1][0] and state(house) == expected(truth, "2024-05")
    else:
        assert (
            f"BlockingIOError: another load, archive or restore is at work on {house.path} (process {first.pid})"
            in said[1][0]
        )
        assert state(house) == expected(truth, "2024-03")
    complete(house, export, truth)


@pytest.mark.slow
def test_the_same_batch_from_two_loaders_comes_in_once(house, export, truth):
    children = [loader(house, export, wait_s=120) for _ in range(2)]
    said = " ".join(child.communicate(timeout=120)[0] for child in children)
    assert said.count(" loaded: ") == 1 and said.count("was loaded before; nothing was done") == 1
    complete(house, export, truth)


def test_threads_of_one_process_are_kept_apart_too(house, export):
    from crmkit.warehouse.lock import held

    with (
        held(house.path / "lock", wait_s=0),
        pytest.raises(BlockingIOError, match=rf"at work on .* \(process {os.getpid()}\); expected one at a time"),
    ):
        warehouse.load(house, export)
    begin = time.monotonic()
    with held(house.path / "lock", wait_s=0), pytest.raises(BlockingIOError):
        warehouse.archive(house, wait_s=0.3)
    assert time.monotonic() - begin >= 0.3
    assert len(warehouse.archive(house)) == 0  # free again


READER = """
import sys, time
from crmkit import warehouse
house = warehouse.open(sys.argv[1])
print("ready", flush=True)
seen = set()
until = time.monotonic() + 60
while time.monotonic() < until:
    with warehouse.connect(house) as con:
        one = con.execute("SELECT count(*), CAST(sum(amount) AS VARCHAR) FROM transactions").fetchone()
        time.sleep(0.1)
        two = con.execute("SELECT count(*), CAST(sum(amount) AS VARCHAR) FROM transactions").fetchone()
    assert one == two, "a connection saw two versions"
    if one not in seen:
        seen.add(one)
        print(*one, flush=True)
    if one[0] == int(sys.argv[2]):
        break
"""


@pytest.mark.slow
def test_readers_see_whole_loads_only_and_are_never_turned_away(house, export, truth):
    last = expected(truth, "2024-05")
    command = [sys.executable, "-W", "error", "-c", READER, str(house.path), str(last[0])]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for month in truth.index[1:]:
        warehouse.load(house, export, since=f"{month}-01", until=pd.Timestamp(month) + pd.offsets.MonthEnd())
    allowed = {expected(truth, month) for month in truth.index}
    for reader in readers:
        said, wrong = reader.communicate(timeout=120)
        assert wrong == "" and reader.returncode == 0
        seen = {(int(rows), round(float(amount), 2)) for rows, amount in map(str.split, said.splitlines())}
        assert last in seen and seen <= allowed
