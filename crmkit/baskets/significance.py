"""How often would chance alone put two sets into as many baskets? Exact tests, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SMALLEST = 1e-17  # of a sum; what a term below it adds is lost in rounding
TABLE = 5_000_000  # logarithms of factorials that are worth 40 MB


def fisher(n: np.ndarray | int, a: np.ndarray, c: np.ndarray, both: np.ndarray, *, less: bool = False) -> np.ndarray:
    """P(X >= both), X being the baskets with both sets if these were independent; less: P(X <= both).

    The one-sided exact test of Fisher (1935) on the table of a set held by a and another held by c of n baskets.
    Relative error below 1e-9 up to a million baskets.

    >>> fisher(8, np.array([4]), np.array([4]), np.array([4])).round(4).tolist()  # 1 / 70
    [0.0143]
    """
    n, a, c, both = np.broadcast_arrays(*(np.asarray(one, dtype=np.int64) for one in (n, a, c, both)))
    if less:  # as many without the second set
        return fisher(n, a, n - c, a - both)
    return _tail(*(one.ravel().astype(float) for one in (n, a, c, both))).reshape(both.shape)


def alike(*counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows sorted by their counts, and where the next table begins: of many rules few have counts of their own.

    >>> order, begin = alike(np.array([5, 2, 5]), np.array([3, 3, 3]))
    >>> order.tolist(), begin.tolist()
    ([1, 0, 2], [0, 1])
    """
    order = np.arange(len(counts[0]))
    for one in counts[::-1]:
        order = order[_stable(one[order])]
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for one in counts:
        values = one[order]
        new[1:] |= values[1:] != values[:-1]
    return order, np.flatnonzero(new)


def _stable(values: np.ndarray) -> np.ndarray:
    """Stable order of whole numbers from 0, many of them alike: counted (a sparse row turned into columns) or sorted."""
    from scipy.sparse import csr_array

    most = int(values.max(initial=0))
    if most > len(values):
        return np.argsort(values, kind="stable")
    row = csr_array((np.arange(len(values)), values, [0, len(values)]), shape=(1, most + 1))
    return row.tocsc().data


def _tail(n: np.ndarray, a: np.ndarray, c: np.ndarray, k: np.ndarray) -> np.ndarray:
    """P(X >= k) as its largest term times a sum of ratios: upwards from k above the mean, else as 1 - P(X <= k - 1)."""
    up = k > a * c / n
    x = np.where(up, k, k - 1)
    logs = _log_factorials(int(n.max(initial=0)))

    def log_choose(top: np.ndarray, low: np.ndarray) -> np.ndarray:
        return logs(top) - logs(low) - logs(top - low)

    least, most = np.maximum(0.0, a + c - n), np.minimum(a, c)
    some = x >= least  # below the least there is nothing
    total = np.zeros_like(k)
    for way, chosen in ((1, np.flatnonzero(up & some)), (-1, np.flatnonzero(~up & some))):
        at, end = x[chosen], (most if way == 1 else least)[chosen]
        n_, a_, c_ = n[chosen], a[chosen], c[chosen]
        first = np.exp(log_choose(a_, at) + log_choose(n_ - a_, c_ - at) - log_choose(n_, c_))
        term, sum_ = np.ones_like(at), np.ones_like(at)
        live = np.flatnonzero(at != end)
        while len(live):
            low = at[live] - (way == -1)  # the term of low + 1 over that of low
            ratio = (a_[live] - low) * (c_[live] - low) / ((low + 1) * (n_[live] - a_[live] - c_[live] + low + 1))
            term[live] *= ratio if way == 1 else 1 / ratio
            sum_[live] += term[live]
            at[live] += way
            live = live[(at[live] != end[live]) & (term[live] > SMALLEST * sum_[live])]
        total[chosen] = first * sum_
    return np.clip(np.where(up, total, 1.0 - total), 0.0, 1.0)


def _log_factorials(n: int) -> Callable[[np.ndarray], np.ndarray]:
    """ln(m!) for m up to n: looked up where a table of them is small."""
    from scipy.special import gammaln

    if n > TABLE:
        return lambda m: gammaln(m + 1)
    known = gammaln(np.arange(1.0, n + 2))
    return lambda m: known[m.astype(np.int64)]


def with_misses(p: np.ndarray, tests: float) -> np.ndarray:
    """False discovery rate of each of these tests, when `tests` were made and the others found nothing.

    Benjamini & Hochberg (1995). The tests that are not listed count with p = 1, which can only raise q.

    >>> with_misses(np.array([0.001, 0.02]), 10).round(3).tolist()
    [0.01, 0.1]
    """
    p = np.asarray(p, dtype=float)
    if (p[1:] >= p[:-1]).all():  # rules come sorted
        return _raised(p, tests)
    order = np.argsort(p)
    q = np.empty(len(p))
    q[order] = _raised(p[order], tests)
    return q


def _raised(p: np.ndarray, tests: float) -> np.ndarray:
    """Of rising p."""
    raised = p * max(tests, len(p)) / np.arange(1, len(p) + 1)
    return np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
