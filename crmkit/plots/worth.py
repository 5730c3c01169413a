"""Pictures of what customers are worth: contracts to come, lifetime value, the right to stop, equity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREEN, GREY, ORANGE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def survival(table: pd.DataFrame, *, held_out: pd.Series | None = None, ax: Axes | None = None) -> Axes:
    """Share of contracts still there, projected and seen, from `clv.project`.

    `held_out` on term: the share still there in terms that the fit did not see (or the truth).
    """
    with canvas(ax) as ax:
        seen = table["seen"].dropna()
        ax.fill_between(table.index, table["low"], table["high"], color=SKY, alpha=0.4, lw=0)
        ax.plot(table.index, table["survival"], color=BLUE, lw=2.5, label="projected (band: 95 % interval)")
        ax.plot(table.index, table["geometric"], "--", color=ORANGE, label="one retention rate for all")
        ax.plot(seen.index, seen, "o", color=BLACK, label="seen, used for the fit")
        if held_out is not None:
            ax.plot(held_out.index, held_out, "D", color=BLACK, mfc="white", label="seen later")
        ax.axvline(seen.index[-1], color=GREY, ls=":", label="last renewal seen")
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_ylim(0, 1.02)
        ax.grid()
        ax.legend(loc="upper right")
        end = table.iloc[-1]
        last = int(table.index[-1])
        title = f"After {last} renewals {percent(end['survival'])} will still be there"
        if held_out is not None and last in held_out.index:
            title = (
                f"After {last} renewals {percent(held_out[last])} were still there: projected "
                f"{percent(end['survival'])}, by one retention rate {percent(end['geometric'])}"
            )
        else:
            title += f"; one retention rate for all says {percent(end['geometric'])}"
        text = (
            f"Fitted to {int(seen.index[-1])} renewals, after which {percent(seen.iloc[-1])} were there. After {last}: "
            f"{percent(end['survival'])} ({percent(end['low'])} to {percent(end['high'])})"
        )
        return finish(ax, title, alt=text, x="renewals since the beginning", y="contracts still there")


def value_by_rank(worth: pd.DataFrame, *, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Lifetime value added up from the most valuable customer to the least, from `clv.value`.

    The band adds up the ends of the intervals, as if all customers erred the same way, which errors
    of the parameters nearly do: it is wide rather than narrow.
    """
    rows = worth.sort_values("value", ascending=False, kind="stable")[["value", "low", "high"]]
    n, worst, best = len(rows), rows[rows["value"] < 0], rows.iloc[: max(len(rows) // 10, 1)]
    sums, whole, at = rows.cumsum(), rows.sum(), np.arange(1, len(rows) + 1) / len(rows)
    with canvas(ax) as ax:
        ax.fill_between(
            at, sums["low"], sums["high"], color=SKY, alpha=0.4, lw=0, label="95 % interval (ends added up)"
        )
        ax.plot(at, sums["value"], color=BLUE, lw=2, label="value of the customers so far")
        ax.axhline(0, color=BLACK, lw=0.8)
        if 0 < len(worst) < n:
            ax.axvline(1 - len(worst) / n, color=RED, ls=":", label="from here on they cost more than they bring")
        ax.set_xlim(0, 1)
        low, high = min(float(sums["low"].min()), 0.0), max(float(sums["high"].max()), 0.0)
        ax.set_ylim(1.1 * low, 1.4 * high or None)  # room for the legend
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        ax.legend(loc="upper right")
        if len(worst):
            title = (
                f"{percent(len(worst) / n)} of the customers will cost more than they bring: "
                f"{-worst['value'].sum():,.0f} {unit} together"
            )
        else:
            share = best["value"].sum() / whole["value"] if whole["value"] > 0 else 0.0
            title = f"The most valuable tenth holds {percent(share)} of all value to come"
        said = [f"all {n:,} customers: {whole['value']:,.0f} ({_span(whole)})"]
        said += [f"the best tenth: {best['value'].sum():,.0f} ({_span(best.sum())})"]
        return finish(ax, title, alt="; ".join(said), x="customers, most valuable first", y=f"lifetime value, {unit}")


def option_to_stop(
    curve: pd.DataFrame, *, at: float | None = None, unit: str = "money", moves: str = "money", ax: Axes | None = None
) -> Axes:
    """Value of a customer with and without the right to stop, by volatility, from `clv.option_curve`.

    `at` is the volatility looked at, one of the curve's; `moves` its unit, as ``process.moves`` says.
    """
    with canvas(ax) as ax:
        ax.fill_between(
            curve.index, curve["to_the_end"], curve["value"], color=GREEN, alpha=0.2, lw=0, label="the right"
        )
        ax.plot(curve.index, curve["value"], color=GREEN, lw=2.5, label="with the right to stop (band: its error)")
        ends = [curve["to_the_end"] + curve[end] for end in ("low", "high")]
        ax.fill_between(curve.index, *ends, color=GREEN, alpha=0.5, lw=0)
        ax.plot(curve.index, curve["to_the_end"], "--", color=GREY, label="served to the end")
        ax.axhline(0, color=BLACK, lw=0.8)
        at = float(curve.index[-1]) if at is None else at
        row = curve.iloc[int(np.abs(curve.index.to_numpy() - at).argmin())]
        ax.vlines(at, row["to_the_end"], row["value"], color=BLACK)
        ax.plot([at, at], [row["to_the_end"], row["value"]], "o", color=BLACK)
        shares = moves == "shares"
        if shares:
            ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        ax.grid()
        ax.legend(loc="best")
        said = percent(at) if shares else f"{at:,.0f}"
        title = f"At a volatility of {said} the right to stop is worth {row['option']:,.0f}"
        text = (
            f"Value {row['value']:,.0f} with it, {row['to_the_end']:,.0f} served to the end; interval of the right "
            f"{row['low']:,.1f} to {row['high']:,.1f}. It grows from {curve['option'].iloc[0]:,.0f} to "
            f"{curve['option'].iloc[-1]:,.0f} over the picture"
        )
        of = "share of the margin" if shares else f"{unit}"
        return finish(
            ax, title, alt=text, x=f"volatility of the margin in a term, {of}", y=f"value of the customer, {unit}"
        )


def equity_by_cohort(
    table: pd.DataFrame, *, truth: pd.Series | None = None, unit: str = "money", ax: Axes | None = None
) -> Axes:
    """Value to come of each cohort, from `clv.equity`; `truth` on cohort, where it is known."""
    rows, whole = table.iloc[:-1], table.iloc[-1]
    with canvas(ax) as ax:
        at = np.arange(len(rows))
        ax.bar(at, rows["value"], color=SKY, edgecolor=BLACK, lw=0.5, label="expected (whisker: 95 % interval)")
        ax.errorbar(at, rows["value"], yerr=_ends(rows, "value"), fmt="none", ecolor=BLACK, capsize=3)
        if truth is not None:
            ax.plot(at, truth.reindex(rows.index), "D", color=BLACK, mfc="white", label="truth")
        every = max(1, int(np.ceil(len(rows) / 12)))
        ax.set_xticks(at[::every], rows.index[::every], rotation=0 if len(rows) < 9 else 45)
        ax.yaxis.set_major_formatter(lambda money, _: f"{money:,.0f}")
        highest = max(rows["high"].max(), rows["value"].max(), -np.inf if truth is None else truth.max())
        if highest > 0:
            ax.set_ylim(top=1.25 * highest)  # room for the legend
        ax.axhline(0, color=BLACK, lw=0.8)
        ax.legend(loc="upper left", ncols=2)
        title = f"All {whole['customers']:,.0f} customers are worth {whole['value']:,.0f} {unit}"
        if truth is not None:
            title += f", in truth {truth.reindex(rows.index).sum():,.0f}"
        elif len(rows) > 1 and (rows["value"] > 0).all():
            top = rows["value"].idxmax()
            title += f"; the cohort {top} holds the largest part, {percent(rows['value'][top] / whole['value'])}"
        said = [f"in all: {_span(whole)}"]
        if truth is not None:
            said.append(f"truth {truth.reindex(rows.index).sum():,.0f}")
        said += [f"{name}: {row['value']:,.0f} ({_span(row)})" for name, row in rows.iterrows()]
        return finish(
            ax, title, alt="; ".join(said), x="cohort: period of the first purchase", y=f"value to come, {unit}"
        )


def _span(row: pd.Series) -> str:
    return f"{row['low']:,.0f} to {row['high']:,.0f}" if np.isfinite(row["low"]) else "too few for an interval"


def _ends(table: pd.DataFrame, middle: str) -> np.ndarray:
    """Lengths of whiskers down and up."""
    return np.maximum([table[middle] - table["low"], table["high"] - table[middle]], 0.0)
