"""Explorers of repeat purchases: is this customer still one, and how long must we watch?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmkit import clv, plots
from crmkit.explore.explorer import Explorer, choices, number
from crmkit.plots import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOP = clv.BGNBD(r=0.5, alpha=6.0, a=0.8, b=2.4)  # weeks; a shop whose customers come back once or never, mostly


def silence(model: clv.BGNBD | clv.MBGNBD | clv.ParetoNBD = SHOP, *, weeks: int = 52) -> Explorer:
    """Has who bought often and then fell silent left, or is who buys rarely just not due yet?"""

    def at(x: int, quiet: int) -> tuple[Axes, str]:
        quiet = min(quiet, weeks - 1)
        last = float(weeks - quiet)
        one = pd.DataFrame({"x": [x], "t_x": [last], "T": [float(weeks)]})
        alive, ahead = float(model.p_alive(one).iloc[0]), float(model.expected(one, horizon=weeks).iloc[0])
        said = (
            f"{x} repeat purchases in {weeks} weeks and silent for {quiet}: a customer with a chance of {percent(alive)}; "
            f"{ahead:.2f} purchases to be expected in the next {weeks} weeks."
        )
        grid = clv.recency_frequency(model, T=float(weeks), horizon=float(weeks), most=20, steps=weeks)
        return plots.recency_frequency(grid, at=(x, last), unit="weeks"), said

    return Explorer(
        at,
        question="After how many silent weeks is a customer with 12 purchases less likely there than one with 2?",
        x=number("repeat purchases", 12, 1, 20),
        quiet=number("silent weeks", 10, 0, weeks - 1),
    )


def watching(model: clv.BGNBD | clv.MBGNBD | clv.ParetoNBD = SHOP, *, customers: int = 2_000) -> Explorer:
    """How long must customers be watched before the model fitted to them keeps its word?"""
    fits = {"BG/NBD": clv.fit_bgnbd, "MBG/NBD": clv.fit_mbgnbd, "Pareto/NBD": clv.fit_pareto_nbd}
    last = pd.Timestamp("2025-12-28")

    def at(weeks: int, seed: int, kind: str) -> tuple[Axes, str]:
        drawn = model.draw([104.0] * customers, seed=seed)
        log = clv.events(drawn, last_day=last, seed=seed)
        until = last - pd.Timedelta(weeks=104 - weeks)
        fit = fits[kind](clv.history(log, as_of=until))
        table = clv.tracking(log, fit.model, until=until, to=last)
        end = table.iloc[-1]
        off = end["actual_total"] / end["expected_total"] - 1
        said = (
            f"Fitted ({kind}) to {weeks} weeks of {customers:,} customers, draw {seed}: after {len(table)} weeks "
            f"{end['actual_total']:,.0f} repeat purchases counted, {end['expected_total']:,.0f} expected ({100 * off:+.1f} %)"
            f"{'' if fit.converged else '; the fit did not converge'}."
        )
        return plots.tracking(table), said

    return Explorer(
        at,
        question="From how many weeks on is the forecast of two years within 5 % in most draws?",
        weeks=number("weeks watched", 26, 6, 90, step=4),
        seed=number("draw", 1, 1, 20),
        kind=choices("model fitted", list(fits)),
    )
