"""What a telecom world says of itself, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmkit.worlds.case import Case
    from crmkit.worlds.telecom.world import Telecom


def about(world: Telecom) -> list[str]:
    """How the world was drawn, with figures from its fields."""
    return [
        f"Window: {world.start} to {world.end} ({world.months} months), {world.customers:,} customers; "
        f"{world.opening_share:.0%} are there when it opens, the others join in its course"
        + (f", {world.growth:+.0%} more each year." if world.growth else "."),
        *(_plans(world) if world.plans else _lines(world)),
        *_service(world),
        *(_desk(world) if world.desk else ["There is no call log."]),
    ]


# How large an effect is stays sealed: the datasheet lies outside the envelope.


def _plans(world: Telecom) -> list[str]:
    names = ", ".join(f"{plan.name} ({plan.share:.0%})" for plan in world.plans)
    parts = [
        f"Brands: {names}. Use in a month is gamma about an own mean, times a factor of the season; bills are fee plus "
        "what exceeds the allowances.",
    ]
    if world.accounts:
        parts.append(
            f"{world.accounts.share:.1%} of the customers are firms; their monthly fees follow a Pareto law from "
            f"{world.accounts.fee:,.0f} up."
        )
    scale = "log-odds" if world.churn.link == "logit" else "log hazard (cloglog)"
    parts.append(
        f"At the end of each month one may leave. The {scale} is a sum over prepaid, log(1 + months of tenure), network "
        "quality of the region, complaints in the month, age, income, young and prepaid, firm."
    )
    if world.price_war:
        parts.append(f"A rival's price war begins on {world.first_of(world.price_war.month)} and adds to it.")
    if world.portability:
        parts.append(f"Numbers can be kept from {world.first_of(world.portability.month)}, which adds for postpaid.")
    if world.festive:
        parts.append(f"In calendar month {world.festive.month} (festive season) use and first contacts rise.")
    if world.offer:
        offer = world.offer
        parts.append(
            f"One retention offer ({offer.name}) on {world.first_of(offer.month)} to {offer.treated_share:.0%} of the "
            f"people by lot, the others held back; it works for {offer.months} months, on prepaid otherwise than on "
            "postpaid."
        )
    return parts


def _lines(world: Telecom) -> list[str]:
    lines = "; ".join(
        f"{line.name} ({line.share:.0%}), {line.fee:g} for {line.term_months} months" for line in world.lines
    )
    return [
        f"Each customer holds one contract: {lines}. At the end of a term it is renewed or not, with an own chance that "
        "follows a beta law over the contracts of a line (shifted beta-geometric, Fader & Hardie 2007)."
    ]


def _service(world: Telecom) -> list[str]:
    parts = [
        f"First contacts have {len(world.reasons)} reasons and come on {len(world.channels)} channels, at rates that "
        "depend on the network of the region; younger customers lean to other channels than older ones.",
        "A contact that a person did not settle may be followed by another on the same channel.",
        "Contacts follow a weekday and half-hour profile; each day has a gamma factor of its own"
        + (", and bursts come on top." if world.arrivals.bursts_per_month else "."),
    ]
    if world.closures:
        begin = world.first_of(world.closures.month)
        parts.append(f"From {begin} some shops are closed, and part of what came to them comes by phone.")
    return parts


def _desk(world: Telecom) -> list[str]:
    desk = world.desk
    sites = f"{len(desk.sites)} sites with {'one common queue' if desk.pooled else 'a queue each'}"
    rule = "is declared for each half hour" if desk.agents else "follows the declared load of the weekday and half hour"
    return [
        f"The phone line of the last {desk.days} days is served call by call at "
        f"{sites if len(desk.sites) > 1 else 'one site'}: voice menu of {round(desk.menu_s)} s, first come first served, "
        f"exponential patience, redials. The number of agents {rule}.",
        "Contacts by phone before that were all answered; calls given up are in the call log only.",
    ]


def holds(case: Case) -> str:
    """What was drawn, in figures counted from the tables."""
    people, contacts = case.customers, case.contacts
    said = f"{len(people):,} customers, {int(people['left'].notna().sum()):,} of whom left in the window"
    if "months" in case.frames:
        said += f"; {len(case.months):,} monthly bills of {case.months['bill'].sum():,.2f} in all"
    if "renewals" in case.frames:
        due = case.renewals
        said += f"; {len(due):,} renewals due, {int(due['renewed'].sum()):,} of them renewed"
    repeats = int(contacts["repeat_of"].notna().sum())
    said += f"; {len(contacts):,} contacts ({repeats:,} of them repeats)"
    if "calls" in case.frames:
        lost = int(case.calls["abandoned"].sum())
        said += f"; {len(case.calls):,} calls in the log, {lost:,} of them given up in the queue"
    return said + "."


def traps(case: Case) -> list[str]:
    """What misleads those who do not look twice."""
    told = {
        "customers.joined": "Of those who joined before the window only the ones still there are seen: long tenure is a "
        "survivor's.",
        "months.bill": "Bills stop when a customer has left; the last row of a customer is not a low bill but the last one.",
        "offers": "`offers` lists the controls as well; `treated` tells who got the offer.",
        "customers.firm": "Means of bills say little where a Pareto tail carries the sum.",
        "renewals": "Renewal shares rise with every renewal because weak contracts go first; nobody grew more loyal.",
        "contacts": "Contacts count repeats: a reason that is seldom settled at once looks more frequent than it is.",
        "calls.abandoned": "Calls given up are in `calls` and not in `contacts`; redials and repeats are calls of their own.",
        "calls.wait_s": "The wait of a caller who hung up is not the wait this caller would have had.",
    }
    if case.has("months.month") and case.months["month"].nunique() == 1:
        del told["months.bill"]
    if case.has("customers.firm") and not case.customers["firm"].any():
        del told["customers.firm"]
    return [said for what, said in told.items() if case.has(what)]
