"""How a bank was drawn, in sentences with figures of its fields.

They stand in the datasheet, outside the envelope: what an analyst is to find out is named there without its figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.worlds.bank.letters import LANGUAGES

if TYPE_CHECKING:
    from crmkit.worlds.bank.world import Bank
    from crmkit.worlds.case import Case


def about(world: Bank) -> list[str]:
    """One sentence or two a subject; parts that are None say nothing."""
    end = world.end
    lines = [
        f"Window: {world.start} to {end} ({world.months} months), {world.customers:,} customers in households of 1 to "
        f"{len(world.household_sizes)}; {world.existing_share:.0%} were with the bank before it, the others join during "
        f"it at a rate that changes by {world.growth:+.0%} a year.",
        f"{len(world.kinds)} hidden kinds of households ({', '.join(kind.name for kind in world.kinds)}), each with "
        "ages, incomes, products, channels and a hazard of leaving of its own. Names and addresses come from pools.",
        f"{len(world.offer)} products besides the current account; a product is held on entering or opened later. "
        "Every statement adds up: opening + paid in - paid out = closing, to the cent; debts are balances below 0.",
        f"The current account is moved by the transactions alone: {world.salary_share:.0%} of the income is paid in "
        "on the 25th, the rest is done at counter, machine, phone or online, at costs of "
        + ", ".join(f"{channel.cost:g} ({channel.name})" for channel in world.channels)
        + " a transaction. Counters are closed at weekends.",
    ]
    if world.online is not None:
        lines.append(
            "The online bank opens on the first day; customers take it up by the law of Bass, some of them never, and then "
            "do a part of their transactions there."
        )
    lines += [
        f"All branches of {closure.area} close at the beginning of month {closure.month + 1}; their counter work goes to "
        "the other channels."
        for closure in world.closures
    ]
    if world.rate_change is not None:
        lines.append(
            f"Rates move by {world.rate_change.points:+.2%} points from month {world.rate_change.month + 1} on."
        )
    if world.lines is not None:
        lines.append(
            f"The {world.lines.product} has a limit; a few customers a year fall into distress, borrow more than before, "
            "and default more often."
        )
    lines += [
        f"Campaign {one.name!r} on day {one.day}: an offer to {one.treated_share:.0%} of "
        f"{'home owners' if one.owners_only else 'customers'} by lot, the others held back; its effect differs by kind "
        "and can be below 0."
        for one in world.campaigns
    ]
    if world.credit is not None:
        one = world.credit
        how = "a tree" if one.leaves else "a logistic law"
        lines.append(
            f"Customers ask for credit {one.per_year:g} times a year; the chance of default follows {how}; a few of the "
            "decisions went the wrong way. The outcome of what was refused is not known."
        )
    if world.team is not None:
        one = world.team
        lines.append(
            f"{one.managers} account managers with portfolios of unequal size, {one.talks_per_year:g} talks a customer "
            "and year; their skill differs and has nothing to do with the size."
        )
    if world.survey is not None:
        lines.append(
            f"Surveys ({world.survey.per_year:g} a customer and year) with importance and performance of "
            f"{', '.join(one.name for one in world.survey.attributes)}, 0 to 100 points."
        )
    if world.mail is not None:
        one = world.mail
        lines.append(
            f"E-mails of {len(one.intents)} intents in {len(LANGUAGES)} languages, {one.per_year:g} a customer and year; "
            "some with a slip of the pen, some whose words do not tell the intent."
        )
    if world.brokerage is not None:
        one = world.brokerage
        lines.append(
            f"{one.brokers} brokers with books of unequal size; a trade costs {one.commission:.2%} by broker and "
            f"{one.online_commission:.2%} online, {one.least_commission:g} at the least. Trades do not move the "
            "statements of the securities account."
        )
    if world.insurance is not None:
        lines.append(
            f"Motor policies in {len(world.insurance.classes)} hidden risk classes, with a Poisson number of claims of "
            "gamma size each; the premium follows the age group alone."
        )
    return lines


def traps(case: Case) -> list[str]:
    """What misleads a careless reader of these tables, one sentence or two a trap."""
    told = {
        "statements": "Debts are balances below 0: a payment on a card raises its balance.",
        "customers.joined": "`joined` is missing for customers who were there before the window.",
        "accounts.opened": "`opened` is missing for accounts older than the window, `closed` for those still there.",
        "transactions": "Salaries and the last payment of those who leave are transactions too (channel automatic); "
        "enquiries move no money.",
        "customers.household_id": "Kinds belong to households, so the members of one are alike: count households where you "
        "need independent rows.",
        "applications": "Outcomes are known of approved applications only, and these were chosen.",
        "contacts": "`contacts` lists the controls as well; some of them take a loan without any offer.",
        "talks": "The best and the worst rates of sale are those of the smallest portfolios.",
        "mails": "Some mails do not tell what is wanted; no reader can be right about all.",
        "mails.text": "Mails are put together from a stock of sentences, so many differ by a number alone: what is counted by "
        "mails counts one wording many times, and a reader that was trained on a wording knows it already.",
        "policies": "Premiums are a year's; a policy was insured for `years` of the window.",
        "claims": "`claims` has rows of policies with a claim alone: whoever had none stands in `policies`.",
        "books": "Customers trade at very unequal rates, so a small book has a very good or a very bad broker by luck alone.",
        "trades": "Who never traded is in `books` and not in `trades`; a mean of those who traded is not that of a book.",
        "trades.online": "Trades ordered online stand under the customer's broker as well, at less commission.",
        "trades.commission": "Small trades pay the least commission, not the share.",
    }
    return [said for what, said in told.items() if case.has(what)]
