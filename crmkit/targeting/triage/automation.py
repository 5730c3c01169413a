"""Which mails may a machine answer? Those where its errors cost less than people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.door import number, whole
from crmkit.intervals import mean_in_groups, normal_quantile, wilson
from crmkit.targeting.triage.asked import labels
from crmkit.targeting.triage.judge import confidences
from crmkit.targeting.triage.together import cost_half, error_rates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Automation:
    """Share of mails answered by machine, and what it costs, by the confidence asked for."""

    curve: pd.DataFrame  # threshold, share, errors, error_rate, error_low, error_high, cost, low, high
    threshold: float  # least confidence for the machine, at the lowest cost; above 1: the machine answers nothing
    threshold_low: float  # interval by bootstrap
    threshold_high: float
    share: float  # of mails answered by machine at the threshold
    share_low: float
    share_high: float
    cost: float  # a mail at the threshold, on these mails: a little too good, since it was chosen on them
    expected: float  # a mail to expect on others: thresholds chosen in resamples, judged on mails left out of them
    expected_low: float
    expected_high: float
    by_theory: float  # threshold if the confidence is right: 1 - (cost_human - cost_machine) / cost_error
    all_human: float  # cost of a mail if people answer all
    all_machine: float  # if the machine answers all, on these mails


def automation(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    cost_error: float,
    cost_human: float,
    cost_machine: float = 0.0,
    group: Iterable[Any] | None = None,
    seed: int | np.random.Generator,
    resamples: int = 300,
    level: float = 0.95,
) -> Automation:
    """Choose the confidence from which a machine may answer, by the cost of an error.

    Parameters
    ----------
    confidence : array (mails,)
        Chance of being right as the machine says, 0..1, on mails it has not learned from. Set it to 0 where
        the machine must not answer (unlike any known mail).
    correct : array (mails,)
        True if it was right.
    cost_error : float
        Money that a wrong answer by machine costs, above 0.
    cost_human, cost_machine : float
        Money that an answer by people, by machine costs; 0 or more.
    group : column (mails,), optional
        What stands or falls together, such as the wording (``near_copies``): drawn and left out as a whole, and counted
        instead of the mails in the intervals. Without it each mail counts, and copies make the intervals too narrow.
    seed : int or numpy Generator
        Of the resamples.
    resamples : int
        At least 50.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    Automation
        The curve (a row a threshold, the strictest first: none answered by machine): threshold, share (answered
        by machine), errors (of the mails), error_rate (of those answered by machine), error_low, error_high
        (both missing where none is), cost (a mail), low, high; and the best threshold with its interval.

    Raises
    ------
    ValueError
        If lengths differ, values are missing, a cost is out of range, or all mails are of one group.

    References
    ----------
    Chow (1970), reject option; Efron & Tibshirani (1993) 17.6, mails left out of a resample; Davison & Hinkley (1997) 3.8,
    groups drawn whole.

    >>> found = automation([0.9, 0.8, 0.6, 0.3], [1, 1, 0, 0], cost_error=10, cost_human=2, seed=1)
    >>> found.threshold, found.share, found.cost
    (0.8, 0.5, 1.0)
    """
    import pandas as pd

    sure, right = confidences(confidence, correct)
    number("cost_error", cost_error, low=0, above=True)
    number("cost_human", cost_human, low=0)
    number("cost_machine", cost_machine, low=0)
    whole("resamples", resamples, low=50)
    z, rng, n = normal_quantile(level), np.random.default_rng(seed), len(sure)
    order = np.argsort(-sure, kind="stable")
    sure, wrong = sure[order], 1 - right[order]
    code = np.arange(n) if group is None else _codes(group, n)[order]
    groups = int(code.max()) + 1
    # Mails of one confidence go the same way: cuts lie between different ones; the first cut is before all.
    ends = np.append(0, np.append(np.flatnonzero(np.diff(sure)), n - 1) + 1)
    # The strictest: above any confidence there can be.
    at = np.append(np.nextafter(1.0, 2.0), sure[ends[1:] - 1])
    extra = cost_machine - cost_human + cost_error * wrong  # of a mail, machine rather than people

    def upto(amounts: np.ndarray) -> np.ndarray:
        return np.append(0.0, np.cumsum(amounts))[ends]

    def best(count: np.ndarray) -> int:
        return int(np.argmin(upto(count * extra)))  # the strictest of equally good ones

    total, squares, answered, errors = upto(extra), upto(extra**2), ends.astype(float), upto(wrong)
    spread = z * np.sqrt(np.maximum(squares - total**2 / n, 0)) / n
    cost = cost_human + total / n
    low, high = wilson(errors, answered, level=level)
    if group is not None:
        spread, (low, high) = cost_half(extra, code, ends, level=level), error_rates(wrong, code, ends, level=level)
    curve = pd.DataFrame(
        {
            "threshold": at,
            "share": answered / n,
            "errors": errors.astype(int),
            "error_rate": np.divide(errors, answered, out=np.full(len(at), np.nan), where=answered > 0),
            "error_low": low,
            "error_high": high,
            "cost": cost,
            "low": cost - spread,
            "high": cost + spread,
        }
    )
    cuts, left_out, times = np.empty(resamples, dtype=int), np.zeros(n), np.zeros(n)
    for k in range(resamples):
        count = np.bincount(rng.integers(0, groups, groups), minlength=groups)[code]
        cuts[k] = best(count)
        out = count == 0
        times += out
        left_out += out * np.where(np.arange(n) < ends[cuts[k]], extra, 0.0)
    judged = times > 0
    each = left_out[judged] / times[judged]
    middle = cost_human + each.mean() if judged.any() else cost_human + total[best(np.ones(n))] / n
    half = z * each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.inf
    if group is not None and judged.any():
        half = mean_in_groups(each, code[judged], level=level)[1] - each.mean()
    tails = [(1 - level) / 2, (1 + level) / 2]
    chosen = best(np.ones(n))
    lows, highs = np.quantile(at[cuts], tails), np.quantile(answered[cuts] / n, tails)
    return Automation(
        curve=curve,
        threshold=float(at[chosen]),
        threshold_low=float(lows[0]),
        threshold_high=float(lows[1]),
        share=float(answered[chosen] / n),
        share_low=float(highs[0]),
        share_high=float(highs[1]),
        cost=float(cost[chosen]),
        expected=float(middle),
        expected_low=float(middle - half),
        expected_high=float(middle + half),
        by_theory=float(np.clip(1 - (cost_human - cost_machine) / cost_error, 0, np.nextafter(1.0, 2.0))),
        all_human=float(cost_human),
        all_machine=float(cost[-1]),
    )


def _codes(group: Iterable[Any], n: int) -> np.ndarray:
    import pandas as pd

    code, names = pd.factorize(labels("group", group, n, "confidence"))
    if len(names) < 2:
        raise ValueError(
            f"group holds {names[0]!r} alone; expected two at least: of one group nothing can be told. Mend: leave it out"
        )
    return code
