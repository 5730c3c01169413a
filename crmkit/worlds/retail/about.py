"""What a retail world says of itself in the datasheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmkit.worlds.case import Case
    from crmkit.worlds.retail.world import Retail


def about(world: Retail) -> list[str]:
    """How it is drawn, one sentence or two a part."""
    said = [
        f"Window: {world.start} to {world.end} ({world.days} days), {world.customers:,} members, "
        f"{world.products} articles.",
        f"{len(world.kinds)} hidden kinds of customers, each with a purchase rate, a chance of leaving, basket "
        "sizes, a season and an effect of mailings of its own. Names, e-mail and street addresses come from pools.",
        f"{len(world.regions)} cities with tastes of their own; {len(world.rules)} planted basket rules.",
        f"{world.return_share:.0%} of purchases are brought back whole within two weeks.",
    ]
    if world.campaign:
        said.append(f"One mailing ({world.campaign.name}) to half of the members by lot, the others held back.")
    if world.campaign and world.campaign.treated_share != 0.5:
        said[-1] = (
            f"One mailing ({world.campaign.name}) to {world.campaign.treated_share:.0%} of the members by lot, "
            "the others held back."
        )
    if world.growth:
        said.append(f"Joining grows by a factor of e ** {world.growth:g} a year.")
    return said + [words for part in _KNOBS if (words := part(world))]


# How large an effect is stays sealed: the datasheet lies outside the envelope.


def _pricing(world: Retail) -> str | None:
    it = world.pricing
    return it and (
        f"Prices move: regular prices change {it.changes_per_year:g} times a year on average and "
        f"{it.promotion_share:.0%} of the article-weeks are on promotion; each category has an elasticity of its own."
    )


def _rotation(world: Retail) -> str | None:
    it = world.rotation
    return it and (
        f"Every {it.weeks} weeks {it.share:.0%} of the articles get a new design, which sells better at first."
    )


def _loyalty(world: Retail) -> str | None:
    it = world.loyalty
    return it and (
        f"A points programme for {it.invited_share:.0%} of the members, chosen by lot: {it.points_per_money:g} points "
        f"for each unit of money, worth {it.worth_of_point:g} each; tiers {', '.join(it.tiers)}."
    )


def _rival(world: Retail) -> str | None:
    it = world.rival
    return it and (
        f"A price war from day {it.day} of the window for {it.days} days: purchases go to the rival, and members leave."
    )


def _shops(world: Retail) -> str | None:
    it = world.shops
    closing = f" {it.closed_share:.0%} of them close on day {it.closing_day}." if it and it.closed_share else ""
    return it and f"{it.branches} branches; each member has a home branch, where most purchases are made.{closing}"


def _enquiries(world: Retail) -> str | None:
    it = world.enquiries
    return it and f"Enquiries in the {it.lead_days} days before a purchase, and others that lead to none."


def _shelf(world: Retail) -> str | None:
    it = world.shelf
    return it and (
        f"A shelf experiment in {it.stores} stores over {it.weeks} weeks: from week {it.moved_after + 1} "
        f"{' and '.join(it.items)} stand together in {it.treated_share:.0%} of the stores, chosen by lot."
    )


def _web(world: Retail) -> str | None:
    it = world.web
    return it and (
        f"The site keeps the visits of the last {it.days} days: walks over {len(it.pages)} pages; seeing {it.content} "
        "raises the chance to order, and some members are fans of it."
    )


def _portal(world: Retail) -> str | None:
    it = world.portal
    return it and (
        f"A portal of {len(it.topics)} topics with {it.visitors:,} visitors of {len(it.audiences)} hidden audiences."
    )


def _pipeline(world: Retail) -> str | None:
    it = world.pipeline
    return it and (
        f"A pipeline of {len(it.stages)} stages with {it.owners} owners of unequal skill and {len(it.sources)} sources "
        "of unequal quality; times in a stage are exponential."
    )


_KNOBS = (_pricing, _rotation, _loyalty, _rival, _shops, _enquiries, _shelf, _web, _portal, _pipeline)


def holds(case: Case) -> str:
    """One sentence on the log."""
    log = case.transactions
    returns = int((log["amount"] < 0).sum())
    return (
        f"{len(log):,} transactions{f' ({returns:,} of them returns)' if returns else ''} of "
        f"{log['customer_id'].nunique():,} customers, "
        f"{log['amount'].sum():,.2f} yuan in all, from {log['day'].min():%Y-%m-%d} to {log['day'].max():%Y-%m-%d}."
    )


def traps(case: Case) -> list[str]:
    """What is likely to be taken for something else in these tables."""
    told = {
        "transactions.amount": "Returns are transactions with a negative amount; they are not purchases.",
        "customers.joined": "Customers join during the whole window: a young one has had less time to buy.",
        "contacts": "`contacts` lists the controls as well; `treated` tells who got the mailing.",
        "lines": "The most frequent choice of a large city is not its strongest leaning.",
        "prices": "Weeks with low prices also differ in season: compare articles within a week.",
        "loyalty.tier": "Members of a high tier buy more because heavy buyers climb; only the lot shows the effect.",
        "branches": "Branches differ in size and city; compare each with itself before and after the closing.",
        "visits": "Fans look at the content and order more often anyhow: the plain difference is too large.",
        "pipeline": "Opportunities that are still open are neither won nor lost; those closed early are the quick ones.",
        "shelf": "Stores differ in size and weeks in season; `treated` tells the group, `moved` when it happened.",
        "till_export": "`till_export` is dirty on purpose; what was done to it is in the envelope.",
    }
    if case.has("transactions") and not (case.transactions["amount"] < 0).any():
        del told["transactions.amount"]
    return [said for what, said in told.items() if case.has(what)]
