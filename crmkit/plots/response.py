"""Pictures of response scores: profit by cut, calibration, models side by side, one customer along a feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.plots.explained import told
from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def profit_curve(
    table: pd.DataFrame, *, best: Any = None, at: float | None = None, unit: str = "money", ax: Axes | None = None
) -> Axes:
    """Profit by share addressed, from `response.profit_curve`; `best` from `response.best_cut`; `at` a share looked at."""
    with canvas(ax) as ax:
        ax.fill_between(table["share"], table["low"], table["high"], color=SKY, alpha=0.35, lw=0)
        ax.plot(table["share"], table["profit"], color=BLUE, lw=2, label="profit (band: 95 % interval of each cut)")
        ax.axhline(0, color=BLACK, lw=0.8)
        top = table.loc[table["profit"].idxmax()]
        text = (
            f"Highest {top['profit']:,.0f} {unit} at {percent(top['share'])}; everyone {table['profit'].iloc[-1]:,.0f}"
        )
        title = f"Address the best {percent(top['share'])}: profit {top['profit']:,.0f} {unit}"
        if not top["share"]:
            title = "Address nobody: no cut of these customers brings a profit"
        if best is not None:
            ax.axvspan(best.share_low, best.share_high, color=PALE, alpha=0.6, lw=0, label="where the best cut may lie")
            ax.errorbar(
                best.share,
                best.expected,
                [[best.expected - best.low], [best.high - best.expected]],
                fmt="D",
                color=ORANGE,
                markeredgecolor=BLACK,
                capsize=4,
                label="to expect of this cut on others",
            )
            title = (
                title
                if not best.share
                else (
                    f"Address the best {percent(best.share)} ({percent(best.share_low)} to {percent(best.share_high)}): expect "
                    f"{best.expected:,.0f} {unit}"
                )
            )
            text += (
                f"; to expect on others {best.expected:,.0f} ({best.low:,.0f} to {best.high:,.0f}); the best cut lies between "
                f"{percent(best.share_low)} and {percent(best.share_high)}"
            )
        if at is not None:
            here = float(np.interp(at, table["share"], table["profit"]))
            ax.plot(at, here, "o", color=BLACK, markersize=9, label="chosen cut")
            title = f"The best {percent(at)} bring {here:+,.0f} {unit}, the best cut {top['profit']:,.0f}"
        ax.set_xlim(0, 1)
        ax.margins(y=0.25)
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        ax.legend(loc="best", fontsize=9)
        return finish(ax, title, alt=text, x="customers addressed, best scored first", y=f"profit ({unit})")


def reliability(table: pd.DataFrame, *, other: pd.DataFrame | None = None, ax: Axes | None = None) -> Axes:
    """Predicted and observed shares by bin, from `response.reliability`; `other` the same of a second forecast."""
    with canvas(ax, (6.4, 4.8)) as ax:
        ends = [table["predicted"].max(), table["high"].max()]
        ends += [] if other is None else [other["predicted"].max(), other["high"].max()]
        most = min(1.05 * float(max(ends)), 1.02)
        ax.plot([0, most], [0, most], "--", color=GREY, label="right chances")
        named = [(table, BLUE, "o", "predicted")] + ([] if other is None else [(other, ORANGE, "s", "mended")])
        for rows, colour, mark, word in named:
            spread = [rows["observed"] - rows["low"], rows["high"] - rows["observed"]]
            name = f"{word} (line: 95 % interval)"
            ax.errorbar(rows["predicted"], rows["observed"], spread, fmt=mark, color=colour, capsize=3, label=name)
        ax.set_xlim(0, most)
        ax.set_ylim(0, most)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(loc="upper left", fontsize=9)
        off, above = int(table["off"].sum()), int((table["off"] & (table["predicted"] > table["observed"])).sum())
        title = f"The chances are right within chance in {len(table) - off} of {len(table)} bins"
        if off:
            way = (
                "too high"
                if above == off
                else "too low"
                if not above
                else f"too high in {above}, too low in {off - above}"
            )
            title = f"The chances are wrong in {off} of {len(table)} bins: {way}"
        text = "; ".join(
            f"{percent(row.predicted)} predicted, {percent(row.observed)} ({percent(row.low)} to {percent(row.high)}) observed"
            for row in table.itertuples()
        )
        return finish(ax, title, alt=text, x="predicted chance (mean of the bin)", y="observed share")


def model_profits(table: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Models by profit on customers they did not learn from, and how far behind the best; `response.compare(...).table`."""
    rows = table.iloc[::-1]
    with canvas(ax, (8.0, 1.4 + 0.46 * len(rows))) as ax:
        place = np.arange(len(rows))
        ax.errorbar(
            rows["profit"],
            place,
            xerr=[rows["profit"] - rows["low"], rows["high"] - rows["profit"]],
            fmt="none",
            ecolor=GREY,
            capsize=3,
        )
        for at, row in zip(place, rows.itertuples(), strict=True):
            clear = row.behind_low > 0
            colour = GREEN if row.behind == 0 else RED if clear else BLUE
            ax.plot(row.profit, at, "D" if row.behind == 0 else "X" if clear else "o", color=colour, markersize=8)
            words = (
                "best"
                if row.behind == 0
                else f"{row.behind:,.0f} behind ({row.behind_low:,.0f} to {row.behind_high:,.0f})"
            )
            ax.text(row.high, at + 0.02, f"  {words}", va="center", fontsize=9)
        names = [
            f"{name} ({percent(share)} addressed)" for name, share in zip(rows.index, rows["contacted"], strict=True)
        ]
        ax.set_yticks(place, names)
        left, right = min(float(rows["low"].min()), 0.0), float(rows["high"].max())
        ax.set_xlim(left - 0.04 * (right - left), right + 0.62 * (right - left))
        ax.set_ylim(-0.7, len(rows) - 0.3)
        if left < 0:
            ax.axvline(0, color=BLACK, lw=0.8)
        ax.xaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid(axis="x")
        close = [name for name in table.index[1:] if table.at[name, "behind_low"] <= 0]
        beside = f"not surely more than {', '.join(close)}" if close else "surely more than every other"
        beside = beside if len(table) > 1 else "the only one shown"
        title = f"{table.index[0]} earns most: {table['profit'].iloc[0]:,.0f} {unit}; {beside}"
        text = "; ".join(
            f"{name}: {row.profit:,.0f} ({row.low:,.0f} to {row.high:,.0f}), {row.behind:,.0f} behind "
            f"({row.behind_low:,.0f} to {row.behind_high:,.0f})"
            for name, row in zip(table.index, table.itertuples(), strict=True)
        )
        return finish(ax, title, alt=text, x=f"profit ({unit}; line: 95 % interval over customers)", y="")


def chance_profile(
    curve: pd.DataFrame,
    *,
    at: Any,
    base: float,
    outcome: str = "outcome",
    reported: float | None = None,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Chance of one customer along one feature, from `response.sweep`.

    `at`: the own value, `reported`: what others told, `unit`: of the feature.
    """
    name, known = str(curve.columns[0]), bool(curve["low"].notna().all())
    along, own = "the same customer with another value", {"color": BLACK, "markersize": 9, "label": "this customer"}
    with canvas(ax) as ax:
        if curve[name].dtype.kind in "iuf":
            if known:
                band = {"color": SKY, "alpha": 0.35, "lw": 0, "label": "95 % interval"}
                ax.fill_between(curve[name], curve["low"], curve["high"], **band)
            ax.plot(curve[name], curve["chance"], color=BLUE, lw=2, label=along)
            here = {one: float(np.interp(at, curve[name], curve[one])) for one in ("chance", "low", "high")}
            spot = at
            ax.plot(spot, here["chance"], "o", **own)
            ax.xaxis.set_major_formatter(lambda one, _: f"{one:,.0f}" if abs(one) >= 1000 else f"{one:g}")
        else:
            words, place = [told(one) for one in curve[name]], np.arange(len(curve))
            if known:
                ax.vlines(place, curve["low"], curve["high"], color=SKY, lw=3, label="95 % interval")
            ax.plot(place, curve["chance"], "o", color=BLUE, markersize=8, label=along)
            spot = words.index(told(at))
            here = curve.iloc[spot].to_dict()
            ax.plot(spot, here["chance"], "o", **own)
            ax.set_xticks(place, words)
            ax.set_xlim(-0.5, len(words) - 0.5)
        ax.axhline(base, color=GREY, ls="--", label="all customers")
        if reported is not None:
            ax.plot(spot, reported, "D", color=RED, markersize=8, label="reported of this customer elsewhere")
        top = max(float(curve["high" if known else "chance"].max()), base, reported or 0.0)
        ax.set_ylim(0, min(1.45 * top, 1.03))
        ax.yaxis.set_major_formatter(lambda share, _: percent(share))
        ax.grid()
        ax.legend(loc="best", fontsize=9)
        sure = f" ({percent(here['low'])} to {percent(here['high'])})" if known else ""
        title = f"This customer: {percent(here['chance'])}{sure} {outcome}, all customers {percent(base)}"
        text = f"From {percent(curve['chance'].min())} to {percent(curve['chance'].max())} along {name}"
        text += "" if reported is None else f"; reported elsewhere: {percent(reported)}"
        return finish(ax, title, alt=text, x=f"{name}, {unit}" if unit else name, y=f"chance of {outcome}")


def claimed_gains(curve: pd.DataFrame, *, share: float, captured: float | None = None, ax: Axes | None = None) -> Axes:
    """Responders reached by share mailed, from `response.claimed_gains`; `share` looked at, `captured` what is claimed of it."""
    with canvas(ax) as ax:
        zero = [0.0]
        perfect = float(curve["response_rate"].iloc[-1])
        here = float(np.interp(share, [*zero, *curve["share"]], [*zero, *curve["captured"]]))
        ax.plot([0, perfect, 1], [0, 1, 1], color=BLACK, ls=":", label="no score can do more")
        ax.plot([*zero, *curve["share"]], [*zero, *curve["captured"]], color=BLUE, lw=2.2, label="a score of this AUC")
        ax.plot([0, 1], [0, 1], "--", color=GREY, label="by lot")
        ax.plot(share, here, "o", color=BLUE, markersize=9)
        if captured is not None:
            ax.plot(share, captured, "D", color=ORANGE, markeredgecolor=BLACK, markersize=8, label="claimed")
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1.04)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda one, _: f"{100 * one:.0f} %")
        ax.grid()
        ax.legend(loc="lower right")
        title = f"The best {percent(share)} hold {percent(here)} of those willing"
        title += "" if captured is None else f"; claimed are {percent(captured)}"
        text = f"{percent(perfect)} of all customers are willing; of those mailed {percent(perfect * here / share)} are"
        return finish(ax, title, alt=text, x="customers mailed, best scored first", y="of those willing, reached")
