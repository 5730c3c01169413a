"""Pictures and explorer of contacts keep the laws of the house."""

import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit.explore.contacts import peeking
from crmkit.plots import contacts as drawn
from crmkit.targeting.contacts import false_alarms, peeks, plan


def test_pictures():
    assert "19 %" in keeps_the_laws(drawn.false_alarms, false_alarms(10))
    rows = pd.DataFrame({"customer_id": range(9), "channel": "phone", "gain": range(1, 10), "minutes": 10.0})
    said = keeps_the_laws(drawn.plan_limits, plan(rows, hours=0.5, least={"phone": 2}).limits)
    assert "hours: 100 % of the limit, one more hour: +" in said
    keeps_the_laws(drawn.plan_limits, plan(rows, hours=9.0).limits)


@pytest.mark.parametrize("kind", ["none", "pocock"])
def test_paths_of_tests_say_how_many_alarm(kind):
    table = peeks(0.1, seed=1, tests=200, kind=kind)
    share = table.groupby("test")["alarm"].any().mean()
    assert f"{100 * share:.0f} %" in keeps_the_laws(drawn.peek_paths, table) or share < 0.1


def test_explorer():
    explorer_keeps_the_laws(peeking())
