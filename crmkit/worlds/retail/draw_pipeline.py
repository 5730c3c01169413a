"""Opportunities of firms: how they go through the stages of the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.people import draw_people
from crmkit.worlds.retail.draw_frames import FIRST_CUSTOMER
from crmkit.worlds.retail.pipeline import Pipeline
from crmkit.worlds.retail.purchases import Clock, draw_between, intensity, on_calendar
from crmkit.worlds.retail.truth import Members

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

FIRST_OWNER, FIRST_OPPORTUNITY = 1, 1


def pipeline_frames(
    world: Retail, pipeline: Pipeline, known: Members, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """tables.PIPELINE, tables.PIPELINE_MOVES, tables.OWNERS and their truth.

    Times in a stage are exponential, so that an open opportunity has the same chance
    whatever its age: the product of the conversions that are still to come.
    """
    import pandas as pd

    rows, naming = rng.spawn(2)
    steady = Clock.of(intensity(world.start, world.days, world.season, 0.0, world.week))
    rate = np.full(world.customers, pipeline.per_year / 365)
    who, opened = draw_between(rate, known.joined, np.minimum(known.left, world.days), steady, rows)
    sort = np.argsort(opened, kind="stable")
    who, opened = who[sort], opened[sort]
    n, stages = len(who), len(pipeline.stages)

    skill = pipeline.owner_spread * rows.standard_normal(pipeline.owners)
    owner = rows.integers(pipeline.owners, size=n)
    share = np.array([one.share for one in pipeline.sources])
    source = rows.choice(len(share), size=n, p=share / share.sum())
    line = rows.integers(len(world.categories), size=n)
    amount = np.round(pipeline.amount * np.exp(pipeline.amount_spread * rows.standard_normal(n)), -2).clip(min=100)

    conversion = np.array([stage.conversion for stage in pipeline.stages])
    mean_days = np.array([stage.days for stage in pipeline.stages])
    tilt = skill[owner] + np.array([one.quality for one in pipeline.sources])[source]
    passes = 1 / (1 + (1 / conversion - 1) * np.exp(-tilt[:, None]))  # n x stages
    stay = rows.exponential(size=(n, stages)) * mean_days
    through = rows.random((n, stages)) < passes
    guess = pipeline.optimism * mean_days.sum() * np.exp(pipeline.guess_spread * rows.standard_normal(n))

    leaves = opened[:, None] + np.cumsum(stay, axis=1)  # day of leaving each stage, if it came so far
    reached = np.column_stack([np.ones(n, dtype=bool), np.logical_and.accumulate(through, axis=1)])
    enters = np.column_stack([opened, leaves])
    entered = reached & (enters < world.days)  # the last column: won within the window
    at = entered[:, :stages].sum(axis=1) - 1  # last stage that was entered
    last = np.arange(n), at
    gone = leaves[last] < world.days  # it left that stage: on to the end, won or lost
    won = entered[:, stages]
    lost = gone & ~won
    closed = np.where(gone, leaves[last], 0.0)
    ahead = np.cumprod(passes[:, ::-1], axis=1)[:, ::-1]
    chance = np.where(gone, won, ahead[last])

    names = pd.Index([stage.name for stage in pipeline.stages] + ["won", "lost"], dtype="str")
    stage = np.where(won, stages, np.where(lost, stages + 1, at))
    ids = FIRST_OPPORTUNITY + np.arange(n)
    end = np.where(gone, on_calendar(world.start, closed, world.days), np.datetime64("NaT", "us"))
    opened_day = on_calendar(world.start, opened, world.days)
    categories = pd.Index([one.name for one in world.categories], dtype="str")
    sources = pd.Index([one.name for one in pipeline.sources], dtype="str")
    owners = FIRST_OWNER + np.arange(pipeline.owners)
    move, which = np.nonzero(entered[:, :stages])
    open_ = {
        "owners": pd.DataFrame({"owner_id": owners, "name": draw_people(owners, world.locale, naming)["name"]}),
        "pipeline": pd.DataFrame(
            {
                "opportunity_id": ids,
                "customer_id": FIRST_CUSTOMER + who.astype(np.int64),
                "owner_id": owners[owner],
                "source": pd.Categorical.from_codes(source, categories=sources),
                "source_cost": np.array([float(one.cost) for one in pipeline.sources])[source],
                "category": pd.Categorical.from_codes(line, categories=categories),
                "amount": amount,
                "opened": opened_day,
                "expected_close": opened_day + np.ceil(guess).astype("timedelta64[D]"),
                "stage": pd.Categorical.from_codes(stage, categories=names),
                "closed": end,
            }
        ),
        "pipeline_moves": pd.DataFrame(
            {
                "opportunity_id": ids[move],
                "stage": pd.Categorical.from_codes(which, categories=names[:stages]),
                "entered": on_calendar(world.start, enters[move, which], world.days),
            }
        ),
    }
    sealed = {
        "pipeline": pd.DataFrame({"opportunity_id": ids, "win_chance": chance.astype(float)}),
        "owners": pd.DataFrame({"owner_id": owners, "skill": skill}),
        "stages": pd.DataFrame(
            {"stage": names[:stages].astype("str"), "conversion": conversion, "days": mean_days},
        ),
        "sources": pd.DataFrame(
            [(one.name, float(one.quality)) for one in pipeline.sources], columns=["source", "quality"]
        ),
    }
    return open_, sealed
