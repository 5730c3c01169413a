"""How many purchases a customer will still make, and for how long they will still be one, both discounted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.clv import ahead
from crmkit.clv.beta_geometric import BetaGeometric
from crmkit.clv.bgbb import BGBB
from crmkit.clv.distinct import Distinct, distinct
from crmkit.clv.effects import columns
from crmkit.clv.pareto_nbd import ParetoNBD

if TYPE_CHECKING:
    import pandas as pd

CHUNK = 2_000_000  # rows x nodes at a time


def to_come(
    model: Any, history: pd.DataFrame, *, discount: float, horizon: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Discounted purchases of each customer, and the discounted time that they will still be one.

    What serving a customer by the unit of time costs follows the second. A unit of time one unit
    ahead counts 1 / (1 + discount).

    Parameters
    ----------
    model : BGNBD, MBGNBD, ParetoNBD or BGBB
        Of repeat purchases.
    history : DataFrame
        x, t_x, T, and the columns of the effects.
    discount, horizon : float
        Per unit of the history; in units, without end unless given.

    Returns
    -------
    two arrays (customers,)
        Purchases, as `model.discounted`; units of time (opportunities in a BG/BB).

    Raises
    ------
    TypeError, ValueError
        If the model is none of these, or the history, the discount or the horizon is unsound.

    References
    ----------
    The chance to be a customer u units later, given one is now: ((beta + T) / (beta + T + u)) ** s
    in the Pareto/NBD (Schmittlein, Morrison & Colombo 1987); in the BG/NBD the mean of
    exp(-rate p u) over the gamma law of the rate and the beta law of p, given the history.
    """
    if isinstance(model, BetaGeometric):
        more = columns(model.effects)
        force = ahead.force_of(discount, horizon)
        rows = distinct(history, ["x", "T", *more])
        alive = model.p_alive(history).to_numpy()
        purchases, time = _beta_geometric(model, rows, horizon, force)
        return alive * rows.spread(purchases), alive * rows.spread(time)
    if isinstance(model, BGBB):
        purchases = model.discounted(history, discount=discount, horizon=horizon)
        pace = (model.alpha + history["x"]) / (model.alpha + model.beta + history["T"])
    elif isinstance(model, ParetoNBD):
        purchases = model.discounted(history, discount=discount, horizon=horizon)
        r, alpha, _, _ = model._of(history)
        pace = (r + history["x"]) / (alpha + history["T"])
    else:
        raise TypeError(
            f"the model of purchases is a {type(model).__name__}; expected a BGNBD, MBGNBD, ParetoNBD or BGBB, or its fit"
        )
    # Buying and leaving are independent here: purchases are the pace of buying x the time.
    return purchases.to_numpy(), (purchases / pace).to_numpy()


def _beta_geometric(
    model: BetaGeometric, rows: Distinct, horizon: float, force: float
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases and time of those who are alive, by rows of x and T.

    With w = u / (alpha + T) the chance to stay, S(w) = 2F1(k, a; c; -w), depends on x alone, so the
    slow function is called once for each x. The rate of purchases is (k S + w S') / (alpha + T);
    its integral follows from that of S by parts.
    """
    r, alpha, a, b = (np.broadcast_to(np.asarray(one, dtype=float), len(rows)) for one in model._of(rows))
    k, end, c = r + rows["x"], alpha + rows["T"], a + b + rows["x"] + model.later
    until = min(horizon, ahead.FORGOTTEN / force if force > 0 else np.inf)
    last, fade = until / end, force * end
    if not until > 0:
        return np.zeros(len(rows)), np.zeros(len(rows))
    kinds, of = np.unique(np.column_stack([k, a, c]), axis=0, return_inverse=True)
    of = of.ravel()
    # The first panel is short enough for the largest x: within it S falls by a factor of e at most.
    scale = 1 / (1 + float((k * a / c).max()))
    widest = float(last.max()) * (1 + 1e-12)
    at, weight = ahead.nodes(min(scale, widest), widest)
    curve = _stays(kinds, at)
    n = ahead.NODES
    edges = np.append(0.0, np.cumsum(weight.reshape(-1, n).sum(axis=1)))
    purchases, time = np.empty(len(rows)), np.empty(len(rows))
    step = max(1, CHUNK // len(at))
    for start in range(0, len(rows), step):
        cut = slice(start, start + step)
        left, f, kk, mine = last[cut], fade[cut, None], k[cut, None], of[cut]
        panel = np.searchsorted(edges, left, side="right") - 1
        whole = np.repeat(np.arange(len(edges) - 1)[None, :] < panel[:, None], n, axis=1)
        inner = np.where(whole, np.exp(-f * at) * weight, 0.0) * curve[mine]
        # The rest of the panel in which a row's horizon falls: S there by the polynomial through its nodes.
        low, high = edges[panel], edges[np.minimum(panel + 1, len(edges) - 1)]
        part, rest_at, rest_weight = _partly(curve[mine].reshape(len(mine), -1, n), panel, low, high, left)
        inner_rest = np.exp(-f * rest_at) * rest_weight * part[:, :-1]
        time[cut] = inner.sum(axis=1) + inner_rest.sum(axis=1)
        by_parts = (inner * (kk - 1 + f * at)).sum(axis=1) + (inner_rest * (kk - 1 + f * rest_at)).sum(axis=1)
        purchases[cut] = by_parts + left * np.exp(-fade[cut] * left) * part[:, -1]
        time[cut] *= end[cut]
    return purchases, time


def _stays(kinds: np.ndarray, w: np.ndarray) -> np.ndarray:
    """2F1(k, a; c; -w) of each kind (k, a, c) at each w, by Pfaff's transformation.

    Of its two forms the one whose series converges at w = inf too, so that nothing overflows.
    """
    from scipy.special import hyp2f1

    k, a, c = (kinds[:, place, None] for place in range(3))
    slow, fast = np.minimum(k, a), np.maximum(k, a)
    return (1 + w) ** -slow * hyp2f1(slow, c - fast, c, w / (1 + w))


def _partly(
    curve: np.ndarray, panel: np.ndarray, low: np.ndarray, high: np.ndarray, until: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """S at nodes on low..until and at `until` itself, (rows, nodes + 1); the nodes; their weights."""
    from numpy.polynomial import legendre

    x, weight = legendre.leggauss(ahead.NODES)
    panel = np.minimum(panel, curve.shape[1] - 1)
    by_degree = curve[np.arange(len(panel)), panel] @ np.linalg.inv(legendre.legvander(x, ahead.NODES - 1)).T
    half = (until - low)[:, None] / 2
    at = low[:, None] + half * (1 + x)
    wide = np.where(high > low, high - low, 1.0)[:, None]
    place = np.clip((2 * (np.column_stack([at, until]) - low[:, None]) / wide) - 1, -1, 1)
    values = np.einsum("rnd,rd->rn", legendre.legvander(place, ahead.NODES - 1), by_degree)
    return values, at, half * weight
