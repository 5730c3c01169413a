"""How strongly does having one item speak for another? Learned from what customers have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.baskets.encode import Coded
from crmkit.baskets.significance import fisher, with_misses

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WAYS = ("cosine", "lift", "rules", "popularity")
BELIEVED = 0.05  # false discovery rate up to which a rule speaks for an offer
PRIOR = 5.0  # common customers that a lift must first outweigh: rare pairs are drawn to 1
TIE = 1e-9  # weight of the popularity where scores are equal
MOST = 6_000  # items, whose pairs fill 300 MB
AT_ONCE = 4_000_000  # scores held in memory


@dataclass(frozen=True, eq=False)
class Affinity:
    """Weights between items, and how to score what a customer does not have."""

    way: str
    weight: np.ndarray  # (items, items) of having the row for offering the column; 0 on the diagonal
    popularity: np.ndarray  # (items,) share of customers with it: breaks ties, and is all there is without a history

    @classmethod
    def learn(cls, data: Coded, way: str) -> Affinity:
        """From customers and what they have."""
        from scipy.sparse import csr_array

        n, k = data.baskets, len(data.names)
        if k > MOST:
            raise ValueError(f"history has {k:,} items, more than {MOST:,}. Mend: categories, or the items that matter")
        count = data.count
        ones = np.ones(len(data.item), dtype=np.int64)
        owned = csr_array((ones, (data.basket, data.item)), shape=(n, k))
        common = (owned.T @ owned).toarray() if way != "popularity" else np.zeros((k, k), dtype=np.int64)
        a, c = count[:, None], count[None, :]
        if way == "cosine":
            weight = common / np.sqrt(a * c)
        elif way == "lift":
            weight = np.log((common + PRIOR) / (a * c / n + PRIOR))
        elif way == "rules":
            rows, columns = np.nonzero((common * n > a * c) & ~np.eye(k, dtype=bool))
            both = common[rows, columns]
            p = fisher(n, count[rows], count[columns], both)
            real = with_misses(p, k * (k - 1)) <= BELIEVED
            weight = np.zeros((k, k))
            weight[rows[real], columns[real]] = both[real] / count[rows[real]]
        else:
            weight = np.zeros((k, k))
        weight = weight.astype(float)
        np.fill_diagonal(weight, 0.0)
        return cls(way, weight, count / n)

    def best(self, data: Coded, top: int, allowed: ArrayLike | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(customers, top) items that each does not have, best first, and their scores; -1 where there is none."""
        n, k = data.baskets, len(self.popularity)
        top = min(top, k)
        items, scores = np.full((n, top), -1), np.full((n, top), np.nan)
        from scipy.sparse import csr_array

        edge = np.searchsorted(data.basket, np.arange(n + 1))
        closed = np.zeros(k, dtype=bool) if allowed is None else ~np.asarray(allowed, dtype=bool)
        step = max(1, AT_ONCE // k)
        for start in range(0, n, step):
            stop = min(start + step, n)
            own = slice(edge[start], edge[stop])
            who, what = data.basket[own] - start, data.item[own]
            if self.way == "rules":
                score = np.zeros((stop - start, k))
                for row in np.unique(who):
                    begin, end = edge[start + row] - edge[start], edge[start + row + 1] - edge[start]
                    score[row] = self.weight[what[begin:end]].max(axis=0)
            elif self.way == "popularity":
                score = np.tile(self.popularity, (stop - start, 1))
            else:
                score = csr_array((np.ones(len(who)), (who, what)), shape=(stop - start, k)) @ self.weight
            # Popularity as the second key: far below the smallest difference of scores that matters.
            score += TIE * self.popularity
            score[:, closed] = -np.inf
            score[who, what] = -np.inf
            order = np.argsort(-score, axis=1, kind="stable")[:, :top]
            taken = np.take_along_axis(score, order, axis=1)
            none = np.isneginf(taken)
            taken = taken - TIE * self.popularity[order]
            items[start:stop], scores[start:stop] = np.where(none, -1, order), np.where(none, np.nan, taken)
        return items, scores
