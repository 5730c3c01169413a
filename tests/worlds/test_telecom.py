"""The telecom world: its tables hang together, knobs touch what they concern, wrong fields are refused."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmkit import store, worlds
from crmkit.tables.telecom import TELECOM_TABLES
from crmkit.tables.telecom_truth import TELECOM_TRUTH
from crmkit.worlds.telecom import desk as telecom_desk
from crmkit.worlds.telecom import parts as telecom_parts
from crmkit.worlds.telecom.desk import ArrivalProfile, CallDesk, CallSite, ContactChannel, ContactReason
from crmkit.worlds.telecom.parts import (
    ChurnLaw,
    ContractLine,
    FestiveSeason,
    KeyAccounts,
    NetworkRegion,
    NumberPortability,
    PriceWar,
    RetentionOffer,
    ShopClosures,
)
from crmkit.worlds.telecom.presets import PRESETS
from crmkit.worlds.telecom.world import CHANNELS, DESK, PLANS, REASONS, Telecom

BUSY = tuple(replace(reason, per_month=20 * reason.per_month) for reason in REASONS)
HOSTING = Telecom.preset("hosting", customers=300)
ODD_WORLDS = {
    "default": Telecom(customers=500),
    "busy": Telecom(customers=300, months=3, offer=None, reasons=BUSY, desk=CallDesk(days=40)),
    "separate queues": Telecom(
        customers=300, months=2, offer=None, reasons=BUSY, desk=CallDesk(days=10, pooled=False, margin=-1.0)
    ),
    "office hours": Telecom(
        customers=300,
        months=2,
        offer=None,
        reasons=BUSY,
        channels=(replace(CHANNELS[0], share=1.0, opens=8.0, closes=18.5),),
        desk=CallDesk(days=20),
    ),
    "declared agents": Telecom(
        customers=300,
        months=1,
        offer=None,
        reasons=BUSY,
        desk=CallDesk(days=5, agents=(1,) * 16 + (6,) * 24 + (2,) * 8),
    ),
    "one customer": Telecom(customers=1),
    "one customer, one month, one day of calls": Telecom(customers=1, months=1, offer=None, desk=CallDesk(days=1)),
    "no calls": Telecom(customers=200, desk=None),
    "all of it is logged": Telecom(customers=100, months=2, offer=None, desk=CallDesk(days=60)),
    "nobody gets in touch": Telecom(customers=50, reasons=(ContactReason("query", 0.0, 100, 1.0, 0.5, 0.5),)),
    "everybody leaves": Telecom(customers=100, churn=ChurnLaw(intercept=20.0)),
    "nobody leaves": Telecom(customers=100, churn=ChurnLaw(intercept=-20.0)),
    "leaving while calls wait": Telecom(
        customers=300,
        months=3,
        offer=None,
        reasons=BUSY,
        churn=ChurnLaw(intercept=0.0),
        repeat_after_h=200.0,
        desk=CallDesk(days=80),
    ),
    "cloglog": Telecom(customers=200, churn=ChurnLaw(link="cloglog")),
    "key accounts": Telecom.preset("key_accounts", customers=300, desk=DESK),
    "only firms": Telecom(customers=50, accounts=KeyAccounts(share=1.0)),
    "Chinese": Telecom.preset("key_accounts", customers=200, locale="zh_CN"),
    "all knobs": Telecom(
        customers=300,
        growth=0.3,
        price_war=PriceWar(6),
        portability=NumberPortability(9),
        closures=ShopClosures(12),
        festive=FestiveSeason(10),
        arrivals=ArrivalProfile(bursts_per_month=10.0),
    ),
    "hosting": HOSTING,
    "hosting with calls": replace(HOSTING, desk=CallDesk(days=200)),
    "monthly terms": replace(HOSTING, months=5, lines=(ContractLine("mail", 1.0, 1.0, 1.0, 9.99, term_months=1),)),
    "long ago": Telecom(customers=50, start=dt.date(1999, 11, 1), months=3, offer=None),
}


def frames_of(case):
    return {**case.frames, **{f"truth.{name}": frame for name, frame in case.truth.frames.items()}}


KNOWN = {table.name.split(".")[-1]: table for table in TELECOM_TABLES}
SEALED = {f"truth.{table.name.split('.')[-1]}": table for table in TELECOM_TRUTH}
HOLDS = {
    "id": lambda v: True,
    "text": lambda v: v.map(lambda one: isinstance(one, str)).all(),
    "category": lambda v: v.notna().all(),
    "number": pd.api.types.is_numeric_dtype,
    "count": lambda v: pd.api.types.is_numeric_dtype(v) and (v.dropna() % 1 == 0).all(),
    "money": pd.api.types.is_float_dtype,
    "share": lambda v: v.dropna().between(0, 1).all(),
    "day": lambda v: pd.api.types.is_datetime64_dtype(v) and (v.dropna() == v.dropna().dt.normalize()).all(),
    "moment": pd.api.types.is_datetime64_dtype,
    "yes_no": lambda v: v.dtype == bool,
}


@pytest.mark.parametrize("name", ODD_WORLDS)
def test_frames_are_as_the_tables_say_and_every_key_has_its_parent(name):
    case = ODD_WORLDS[name].draw(1)
    every = frames_of(case)
    for called, frame in every.items():
        table = {**KNOWN, **SEALED}[called]
        assert frame.columns.tolist() == table.names
        assert not frame.duplicated(list(table.key)).any() and frame[list(table.key)].notna().all(axis=None)
        for column in table.columns:
            values = frame[column.name]
            assert HOLDS[column.kind](values), f"{called}.{column.name} is no {column.kind}"
            assert column.low is None or (values.dropna() >= column.low).all(), f"{called}.{column.name}"
            if column.refers:
                there, key = column.refers.rsplit(".", 1)
                parent = every.get(there.split(".")[-1])  # without a call log, calls are not there
                parent = set() if parent is None else set(parent[key].tolist())
                assert set(values.dropna().astype(frame[column.name].dtype).tolist()) - {"none"} <= parent


@pytest.mark.parametrize("name", ODD_WORLDS)
def test_dates_lie_in_the_window_and_in_the_time_as_a_customer(name):
    world = ODD_WORLDS[name]
    case = world.draw(2)
    people = case.customers
    first, after = pd.Timestamp(world.start), pd.Timestamp(world.end) + pd.Timedelta(days=1)
    assert len(people) == world.customers and (people["joined"] < after).all() and (people["joined"].dt.day == 1).all()
    left = people["left"].dropna()
    assert left.between(first, after - pd.Timedelta(days=1)).all()
    assert ((left + pd.Timedelta(days=1)).dt.day == 1).all()  # at the end of a month
    assert (people["left"].fillna(after) >= people["joined"]).all()
    ends = people.set_index("customer_id")["left"].fillna(after) + pd.Timedelta(days=1)
    begins = people.set_index("customer_id")["joined"].clip(lower=first)
    for table, column in (("contacts", "arrived"), ("calls", "arrived"), ("months", "month"), ("offers", "day")):
        if table in case.frames:
            when, who = case.frames[table][column], case.frames[table]["customer_id"]
            assert when.between(first, after, inclusive="left").all(), table
            assert (when.to_numpy() >= begins.loc[who].to_numpy()).all(), table
            assert (when.to_numpy() < ends.loc[who].to_numpy()).all(), table


@pytest.mark.parametrize("name", [name for name, world in ODD_WORLDS.items() if world.plans])
def test_bills_add_up_to_the_cent_and_everyone_there_has_one(name):
    world = ODD_WORLDS[name]
    case = world.draw(3)
    months, people = case.months.merge(case.customers, on="customer_id"), case.customers
    cents = (months[["fee", "usage_charge", "bill"]] * 100).round().astype(int)
    assert (cents["fee"] + cents["usage_charge"] == cents["bill"]).all()
    both = months.merge(case.plans, on="brand", suffixes=("", "_list"))
    assert len(both) == (~months["firm"]).sum() and (both["fee"] == both["fee_list"]).all()
    over_minutes = (both["minutes"] - both["minutes_included"]).clip(lower=0) * both["minute_price"]
    over_data = (both["data_gb"] - both["data_gb_included"]).clip(lower=0) * both["gb_price"]
    assert ((both["usage_charge"] - over_minutes - over_data).abs() < 0.0051).all()  # half a cent
    assert (both["prepaid"] == both["prepaid_list"]).all()
    # A row for each month from joining (or the start) to leaving (or the end), without gaps.
    start, after = pd.Period(world.start, "M"), pd.Period(world.end, "M")
    first = people["joined"].dt.to_period("M").map(lambda one: max(one, start))
    last = people["left"].dt.to_period("M").fillna(after)
    there = [(until - since).n + 1 for since, until in zip(first, last, strict=True)]
    counts = case.months["customer_id"].value_counts().reindex(people["customer_id"], fill_value=0)
    assert counts.tolist() == there
    assert case.truth.hazards[["customer_id", "month"]].equals(case.months[["customer_id", "month"]])
    assert (case.truth.customers["alive"] == people["left"].isna()).all()


@pytest.mark.parametrize("name", ODD_WORLDS)
def test_contacts_and_calls_tell_the_same_story(name):
    world = ODD_WORLDS[name]
    case = world.draw(4)
    contacts = case.contacts
    assert contacts["contact_id"].tolist() == list(range(1, len(contacts) + 1))
    assert contacts["arrived"].is_monotonic_increasing
    again = contacts[contacts["repeat_of"].notna()].merge(
        contacts, left_on="repeat_of", right_on="contact_id", suffixes=("", "_before")
    )
    for column in ("customer_id", "reason", "channel"):
        assert (again[column].astype(str) == again[f"{column}_before"].astype(str)).all()
    assert not again["resolved_before"].any() and (again["arrived"] > again["arrived_before"]).all()
    assert not again["repeat_of"].duplicated().any()
    assert (contacts["handle_s"].isna() == contacts["self_service"]).all()
    assert contacts.loc[contacts["self_service"], "resolved"].all()
    for channel in world.channels:
        hour = contacts.loc[contacts["channel"] == channel.name, "arrived"]
        hour = hour.dt.hour + hour.dt.minute / 60
        assert ((hour >= channel.opens) & (hour < channel.closes)).all()

    first = contacts[(contacts["reason"] == "complaint") & contacts["repeat_of"].isna()]
    raised = len(first)
    if world.desk is None:
        assert contacts["call_id"].isna().all()
    else:
        calls = case.calls
        assert calls["call_id"].tolist() == list(range(1, len(calls) + 1)) and calls["arrived"].is_monotonic_increasing
        reached = calls[~calls["abandoned"]].set_index("call_id")
        logged = contacts[contacts["call_id"].notna()].set_index("call_id")
        assert sorted(logged.index) == reached.index.tolist()
        logged.index = logged.index.astype("int64")
        logged = logged.loc[reached.index]
        for column in ("customer_id", "arrived", "resolved", "handle_s"):
            assert logged[column].equals(reached[column])
        from_day = pd.Timestamp(world.end) - pd.Timedelta(days=world.desk.days - 1)
        by_phone = contacts[contacts["channel"] == "phone"]
        assert (by_phone["call_id"].notna() == (by_phone["arrived"] >= from_day)).all()
        assert (calls["arrived"] >= from_day).all()
        # Complaints that nobody answered are complaints all the same, counted once: not their redials, nor repeats.
        chained = set(calls.loc[calls["redial_of"].notna(), "redial_of"])
        lost = calls[(calls["reason"] == "complaint") & calls["abandoned"] & ~calls["call_id"].isin(chained)]
        roots = _root(calls)
        repeats = set(contacts.loc[contacts["repeat_of"].notna(), "call_id"].dropna())
        outside = set(calls.loc[calls["repeat_of"].notna(), "call_id"]) | repeats
        if "months" in case.frames and not _repeats_from_before(case, roots, outside):
            raised += sum(root not in outside for root in lost["call_id"].map(roots))
            assert case.months["complaints"].sum() == raised
    if world.desk is None and "months" in case.frames:
        assert case.months["complaints"].sum() == raised


def _root(calls):
    """The first attempt of each call."""
    roots = {}
    for call, before in zip(calls["call_id"], calls["redial_of"], strict=True):
        roots[call] = call if pd.isna(before) else roots[before]
    return roots


def _repeats_from_before(case, roots, outside):
    """Is there a lost complaint that might repeat a contact from before the log? Then nobody can tell it from a first."""
    calls = case.calls
    lost = calls[(calls["reason"] == "complaint") & calls["abandoned"]]
    early = case.contacts[(case.contacts["channel"] == "phone") & case.contacts["call_id"].isna()]
    open_ones = set(early.loc[~early["resolved"] & (early["reason"] == "complaint"), "customer_id"])
    return any(who in open_ones for who in lost["customer_id"])


@pytest.mark.parametrize("name", [name for name, world in ODD_WORLDS.items() if world.desk])
def test_the_call_log_can_be_replayed(name):
    """First come first served, nobody waits while an agent of that queue is idle, nobody talks to two at a time."""
    world = ODD_WORLDS[name]
    case = world.draw(5)
    calls = case.calls
    menu = pd.Timedelta(seconds=round(world.desk.menu_s))
    begin = calls["arrived"] + menu + pd.to_timedelta(calls["wait_s"], unit="s")
    end = begin + pd.to_timedelta(calls["handle_s"].fillna(0), unit="s")
    reached = calls["agent_id"].notna()
    assert (reached == (~calls["contained"] & ~calls["abandoned"])).all()
    assert (calls["queued"] == (calls["wait_s"] > 0)).all() and (calls.loc[calls["contained"], "wait_s"] == 0).all()
    assert (calls.loc[calls["abandoned"], "wait_s"] >= 1).all() and (calls["handle_s"].isna() == ~reached).all()
    assert not calls.loc[calls["abandoned"], "resolved"].any() and calls.loc[calls["contained"], "resolved"].all()
    site_of = case.agents.set_index("agent_id")["site"].astype(str)
    assert (calls.loc[reached, "agent_id"].map(site_of) == calls.loc[reached, "site"].astype(str)).all()
    busy = pd.DataFrame({"agent": calls["agent_id"], "begin": begin, "end": end})[reached].sort_values(
        ["agent", "begin"]
    )
    overlap = busy["begin"] < busy.groupby("agent")["end"].shift()
    assert not overlap.any()
    queue = pd.Series("all", calls.index) if world.desk.pooled else calls["site"].astype(str)
    for _, rows in calls[reached].groupby(queue[reached]):
        served = rows.assign(begin=begin, entered=rows["arrived"] + menu).sort_values(["entered", "call_id"])
        assert served["begin"].is_monotonic_increasing
    again = calls[calls["redial_of"].notna()].merge(calls, left_on="redial_of", right_on="call_id", suffixes=("", "_b"))
    assert again["abandoned_b"].all() and (again["customer_id"] == again["customer_id_b"]).all()
    again = calls[calls["repeat_of"].notna()].merge(calls, left_on="repeat_of", right_on="call_id", suffixes=("", "_b"))
    assert not (again["abandoned_b"] | again["resolved_b"]).any() and not again["contained"].any()
    duty = case.duty
    assert len(duty) == world.desk.days * 48 * len(world.desk.sites)
    assert duty["begins"].min() == pd.Timestamp(world.end) - pd.Timedelta(days=world.desk.days - 1)
    if world.desk.agents:
        total = duty.groupby("begins")["agents"].sum().to_numpy()
        assert (total == np.tile(world.desk.agents, world.desk.days)).all()


@pytest.mark.parametrize("name", ["hosting", "hosting with calls", "monthly terms"])
def test_contracts_run_from_term_to_term(name):
    world = ODD_WORLDS[name]
    case = world.draw(6)
    held, due = case.contracts, case.renewals.merge(case.contracts, on="contract_id")
    assert held["customer_id"].tolist() == case.customers["customer_id"].tolist()
    assert (held["line"].astype(str) == case.customers["brand"].astype(str)).all()
    assert held["ended"].equals(case.customers["left"].rename("ended"))
    assert (
        (due["due"] + pd.Timedelta(days=1)).dt.to_period("M")
        == due["begun"].dt.to_period("M") + due["term"] * due["term_months"]
    ).all()
    assert (due["amount"] == due["fee"].where(due["renewed"], 0)).all()
    assert (due.loc[~due["renewed"], "due"] == due.loc[~due["renewed"], "ended"]).all()
    assert (due.groupby("contract_id")["term"].max() == due["contract_id"].value_counts().sort_index()).all()
    assert (~due["renewed"]).sum() == held["ended"].notna().sum()
    assert (case.truth.contracts["alive"] == held["ended"].isna()).all()
    assert (due["due"] <= pd.Timestamp(world.end)).all()


# --- seeds, streams, store -----------------------------------------------------------------------------


def same(one, other):
    left, right = frames_of(one), frames_of(other)
    return {name for name in left if name in right and left[name].equals(right[name])}


SMALL = Telecom(customers=300, months=8, offer=RetentionOffer(month=3), desk=CallDesk(days=20))
ALL = set(frames_of(SMALL.draw(1)))
CONTACT_SIDE = {"contacts", "calls", "truth.reasons"}


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    assert same(SMALL.draw(5), SMALL.draw(5)) == ALL
    assert same(SMALL.draw(5), SMALL.draw(np.random.default_rng(5))) == ALL
    fixed = {"regions", "plans", "channels", "sites", "truth.churn", "truth.reasons"}
    assert same(SMALL.draw(5), SMALL.draw(6)) - {"agents", "duty"} == fixed
    hosting = HOSTING.draw(5)
    assert same(hosting, HOSTING.draw(5)) == set(frames_of(hosting))
    assert SMALL.draw(5).seed == 5 and SMALL.draw(np.random.default_rng(5)).seed is None


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (dict(locale="zh_CN"), {"customers"}),
        (dict(usage_shape=3.0), {"months", "truth.customers"}),
        (dict(desk=replace(SMALL.desk, margin=3.0)), {"contacts", "calls", "agents", "duty"}),
        (dict(desk=replace(SMALL.desk, patience_s=20.0)), {"contacts", "calls"}),
        (dict(desk=None), {"contacts"}),
        (dict(repeat=0.2), {"contacts", "calls", "agents", "duty", "truth.reasons", "truth.arrivals"}),
        (
            dict(channels=tuple(replace(one, cost=1.0) for one in CHANNELS)),
            {"channels", "contacts"},
        ),
        (dict(season=(2.0,) * 12), {"months", "truth.customers"}),
        (
            dict(closures=ShopClosures(0, 1.0)),
            {"contacts", "calls", "agents", "duty", "truth.arrivals"}
            | {"months", "customers", "truth.hazards", "truth.customers"},
        ),
    ],
)
def test_each_table_has_its_own_stream(change, touched):
    """What a knob does not concern stays as it was, to the last bit."""
    one, other = SMALL.draw(9), replace(SMALL, **change).draw(9)
    assert same(one, other) >= (ALL & set(frames_of(other))) - touched


@pytest.mark.parametrize("what", ["price_war", "offer"])
def test_before_a_knob_works_nothing_changes(what):
    knob = {"price_war": PriceWar(5, 2.0), "offer": replace(SMALL.offer, month=5, postpaid=-3.0)}[what]
    before = replace(SMALL, offer=None, desk=None)
    one, other = before.draw(2), replace(before, **{what: knob}).draw(2)
    limit = pd.Timestamp(before.first_of(5))
    for name, column in (("months", "month"), ("contacts", "arrived")):
        early = [
            case.frames[name][case.frames[name][column] < limit].drop(columns="repeat_of", errors="ignore")
            for case in (one, other)
        ]
        if name == "months":
            pd.testing.assert_frame_equal(*early)
    assert not one.customers["left"].equals(other.customers["left"])


def test_a_case_goes_into_a_folder_and_comes_back(tmp_path, monkeypatch):
    records = {
        name: value
        for module in (telecom_parts, telecom_desk)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    } | {"Telecom": Telecom}
    for name, value in records.items():  # wired by the package; here so that the test stands alone
        monkeypatch.setattr(worlds, name, value, raising=False)
    monkeypatch.setattr(worlds, "__all__", sorted({*worlds.__all__, *records}))
    for number, world in enumerate((ODD_WORLDS["all knobs"], ODD_WORLDS["key accounts"], HOSTING)):
        for form in store.FORMS:
            case = world.draw(1)
            store.save(case, tmp_path / f"{form}{number}", form=form)
            back = store.load(tmp_path / f"{form}{number}")
            for name, frame in case.frames.items():
                pd.testing.assert_frame_equal(frame, back.frames[name])
            truth = store.open_envelope(tmp_path / f"{form}{number}")
            assert truth.world == world
            for name, frame in case.truth.frames.items():
                pd.testing.assert_frame_equal(frame, truth.frames[name])


def test_nothing_of_the_truth_lies_open():
    hidden = {column.name for table in TELECOM_TRUTH for column in table.columns}
    open_names = {column.name for table in TELECOM_TABLES for column in table.columns}
    shared = {
        "customer_id",
        "month",
        "contract_id",
        "line",
        "term",
        "reason",
        "begins",
        "resolved",
        "self_service",
        "handle_s",
    }
    assert hidden & open_names <= shared


# --- fields ------------------------------------------------------------------------------------------------


def test_presets_are_worlds_and_take_changes():
    for name in PRESETS:
        world = Telecom.preset(name, customers=40)
        assert world.customers == 40 and world.draw(1).customers["customer_id"].is_unique
        text, case = world.about(), world.draw(1)
        assert len(text) > 4 and all(line.endswith(".") for line in [*text, *world.traps(case), world.holds(case)])
        sheet = worlds.describe(case)
        assert all(f"### {called}: {len(frame):,} rows\n\nOne row is" in sheet for called, frame in case.frames.items())
        assert f"{len(case.contacts):,} contacts" in sheet and "| column |" in sheet
        assert "40 customers" in text[0]
    assert Telecom.preset("mobile") == Telecom()
    assert "price" in " ".join(ODD_WORLDS["all knobs"].about()).lower()
    with pytest.raises(ValueError, match="preset='call centre' is not known; did you mean 'call_centre'"):
        Telecom.preset("call centre")
    with pytest.raises(ValueError, match="customers=0"):
        Telecom.preset("hosting", customers=0)


def test_the_datasheet_keeps_the_size_of_effects_sealed():
    world = ODD_WORLDS["all knobs"]
    other = replace(
        world,
        churn=ChurnLaw(prepaid=0.1, complaints=2.0),
        price_war=PriceWar(6, 1.5),
        portability=NumberPortability(9, 0.1),
        closures=ShopClosures(12, 0.9),
        festive=FestiveSeason(10, 2.0, 3.0),
        offer=replace(world.offer, postpaid=0.3, prepaid=-2.0),
        reasons=BUSY,
        repeat=0.1,
        desk=replace(world.desk, patience_s=20.0, redial=0.9),
    )
    assert world.about() == other.about()
    lines = tuple(replace(line, alpha=9.0, beta=1.0) for line in HOSTING.lines)
    assert HOSTING.about() == replace(HOSTING, lines=lines).about()


LINES = PRESETS["hosting"]["lines"]
BAD_FIELDS = {
    "customers": (lambda: Telecom(customers=0), "customers=0 must be a whole number, at least 1"),
    "start": (lambda: Telecom(start=dt.date(2024, 1, 15)), "start=.* must be the first day of a month"),
    "start as text": (lambda: Telecom(start="2024-01-01"), "start='2024-01-01' must be"),
    "a window of a day": (lambda: Telecom(months=0), "months=0 must be a whole number, at least 1"),
    "share": (lambda: Telecom(opening_share=65), "opening_share=65 must be a share from 0 to 1; write 12 %"),
    "repeat": (lambda: Telecom(repeat=-0.1), "repeat=-0.1 must be a share"),
    "tenure": (lambda: Telecom(tenure_months=-1), "tenure_months=-1 must be a number at least 0"),
    "growth": (lambda: Telecom(growth=-1), "growth=-1 must be a number at least -0.99"),
    "usage": (lambda: Telecom(usage_shape=0), "usage_shape=0 must be a number above 0"),
    "locale": (lambda: Telecom(locale="zh_cn"), "did you mean 'zh_CN'"),
    "both kinds": (lambda: Telecom(lines=LINES), r"plans holds 4 and lines 2; give brands .* or contracts"),
    "neither": (lambda: Telecom(plans=()), "plans holds 0 and lines 0"),
    "shares": (lambda: Telecom(plans=PLANS[:2]), "the shares of plans add up to 0.56; they must add up to 1"),
    "names": (
        lambda: Telecom(reasons=REASONS + REASONS[:1]),
        r"reasons use the names \['consultation'\] more than once",
    ),
    "no channels": (lambda: Telecom(channels=()), r"channels=\(\) must hold at least one"),
    "season": (lambda: Telecom(season=(1.0,)), "season=.* must give twelve"),
    "season month": (lambda: Telecom(season=(1.0,) * 11 + (0,)), "season, month 12=0 must be a number above 0"),
    "war too late": (
        lambda: Telecom(price_war=PriceWar(24)),
        "price_war month=24 lies outside the window of months=24",
    ),
    "offer too late": (
        lambda: Telecom(months=12),
        "offer month=18 lies outside the window of months=12; .* offer=None",
    ),
    "war on contracts": (lambda: replace(HOSTING, price_war=PriceWar(1)), "price_war works on brands"),
    "long log": (lambda: Telecom(months=1, offer=None), "desk days=91 is more than the 31 days of the window"),
    "no phone": (
        lambda: Telecom(channels=(ContactChannel("web", 1.0, 0.0),)),
        "desk serves the channel 'phone', which is not among channels; add it, or give desk=None",
    ),
    "no shop": (
        lambda: Telecom(channels=(ContactChannel("phone", 1.0, 0.0),), closures=ShopClosures()),
        "closures move contacts from 'shop' to 'phone'",
    ),
    "open at night only": (
        lambda: Telecom(
            channels=(ContactChannel("phone", 1.0, 0.0, 0.0, 2.0),),
            arrivals=ArrivalProfile(day=(0.0,) * 24 + (1.0,) * 24),
        ),
        "channel 'phone' is open only when arrivals.day is 0",
    ),
    "nobody on duty": (lambda: Telecom(desk=CallDesk(agents=(0,) * 48)), "desk agents has nobody on duty"),
    "link": (lambda: ChurnLaw(link="probit"), "churn link='probit' is not known; choose one of"),
    "coefficient": (lambda: ChurnLaw(prepaid=float("nan")), "churn prepaid=nan must be a number"),
    "plan": (lambda: replace(PLANS[0], fee=-1.0), "plan 'Go prepaid': fee=-1.0 must be a number at least 0"),
    "plan prepaid": (lambda: replace(PLANS[0], prepaid=1), "plan 'Go prepaid': prepaid=1 must be True or False"),
    "plan age": (lambda: replace(PLANS[0], age=12), "plan 'Go prepaid': age=12 must be a number at least 18"),
    "quality": (
        lambda: NetworkRegion("x", 1.0, 9.0),
        "region 'x': quality=9.0 must be a number at least -5 and at most 5",
    ),
    "offer": (lambda: RetentionOffer(treated_share=2), "offer treated_share=2 must be a share"),
    "offer months": (lambda: RetentionOffer(months=0), "offer months=0 must be a whole number, at least 1"),
    "closures": (lambda: ShopClosures(share=1.2), "shop closures share=1.2 must be a share"),
    "festive": (
        lambda: FestiveSeason(month=13),
        "festive season month=13 must be a whole number, at least 1 and at most 12",
    ),
    "firms": (lambda: KeyAccounts(share=5), "key accounts share=5 must be a share"),
    "index": (lambda: KeyAccounts(index=0.1), "key accounts index=0.1 must be a number at least 0.2"),
    "alpha": (lambda: ContractLine("x", 1.0, 0.0, 1.0, 10.0), "line 'x': alpha=0.0 must be a number above 0"),
    "reason": (lambda: replace(REASONS[0], handle_s=0), "reason 'consultation': handle_s=0 must be a number above 0"),
    "settled": (lambda: replace(REASONS[0], resolved=85), "reason 'consultation': resolved=85 must be a share"),
    "hours": (
        lambda: replace(CHANNELS[0], opens=25),
        "channel 'phone': opens=25 must be a number at least 0 and at most 24",
    ),
    "half hours": (lambda: replace(CHANNELS[0], opens=8.2), "channel 'phone': opens=8.2 must fall on a half hour"),
    "never open": (lambda: replace(CHANNELS[0], opens=9.0, closes=9.0), "opens=9.0 must lie before closes=9.0"),
    "week": (lambda: ArrivalProfile(week=(1.0,)), "arrivals week gives 1 weights; it must give 7"),
    "empty day": (lambda: ArrivalProfile(day=(0.0,) * 48), "arrivals day: all weights are 0"),
    "shape": (lambda: ArrivalProfile(day_shape=0), "arrivals day_shape=0 must be a number above 0"),
    "no sites": (lambda: CallDesk(sites=()), r"desk sites=\(\) must hold at least one"),
    "sites": (lambda: CallDesk(sites=(CallSite("a", 0.5, 1.0),)), "the shares of desk sites add up to 0.5"),
    "agents": (lambda: CallDesk(agents=(1,) * 47), "desk agents gives 47 numbers; it must give 48, or none"),
    "half an agent": (lambda: CallDesk(agents=(0.5,) * 48), r"desk agents\[0\]=0.5 must be a whole number"),
    "patience": (lambda: CallDesk(patience_s=0), "desk patience_s=0 must be a number above 0"),
    "war": (lambda: PriceWar(-1), "price war month=-1 must be a whole number, at least 0"),
    "portability": (lambda: NumberPortability(log_odds=99), "number portability log_odds=99 must be a number"),
}


@pytest.mark.parametrize("what", BAD_FIELDS)
def test_wrong_fields_are_refused_with_name_value_and_range(what):
    call, said = BAD_FIELDS[what]
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("seed", [-1, 1.5, None, "7", True])
def test_seeds_that_are_none_are_refused(seed):
    with pytest.raises(ValueError, match=r"seed=.* must be a whole number, 0 or more, or a numpy Generator"):
        Telecom(customers=1).draw(seed)
