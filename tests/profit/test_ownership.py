"""Cost of ownership against closed forms, its limits and its pictures; explorers of the brokerage."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, monitor, plots, profit


@pytest.mark.parametrize(("years", "rate"), [(1, 0.03), (5, 0.08), (30, 0.2)])
def test_the_annuity_in_closed_form(years, rate):
    found = profit.ownership(0.0, yearly=1.0, years=years, discount=rate)
    # Sum of a geometric series; floating point alone parts them.
    assert found["total"].iloc[-1] == pytest.approx((1 - (1 + rate) ** -years) / rate, rel=1e-12)
    assert found["a_year"].iloc[1:].to_numpy() == pytest.approx(np.ones(years), rel=1e-12)


def test_without_discount_it_is_a_sum_and_with_a_high_one_only_today_counts():
    assert profit.ownership(70.0, yearly=10.0, years=3)["total"].tolist() == [70, 80, 90, 100]
    assert profit.ownership(70.0, yearly=10.0, years=3, discount=1e9)["total"].iloc[-1] == pytest.approx(70.0)


def test_the_even_payment_is_worth_as_much():
    found = profit.ownership(500.0, yearly=40.0, years=6, discount=0.07)
    for year in found.index[1:]:
        even = profit.ownership(0.0, yearly=found.at[year, "a_year"], years=int(year), discount=0.07)
        assert even["total"].iloc[-1] == pytest.approx(found.at[year, "total"], rel=1e-12)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"once": -1.0}, "once"),
        ({"yearly": float("nan")}, "yearly"),
        ({"years": 0}, "years"),
        ({"years": 2.5}, "years"),
        ({"discount": -0.1}, "discount"),
    ],
)
def test_unsound_numbers_are_refused(change, says):
    given = {"once": 10.0, "yearly": 1.0, "years": 2, "discount": 0.1} | change
    with pytest.raises((TypeError, ValueError), match=says):
        profit.ownership(given.pop("once"), **given)


def test_the_picture_says_what_costs_least():
    totals = pd.DataFrame({"buy": [10.0, 12.0], "build": [9.0, 15.0]})
    assert "buy: 12 yuan by year 1" in keeps_the_laws(plots.ownership, totals, at=1, unit="yuan")
    assert "buy costs least" in plots.ownership(totals, at=1).get_title(loc="left")


def test_make_or_buy_breaks_even_where_both_cost_the_same():
    explorer = explore.make_or_buy(wage=9_000, upkeep=0.2, own_upkeep=0.2, discount=0.08)
    explorer_keeps_the_laws(explorer)
    # With the same upkeep the years cancel: 45,000 / 9,000.
    assert "break-even at 5.0 months" in explorer.said
    explorer.controls["years"].value = 9
    assert "break-even at 5.0 months" in explorer.said


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"broker": np.repeat([1, 2, 3, 4], [4, 20, 40, 80]), "trades": rng.negative_binomial(1, 0.1, 144)}
    )
    return frame.assign(commission=frame["trades"] * rng.uniform(5, 20, 144))


def test_bands_of_traders_add_up(people):
    explorer = explore.trading_bands(people["trades"], people["commission"])
    explorer_keeps_the_laws(explorer)
    explorer.controls["regular"].value, explorer.controls["more"].value = 4, 10
    often = people["trades"] >= 14
    share = people.loc[often, "commission"].sum() / people["commission"].sum()
    assert f"14 trades a year or more: {often.sum()} customers" in explorer.said
    assert f"pay {plots.percent(share)} of the commission" in explorer.said


@pytest.mark.parametrize("opened", [False, True])
def test_books_are_compared_fairly(people, opened):
    by = people.groupby("broker")["trades"]
    error, size = 9.0 / np.sqrt(by.size()), by.size()
    truth = pd.Series({1: 5.0, 2: 7.0, 3: 9.0, 4: 8.0}) if opened else None
    explorer = explore.broker_books(by.mean(), error, size, truth=truth)
    explorer_keeps_the_laws(explorer)
    table = monitor.league_means(by.mean(), error)
    assert f"{table.index[0]} in the fair table with {table['shrunk'].iloc[0]:.1f}" in explorer.said
    assert ("the best is 3 with 9.0" in explorer.said) == opened
    explorer.controls["least"].value = 4  # the smallest book has four: it still counts
    assert "Of 4 brokers with 4" in explorer.said
    explorer.controls["least"].value = 5
    assert "Of 3 brokers with 5" in explorer.said


def test_the_safe_list_brings_most_and_drops_who_cannot_pay():
    rng = np.random.default_rng(2)
    offers = pd.DataFrame(
        {"value": rng.gamma(1, 100, 60), "loan": rng.gamma(4, 1_000, 60), "chance": rng.choice([0.01, 0.1, 0.4], 60)}
    )
    explorer = explore.safe_list(offers, call=10, unit="yuan")
    explorer.controls["calls"].value = 20
    gain = np.sort(offers["loan"] * (0.04 - 0.6 * offers["chance"]) - 10)[::-1]
    assert f"{gain[:20].sum():+,.0f} yuan (risk-adjusted gain)" in explorer.said
    assert f"{(gain > 0).sum()} of 60 offers do" in explorer.said
    explorer_keeps_the_laws(explorer)
