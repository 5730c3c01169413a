"""Explorers of a shop's members and sales, and the steps of case 12: each held against a second way."""

import numpy as np
import pandas as pd
import pytest
from paths import ROOT
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import clv, explore, plots, store
from crmkit.checks import case_12
from crmkit.targeting import market
from crmkit.worlds import Case


@pytest.fixture(scope="module")
def case():
    closed = store.load(ROOT / "datasets/members")
    truth = store.open_envelope(ROOT / "datasets/members")
    return Case(closed.frames, name=closed.name, seed=closed.seed, truth=truth)


@pytest.fixture(scope="module")
def sales(case):
    return case_12.monthly(case)


def test_the_explorer_of_the_cost_to_serve_counts_who_loses():
    members = pd.DataFrame({"margin": [30.0, 100.0, 400.0, 90.0], "years": [0.5, 2.0, 3.0, 1.0]})
    made = explore.serving_cost(members, welcome=60, yearly=20, unit="yuan")
    assert "25 %" in made.said and "profit so far 250 yuan, 62 a member (-" in made.said  # 620 - 4 x 60 - 6.5 x 20
    made.controls["once"].value = made.controls["each"].value = 0
    assert "0 %" in made.said and "profit so far 620 yuan" in made.said


def test_the_explorer_of_the_cost_to_serve_keeps_the_laws(case):
    explorer_keeps_the_laws(explore.serving_cost(case_12.so_far(case), welcome=60, yearly=20))


@pytest.mark.slow
def test_the_explorer_of_sales_keeps_the_laws(sales):
    explorer_keeps_the_laws(explore.sales_ahead(sales, season=12))


def test_last_years_month_is_held_against_what_came():
    rising = pd.Series(np.arange(100.0, 148.0))
    made = explore.sales_ahead(rising, season=12)
    told, came = 133 + 134 + 135, 145 + 146 + 147  # a year earlier, twelve less each
    assert f"{told} pieces in the next 3; {came} came" in made.said
    made.controls["back"].value = 1
    assert "of the first 1, foretold 135, 147 came" in made.said
    made.controls["back"].value = 0
    assert "nobody knows yet" in made.said


def test_too_few_seasons_to_look_back_are_refused():
    with pytest.raises(ValueError, match="too few to hold any back from two seasons of 12"):
        explore.sales_ahead(pd.Series(np.arange(24.0)), season=12)


def test_the_picture_of_a_forecast_shows_what_came(sales):
    told = market.forecast(sales.iloc[:-3], horizon=3, season=12)
    came = sales.iloc[-3:]
    said = keeps_the_laws(
        lambda one, **options: plots.demand_forecast(sales.iloc[:-3], one, came=came, what="pieces", **options), told
    )
    assert all(f"{one:,.0f}" in said for one in came)
    ax = plots.demand_forecast(sales.iloc[:-3], told, came=came)
    (marks,) = [line for line in ax.lines if line.get_label() == "came"]
    assert marks.get_ydata() == pytest.approx(came.to_numpy()) and list(marks.get_xdata()) == [1, 2, 3]


def test_the_curves_run_through_what_last_year_reached(case):
    today = case_12.today(case)
    assert today.won.share(today.spent) == pytest.approx(today.new / 6_000)
    assert today.spent * 6_000 == pytest.approx(60 * today.new)  # what the welcomes cost
    log = case.transactions[case.transactions["amount"] > 0]
    old, new = (set(log.loc[log["day"].dt.year == year, "customer_id"]) for year in (2024, 2025))
    assert today.customers == len(new)
    assert today.kept.share(20 * len(case.customers) / len(new)) == pytest.approx(len(old & new) / len(old))


def test_the_next_member_costs_what_a_little_more_money_wins(case):
    today = case_12.today(case)
    more = 1e-4  # yuan a visitor: small against 5, large against rounding
    won = today.won.share(today.spent + more) - today.won.share(today.spent)
    assert case_12.next_one_costs(case) == pytest.approx(more / won, rel=1e-4)


def test_margins_are_those_of_the_lines_and_returns_take_theirs_back(case):
    log = case_12.receipts(case)
    goods = case.lines.merge(case.products, on="item", suffixes=("", "_shelf"))
    assert log["margin"].sum() == pytest.approx(((goods["price"] - goods["cost"]) * goods["quantity"]).sum())
    assert (log.loc[log["amount"] < 0, "margin"] < log["margin"].mean()).all()


def test_a_member_who_joins_today_is_worth_their_first_purchase_at_least(case):
    _, _, spend = case_12.fits(case)
    first = case_12.margin_share(case) * spend.model.mean
    assert case_12.new_member(case).at["a new customer", "value"] > first


def test_who_slid_was_a_champion_and_is_valued_on_both_days(case):
    found = case_12.slid(case)
    june, december = (case_12.worth(case, day)["value"] for day in ("2025-06-30", "2025-12-31"))
    assert found["june"].equals(june[found.index].rename("june"))
    assert found["december"].equals(december[found.index].rename("december"))
    assert 0 < (found["after"] != "champions").mean() < 1


def test_a_reduction_is_scored_by_the_true_elasticity(case):
    decided, lamp = case_12.DECISION, case_12.lamps(case)
    true = case.truth.elasticities.set_index("category").at["lighting", "elasticity"]
    for name, off in {"nothing": 0.0, "10 %": 0.1, "20 %": 0.2, "30 %": 0.3}.items():
        told = market.price_profit(
            [lamp["price"] * (1 - off), lamp["price"]],
            true,
            low=true,
            high=true,
            **lamp[["price", "pieces", "cost"]].to_dict(),
        )["profit"]
        assert decided.profit(case, name) == pytest.approx(told.iloc[0] - told.iloc[1])
        assert decided.profit(case, name) <= decided.profit(case, decided.best(case))
    assert decided.profit(case, "nothing") == 0 > decided.profit(case, decided.naive)
    with pytest.raises(ValueError, match="'half' is none of the reductions"):
        decided.profit(case, "half")


def test_the_split_is_explored_with_the_margin_given(case):
    today = case_12.today(case)
    same = {"prospects": 6_000, "customers": today.customers, "discount": 0.1}
    explorer = explore.budget_split(today.won, today.kept, **same, margin=today.margin, most=120_000, unit="yuan")
    table = case_12.splits(case)
    assert f"{table.at[0.5, 'equity']:,.0f}" in explorer.said and f"{table['equity'].max():,.0f}" in explorer.said
    assert "60,000 yuan a year" in explorer.said
    explorer.controls["brings"].value += 1
    assert f"{table.at[0.5, 'equity']:,.0f}" not in explorer.said


def test_half_the_members_cost_more_than_they_bring_at_the_cost_asked_for(case):
    """Solved as a median of quotients; a second way: value the members anew at that cost."""
    asked = float(case_12.BANK["serve_half"].solve(case)[0])
    history, purchases, spend = case_12.fits(case)
    week, ends = 1.10 ** (7 / 365.25) - 1, {"margin": case_12.margin_share(case), "horizon": 5 * 365.25 / 7}
    for cost, above in ((asked - 1, False), (asked + 1, True)):
        worth = clv.value(history, purchases, spend, **ends, discount_per_unit=week, cost_per_unit=cost * 7 / 365.25)
        assert bool((worth["value"] < 0).mean() > 0.5) is above


def test_splits_have_intervals_and_their_difference_a_narrower_one(case):
    sure, plain = case_12.splits_sure(case, 1.0, 0.5, 0.3), case_12.splits(case)["equity"]
    assert sure.index.tolist() == [1.0, 0.5, 0.3]
    assert sure["equity"].to_numpy() == pytest.approx(plain[sure.index].to_numpy())
    assert ((sure["low"] < sure["equity"]) & (sure["equity"] < sure["high"])).all()
    assert sure.loc[0.5, ["more", "more_low", "more_high"]].tolist() == [0, 0, 0]
    best = sure.loc[0.3]
    assert best["more_low"] < best["more"] < best["more_high"]
    assert best["more_high"] - best["more_low"] < 0.2 * (best["high"] - best["low"])
    pd.testing.assert_frame_equal(sure, case_12.splits_sure(case, 1.0, 0.5, 0.3))


def test_the_explorer_of_lifetimes_opens_where_the_case_stands(case):
    left = case_12.margin_share(case)
    shown = explore.lifetime(*case_12.fits(case), units_a_year=365.25 / 7, margin=left, cost=20, years=5, unit="yuan")
    mean = case_12.worth(case)["value"].mean()
    assert (
        f"{100 * left:.3g} % margin" in shown.said and f"worth {mean:,.0f} yuan on average over 5 years" in shown.said
    )
    slider = shown.controls["cost"]
    assert slider.value == 20 and slider.value % slider.step == 0
