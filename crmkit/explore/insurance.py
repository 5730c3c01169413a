"""Explorers of the insurer's case: what claims tell, and who should read a mail of a valuable customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmkit import monitor
from crmkit.explore.explorer import Explorer, number, share
from crmkit.intervals import mean_in_groups
from crmkit.plots import amounts, percent
from crmkit.plots import claim_rates as pictures
from crmkit.plots import monitor as charts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEARS = np.round(np.arange(0.5, 10.01, 0.25), 2)
ASKED = np.array([25, 50, 100, 200, 400, 800, 1_600])


def claim_history(*, mean: float, shape: float) -> Explorer:
    """How much do a policy's own years say?

    `mean` claims a year and `shape` of the gamma law that all policies follow, as `profit.claim_rates` found them.
    """
    from scipy.stats import gamma

    def at(claims: int, years: float) -> tuple[Axes, str]:
        after, of = shape + claims, shape / mean + YEARS
        table = pd.DataFrame(
            {
                "naive": claims / YEARS,
                "rate": after / of,
                "low": gamma.ppf(0.025, after, scale=1 / of),
                "high": gamma.ppf(0.975, after, scale=1 / of),
                "mean": mean,
            },
            index=YEARS,
        )
        row = table.iloc[int(np.abs(YEARS - years).argmin())]
        weight = years / (shape / mean + years)
        said = (
            f"{claims} claims in {years:g} years: {row['naive']:.2f} a year as counted, {row['rate']:.2f} to expect "
            f"({row['low']:.2f} to {row['high']:.2f}); the own years weigh {percent(weight)}, the mean of all is {mean:.2f}."
        )
        return pictures.claim_history(table, at=years, claims=claims), said

    return Explorer(
        at,
        question="After how many years without a claim may one expect half of the mean? And what does one claim undo?",
        claims=number("claims seen", 0, 0, 5),
        years=number("years watched", 2, 1, 10),
    )


def machine_by_value(
    confidence: pd.Series,
    correct: pd.Series,
    value: pd.Series,
    *,
    human: float,
    annoyed: float,
    leave: float = 0.02,
    group: pd.Series | None = None,
    unit: str = "money",
) -> Explorer:
    """Should the machine be bolder with small customers?

    `confidence`, `correct`, `value` of mails (the customer's yearly margin) that the machine was not learned from;
    `human` the cost of an answer by people; `annoyed` what an error costs whatever the customer; `leave` the share who
    leave after one, as shown first; `group` what stands or falls together, such as the wording (without it each mail is counted).
    """
    sure, right = np.asarray(confidence, dtype=float), np.asarray(correct, dtype=float)
    worth = np.clip(np.asarray(value, dtype=float), 0, None)
    alike = np.arange(len(sure)) if group is None else np.asarray(group)

    def costs(least: np.ndarray | float, error: np.ndarray) -> np.ndarray:
        return np.where(sure >= least, error * (1 - right), human)

    def at(leave: float, years: int) -> tuple[Axes, str]:
        error = annoyed + leave * years * worth
        one, own = 1 - human / error.mean(), 1 - human / error
        for_all, for_each = costs(one, error), costs(own, error)
        sums = pd.Series(
            {
                "people answer all": human * 1_000,
                "one threshold for all": for_all.mean() * 1_000,
                "one for each customer": for_each.mean() * 1_000,
            }
        )
        low, high = (1_000 * end for end in mean_in_groups(for_all - for_each, alike))
        shares = percent((sure >= one).mean()), percent((sure >= own).mean())
        said = (
            f"An error makes {percent(leave)} leave who would have stayed {years} years: it costs {error.mean():,.0f} {unit} on "
            f"average. One threshold of {one:.2f}: {shares[0]} by machine, {sums.iloc[1]:,.0f} per 1,000 mails; one for each "
            f"customer: {shares[1]}, {sums.iloc[2]:,.0f}; people alone: {sums.iloc[0]:,.0f}. Saved by thresholds of their own: "
            f"{sums.iloc[1] - sums.iloc[2]:,.0f} ({low:,.0f} to {high:,.0f})."
        )
        saved = sums.iloc[1] - sums.iloc[2]
        title = f"A threshold of one's own saves {saved:,.0f} {unit} on 1,000 mails more than one for all"
        if low <= 0 <= high:
            title = "These mails cannot tell a threshold of one's own from one for all"
        elif saved < 0:
            title = f"On these mails a threshold of one's own costs {-saved:,.0f} {unit} more on 1,000"
        return amounts(sums, title=title, unit=f"{unit} for 1,000 mails"), said

    return Explorer(
        at,
        question="At which loss of customers is a threshold for each worth its trouble?",
        leave=share("leave after an error", leave, 0.0, 0.3),
        years=number("years lost with a customer", 5, 1, 15),
    )


def score_change(*, sd: float) -> Explorer:
    """Is +4 points more than noise? `sd` of one answer, points."""

    def at(change: int, answers: int) -> tuple[Axes, str]:
        found = monitor.before_after(0.0, float(change), sd=sd, n=answers)
        counts = np.array(sorted({*ASKED, answers}))
        half = [monitor.before_after(0.0, 1.0, sd=sd, n=int(n)) for n in counts]
        table = pd.DataFrame({"two samples": [(one.high - one.low) / 2 for one in half]}, index=counts)
        said = (
            f"{answers:,} answers before and {answers:,} after, {change:+d} points: the interval is {found.low:+.1f} to "
            f"{found.high:+.1f}; {found.needed:,.0f} on each side would show a true change of that size 8 times in 10."
        )
        title = f"{answers:,} answers before and after tell a change to ±{table.loc[answers].iloc[0]:.1f} points"
        return charts.sample_width(table, at=answers, title=title), said

    return Explorer(
        at,
        question="From how many answers on is a change of 4 points more than noise? And would that say who caused it?",
        change=number("change, points", 4, 1, 10),
        answers=number("answers before and after", 25, 10, 800, step=5),
    )
