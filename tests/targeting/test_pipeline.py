"""Pipelines: what was declared is found again, laws of the sums hold, and what cannot be is refused."""

import numpy as np
import pandas as pd
import pytest

from crmkit import targeting, worlds
from crmkit.targeting import pipeline

DAY = "2026-12-31"  # last day of the world below


@pytest.fixture(scope="module")
def drawn():
    # Owners and sources all alike: the declared shares are then those of everybody.
    alike = (worlds.LeadSource("any", 1.0, 100.0, 0.0),)
    sold = worlds.Pipeline(per_year=8.0, owner_spread=0.0, sources=alike)
    return worlds.Retail.preset("industrial", customers=1_500, pipeline=sold).draw(seed=5)


@pytest.fixture(scope="module")
def stages(drawn):
    return pipeline.conversion(drawn.pipeline, drawn.pipeline_moves, as_of=DAY)


def test_what_the_world_declared_is_found(drawn, stages):
    truth = drawn.truth.stages.set_index("stage")
    error = np.sqrt(truth["conversion"] * (1 - truth["conversion"]) / (stages["passed"] + stages["lost"]))
    assert (np.abs(stages["share"] - truth["conversion"]) < 4 * error).all()
    # Whole days are kept of a time that is not whole: up to half a day more or less.
    assert (np.abs(stages["days"] - truth["days"]) < 4 * truth["days"] / np.sqrt(stages["passed"]) + 0.5).all()


def test_nobody_is_lost_or_counted_twice(drawn, stages):
    assert (stages["entered"] == stages["open"] + stages["passed"] + stages["lost"]).all()
    assert (stages["passed"].to_numpy()[:-1] == stages["entered"].to_numpy()[1:]).all()
    ends = drawn.pipeline["stage"].astype(str).value_counts()
    assert stages["passed"].iloc[-1] == ends["won"] and stages["lost"].sum() == ends["lost"]
    assert stages["open"].sum() == drawn.pipeline["closed"].isna().sum()
    assert ((stages["low"] < stages["share"]) & (stages["share"] < stages["high"])).all()
    assert ((stages["days_low"] < stages["days"]) & (stages["days"] < stages["days_high"])).all()


def test_the_forecast_is_that_of_the_true_chances(drawn, stages):
    still = drawn.pipeline[drawn.pipeline["closed"].isna()].merge(drawn.truth.pipeline, on="opportunity_id")
    found = pipeline.forecast(drawn.pipeline, stages, seed=2)
    chance = pipeline.chance_from(stages).rename(index=str)
    by_sum = (still["amount"] * still["stage"].astype(str).map(chance)).sum()
    noise = found.money.std() / np.sqrt(len(found.money))
    assert abs(found.mean - by_sum) < 4 * noise + 0.005 * by_sum  # Jeffreys' prior moves the shares a little
    true = (still["amount"] * still["win_chance"]).sum()
    assert found.low < true < found.high
    assert list(found.chance.index) == list(still["opportunity_id"])


def test_the_horizon_cuts_as_the_exponential_law_says():
    one = pd.DataFrame({"passed": [10**6], "lost": [1], "share": [1.0], "days": [30.0]}, index=["offer"])
    deals = pd.DataFrame({"opportunity_id": range(400), "stage": "offer", "amount": 1.0})
    for days in (10, 30, 90):
        found = pipeline.forecast(deals, one, horizon_days=days, seed=3)
        assert found.mean == pytest.approx(400 * (1 - np.exp(-days / 30)), rel=0.01)
    assert pipeline.forecast(deals, one, seed=3).mean == pytest.approx(400, rel=0.001)


def test_the_interval_holds_what_comes_about_as_often_as_it_says():
    rng, inside = np.random.default_rng(8), 0
    for _ in range(200):
        share = rng.uniform(0.3, 0.7)
        passed = rng.binomial(60, share)
        one = pd.DataFrame(
            {"passed": [passed], "lost": [60 - passed], "share": [passed / 60], "days": [9.0]}, index=["offer"]
        )
        deals = pd.DataFrame({"opportunity_id": range(40), "stage": "offer", "amount": rng.gamma(2, 10, 40)})
        found = pipeline.forecast(deals, one, seed=rng, draws=400)
        inside += found.low <= (deals["amount"] * (rng.random(40) < share)).sum() <= found.high
    assert 0.89 < inside / 200 < 0.99  # four standard errors of a share of 0.95 among 200 are 0.06


def test_returns_are_those_of_a_loop_and_hold_the_declared_one():
    rng = np.random.default_rng(4)
    leads = pd.DataFrame(
        {
            "source": rng.choice(["fair", "web"], 3_000),
            "stage": rng.choice(["won", "lost", "offer"], 3_000, p=[0.1, 0.8, 0.1]),
            "amount": rng.gamma(4.0, 250.0, 3_000),
        }
    )
    leads["source_cost"] = np.where(leads["source"] == "fair", 50.0, 5.0)
    found = pipeline.source_return(leads, margin=0.4, seed=1)
    for name, row in found.iterrows():
        own = leads[leads["source"] == name]
        won = own[own["stage"] == "won"]
        assert (row["leads"], row["won"]) == (len(own), len(won))
        assert row["back"] == pytest.approx(0.4 * won["amount"].sum() / own["source_cost"].sum())
        assert row["win_cost"] == pytest.approx(own["source_cost"].sum() / len(won))
    assert found.at["fair", "low"] < 0.4 * 0.1 * 1_000 / 50 < found.at["fair", "high"]
    assert found.at["web", "low"] < 0.4 * 0.1 * 1_000 / 5 < found.at["web", "high"]


def test_belief_and_trial_meet_between_and_the_surer_wins():
    told = pd.DataFrame({"group": ["a", "b"], "uplift": [0.4, 0.4], "low": [0.3, 0.0], "high": [0.5, 0.8]})
    found = targeting.update(told, believed=0.1, sd=0.1)
    assert ((found["mean"] > 0.1) & (found["mean"] < 0.4)).all()
    assert found.at["a", "mean"] > found.at["b", "mean"] and found.at["a", "weight"] > found.at["b", "weight"]
    firm, vague = (targeting.update(told, believed=0.1, sd=sd).loc["a", "mean"] for sd in (1e-4, 1e4))
    assert firm == pytest.approx(0.1, abs=1e-5) and vague == pytest.approx(0.4, abs=1e-5)
    # Half the data twice is all of the data once: errors of two halves are wider by the root of 2.
    half = told.assign(low=0.4 - (0.4 - told["low"]) * 2**0.5, high=0.4 + (told["high"] - 0.4) * 2**0.5)
    first = targeting.update(half, believed=0.1, sd=0.1).loc[["a"]]
    again = targeting.update(half[:1], believed=first["mean"].iloc[0], sd=first["sd"].iloc[0])
    assert again.loc["a", ["mean", "sd"]].to_numpy() == pytest.approx(found.loc["a", ["mean", "sd"]].to_numpy())


ONE = pd.DataFrame({"passed": [5], "lost": [5], "share": [0.5], "days": [9.0]}, index=["offer"])
DEALS = pd.DataFrame({"opportunity_id": [1, 2], "stage": ["offer", "won"], "amount": [3.0, 4.0]})
LEADS = pd.DataFrame({"source": ["a"], "stage": ["won"], "amount": [1.0], "source_cost": [0.0]})
TOLD = pd.DataFrame({"group": ["a"], "uplift": [0.4], "low": [np.nan], "high": [np.nan]})


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: pipeline.forecast(DEALS[1:], ONE, seed=1), "no opportunity is open"),
        (lambda: pipeline.forecast(DEALS.replace("offer", "talk"), ONE, seed=1), "stages lacks"),
        (lambda: pipeline.forecast(DEALS, ONE, horizon_days=0, seed=1), "horizon_days"),
        (lambda: pipeline.forecast(DEALS, ONE, seed=1, draws=5), "draws"),
        (lambda: pipeline.forecast(DEALS, ONE, seed=1, level=1.0), "level"),
        (lambda: pipeline.source_return(LEADS, margin=0.4, seed=1), "costs nothing"),
        (lambda: pipeline.source_return(LEADS, margin=1.4, seed=1), "margin"),
        (lambda: targeting.update(TOLD, believed=0.1, sd=0.1), "no interval"),
        (lambda: targeting.update(TOLD, believed=0.1, sd=0.0), "sd"),
    ],
)
def test_what_cannot_be_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()


def test_a_table_of_moves_must_be_whole(drawn):
    deals, moves = drawn.pipeline, drawn.pipeline_moves
    with pytest.raises(TypeError, match="category in the order"):
        pipeline.conversion(deals, moves.astype({"stage": str}), as_of=DAY)
    for broken, day, match in (
        (pd.concat([moves, moves[:1]]), DAY, "twice"),
        (moves.assign(opportunity_id=moves["opportunity_id"] + 10**7), DAY, "belong to no"),
        (moves, "2025-06-30", "lies before"),
        (moves[:2], DAY, "has left"),
    ):
        with pytest.raises(ValueError, match=match):
            pipeline.conversion(deals, broken, as_of=day)


def test_time_of_who_is_still_there_counts():
    deals = pd.DataFrame(
        {"opportunity_id": [1, 2], "stage": ["won", "offer"], "closed": [pd.Timestamp("2025-01-21"), pd.NaT]}
    )
    moves = pd.DataFrame(
        {"opportunity_id": [1, 2], "stage": pd.Categorical(["offer"] * 2), "entered": pd.Timestamp("2025-01-01")}
    )
    # 20 days and one departure, and 40 days without one; leaving the second out would say 20.
    assert pipeline.conversion(deals, moves, as_of="2025-02-10").at["offer", "days"] == 60
