"""Pictures and explorers of call queues."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots, queues
from crmkit.queues import CallCentre

CENTRE = CallCentre(360, 240, 28, 120)


@pytest.fixture(scope="module")
def results():
    agents = np.arange(18, 36)
    told = queues.erlang_a(CallCentre(360, 240, agents, 120)).frame().set_index(agents)
    money = pd.DataFrame({"wages": 25 * agents, "lost": 10 * 360 * told["p_abandon"]}, index=agents)
    log = queues.simulate(CENTRE, hours=12, seed=1)
    return {
        "service_by_agents": (told, {"at": 26, "target": 0.8}),
        "staffing_cost": (money, {"unit": "yuan"}),
        "waits": (log, {}),
        "replications": (queues.replicate(CENTRE, runs=5, hours=6, seed=1), {"known": queues.erlang_a(CENTRE)}),
    }


@pytest.mark.parametrize("name", ["service_by_agents", "staffing_cost", "waits", "replications"])
def test_pictures_keep_the_laws(results, name):
    result, options = results[name]
    keeps_the_laws(getattr(plots, name), result, **options)


def test_a_day_told_three_ways():
    figures = {"handle_s": 300, "agents": [20, 30, 42, 30], "patience_s": 120}
    tables = {name: queues.day([200, 320, 460, 300], method=name, **figures) for name in ("sipp", "mol", "exact")}
    said = keeps_the_laws(lambda one, **options: plots.day_service(tables, **options), tables["exact"])
    assert "exact" in said
    keeps_the_laws(lambda one, **options: plots.day_service(tables, what="service_level", **options), tables["exact"])


def test_a_log_without_waits_is_a_picture_too():
    keeps_the_laws(plots.waits, queues.simulate(CallCentre(10, 60, 50), hours=2, seed=1))


def test_what_is_said_is_in_the_table(results):
    table, options = results["service_by_agents"]
    said = plots.alt(plots.service_by_agents(table, **options))
    assert f"{100 * table.loc[26, 'service_level']:.0f} %" in said
    money, _ = results["staffing_cost"]
    assert f"Least cost with {money.sum(axis=1).idxmin()} agents" in plots.alt(plots.staffing_cost(money))


@pytest.mark.parametrize("make", [explore.promise, explore.sites, explore.worth_of_answering])
def test_explorers_keep_the_laws(make):
    explorer_keeps_the_laws(make())
