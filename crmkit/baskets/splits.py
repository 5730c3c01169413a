"""Each itemset split into "who has this" and "has that too", by the places of its subsets."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from crmkit.baskets.subsets import Sets, tuples

Part = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


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
    # Of the sets one item shorter, by the columns of the consequent: place of the antecedent, of the consequent,
    # and the largest confidence of this and all simpler rules. From these those of the next length follow.
    before: dict[tuple[int, ...], Part] = {}
    for length in range(2, max(known.table, default=1) + 1):
        if length not in known.table:
            break
        shorter = known.without(length)
        if (shorter < 0).any():
            at = int(np.flatnonzero((shorter < 0).any(axis=0))[0])
            whole = tuples(known.names, known.table[length][[at]])[0]
            raise ValueError(
                f"sets holds {whole} but lacks a subset of it; rules need them all. Mend: itemsets(..., kind='all'), unfiltered"
            )
        now: dict[tuple[int, ...], Part] = {}
        both, rows = known.count[length], known.place[length]
        for size in range(1, min(consequents or length, length - 1) + 1):
            for then in reversed(list(combinations(range(length), size))):
                when = [column for column in range(length) if column not in then]
                found = _rule(known, n, before, shorter, when, then)
                now[then] = found
                a_row, c_row, a, below = found
                confidence = both / a
                chosen = np.flatnonzero(both >= least * a - 1e-9)
                parts.append((a_row[chosen], c_row[chosen], rows[chosen], (confidence - below)[chosen]))
                now[then] = (a_row, c_row, a, np.maximum(confidence, below))
        before = now
    return parts


def _rule(
    known: Sets,
    n: int,
    before: dict[tuple[int, ...], Part],
    shorter: np.ndarray,
    when: list[int],
    then: tuple[int, ...],
) -> Part:
    """Row and count of the antecedent, row of the consequent, and the best confidence of simpler rules."""
    length, size = len(when) + len(then), len(then)
    # The antecedent: the set without one item of the consequent, and then without the others.
    first = shorter[then[0]]
    if size == 1:
        a_row, a = known.place[length - 1][first], known.count[length - 1][first]
    else:
        rest = tuple(column - 1 for column in then[1:])
        a_row, _, a, _ = (part[first] for part in before[rest])
    # The consequent: the set without all items of the antecedent.
    if len(when) == 1:
        at = shorter[when[0]]
        return a_row, known.place[size][at], a, known.count[size][at] / n
    c_row, below = None, None
    for column in when:
        at = shorter[column]
        simpler = before[tuple(one - (one > column) for one in then)]
        c_row = simpler[1][at] if c_row is None else c_row
        best = simpler[3][at]
        below = best if below is None else np.maximum(below, best)
    return a_row, c_row, a, below  # type: ignore[return-value]
