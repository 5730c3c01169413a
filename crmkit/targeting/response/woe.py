"""Weight of evidence: a feature cut into a few bins, and what being in each says about the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.intervals import normal_quantile, wilson
from crmkit.targeting.response.features import MISSING

if TYPE_CHECKING:
    import pandas as pd

FINEST = 20  # equal parts that bins of numbers are put together from
OTHER = "(other)"  # rare categories taken together; unseen ones count as these


@dataclass(frozen=True)
class Bins:
    """One feature in bins: edges of a number or groups of words, with the weight of evidence of each."""

    feature: str
    edges: tuple[float, ...]  # inner edges; a bin holds its upper edge; () for words
    groups: tuple[str, ...]  # names of the bins of words, in the order of the table; () for numbers
    numeric: bool
    table: pd.DataFrame = field(repr=False)  # see `woe`

    def place(self, values: pd.Series) -> np.ndarray:
        """Number of the bin of each value; -1 for words (or missing numbers) that no bin knows."""
        import pandas as pd

        has_missing = self.table["bin"].iloc[-1] == MISSING
        if self.numeric:
            at = np.searchsorted(self.edges, values.to_numpy(dtype=float), side="left")
            return np.where(values.isna(), len(self.table) - 1 if has_missing else -1, at)
        codes = pd.Index(self.groups).get_indexer(values)
        other = self.groups.index(OTHER) if OTHER in self.groups else -1
        return np.where((codes < 0) & (values != MISSING), other, codes)

    def weigh(self, values: pd.Series) -> np.ndarray:
        """Weight of evidence of each value; 0, no evidence, where no bin knows it."""
        at = self.place(values)
        return np.where(at < 0, 0.0, self.table["woe"].to_numpy()[at])


def cut(
    values: pd.Series,
    happened: np.ndarray,
    *,
    numeric: bool,
    yes_no: bool,
    bins: int,
    monotone: bool,
    smoothing: float,
    level: float,
) -> Bins:
    """Bins of one feature, already plain (floats with nan, or words); its name is that of the values."""
    import pandas as pd

    if numeric:
        edges = _edges(values.to_numpy(), happened, bins, monotone)
        labels = ["no", "yes"] if yes_no and len(edges) else _labels(edges)
        at = np.searchsorted(edges, values.to_numpy(), side="left")
        if values.isna().any():
            labels.append(MISSING)
            at = np.where(values.isna(), len(labels) - 1, at)
        groups: tuple[str, ...] = ()
    else:
        edges = np.empty(0)
        shown = values[values != MISSING].value_counts()
        # Ties by name: the same customers in another order give the same bins.
        names = sorted(shown.index, key=lambda word: (-shown[word], word))
        kept = [word for word in names if shown[word] >= max(0.02 * len(values), 10)][: max(bins, 1)]
        labels = kept + ([OTHER] if len(kept) < len(names) else []) + ([MISSING] if (values == MISSING).any() else [])
        at = pd.Index(labels).get_indexer(values)
        at = np.where(at < 0, labels.index(OTHER) if OTHER in labels else -1, at)
        groups = tuple(labels)
    return Bins(
        str(values.name), tuple(edges.tolist()), groups, numeric, _table(labels, at, happened, smoothing, level)
    )


def _edges(values: np.ndarray, happened: np.ndarray, bins: int, monotone: bool) -> np.ndarray:
    """Inner edges: equal parts, put together until the rate only rises or only falls, and there are few enough."""
    known = ~np.isnan(values)
    x, y = values[known], happened[known]
    parts = np.unique(np.quantile(x, np.linspace(0, 1, (FINEST if monotone else bins) + 1)[1:-1], method="lower"))
    edges = parts[parts < x.max()]
    if not monotone:
        return edges
    at = np.searchsorted(edges, x, side="left")
    hits, of = np.bincount(at, weights=y, minlength=len(edges) + 1), np.bincount(at, minlength=len(edges) + 1)
    edges = _pooled(edges, hits, of)
    at = np.searchsorted(edges, x, side="left")
    hits, of = np.bincount(at, weights=y, minlength=len(edges) + 1), np.bincount(at, minlength=len(edges) + 1)
    while len(of) > bins or (of.min() < 0.02 * len(x) and len(of) > 1):
        # The two neighbours whose union loses least likelihood; first those with too few customers.
        loss = (
            _likelihood(hits, of)[:-1] + _likelihood(hits, of)[1:] - _likelihood(hits[:-1] + hits[1:], of[:-1] + of[1:])
        )
        if len(of) <= bins:
            small = np.flatnonzero(of < 0.02 * len(x))
            touch = np.isin(np.arange(len(loss)), np.concatenate([small, small - 1]))
            loss = np.where(touch, loss, np.inf)
        drop = int(loss.argmin())
        edges = np.delete(edges, drop)
        for sums in (hits, of):
            sums[drop] += sums[drop + 1]
        hits, of = np.delete(hits, drop + 1), np.delete(of, drop + 1)
    return edges


def _pooled(edges: np.ndarray, hits: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Edges left when neighbours against the trend are put together (isotonic regression), rising or falling."""
    from sklearn.isotonic import IsotonicRegression

    ways = []
    for rising in (True, False):
        rate = IsotonicRegression(increasing=rising).fit_transform(np.arange(len(of)), hits / of, sample_weight=of)
        ways.append((float(of @ (rate - hits / of) ** 2), rate))
    rate = min(ways, key=lambda way: way[0])[1]
    return edges[np.abs(np.diff(rate)) > 1e-12]


def _likelihood(hits: np.ndarray, of: np.ndarray) -> np.ndarray:
    from scipy.special import xlogy

    return xlogy(hits, hits / of) + xlogy(of - hits, 1 - hits / of)


def _labels(edges: np.ndarray) -> list[str]:
    if not len(edges):
        return ["all"]
    told = _told(edges)
    between = [f"{low} to {high}" for low, high in pairwise(told)]
    return [f"up to {told[0]}", *between, f"over {told[-1]}"]


def _told(edges: np.ndarray) -> list[str]:
    """Edges in as few digits as tell them apart."""
    for digits in (4, 6, 9, 15):
        told = [f"{edge:,.{digits}g}" if abs(edge) < 1e15 else f"{edge:.{digits}g}" for edge in edges]
        told = [
            f"{edge:,.0f}" if abs(edge) >= 1000 and float(edge).is_integer() else word
            for edge, word in zip(edges, told, strict=True)
        ]
        if len(set(told)) == len(told):
            break
    return told


def _table(labels: list[str], at: np.ndarray, happened: np.ndarray, smoothing: float, level: float) -> pd.DataFrame:
    import pandas as pd

    base = happened.mean()
    of = np.bincount(at, minlength=len(labels)).astype(float)
    hits = np.bincount(at, weights=happened, minlength=len(labels))
    # Customers of the base rate added to each bin: an empty cell stays finite and a small bin says little.
    ones, zeros = hits + smoothing * base, of - hits + smoothing * (1 - base)
    share_ones, share_zeros = ones / ones.sum(), zeros / zeros.sum()
    woe = np.log(share_ones / share_zeros)
    low, high = wilson(hits, of, level=level)
    made: dict[str, Any] = {"bin": labels, "customers": of.astype(int), "rate": hits / of, "low": low, "high": high}
    # Of a log of a ratio of two shares, by the delta method.
    half = normal_quantile(level) * np.sqrt(1 / ones - 1 / ones.sum() + 1 / zeros - 1 / zeros.sum())
    made |= {"woe": woe, "woe_low": woe - half, "woe_high": woe + half}
    return pd.DataFrame(made | {"iv": (share_ones - share_zeros) * woe})
