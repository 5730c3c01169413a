"""Steps of case 21: who opens nothing, what callers meet when agents are gone, and what the modules bring in truth."""

import re
from itertools import combinations

import numpy as np
import pytest
from paths import ROOT
from scipy import stats

from crmkit import store
from crmkit.checks import case_21


@pytest.fixture(scope="module")
def case():
    return case_21.case(7)


def test_the_day_adds_up_to_the_calls_and_its_interval_is_exact(case):
    found = case_21.day(case)
    calls = int((~case.calls["contained"]).sum())
    assert found["calls"].sum() / 2 == pytest.approx(calls * case_21.SAMPLE / case_21.DAYS)
    slot = case.calls["arrived"].dt.hour * 2 + case.calls["arrived"].dt.minute // 30
    seen = int(((slot == 20) & ~case.calls["contained"]).sum())
    low, high = stats.chi2.ppf(0.025, 2 * seen) / 2, stats.chi2.ppf(0.975, 2 * seen + 2) / 2  # Garwood (1936)
    each = case_21.SAMPLE * 2 / case_21.DAYS
    assert found.loc[20, ["low", "high"]].tolist() == pytest.approx([low * each, high * each])
    assert (found["low"] <= found["calls"]).all() and (found["calls"] < found["high"]).all()


def test_who_opened_nothing_is_the_share_that_the_world_left_out(case):
    found = case_21.opened_nothing(case)
    offered = case.pilot[case.pilot["offered"]]
    assert found["offered"].sum() == offered["customer_id"].nunique()
    users = offered.loc[offered["sessions"] > 0, "customer_id"].nunique()
    assert (found["share"] * found["offered"]).sum() == pytest.approx(found["offered"].sum() - users)
    # A fifth opens nothing it is offered, whatever the age; some of the others had no session by chance.
    assert found["high"].gt(0.2).all() and (found["low"] < found["share"]).all()
    assert 0.2 < (found["share"] * found["offered"]).sum() / found["offered"].sum() < 0.27


def test_agents_that_were_planned_keep_the_promise_and_fail_where_nothing_is_avoided(case):
    found = case_21.waits(case, case.truth, ["bill check", "plan change"])
    assert found.loc["today", "agent_hours"] == case_21.hours(case)
    assert found.loc["as planned", "agent_hours"] == case_21.hours(case, ["bill check", "plan change"])
    assert (found.loc[["today", "as planned"], "in_20_s"] >= 0.8).all()  # each half hour keeps it, so the mean does
    none = found.loc["nothing avoided"]
    assert none["calls"] == pytest.approx(found.loc["today", "calls"]) and none["hang_up"] > found["hang_up"]["today"]
    assert found.loc["as planned", "elsewhere"] > found.loc["today", "elsewhere"]
    nobody = case_21.waits(case, case.truth, [])
    assert (nobody == nobody.iloc[0]).all(axis=None) and nobody["elsewhere"].to_numpy() == pytest.approx(1)


def test_no_set_of_modules_brings_more_than_the_best(case):
    decided = case_21.DECISION
    sets = [names for many in range(5) for names in combinations(case_21.FEES, many)]
    most = max(decided.profit(case, names) for names in sets)
    assert most == pytest.approx(decided.profit(case, decided.best(case)))
    assert decided.profit(case, "bill check, Plan change") == decided.profit(case, {"bill check", "plan change"})
    assert decided.profit(case, []) == decided.profit(case, "none") == 0
    all_four = case_21.true_net(case.truth, list(case_21.FEES))
    assert decided.profit(case, decided.rule(case)) == pytest.approx(all_four)
    with pytest.raises(ValueError, match="no module 'robot'"):
        decided.profit(case, ["robot"])


def test_what_the_datasheet_says_of_the_pilot_holds():
    own = store.load(ROOT / "datasets/self_service")
    sheet = (ROOT / "datasets/self_service/datasheet.md").read_text(encoding="utf-8")
    drawn, traps = (
        re.search(rf"## {part}\n(.*?)\n## ", sheet, re.S).group(1) for part in ("How it was drawn", "Traps")
    )
    for said in (
        "A lot chose half of the customers",
        "who does, does so for all four",
        "apart from `calls` and `contacts`",
    ):
        assert said in drawn
    assert traps.count("pilot") >= 3 and "10,000 rows are 2,500 customers" in traps
    pilot, people = own.pilot, own.pilot.groupby("customer_id")
    assert len(pilot) == 10_000 and (people.size() == 4).all() and people.ngroups == 2_500
    assert (people["offered"].nunique() == 1).all() and people["offered"].first().mean() == 0.5
    assert (pilot.loc[~pilot["offered"], "sessions"] == 0).all()
    opened = people["sessions"].sum()[people["offered"].first()] > 0
    assert 0.1 < 1 - opened.mean() < 0.4  # offered, and nothing opened


def test_the_vendors_interval_is_that_of_customers_drawn_anew(case):
    found, rng = case_21.vendor_sure(case), np.random.default_rng(1)
    assert found["promised"].drop("all four").to_dict() == pytest.approx(case_21.vendor(case).to_dict())
    names = list(case_21.FEES)
    wide = case.pilot.pivot(index="customer_id", columns="module", values=["sessions", "calls", "talk_s"])
    offered = case.pilot.groupby("customer_id")["offered"].first()
    there, left_out = (wide[offered]["sessions"][names].to_numpy(), wide[~offered])
    calls, talk = (left_out[name][names].to_numpy() for name in ("calls", "talk_s"))
    sums = []
    for _ in range(600):
        one, two = (rng.integers(len(rows), size=len(rows)) for rows in (there, calls))
        sums.append(case_21.yearly(there[one].mean(axis=0) * talk[two].sum(axis=0) / calls[two].sum(axis=0)))
    drawn = np.column_stack([np.array(sums), np.sum(sums, axis=1)])
    half = (found["high"] - found["low"]).to_numpy() / 2
    # A standard error from 600 draws is itself known to some 3 %; three of these.
    assert half == pytest.approx(1.96 * drawn.std(axis=0, ddof=1), rel=0.1)


def test_modules_together_bring_the_sum_of_each_and_are_not_as_sure_as_if_apart(case):
    each, names = case_21.business(case), ["bill check", "plan change", "fault status"]
    both = case_21.together(case, names)
    assert both["net"] == pytest.approx(each.loc[names, "net"].sum()) and both["fee"] == each.loc[names, "fee"].sum()
    # The same customers use all modules, so errors go together in part: between independent and wholly dependent ones.
    halves = (each["net_high"] - each["net_low"])[names] / 2
    assert np.sqrt((halves**2).sum()) < (both["net_high"] - both["net_low"]) / 2 < halves.sum()
    assert case_21.together(case, names[:1])["net_low"] == pytest.approx(each.loc[names[0], "net_low"])
