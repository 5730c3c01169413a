"""Calls avoided by self-service: against a second way, recovery of what a lot was told, limits, bad input."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws
from scipy import stats

from crmkit import explore, profit, queues
from crmkit.checks.case_21 import steps


def pilot(n=4_000, *, avoids=0.5, seed=1, module="bill"):
    rng = np.random.default_rng(seed)
    offered = rng.permutation(n) < n // 2
    calls = rng.poisson(np.where(offered, 2.0 - avoids, 2.0))
    return pd.DataFrame(
        {
            "customer_id": np.arange(n),
            "module": module,
            "offered": offered,
            "sessions": offered * rng.poisson(3.0, n),
            "calls": calls,
            "talk_s": calls * 100.0,
        }
    )


def test_means_and_interval_are_those_of_welch():
    table = pilot()
    row = profit.deflection(table).loc["bill"]
    there, out = (table.loc[table["offered"] == one, "calls"] for one in (True, False))
    # The formula of Welch written out.
    parts = out.var() / len(out), there.var() / len(there)
    spread = np.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(out) - 1) + parts[1] ** 2 / (len(there) - 1))
    arm = stats.t.ppf(0.975, freedom) * spread
    assert row["avoided"] == pytest.approx(out.mean() - there.mean())
    assert (row["low"], row["high"]) == pytest.approx((row["avoided"] - arm, row["avoided"] + arm))
    assert row["sessions_per_call"] == pytest.approx(table.loc[table["offered"], "sessions"].mean() / row["avoided"])
    # Each call takes 100 seconds, so does each call avoided.
    assert row["talk_avoided"] == pytest.approx(100 * row["avoided"])
    assert row["talk_low"] == pytest.approx(100 * row["low"])


def test_the_interval_holds_the_truth_as_often_as_it_says():
    held = [
        row["low"] <= 0.5 <= row["high"]
        for row in (profit.deflection(pilot(400, seed=seed)).loc["bill"] for seed in range(400))
    ]
    # 95 % of 400, and four standard deviations of a binomial count.
    assert abs(sum(held) - 380) < 4 * np.sqrt(400 * 0.05 * 0.95)


def test_a_module_that_makes_calls_avoids_none():
    row = profit.deflection(pilot(avoids=-0.5)).loc["bill"]
    assert row["high"] < 0 and row["sessions_per_call"] == np.inf


def test_modules_stand_apart_and_order_does_not_matter():
    both = pd.concat([pilot(), pilot(avoids=0.2, seed=2, module="plan")])
    found = profit.deflection(both)
    shuffled = profit.deflection(both.sample(frac=1, random_state=1)).loc[found.index]
    pd.testing.assert_frame_equal(found, shuffled)
    pd.testing.assert_frame_equal(found.loc[["plan"]], profit.deflection(pilot(avoids=0.2, seed=2, module="plan")))


def test_where_nothing_varies_nothing_is_unsure():
    table = pilot(100).assign(calls=1, talk_s=60.0)
    row = profit.deflection(table).loc["bill"]
    assert (row["avoided"], row["low"], row["high"]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda t: t.drop(columns="talk_s"), ValueError, "no column 'talk_s'"),
        (lambda t: t.assign(offered=t["offered"].astype(int)), TypeError, "offered is of type int"),
        (lambda t: t.assign(calls=-1), ValueError, "calls holds -1; expected 0 or more"),
        (lambda t: t.assign(talk_s=np.nan), ValueError, "talk_s holds nan"),
        (lambda t: pd.concat([t, t.head(1)]), ValueError, "customer 0 stands twice in module 'bill'"),
        (lambda t: t.assign(offered=True), ValueError, "100 customers with the offer and 0 without"),
    ],
)
def test_bad_pilots_are_told(change, error, says):
    with pytest.raises(error, match=says):
        profit.deflection(change(pilot(100)))


def test_the_level_is_a_share():
    with pytest.raises(ValueError, match="level"):
        profit.deflection(pilot(100), level=95)


def test_the_pilot_of_the_case_shows_what_was_declared():
    """Mean over twelve pilots, within four standard errors of it: calls and seconds of every module."""
    cases = [steps.case(seed, 1_500) for seed in range(12)]
    runs = [profit.deflection(case.pilot) for case in cases]
    true = cases[0].truth.modules.set_index("module")
    for name in ("avoided", "talk_avoided"):
        table = pd.DataFrame([run[name] for run in runs])
        error = table.std() / np.sqrt(len(runs))
        assert ((table.mean() - true[name]).abs() < 4 * error).all(), (name, table.mean(), true[name])


def test_explorers_of_self_service():
    explorer = explore.contained(calls_per_h=400, handle_s=270, patience_s=150)
    explorer_keeps_the_laws(explorer)
    explorer.controls["length"].value, explorer.controls["size"].value = 1.0, 40
    # A large centre with calls like all others away: agents fall as calls do, nearly (square-root law).
    assert "20 % of the agents are saved" in explorer.said
    explorer = explore.web_answers()
    explorer_keeps_the_laws(explorer)
    assert "one visit in 55 " in explorer.said  # 150,000 x 366 x 4 / 4,000,000 = 54.9
    message = explore.queue_message(calls_per_h=400, handle_s=270, patience_s=150)
    explorer_keeps_the_laws(message)
    enough = int(queues.staff(queues.CallCentre(400, 270, 1, 150), service_level=0.8))
    assert message.said.startswith(f"{enough} agents, patience 200 %")


def test_nobody_who_calls_again_is_lost_and_a_wave_comes():
    day = explore.after_hours(
        [60.0] * 14 + [300.0] * 30 + [60.0] * 4, [6] * 14 + [24] * 30 + [6] * 4, handle_s=250, patience_s=120
    )
    explorer_keeps_the_laws(day)
    day.controls["again"].value = 1.0
    assert " 0 never call again" in day.said
    few = int(day.said.split("never call again, ")[1].split(" hang up before")[0])
    day.controls["again"].value = 0.0
    none = int(day.said.split("never call again, ")[1].split(" hang up before")[0])
    assert few > none
