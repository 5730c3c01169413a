"""Explorers of whom to approach: a claim about a mailing, the channel for a group, a plan under limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmkit import plots, targeting
from crmkit.explore.explorer import Explorer, number, share
from crmkit.plots import percent
from crmkit.targeting import contacts, response

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_AUC = 0.99


def claim(*, base_rate: float, auc: float, less: float = 0.4, held: float = 0.97) -> Explorer:
    """What would have to hold for so much response with so much less mail?

    `base_rate` of customers willing, `auc` of the score, `less` mail (a share) as shown first; `held`: the claimed share.
    """

    def at(willing: float, less_mail: float, score_auc: float) -> tuple[Axes, str]:
        curve, mailed = response.claimed_gains(score_auc, base_rate=willing), 1 - less_mail
        here = float(np.interp(mailed, curve["share"], curve["captured"]))
        rate, most = willing * here / mailed, min(1.0, willing / mailed)
        if mailed <= willing * held:
            needs = "no score could, since more are willing than get mail"
        else:
            needs = f"takes an AUC of {response.least_auc(held, share=mailed, base_rate=willing):.3f}"
        said = (
            f"{percent(willing)} willing, {percent(less_mail)} less mail, AUC {score_auc:.2f}: {percent(rate)} of those mailed "
            f"respond (at best {percent(most)}), and {percent(here)} of all who are willing are reached. To hold "
            f"{percent(held)} of them {needs}; for {percent(held)} of those mailed, {percent(held * mailed)} must be willing."
        )
        return plots.claimed_gains(curve, share=mailed, captured=held), said

    quality = share("AUC of the score", auc, 0.5, MOST_AUC)
    quality.readout_format = ".2f"
    return Explorer(
        at,
        question="Which of the three must move, and how far, before the claim holds? Is that likely?",
        willing=share("willing customers", base_rate, 0.01, 0.9),
        less_mail=share("less mail", less, 0.05, 0.9, step=0.05),
        score_auc=quality,
    )


def channel_costs(
    trials: Mapping[str, pd.DataFrame], *, worth: pd.Series, costs: Mapping[str, int], unit: str = "money"
) -> Explorer:
    """Which channel for which group, as the costs of a contact move?

    `trials` from `targeting.trial`, one a channel; `worth` of a response by group; `costs` of a contact by channel, at first.
    """

    def at(**cost: int) -> tuple[Axes, str]:
        gains = {name: targeting.net_gain(found, worth=worth, cost=cost[name]) for name, found in trials.items()}
        table = pd.DataFrame({name: found["gain"] for name, found in gains.items()})
        best = table.idxmax(axis=1).where(table.max(axis=1) > 0, "no contact")
        words = "; ".join(f"{group}: {name} ({table.loc[group].max():+.1f})" for group, name in best.items())
        told = ", ".join(f"a {name} at {cost[name]:,}" for name in trials)
        return plots.channel_gains(gains, unit=unit), f"With {told} {unit}, best by the estimates is {words}."

    return Explorer(
        at,
        question="Up to which cost does the dearer channel stay the best one for some group, and for which?",
        **{name: number(f"a {name} costs, {unit}", costs[name], 0, 5 * costs[name]) for name in trials},
    )


def contact_plan(offers: pd.DataFrame, *, hours: int, budget: int, cadence_days: int, unit: str = "money") -> Explorer:
    """What do agents' hours, money and patience leave, and what does planning beat?

    `offers` as `targeting.contacts.plan` reads them, with minutes, cost and days_since.
    """

    def at(time: int, money: int, apart: int) -> tuple[Axes, str]:
        limits: dict[str, Any] = {"hours": float(time), "budget": float(money), "cadence_days": float(apart)}
        best, plain = contacts.plan(offers, **limits), contacts.greedy(offers, **limits)
        made = best.contacts["channel"].value_counts()
        whom = ", ".join(f"{made.get(name, 0):,} by {name}" for name in sorted(offers["channel"].unique()))
        closed, price = int(best.left_out.get("too soon", 0)), best.limits["price"]
        said = (
            f"{time} hours, {money:,} {unit}, {apart} days apart: {whom}; the plan promises {best.gain:,.0f} {unit}, the highest "
            f"gain first {plain.gain:,.0f}. One more hour would bring {price['hours'] + 0.0:,.2f} {unit}, a budget "
            f"larger by 1 would bring {price['budget'] + 0.0:.2f}; {closed:,} contacts were too soon."
        )
        sums = pd.Series({"highest gain first": plain.gain, "linear programme": best.gain})
        title = f"The plan promises {best.gain - plain.gain:,.0f} {unit} more than the highest gain first"
        return plots.amounts(sums, title=title, unit=unit), said

    return Explorer(
        at,
        question="From how many hours on is another one worth nothing? What does a longer pause cost?",
        time=number("agents' hours", hours, 0, 4 * hours, step=max(hours // 12, 1)),
        money=number(f"budget, {unit}", budget, 0, 2 * budget, step=max(budget // 24, 1)),
        apart=number("days between two contacts", cadence_days, 0, 180, step=10),
    )
