"""Case <-> folder: nothing is lost, nothing is half written, nothing is changed unseen."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from crmkit import atomic, store, worlds

FORMS = ("csv", "parquet")


@pytest.fixture(scope="module")
def case():
    """A case with every kind of table, dirt included."""
    world = worlds.Retail(customers=300, locale="zh_CN", start=dt.date(2023, 5, 4))
    drawn = world.draw(11)
    soiled = worlds.soil(drawn.transactions, worlds.Dirt(), 12)
    truth = worlds.Truth({**drawn.truth.frames, "dirt": soiled.truth}, world=world)
    return worlds.Case({**drawn.frames, "export": soiled.frame}, name=drawn.name, seed=11, truth=truth)


def odd_frame():
    """Values that files are apt to lose."""
    texts = ["", None, "a\r\nb", "c\rd", "x,y", 'q"q', "NA", " sp ", "😀", "=1", "null", "\\N"]
    return pd.DataFrame(
        {
            "text": pd.array(texts, dtype="str"),
            "float": [
                0.1,
                1e300,
                5e-324,
                -0.0,
                np.nan,
                np.inf,
                -np.inf,
                1 / 3,
                1e16,
                123456789.12345679,
                2.0**53 + 2,
                1.0,
            ],
            "small": np.arange(12, dtype="int32"),
            "gaps": pd.array([1, None] * 6, dtype="Int64"),
            "yes": [True, False] * 6,
            "maybe": pd.array([True, None, False] * 4, dtype="boolean"),
            "day": pd.to_datetime(["2025-01-01", None] * 6).astype("datetime64[us]"),
            "time": pd.to_datetime(["2025-01-01 10:11:12.123456", None] * 6).astype("datetime64[us]"),
            "kind": pd.Categorical(["z", "a", None] * 4, categories=["z", "unused", "a"], ordered=True),
            "number": pd.Categorical([3, 1, None] * 4, categories=[3, 2, 1]),
            "a, b": ["x"] * 12,
        }
    ).astype({"a, b": "str"})


# --- there and back ------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_case_comes_back_as_it_was(case, form, tmp_path):
    assert store.save(case, tmp_path / "case", form=form) == tmp_path / "case"
    found = store.load(tmp_path / "case")
    assert (found.name, found.seed, list(found)) == (case.name, case.seed, list(case))
    assert found.truth is None
    for name in case:
        assert_frame_equal(found.frames[name], case.frames[name])


@pytest.mark.parametrize("form", FORMS)
def test_envelope_holds_the_world_itself(case, form, tmp_path):
    store.save(case, tmp_path / "case", form=form)
    truth = store.open_envelope(tmp_path / "case")
    assert truth.world == case.truth.world and type(truth.world) is worlds.Retail
    assert list(truth) == list(case.truth)
    for name in case.truth:
        assert_frame_equal(truth.frames[name], case.truth.frames[name])
    again = truth.world.draw(case.seed)
    assert_frame_equal(again.transactions, case.transactions)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "frame",
    [odd_frame(), odd_frame().head(0), odd_frame()[["text"]], odd_frame()[["float"]], odd_frame()[["gaps"]].tail(1)],
    ids=["all", "no rows", "texts", "floats", "one gap"],
)
def test_odd_values_come_back_to_the_bit(frame, form, tmp_path):
    frame = frame.reset_index(drop=True)
    store.save(worlds.Case({"odd": frame}), tmp_path / "case", form=form)
    found = store.load(tmp_path / "case").odd
    assert_frame_equal(found, frame, check_exact=True)
    if "float" in frame:
        assert np.signbit(found["float"]).tolist() == np.signbit(frame["float"]).tolist()


def test_worlds_of_every_shape_come_back(tmp_path):
    kinds = (worlds.Kind("one", 1.0, 3.3, 2.0, 0.1, 2.0, 2.2, 0.0, -0.5),)
    for number, world in enumerate(
        (
            worlds.Retail(customers=5, campaign=None, rules=()),
            worlds.Retail(customers=5, kinds=kinds, campaign=worlds.Campaign("节日", day=3, cost=0.1 + 0.2)),
        )
    ):
        store.save(world.draw(1), tmp_path / str(number))
        assert store.open_envelope(tmp_path / str(number)).world == world


def test_case_without_truth_has_no_envelope(case, tmp_path):
    store.save(replace(case, truth=None), tmp_path / "case")
    assert not (tmp_path / "case" / "envelope").exists()
    with pytest.raises(ValueError, match="has no envelope"):
        store.open_envelope(tmp_path / "case")


# --- what lies in the folder ---------------------------------------------------------------


def test_csv_is_the_same_to_the_byte_everywhere(case, tmp_path):
    store.save(case, tmp_path / "a")
    store.save(case, tmp_path / "b")
    names = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    for name in names:
        content = (tmp_path / "a" / name).read_bytes()
        assert content == (tmp_path / "b" / name).read_bytes()
        assert b"\r" not in content and content.endswith(b"\n")
        content.decode("utf-8")
    first = (tmp_path / "a" / "transactions.csv").read_text(encoding="utf-8").splitlines()
    one = case.transactions.iloc[0]
    assert first[0] == "transaction_id,customer_id,day,amount"
    assert first[1] == f"{one['transaction_id']},{one['customer_id']},{one['day']:%Y-%m-%d},{one['amount']:g}"


def test_plain_readers_read_the_csv(case, tmp_path):
    """A second reader, who knows nothing of types, sees the same values."""
    store.save(case, tmp_path / "case")
    found = pd.read_csv(tmp_path / "case" / "customers.csv", parse_dates=["joined"])
    expected = case.customers.assign(city=case.customers["city"].astype("str"))
    assert_frame_equal(found, expected, check_dtype=False)


def test_open_part_does_not_give_the_truth_away(case, tmp_path):
    store.save(case, tmp_path / "case")
    about = (tmp_path / "case" / "case.json").read_text(encoding="utf-8")
    assert json.loads(about)["world"] == {
        "customers": 300, "products": 64, "start": "2023-05-04", "days": 731, "locale": "zh_CN",
    }  # fmt: skip
    for secret in ("bargain hunter", "purchases_per_year", "uplift", "seasonality", "chance"):
        assert secret not in about


# --- what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_changed_files_are_named(case, form, tmp_path):
    folder = store.save(case, tmp_path / "case", form=form)
    for name, read in (
        (f"lines.{form}", store.load),
        (f"envelope/rules.{form}", store.open_envelope),
        ("envelope/world.json", store.open_envelope),
    ):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole + b" ")
        with pytest.raises(ValueError, match=rf"{name.split('/')[-1]} was changed since"):
            read(folder)
        (folder / name).unlink()
        with pytest.raises(FileNotFoundError, match=rf"{name.split('/')[-1]} is missing"):
            read(folder)
        (folder / name).write_bytes(whole)
    assert_frame_equal(store.load(folder).lines, case.lines)


def test_checking_can_be_switched_off(case, tmp_path):
    folder = store.save(case, tmp_path / "case")
    path = folder / "products.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"odd","odd","odd",1,2\n', encoding="utf-8")
    assert len(store.load(folder, check=False).products) == len(case.products) + 1
    path.write_text("item,category,style,price,cost\na,b,c,dear,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"products\.csv is not as it was written"):
        store.load(folder, check=False)


def test_what_is_no_case_is_refused(case, tmp_path):
    folder = store.save(case, tmp_path / "spring")
    with pytest.raises(FileNotFoundError, match=r"did you mean .*spring"):
        store.load(tmp_path / "sprung")
    with pytest.raises(FileNotFoundError, match="no case"):
        store.load(tmp_path)
    about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    (folder / "case.json").write_text(json.dumps(about | {"layout": 99}))
    with pytest.raises(ValueError, match="layout 99"):
        store.load(folder)
    (folder / "case.json").write_text("{")
    with pytest.raises(ValueError, match="no JSON"):
        store.load(folder)


@pytest.mark.parametrize(
    "value",
    [
        {"is": "Popen", "args": "x"},
        {"is": "soil"},
        {"is": "__builtins__"},
        {"is": None},
        {"is": "PlantedRule", "antecedent": "a", "consequent": "b", "chance": 0.3, "more": 1},
        {"is": "PlantedRule", "antecedent": "a", "consequent": "b", "chance": 3.0, "__class__": "x"},
        {"is": "Kind", "name": "x", "share": 7, "purchases_per_year": 1, "rate_shape": 1, "lapses_per_year": 1,
         "lapse_shape": 1, "pieces": 1, "seasonality": 0, "uplift": 0},
    ],
)  # fmt: skip
def test_envelope_builds_worlds_and_nothing_else(value):
    from crmkit.store.truth import from_plain

    with pytest.raises(ValueError):
        from_plain(value)


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        (pd.DataFrame({"a": [object()]}), TypeError, "is of type object"),
        (pd.DataFrame({"a": [1]}, index=[5]), ValueError, "reset_index"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), ValueError, "each once"),
        (pd.DataFrame({0: [1]}), ValueError, "expected texts"),
        (pd.DataFrame({"a": pd.to_datetime(["2025-01-01"]).tz_localize("UTC")}), TypeError, "datetime64"),
    ],
)
def test_what_a_file_would_not_give_back_is_refused_and_leaves_nothing(frame, error, words, tmp_path):
    with pytest.raises(error, match=words):
        store.save(worlds.Case({"odd": frame}), tmp_path / "deep" / "case")
    assert list(tmp_path.iterdir()) == []


def test_wrong_words_are_refused(case, tmp_path):
    with pytest.raises(ValueError, match="form='xlsx' must be one of"):
        store.save(case, tmp_path / "case", form="xlsx")
    with pytest.raises(ValueError, match="names a file"):
        store.save(worlds.Case({"../odd": odd_frame()}), tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


# --- whole or not at all -------------------------------------------------------------------


def fill(folder, words="new"):
    (folder / "mark").write_text(words)
    (folder / "more").mkdir()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt, MemoryError, SystemExit])
def test_an_error_leaves_nothing_or_the_old(error, tmp_path):
    for target in (tmp_path / "a" / "b" / "out", tmp_path / "old"):
        if target.name == "old":
            target.mkdir()
            (target / "mark").write_text("old")
        with (
            pytest.raises(type(error) if isinstance(error, Exception) else error),
            atomic.new_folder(target, marker="mark", replace=True) as folder,
        ):
            fill(folder)
            raise error
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old" / "mark").read_text() == "old"


def test_a_folder_with_files_is_only_replaced_when_asked_and_ours(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    with atomic.new_folder(target, marker="mark") as folder:  # empty: taken
        fill(folder)
    with pytest.raises(FileExistsError, match=r"not empty .*mark, more"), atomic.new_folder(target, marker="mark"):
        pass
    with pytest.raises(FileExistsError, match=r"holds no report\.html, so it is not ours"):
        atomic.check(target, marker="report.html", replace=True)
    with atomic.new_folder(target, marker="mark", replace=True) as folder:
        assert (target / "mark").read_text() == "new"  # the old one stays meanwhile
        (folder / "mark").write_text("newer")
    assert (target / "mark").read_text() == "newer" and not (target / "more").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_places_that_cannot_be_are_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError, match="is a file"):
        atomic.check(tmp_path / "file", marker="mark")
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for place in (".", ".."):
        with pytest.raises(FileExistsError, match="folder you are in"):
            atomic.check(place, marker="mark", replace=True)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_followed_or_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with atomic.new_folder(tmp_path / "link", marker="mark") as folder:
        fill(folder)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real" / "mark").exists()
    (tmp_path / "dead").symlink_to("nowhere")
    with pytest.raises(FileExistsError, match="leads nowhere"):
        atomic.check(tmp_path / "dead", marker="mark")


def test_a_target_that_came_meanwhile_is_not_overwritten(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(FileExistsError), atomic.new_folder(target, marker="mark") as folder:
        fill(folder)
        target.mkdir()
        (target / "theirs").write_text("x")
    assert [path.name for path in target.iterdir()] == ["theirs"] and len(list(tmp_path.iterdir())) == 1


KILLED = """
import sys, time
from crmkit import atomic
with atomic.new_folder(sys.argv[1], marker="mark") as folder:
    (folder / "mark").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="another process cannot be asked for on Windows")
def test_leftovers_of_a_killed_run_are_hidden_and_go_with_the_next(tmp_path):
    target = tmp_path / "out"
    words = [sys.executable, "-c", KILLED, str(target)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as alive:
        assert alive.stdout.readline() == "ready\n"
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as dead:
            assert dead.stdout.readline() == "ready\n"
            dead.send_signal(signal.SIGKILL)
        left = {path.name for path in tmp_path.iterdir()}
        assert len(left) == 2 and all(name.startswith(".out.new-") for name in left)
        atomic.check(target, marker="mark")
        left = [path.name for path in tmp_path.iterdir()]  # that of the living stays
        assert len(left) == 1 and f"-{alive.pid}-" in left[0]
        alive.send_signal(signal.SIGINT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="another process cannot be asked for on Windows")
def test_a_folder_killed_in_the_swap_comes_back(tmp_path):
    """Between the two renames the old folder has its hidden name and nothing the true one."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    host = os.uname().nodename
    for state, words in (("old", "old"), ("new", "new")):
        hidden = tmp_path / f".out.{state}-{host}-{gone.pid}-1"
        hidden.mkdir()
        (hidden / "mark").write_text(words)
    with pytest.raises(FileExistsError, match="not empty"):
        atomic.check(tmp_path / "out", marker="mark")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "mark").read_text() == "old"
