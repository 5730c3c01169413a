"""Pictures of what customers cost and bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def whale_curve(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Profit added up from the best customer on, from `profit.whale_curve`."""
    with canvas(ax) as ax:
        share = np.append(0.0, table["share"])
        ax.fill_between(share, np.append(0.0, table["low"]), np.append(0.0, table["high"]), color=BLUE, alpha=0.2, lw=0)
        ax.plot(share, np.append(0.0, table["profit_share"]), color=BLUE, lw=2.5)
        ax.axhline(1, color=GREY, ls="--")
        top, peak, losing = (table.attrs[name] for name in ("peak_share", "peak", "losing"))
        ax.plot(top, peak, "o", color=BLACK)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
        ax.set_xlim(0, 1)
        ax.set_ylim(0)
        ax.grid()
        title = f"The best {percent(top)} of the customers make {100 * peak:.0f} % of the profit"
        fifth = float(np.interp(0.2, share, np.append(0.0, table["profit_share"])))
        text = f"The best fifth makes {100 * fifth:.0f} %; {losing:,} of {len(table):,} customers cost more than they bring"
        label = "customers, most profitable first"
        return finish(ax, title, alt=text, x=label, y="of all profit (band: 95 % interval)")
