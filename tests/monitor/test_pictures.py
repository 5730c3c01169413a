"""Pictures and explorers of what customers cost, and of what is out of the ordinary."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, monitor, plots, profit, worlds
from crmkit.monitor import EWMA, Shewhart
from crmkit.profit import Reach

VOLUME = pd.Series({"counter": 1_000.0, "machine": 400.0, "online": 100.0})
COSTS = pd.Series({"counter": 4.0, "machine": 1.0, "online": 0.25})
WON, KEPT = Reach(0.3, 0.05), Reach(0.9, 0.03)


@pytest.fixture(scope="module")
def bank():
    return worlds.Bank(customers=800).draw(seed=3)


@pytest.fixture(scope="module")
def results(bank):
    rng = np.random.default_rng(1)
    costs = bank.channels.set_index("channel")["cost"]
    talks = bank.talks.groupby("manager_id")["sold"].agg(["sum", "count"]).astype(int)
    lengths = {name: [one.run_length(shift).mean for shift in (0, 0.5, 1, 2)] for name, one in
               {"single values": Shewhart(), "weighted mean": EWMA()}.items()}  # fmt: skip
    widths = {n: monitor.mean_interval(rng.uniform(0, 100, n), scale=(0, 100))["width"] / 2 for n in (3, 5, 10, 50)}
    shifted = np.r_[rng.normal(10, 1, 20), rng.normal(12, 1, 10)]
    over = monitor.limit_exceeded(bank.exceeded, value="owed", limit="credit_limit", when="month")
    return {
        "profit_deciles": (profit.deciles(pd.Series(rng.normal(10, 40, 400))), {"unit": "yuan"}),
        "cost_to_serve": (profit.by_channel(bank.transactions, costs), {}),
        "channel_move": (
            profit.migrate(VOLUME, COSTS, source="counter", to=pd.Series({"online": 0.3}), one_off=500.0, pilot=200), {},
        ),
        "equity_split": (
            profit.split(WON, KEPT, prospects=1_000, customers=500, budget=40_000.0, margin=100.0, discount=0.1), {"at": 0.5},
        ),
        "control_chart": (EWMA().chart(shifted, mean=10, sd=1), {"shifted": 20}),
        "control_chart of shares": (monitor.p_chart([3, 4, 12, 5], [50] * 4, centre=0.08), {"exact": True}),
        "control_chart of counts": (monitor.c_chart([4, 6, 5, 14], centre=5.0), {"what": "complaints"}),
        "run_lengths": (pd.DataFrame(lengths, index=[0, 0.5, 1, 2]), {"at": 1}),
        "sample_width": (pd.DataFrame(widths).T, {"at": 5}),
        "league_table": (monitor.league(talks["sum"], talks["count"]), {}),
        "early_warnings": (over, {"who": "customer_id", "when": "month"}),
    }  # fmt: skip


NAMES = ("profit_deciles", "cost_to_serve", "channel_move", "equity_split", "control_chart", "control_chart of shares",
         "control_chart of counts", "run_lengths", "sample_width", "league_table", "early_warnings")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_pictures_keep_the_laws(results, name):
    result, options = results[name]
    keeps_the_laws(getattr(plots, name.split()[0]), result, **options)


def test_what_is_said_is_in_the_tables(results):
    table = results["control_chart of shares"][0]
    assert f"{int(table['exact_signal'].sum())} of 4 periods signal" in plots.alt(
        plots.control_chart(table, exact=True)
    )
    league = results["league_table"][0]
    assert f"{league.index[0]} leads" in plots.alt(plots.league_table(league))
    warned, options = results["early_warnings"]
    assert f"{len(warned):,} of {warned.attrs['checks']:,} checks" in plots.alt(plots.early_warnings(warned, **options))
    assert f"by {warned['by'].max():,.0f} money" in plots.alt(plots.early_warnings(warned, **options))


def test_luck_is_told_beside_the_warnings():
    frame = pd.DataFrame({"who": ["a", "b"], "month": 1, "actual": [9.0, 2.0], "plan": 1.0})
    found = monitor.over_plan(frame, who="who", when="month", threshold=2.0, noise=1.0)
    said = keeps_the_laws(plots.early_warnings, found, who="who", when="month", unit="points")
    assert f"1 of 2 checks warn; by luck alone {found.attrs['expected_false']:,.1f} would" in said


def test_a_league_names_what_it_compares(results):
    ax = plots.league_table(results["league_table"][0], who="manager", each="talks", hit="sales")
    assert ax.get_ylabel() == "manager (talks)" and ax.get_xlabel().startswith("share of sales")


def test_nothing_to_warn_of_is_a_picture_too(results):
    warned, options = results["early_warnings"]
    none = warned.head(0)
    none.attrs = warned.attrs
    assert "No check has warned" in keeps_the_laws(plots.early_warnings, none, **options)


EXPLORERS = {
    "limits": lambda bank: explore.control_limit(),
    "five": lambda bank: explore.five_answers(pd.Series(np.random.default_rng(1).uniform(0, 100, 800).round()), seed=1),
    "fair": lambda bank: explore.fair_league(
        bank.talks.groupby("manager_id")["sold"].sum().astype(int), bank.talks.groupby("manager_id")["sold"].count()
    ),
    "moves": lambda bank: explore.move_work(VOLUME, COSTS, one_off=500.0),
    "budget": lambda bank: explore.budget_split(
        WON, KEPT, prospects=1_000, customers=500, margin=100.0, discount=0.1, most=80_000
    ),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_explorers_keep_the_laws(bank, name):
    explorer_keeps_the_laws(EXPLORERS[name](bank))
