"""The bank world as a whole: tables, keys, days, sums, the same draw again, bad fields, small cases, the folder."""

import dataclasses
import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmkit import store, worlds
from crmkit.tables.bank import BANK_TABLES, BANK_TRUTH
from crmkit.worlds.bank import finance as bank_finance
from crmkit.worlds.bank import parts as bank_parts
from crmkit.worlds.bank import plans as bank_plans
from crmkit.worlds.bank import service as bank_service
from crmkit.worlds.bank.draw import STREAMS
from crmkit.worlds.bank.presets import PRESETS, TREE
from crmkit.worlds.bank.world import Bank

ALL_PARTS = {"brokerage": bank_finance.Brokerage(), "insurance": bank_finance.InsuranceBook()}
CLOSURES = (bank_parts.BranchClosure("Harbour", 10), bank_parts.BranchClosure("Lakeside", 0))
TABLES = {table.name.rsplit(".", 1)[-1]: table for table in BANK_TABLES}
TRUTH = {table.name.rsplit(".", 1)[-1]: table for table in BANK_TRUTH}


@pytest.fixture(scope="module")
def case():
    """Everything at once, with closures and a change of rates."""
    change = bank_parts.RateChange(12, 0.01)
    return Bank(customers=600, closures=CLOSURES, rate_change=change, **ALL_PARTS).draw(3)


KIND_HOLDS = {
    "id": lambda v: v.notna().all(),
    "text": lambda v: v.map(lambda one: isinstance(one, str) and one != "").all(),
    "category": lambda v: v.notna().all(),
    "number": lambda v: pd.api.types.is_numeric_dtype(v) and np.isfinite(v).all(),
    "count": pd.api.types.is_integer_dtype,
    "money": pd.api.types.is_float_dtype,
    "share": lambda v: v.between(0, 1).all(),
    "day": lambda v: v.dtype == "datetime64[us]" and (v.dropna() == v.dropna().dt.normalize()).all(),
    "yes_no": lambda v: v.dtype == bool,
}


@pytest.mark.parametrize("side", ["tables", "truth"])
def test_tables_are_as_documented(case, side):
    frames, known = (case.frames, TABLES) if side == "tables" else (case.truth.frames, TRUTH)
    assert set(frames) == set(known)
    for name, table in known.items():
        frame = frames[name]
        assert frame.columns.tolist() == table.names, name
        assert len(frame), name
        assert not frame.duplicated(subset=list(table.key)).any(), name
        for column in table.columns:
            values = frame[column.name]
            assert KIND_HOLDS[column.kind](values), f"{name}.{column.name} is no {column.kind}"
            if column.low is not None:
                assert (values.dropna() >= column.low).all(), f"{name}.{column.name}"
            if column.nonzero:
                assert (values != 0).all(), f"{name}.{column.name}"


def test_every_column_is_documented_once_with_unit_and_meaning():
    every = (*BANK_TABLES, *BANK_TRUTH)
    assert len({table.name for table in every}) == len(every)
    at = {table.name: table for table in every}
    for table in every:
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert column.meaning
            assert column.unit or column.kind not in ("money", "share", "number", "count"), (table.name, column.name)
            if column.refers:
                there, name = column.refers.rsplit(".", 1)
                assert name in at[there].names


def test_every_key_exists_in_its_parent(case):
    for frames, known in ((case.frames, TABLES), (case.truth.frames, TRUTH)):
        for name, table in known.items():
            for column in table.columns:
                if column.refers:
                    there, key = column.refers.split(".")[-2:]
                    assert set(frames[name][column.name]) <= set(case.frames[there][key]), (name, column.name)


def test_every_day_lies_in_the_window(case):
    world = case.truth.world
    first, last = pd.Timestamp(world.start), pd.Timestamp(world.end)
    for frames in (case.frames, case.truth.frames):
        for name, frame in frames.items():
            for column in frame.select_dtypes("datetime"):
                assert frame[column].dropna().between(first, last).all(), (name, column)


def test_nothing_happens_before_joining_or_after_leaving(case):
    people = case.truth.customers.merge(case.customers[["customer_id", "joined"]]).set_index("customer_id")
    for name, column in (("transactions", "day"), ("online", "day"), ("applications", "day"), ("talks", "day"),
                         ("surveys", "day"), ("mails", "day"), ("trades", "day"), ("accounts", "opened"),
                         ("policies", "begins"), ("contacts", "response_day")):  # fmt: skip
        frame = case.frames[name].dropna(subset=column)
        mine = people.loc[frame["customer_id"]]
        day = frame[column].to_numpy()
        assert not (day < mine["joined"].to_numpy()).any(), name
        assert not (day > mine["left"].to_numpy()).any(), name


def cents(values):
    return np.rint(values.to_numpy() * 100).astype(np.int64)


def test_statements_add_up_to_the_cent(case):
    rows = case.statements
    parts = {name: cents(rows[name]) for name in ("opening", "paid_in", "paid_out", "closing", "interest")}
    for name, values in parts.items():
        assert (rows[name].to_numpy() == values / 100).all(), f"{name} holds parts of a cent"
    assert (parts["opening"] + parts["paid_in"] - parts["paid_out"] == parts["closing"]).all()
    assert (parts["interest"] <= parts["paid_in"]).all()
    assert (-parts["interest"] <= parts["paid_out"]).all()


def test_a_month_opens_with_what_the_last_one_closed_with(case):
    rows = case.statements.sort_values(["account_id", "month"])
    again = rows["account_id"].eq(rows["account_id"].shift()).to_numpy()
    assert (rows["opening"].to_numpy()[again] == rows["closing"].shift().to_numpy()[again]).all()
    months = rows["month"].dt.to_period("M").astype("int64")
    assert (months.diff().to_numpy()[again] == 1).all(), "a month is lacking"
    first = rows[~again].merge(case.accounts, on="account_id")
    new = first["opened"].notna()
    assert (first.loc[new, "opening"] == 0).all()
    assert (first.loc[new, "opened"].dt.to_period("M") == first.loc[new, "month"].dt.to_period("M")).all()
    assert (first.loc[~new, "month"] == case.statements["month"].min()).all()
    last = rows.groupby("account_id").tail(1).merge(case.accounts, on="account_id")
    shut = last["closed"].notna()
    assert (last.loc[shut, "closing"] == 0).all()
    assert (last.loc[~shut, "month"] == case.statements["month"].max()).all()


def test_transactions_are_what_moved_the_current_accounts(case):
    current = case.accounts[case.accounts["product"] == "current"]
    assert sorted(current["customer_id"]) == sorted(case.customers["customer_id"])
    rows = case.statements.merge(current[["account_id", "customer_id"]])
    log = case.transactions.assign(
        month=case.transactions["day"] + pd.offsets.MonthEnd(0), cents=cents(case.transactions["amount"])
    )
    for column, sign in (("paid_in", 1), ("paid_out", -1)):
        moved = log[log["cents"] * sign > 0].groupby(["customer_id", "month"])["cents"].sum() * sign
        booked = rows.set_index(["customer_id", "month"])[column]
        booked = pd.Series(cents(booked), index=booked.index)
        assert (booked - moved.reindex(booked.index, fill_value=0) == 0).all()
        assert moved.index.isin(booked.index).all()
    assert (rows["closing"] >= 0).all()
    assert ((log["cents"] == 0) == (log["service"] == "enquiry")).mean() > 0.9  # a small rest may leave no cents
    assert log["transaction_id"].is_monotonic_increasing
    assert log["day"].is_monotonic_increasing


def test_debts_are_owed_and_other_balances_are_not(case):
    rows = case.statements.merge(case.accounts[["account_id", "product"]]).merge(case.products[["product", "debt"]])
    assert (rows.loc[rows["debt"], "closing"] <= 0).all()
    assert (rows.loc[~rows["debt"], "closing"] >= 0).all()


def test_exceeded_lines_are_those_whose_debt_passed_the_limit(case):
    lines = case.statements.merge(case.accounts.dropna(subset="credit_limit"), on="account_id")
    over = lines[-lines["closing"] > lines["credit_limit"]].sort_values(["month", "account_id"])
    pd.testing.assert_frame_equal(
        over[["account_id", "customer_id", "month", "credit_limit"]].reset_index(drop=True),
        case.exceeded.drop(columns="owed").sort_values(["month", "account_id"]).reset_index(drop=True),
    )
    assert (case.exceeded["owed"] > case.exceeded["credit_limit"]).all()


def test_households_hold_all_customers_and_only_owners_have_a_mortgage(case):
    counted = case.customers.groupby("household_id").size()
    assert (case.households.set_index("household_id")["members"] == counted).all()
    area = case.branches.set_index("branch_id")["area"]
    assert (area.loc[case.households["branch_id"]].to_numpy() == case.households["area"].to_numpy()).all()
    owners = case.customers.merge(case.households).query("home_owner")["customer_id"]
    assert case.accounts.query("product == 'mortgage'")["customer_id"].isin(owners).all()


def test_truth_does_not_stand_in_the_open_tables(case):
    sealed = {name for frame in case.truth.frames.values() for name in frame} - {"customer_id"}
    shared = {"campaign", "application_id", "manager_id", "attribute", "mail_id", "month", "product", "channel", "rate"}
    shared |= {"broker_id", "policy_id", "importance", "performance"}  # keys; ratings are one customer's, not the mean
    for name, frame in case.frames.items():
        assert not (sealed - shared) & set(frame.columns), name


def equal(one, other):
    assert list(one) == list(other)
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name])


def test_the_same_seed_gives_the_same_bank_and_another_does_not():
    world = Bank(customers=80, **ALL_PARTS)
    first, again = world.draw(5), world.draw(np.random.default_rng(5))
    equal(first.frames, again.frames)
    equal(first.truth.frames, again.truth.frames)
    assert (first.seed, again.seed) == (5, None)
    assert not world.draw(6).customers["income"].equals(first.customers["income"])


# What a change must leave alone: all tables but those named.
OWN_TABLES = {
    "locale": ({"locale": "zh_CN"}, {"households", "customers", "managers", "brokers"}),
    "online": ({"online": None}, {"online", "transactions", "statements"}),
    "closures": ({"closures": CLOSURES}, {"branches", "transactions", "statements"}),
    "rates": ({"rate_change": bank_parts.RateChange(3, 0.02)}, {"statements", "exceeded"}),
    "season": ({"season": (1.0,) * 11 + (2.0,)}, {"transactions", "statements"}),
    "lines": ({"lines": None}, {"exceeded", "defaults", "accounts", "statements"}),
    "distress": ({"lines": bank_parts.CreditLines(distress_per_year=0.5)}, {"exceeded", "defaults", "statements"}),
    "campaigns": ({"campaigns": ()}, {"contacts"}),
    "credit": ({"credit": bank_plans.CreditPolicy(per_year=1.0, leaves=TREE)}, {"applications"}),
    "team": ({"team": bank_service.ManagerTeam(managers=3, talks_per_year=4)}, {"managers", "portfolios", "talks"}),
    "survey": ({"survey": bank_service.SurveyPlan(per_year=1.0)}, {"surveys", "ratings"}),
    "mail": ({"mail": None}, {"mails"}),
    "brokerage": ({"brokerage": bank_finance.Brokerage(trades_per_year=2)}, {"brokers", "books", "trades"}),
    "insurance": ({"insurance": bank_finance.InsuranceBook(policy_share=0.9)}, {"policies", "claims"}),
    "no team": ({"team": None}, {"managers", "portfolios", "talks"}),
}  # fmt: skip


@pytest.mark.parametrize("what", OWN_TABLES)
def test_a_part_changed_leaves_the_other_tables_as_they_were(what):
    changes, own = OWN_TABLES[what]
    world = Bank(customers=150, months=14, **ALL_PARTS)
    before, after = world.draw(8), replace(world, **changes).draw(8)
    for name in before.frames:
        if name not in own:
            pd.testing.assert_frame_equal(before.frames[name], after.frames[name])
    assert any(name not in after.frames or not before.frames[name].equals(after.frames[name]) for name in own)


def test_every_table_has_its_stream():
    assert len(set(STREAMS)) == len(STREAMS)


OFFER, COSTS = bank_parts.OFFER, bank_parts.CHANNEL_COSTS
BAD = {
    "customers=0": {"customers": 0},
    "customers=2.5": {"customers": 2.5},
    "months=0": {"months": 0},
    "first day of a month": {"start": dt.date(2024, 1, 2)},
    "existing_share=1.2 must be a share": {"existing_share": 1.2},
    "growth=-1": {"growth": -1},
    "did you mean 'zh_CN'": {"locale": "zh_CH"},
    "household_sizes add up to 0.9": {"household_sizes": (0.5, 0.4)},
    "twelve monthly factors": {"season": (1.0,)},
    "season, month 2=-1": {"season": (1.0, -1, *(1.0,) * 10)},
    r"kinds=\(\) must hold at least one": {"kinds": ()},
    "shares of kinds add up to": {"kinds": bank_parts.KINDS[:2]},
    "kinds use the names": {"kinds": (*bank_parts.KINDS[:4], replace(bank_parts.KINDS[4], name="young"))},
    "must give 5 chances": {"offer": bank_parts.OFFER[:5]},
    "channels name": {"channels": bank_parts.CHANNEL_COSTS[:3]},
    r"shares of channels \(takes_over\)": {"channels": (*COSTS[:3], bank_parts.BankChannel("online", 1), COSTS[4])},
    "did you mean 'Harbour'": {"closures": (bank_parts.BranchClosure("Harbor", 3),)},
    "month=24 lies outside the window": {"closures": (bank_parts.BranchClosure("Harbour", 24),)},
    "rate_change month=30 lies outside": {"rate_change": bank_parts.RateChange(30, 0.01)},
    "lines product='funds' is not known": {"lines": bank_parts.CreditLines(product="funds")},
    "reach past the window": {"months": 6},
    "must give 5 values, one for each kind": {"campaigns": (bank_plans.BankCampaign("a", 1, (0.1,), (0.1,)),)},
    "the offer and the current account|offer use": {"offer": (*bank_parts.OFFER[:5], bank_parts.OFFER[0])},
    "brokerage needs the product 'securities'": {
        "brokerage": bank_finance.Brokerage(),
        "offer": (*OFFER[:4], replace(OFFER[4], name="bonds"), OFFER[5]),
    },
}  # fmt: skip


@pytest.mark.parametrize("says", BAD)
def test_bad_fields_are_refused_by_name(says):
    with pytest.raises(ValueError, match=says):
        Bank(**BAD[says])


BAD_PARTS = {
    "kind 'young': owner_share=1.2 must be a share": lambda: replace(bank_parts.KINDS[3], owner_share=1.2),
    "leaves_per_year=0 must be a number above 0": lambda: replace(bank_parts.KINDS[3], leaves_per_year=0),
    "kind 'young', offline add up to": lambda: replace(bank_parts.KINDS[3], offline=(0.5, 0.1, 0.1)),
    "must give 3 chances": lambda: replace(bank_parts.KINDS[3], offline=(0.5, 0.5)),
    "out_share=0.6": lambda: replace(bank_parts.OFFER[0], out_share=0.6),
    "did you mean 'counter'": lambda: bank_parts.BankChannel("counters", 1.0),
    "cost=-1": lambda: bank_parts.BankChannel("counter", -1),
    "branches=0": lambda: bank_parts.BankArea("x", 0.5, 0),
    "online p=0 must be a number above 0": lambda: bank_parts.OnlineAdoption(p=0),
    "points=3": lambda: bank_parts.RateChange(0, 3),
    "default_in_distress=2 must be a share": lambda: bank_parts.CreditLines(default_in_distress=2),
    "must lie between 0 and 1": lambda: bank_plans.BankCampaign("a", 1, (0.0,), (0.1,)),
    "treated_share=-0.1": lambda: bank_plans.BankCampaign("a", 1, (0.1,), (0.1,), treated_share=-0.1),
    "0 leaves fit income_over=False": lambda: bank_plans.CreditPolicy(leaves=TREE[:3]),
    "2 leaves fit": lambda: bank_plans.CreditPolicy(leaves=(*TREE, TREE[0])),
    "default_chance=7": lambda: replace(TREE[0], default_chance=7),
    "credit slips=1.5 must be a share": lambda: bank_plans.CreditPolicy(slips=1.5),
    "team managers=0": lambda: bank_service.ManagerTeam(managers=0),
    "sale_chance=1 must lie between": lambda: bank_service.ManagerTeam(sale_chance=1),
    r"weights\) add up to 0.2": lambda: bank_service.SurveyPlan(attributes=bank_service.SurveyPlan().attributes[:1]),
    "importance=100": lambda: bank_service.RatedAttribute("x", 100, 50, 1.0),
    "did you mean 'balance'": lambda: bank_service.MailIntent("balances", 1.0),
    "mail slip_share=nan": lambda: bank_service.MailBox(slip_share=float("nan")),
    "brokerage titles=0": lambda: bank_finance.Brokerage(titles=0),
    "severity=0 must be a number above 0": lambda: bank_finance.RiskClass("x", 1.0, 0.1, 0),
    "insurance classes add up to": lambda: bank_finance.InsuranceBook(classes=bank_finance.InsuranceBook().classes[:2]),
}


@pytest.mark.parametrize("says", BAD_PARTS)
def test_bad_parts_are_refused_by_name(says):
    with pytest.raises(ValueError, match=says):
        BAD_PARTS[says]()


@pytest.mark.parametrize("seed", [-1, 1.5, True, "7", None])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="must be a whole number, 0 or more, or a numpy Generator"):
        Bank(customers=1).draw(seed)


def test_presets_are_banks_and_an_unknown_one_is_refused_with_the_nearest_name():
    assert Bank.preset("retail_bank") == Bank()
    for name in PRESETS:
        drawn = Bank.preset(name, customers=120).draw(1)
        assert len(drawn.customers) == 120
    with pytest.raises(ValueError, match="preset='home_equty' is not known; did you mean 'home_equity'"):
        Bank.preset("home_equty")
    with pytest.raises(TypeError, match="custmers"):
        Bank.preset("insurance", custmers=3)


@pytest.mark.parametrize("seed", range(12))
def test_one_customer_in_one_month_is_a_whole_bank(seed):
    drawn = Bank(customers=1, months=1, existing_share=seed % 2, campaigns=(), **ALL_PARTS).draw(seed)
    assert set(drawn.frames) == set(TABLES) - {"contacts"}
    for name, table in TABLES.items():
        if name in drawn.frames:
            assert drawn.frames[name].columns.tolist() == table.names
    assert len(drawn.customers) == len(drawn.households) == 1
    assert len(drawn.statements) == len(drawn.accounts)


def test_a_bank_without_products_or_extras_still_adds_up():
    kinds = tuple(replace(kind, holds=()) for kind in bank_parts.KINDS)
    drawn = Bank(customers=30, offer=(), kinds=kinds, lines=None, online=None, campaigns=(), credit=None, team=None,
                 survey=None, mail=None).draw(1)  # fmt: skip
    assert set(drawn.accounts["product"]) == {"current"}
    assert not (drawn.transactions["channel"] == "online").any()


def test_the_window_ends_with_a_month():
    world = Bank(start=dt.date(2023, 11, 1), months=4, campaigns=())
    assert (world.end, world.days) == (dt.date(2024, 2, 29), 121)
    drawn = world.draw(1)
    assert drawn.statements["month"].unique().tolist() == pd.date_range("2023-11-30", periods=4, freq="ME").tolist()


def test_about_tells_the_figures_of_the_fields():
    text = " ".join(Bank(customers=777, closures=CLOSURES, growth=0.25, **ALL_PARTS).about())
    for said in (
        "777 customers",
        "+25%",
        "Harbour",
        "law of Bass",
        "autumn loan",
        "24 account managers",
        "Motor policies",
    ):
        assert said in text
    assert "Surveys" not in " ".join(Bank(survey=None).about())
    for world, told in ((Bank(customers=60, **ALL_PARTS), True), (Bank(customers=60), False)):
        assert any("Premiums" in one for one in world.traps(world.draw(1))) == told


@pytest.fixture
def known_to_the_store(monkeypatch):
    """The records of the bank under the names by which the store finds them."""
    records = [Bank]
    for module in (bank_parts, bank_plans, bank_service, bank_finance):
        records += [
            one
            for one in vars(module).values()
            if isinstance(one, type) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__
        ]
    for record in records:
        assert getattr(worlds, record.__name__, record) is record, "two records share a name"
        monkeypatch.setattr(worlds, record.__name__, record, raising=False)
    monkeypatch.setattr(worlds, "__all__", sorted({*worlds.__all__, *(record.__name__ for record in records)}))


@pytest.mark.parametrize(
    ("preset", "form"), [("retail_bank", "csv"), ("brokerage", "parquet"), ("insurance", "csv"), ("credit_tree", "csv")]
)
def test_a_folder_gives_back_the_very_bank(known_to_the_store, tmp_path, preset, form):
    drawn = Bank.preset(preset, customers=60, closures=CLOSURES, rate_change=bank_parts.RateChange(1, 0.01)).draw(2)
    store.save(drawn, tmp_path / "bank", form=form)
    equal(store.load(tmp_path / "bank").frames, drawn.frames)
    truth = store.open_envelope(tmp_path / "bank")
    assert truth.world == drawn.truth.world
    equal(truth.frames, drawn.truth.frames)
