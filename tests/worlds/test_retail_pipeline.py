"""The pipeline: conversions, times, owners and sources are as declared, and the true chance of winning is calibrated."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit, logit

from crmkit.worlds import LeadSource, Pipeline, Retail, SalesStage

LARGE = {"customers": 3_000, "campaign": None, "rules": ()}


@pytest.fixture(scope="module")
def cases():
    return [Retail(**LARGE, pipeline=Pipeline(per_year=4.0)).draw(seed) for seed in range(3)]


def departures(case):
    """One row an opportunity and stage it left within the window: did it go on? with its true log-odds."""
    pipeline = case.truth.world.pipeline
    order = [stage.name for stage in pipeline.stages]
    moves = case.pipeline_moves.merge(case.pipeline, on="opportunity_id", suffixes=("", "_now"))
    rank = moves["stage"].map({name: at for at, name in enumerate(order)}).astype(int)
    last = rank.groupby(moves["opportunity_id"]).transform("max")
    now = moves["stage_now"].astype(str)
    on = (rank < last) | (now == "won")
    gone = on | (now == "lost")
    skill = moves["owner_id"].map(case.truth.owners.set_index("owner_id")["skill"]).astype(float)
    quality = moves["source"].astype(str).map(case.truth.sources.set_index("source")["quality"]).astype(float)
    base = moves["stage"].astype(str).map({stage.name: logit(stage.conversion) for stage in pipeline.stages})
    return moves.assign(on=on, gone=gone, rank=rank, chance=expit(base + skill + quality))


def test_stages_convert_as_owners_and_sources_declare(cases):
    """Among those that left a stage within the window; leaving does not depend on where it leads."""
    z = []
    for case in cases:
        rows = departures(case)
        rows = rows[rows["gone"]]
        for column in ("stage", "source", "owner_id"):
            for _, part in rows.groupby(column, observed=True):
                spread = np.sqrt((part["chance"] * (1 - part["chance"])).sum())
                z.append((part["on"].sum() - part["chance"].sum()) / spread)
    assert np.abs(z).max() < 4.2 and np.mean(np.square(z)) < 1.6  # 63 z


def test_time_in_a_stage_is_exponential_with_the_declared_mean(cases):
    """Departures over time at risk, open ones included; days are whole, which is even at both ends."""
    for case in cases:
        world = case.truth.world
        rows = departures(case).sort_values(["opportunity_id", "rank"])
        after = rows.groupby("opportunity_id")["entered"].shift(-1)
        end = after.fillna(rows["closed"]).fillna(pd.Timestamp(world.end) + pd.Timedelta(12, "h"))
        stay = (end - rows["entered"]).dt.total_seconds() / 86_400
        for stage in world.pipeline.stages:
            here = rows["stage"].astype(str) == stage.name
            left = rows["gone"][here].sum()
            assert stay[here].sum() / left == pytest.approx(stage.days, rel=4 / np.sqrt(left))


def test_the_true_chance_of_winning_is_calibrated(cases):
    """Stand on an earlier day: the product of the conversions ahead against what came of those that closed since.
    All that were open 300 days before the end have closed by it, but for a few."""
    z = []
    for case in cases:
        world = case.truth.world
        day = pd.Timestamp(world.end) - pd.Timedelta(300, "D")
        rows = departures(case)
        was_open = (rows["opened"] <= day) & ~(rows["closed"] <= day)
        then = (
            rows[was_open & (rows["entered"] <= day)].sort_values("rank").drop_duplicates("opportunity_id", keep="last")
        )
        skill = then["owner_id"].map(case.truth.owners.set_index("owner_id")["skill"])
        quality = then["source"].astype(str).map(case.truth.sources.set_index("source")["quality"])
        chance = np.ones(len(then))
        for at, stage in enumerate(world.pipeline.stages):
            chance *= np.where(at >= then["rank"], expit(logit(stage.conversion) + skill + quality), 1.0)
        closed = then["closed"].notna().to_numpy()
        assert closed.mean() > 0.97
        won = (then["stage_now"].astype(str) == "won").to_numpy()[closed]
        z.append((won.sum() - chance[closed].sum()) / np.sqrt((chance * (1 - chance))[closed].sum()))
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 3 / np.sqrt(3)


def test_the_declared_chance_is_the_product_of_the_conversions_ahead(cases):
    case = cases[0]
    rows = (
        departures(case).sort_values("rank").drop_duplicates("opportunity_id", keep="last").set_index("opportunity_id")
    )
    truth = case.truth.pipeline.set_index("opportunity_id")["win_chance"].loc[rows.index]
    now = rows["stage_now"].astype(str)
    assert (truth[now == "won"] == 1).all() and (truth[now == "lost"] == 0).all()
    last = case.truth.world.pipeline.stages[-1].name
    assert truth[now == last].to_numpy() == pytest.approx(rows["chance"][now == last])
    assert truth[~now.isin(["won", "lost"])].between(0, 1, inclusive="neither").all()


def test_opportunities_hang_together(cases):
    for case in cases:
        world, rows = case.truth.world, case.pipeline
        first, end = pd.Timestamp(world.start), pd.Timestamp(world.end)
        joined = rows["customer_id"].map(case.customers.set_index("customer_id")["joined"])
        assert (rows["opened"] >= joined).all() and rows["opened"].is_monotonic_increasing
        assert rows["opened"].between(first, end).all() and (rows["closed"].dropna() <= end).all()
        assert (rows["closed"].isna() == ~rows["stage"].isin(["won", "lost"])).all()
        assert (rows["closed"] >= rows["opened"])[rows["closed"].notna()].all()
        assert (rows["expected_close"] > rows["opened"]).all()
        assert set(rows["owner_id"]) <= set(case.owners["owner_id"])
        moves = case.pipeline_moves
        assert moves["entered"].between(first, end).all()
        opened = moves.drop_duplicates("opportunity_id").set_index("opportunity_id")["entered"]
        assert (opened.loc[rows["opportunity_id"]].to_numpy() == rows["opened"].to_numpy()).all()
        costs = {one.name: one.cost for one in world.pipeline.sources}
        assert (rows["source_cost"] == rows["source"].astype(str).map(costs)).all()


def test_amounts_sources_and_guesses_are_as_declared(cases):
    for case in cases:
        rows, it = case.pipeline, case.truth.world.pipeline
        n = len(rows)
        # Median of n draws of a lognormal: standard error of its log 1.2533 sigma / sqrt(n); amounts are rounded to 100.
        assert np.log(rows["amount"].median() / it.amount) == pytest.approx(
            0, abs=4 * 1.2533 * 0.8 / np.sqrt(n) + 0.001
        )
        guess = (rows["expected_close"] - rows["opened"]).dt.days
        declared = it.optimism * sum(stage.days for stage in it.stages)
        assert np.log((guess.median() - 0.5) / declared) == pytest.approx(0, abs=4 * 1.2533 * 0.25 / np.sqrt(n) + 0.006)
        shares = rows["source"].value_counts().reindex([one.name for one in it.sources])
        assert stats.chisquare(shares, [one.share * n for one in it.sources]).pvalue > 1e-4


def test_opportunities_come_at_the_declared_rate():
    z = []
    for seed in range(4):
        world = Retail(**LARGE, pipeline=Pipeline(per_year=2.0))
        case = world.draw(seed)
        truth = case.truth.customers
        joined = (case.customers["joined"] - pd.Timestamp(world.start)).dt.days
        left = (truth["lapsed"] - pd.Timestamp(world.start)).dt.days.where(~truth["alive"], world.days - 0.5)
        mean = 2.0 / 365 * (left - joined).sum()
        z.append((len(case.pipeline) - mean) / np.sqrt(mean))
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 1.5


def test_one_stage_and_one_owner_are_enough():
    one = Pipeline(stages=(SalesStage("deal", 0.5, 5.0),), sources=(LeadSource("all", 1.0, 0.0, 0.0),), owners=1)
    case = Retail(customers=50, pipeline=one).draw(1)
    assert set(case.pipeline_moves["stage"]) == {"deal"} and len(case.owners) == 1


BAD = {
    "conversion": (lambda: SalesStage("a", 1.0, 5.0), "stage 'a': conversion=1.0 must be a number above 0 and at most"),
    "days": (lambda: SalesStage("a", 0.5, 0.0), "stage 'a': days=0.0 must be a number above 0"),
    "names": (lambda: Pipeline(stages=(SalesStage("won", 0.5, 5.0),)), "stages use the names 'won' or 'lost'"),
    "no stages": (lambda: Pipeline(stages=()), r"pipeline stages=\(\) must hold at least one"),
    "sources": (
        lambda: Pipeline(sources=(LeadSource("a", 0.5, 1.0, 0.0),)),
        "the shares of pipeline sources add up to",
    ),
    "owners": (lambda: Pipeline(owners=0), "pipeline owners=0 must be a whole number, at least 1"),
}


@pytest.mark.parametrize("what", BAD)
def test_wrong_fields_are_refused_with_name_value_and_range(what):
    call, said = BAD[what]
    with pytest.raises(ValueError, match=said):
        call()
