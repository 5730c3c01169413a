"""What is loaded is what came: sums against pandas, history by hand, rows one by one."""

import dataclasses
import datetime as dt
import json
import shutil
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from crmkit import profit, store, tables, warehouse, worlds
from crmkit.tables.warehouse import TRANSACTIONS
from crmkit.warehouse.feeds import FEEDS
from crmkit.warehouse.schema import FACT_NAMES, TARGETS

WORLDS = {
    "bank": worlds.Bank(customers=250),
    "retail": worlds.Retail(customers=250),
    "telecom": worlds.Telecom(customers=250),
}


COSTS_BY_FACTS = """SELECT date_trunc('month', t.day)::DATE AS month, t.channel, c.segment, count(*) AS transactions,
    sum(t.cost) AS cost FROM transactions t JOIN customers c USING (customer_key) GROUP BY ALL"""


@pytest.fixture(scope="module")
def bank():
    return WORLDS["bank"].draw(seed=7)


@pytest.fixture(scope="module")
def loaded(bank, tmp_path_factory):
    """A warehouse with the whole bank; a test that writes takes a copy."""
    house = warehouse.create(tmp_path_factory.mktemp("house") / "bank.dw")
    warehouse.load(house, bank, name="all")
    return house


@pytest.fixture
def own(loaded, tmp_path):
    shutil.copytree(loaded.path, tmp_path / "own.dw")
    return warehouse.open(tmp_path / "own.dw", read_only=False)


@pytest.fixture(scope="module")
def first_shop(tmp_path_factory):
    house = warehouse.create(tmp_path_factory.mktemp("house") / "shop.dw")
    warehouse.load(house, {"customers": people(1, 2, 3, segment="new")}, name="people")
    return house


@pytest.fixture
def shop(first_shop, tmp_path):
    """Three customers, of whom nothing is known but a number and a segment."""
    shutil.copytree(first_shop.path, tmp_path / "shop.dw")
    return warehouse.open(tmp_path / "shop.dw", read_only=False)


def people(*numbers, **columns):
    return pd.DataFrame({"customer_id": numbers} | columns)


def log(**columns):
    plain = {"transaction_id": [1, 2, 3], "customer_id": [1, 2, 3], "amount": [10.0, 20.0, 30.5]}
    days = pd.to_datetime(["2025-01-05", "2025-02-05", "2025-03-05"])
    return pd.DataFrame(plain | {"day": days} | columns)


def facts(house, target):
    order = ", ".join(TARGETS[target].key)
    return warehouse.query(house, f"SELECT * EXCLUDE (batch) FROM {target} ORDER BY {order}")


def all_facts_agree(one, two):
    for target in FACT_NAMES:
        assert_frame_equal(facts(one, target), facts(two, target))


# --- what came is there ---------------------------------------------------------------------


def test_sums_of_the_bank_are_those_of_pandas(bank, loaded):
    """A second way: merge and group by in pandas on the frames of the case."""
    month = bank.transactions["day"].dt.to_period("M").dt.to_timestamp()
    full = bank.transactions.merge(bank.channels, on="channel").astype({"channel": "str"})
    expected = full.groupby([month.rename("month"), "channel"])[["amount", "cost"]].sum().reset_index()
    found = warehouse.query(
        loaded,
        "SELECT d.month, channel, sum(amount) AS amount, sum(cost) AS cost FROM transactions JOIN dates d USING (day) "
        "GROUP BY ALL ORDER BY 1, 2",
    )
    # The warehouse adds exact cents, pandas floats: 1e-9 of a sum of some thousands.
    assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9)
    closing = bank.statements.groupby("month")["closing"].sum()
    found = warehouse.query(loaded, "SELECT day, sum(closing) AS closing FROM balances GROUP BY 1 ORDER BY 1")
    np.testing.assert_allclose(found["closing"], closing, rtol=1e-9)


def test_cost_to_serve_is_that_of_the_profit_room(bank, loaded):
    each = profit.by_customer(bank.transactions, bank.transactions, bank.channels)
    found = warehouse.query(loaded, "SELECT customer_id, sum(cost) AS cost FROM transactions GROUP BY 1 ORDER BY 1")
    np.testing.assert_allclose(found["cost"], each["cost_to_serve"], rtol=1e-9)


def test_revenue_of_the_bank_is_margin_and_fee(bank, loaded):
    full = bank.statements.merge(bank.accounts, on="account_id").merge(bank.products, on="product")
    earned = (full["opening"].abs() * full["margin"] / 12 + full["fee"]).groupby(full["customer_id"]).sum()
    found = warehouse.query(loaded, "SELECT customer_id, sum(revenue) AS r FROM balances GROUP BY 1 ORDER BY 1")
    # Each of at most some hundred rows is rounded to 0.0001.
    np.testing.assert_allclose(found["r"], earned, atol=0.0001 * 300)


@pytest.mark.parametrize("world", list(WORLDS))
def test_every_world_comes_in_whole_and_files_say_the_same(world, tmp_path):
    """From frames, then from CSV, then from Parquet: the later ones bring nothing new."""
    case = WORLDS[world].draw(seed=3)
    house = warehouse.create(tmp_path / "house.dw")
    first = warehouse.load(house, case)
    rows = first.tables.set_index("feed")["loaded"]
    assert rows.to_dict() == {feed: len(case.frames[feed]) for feed in rows.index}
    beside = {"households", "portfolios"} & set(case)
    assert set(rows.index) | set(first.left_out) | beside == set(case)
    for form in ("csv", "parquet"):
        store.save(dataclasses.replace(case, truth=None), tmp_path / form, form=form)
        again = warehouse.load(house, tmp_path / form)
        assert not again.again and again.tables["loaded"].sum() == 0 == again.tables["rejected"].sum(), again
        assert again.tables["repeated"].sum() == first.tables["rows"].sum()
    assert warehouse.check(house)["says"].eq("OK").all()


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: f"{feed.source}-{feed.target}-{len(feed.needs)}")
def test_each_feed_fills_what_the_star_needs(feed):
    table = TARGETS[feed.target]
    columns = feed.columns({feed.source: list(feed.needs)})
    given = {"accounts.product"} if feed.target == "accounts" else set()
    assert set(columns) <= set(table.names)
    assert set(table.required) <= set(columns) | given


def test_a_house_filled_month_by_month_is_the_same(bank, loaded, tmp_path):
    house = warehouse.create(tmp_path / "slow.dw")
    edges = [None, "2024-01-31", "2024-02-29", "2024-09-30", None]
    for after, until in pairwise(edges):
        since = after and pd.Timestamp(after) + pd.Timedelta(days=1)
        warehouse.load(house, bank, since=since, until=until)
    all_facts_agree(house, loaded)
    assert warehouse.ledger(house).groupby("batch")["rejected"].sum().eq(0).all()


def test_the_same_batch_twice_changes_no_byte(own, bank):
    before = {path.name: path.read_bytes() for path in own.path.iterdir() if path.is_file() and path.name != "lock"}
    again = warehouse.load(own, bank)
    assert again.again and "nothing was done" in repr(again) and again.batch == 1
    assert {name: (own.path / name).read_bytes() for name in before} == before
    with pytest.raises(ValueError, match="name='all' was given to batch 1, which had other content"):
        warehouse.load(own, {"channels": bank.channels}, name="all")


def test_rows_that_overlap_an_earlier_batch_are_counted_once(shop):
    warehouse.load(shop, {"transactions": log().head(2)})
    again = warehouse.load(shop, {"transactions": log()}).tables.iloc[0]
    assert (again["loaded"], again["repeated"], again["amount"]) == (1, 2, 30.5)
    assert facts(shop, "transactions")["amount"].sum() == 60.5


# --- what cannot be right is refused, what can be mended is mended ----------------------------


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("customer_id", 9, r"customer_id: 9 is not among the customers of the warehouse"),
        ("customer_id", "C-7", "customer_id: must be a whole number"),
        ("customer_id", 1.5, "customer_id: "),
        ("customer_id", None, "customer_id: missing"),
        ("amount", np.nan, "amount: missing"),
        ("amount", np.inf, "amount: "),
        ("amount", 1e15, "amount: must be a sum of money"),
        ("amount", 0.00005, "amount: must be a sum of money"),
        ("amount", "dear", "amount: not a number"),
        ("day", "2025-02-30", "day: not a date"),
        ("day", pd.NaT, "day: missing"),
        ("day", "03/04/2025", "day: day or month first"),
        ("transaction_id", 1, "transaction_id 1: was on row 0 already"),
        ("channel", "fax", "channel: fax is not among the channels"),
    ],
)
def test_a_bad_row_is_kept_with_its_reason_and_the_others_are_loaded(shop, column, value, reason):
    frame = log()
    frame[column] = frame[column].astype(object) if column in frame else pd.Series([None] * 3, dtype=object)
    frame.loc[1, column] = value
    done = warehouse.load(shop, {"transactions": frame})
    assert facts(shop, "transactions")["transaction_id"].tolist() == [1, 3]
    (kept,) = warehouse.rejects(shop, batch=done.batch).itertuples()
    assert (kept.feed, kept.row) == ("transactions", 1) and pd.Series([kept.reason]).str.match(reason).all(), (
        kept.reason
    )
    assert set(json.loads(kept.content)) == set(frame.columns)
    assert (done.tables["loaded"] + done.tables["repeated"] + done.tables["rejected"] == done.tables["rows"]).all()


def test_another_value_under_a_known_number_is_refused(shop):
    warehouse.load(shop, {"transactions": log()})
    warehouse.load(shop, {"transactions": log(amount=[10.0, 20.01, 30.5])})
    assert warehouse.rejects(shop)["reason"].tolist() == [
        "transaction_id 2: was loaded before with other values, in batch 2"
    ]
    assert facts(shop, "transactions")["amount"].tolist() == [10.0, 20.0, 30.5]


def test_what_cleaning_can_mend_is_loaded_and_told(shop):
    frame = log(amount=["¥10", "20.00", "30,50"], day=["05.01.2025", "2025-02-05", "2025/3/5"])
    done = warehouse.load(shop, {"transactions": frame.astype("str")})
    assert done.tables["mended"].tolist() == [2]
    assert_frame_equal(facts(shop, "transactions")[["day", "amount"]], log()[["day", "amount"]], check_dtype=False)
    mended = warehouse.query(shop, 'SELECT row, "column", before FROM repairs ORDER BY ALL')
    assert mended["row"].tolist() == [0, 0, 2, 2] and "¥10" in mended["before"].tolist()


def test_a_dirty_export_gives_back_what_was_planted(tmp_path):
    """The witness is the list of what `soil` did: whatever it left alone arrives to the cent, its duplicates do not."""
    case = WORLDS["retail"].draw(seed=5)
    soiled = worlds.soil(case.transactions, worlds.Dirt(), 6)
    house = warehouse.create(tmp_path / "shop.dw")
    warehouse.load(house, {"customers": case.customers})
    done = warehouse.load(house, {"transactions": soiled.frame}).tables.iloc[0]
    assert done["rows"] == len(soiled.frame) == done["loaded"] + done["rejected"]
    found = facts(house, "transactions").set_index("transaction_id")
    assert found.index.is_unique
    touched = pd.to_numeric(soiled.frame.iloc[soiled.truth["row"]]["transaction_id"])
    sound = case.transactions[~case.transactions["transaction_id"].isin(touched)].set_index("transaction_id")
    assert_frame_equal(found.loc[sound.index, sound.columns], sound, check_dtype=False)
    missing = soiled.truth[soiled.truth["dirt"].isin(["missing_customer", "missing_amount", "impossible_date"])]
    assert set(missing["row"]) <= set(warehouse.rejects(house)["row"])


def test_floats_that_are_cents_but_for_their_last_bit_are_taken(shop):
    warehouse.load(shop, {"transactions": log(amount=[0.1 + 0.2, 1e9 / 3 // 0.01 * 0.01, -0.07])})
    assert facts(shop, "transactions")["amount"].iloc[0] == 0.3 and len(warehouse.rejects(shop)) == 0


# --- history of customers ---------------------------------------------------------------------


def segments(house):
    sql = "SELECT t.transaction_id AS t, c.segment FROM transactions t JOIN customers c USING (customer_key) ORDER BY 1"
    return warehouse.query(house, sql)["segment"].tolist()


def test_a_fact_keeps_the_segment_of_its_day(shop):
    """Customer 2 becomes gold on 5 February, the day of a purchase; 3 the day after its own."""
    warehouse.load(shop, {"transactions": log()})
    warehouse.load(shop, {"customers": people(2, segment="gold")}, as_of="2025-02-05")
    warehouse.load(shop, {"customers": people(3, segment="gold")}, as_of="2025-03-06")
    assert segments(shop) == ["new", "gold", "new"]
    versions = warehouse.query(
        shop, "SELECT valid_from, valid_to, segment FROM customers WHERE customer_id = 2 ORDER BY 1"
    )
    assert versions["segment"].tolist() == ["new", "gold"]
    assert versions["valid_to"].iloc[0] == versions["valid_from"].iloc[1] == pd.Timestamp(2025, 2, 5)


@pytest.mark.parametrize("first", ["facts", "change"])
def test_the_order_of_facts_and_changes_does_not_matter(shop, first):
    steps = {
        "facts": lambda: warehouse.load(shop, {"transactions": log()}),
        "change": lambda: warehouse.load(shop, {"customers": people(1, 2, 3, segment="gold")}, as_of="2025-02-01"),
    }
    for step in sorted(steps, key=lambda name: name != first):
        steps[step]()
    assert segments(shop) == ["new", "gold", "gold"]


def test_a_second_word_on_the_same_day_is_a_correction_and_an_older_one_is_refused(shop):
    warehouse.load(shop, {"transactions": log()})
    for segment in ("gold", "silver"):
        warehouse.load(shop, {"customers": people(1, segment=segment)}, as_of="2025-01-05")
    assert segments(shop)[0] == "silver"
    assert len(warehouse.query(shop, "SELECT * FROM customers WHERE customer_id = 1")) == 2
    done = warehouse.load(shop, {"customers": people(1, 4, segment="old")}, as_of="2024-12-31")
    assert done.tables[["loaded", "rejected"]].iloc[0].tolist() == [1, 1]
    assert warehouse.rejects(shop)["reason"].str.contains("before 2025-01-05").all()


def test_columns_that_did_not_come_keep_their_values_and_one_row_holds_on_each_day(own, bank):
    some = bank.customers[["customer_id"]].sample(100, random_state=1)
    for number, day in enumerate(("2024-05-01", "2025-01-01", "2025-01-02")):
        warehouse.load(own, {"customers": some.iloc[number * 20 :].assign(segment=f"s{number}")}, as_of=day)
    names = warehouse.query(own, "SELECT customer_id, name FROM customers WHERE valid_to > '2100-01-01' ORDER BY 1")
    assert_frame_equal(names, bank.customers[["customer_id", "name"]], check_dtype=False)
    days = warehouse.query(
        own,
        "SELECT customer_id, min(valid_from) AS low, max(valid_to) AS high, "
        "sum(date_diff('day', valid_from, valid_to)) AS days FROM customers GROUP BY 1",
    )
    # Versions that neither overlap nor leave a gap are together as long as from first to last.
    assert (days["days"] == (days["high"] - days["low"]).dt.days).all()
    wrong = "SELECT count(*) AS n FROM transactions t JOIN customers c USING (customer_key) WHERE t.day < c.valid_from "
    wrong += "OR t.day >= c.valid_to OR t.customer_id <> c.customer_id"
    assert warehouse.query(own, wrong).loc[0, "n"] == 0


def test_changed_customers_need_a_day(shop):
    with pytest.raises(ValueError, match="1 customers are not as they were loaded before; expected the day"):
        warehouse.load(shop, {"customers": people(1, segment="gold")})
    assert warehouse.ledger(shop)["name"].tolist() == ["people"]


def test_dimensions_take_new_values_and_facts_keep_the_cost_of_their_time(shop):
    costs = pd.DataFrame({"channel": ["phone"], "cost": [5.0]})
    warehouse.load(shop, {"channels": costs, "transactions": log(channel="phone").head(1)})
    warehouse.load(shop, {"channels": costs.assign(cost=6.0), "transactions": log(channel="phone").tail(1)})
    assert warehouse.query(shop, "SELECT cost FROM channels WHERE channel = 'phone'")["cost"].tolist() == [6.0]
    assert facts(shop, "transactions")["cost"].tolist() == [5.0, 6.0]


# --- asking -----------------------------------------------------------------------------------


def test_views_agree_with_pandas(bank, loaded):
    full = bank.statements.merge(bank.accounts[["account_id", "customer_id"]], on="account_id")
    last = full[full["month"] == full["month"].max()].groupby("customer_id")["closing"].sum()
    worth = warehouse.query(loaded, "SELECT * FROM net_worth WHERE month = '2025-12-01' ORDER BY customer_id")
    np.testing.assert_allclose(worth["net_worth"], last, rtol=1e-9)
    np.testing.assert_allclose(worth["assets"] + worth["debts"], worth["net_worth"], atol=1e-6)
    moved = warehouse.query(loaded, "SELECT max(abs(opening + paid_in - paid_out - closing)) AS off FROM statements")
    assert moved.loc[0, "off"] == 0  # exact, to the cent
    round_view = warehouse.query(loaded, "SELECT * FROM customer_360 ORDER BY customer_id").set_index("customer_id")
    assert round_view.index.tolist() == bank.customers["customer_id"].tolist()
    counts = bank.transactions.groupby("customer_id").size().reindex(round_view.index, fill_value=0)
    assert (round_view["transactions"] == counts).all()
    contacts = sum(
        bank.frames[name].groupby("customer_id").size().reindex(round_view.index, fill_value=0)
        for name in ("contacts", "talks", "mails")
    )
    assert (round_view["contacts"] == contacts).all()
    np.testing.assert_allclose(round_view["net_worth"], last.reindex(round_view.index, fill_value=0), atol=1e-6)


def test_monthly_sums_are_those_of_the_facts_also_after_customers_changed(own, bank):
    some = bank.customers[["customer_id"]].head(50)
    warehouse.load(own, {"customers": some.assign(segment="gold")}, as_of="2025-03-16")
    order = " ORDER BY month, channel, segment"
    monthly = warehouse.query(own, "SELECT month, channel, segment, transactions, cost FROM monthly" + order)
    assert_frame_equal(monthly, warehouse.query(own, COSTS_BY_FACTS + order), check_dtype=False)
    gold = bank.transactions.merge(some, on="customer_id")
    assert monthly.loc[monthly["segment"] == "gold", "transactions"].sum() == (gold["day"] >= "2025-03-16").sum()


def test_key_accounts_rank_all_customers_by_revenue(loaded):
    keys = warehouse.query(loaded, "SELECT * FROM key_accounts ORDER BY rank")
    assert keys["rank"].tolist() == list(range(1, 251)) and keys["revenue"].is_monotonic_decreasing
    assert keys.groupby("tenth").size().tolist() == [25] * 10
    np.testing.assert_allclose(keys["share"].cumsum(), keys["share_up_to"], rtol=1e-9)
    assert keys["share_up_to"].iloc[-1] == pytest.approx(1)


def test_the_dictionary_inside_tells_every_column(loaded):
    there = warehouse.query(
        loaded, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name <> 'dictionary'"
    )
    views = set(warehouse.query(loaded, "SELECT view_name AS v FROM duckdb_views() WHERE NOT internal")["v"])
    told = warehouse.query(loaded, "SELECT * FROM dictionary")
    assert set(told.loc[told["kind"] == "view", "table"]) == views
    told = told[told["kind"] != "view"]
    there = there[~there["table_name"].isin(views)]
    assert set(zip(told["table"], told["column"], strict=True)) == set(there.itertuples(index=False, name=None))
    assert told["meaning"].str.len().gt(1).all()


def test_every_day_of_a_fact_has_its_row_in_dates(bank, loaded):
    days = warehouse.query(loaded, "SELECT * FROM dates ORDER BY day")
    assert days["day"].tolist() == list(pd.date_range(days["day"].min(), days["day"].max()))
    assert (days["weekday"] == days["day"].dt.day_of_week + 1).all()
    for target in FACT_NAMES:
        assert facts(loaded, target)["day"].isin(days["day"]).all()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO channels VALUES ('x', 1, 1)",
        "DROP TABLE transactions",
        "COPY customers TO 'stolen.csv'",
        "SELECT * FROM read_csv('notes.csv')",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "SELEC 1",
        "SELECT nobody FROM customers",
    ],
)
def test_a_reader_can_change_nothing_and_reach_nothing_else(loaded, sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.csv").write_text("a\n1\n")
    with pytest.raises(ValueError, match="the query was refused: "):
        warehouse.query(loaded, sql)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.csv"]


def test_long_work_draws_no_bar_on_the_screen(loaded, own, capfd):
    from crmkit.warehouse.versions import next_version

    setting = "SELECT current_setting('enable_progress_bar')"
    with warehouse.connect(loaded) as con:
        assert con.execute(setting).fetchone() == (False,)
    with next_version(own) as con:
        assert con.execute(setting).fetchone() == (False,)
    assert capfd.readouterr() == ("", "")


def test_values_go_in_as_parameters(loaded, bank):
    name = bank.customers["name"].iloc[3]
    found = warehouse.query(loaded, "SELECT customer_id FROM customers WHERE name = ?", [name])
    assert bank.customers["customer_id"].iloc[3] in found["customer_id"].tolist()
    assert len(warehouse.query(loaded, "SELECT 1 FROM customers WHERE name = $n", {"n": "x' OR 'a' = 'a"})) == 0


def test_a_connection_keeps_its_version_while_a_load_goes_on(own):
    with warehouse.connect(own) as con:
        before = con.execute("SELECT count(*) FROM customers").fetchone()
        warehouse.load(own, {"customers": people(1, 2, 3)})
        assert con.execute("SELECT count(*) FROM customers").fetchone() == before
    assert warehouse.query(own, "SELECT count(*) AS n FROM customers").loc[0, "n"] == before[0] + 3


# --- what is refused ----------------------------------------------------------------------------


def test_for_reading_only_means_that(loaded):
    reader = warehouse.open(loaded.path)
    for write in (
        lambda: warehouse.load(reader, {}),
        lambda: warehouse.archive(reader),
        lambda: warehouse.restore(reader, []),
    ):
        with pytest.raises(PermissionError, match=r"reading only. Mend: warehouse\.open\(.*read_only=False"):
            write()


@pytest.mark.parametrize(
    ("source", "options", "error", "words"),
    [
        ({}, {}, ValueError, "source has 0 tables"),
        (7, {}, TypeError, "source is a int; expected a Case, a mapping"),
        ({"transactions": [1]}, {}, TypeError, "transactions is a builtins.list; expected a pandas frame"),
        ({"weather": people(1)}, {}, ValueError, r"the source has the tables \['weather'\]; expected at least one of"),
        ({"transactions": people(1)}, {}, ValueError, r"transactions lacks \['transaction_id', 'day', 'amount'\]"),
        ({"customers": pd.DataFrame({0: [1]})}, {}, ValueError, "expected texts, each once"),
        ({"customers": people(1)}, {"since": "2025-02-01", "until": "2025-01-01"}, ValueError, "lies after until"),
        ({"customers": people(1)}, {"as_of": "yesterday"}, ValueError, "as_of='yesterday' is no date"),
        ({"customers": people(1)}, {"as_of": dt.date(1900, 1, 1)}, ValueError, "must be after 1900-01-01"),
        ({"customers": people(1)}, {"wait_s": -1}, ValueError, "wait_s=-1 must be a finite number at least 0"),
        ("nowhere", {}, FileNotFoundError, "nowhere is no folder"),
    ],
)
def test_bad_sources_are_refused_and_leave_the_house_as_it_was(shop, source, options, error, words):
    held = sorted(path.name for path in shop.path.iterdir())
    with pytest.raises(error, match=words):
        warehouse.load(shop, source, **options)
    assert sorted(path.name for path in shop.path.iterdir()) == held
    assert len(warehouse.ledger(shop)) == 1


def test_folders_of_parts_are_read_together_and_mixed_ones_refused(shop, tmp_path):
    home = tmp_path / "export"
    home.mkdir()
    with pytest.raises(FileNotFoundError, match=r"holds no \.csv"):
        warehouse.load(shop, home)
    for number in range(3):
        log().iloc[[number]].to_csv(home / f"transactions-2025-0{number + 1}.csv", index=False)
    assert warehouse.load(shop, home).tables["loaded"].tolist() == [3]
    log().to_parquet(home / "transactions.parquet")
    with pytest.raises(ValueError, match="CSV or Parquet for one table, not both"):
        warehouse.load(shop, home)


def test_what_is_no_warehouse_is_told(tmp_path, loaded):
    with pytest.raises(FileNotFoundError, match=r"is no warehouse, it has no warehouse\.json"):
        warehouse.open(tmp_path)
    with pytest.raises(FileExistsError, match="not empty"):
        warehouse.create(loaded.path)
    shutil.copytree(loaded.path, tmp_path / "copy")
    (version,) = (tmp_path / "copy").glob("v*.duckdb")
    version.chmod(0o644)
    version.write_bytes(version.read_bytes()[:-4096])
    with pytest.raises(OSError, match="bytes; expected"):
        warehouse.query(warehouse.open(tmp_path / "copy"), "SELECT 1")
    for words, error in (("{", "not as it was written"), ('{"layout": 9}', "has layout 9")):
        (tmp_path / "copy" / "warehouse.json").write_text(words)
        with pytest.raises(ValueError, match=error):
            warehouse.open(tmp_path / "copy")


def test_the_tables_of_the_star_are_documented():
    assert TRANSACTIONS in tables.WAREHOUSE_TABLES and set(tables.WAREHOUSE_TABLES) <= set(tables.ALL)
