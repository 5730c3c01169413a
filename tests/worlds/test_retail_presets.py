"""Presets of the retail world: each draws, hangs together, is documented, describes itself, and comes back from a folder."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import store, worlds
from crmkit.tables.dictionary import diagram, dictionary, of_world
from crmkit.worlds import Retail
from crmkit.worlds.retail.presets import PRESETS

EVERYTHING = Retail(
    customers=400,
    growth=0.5,
    week=(1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 0.5),
    pricing=worlds.Pricing(),
    rotation=worlds.Rotation(),
    loyalty=worlds.Loyalty(),
    rival=worlds.RivalSale(),
    shops=worlds.Shops(closed_share=0.2),
    enquiries=worlds.Enquiries(),
    shelf=worlds.ShelfTest(),
    web=worlds.Web(),
    portal=worlds.Portal(visitors=200),
    pipeline=worlds.Pipeline(),
)
WORLDS = {name: Retail.preset(name, customers=300) for name in PRESETS} | {
    "everything": EVERYTHING,
    "one of each": dataclasses.replace(
        EVERYTHING, customers=1, portal=worlds.Portal(visitors=1), pipeline=worlds.Pipeline(owners=1)
    ),
    "all in a day": Retail(
        customers=40,
        days=1,
        campaign=None,
        pricing=worlds.Pricing(),
        rotation=worlds.Rotation(),
        loyalty=worlds.Loyalty(),
        rival=worlds.RivalSale(day=0, days=1),
        shops=worlds.Shops(),
        enquiries=worlds.Enquiries(),
        web=worlds.Web(),
        pipeline=worlds.Pipeline(),
    ),
}
OPEN, SEALED = of_world("retail")
DOCUMENTED = {table.name: table for table in (*OPEN, *SEALED)}
HOLDS = {
    "id": lambda v: v.notna().all(),
    "text": lambda v: v.dropna().map(lambda one: isinstance(one, str)).all(),
    "category": lambda v: v.notna().all(),
    "number": pd.api.types.is_numeric_dtype,
    "count": lambda v: pd.api.types.is_integer_dtype(v),
    "money": pd.api.types.is_float_dtype,
    "share": lambda v: v.dropna().between(0, 1).all(),
    "day": lambda v: pd.api.types.is_datetime64_dtype(v) and (v.dropna() == v.dropna().dt.normalize()).all(),
    "yes_no": lambda v: v.dtype == bool,
}


@pytest.fixture(scope="module")
def cases():
    return {name: world.draw(3) for name, world in WORLDS.items()}


def frames_of(case):
    return dict(case.frames) | {f"truth.{name}": frame for name, frame in case.truth.frames.items()}


@pytest.mark.parametrize("name", WORLDS)
def test_every_table_is_as_documented_and_every_key_is_in_its_parent(cases, name):
    case = cases[name]
    frames = frames_of(case)
    for key, frame in frames.items():
        table = DOCUMENTED[key]
        assert frame.columns.tolist() == table.names, key
        assert not frame.duplicated(list(table.key)).any(), key
        for column in table.columns:
            values = frame[column.name]
            if len(values):
                assert HOLDS[column.kind](values), f"{key}.{column.name} is no {column.kind}"
            if column.low is not None:
                assert (values.dropna() >= column.low).all()
            if column.nonzero:
                assert (values != 0).all()
            if column.refers:
                parent, by = column.refers.rsplit(".", 1)
                assert set(values.dropna().astype(object)) <= set(frames[parent][by].astype(object)), (
                    f"{key}.{column.name}"
                )


@pytest.mark.parametrize("name", WORLDS)
def test_every_day_lies_in_the_window(cases, name):
    case = cases[name]
    first, last = pd.Timestamp(case.truth.world.start), pd.Timestamp(case.truth.world.end)
    for key, frame in frames_of(case).items():
        for column in frame.select_dtypes("datetime"):
            if column == "expected_close":  # may lie ahead
                continue
            assert frame[column].dropna().between(first, last).all(), f"{key}.{column}"


@pytest.mark.parametrize("name", WORLDS)
def test_sums_agree_to_the_cent(cases, name):
    case = cases[name]
    cents = (case.lines["price"] * 100).round().astype(int) * case.lines["quantity"]
    sums = cents.groupby(case.lines["basket_id"]).sum()
    amounts = (case.transactions.set_index("transaction_id")["amount"] * 100).round().astype(int)
    assert (amounts == sums).all()
    if "statements" in case.frames:
        invited = case.loyalty.loc[case.loyalty["invited"], "customer_id"]
        of = case.transactions["customer_id"].isin(invited)
        assert round(100 * case.statements["amount"].sum()) == round(100 * case.transactions.loc[of, "amount"].sum())


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_seed_gives_the_same_tables(cases, name):
    one, other = frames_of(cases[name]), frames_of(WORLDS[name].draw(3))
    assert list(one) == list(other)
    for key in one:
        pd.testing.assert_frame_equal(one[key], other[key], check_exact=True)


@pytest.mark.parametrize("name", [*PRESETS, "everything"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_they_come_back_from_a_folder_as_they_were(cases, name, form, tmp_path):
    store.save(cases[name], tmp_path / "case", form=form)
    loaded, truth = store.load(tmp_path / "case"), store.open_envelope(tmp_path / "case")
    assert truth.world == WORLDS[name]
    for found, drawn in ((loaded, cases[name]), (truth, cases[name].truth)):
        assert list(found.frames) == list(drawn.frames)
        for key, frame in drawn.frames.items():
            pd.testing.assert_frame_equal(found.frames[key], frame)


@pytest.mark.parametrize("name", [*PRESETS, "everything"])
def test_the_datasheet_tells_every_table_and_no_effect(cases, name):
    case = cases[name]
    sheet = worlds.describe(case)
    for key, frame in case.frames.items():
        assert f"### {key}: {len(frame):,} rows" in sheet
    for key in case.truth.frames:
        assert f"### {key}: " in sheet
    assert "as named" not in sheet and "Traps" in sheet and "invented" in sheet
    told = "\n".join(case.truth.world.about())
    for knob in ("shelf", "loyalty", "web", "rival"):
        part = getattr(case.truth.world, knob)
        secrets = [getattr(part, field, None) for field in ("lift", "lifts", "lost_share")] if part else []
        for secret in secrets:
            for one in secret if isinstance(secret, tuple) else (secret,):
                assert one is None or (f"{one:.0%} more" not in told and f"by {one:.0%}" not in told)


def test_the_default_chain_is_the_preset_home_decoration_and_has_no_extra_table():
    assert Retail.preset("home_decoration") == Retail()
    assert list(Retail(customers=5).draw(1).frames) == ["customers", "products", "transactions", "lines", "contacts"]


def test_presets_are_what_they_say(cases):
    assert len(cases["real_estate"].branches) == 250 and cases["real_estate"].products["category"].nunique() == 4
    deals = cases["real_estate"].transactions["customer_id"].value_counts()
    assert (deals == 1).mean() > 0.4 and deals.mean() < 3  # long gaps: five years
    assert {"shelf", "prices", "loyalty"} <= set(cases["shop"].frames)
    assert {"visits", "web_orders"} <= set(cases["e_commerce"].frames)
    assert {"pipeline", "owners"} <= set(cases["industrial"].frames)
    assert {"visitors", "visitor_topics"} <= set(cases["health_portal"].frames)


def test_an_unknown_preset_or_field_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="preset='ecommerce' is not known; did you mean 'e_commerce'"):
        Retail.preset("ecommerce")
    with pytest.raises(ValueError, match="field of Retail='customer' is not known; did you mean 'customers'"):
        Retail.preset("shop", customer=5)
    with pytest.raises(ValueError, match="customers=0 must be a whole number"):
        Retail.preset("shop", customers=0)


# --- the week ---------------------------------------------------------------------------------------------------


def test_days_of_the_week_have_their_factors():
    week = (0.5, 0.8, 1.0, 1.0, 1.2, 2.0, 0.3)
    world = Retail(customers=4_000, campaign=None, return_share=0.0, week=week, season=(1.0,) * 12)
    log = world.draw(2).transactions
    repeat = log[log.duplicated("customer_id")]
    repeat = repeat[repeat["day"] >= pd.Timestamp("2024-12-30")]  # whole weeks up to the last Sunday
    repeat = repeat[repeat["day"] <= pd.Timestamp("2025-12-28")]
    counts = repeat["day"].dt.day_of_week.value_counts().sort_index()
    assert stats.chisquare(counts, np.array(week) / sum(week) * counts.sum()).pvalue > 1e-4


@pytest.mark.parametrize("seed", range(2))
def test_the_next_year_is_exact_in_an_uneven_week(seed):
    """As in test_retail: the same members in a window that is a year longer."""
    fields = {"campaign": None, "rules": (), "return_share": 0.0, "week": (1.0, 1.0, 0.1, 1.0, 1.0, 4.0, 1.0)}
    world = Retail(customers=5_000, **fields)
    on = dataclasses.replace(world, days=world.days + 365, joining_share=world.days / (world.days + 365)).draw(seed)
    truth = world.draw(seed).truth.customers
    later = on.transactions[on.transactions["day"] > pd.Timestamp(world.end)]["customer_id"].value_counts()
    off = truth["customer_id"].map(later).fillna(0) - truth["purchases_next_year"]
    z = off.groupby(truth["kind"], observed=True).sum() / np.sqrt((off**2).groupby(truth["kind"], observed=True).sum())
    assert z.abs().max() < 4


def test_a_wrong_week_is_refused():
    with pytest.raises(ValueError, match=r"week=\(1.0,\) must give seven factors, Monday to Sunday"):
        Retail(week=(1.0,))
    with pytest.raises(ValueError, match=r"week, day 7=0\.0 must be a number above 0"):
        Retail(week=(1.0,) * 6 + (0.0,))


def test_windows_may_begin_on_any_weekday():
    world = Retail(customers=50, start=dt.date(2023, 3, 2), week=(1.0, 1.0, 1.0, 1.0, 1.0, 9.0, 1.0), campaign=None)
    log = world.draw(1).transactions
    assert log["day"].dt.day_of_week.value_counts().index[0] == 5


# --- the entity diagram ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "mermaid"])
def test_the_diagram_shows_every_table_and_every_reference(form):
    drawn = diagram(OPEN, form=form)
    ties = dictionary(OPEN).query("refers != ''")
    for table in OPEN:
        assert table.name in drawn
    for row in ties.itertuples():
        parent = row.refers.rsplit(".", 1)[0]
        line = f'{parent} ||--o{{ {row.table} : "{row.column}"' if form == "mermaid" else f"{row.table} ({row.column})"
        assert parent == row.table or line in drawn
    with pytest.raises(ValueError, match="form='svg' must be 'text' or 'mermaid'"):
        diagram(OPEN, form="svg")


def test_an_unknown_world_has_no_tables():
    with pytest.raises(ValueError, match="world='retial' has no tables; choose retail, bank or telecom"):
        of_world("retial")
