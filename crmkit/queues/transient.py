"""Mt / M / st + M: the chances of all numbers of callers, carried through a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

STEP = 30.0  # seconds, at most
SPREAD = 9.0  # standard deviations of callers beyond which there is no state
GAMMA = 2 - np.sqrt(2.0)


@dataclass(frozen=True, eq=False)
class Passing:
    """A day by interval."""

    calls_per_h: np.ndarray
    agents: np.ndarray
    handle_s: float
    patience_s: float
    threshold_s: float
    interval_s: float


def pass_through(day: Passing) -> pd.DataFrame:
    """Means over each interval: p_wait, p_abandon, service_level, queue, occupancy.

    Forward equations by TR-BDF2 (Bank et al. 1985), which is stable however fast the agents are; error below 1e-3 at
    these steps. The service level takes the agents of the interval for the whole wait.
    """
    import pandas as pd
    from scipy.linalg.lapack import dgttrf, dgttrs

    states = _most(day)
    k = np.arange(states + 1)
    chance = np.zeros(states + 1)
    chance[0] = 1.0
    leave = 0.0 if np.isinf(day.patience_s) else 1 / day.patience_s
    rows = []
    steps = max(1, int(np.ceil(day.interval_s / STEP)))
    h = day.interval_s / steps
    weight = np.full(steps + 1, h / day.interval_s)
    weight[[0, -1]] /= 2
    known: dict[int, np.ndarray] = {}
    for calls, n in zip(day.calls_per_h.tolist(), day.agents.tolist(), strict=True):
        up = np.full(states + 1, calls / 3600)
        up[-1] = 0.0
        down = np.minimum(k, n) / day.handle_s + np.maximum(k - n, 0) * leave
        stay = -(up + down)
        a = GAMMA * h / 2
        matrix = dgttrf(-a * up[:-1], 1 - a * stay, -a * down[1:])[:5]

        def flow(p: np.ndarray, up: np.ndarray = up, down: np.ndarray = down, stay: np.ndarray = stay) -> np.ndarray:
            change = stay * p
            change[1:] += up[:-1] * p[:-1]
            change[:-1] += down[1:] * p[1:]
            return change

        mean = weight[0] * chance
        for place in range(1, steps + 1):
            first = dgttrs(*matrix, chance + a * flow(chance))[0]
            chance = dgttrs(*matrix, (first - (1 - GAMMA) ** 2 * chance) / (GAMMA * (2 - GAMMA)))[0]
            mean = mean + weight[place] * chance
        busy, waiting = mean[n:].sum(), float(mean @ np.maximum(k - n, 0))
        if n not in known:
            known[n] = _in_time(n, states - n + 1, day, leave)
        rows.append(
            {
                "p_wait": float(busy),
                "p_abandon": waiting * leave / (calls / 3600) if calls else 0.0,
                "service_level": float(mean[:n].sum() + mean[n:] @ known[n]),
                "queue": waiting,
                "occupancy": float(mean @ np.minimum(k, n)) / n,
            }
        )
    return pd.DataFrame(rows)


def _most(day: Passing) -> int:
    """Callers that are never exceeded, for all that matters."""
    load = day.calls_per_h * day.handle_s / 3600
    if np.isinf(day.patience_s):  # what cannot be done piles up
        excess = np.maximum(load - day.agents, 0) * day.interval_s / day.handle_s
        pile = np.cumsum(excess).max() if len(excess) else 0.0
    else:
        pile = (np.maximum(load - day.agents, 0) * day.patience_s / day.handle_s).max()
    centre = max(float(np.maximum(load, day.agents).max()), 1.0) + pile
    return int(np.ceil(centre + SPREAD * np.sqrt(centre) + 20))


def _in_time(n: int, most: int, day: Passing, leave: float) -> np.ndarray:
    """Chance to be answered within the threshold, by the callers ahead in the line (0, 1, …)."""
    from scipy.linalg.lapack import dgttrf, dgttrs

    ahead = np.arange(most)
    move = n / day.handle_s + ahead * leave  # the line moves on, by an agent or by somebody ahead who hangs up
    inside, steps = np.zeros(most), 24
    if day.threshold_s == 0:
        return inside
    h = day.threshold_s / steps
    a = GAMMA * h / 2
    matrix = dgttrf(-a * move[1:], 1 + a * (move + leave), np.zeros(most - 1))[:5]

    def flow(u: np.ndarray) -> np.ndarray:
        change = -(move + leave) * u
        change[1:] += move[1:] * u[:-1]
        change[0] += move[0]  # who is first is answered by the next agent
        return change

    goal = np.zeros(most)
    goal[0] = move[0]
    for _ in range(steps):
        first = dgttrs(*matrix, inside + a * (flow(inside) + goal))[0]
        right = (first - (1 - GAMMA) ** 2 * inside) / (GAMMA * (2 - GAMMA)) + a * goal
        inside = dgttrs(*matrix, right)[0]
    return inside
