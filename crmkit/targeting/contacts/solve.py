"""The best plan under few limits that all share: a linear programme near the break-even, then whole customers.

At given prices of the limits each customer decides alone, so most decisions are plain and only customers near
the break-even need the programme. The value at the prices bounds every plan from above (Lagrangian duality,
Geoffrion 1974), so the distance to the best plan is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, eye, hstack, vstack

from crmkit.targeting.contacts.quiet import quiet

FREE, WHOLE = 4_000, 300  # customers in the first programme, and in the one of whole customers
# A limit broken costs so many of the largest gain: more than any plan could win by breaking it.
PENALTY = 1_000.0
TOLERANCE = 1e-6
STEPS = 80  # of the descent to the prices; it only finds where to begin


@dataclass(frozen=True)
class Problem:
    """Gain of each contact, sorted by customer, and limits use @ x <= bound (rows scaled)."""

    gain: np.ndarray
    who: np.ndarray  # customer of each contact, 0, 1, 2, ... in order
    use: csr_matrix
    bound: np.ndarray

    @property
    def customers(self) -> int:
        """Number of customers."""
        return int(self.who[-1]) + 1

    @property
    def penalty(self) -> float:
        """Cost of one unit beyond a limit."""
        return PENALTY * max(float(np.abs(self.gain).max()), 1e-9)


@dataclass(frozen=True)
class Solution:
    """Chosen contacts, prices of the limits, and what is known of the best."""

    chosen: np.ndarray  # places of the contacts
    relaxed: float  # gain of the best plan that may split customers
    bound: float  # no plan brings more
    price: np.ndarray
    excess: np.ndarray  # by which each limit must be broken, 0 where all hold
    whole: bool  # False: no plan with whole customers was found


def _decide(problem: Problem, price: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Best contact of each customer at these prices (-1: none), how plain the choice is, the bound."""
    net = problem.gain - problem.use.T @ price
    starts = np.flatnonzero(np.diff(problem.who, prepend=-1))
    first = np.maximum.reduceat(net, starts)
    ties = np.flatnonzero(net == first[problem.who])
    at = ties[np.unique(problem.who[ties], return_index=True)[1]]
    others = net.copy()
    others[at] = -np.inf
    second = np.maximum(np.maximum.reduceat(others, starts), 0)
    plain = np.where(first > 0, first - second, -first)
    return np.where(first > 0, at, -1), plain, float(price @ problem.bound + np.maximum(first, 0).sum())


def _programme(problem: Problem, free: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares of the free contacts (a mask), prices and excess, given what is left of each limit."""
    who = np.unique(problem.who[free], return_inverse=True)[1]
    n, k = len(who), len(left)
    once = csr_matrix((np.ones(n), (who, np.arange(n))), shape=(int(who[-1]) + 1, n + k))
    limits = hstack([problem.use[:, free], -eye(k)])
    found = linprog(
        np.append(-problem.gain[free], np.full(k, problem.penalty)),
        A_ub=vstack([limits, once], format="csr"),
        b_ub=np.append(left, np.ones(once.shape[0])),
        bounds=(0, None),
        method="highs",
    )
    if found.x is None:
        raise RuntimeError(f"the linear programme of the plan did not end: {found.message}")
    return found.x[:n], np.maximum(-found.ineqlin.marginals[:k], 0), found.x[n:]


def _descend(problem: Problem, price: np.ndarray) -> np.ndarray:
    """Prices near those of the best plan: cutting planes in a box that grows and shrinks (Kelley 1960)."""
    k = len(price)
    at, _, best = _decide(problem, price)
    radius = np.maximum(0.2 * price, 0.02 * np.abs(problem.gain).mean())
    slopes, heights = [], []
    here = price
    for _ in range(STEPS):
        slope = problem.bound - np.asarray(problem.use[:, at[at >= 0]].sum(axis=1)).ravel()
        slopes.append(np.append(slope, -1.0))
        heights.append(slope @ here - _value(problem, here, at))
        box = [(max(p - r, 0.0), min(p + r, problem.penalty)) for p, r in zip(price, radius, strict=True)]
        cost = np.append(np.zeros(k), 1.0)
        found = linprog(cost, A_ub=np.array(slopes), b_ub=np.array(heights), bounds=[*box, (None, None)])
        if found.x is None or (
            best - found.x[k] <= TOLERANCE * max(abs(best), 1e-9)
            and not (np.isclose(np.abs(found.x[:k] - price), radius) & (found.x[:k] > 0)).any()
        ):
            break
        here = found.x[:k]
        at, _, bound = _decide(problem, here)
        if bound < best:
            radius = np.where(np.isclose(np.abs(here - price), radius), 2 * radius, radius)
            price, best = here, bound
        else:
            radius = radius / 2
    return price


def _value(problem: Problem, price: np.ndarray, at: np.ndarray) -> float:
    """The bound at these prices, by the decisions that they lead to."""
    made = at[at >= 0]
    used = np.asarray(problem.use[:, made].sum(axis=1)).ravel()
    return float(problem.gain[made].sum() + price @ (problem.bound - used))


def solve(problem: Problem) -> Solution:
    """Choose at most one contact a customer within the limits."""
    count, k = problem.customers, len(problem.bound)
    if not k:
        at, _, bound = _decide(problem, np.zeros(0))
        return Solution(at[at >= 0], bound, bound, np.zeros(0), np.zeros(0), True)
    price = np.zeros(k)
    if count > FREE:
        # A part of the customers with the same part of the limits tells about where the prices lie.
        step = -(-count // FREE)
        part = problem.who % step == 0
        price = _programme(problem, part, problem.bound / step)[1]
        price = _descend(problem, price)
    size, best = FREE, np.inf
    while True:
        at, plain, bound = _decide(problem, price)
        best = min(best, bound)
        near = np.zeros(count, dtype=bool)
        near[np.argpartition(plain, size)[:size] if size < count else slice(None)] = True
        share = np.zeros(len(problem.gain))
        share[at[~near & (at >= 0)]] = 1.0
        free = near[problem.who]
        share[free], told, excess = _programme(problem, free, problem.bound - problem.use @ share)
        relaxed = float(problem.gain @ share)
        _, other, bound = _decide(problem, told)
        # Prices of a programme whose fixed part breaks a limit are those of breaking it: worse than the old.
        if bound <= best or size >= count:
            price, plain, best = told, other, min(best, bound)
        if size >= count or best - relaxed + problem.penalty * excess.sum() <= TOLERANCE * max(abs(best), 1e-9):
            break
        size *= 2
    excess = np.where(excess > 1e-6 * np.maximum(np.abs(problem.bound), 1), excess, 0.0)
    if excess.any():
        return Solution(np.flatnonzero(share > 0.5), relaxed, best, price, excess, False)
    chosen = _whole(problem, share, plain)
    whole = chosen is not None
    return Solution(chosen if whole else np.zeros(0, dtype=int), relaxed, best, price, excess, whole)


def _whole(problem: Problem, share: np.ndarray, plain: np.ndarray) -> np.ndarray | None:
    """Decide the split customers, and those nearest the break-even with them, one way or the other."""
    split = np.zeros(problem.customers, dtype=bool)
    split[problem.who[(share > 1e-9) & (share < 1 - 1e-9)]] = True
    order = np.argsort(plain, kind="stable")
    for size in (WHOLE, 10 * WHOLE):
        near = split.copy()
        near[order[:size]] = True
        free = near[problem.who]
        kept = np.where(free, 0.0, np.round(share))
        who = np.unique(problem.who[free], return_inverse=True)[1]
        n = len(who)
        once = csr_matrix((np.ones(n), (who, np.arange(n))), shape=(int(who[-1]) + 1, n))
        left = problem.bound - problem.use @ kept
        # A hair of room, so that rounding in sums of many contacts does not forbid an exact fit.
        left = left + 1e-9 * np.maximum(np.abs(problem.bound), 1)
        part = float(problem.gain[free] @ share[free])
        near_enough = 1e-4 * abs(float(problem.gain @ share)) / max(abs(part), 1e-12)
        with quiet():
            found = milp(
                -problem.gain[free],
                constraints=[LinearConstraint(problem.use[:, free], ub=left), LinearConstraint(once, ub=1)],
                integrality=np.ones(n),
                bounds=Bounds(0, 1),
                options={"mip_rel_gap": min(near_enough, 0.01), "node_limit": 200},
            )
        if found.x is not None:
            kept[free] = np.round(found.x)
            return np.flatnonzero(kept > 0.5)
    return None
