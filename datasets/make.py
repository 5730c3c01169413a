"""Draw the committed data sets anew: `make datasets`.

Random streams may change between versions of NumPy; the files hold what the
notebooks were written on, and a test draws them again with the pinned versions.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from crmkit import store, worlds
from crmkit.checks import (
    case_10,
    case_11,
    case_12,
    case_21,
    case_22,
    case_30,
    case_31,
    case_32,
    case_33,
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
    "members": """
The seed is the number of the case and was not chosen.
""",
    "churn": """
An extract of an operator of 3,000 customers, without names and addresses: bills and complaints of all months, contacts since
July 2025. `hosting` holds 1,500 contracts from a second world (`worlds.Telecom.preset("hosting")`), whose holders are not in
`customers`. The seed is the number of the case and was not chosen.
""",
    "industry": """
The seed is the number of the case and was not chosen.
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
The seed is the number of the case and was not chosen.
""",
}

# How tables were drawn of which the world knows nothing, and their traps.
ALSO_DRAWN = {
    "bank": (
        "Two cases draw more in their notebooks, from the seed of the case; it lies in no file. `case_31.requests` is the "
        "pilot of the one front: a request comes from any customer who has not left, each as likely; its topic by lot "
        "(payment 55%, trouble 30%, advice 15%); its first channel by lot among five, each as likely. Whether that settles it "
        "has a chance for each topic, channel and use of the online bank, the same for all who share them; the chances stay "
        "sealed until the envelope of the case.",
        "`case_33.diary` has twelve weeks: the questions of a week are Poisson, all weeks alike; minutes are log-normal, 5 at "
        "the least; months are geometric, and know nothing of the minutes.",
        "`case_33.december` are the `transactions` of December 2025 as text. By lot some rows got a customer who is unknown, "
        "a day that does not exist, or a dollar sign before the amount; some of the sound ones stand twice.",
    ),
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
    "estate": (
        "`enquiry_export` holds the enquiries of the last quarter of 2025, made dirty by lot: values missing or mistyped, days "
        "shifted or impossible, rows twice.",
        "`pilot`, `dials` and `desk` were drawn on top of the world. On 6 October 2025 a lot gave each customer with a contract "
        "before that month an `arm`, all three alike. What was `offered` follows a rule: a new home to who had bought no home, a "
        "loan to who had a home without one, a next home to the rest.",
        "An appointment comes by a chance of the age group, and more so after a message or a call, by an effect of the "
        "customer's own. Within 30 days of the last contact a fifth is left of what `envelope/chances` says of that effect, "
        "and more customers are struck off. Ages and last contacts were drawn apart from the contracts.",
        "A call is tried up to three times; each try is answered by the same chance.",
    ),
    "industry": (
        "Drawn to 31 March 2026 and cut at the end of 2025: `envelope/came` holds what came of the opportunities that were open.",
        "`transactions` are orders of service and spares; rows of what was brought back were taken out, so such an order stands "
        "there like any other. Instruments are sold through `pipeline` alone.",
        "`monthly_answers` and `wave` were drawn apart from the customers, about a mean for each month that lies in "
        "`envelope/satisfaction`.",
    ),
}
ALSO_TRAPS = {
    "home_equity": (
        "Most customers stand in both pilots, 2,666 of 2,874: the rows of `contacts` are not as many people, and of those in "
        "the call's pilot some had a letter, or a loan, before.",
        "`talks` begin in October 2025: who had none since may have had one before, and days since the last contact come out "
        "too many.",
        "`exceeded` knows the lines on cards of this bank alone: who has no card here can exceed none, and may owe elsewhere.",
    ),
    "supermarket": (
        "Large baskets hold most of the pairs: what goes together in all of them may be size alone. Compare baskets of one size.",
        "A row of `visits` is a page, a `session_id` is a visit; only some visits end in an order (`web_orders`).",
    ),
    "members": (
        "Nobody tells the shop that they leave: a long silence is all there is, and slow buyers are silent, too.",
        "There is no trial of keeping or of winning members: the log shows no effect of either.",
    ),
    "call_centre": (
        "Calls of the last three days were not watched for 72 hours: some of their repeats are still to come.",
        "The log is one desk of some 200 that the operator has: two hundred times one desk is two hundred times its error.",
    ),
    "churn": (
        "Holders of `hosting` are not in `customers`, and a late renewal sees only contracts that came so far.",
        "`contacts` begin in July 2025, a year after the bills: their absence before is no silence of the customers.",
        "The offer itself changed who left from August 2025 on: leaving after it is not leaving without it.",
    ),
    "bank": (
        "The pilot of case 31 has 4,800 requests of 382 customers. Here nothing of the person matters but whether they bank "
        "online; in a real pilot, whoever asks often would count many times.",
        "Its groups are of unequal size: a mean over groups is not one over requests, and it speaks of a year only if topics "
        "stay as they are.",
        "It does not tell who has agreed to be called, and an outbound call may go to no one else.",
        "The diary of case 33 holds minutes by hand: the warehouse takes some as well, so not all of them are saved. Twelve "
        "weeks know nothing of the seasons.",
        "It holds what was asked. How far a question reaches back may depend on what could be answered.",
        "The export of December holds rows that are no transactions; what is refused must be kept with its reason, or nobody "
        "can account for the rows.",
    ),
    "self_service": (
        "Each customer of the log stands for 20: the operator has 50,000.",
        "The lot of `pilot` was about the offer, not the use: who opened a module and who did not are other people, with other "
        "needs. Hold `offered` against not offered.",
        "`sessions` is 0 for all who were not offered anything and for those who were and opened nothing.",
        "A session is no call saved, and a call avoided is not of mean length: `talk_s` falls by another share than `calls`.",
        "`pilot` has four rows a customer: 10,000 rows are 2,500 customers, and one throw of the lot for each.",
        "The calls of `pilot` are not those of `calls`: other weeks, drawn apart, without repeats. Nothing of the pilot shows in "
        "the log.",
        "All four were offered together: whether one alone would be opened as often was not tried.",
    ),
    "brokerage": ("`cards` holds all card holders of the bank: most of them have no book.",),
    "bank_risk": (
        "`confirmed` holds frauds to the end of November alone: a payment of December that is not in it may be one.",
        "`cards` is the state at month ends: a limit exceeded in between does not show.",
        "Frauds come in attacks: several payments of one customer within a day or two, so they are far fewer customers than "
        "payments, and rows of one customer do not stand for themselves.",
        "`talks` name no customer: whether a manager sells much or has customers who buy is not in the data.",
    ),
    "estate": (
        "`enquiry_export` is text, and dirty on purpose: a row is no enquiry before it is cleaned, and `envelope/dirt` holds "
        "what was done to it. An enquiry is no deal, either.",
        "Two products with one `basket_id` were signed at one desk on one day: what goes together need not follow later.",
        "`amount` is what the customer pays; the agency earns `price` less `cost`.",
        "The lot of `pilot` was about `arm` alone, not about `days_since` or `offered`: compare within these, against those held "
        "back.",
        "`days_since` is missing where no contact is known, and that is not 0 days. `last_contact` counts to 12 January 2026 and "
        "holds the test itself.",
        "An `appointment` is no deal: how many end in one is not in the data, for `transactions` were drawn apart from the test.",
        "In `dials` a row is one try, and a customer has up to three: shares of tries that are `answered` are no shares of "
        "customers. The arm call of `pilot` holds those whom nobody reached, too; leave them in.",
        "`desk` lists who was `struck_off` as well; they must not be contacted again.",
    ),
    "industry": (
        "`expected_close` was said on the first day, by who wants to sell; it counts each deal as won.",
        "The `stage` of a lost opportunity is lost; how far it came stands in `pipeline_moves`.",
        "`source_cost` is what a lead cost; what selling to it cost is nowhere.",
        "Of a few opportunities the `amount` is large, and they carry a quarter: a mean without its width promises too much.",
        "`monthly_answers` holds five a month, and a mean of five moves by luck alone. Nobody was held back from the training, "
        "and the answers name no customer.",
        "`transactions` hold no instrument, and an order that was brought back looks like one that was kept.",
        "A row of `visitors` is a browser, no person and no customer; many `pages` on a topic do not make it one whose readers "
        "have `registered`.",
    ),
}


def bank_on_top(case: worlds.Case) -> dict[str, pd.DataFrame]:
    """What the notebooks of cases 31 and 33 draw on the bank."""
    return {
        "case_31.requests": case_31.requests(case),
        "case_33.diary": case_33.diary(case),
        "case_33.december": case_33.december(case)["transactions"],
    }


ON_TOP = {"bank": bank_on_top}


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
            on_top=ON_TOP[name](case) if name in ON_TOP else None,
        )
        sheet += NOTES.get(name, "")
        (out / name / "datasheet.md").write_text(sheet, encoding="utf-8", newline="\n")
        print(f"wrote {out / name}")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
