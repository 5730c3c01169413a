"""Explorers and pictures of the warehouse: the laws, and that their sentences say what counting by hand says."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(1)
    money = pd.DataFrame({"revenue": rng.gamma(0.5, 100, 200)})
    money["net worth"] = rng.normal(0, 100, 200) + 0.2 * money["revenue"]
    people = pd.DataFrame(
        {"age": rng.integers(18, 90, 200), "area": rng.choice(["N", "S"], 200), "debt": rng.random(200) < 0.3}
    )
    trial = pd.DataFrame({"uplift": [0.04], "low": [0.002], "high": [0.08]})
    months = pd.Series(rng.geometric(0.16, 300))
    return {
        "months_online": explore.months_online(months, year=1_000.0, online=600, restore=25),
        "key_accounts": explore.key_accounts(money),
        "letter_pays": explore.letter_pays(trial, cost=3, value=200),
        "hiding": explore.hiding(people, ["age", "area"], sensitive="debt"),
    }, (money, people, months)


@pytest.mark.parametrize("name", ["months_online", "key_accounts", "letter_pays", "hiding"])
def test_an_explorer_keeps_the_laws(made, name):
    explorer_keeps_the_laws(made[0][name])


def test_the_window_is_priced_as_by_hand(made):
    months = made[1][2].tolist()
    cost = {kept: 600 * kept + 1_000 * 25 * sum(back > kept for back in months) / 300 for kept in range(1, 37)}
    least = min(cost, key=cost.get)
    said = made[0]["months_online"].said
    assert f"together {cost[13]:,.0f} money a year. The least, {cost[least]:,.0f}, is at {least} months." in said


def test_the_list_of_the_rich_is_held_against_the_best(made):
    explorer, money = made[0]["key_accounts"], made[1][0]
    explorer.controls["by"].value = "net worth"
    both = set(money["revenue"].nlargest(20).index) & set(money["net worth"].nlargest(20).index)
    assert f"{len(both)} of them are among the best by revenue" in explorer.said
    explorer.controls["by"].value = "revenue"


def test_a_letter_pays_surely_where_the_lower_end_does(made):
    explorer = made[0]["letter_pays"]
    assert "+5.00 money a letter (-2.60 to +13.00); by the estimate it pays from 75 money on" in explorer.said


def test_who_is_left_out_is_counted_by_hand(made):
    explorer, people = made[0]["hiding"], made[1][1]
    explorer.controls["band"].value = 10
    told = [(age // 10, area) for age, area in zip(people["age"], people["area"], strict=True)]
    assert f"{sum(told.count(one) < 5 for one in told)} of 200 people are left out" in explorer.said
    explorer.controls["band"].value = 1


def test_pictures_keep_the_laws():
    window = pd.DataFrame({"online": [10.0, 20, 30], "restores": [40.0, 15, 10]}, index=[1, 2, 3])
    assert "20 keep 2 months" in keeps_the_laws(plots.months_online, window, at=2)
    value = pd.DataFrame({"gain": [-3.0, 5], "low": [-3.0, -2], "high": [-3.0, 12]}, index=[0, 200])
    keeps_the_laws(plots.gain_by_value, value, at=200.0)
    assert "2 stand alone" in keeps_the_laws(plots.hidden, pd.Series([1, 1, 3, 3, 3, 8, 30]), k=3)
