"""Each itemset split into "who has this" and "has that too", by the places of its subsets."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from crmkit.baskets.subsets import Sets, tuples

CELLS = 32_768  # splits that are worked on at once: their numbers stay in the processor's own memory
Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


class Known(NamedTuple):
    """Splits of the sets of one length with as many items in the consequent; arrays of (ways to split, sets)."""

    mark: np.ndarray  # (ways,) bits of the columns of the consequent, rising
    antecedent: np.ndarray  # row of the frame
    consequent: np.ndarray
    best: np.ndarray  # the largest confidence of this and all simpler rules


def splits(known: Sets, n: int, least: float, consequents: int | None) -> list[Part]:
    """All rules with enough confidence.

    Returns
    -------
    list of tuples of arrays
        Rows of the frame of the antecedent, the consequent and the whole set, and the improvement: confidence less the
        largest one of a rule to the same consequent from fewer items, none among them.

    Raises
    ------
    ValueError
        If a subset of an itemset is not there.
    """
    nothing = np.empty(0, dtype=np.int64)
    parts: list[Part] = [(nothing, nothing, nothing, np.empty(0))]
    counts = np.empty(sum(map(len, known.place.values())), dtype=np.int64)
    for length, rows in known.place.items():
        counts[rows] = known.count[length]
    before: dict[int, Known] = {}  # of the sets one item shorter; from these those of the next length follow
    for length in sorted(known.table):
        if length == 1:
            continue
        shorter = known.without(length)
        if (shorter < 0).any():
            at = int(np.flatnonzero((shorter < 0).any(axis=0))[0])
            whole = tuples(known.names, known.table[length][[at]])[0]
            raise ValueError(
                f"sets holds {whole} but lacks a subset of it; rules need them all. Mend: itemsets(..., kind='all'), unfiltered"
            )
        both, rows = known.count[length], known.place[length]
        now: dict[int, Known] = {}
        for size in range(1, min(consequents or length, length - 1) + 1):
            then = np.array(list(combinations(range(length), size))[::-1])
            shape = len(then), len(rows)
            now[size] = Known(
                _mark(then, length), np.empty(shape, np.int64), np.empty(shape, np.int64), np.empty(shape)
            )
            block = max(CELLS // len(rows), 1)
            for part in (slice(begin, begin + block) for begin in range(0, len(then), block)):
                a_row, c_row, below = _rules(known, counts, n, before, shorter, then[part])
                confidence = both / counts[a_row]
                chosen = confidence >= least * (1 - 1e-12)
                whole = np.broadcast_to(rows, chosen.shape)[chosen]
                parts.append((a_row[chosen], c_row[chosen], whole, confidence[chosen] - below[chosen]))
                now[size].antecedent[part], now[size].consequent[part] = a_row, c_row
                np.maximum(confidence, below, out=now[size].best[part])
        before = now
    return parts


def _rules(
    known: Sets, counts: np.ndarray, n: int, before: dict[int, Known], shorter: np.ndarray, then: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Antecedent, consequent and best confidence of simpler rules; of all sets, split as the rows of `then` say.

    These are the columns of the consequents. Many ways are done at once, since a call on few sets costs more than they do.
    """
    length, size = len(shorter), then.shape[1]
    # All columns but these, in their order.
    when = np.argsort((then[:, :, None] == np.arange(length)).any(axis=1), axis=1, kind="stable")[:, : length - size]

    def place(columns: np.ndarray) -> np.ndarray:
        """Which way to split the set one item shorter has the consequent in these columns."""
        return np.searchsorted(before[columns.shape[1]].mark, _mark(columns, length - 1))[:, None]

    # The antecedent: the set without one item of the consequent, and then without the others.
    first = shorter[then[:, 0]]
    a_row = known.place[length - 1][first] if size == 1 else before[size - 1].antecedent[place(then[:, 1:] - 1), first]
    # The consequent: the set without all items of the antecedent.
    if length - size == 1:
        c_row = known.place[size][shorter[when[:, 0]]]
        return a_row, c_row, counts[c_row] / n
    simpler, sets = before[size], before[size].best.shape[1]
    for number, column in enumerate(when.T):
        at = place(then - (then > column[:, None])) * sets + shorter[column]
        if number == 0:
            c_row, below = simpler.consequent.take(at), simpler.best.take(at)
        else:
            np.maximum(below, simpler.best.take(at), out=below)
    return a_row, c_row, below


def _mark(columns: np.ndarray, length: int) -> np.ndarray:
    """Bits of the columns in each row, the first column the highest: they rise as combinations fall."""
    return (1 << (length - 1 - columns)).sum(axis=1)
