"""Questions of part 6: which channel first."""

from __future__ import annotations

from typing import Any

from crmkit import profit
from crmkit.checks.case_31.steps import AGAIN, EXPERT, FRONT, YEARLY, front_costs, mix_of, routed, true_front
from crmkit.checks.question import Bank, Slip
from crmkit.intervals import normal_quantile
from crmkit.worlds import Case

BANK = Bank()
GROUP, SELF = "payment, not online", "online self-service"


@BANK.question(
    "least_settled",
    "Which share of payments of customers not online must online self-service settle, to cost no more than experts at once?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    unit = front_costs(case)
    expert = float(routed(case).loc[(GROUP, EXPERT), "settled"])

    def least(settled: float, again: float) -> float:
        return float(
            profit.least_settled(unit[SELF], fallback_cost=unit[EXPERT], fallback_settled=settled, again=again)
        )

    return least(expert, AGAIN), [
        Slip(least(expert, 0.0), "a second contact costs goodwill as well: again=3."),
        Slip(least(1.0, AGAIN), "experts do not settle all at the first contact either."),
        Slip(float(unit[SELF] / unit[EXPERT]), "the ratio of the costs forgets who comes again."),
        Slip(
            float(routed(case).loc[(GROUP, SELF), "settled"]),
            "so many it does settle; the question asks what it would need.",
        ),
    ]


@BANK.question("best_first", "Which first channel costs least for payments of customers not online?", options=FRONT)
def _(case: Case) -> tuple[Any, list[Slip]]:
    table = routed(case).loc[GROUP]
    right = str(table["cost"].idxmin())
    unit = front_costs(case)
    says = {
        str(unit.idxmin()): "the cheapest contact, but most of these come again, and then cost an expert and goodwill.",
        str(table["settled"].idxmax()): "it settles most, but at the price of a person for each.",
    }
    return right, [
        Slip(
            name,
            says.get(name, f"a request costs {table.loc[name, 'cost']:.2f} in the end; another channel costs less."),
        )
        for name in FRONT
        if name != right
    ]


def way(case: Case, channel: str | None = None) -> float:
    """Money a request by the pilot's estimates: everyone first to one channel, or each group to its best."""
    cost = routed(case)["cost"].unstack()
    chosen = cost.min(axis=1) if channel is None else cost[channel]
    return float((chosen * mix_of(case)).sum())


@BANK.question(
    "routing_saves",
    "What does the best first channel of each group save a year, against experts for all, by the pilot?",
    unit="dollars a year",
    tolerance=200,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    best, expert = way(case), way(case, EXPERT)
    return (expert - best) * YEARLY, [
        Slip(best * YEARLY, "this is what it costs; take it off the cost of experts for all."),
        Slip(expert - best, "this is for one request; there are 60,000 a year."),
        Slip((way(case, SELF) - best) * YEARLY, "this is against self-service for all."),
        Slip(
            (expert - float(routed(case)["cost"].unstack().min(axis=1).mean())) * YEARLY,
            "the groups are not of equal size: weigh them by their share of the requests.",
        ),
    ]


def saving(case: Case) -> tuple[float, float, float]:
    """What the best first channels save a year against experts for all: estimate, low, high; the mix of requests as known.

    Where an expert is best nothing is saved and nothing is uncertain. Choosing the best flatters the estimate.
    """
    table, mix = routed(case), mix_of(case)
    penalty = front_costs(case)[EXPERT] + AGAIN
    share = (table["settled"] * table["requests"] + 0.5) / (table["requests"] + 1)
    variance = (penalty**2 * share * (1 - share) / table["requests"]).unstack()
    best = table["cost"].unstack().idxmin(axis=1)
    total = sum(
        mix[group] ** 2 * (variance.loc[group, first] + variance.loc[group, EXPERT])
        for group, first in best.items()
        if first != EXPERT
    )
    middle, half = way(case, EXPERT) - way(case), normal_quantile(0.95) * total**0.5
    return middle * YEARLY, float(middle - half) * YEARLY, float(middle + half) * YEARLY


def true_way(case: Case, channel: str | None = None) -> float:
    """The same in truth: everyone first to one channel, or each group to the one that looks best in the pilot."""
    true, chosen = true_front(case), routed(case)["cost"].unstack().idxmin(axis=1)
    return float(sum(true.loc[group, channel or chosen[group]] * share for group, share in mix_of(case).items()))


@BANK.question(
    "routing_real",
    "What does this choice save a year in truth?",
    unit="dollars a year",
    tolerance=200,
    truth=True,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    expert, ideal = true_way(case, EXPERT), float((true_front(case).min(axis=1) * mix_of(case)).sum())
    return (expert - true_way(case)) * YEARLY, [
        Slip((way(case, EXPERT) - way(case)) * YEARLY, "this is what the pilot promised."),
        Slip((expert - ideal) * YEARLY, "this is the best choice if one knew."),
        Slip(true_way(case) * YEARLY, "this is what it costs; take it off the true cost of experts for all."),
        Slip((expert - true_way(case, SELF)) * YEARLY, "this sends all to self-service."),
    ]
