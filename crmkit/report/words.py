"""What the figures say, in short sentences; and what they do not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crmkit.intervals import wilson
from crmkit.report.html import between, count, money, share

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.report.gather import Report

MEANING = {
    "champions": "bought just now, often and for much",
    "loyal": "bought lately, often or for much",
    "promising": "bought lately, so far seldom or for little",
    "new": "bought lately, for the first time or for very little",
    "slipping": "last bought a while ago, seldom and for little",
    "at risk": "last bought long ago, used to be of middling to high value",
    "must not lose": "last bought long ago, used to be among the best",
    "hibernating": "last bought long ago, seldom and for little",
    "returns only": "only brought goods back; their purchases lie outside the file",
    "best": "buy often and for much at a time",
    "frequent": "buy often, for less than the mean at a time",
    "spender": "buy seldom, for more than the mean at a time",
    "uncertain": "buy seldom and for less than the mean at a time",
}
AT_STAKE = ("at risk", "must not lose")


def day(when: pd.Timestamp) -> str:
    """A day for people: 9 December 2011."""
    return f"{when.day} {when:%B %Y}"


def span(report: Report) -> str:
    """The days of the log."""
    if report.first == report.last:
        return f"on the single day {day(report.first)}"
    return f"from {day(report.first)} to {day(report.last)}"


def what_came_in(report: Report) -> str:
    """The sum of the rows, with the chief reason for rejecting."""
    lost = report.came_in - report.kept
    said = f"{count(report.kept)} of {rows(report.came_in)} ({share(report.kept / report.came_in)}) can be used"
    if not lost:
        return said + "; none was rejected."
    first = report.reasons[report.reasons["fate"] == "rejected"].iloc[0]
    return f"{said}; {count(lost)} were rejected, most often for this reason: {first['what']} ({rows(first['rows'])})."


def rows(number: float) -> str:
    """A number of rows."""
    return many(number, "row")


def many(number: float, what: str) -> str:
    """A number of things: 1 row, 2 rows."""
    return f"{count(number)} {what}{'' if number == 1 else 's'}"


def turnover(report: Report) -> str:
    """Customers, purchases, money and returns."""
    said = (
        f"{many(len(report.rfm), 'customer')} made {many(report.purchases, 'purchase')} {span(report)} "
        f"and brought {money(report.total)}"
    )
    if not report.returns:
        return said + "."
    return f"{said}, after {many(report.returns, 'return')} worth {money(-report.returned)} taken off."


def top_segment(report: Report) -> str:
    """The segment that brings most."""
    if not report.total > 0:
        return ""
    top = report.segments["money"].idxmax()
    row = report.segments.loc[top]
    return (
        f"The segment with most money is '{top}' ({MEANING[top]}): {share(row['share'])} of the customers "
        f"(95 % interval: {between(row['low'], row['high'])}) bring {share(row['money_share'])} of the money."
    )


def at_stake(report: Report) -> str:
    """Good customers who have not been seen for long."""
    here = report.rfm[report.rfm["segment"].isin(AT_STAKE)]
    if here.empty or not report.total > 0:
        return ""
    low, high = (float(end) for end in wilson(len(here), len(report.rfm)))
    return (
        f"At risk or not to be lost: {many(len(here), 'customer')} of middling to high value, "
        f"{share(len(here) / len(report.rfm))} of all (95 % interval: {between(low, high)}). They brought "
        f"{money(here['monetary'].sum())} so far; half of them have not bought for {here['recency'].median():,.0f} days or more."
    )


def concentration(report: Report) -> str:
    """On how few the money rests."""
    found = report.concentration
    if found is None:
        return ""
    if len(report.rfm) == 1:
        return "All money comes from a single customer."
    gini = f"{found.gini:.2f}"
    if math.isfinite(found.low) and len(report.rfm) > 2:
        gini += f" (95 % interval: {found.low:.2f} to {found.high:.2f})"
    return (
        f"The best tenth of the customers brings {share(found.top_tenth)} of the money, and half of the money comes "
        f"from {share(found.half)} of them. The Gini index is {gini}: 0 if all brought the same, near 1 if one brought all."
    )


def retention(report: Report) -> pd.DataFrame:
    """All cohorts together: period, customers, active, share, low, high."""
    later = report.cohorts[report.cohorts["period"] > 0]
    found = later.groupby("period")[["customers", "active"]].sum().reset_index()
    found["share"] = found["active"] / found["customers"]
    found["low"], found["high"] = wilson(found["active"], found["customers"])
    return found


def come_back(report: Report) -> str:
    """Who buys again in the period after the first purchase."""
    if report.cohorts is None or not (report.cohorts["period"] > 0).any():
        return ""
    first = retention(report).iloc[0]
    return (
        f"Of {many(first['customers'], 'customer')} whose first purchase in the file is followed by a whole {report.period}, "
        f"{share(first['share'])} (95 % interval: {between(first['low'], first['high'])}) bought again in that {report.period}."
    )


def mover(report: Report) -> str:
    """The customers with the largest rise and fall."""
    found = report.customer_movers
    if found is None or found.empty:
        return ""
    said = []
    for verb, row in (("rose", found.iloc[0]), ("fell", found.iloc[-1])):
        if (row["change"] > 0) == (verb == "rose") and row["change"]:
            said.append(f"{row.name} {verb} most, by {money(abs(row['change']))}")
    if not said:
        return ""
    return f"Against the {report.mover_days} days before, customer {'; customer '.join(said)}."


def in_short(report: Report) -> list[str]:
    """The findings on top of the page."""
    said = (turnover, what_came_in, top_segment, at_stake, concentration, come_back, mover)
    return [sentence for sentence in (one(report) for one in said) if sentence]


def warnings(report: Report) -> list[str]:
    """What a reader should know before believing the rest."""
    said = list(report.notes)
    lost = report.came_in - report.kept
    if lost > report.came_in / 5:
        said.append(
            f"{share(lost / report.came_in)} of the rows are outside all figures below. If they differ from the rest, so "
            "would the figures."
        )
    repeated = report.reasons.loc[report.reasons["what"].str.startswith("duplicate"), "rows"].sum()
    if repeated:
        said.append(
            f"{rows(repeated)} repeat{'s' if repeated == 1 else ''} an earlier row in every column that was read and "
            "count once. If like purchases are common in your business, keep them (option keep_duplicates)."
        )
    if len(report.rfm) < 30:
        said.append(
            f"With {many(len(report.rfm), 'customer')}, shares say little, and scores compare hardly anybody. "
            "Look at the customers one by one."
        )
    return said


def not_said(report: Report) -> list[str]:
    """The limits of such figures."""
    said = [
        "Money is turnover in the currency of the file, not profit: costs are not in it.",
        "Scores and means compare the customers of this file with one another. They are no judgement from outside.",
        "Segments describe what was bought until "
        f"{day(report.as_of)}. They do not say who will buy next, nor what a mailing would change; "
        "that takes a trial with a control group chosen by lot.",
        "Intervals show what luck alone would make of it if these customers were a sample of many like them. "
        "Errors of the file and changes of the market come on top. Sums are counted, not estimated, and have none.",
        "A customer is a customer number. Two numbers of one person are two customers here, a shared number is one.",
    ]
    if report.cohorts is not None and report.cohorts["cohort"].nunique() > 1:
        said.append(
            "The first cohort holds everybody who bought then, also those who had been customers before the file begins."
        )
    return said
