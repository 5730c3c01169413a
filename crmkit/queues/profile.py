"""The calendar of calls: a recent level, a factor of each weekday, a share of each interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ROUNDS = 4  # weekday factors and levels in turn; they settle at once


@dataclass(frozen=True, eq=False)
class Profile:
    """What a day is expected to bring."""

    level: float  # calls of a mean day, now
    week: np.ndarray  # (7,) factor of each weekday, mean 1 over those that are open; 0: never open
    shares: np.ndarray  # (7, slots), each row adds to 1

    @staticmethod
    def of(counts: np.ndarray, weekday: np.ndarray, half_life: float) -> Profile:
        """From calls (days, slots by the clock; closed days and hours that were left out are missing)."""
        seen = np.isfinite(counts)
        calls = np.where(seen, counts, 0.0)
        is_open = seen.any(axis=1)
        pooled = calls.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        if not pooled.sum():
            return Profile(0.0, np.zeros(7), np.full((7, counts.shape[1]), 1 / counts.shape[1]))
        pooled = pooled / pooled.sum()
        # A day that lacks an hour is scaled to a whole one.
        total = np.where(is_open, calls.sum(axis=1) / np.maximum(seen @ pooled, 1e-9), 0.0)
        age = len(counts) - 1.0 - np.arange(len(counts))
        near = 0.5 ** (np.abs(age[:, None] - age[None, :]) / half_life) * is_open
        week = np.array([float(is_open[weekday == one].any()) for one in range(7)])
        for _ in range(ROUNDS):
            calm = np.where(is_open, total / np.where(week > 0, week, 1.0)[weekday], 0.0)
            smooth = near @ calm / near.sum(axis=1)
            above = np.bincount(weekday, weights=total, minlength=7)
            below = np.bincount(weekday, weights=smooth * is_open, minlength=7)
            week = np.where(below > 0, above / np.where(below > 0, below, 1.0), 0.0)
            week = week / week[week > 0].mean() if (week > 0).any() else week
        calm = np.where(is_open, total / np.where(week > 0, week, 1.0)[weekday], 0.0)
        return Profile(float(near[-1] @ calm / near[-1].sum()), week, _shares(calls, seen, weekday, pooled))

    def mean(self, weekday: np.ndarray) -> np.ndarray:
        """Mean calls (days, slots) of days by their weekday."""
        return self.level * self.week[weekday][:, None] * self.shares[weekday]


def _shares(calls: np.ndarray, seen: np.ndarray, weekday: np.ndarray, pooled: np.ndarray) -> np.ndarray:
    """Shares by weekday, drawn to those of all days as if `weight` calls of these had come too (Dirichlet-multinomial)."""
    slots = len(pooled)
    own, whole = np.zeros((7, slots)), np.zeros((7, slots))
    for one in range(7):
        mine = weekday == one
        own[one] = calls[mine].sum(axis=0)
        whole[one] = (calls[mine].sum(axis=1)[:, None] * pooled * seen[mine]).sum(axis=0)
    there = whole > 0
    rows = int(there.any(axis=1).sum())
    free = max((rows - 1) * (int((pooled > 0).sum()) - 1), 1)
    excess = ((own - whole)[there] ** 2 / whole[there]).sum() / free - 1
    mean = own.sum() / max(rows, 1)
    weight = mean / excess if excess > 0 else np.inf
    if np.isinf(weight):
        return np.tile(pooled, (7, 1))
    shares = (own + weight * pooled) / (own.sum(axis=1, keepdims=True) + weight)
    return shares / shares.sum(axis=1, keepdims=True)


def by_clock(history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Calls (days, slots), weekdays and dates of the days, and the length of an interval in seconds.

    An hour that occurs twice counts by its mean, one that is left out is missing; so are closed days.
    """
    days, place = np.unique(history["day"].to_numpy(), return_inverse=True)
    slot = history["slot"].to_numpy()
    step_s = float((history.index[1] - history.index[0]).total_seconds())
    slots = round(86_400 / step_s)
    weekday = np.zeros(len(days), dtype=np.int64)
    weekday[place] = history["weekday"].to_numpy()
    times, calls = np.zeros((len(days), slots)), np.zeros((len(days), slots))
    np.add.at(times, (place, slot), history["open"].to_numpy(dtype=float))
    np.add.at(calls, (place, slot), history["calls"].to_numpy(dtype=float) * history["open"].to_numpy(dtype=float))
    counts = np.where(times > 0, calls / np.maximum(times, 1), np.nan)
    return counts, weekday, days, step_s
