"""Which shifts cover the day at least cost, and how far from the best that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit import door
from crmkit.queues.patterns import clock_words, presence
from crmkit.queues.program import Program, more

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

CLOSE = 1e-5  # agents; less is the solver's rounding


@dataclass(frozen=True, eq=False)
class ShiftPlan:
    """People on shifts, what that covers, and the least that any plan could cost."""

    shifts: pd.DataFrame  # the patterns, with people: how many are on each
    intervals: pd.DataFrame  # from (HH:MM), needed, on_duty, over, under (agents), deferred (agents on deferrable work)
    cost: float  # money of the day, wages only
    penalty: float  # money for what is not covered, 0 if all is
    bound: float  # no plan costs less (wages and penalty): the linear program's optimum
    step_s: float  # length of an interval

    @property
    def gap(self) -> float:
        """How far wages and penalty may lie above the best plan, as a share of the bound."""
        return (self.cost + self.penalty) / self.bound - 1 if self.bound > 0 else 0.0

    def roster(self) -> pd.DataFrame:
        """One row a person: agent, shift, kind, begins, ends, breaks (HH:MM), hours (from coming to going), cost.

        An end not later than the begin is of the next day. ``plan.roster().to_csv("roster.csv", index=False)``
        """
        import pandas as pd

        own, words = self.shifts[self.shifts["people"] > 0], self.intervals["from"].tolist()

        def at(begins: int, after: int) -> str:
            place = begins + after
            return words[place] if place < len(words) else words[place - len(words)]

        last = _later(words[-1], self.step_s)
        ends = [
            last if begins + length == len(words) else at(begins, length)
            for begins, length in zip(own["begins"], own["length"], strict=True)
        ]
        pauses = [
            "; ".join(f"{at(begins, first)}-{at(begins, end)}" for first, end in _runs(off))
            for begins, off in zip(own["begins"], own["breaks"], strict=True)
        ]
        table = pd.DataFrame({
            "shift": own["shift"], "kind": own["kind"], "begins": [words[one] for one in own["begins"]], "ends": ends,
            "breaks": pauses, "hours": own["length"] * self.step_s / 3600, "cost": own["cost"],
        })  # fmt: skip
        table = table.loc[table.index.repeat(own["people"])].reset_index(drop=True)
        table.insert(0, "agent", np.arange(1, len(table) + 1))
        return table


def cover_shifts(
    needed: ArrayLike,
    patterns: pd.DataFrame,
    *,
    short_cost: float | None = None,
    kinds: Mapping[str, tuple[int, int | None]] | None = None,
    deferrable_h: ArrayLike = 0.0,
    around: bool = False,
    begins: pd.DatetimeIndex | None = None,
    interval_s: float = 900.0,
    gap: float = 0.001,
    seconds: float = 1.0,
) -> ShiftPlan:
    """The cheapest shifts that put enough agents on duty in every interval.

    Parameters
    ----------
    needed : array (intervals,)
        Agents needed, whole numbers of 0 or more; 96 quarters of an hour, 92 or 100 where the clocks are changed.
    patterns : DataFrame
        As of `shift_patterns`: shift, kind, begins, length, breaks, cost, least, most. Shifts may overlap: they add up.
    short_cost : float, optional
        Money for each agent and hour that lacks; default: all must be covered.
    kinds : mapping, optional
        Least and most people (None: no limit) of a kind, e.g. ``{"part-time": (0, 200)}``.
    deferrable_h : float or array (intervals,)
        Hours of work that can wait (e-mail), by the interval in which they arrive; a number: all there from the begin. Done
        until the end of the day by agents whom the calls do not need.
    around, interval_s
        As in `shift_patterns`.
    begins : DatetimeIndex, optional
        When the intervals begin (`day_intervals`), in place of interval_s.
    gap : float
        Stop when no plan can be cheaper by more than this share.
    seconds : float
        Longest search where the first plan is not close enough; the plan then is the best so far, and its `gap` says how good.
        Small centres often end so: half a person is much there, and the bound itself cannot be reached. With 0 there is no
        search by the clock, and the same input gives the same plan on every machine.

    Returns
    -------
    ShiftPlan

    Raises
    ------
    ValueError
        If the shifts cannot cover an interval (it is named, with what lacks), or figures are out of their range.

    References
    ----------
    Dantzig (1954), A comment on Edie's traffic delays at toll booths: the cover. Solved by HiGHS (Huangfu & Hall 2018): the
    linear program gives the bound, its whole parts stay, the rest is a small whole-number program.

    >>> from crmkit.queues import shift_patterns
    >>> plan = cover_shifts([2, 2, 3, 3, 1, 1], shift_patterns(6, hours=1, interval_s=1800), interval_s=1800)
    >>> plan.intervals["on_duty"].tolist(), plan.cost
    ([2, 2, 3, 3, 1, 1], 6.0)
    """
    import pandas as pd

    want = door.counts("needed", np.asarray(needed), low=0)
    words = clock_words(len(want) if begins is None else begins, interval_s)
    if len(words) != len(want):
        raise ValueError(f"needed has {len(want)} intervals and begins {len(words)}; expected one each")
    step_s = interval_s if begins is None else float((begins[1] - begins[0]).total_seconds())
    door.share("gap", gap)
    door.number("seconds", seconds, low=0)
    if short_cost is not None:
        door.number("short_cost", short_cost, low=0)
    work = np.zeros(len(want))
    given = np.atleast_1d(np.asarray(deferrable_h, dtype=float))
    if not (np.isfinite(given) & (given >= 0)).all() or len(given) not in (1, len(want)):
        raise ValueError(f"deferrable_h={deferrable_h!r} must be hours of 0 or more, one number or one an interval")
    work[: len(given)] = given * 3600 / step_s
    there = presence(patterns, len(want), around=around)
    lp = Program(there, patterns, want, work, None if short_cost is None else short_cost * step_s / 3600, kinds or {})
    bare = (want > 0) & ~there.any(axis=0)
    if bare.any() and short_cost is None:
        place = int(np.flatnonzero(bare)[0])
        raise ValueError(
            f"no shift works in interval {place} ({words[place]}), where {want[place]:,.0f} agents are needed"
            f"{more(bare)}. Mend: add patterns that work then, or give short_cost"
        )
    found = lp.bound()
    if found is None:
        raise ValueError(lp.lacking(words))
    bound, relaxed = found
    best = lp.plan(relaxed, bound, gap=gap, seconds=seconds)
    if best is None:
        raise ValueError(
            f"no plan of whole people was found with seconds={seconds:g}; expected wider limits or more time"
        )
    people = np.rint(best[1][: lp.shifts]).astype(np.int64)
    deferred = best[1][lp.done] if lp.done is not None else np.zeros(len(want))
    on_duty = people @ there
    under = np.maximum(want - on_duty + deferred, 0)
    table = pd.DataFrame({
        "from": words,
        "needed": want.astype(np.int64),
        "on_duty": on_duty,
        "over": np.maximum(on_duty - want, 0).astype(np.int64),
        "under": np.where(under > CLOSE, np.ceil(under - CLOSE), 0).astype(np.int64),
        "deferred": np.maximum(deferred, 0),
    })  # fmt: skip
    price = 0.0 if short_cost is None else short_cost * step_s / 3600
    return ShiftPlan(
        patterns.assign(people=people),
        table.rename_axis("interval"),
        float(people @ patterns["cost"].to_numpy(dtype=float)),
        float(price * table["under"].sum()),
        float(bound),
        float(step_s),
    )


def _runs(off: tuple[int, ...]) -> list[tuple[int, int]]:
    """Begin and end of each row of intervals without a gap."""
    found: list[tuple[int, int]] = []
    for one in off:
        if found and found[-1][1] == one:
            found[-1] = (found[-1][0], one + 1)
        else:
            found.append((one, one + 1))
    return found


def _later(word: str, step_s: float) -> str:
    """The time an interval after HH:MM."""
    minutes = int(word[:2]) * 60 + int(word[3:]) + round(step_s / 60)
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
