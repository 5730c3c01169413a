"""Questions of parts 1 to 3: what came in, can a machine read it, and from which confidence may it answer."""

from __future__ import annotations

from typing import Any

from crmkit.checks.case_40.steps import ERROR, HUMAN, by_hand, cost, costs, held_out, seen
from crmkit.checks.question import Bank, Slip
from crmkit.intervals import mean_in_groups
from crmkit.targeting import triage
from crmkit.worlds import Case

BANK = Bank()
LEAST = 1 - HUMAN / ERROR


@BANK.question(
    "chinese_share", "Which share of the mails sorted by hand is in Chinese?", unit="share", tolerance=0.001
)  # fmt: skip
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = by_hand(case)
    chinese = mails["language"] == "zh"
    writers = mails.groupby("customer_id")["language"].first()
    return float(chinese.mean()), [
        Slip(float(1 - chinese.mean()), "this is the share in English."),
        Slip(
            float((case.mails["language"] == "zh").mean()),
            "these are the mails of both years; only the first was sorted.",
        ),
        Slip(float((writers == "zh").mean()), "this is the share of the writers; the question asks for mails."),
        Slip(float(chinese.sum()), "this is a number of mails; divide by all that were sorted."),
    ]


@BANK.question(
    "new_wordings",
    "Which share of the held-back mails, in wordings it has not seen, does the machine sort rightly?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails, old = held_out(case), seen(case)
    english = mails["language"] == "en"
    return float(mails["right"].mean()), [
        Slip(float(old["right"].mean()), "these are the mails it has learned from: it knows them by heart."),
        Slip(float(mails.loc[english, "right"].mean()), "these are the English ones alone."),
        Slip(float(mails.loc[~english, "right"].mean()), "these are the Chinese ones alone."),
        Slip(float(mails["confidence"].mean()), "this is how sure it is, not how often it is right."),
    ]


@BANK.question(
    "least_confidence",
    "From which confidence on is the machine's answer cheaper than one by people, if the confidence can be trusted?",
    tolerance=0.002,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return LEAST, [
        Slip(
            HUMAN / ERROR, "this is the chance of an error that one can bear; confidence is the chance of being right."
        ),
        Slip(0.5, "more often right than wrong is not enough: an error costs more than an answer by people."),
        Slip(1 - ERROR / HUMAN, "turned round: divide the cost of people by the cost of an error."),
        Slip(1.0, "that is never; a small chance of an error is cheaper than an answer by people."),
    ]


@BANK.question(
    "machine_share",
    "Which share of the held-back mails does the machine then answer?",
    unit="share",
    tolerance=0.003,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = held_out(case)
    sure = mails["confidence"] >= LEAST
    best = triage.automation(
        mails["confidence"], mails["right"], cost_error=ERROR, cost_human=HUMAN, seed=1, resamples=50
    )
    return float(sure.mean()), [
        Slip(
            float(mails["right"].mean()), "this is the share sorted rightly; the question asks for those it is sure of."
        ),
        Slip(
            float(best.share),
            "this goes by the threshold that was cheapest on these very mails; take the one computed above.",
        ),
        Slip(float((~sure).mean()), "this is what is left to people."),
        Slip(
            float((sure & mails["right"]).mean()),
            "this counts only those it answers rightly; it also answers some wrongly.",
        ),
    ]


@BANK.question(
    "saves",
    "How many yuan a mail does that save against people alone, on the held-back mails?",
    unit="yuan",
    tolerance=0.03,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = held_out(case)
    sure = mails["confidence"] >= LEAST
    return HUMAN - cost(mails, LEAST), [
        Slip(cost(mails, LEAST), "this is what a mail costs with the machine; take it from what people cost."),
        Slip(float(HUMAN * sure.mean()), "this forgets the machine's errors; each costs 60 yuan."),
        Slip(HUMAN - cost(mails, 0.0), "this lets the machine answer all."),
        Slip(float((HUMAN - cost(mails, LEAST)) * len(mails)), "this is for all of them; divide by their number."),
    ]


@BANK.question(
    "saves_low",
    "Where is the lower end of the 95 % interval of this saving, if mails of one wording are taken together?",
    unit="yuan a mail",
    tolerance=0.02,
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    mails = held_out(case)
    saved = HUMAN - costs(mails, LEAST)
    low, high = mean_in_groups(saved, mails["wording"])
    return low, [
        Slip(
            mean_in_groups(saved, mails["mail_id"])[0],
            "this takes each mail for itself; mails of one wording stand or fall together.",
        ),
        Slip(high, "this is the upper end."),
        Slip(HUMAN - low, "this is a cost, at the upper end of its interval; the question asks for the saving."),
        Slip(
            mean_in_groups(saved, mails["language"])[0],
            "these are two groups, the languages; what repeats itself is the wording.",
        ),
        Slip(float(saved.mean()), "this is the saving itself; the question asks how low it may be."),
    ]


WHY = (
    "because the threshold was chosen on the mails it is judged on",
    "because people also make errors",
    "because the confidence is too low",
    "because there are too many English mails",
)


@BANK.question(
    "why_dearer",
    "The cheapest threshold costs less on these mails than it is expected to cost on others. Why?",
    options=WHY,
    right_says="right: what looks best on some mails owes part of it to luck.",
)
def _(case: Case) -> tuple[Any, list[Slip]]:
    return WHY[0], [
        Slip(WHY[1], "they may, but here people are taken to be right; both costs leave that out alike."),
        Slip(WHY[2], "a confidence too low would leave more to people on all mails alike."),
        Slip(WHY[3], "the others come from the same box; their languages are mixed the same way."),
    ]
