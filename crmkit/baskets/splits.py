"""Each itemset split into "who has this" and "has that too", by the places of its subsets."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from crmkit.baskets.subsets import Sets, tuples

Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Known = tuple[np.ndarray, np.ndarray, np.ndarray]


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
    # Of the sets one item shorter, by the columns of the consequent: row of the antecedent, of the consequent,
    # and the largest confidence of this and all simpler rules. From these those of the next length follow.
    before: dict[tuple[int, ...], Known] = {}
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
        now: dict[tuple[int, ...], Known] = {}
        both, rows = known.count[length], known.place[length]
        for size in range(1, min(consequents or length, length - 1) + 1):
            for then in reversed(list(combinations(range(length), size))):
                when = [column for column in range(length) if column not in then]
                a_row, c_row, below = _rule(known, counts, n, before, shorter, when, then)
                confidence = both / counts[a_row]
                chosen = np.flatnonzero(confidence >= least * (1 - 1e-12))
                parts.append((a_row[chosen], c_row[chosen], rows[chosen], confidence[chosen] - below[chosen]))
                now[then] = (a_row, c_row, np.maximum(confidence, below))
        before = now
    return parts


def _rule(
    known: Sets,
    counts: np.ndarray,
    n: int,
    before: dict[tuple[int, ...], Known],
    shorter: np.ndarray,
    when: list[int],
    then: tuple[int, ...],
) -> Known:
    """Row of the antecedent, row of the consequent, and the best confidence of simpler rules."""
    length, size = len(when) + len(then), len(then)
    # The antecedent: the set without one item of the consequent, and then without the others.
    first = shorter[then[0]]
    if size == 1:
        a_row = known.place[length - 1][first]
    else:
        a_row = before[tuple(column - 1 for column in then[1:])][0][first]
    # The consequent: the set without all items of the antecedent.
    if len(when) == 1:
        c_row = known.place[size][shorter[when[0]]]
        return a_row, c_row, counts[c_row] / n
    simpler = [(shorter[column], before[tuple(one - (one > column) for one in then)]) for column in when]
    at, one = simpler[0]
    c_row, below = one[1][at], one[2][at]
    for at, one in simpler[1:]:
        np.maximum(below, one[2][at], out=below)
    return a_row, c_row, below
