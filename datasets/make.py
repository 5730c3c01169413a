"""Draw the committed data sets anew: `make datasets`.

Random streams may change between versions of NumPy; the files hold what the
notebooks were written on, and a test draws them again with the pinned versions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crmkit import store, worlds
from crmkit.checks import (
    case_10,
    case_11,
    case_12,
    case_21,
    case_22,
    case_30,
    case_32,
    case_40,
    case_41,
    case_50,
    case_51,
)
from crmkit.tables import CASE_TABLES

HERE = Path(__file__).parent
SEED = 23
MONEY = {"bank": "dollars", "bank_risk": "dollars", "home_equity": "dollars", "industry": "euros"}  # others: yuan
# What the datasheet says of the seed.
NOTES = {
    "retail": """
The seed was chosen by eye among a few: with it the pilot of the mailing points the right way. It need not; in the
exercises every student draws a firm of their own, and some pilots mislead.
""",
    "call_centre": """
A set of call logs that is older than case 20, which stands on it; its seed was not changed for the case. That the load estimated
there lies near the truth is luck: the case draws forty other months, seeds in order.
""",
    "home_equity": """
An extract of a bank of 6,000 customers: the home owners of the two campaigns without names and e-mail addresses, their
talks since October 2025, and the exceeded lines of 2025. `consents` was drawn by lot, apart from everything else. The seed is the
number of the case and was not chosen.
""",
    "self_service": """
The seed is the number of the case and was not chosen.
""",
    "bank_risk": """
In 2024 every applicant got credit (the open year), in 2025 the desk decided by its tree. `customers` holds who was there at the
end of 2025, with their account manager, and the margin and cost of half a year; `cards` each card at each month end of 2025;
`payments` the money out of 550 customers from August to December, with the frauds `confirmed` to the end of November (drawn until
November and December held four each). `expenses` were drawn apart from all else: luck, and what the envelope tells. Loans of the
applications move no account. The seed is the number of the case and was not chosen.
""",
    "churn": """
An extract of an operator of 3,000 customers, without names and addresses: bills and complaints of all months, contacts since
July 2025. `hosting` holds 1,500 contracts from a second world (`worlds.Telecom.preset("hosting")`), whose holders are not in
`customers`. The seed is the number of the case and was not chosen.
""",
    "industry": """
Drawn to 31 March 2026 and cut at the end of 2025: the envelope holds what came of the open opportunities. Orders are all
service and spares, without returns. The satisfaction answers were drawn apart from the
customers. The seed is the number of the case and was not chosen.
""",
    "brokerage": """
Customers with a securities account through both years; who had been in default on a card before 2025 is left out. `cards` holds
all card holders of the bank without default before 2025: months over the limit in each year, and whether they fell into default
in 2025. Trades do not depend on the card. The seed is
the number of the case and was not chosen.
""",
    "insurance": """
`sorted_mails` (mail_id, intent: what the writer wants, by people) holds the mails of 2024; those of 2025 nobody sorted. Who was a
customer before the window has no `joined`; nothing else is missing. How the seed was come by is not recorded. Of twelve
other draws (seeds 1 to 12) some are kinder and some harsher: next year's accuracy of the machine lies among theirs, its saving is
less sure than in most.
""",
    "supermarket": """
The seed was taken from six that were looked at: with it the move pays in some stores and not in others. It need not; case
11 draws 24 other chains, seeds in order.
""",
    "estate": """
`pilot`, `dials` and `desk` were drawn on top of the world. price - cost is what the agency earns by a deal. Within 30 days of
the last contact a fifth is left of what `envelope/chances` says a message or a call adds. The seed is the number of the
case and was not chosen.
""",
    "bank": """
Two cases draw more on top of it, from the seed of the case, in the notebook itself. **Case 31**: `case_31.requests`, the pilot of
the one front (customer_id, topic, online, group, channel, settled). 4,800 requests of customers who had not left; the topic by
lot (payment 55 %, trouble 30 %, advice 15 %), the first channel by lot among five, and whether it settled the request by a chance
that stays sealed until the envelope and depends on topic, channel and use of the online bank, not on the person. Traps: one
customer has some eleven requests; requests stand for 60,000 a year only if the mix of topics stays.

**Case 33**: `case_33.diary`, twelve weeks of questions put to the analysts (week, minutes, months): their number a week is
Poisson, minutes are log-normal, the months that a question reaches back geometric. Traps: minutes by hand are not all saved,
for the warehouse takes some as well; twelve weeks tell nothing of a year.
`case_33.december`, the month's transactions as exported, all of it text: rows that stand twice, customers who
are unknown, days that do not exist, amounts with a dollar sign. Trap: what is wrong must be kept with its reason, not dropped.
""",
}

# How tables were drawn of which the world knows nothing, and their traps.
ALSO_DRAWN = {
    "self_service": (
        "`pilot` was drawn on top of the world, apart from `calls` and `contacts`. A lot chose half of the customers: they were "
        "offered all four modules for 13 weeks, the others none.",
        "Each module is for one reason: bill check for query, plan change for order, fault status for repair, advice bot for "
        "consultation. What a customer would have called on it and brought past the voice menu is Poisson about a need of the "
        "customer's own (gamma, shape 2, for each module anew) at the declared rate of the reason; lengths are gamma with its "
        "mean and coefficient of variation. Repeats and redials are left out.",
        "Not everyone opens what is offered: who does, does so for all four, and has another mean need than who does not.",
        "A module takes calls away, or adds some, by a chance of its own, and only from those who open it. Calls shorter than "
        "the median are taken away more often than long ones. Each call taken away is a session; many more sessions replace "
        "nothing. `envelope/modules` holds what that comes to.",
    ),
}
ALSO_TRAPS = {
    "estate": (
        "`enquiry_export` is dirty on purpose: enquiries that stand twice, letters in the number of a customer, missing days, "
        "channels and categories misspelt. What was done to it is in the envelope.",
        "The lot of `pilot` chose the `arm`, nothing else: `offered` follows a rule of the desk (a new home to who bought none, "
        "then a loan, then another home), so kinds of offers went to different people.",
        "`days_since` is missing where no contact is known, not where there was none.",
        "`dials` has a row a try, up to three for a customer of the arm that was called; tries that nobody answered cost "
        "minutes, too.",
        "`desk` is of January 2026, the test of October 2025: the days since the last contact are others.",
    ),
    "brokerage": ("`cards` holds all card holders of the bank: most of them have no book.",),
    "bank_risk": (
        "`confirmed` holds frauds to the end of November alone: a payment of December that is not in it may be one.",
        "`cards` is the state at month ends: a limit exceeded in between does not show.",
    ),
    "industry": (
        "`monthly_answers` has five answers a month: a bad month may be luck. `wave` is another survey, taken once.",
        "`source_cost` is spent on every opportunity, won or not: what an order cost is more than that.",
        "`expected_close` is a hope of the day of opening; some that are still open are past it.",
        "`visitors` are browsers, not people, and most of them never registered: nothing joins them to `customers`.",
    ),
    "self_service": (
        "The lot of `pilot` was about the offer, not the use: who opened a module and who did not are other people, with other "
        "needs. Hold `offered` against not offered.",
        "`sessions` is 0 for all who were not offered anything and for those who were and opened nothing.",
        "A session is no call saved, and a call avoided is not of mean length: `talk_s` falls by another share than `calls`.",
        "`pilot` has four rows a customer: 10,000 rows are 2,500 customers, and one throw of the lot for each.",
        "The calls of `pilot` are not those of `calls`: other weeks, drawn apart, without repeats. Nothing of the pilot shows in "
        "the log.",
        "All four were offered together: whether one alone would be opened as often was not tried.",
    ),
}


def retail() -> worlds.Case:
    """Three thousand members over two years, and a dirty till export of the last quarter."""
    return case_10.case(SEED)


def bank() -> worlds.Case:
    """All parts of a small bank over two years."""
    world = worlds.Bank(customers=420, brokerage=worlds.Brokerage(brokers=6), insurance=worlds.InsuranceBook())
    return world.draw(31)


def telecom() -> worlds.Case:
    """A thousand mobile customers, a price war, a retention offer, and four weeks of calls."""
    return worlds.Telecom.preset(
        "mobile",
        customers=1_000,
        months=18,
        price_war=worlds.PriceWar(9, 0.6),
        offer=worlds.RetentionOffer(month=13),
        desk=worlds.CallDesk(days=28),
    ).draw(31)


def call_centre() -> worlds.Case:
    """Two weeks of a busy call centre."""
    world = worlds.Telecom.preset("call_centre", customers=2_500, desk=worlds.CallDesk(days=14, margin=0.8))
    return world.draw(32)


def insurance() -> worlds.Case:
    """Two years of a motor insurer: mails, policies, claims and surveys; the mails of the first year are sorted."""
    return case_40.case(41)


def brokerage() -> worlds.Case:
    """Two years of a broker's branch: who has whom, every trade with its commission, and cards beside them."""
    return case_41.case(41)


def home_equity() -> worlds.Case:
    """The home owners of two pilots of a bank, by letter and by call."""
    return case_30.case(30)


def bank_risk() -> worlds.Case:
    """A bank's applications, cards, plans and payments, with what went wrong among them."""
    return case_32.case(32)


def industry() -> worlds.Case:
    """A maker of laboratory instruments on the last day of 2025: pipeline, satisfaction, service orders, portal."""
    return case_51.case(51)


def supermarket() -> worlds.Case:
    """Receipts of 300 members of a supermarket, its web shop, and a shelf experiment with a control."""
    return case_11.case(12)


def members() -> worlds.Case:
    """Members of a shop for lamps and textiles over three years, and its prices week by week."""
    return case_12.case(12)


def self_service() -> worlds.Case:
    """Two weeks of calls of an operator, and a pilot of self-service by lot."""
    return case_21.case(21)


def estate() -> worlds.Case:
    """Five years of an estate agency, its export of enquiries, and a test of messages and calls."""
    return case_50.case(50)


def churn() -> worlds.Case:
    """A mobile operator in a price war, with a retention offer by lot, firms, and hosting contracts."""
    return case_22.case(22)


CASES = {
    "retail": retail,
    "members": members,
    "bank": bank,
    "telecom": telecom,
    "call_centre": call_centre,
    "insurance": insurance,
    "brokerage": brokerage,
    "self_service": self_service,
    "home_equity": home_equity,
    "industry": industry,
    "bank_risk": bank_risk,
    "supermarket": supermarket,
    "estate": estate,
    "churn": churn,
}


def main(out: Path = HERE) -> None:
    """Write every data set below `out`, beside its datasheet."""
    for name, draw in CASES.items():
        case = draw()
        store.save(case, out / name, replace=True)
        sheet = worlds.describe(
            case,
            own=CASE_TABLES.get(name, ()),
            money=MONEY.get(name, "yuan"),
            also_drawn=ALSO_DRAWN.get(name, ()),
            also_traps=ALSO_TRAPS.get(name, ()),
        )
        sheet += NOTES.get(name, "")
        (out / name / "datasheet.md").write_text(sheet, encoding="utf-8", newline="\n")
        print(f"wrote {out / name}")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
