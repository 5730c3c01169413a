"""The shift cover as a linear program, whole or not, and what is lacking where it has no solution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CLOSE = 1e-7  # people; the solver keeps whole numbers to 1e-6
FREE = 2  # people that the search may take off a shift of the bound
NEAR = 1  # neighbours of the shifts of the bound that diving may use, to each side
AT_ONCE, HALF = 4, 0.5  # of the open shifts one in four is raised at a time, if it is more than half there
ENOUGH = 60.0  # seconds for one linear program; it takes hundredths
LACKING = 1e-6  # agents; less is the solver's rounding


class Program:
    """Columns: people on each shift; then, where asked for, agents lacking, and agents on deferrable work, by interval."""

    def __init__(
        self,
        there: np.ndarray,
        patterns: pd.DataFrame,
        want: np.ndarray,
        work: np.ndarray,
        price: float | None,
        kinds: Mapping[str, tuple[int, int | None]],
    ) -> None:
        from scipy import sparse

        self.shifts, self.want, self.work = len(patterns), want, work
        count = len(want)
        self.least, self.most = (patterns[one].to_numpy(dtype=float) for one in ("least", "most"))
        cost = patterns["cost"].to_numpy(dtype=float)
        if (
            not np.isfinite(cost).all()
            or (cost < 0).any()
            or not (self.least <= self.most).all()
            or self.least.min() < 0
        ):
            raise ValueError(
                "patterns has a cost that is no money of 0 or more, or a least above the most; expected sound ones"
            )
        columns, blocks = [cost], [sparse.csr_array(there.T.astype(float))]
        self.lacks, self.done, at = None, None, self.shifts
        if price is not None:
            columns.append(np.full(count, price))
            blocks.append(sparse.eye_array(count, format="csr"))
            self.lacks, at = slice(at, at + count), at + count
        if work.any():
            columns.append(np.zeros(count))
            blocks.append(-sparse.eye_array(count, format="csr"))
            self.done, at = slice(at, at + count), at + count
        self.cost, self.at = np.concatenate(columns), at
        self.rows = [(sparse.hstack(blocks, format="csc"), want, np.full(count, np.inf))]
        if self.done is not None:  # done up to an interval: no more than what has arrived; at the end all of it
            upto = np.cumsum(work)
            low = np.zeros(count)
            low[-1] = upto[-1]
            so_far = sparse.csr_array(np.tril(np.ones((count, count))))
            self.rows.append((self._wide(so_far, self.done), low, upto))
        self._limits(patterns["kind"].to_numpy(), kinds)

    def _wide(self, block: Any, where: slice) -> Any:
        from scipy import sparse

        left, right = (sparse.csr_array((block.shape[0], many)) for many in (where.start, self.at - where.stop))
        return sparse.hstack([left, block, right], format="csc")

    def _limits(self, kind: np.ndarray, kinds: Mapping[str, tuple[int, int | None]]) -> None:
        from scipy import sparse

        for name, (least, most) in kinds.items():
            own, top = kind == name, np.inf if most is None else float(most)
            if not own.any():
                raise ValueError(f"kinds names {name!r}, of which there is no pattern; there are {sorted(set(kind))}")
            if not 0 <= least <= top or self.least[own].sum() > top or self.most[own].sum() < least:
                raise ValueError(
                    f"kinds[{name!r}]={(least, most)!r} cannot be kept: its patterns take {self.least[own].sum():g} to "
                    f"{self.most[own].sum():g} people; expected least <= most within reach of them"
                )
            row = sparse.csr_array(own[None, :].astype(float))
            self.rows.append((self._wide(row, slice(0, self.shifts)), np.array([float(least)]), np.array([top])))

    def bound(self) -> tuple[float, np.ndarray] | None:
        """Cost and columns where people may be halved: nothing whole costs less. None where there is no solution."""
        return self._solve(self.least, self.most, whole=False, gap=0.0, seconds=ENOUGH)

    def plan(self, relaxed: np.ndarray, bound: float, *, gap: float, seconds: float) -> tuple[float, np.ndarray] | None:
        """The best whole plan found: by diving, and where that is not close enough by a search among the shifts used."""
        used = relaxed[: self.shifts] > CLOSE
        best = self._dive(relaxed, used)
        if seconds > 0 and (best is None or best[0] > bound * (1 + gap) + CLOSE):
            stay = np.maximum(np.floor(relaxed[: self.shifts] + CLOSE) - FREE, self.least)
            top = np.where(used | (self.least > 0), self.most, 0.0)
            found = self._solve(np.where(used, stay, self.least), top, whole=True, gap=0.9 * gap, seconds=seconds)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return best

    def _dive(self, relaxed: np.ndarray, used: np.ndarray) -> tuple[float, np.ndarray] | None:
        """Raise the largest parts of people to whole ones, solve again, until all are whole; None where limits forbid it."""
        people, near = relaxed[: self.shifts], used.copy()
        for _ in range(NEAR):
            near[1:] |= near[:-1]
            near[:-1] |= near[1:]
        low = self.least.copy()
        top = np.where(near | (low > 0), self.most, 0.0)
        while True:
            floor = np.floor(people + CLOSE)
            part = people - floor
            open_ = np.flatnonzero(part > CLOSE)
            if not len(open_):
                whole = relaxed.copy()
                whole[: self.shifts] = floor
                return float(self.cost @ whole), whole
            low = np.maximum(low, floor - 1)
            first = open_[np.argsort(-part[open_], kind="stable")][: max(1, len(open_) // AT_ONCE)]
            high = first[part[first] > HALF]
            up = high if len(high) else first[:1]
            low[up] = floor[up] + 1
            found = self._solve(low, top, whole=False, gap=0.0, seconds=ENOUGH)
            if found is None:
                return None
            relaxed = found[1]
            people = relaxed[: self.shifts]

    def _solve(
        self, least: np.ndarray, most: np.ndarray, *, whole: bool, gap: float, seconds: float
    ) -> tuple[float, np.ndarray] | None:
        from scipy.optimize import Bounds, LinearConstraint, milp

        low, high, kind = np.zeros(self.at), np.full(self.at, np.inf), np.zeros(self.at)
        low[: self.shifts], high[: self.shifts], kind[: self.shifts] = least, most, float(whole)
        own = np.flatnonzero(high > 0) if high.any() else np.arange(1)  # the solver need not see the others
        found = milp(
            self.cost[own],
            integrality=kind[own],
            bounds=Bounds(low[own], high[own]),
            constraints=[LinearConstraint(rows[:, own], floor, roof) for rows, floor, roof in self.rows],
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.x is None:
            return None
        every = np.zeros(self.at)
        every[own] = found.x
        return float(found.fun), every

    def lacking(self, words: list[str]) -> str:
        """Where the limits of the shifts leave too few agents, in words: from the cover that lacks least."""
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        count = len(self.want)
        rows = [LinearConstraint(sparse.hstack([self.rows[0][0], sparse.eye_array(count)]), *self.rows[0][1:])]
        rows += [
            LinearConstraint(sparse.hstack([one, sparse.csr_array((one.shape[0], count))]), low, high)
            for one, low, high in self.rows[1:]
        ]
        low, high = np.zeros(self.at + count), np.full(self.at + count, np.inf)
        low[: self.shifts], high[: self.shifts] = self.least, self.most
        price = np.concatenate([np.zeros(self.at), np.ones(count)])
        found = milp(price, bounds=Bounds(low, high), constraints=rows)
        if found.x is None:
            return "the limits of patterns and kinds contradict each other; expected limits that some plan keeps"
        short = np.ceil(found.x[self.at :] - LACKING)
        place = int(short.argmax())
        what = " beside the deferrable work" if self.done is not None else ""
        return (
            f"the limits leave interval {place} ({words[place]}) without {short[place]:,.0f} of {self.want[place]:,.0f} agents"
            f"{what}{more(short > 0)}. Mend: a higher most (of patterns or kinds), more patterns that work then, or short_cost"
        )


def more(where: np.ndarray) -> str:
    """How many intervals beside the first named one."""
    others = int(where.sum()) - 1
    return f" (and {others} interval{'s' if others > 1 else ''} more)" if others > 0 else ""
