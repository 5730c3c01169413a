"""The same verbs on every engine: what pandas finds, Polars, DuckDB, PyArrow and Spark find too, on their own frames.

pandas is the witness here; its own results are tested beside each subject. Spark runs in local mode where it is installed.
"""

import datetime as dt
import importlib.util
import os
import re
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from crmkit import baskets, cleaning, clv, frames, profit, segments, tables, targeting

STRICT = os.environ.get("CRMKIT_STRICT", "") not in ("", "0")
KINDS = ("polars", "polars lazy", "pyarrow", "duckdb", "spark")
LAZY = ("polars lazy", "duckdb", "spark")
# py4j and Spark leave the sockets of each answer to the collector of garbage.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),  # rows go by Arrow
    pytest.mark.filterwarnings("ignore:Exception ignored.*socket:pytest.PytestUnraisableExceptionWarning"),
]


def lacking(kind):
    """Why an engine cannot be tested here, if so."""
    module = {"polars lazy": "polars", "spark": "pyspark"}.get(kind, kind)
    if importlib.util.find_spec(module) is None:
        return f"{module} is not installed"
    if kind == "spark" and shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "Spark needs Java"
    return ""


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory):
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master("local[1]").appName("crmkit tests")
    # A few hundred rows: one task, no compiling. The zone is far from that of most machines: days must not shift.
    options = {
        "spark.sql.session.timeZone": "Pacific/Auckland",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.memory": "1g",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


class Engine:
    """Frames of one engine, made from pandas and read back."""

    def __init__(self, kind, session):
        self.kind, self.session = kind, session
        self.zone = session.conf.get("spark.sql.session.timeZone") if session else None
        if kind == "duckdb":
            import duckdb

            self.connection = duckdb.connect()

    def put(self, frame):
        rows = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        if self.kind.startswith("polars"):
            import polars as pl

            given = pl.DataFrame(rows)
            return given.lazy() if self.kind == "polars lazy" else given
        if self.kind == "duckdb":
            return self.connection.from_arrow(rows)
        return rows if self.kind == "pyarrow" else self.session.createDataFrame(rows)

    def read(self, frame, by=None):
        """Back to pandas, and that it is the kind that went in."""
        names = {
            "polars": "polars.dataframe.frame.DataFrame",
            "polars lazy": "polars.lazyframe.frame.LazyFrame",
            "pyarrow": "pyarrow.lib.Table",
        }
        kind = f"{type(frame).__module__}.{type(frame).__name__}"
        assert kind == names.get(self.kind, kind)
        assert ("duckdb" in kind) == (self.kind == "duckdb") and ("pyspark" in kind) == (self.kind == "spark")
        if self.kind == "polars lazy":
            frame = frame.collect()
        if self.kind == "spark":
            frame = frame.toArrow()  # its toPandas warns with pandas 3
        found = frame.df() if self.kind == "duckdb" else frame.to_pandas()
        for column in found.select_dtypes("datetimetz"):
            found[column] = found[column].dt.tz_convert(self.zone).dt.tz_localize(None)
        return found if by is None else found.sort_values(by, ignore_index=True)


def engine_of(kind, request):
    why = lacking(kind)
    if why and STRICT and not (kind == "spark" and os.environ.get("CRMKIT_NO_SPARK")):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    return Engine(kind, request.getfixturevalue("spark_session") if kind == "spark" else None)


@pytest.fixture(scope="session", params=[*KINDS[:-1], pytest.param("spark", marks=pytest.mark.slow)])
def engine(request):
    return engine_of(request.param, request)


@pytest.fixture(scope="session")
def spark(request):
    return engine_of("spark", request)


def a_log(seed, rows=900, customers=120):
    """Purchases and returns over 400 days, with times of day; some customers have returns alone, some buy alike."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01", "us")
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(1, customers + 1, rows),
            "day": start + rng.integers(0, 400 * 86_400, rows) * np.timedelta64(1_000_000, "us"),
            "amount": np.round(rng.normal(20, 25, rows), 2),
        }
    )
    more = pd.DataFrame(
        {
            "customer_id": [901, 902, 903, 904],
            "day": np.array(["2024-02-01", "2024-03-01", "2024-02-29", "2024-02-29"], dtype="datetime64[us]"),
            "amount": [-3.0, -4.5, 12.0, 12.0],
        }
    )
    return pd.concat([log, more], ignore_index=True)


LOG = a_log(1)


def the_same(found, wanted, tolerance=1e-12):
    """Equal but for the order of sums (amounts of some tens: far below 1e-12 of the whole) and the width of types."""
    wanted = wanted.copy()
    for column in wanted:
        if isinstance(wanted[column].dtype, pd.CategoricalDtype):
            wanted[column] = wanted[column].astype("str")
    pd.testing.assert_frame_equal(
        found[list(wanted.columns)], wanted, check_dtype=False, rtol=tolerance, atol=1e-9 if tolerance > 0 else 0
    )


@pytest.mark.parametrize(("as_of", "bins"), [(None, 5), ("2024-07-01", 3), ("2026-01-01", 5)])
def test_rfm(engine, as_of, bins):
    found = engine.read(segments.rfm(engine.put(LOG), as_of, bins), by="customer_id")
    wanted = segments.rfm(LOG, as_of, bins).reset_index()
    assert list(found.columns) == list(wanted.columns)
    the_same(found, wanted)


def test_rfm_of_customers_who_are_alike_and_of_returns_alone(engine):
    alike = pd.DataFrame({"customer_id": range(6), "day": np.datetime64("2025-01-01", "us"), "amount": 0.1 + 0.2})
    for log in (alike, alike.assign(amount=-1.0)):
        found = engine.read(segments.rfm(engine.put(log)), by="customer_id")
        the_same(found, segments.rfm(log).reset_index())


def test_equal_sums_tie_in_whatever_order_they_were_added(engine):
    """0.1 + 0.2 + 0.3 differs from 0.3 + 0.2 + 0.1 in its last bit; both customers are to get one score."""
    amounts = [0.1, 0.2, 0.3] * 20
    log = pd.DataFrame(
        {
            "customer_id": np.repeat([1, 2, 3], 60),
            "day": np.datetime64("2025-01-01", "us"),
            "amount": [*amounts, *sorted(amounts), *sorted(amounts, reverse=True)],
        }
    )
    found = engine.read(segments.rfm(engine.put(log)))
    assert set(found["m"]) == {3}


@pytest.mark.parametrize("as_of", [None, "2024-07-01"])
def test_value_matrix(engine, as_of):
    wanted = segments.value_matrix(LOG, as_of)
    found = engine.read(segments.value_matrix(engine.put(LOG), as_of), by="customer_id")
    the_same(found, wanted.reset_index())
    assert found["mean_frequency"].to_numpy() == pytest.approx(wanted.attrs["mean_frequency"])
    assert found["base_mean_spend"].to_numpy() == pytest.approx(wanted.attrs["mean_spend"])


def test_migration(engine):
    found = engine.read(segments.migration(engine.put(LOG), "2024-02-10", "2024-12-01"))
    the_same(found, segments.migration(LOG, "2024-02-10", "2024-12-01"))


@pytest.mark.parametrize(("unit", "as_of"), [("week", None), ("month", "2024-07-01")])
def test_history_agrees_to_the_last_bit(engine, unit, as_of):
    """x, t_x and T exactly: they are keys when scores are spread; m_x but for the order of sums."""
    wanted = clv.history(LOG, unit, as_of).reset_index()
    found = engine.read(clv.history(engine.put(LOG), unit, as_of), by="customer_id")
    pd.testing.assert_frame_equal(found[["x", "t_x", "T"]], wanted[["x", "t_x", "T"]], check_exact=True)
    the_same(found, wanted)


def test_history_from_a_day_or_from_each_customers_own(engine):
    clock = pd.DataFrame({"customer_id": [*sorted(LOG["customer_id"].unique()), 5_000]})
    clock["day"] = np.datetime64("2024-02-01", "us") + (clock["customer_id"] % 40).to_numpy() * np.timedelta64(1, "D")
    wanted = clv.history(LOG, observed_from=clock.set_index("customer_id")["day"]).reset_index()
    found = engine.read(clv.history(engine.put(LOG), observed_from=engine.put(clock)), by="customer_id")
    the_same(found, wanted)
    assert found["x"][found["customer_id"] == 5_000].tolist() == [0]
    found = engine.read(clv.history(engine.put(LOG), observed_from="2024-03-01"), by="customer_id")
    the_same(found, clv.history(LOG, observed_from="2024-03-01").reset_index())


def test_unsound_clocks_are_refused(engine):
    log = engine.put(LOG)
    days = pd.DataFrame({"customer_id": sorted(LOG["customer_id"].unique()), "day": np.datetime64("2024-02-01", "us")})
    for clock, said in (
        (pd.concat([days, days[:1]]), "names a customer twice"),
        (days[1:], "lacks customers of the log"),
        (days.assign(day=np.datetime64("2029-01-01", "us")), "after the end of the observation"),
    ):
        with pytest.raises(ValueError, match=said):
            clv.history(log, observed_from=engine.put(clock))
    with pytest.raises(TypeError, match="frame of the same engine"):
        clv.history(log, observed_from=days.set_index("customer_id")["day"])


def test_what_a_history_leaves_out_is_counted(engine):
    found = clv.left_out(engine.put(LOG), as_of="2024-07-01")
    assert found == clv.left_out(LOG, as_of="2024-07-01")
    assert min(found.returns, found.later, found.never_bought) > 0


def test_a_fit_of_distinct_rows_is_the_fit_of_all_and_its_scores_find_their_customers(engine):
    history = clv.history(LOG)
    there = clv.history(engine.put(LOG))
    rows = clv.compress(there)
    pd.testing.assert_frame_equal(rows, clv.compress(history), check_exact=True, check_dtype=False)
    assert rows["customers"].sum() == len(history) and len(rows) < len(history)
    model = clv.BGNBD(0.5, 4.0, 0.8, 2.5)
    found = engine.read(clv.spread(rows.assign(p_alive=model.p_alive(rows)), there), by="customer_id")
    assert found["p_alive"].to_numpy() == pytest.approx(model.p_alive(history).to_numpy(), rel=1e-12)
    with pytest.raises(ValueError, match="lacks rows of the history"):
        clv.spread(rows[1:].assign(p_alive=0.5), there)
    with pytest.raises(MemoryError, match="more than most=3"):
        clv.compress(there, most=3)


def baskets_of(seed):
    rng = np.random.default_rng(seed)
    items = ["tea", "milk", "bread", "rice", "茶", "x$y", "rare"]
    lines = pd.DataFrame(
        {
            "basket_id": rng.integers(0, 300, 1_200),
            "item": rng.choice(items, 1_200, p=[0.3, 0.2, 0.2, 0.15, 0.1, 0.04, 0.01]),
        }
    )
    lines.loc[lines["basket_id"] % 3 == 0, "item"] = "tea"
    return lines


@pytest.mark.parametrize("side", ["together", "apart"])
def test_pairs(engine, side):
    lines = baskets_of(1)
    found = engine.read(baskets.pairs(engine.put(lines), min_support=0.05, side=side))
    wanted = baskets.pairs(lines, min_support=0.05, side=side)
    assert len(wanted) >= 3
    the_same(found, wanted)


def test_itemsets_of_spark_and_of_no_other_engine(engine):
    lines = baskets_of(2)
    if engine.kind != "spark":
        with pytest.raises(TypeError, match=r"expected a pandas frame\. Mend: pass frame\."):
            baskets.itemsets(engine.put(lines), min_support=0.1)
        return
    for options in ({}, {"max_length": 2}):
        found = baskets.itemsets(engine.put(lines), min_support=0.02, **options)
        wanted = baskets.itemsets(lines, min_support=0.02, **options)
        pd.testing.assert_frame_equal(found, wanted)
        assert found.attrs == wanted.attrs
    pd.testing.assert_frame_equal(baskets.rules(found, min_confidence=0.1), baskets.rules(wanted, min_confidence=0.1))
    with pytest.raises(MemoryError, match="limit=3"):
        baskets.itemsets(engine.put(lines), min_support=0.02, limit=3)
    with pytest.raises(ValueError, match="kind='closed' is not found on Spark"):
        baskets.itemsets(engine.put(lines), min_support=0.02, kind="closed")


COSTS = pd.Series({"phone": 5.0, "web": 0.3, "branch": 12.5, "post": 1.0})


def contacts(seed):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"customer_id": rng.integers(60, 200, 500), "channel": rng.choice(["phone", "web", "branch"], 500)}
    )


def test_profit_of_each_customer(engine):
    wanted = profit.by_customer(LOG, contacts(1), COSTS, margin=0.3).reset_index()
    found = engine.read(
        profit.by_customer(engine.put(LOG), engine.put(contacts(1)), COSTS, margin=0.3), by="customer_id"
    )
    assert list(found.columns) == list(wanted.columns)
    the_same(found, wanted)


def test_contacts_that_cannot_be_costed_are_refused(engine):
    log = engine.put(LOG)
    with pytest.raises(ValueError, match=r"lacks the channel 'wbe' .*Did you mean 'web'"):
        profit.by_customer(log, engine.put(contacts(1).replace("web", "wbe")), COSTS)
    with pytest.raises(TypeError, match=r"'customer_id' is of type .* nobody could be in both"):
        profit.by_customer(log, engine.put(contacts(1).astype({"customer_id": "str"})), COSTS)
    with pytest.raises(ValueError, match=r"contacts\['channel'\] is missing in 1 of 500 rows"):
        profit.by_customer(
            log, engine.put(contacts(1).assign(channel=lambda f: f["channel"].where(f.index > 0))), COSTS
        )
    with pytest.raises(TypeError, match="frames of one engine"):
        profit.by_customer(log, contacts(1), COSTS)


def scored(seed, rows=400):
    rng = np.random.default_rng(seed)
    bought = rng.integers(0, 2, rows)
    columns = {"score": np.round(rng.random(rows), 2), "bought": bought, "yes": bought == 1}
    money = {"spend": rng.gamma(2, 2, rows) * bought, "worth": rng.gamma(2, 5, rows)}
    return pd.DataFrame({**columns, **money, "stands_for": rng.integers(0, 3, rows).astype(float)})


WEIGHED = {"value": "worth", "cost": 2.0, "weight": "stands_for"}


@pytest.mark.parametrize(
    ("outcome", "options", "bins"),
    [
        ("bought", {}, None),
        ("bought", {"value": 10, "cost": 3}, 7),
        ("spend", {}, 7),
        ("spend", WEIGHED, None),
        ("yes", WEIGHED, 7),
    ],
    ids=str,
)
def test_gains(engine, outcome, options, bins):
    frame = scored(1)
    found = engine.read(targeting.gains(engine.put(frame), outcome, bins=bins, **options))
    given = {name: frame[one] if isinstance(one, str) else one for name, one in options.items()}
    # The interval is a square root of differences of sums: half of their 16 digits.
    the_same(found, targeting.gains(frame["score"], frame[outcome], bins=bins, **given), 1e-7)


def test_gains_refuse_what_says_nothing(engine):
    frame = scored(2)
    for change, said in (
        ({"score": frame["score"].where(frame.index > 0)}, r"scored\['score'\] is missing or infinite in 1 of 400"),
        ({"bought": 0}, "outcome is 0 for all 400 customers"),
        ({"bought": -1}, "outcome holds -1"),
        ({"score": "x"}, r"scored\['score'\] is of type String"),
    ):
        with pytest.raises(ValueError, match=said):
            targeting.gains(engine.put(frame.assign(**change)), "bought")
    with pytest.raises(ValueError, match=r"scored lacks \['boughd'\].*'bought'"):
        targeting.gains(engine.put(frame), "boughd")


VERBS = {
    "rfm": segments.rfm,
    "value_matrix": segments.value_matrix,
    "migration": lambda log, **names: segments.migration(log, "2024-02-01", "2024-05-01", **names),
    "history": clv.history,
    "by_customer": lambda log, **names: profit.by_customer(log, log, COSTS, **names),
}
SOUND = LOG[:4].reset_index(drop=True)
UNSOUND = {
    "a lost column": (SOUND.rename(columns={"day": "dayy"}), r"transactions lacks \['day'\].*rename"),
    "a text day": (
        SOUND.assign(day="2025-01-02"),
        r"transactions\['day'\] is of type String \(first value '2025-01-02'\)",
    ),
    "a text amount": (SOUND.assign(amount="12"), r"transactions\['amount'\] is of type String .*expected numbers"),
    "a yes or no": (SOUND.assign(amount=True), r"transactions\['amount'\] is of type Boolean .*expected numbers"),
    "a day with a zone": (
        SOUND.assign(day=SOUND["day"].dt.tz_localize("UTC")),
        r"transactions\['day'\] carries the time zone",
    ),
    "a missing day": (SOUND.assign(day=SOUND["day"].where(SOUND.index > 0)), r"\['day'\] is missing in 1 of 4 rows"),
    "a missing amount": (SOUND.assign(amount=[1, np.nan, 2, 3]), r"\['amount'\] is missing or infinite in 1 of 4 rows"),
    "an infinite amount": (SOUND.assign(amount=[1, np.inf, -np.inf, 3]), r"missing or infinite in 2 of 4 rows"),
    "a missing customer": (
        SOUND.assign(customer_id=["a", None, "b", "b"]),
        r"\['customer_id'\] is missing in 1 of 4 rows",
    ),
    "no rows": (SOUND[:0], "transactions has 0 rows; expected at least one purchase"),
}


@pytest.mark.parametrize("what", UNSOUND)
def test_the_door_refuses_with_one_message(engine, what):
    """On the engine, and in pandas with the same beginning."""
    frame, said = UNSOUND[what]
    if (engine.kind, what) == ("spark", "a day with a zone"):
        return  # Spark's timestamps have no zone of their own: see below
    with pytest.raises(ValueError, match=re.compile(said)):
        segments.rfm(engine.put(frame))
    same = said.replace("String", "str").replace("Boolean", "bool")
    with pytest.raises(ValueError, match=re.compile(same)):
        segments.rfm(frame)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_on_a_log_stands_behind_the_door(engine, verb):
    with pytest.raises(ValueError, match=r"\['amount'\] is missing or infinite in 1 of 4 rows"):
        VERBS[verb](engine.put(UNSOUND["a missing amount"][0]))


def test_judged_before_the_first_row_or_on_no_day(engine):
    with pytest.raises(ValueError, match="as_of=2020-01-01 lies before the first transaction"):
        segments.rfm(engine.put(LOG), "2020-01-01")
    with pytest.raises(ValueError, match="as_of='soon' is no date"):
        segments.rfm(engine.put(LOG), "soon")
    with pytest.raises(ValueError, match=r"no purchase \(amount above 0\)"):
        clv.history(engine.put(LOG.assign(amount=-1.0)))


def test_other_names_of_columns(engine):
    names = {"customer": "顾客", "when": "Invoice Date", "amount": "£"}
    other = LOG.rename(columns={"customer_id": "顾客", "day": "Invoice Date", "amount": "£"})
    the_same(engine.read(segments.rfm(engine.put(other), **names), by="customer_id"), segments.rfm(LOG).reset_index())


def test_other_types_of_columns(engine):
    """Customers as text, days as dates, amounts as decimals or whole numbers."""
    text = LOG.assign(customer_id="c" + LOG["customer_id"].astype(str), amount=LOG["amount"].round(0))
    wanted = segments.rfm(text).reset_index()
    dates = text.assign(day=text["day"].dt.date)
    whole = dates.assign(amount=text["amount"].astype("int64"))
    for frame in (dates, whole):
        found = engine.read(segments.rfm(engine.put(frame)), by="customer_id")
        the_same(found, wanted)


def test_days_of_leap_years_and_far_centuries_are_counted_right(engine):
    """Recency counts days by the calendar: against Python's own, over the ends of months of many years."""
    days = [dt.date(year, month, 28) + dt.timedelta(days=over) for year in (1600, 1899, 1900, 1970, 2000, 2024, 2100)
            for month in (1, 2, 12) for over in (0, 1, 2, 3, 4)]  # fmt: skip
    log = pd.DataFrame({"customer_id": range(len(days)), "day": days, "amount": 1.0})
    found = engine.read(segments.rfm(engine.put(log)), by="customer_id")
    assert found["recency"].tolist() == [(max(days) - day).days for day in days]


@pytest.mark.slow
def test_timestamps_of_spark_are_days_of_its_session(spark):
    """Both of its kinds, with the session's zone and without any, at the hours round midnight."""
    day = pd.to_datetime(["2025-03-01 00:30", "2025-03-01 23:30", "2025-03-02 11:00"]).as_unit("us")
    log = pd.DataFrame({"customer_id": [1, 2, 3], "day": day, "amount": 1.0})
    wanted = segments.rfm(log).reset_index()
    given = spark.put(log)
    kinds = [given, given.withColumn("day", given["day"].cast("timestamp_ntz"))]
    assert len({frame.schema["day"].dataType.typeName() for frame in kinds}) == 2
    for frame in kinds:
        the_same(spark.read(segments.rfm(frame), by="customer_id"), wanted)


def test_lazy_engines_stay_lazy_and_nobody_touches_what_was_given(engine):
    given = engine.put(LOG)
    found = segments.rfm(given)
    if engine.kind in LAZY:
        assert not hasattr(found, "height") and not isinstance(found, pd.DataFrame)
    the_same(engine.read(given)[list(LOG.columns)], LOG)


def test_cleaning_reads_what_is_in_memory_and_says_the_way_for_the_rest(engine):
    dirty = pd.DataFrame(
        {
            "customer_id": ["7", "8", None, "7"],
            "day": ["2025-01-02", "2025-02-30", "2025-01-01", "2025/03/01"],
            "amount": ["¥12", "3", "5", "4"],
        }
    )
    wanted = cleaning.clean(dirty, tables.TRANSACTIONS)
    if engine.kind in LAZY:
        with pytest.raises(TypeError, match=r"may be larger than memory.*Mend: pass frame\.(df|toPandas|collect)"):
            cleaning.clean(engine.put(dirty), tables.TRANSACTIONS)
        return
    found = cleaning.clean(engine.put(dirty), tables.TRANSACTIONS)
    assert (repr(found), found.came_in) == (repr(wanted), 4)
    pd.testing.assert_frame_equal(found.reasons(), wanted.reasons())
    assert engine.read(found.kept)["row"].tolist() == wanted.kept.index.tolist()
    assert engine.read(found.rejected)["reason"].tolist() == wanted.rejected["reason"].tolist()


def test_weights_of_a_fit_are_customers():
    drawn = clv.BGNBD(0.25, 4.4, 0.8, 2.4).draw([39.0] * 1_500, seed=3)
    rows = clv.compress(drawn)
    for fit in (clv.fit_bgnbd, clv.fit_mbgnbd, clv.fit_pareto_nbd):
        whole, few = fit(drawn), fit(rows, weight="customers")
        # The same sums in the same order: only the thinned start may differ in rounding.
        assert few.loglik == pytest.approx(whole.loglik, rel=1e-10)
        assert few.interval().to_numpy() == pytest.approx(whole.interval().to_numpy(), rel=1e-6)
    with pytest.raises(ValueError, match=r"history\['customers'\] is .*whole numbers of 1 or more"):
        clv.fit_bgnbd(rows.assign(customers=0.5), weight="customers")


def test_an_engine_that_is_not_installed_is_named_with_its_way(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.import_module("crmkit.frames.scan"), "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"engine='polars' needs polars, which is not installed.*crmkit\[polars\]"):
        frames.scan(tmp_path / "x.parquet", engine="polars")
    with pytest.raises(ValueError, match="engine='mysql' is not known; choose one of pandas"):
        frames.scan(tmp_path / "x.parquet", engine="mysql")


def test_a_file_is_opened_on_each_engine(engine, tmp_path):
    LOG.to_parquet(tmp_path / "log.parquet", index=False)
    name = {"polars lazy": "polars", "spark": "pyspark"}.get(engine.kind, engine.kind)
    rows = frames.scan(tmp_path / "log.parquet", engine=name)
    found = Engine("polars lazy" if name == "polars" else engine.kind, engine.session).read(
        segments.rfm(rows), "customer_id"
    )
    the_same(found, segments.rfm(LOG).reset_index())
