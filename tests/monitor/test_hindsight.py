"""What warnings were worth, looking back, and the pictures and explorers of risk."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy import stats
from sklearn.metrics import precision_score, recall_score

from crmkit import explore, monitor, plots
from crmkit.targeting import response


@pytest.fixture(scope="module")
def lines():
    """Cards of which one in ten is over its limit; these default more often."""
    rng = np.random.default_rng(1)
    over = np.where(rng.random(800) < 0.1, rng.exponential(40.0, 800), 0.0)
    return pd.DataFrame(
        {
            "over": over,
            "in_a_row": np.where(over > 0, rng.integers(1, 6, 800), 0),
            "owed": rng.gamma(2.0, 1_000.0, 800).round(),
            "defaulted": rng.random(800) < np.where(over > 0, 0.3, 0.02),
        }
    )


def test_the_shares_are_those_of_another_library(lines):
    warned = lines["over"] > 20
    found = monitor.hindsight(warned, lines["defaulted"])
    assert found.precision == pytest.approx(precision_score(lines["defaulted"], warned))
    assert found.recall == pytest.approx(recall_score(lines["defaulted"], warned))
    assert found.false_alarm == pytest.approx(1 - recall_score(~lines["defaulted"], ~warned))
    known = stats.binomtest(found.came_true, found.warned).proportion_ci(method="wilson")
    assert (found.precision_low, found.precision_high) == pytest.approx((known.low, known.high))
    assert found.came_true + found.missed == lines["defaulted"].sum() and found.warned == warned.sum()


def test_the_false_alarms_of_pure_noise_are_those_that_were_asked_for():
    rng = np.random.default_rng(2)
    threshold = monitor.alarm(noise=3.0, false_alarm=0.05, shift=0.0).threshold
    found = monitor.hindsight(3.0 * rng.standard_normal(20_000) > threshold, np.zeros(20_000, dtype=bool))
    assert found.false_alarm_low <= 0.05 <= found.false_alarm_high  # fails for one seed in twenty
    assert found.precision == 0 and np.isnan(found.recall) and np.isnan(found.recall_high)


def test_where_nobody_is_warned_there_is_no_share_of_the_warned():
    found = monitor.hindsight([False, False], [True, False])
    assert "0 came true: none" in repr(found)
    assert np.isnan(found.precision) and found.recall == 0 and found.missed == 1 and found.false_alarm == 0


@pytest.mark.parametrize(
    ("warned", "happened", "error", "says"),
    [
        ([True], [True, False], ValueError, "warned"),
        ([], [], ValueError, "0 cases"),
        ([1.0, 0.0], [True, False], TypeError, "warned > threshold"),
        ([[True], [False]], [True, False], ValueError, "dimension"),
    ],
)
def test_what_cannot_be_judged_is_refused(warned, happened, error, says):
    with pytest.raises(error, match=says):
        monitor.hindsight(warned, happened)


def test_the_picture_tells_what_comes_true(lines):
    rows = {step: monitor.hindsight(lines["over"] > step, lines["defaulted"]).__dict__ for step in (0, 20, 500)}
    table = pd.DataFrame(rows).T
    assert f"From {(lines['over'] > 0).sum()} warnings" in keeps_the_laws(
        plots.warning_worth, table, at=0, x="beyond, %"
    )
    assert "to 0 at 500" in keeps_the_laws(plots.warning_worth, table, at=500, x="beyond, %")


def test_line_warnings_count_and_weigh(lines):
    explorer = explore.line_warnings(lines, loss=0.6, cost=100, helped=0.2, unit="dollars")
    explorer_keeps_the_laws(explorer)
    explorer.controls["over"].value, explorer.controls["row"].value = 25, 2
    some = (lines["over"] > 25) & (lines["in_a_row"] >= 2)
    gain = 0.2 * 0.6 * lines.loc[some & lines["defaulted"], "owed"].sum() - 100 * some.sum()
    assert f"{some.sum()} warnings" in explorer.said and f"{gain:+,.0f}." in explorer.said
    nobody = explore.line_warnings(lines.assign(over=0.0), loss=0.6, cost=100, helped=0.2)
    assert "0 warnings" in nobody.said and "+0." in nobody.said


def test_approval_breaks_even_where_the_money_says():
    rng = np.random.default_rng(3)
    chance = pd.Series(rng.uniform(0, 0.5, 6_000))
    defaulted = pd.Series(rng.random(6_000) < chance)
    amount = pd.Series(np.full(6_000, 1_000.0))
    explorer = explore.approval(chance, defaulted, amount, margin=20, loss=60, unit="dollars")
    explorer_keeps_the_laws(explorer)
    assert "25.0 %" in explorer.said  # 20 / (20 + 60)
    brought = {}
    for cut in (10, 25, 45):
        explorer.controls["cut"].value = cut
        each = np.where(defaulted, -600.0, 200.0)[chance <= cut / 100]
        assert f"{each.sum():+,.0f} dollars" in explorer.said
        brought[cut] = each.sum()
    assert brought[25] > max(brought[10], brought[45])  # chances are true: the cut by money is the best
    explorer.controls["earns"].value, explorer.controls["loses"].value = 30, 90
    assert "25.0 %" in explorer.said  # both by half as much again: the same cut
    table = response.profit_curve(1 - chance, ~defaulted, value=1_200.0, cost=900.0)
    assert len(table) == 6_001


def test_plan_warnings_see_a_slide_only_when_added_up():
    """Six points over plan each month: below the threshold of a month, and far above that of a sum."""
    rows = pd.DataFrame({"who": np.repeat(["north", "south"], 12), "month": list(range(1, 13)) * 2, "plan": 100.0})
    rows["actual"] = np.where(rows["who"] == "north", 106.0, 100.0)
    explorer = explore.plan_warnings(rows, noise=4.0, who="who", when="month")
    explorer_keeps_the_laws(explorer)
    explorer.controls["threshold"].value = 10
    assert "0 of 24 checks warn, of nobody" in explorer.said
    explorer.controls["way"].value = "added up since January"
    explorer.controls["threshold"].value = 30
    assert "8 of 24 checks warn, of north" in explorer.said
