"""Account managers with their talks, and satisfaction surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.bank.draw_clients import categories
from crmkit.worlds.bank.draw_credit import chance_of, log_odds, visits
from crmkit.worlds.bank.parts import unit_shares
from crmkit.worlds.people import draw_people

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.bank.draw_clients import Calendar, Clients
    from crmkit.worlds.bank.world import Bank

FIRST_MANAGER = 101


def ranks(count: int, slope: float) -> np.ndarray:
    """Unequal shares: rank ** -slope, scaled to add up to 1."""
    return unit_shares((1.0 + np.arange(count)) ** -slope)


def team_frames(
    world: Bank, known: Clients, calendar: Calendar, assign: np.random.Generator, talk: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Managers, portfolios and talks, and the managers' truth (truth.bank.managers)."""
    import pandas as pd

    team = world.team
    skill = team.skill * assign.standard_normal(team.managers)
    # Size and skill have nothing to do with each other: the ranks are dealt by lot.
    share = ranks(team.managers, team.size_slope)[assign.permutation(team.managers)]
    manager = assign.choice(team.managers, size=len(known), p=share)
    ids = FIRST_MANAGER + np.arange(team.managers)
    people = draw_people(ids, world.locale, assign)

    who, day = visits(known, calendar, team.talks_per_year, talk)
    chance = chance_of(log_odds(np.array(team.sale_chance)) + skill)
    sold = talk.random(len(who)) < chance[manager[who]]
    worth = np.ceil(talk.standard_exponential(len(who)) * team.sale * 100) / 100
    frames = {
        "managers": pd.DataFrame({"manager_id": ids, "name": people["name"]}),
        "portfolios": pd.DataFrame({"customer_id": known.ids, "manager_id": ids[manager]}),
        "talks": pd.DataFrame(
            {
                "talk_id": 1 + np.arange(len(who)),
                "customer_id": known.ids[who],
                "manager_id": ids[manager[who]],
                "day": calendar.date(day),
                "sold": sold,
                "sale": np.where(sold, worth, 0.0),
            }
        ),
    }
    truth = pd.DataFrame({"manager_id": ids, "skill": skill, "portfolio_share": share, "sale_chance": chance})
    return frames, truth


def survey_frames(
    world: Bank, known: Clients, calendar: Calendar, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Surveys and ratings, and what stands behind them (truth.bank.attributes)."""
    import pandas as pd

    plan = world.survey
    who, day = visits(known, calendar, plan.per_year, rng)
    n, k = len(who), len(plan.attributes)
    names = [one.name for one in plan.attributes]
    importance = np.array([one.importance for one in plan.attributes], dtype=float)
    performance = np.array([one.performance for one in plan.attributes], dtype=float)
    weight = np.array([one.weight for one in plan.attributes])

    def points(mean: np.ndarray) -> np.ndarray:
        alpha = mean / 100 * plan.concentration
        # Whole points by lot, up or down in proportion: their mean is that of the law to the last digit.
        return np.floor(100 * rng.beta(alpha, plan.concentration - alpha, size=(n, k)) + rng.random((n, k)))

    said, rated = points(importance), points(performance)
    overall = np.clip(np.rint(rated @ weight + plan.noise * rng.standard_normal(n)), 0, 100)
    ids = 1 + np.arange(n)
    frames = {
        "surveys": pd.DataFrame(
            {
                "survey_id": ids,
                "customer_id": known.ids[who],
                "day": calendar.date(day),
                "overall": overall.astype(np.int64),
            }
        ),
        "ratings": pd.DataFrame(
            {
                "survey_id": np.repeat(ids, k),
                "attribute": categories(names, np.tile(np.arange(k), n)),
                "importance": said.ravel().astype(np.int64),
                "performance": rated.ravel().astype(np.int64),
            }
        ),
    }
    truth = pd.DataFrame(
        {
            "attribute": categories(names, np.arange(k)),
            "importance": importance,
            "performance": performance,
            "weight": weight.astype(float),
        }
    )
    return frames, truth
