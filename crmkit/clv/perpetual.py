"""The right to stop serving a customer where a formula knows its value: no end, decisions at any moment."""

from __future__ import annotations

import numpy as np

from crmkit import door
from crmkit.clv.margins import GeometricMargin
from crmkit.clv.option import OptionToStop
from crmkit.clv.serving import Serving


def perpetual_option_to_stop(
    margin: float,
    process: GeometricMargin,
    *,
    discount_per_term: float,
    cost_to_serve: float,
    stop_value: float = 0.0,
    retention: float = 1.0,
) -> OptionToStop:
    """What the right to stop is worth without an end and with decisions at any moment, by formula.

    Margin and cost flow evenly through the term. With the force of discount rho = ln(1 + discount) -
    ln(retention) and the negative root b of volatility² b (b - 1) / 2 + drift b = rho, stop below
    m* = b / (b - 1) (cost / rho + stop_value) (rho - drift).

    Parameters
    ----------
    margin, process, discount_per_term, cost_to_serve, stop_value, retention
        As in `option_to_stop`; the drift must be below the force of discount.

    Raises
    ------
    ValueError
        If an argument is unsound, or the value has no end.

    References
    ----------
    Dixit & Pindyck (1994), Investment under uncertainty, section 7.1 (abandonment).

    >>> found = perpetual_option_to_stop(100, GeometricMargin(0.0, 0.4), discount_per_term=0.1, cost_to_serve=90)
    >>> round(found.option), round(found.stop_below)
    (277, 37)
    """
    if not isinstance(process, GeometricMargin):
        raise ValueError(f"process is a {type(process).__name__}; the formula is for a GeometricMargin")
    asked = Serving(process, 1, discount_per_term, cost_to_serve, stop_value, retention, 2)
    now = door.number("margin", margin)
    process.state(np.array([now]))  # above 0, or a message
    rho, mu, variance = -float(np.log(asked.factor)), process.drift, process.volatility**2
    if not rho > max(mu, 0):
        raise ValueError(
            f"drift={mu:g} and a force of discount of {rho:.4g} a term (with those who leave) give no finite value. "
            "Mend: a drift below it"
        )
    end = now / (rho - mu) - cost_to_serve / rho
    saved = cost_to_serve / rho + stop_value
    if saved <= 0:
        return OptionToStop(end, end, 0.0, 0.0, 0.0, np.nan, "closed form")
    if variance > 0:
        half = 0.5 - mu / variance
        root = half - float(np.sqrt(half**2 + 2 * rho / variance))
    else:
        root = rho / mu if mu < 0 else -np.inf
    # Without volatility a margin that grows is stopped below the cost that stopping saves at once, not later.
    stop = (rho - mu) * saved * (root / (root - 1) if np.isfinite(root) else 1.0)
    here = saved - now / (rho - mu)
    option = here if now <= stop else (saved - stop / (rho - mu)) * float((now / stop) ** root)
    return OptionToStop(end + option, end, option, option, option, float(stop), "closed form")
