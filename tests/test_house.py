"""The house: who may import whom, which guest lives where, and that importing changes nothing.

Read from the source by `ast`, imports inside functions included; nothing here depends on what was imported before.
"""

import ast
import importlib
import inspect
import subprocess
import sys
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import crmkit

HOUSE = Path(crmkit.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))

# From the ground up: a room may use the floors below its own.
FLOORS = (
    {"tables", "frames", "door", "intervals", "atomic", "environment", "progress"},
    {"cleaning", "segments", "targeting", "clv", "baskets", "queues", "profit", "monitor"},
    {"worlds", "plots", "warehouse"},
    {"explore", "checks", "store", "reading", "report"},
    {"classroom", "lab", "lecture", "warehouse_command", "__main__"},
)
# On the ground and at the top rooms may also use their neighbours, if not in a circle; subjects are strangers.
NEIGHBOURS = (0, 3, 4)
# guest: where it may be imported. "inside functions" keeps the room quick to enter.
GUESTS = {
    "matplotlib": ("plots",),
    "seaborn": ("plots",),
    "ipywidgets": ("explore",),
    "IPython": ("explore", "plots", "warehouse/cells.py"),
    # Engines are told by the class of a frame; they are loaded by who has such a frame already.
    "duckdb": ("warehouse",),
    "polars": ("frames",),
    "pyspark": ("frames/visits.py", "baskets/spark.py"),
    "narwhals": ("frames", "*/engine.py", "targeting/gains_engine.py", "clv/compress.py", "clv/left_out.py"),
    "sklearn": ("segments", "targeting"),
    "faker": ("worlds/people.py",),
    "mlxtend": (),
    "numba": ("baskets/compiled.py", "baskets/compiled_closed.py", "queues/fast.py", "queues/fast_single.py"),
}
COMMANDS = 4  # the floor that talks to a terminal
INSIDE_FUNCTIONS = ("sklearn", "faker", "narwhals", "polars", "pyspark")
LISTS = ("checks/case_", "checks/exercise_")  # one record after the other: splitting would not help
LONGEST = 250


def where(path):
    return path.relative_to(HOUSE).as_posix()


def room_of(path):
    return Path(where(path)).parts[0].removesuffix(".py")


def floor_of(room):
    if room == "__init__":
        return 0
    floors = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert floors, f"the room {room!r} is on no floor of tests/test_house.py"
    return floors[0]


def imports(path):
    """(module, line, in a function?, for type checking only?) of every import in a file."""
    found = []

    def visit(node, inside, typing_only):
        if isinstance(node, ast.Import):
            found.extend((name.name, node.lineno, inside, typing_only) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{where(path)}:{node.lineno} imports by dots; write crmkit.room"
            if node.module == "crmkit":
                found.extend((f"crmkit.{name.name}", node.lineno, inside, typing_only) for name in node.names)
            else:
                found.append((node.module, node.lineno, inside, typing_only))
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            for child in node.body:
                visit(child, inside, True)
            for child in node.orelse:
                visit(child, inside, typing_only)
            return
        for child in ast.iter_child_nodes(node):
            visit(child, inside, typing_only)

    visit(ast.parse(path.read_text("utf-8")), False, False)
    return found


ALL_IMPORTS = [(path, *one) for path in FILES for one in imports(path)]


def test_the_reader_of_imports_sees_all_of_them(tmp_path):
    """The witness itself: imports at the top, in functions and for types are told apart."""
    file = tmp_path / "x.py"
    file.write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
        "def f():\n    from crmkit import c\n    class D:\n        import d.e\n"
    )
    seen = {(module, inside, typing) for module, _, inside, typing in imports(file)}
    assert seen == {
        ("typing", False, False),
        ("a", False, True),
        ("b", False, False),
        ("crmkit.c", True, False),
        ("d.e", True, False),
    }


def test_rooms_use_only_the_floors_below():
    wrong = []
    for path, module, line, _, _ in ALL_IMPORTS:
        if not module.startswith("crmkit."):
            continue
        here, there = room_of(path), module.split(".")[1]
        if here in ("__init__", there) or there == "__version__":
            continue
        up = floor_of(there) - floor_of(here)
        if up > 0 or (up == 0 and floor_of(here) not in NEIGHBOURS):
            wrong.append(f"{where(path)}:{line} imports {module}")
    assert not wrong


def test_rooms_do_not_use_each_other_in_a_circle():
    graph = {}
    for path, module, _, _, typing_only in ALL_IMPORTS:
        here = room_of(path)
        graph.setdefault(here, set())
        if module.startswith("crmkit.") and here != "__init__" and not typing_only:
            there = module.split(".")[1]
            if there not in (here, "__version__"):
                graph[here].add(there)
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("tables") < order.index("segments") < order.index("checks")


def test_the_front_hall_opens_no_room():
    hall = [module for path, module, *_ in ALL_IMPORTS if where(path) == "__init__.py"]
    assert set(hall) <= {"__future__", "importlib", "typing", "types"}


def test_guests_stay_in_their_room():
    wrong = []
    for path, module, line, inside, typing_only in ALL_IMPORTS:
        guest = module.split(".")[0]
        if guest not in GUESTS or typing_only:
            continue
        at_home = any(where(path).startswith(home) or fnmatch(where(path), home) for home in GUESTS[guest])
        if not at_home or (guest in INSIDE_FUNCTIONS and not inside):
            wrong.append(f"{where(path)}:{line} imports {module}")
    assert not wrong


def calls_and_names(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.lineno, node.func.id
        if isinstance(node, ast.Attribute):
            yield node.lineno, ast.unparse(node)


def inside_catch_warnings(path, line):
    """Is the line in a `with warnings.catch_warnings()`, which undoes what is done in it?"""
    return any(
        node.lineno <= line <= node.end_lineno and "catch_warnings" in ast.unparse(node.items[0])
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.With)
    )


def test_the_core_is_silent_and_runs_no_text_as_code():
    wrong = [
        f"{where(path)}:{line} {name}"
        for path in FILES
        for line, name in calls_and_names(path)
        if name in ("eval", "exec", "breakpoint", "input")
        or name.endswith((".read_pickle", ".to_pickle", ".simplefilter", ".set_option", ".set_theme"))
        or (name.endswith(".filterwarnings") and not inside_catch_warnings(path, line))
        or (name == "print" and floor_of(room_of(path)) != COMMANDS)
    ]
    guests = [
        f"{where(path)}:{line} imports {module}"
        for path, module, line, *_ in ALL_IMPORTS
        if module.split(".")[0] in ("pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "random")
    ]
    assert not wrong + guests


def test_random_numbers_come_from_generators_only():
    allowed = ("default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64")
    wrong = [
        f"{where(path)}:{line} {name}"
        for path in FILES
        for line, name in calls_and_names(path)
        if name.startswith(("np.random.", "numpy.random.")) and name.split("(")[0].split(".")[2] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=where)
def test_modules_can_be_read_at_one_sitting(path):
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST or where(path).startswith(LISTS), f"{where(path)} has {lines} lines"


def run(code):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=HOUSE.parent, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_crmkit_loads_nothing_heavy():
    heavy = "numpy pandas matplotlib seaborn sklearn scipy faker ipywidgets IPython pyarrow tqdm mlxtend nbformat"
    loaded = run(f"import crmkit, sys; crmkit.__version__; print([x for x in {heavy.split()} if x in sys.modules])")
    assert loaded == "[]"


def test_entering_a_subject_waits_with_its_guests():
    """Worlds, segments and targeting bring scikit-learn, Faker and matplotlib in only when these are used."""
    code = (
        "import crmkit, sys; crmkit.worlds, crmkit.segments, crmkit.targeting, crmkit.cleaning, crmkit.tables;"
        "print([x for x in ('sklearn', 'faker', 'matplotlib', 'seaborn', 'ipywidgets') if x in sys.modules])"
    )
    assert run(code) == "[]"


SNAPSHOT = """
import locale, os, pkgutil, importlib, random, sys, warnings
import numpy as np, pandas as pd, matplotlib, matplotlib.pyplot, seaborn, ipywidgets, pyarrow, scipy.special
from pandas._config import config

def state():
    return {
        "pandas": repr(config._global_config),
        "matplotlib": dict(matplotlib.rcParams),
        "figures": matplotlib.pyplot.get_fignums(),
        "warnings": list(warnings.filters),
        "numpy": str(np.random.get_state()),
        "numpy errors": np.geterr(),
        "numpy print": str(np.get_printoptions()),
        "random": random.getstate(),
        "environment": dict(os.environ),
        "locale": locale.setlocale(locale.LC_ALL),
        "hooks": (sys.excepthook, sys.displayhook, sys.path[:]),
    }

before = state()
import crmkit
for module in pkgutil.walk_packages(crmkit.__path__, "crmkit."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
DRAW
after = state()
print([name for name in before if before[name] != after[name]])
"""
DRAW = """
from crmkit import cleaning, segments, tables, worlds
case = worlds.Retail(customers=60, locale="zh_CN").draw(3)
dirty = worlds.soil(case.transactions, worlds.Dirt(), 3)
cleaning.clean(dirty.frame, tables.TRANSACTIONS)
"""


def test_importing_all_rooms_changes_nothing_outside():
    assert run(SNAPSHOT.replace("DRAW", "")) == "[]"


def test_drawing_soiling_and_cleaning_change_nothing_outside():
    assert run(SNAPSHOT.replace("DRAW", DRAW)) == "[]"


MODULES = [".".join(path.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__") for path in FILES]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_every_name_a_room_offers_is_there(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{module.__name__} does not say what it is"
    offered = getattr(module, "__all__", [])
    if module is crmkit:
        offered = [name for name in offered if any((HOUSE / end).exists() for end in (name, f"{name}.py"))]
    for name in offered:
        assert hasattr(module, name), f"{module.__name__} offers {name!r} and has none"
    assert len(set(offered)) == len(offered)


def test_every_room_of_the_house_can_be_reached_by_name():
    for room in crmkit.ROOMS:
        assert (HOUSE / room).is_dir() or (HOUSE / f"{room}.py").is_file(), f"there is no room {room!r}"
        assert getattr(crmkit, room).__name__ == f"crmkit.{room}"
    assert set(crmkit.ROOMS) <= set(dir(crmkit))
    with pytest.raises(AttributeError, match=r"no room 'segmnts'; it has .*segments"):
        _ = crmkit.segmnts


def offered_functions():
    for room in ("cleaning", "segments", "targeting", "worlds"):
        module = importlib.import_module(f"crmkit.{room}")
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isfunction(thing):
                yield pytest.param(thing, id=f"{room}.{name}")


@pytest.mark.parametrize("function", list(offered_functions()))
def test_what_a_subject_offers_says_what_it_takes_and_gives(function):
    text = inspect.getdoc(function) or ""
    first = text.split("\n")[0]
    assert first.endswith((".", "?")), f"the first sentence of {function.__name__} is {first!r}"
    parameters = inspect.signature(function).parameters.values()
    listed = text.partition("Parameters\n----------\n")[2].partition("\nReturns\n")[0].partition("\nRaises\n")[0]
    names = {name.strip(" *") for line in listed.splitlines() for name in line.partition(" : ")[0].split(",")}
    # The same options are explained once and said to be the same elsewhere.
    for parameter in parameters:
        assert parameter.name in names, f"{function.__name__} does not explain {parameter.name!r}"
        assert parameter.annotation is not inspect.Parameter.empty
    assert inspect.signature(function).return_annotation is not inspect.Parameter.empty
    for parameter in list(parameters)[2:]:
        if parameter.default is not inspect.Parameter.empty and parameter.name != "bins":
            assert parameter.kind is parameter.KEYWORD_ONLY, f"{function.__name__}: {parameter.name} without its name"


def test_what_the_analytical_core_offers_shows_itself_at_work():
    rooms = ["baskets", "clv", "monitor", "profit", "targeting"]
    rooms += [f"targeting.{path.name}" for path in (HOUSE / "targeting").iterdir() if (path / "__init__.py").exists()]
    offered = [(room, name) for room in rooms for name in importlib.import_module(f"crmkit.{room}").__all__]
    things = [(f"{room}.{name}", getattr(importlib.import_module(f"crmkit.{room}"), name)) for room, name in offered]
    mute = [name for name, one in things if inspect.isfunction(one) and ">>>" not in (one.__doc__ or "")]
    assert len(things) > 100 and not mute, f"without an example: {mute}"


def test_every_public_function_has_a_docstring():
    missing = []
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            inner = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
            missing += [
                f"{where(path)}:{one.lineno} {one.name}"
                for one in inner
                if isinstance(one, ast.FunctionDef | ast.ClassDef)
                and not one.name.startswith("_")
                and ast.get_docstring(one) is None
            ]
    assert not missing
