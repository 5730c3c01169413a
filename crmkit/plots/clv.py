"""Pictures of models of repeat purchases held against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREY, ORANGE, PALE, RED, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def tracking(table: pd.DataFrame, *, total: bool = True, ax: Axes | None = None) -> Axes:
    """Repeat purchases through time, counted and expected, from `clv.tracking`; total: since the start."""
    columns = ("actual_total", "expected_total", "total_low", "total_high")
    actual, expected, low, high = (
        table[name] for name in (columns if total else ("actual", "expected", "low", "high"))
    )
    unit = table.index.name
    with canvas(ax) as ax:
        ax.fill_between(table.index, low, high, color=PALE, label="chance alone")
        ax.plot(table.index, expected, color=ORANGE, ls="--", lw=2, label="expected")
        ax.plot(table.index, actual, color=BLUE, lw=2, label="counted")
        held = table["holdout"].to_numpy()
        if held.any() and not held.all():
            ax.axvline(table.index[~held][-1] + 0.5, color=BLACK, lw=1, ls=":", label="the fit saw no more")
        ax.legend(loc="upper left" if total else "upper right")
        ax.set_ylim(bottom=0)
        inside = int(((actual >= low) & (actual <= high))[held].sum())
        if total:
            off = actual.iloc[-1] / expected.iloc[-1] - 1
            title = f"After {len(table)} {unit}s {actual.iloc[-1]:,.0f} repeat purchases, {100 * off:+.1f} % against the forecast"
        else:
            title = f"In the hold-out {inside} of {int(held.sum())} {unit}s lie within the band"
        text = (
            f"{'Since the start' if total else f'Each {unit}'}, at the end of {unit} {table.index[-1]}: counted "
            f"{actual.iloc[-1]:,.0f}, expected {expected.iloc[-1]:,.1f}, band {low.iloc[-1]:,.1f} to {high.iloc[-1]:,.1f}; "
            f"{inside} of {int(held.sum())} {unit}s of the hold-out lie within the band"
        )
        what = "repeat purchases since the start" if total else f"repeat purchases in the {unit}"
        return finish(ax, title, alt=text, x=f"{unit} since the first purchase of all", y=what)


def by_frequency(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Mean purchases in the hold-out by repeat purchases before it, from `clv.by_frequency`."""
    with canvas(ax) as ax:
        at = np.arange(len(table))
        known = np.nan_to_num(np.array([table["actual"] - table["low"], table["high"] - table["actual"]]))
        ax.errorbar(at, table["actual"], known, fmt="o", color=BLUE, capsize=3, label="counted, 95 % interval")
        ax.fill_between(at, table["expected_low"], table["expected_high"], color=ORANGE, alpha=0.3)
        ax.plot(at, table["expected"], color=ORANGE, marker="D", ms=5, ls="--", label="expected")
        ax.set_xticks(at, table.index)
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper left")
        hit = (table["expected"] >= table["low"]) & (table["expected"] <= table["high"])
        text = "; ".join(
            f"{row.Index} before ({row.customers:,} customers): {row.actual:.2f} counted, {row.expected:.2f} expected"
            for row in table.itertuples()
        )
        title = f"The expectation lies within the interval of {int(hit.sum())} of {len(table)} groups"
        return finish(ax, title, alt=text, x="repeat purchases before", y="mean purchases in the hold-out")


def alive_path(path: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One customer's chance to be there, day by day, with the purchases, from `clv.alive_path`."""
    with canvas(ax) as ax:
        ax.fill_between(path.index, path["low"], path["high"], color=SKY, alpha=0.4)
        ax.plot(path.index, path["p_alive"], color=BLUE, lw=2, label="chance to be a customer")
        bought = path.index[path["purchase"]]
        ax.plot(bought, np.zeros(len(bought)), "^", color=ORANGE, ms=8, clip_on=False, label="purchase")
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        ax.figure.autofmt_xdate(rotation=30)
        ax.legend(loc="lower left")
        last, quiet = path.iloc[-1], (path.index[-1] - bought[-1]).days
        said = _span(last["p_alive"], last["low"], last["high"])
        title = f"{quiet} days after the last of {len(bought)} purchases the chance is {said}"
        text = f"First purchase {bought[0]:%Y-%m-%d}, last {bought[-1]:%Y-%m-%d}; on {path.index[-1]:%Y-%m-%d}: {said}"
        return finish(ax, title, alt=text, x="day", y="chance to be a customer")


def recency_frequency(
    grid: pd.DataFrame,
    *,
    show: str = "p_alive",
    at: tuple[int, float] | None = None,
    unit: str = "the unit of the model",
    ax: Axes | None = None,
) -> Axes:
    """A map of all that can be seen of customers, from `clv.recency_frequency`; at: mark one (x, t_x); unit: of the time."""
    words = {"p_alive": "chance to be a customer", "expected": "purchases ahead"}
    with canvas(ax) as ax:
        seen = grid[grid["x"] > 0].pivot(index="x", columns="t_x", values=show)
        mesh = ax.pcolormesh(seen.columns, seen.index, seen.to_numpy(), cmap="cividis", shading="nearest")
        ax.yaxis.get_major_locator().set_params(integer=True)
        bar = ax.figure.colorbar(mesh, ax=ax, label=words[show])
        if show == "p_alive":
            bar.ax.yaxis.set_major_formatter(lambda value, _: percent(value))
        top = grid.loc[grid[show].idxmax()]
        if at is not None:
            ax.plot(at[1], at[0], "o", mfc="none", mec=RED, mew=2.5, ms=14)
        never = grid.loc[grid["x"] == 0, show].iloc[0]
        text = (
            f"Most, {top[show]:.2f}, with {top['x']:.0f} repeat purchases, the last at {top['t_x']:.0f} of {top['T']:.0f}; "
            f"{never:.2f} for who never came back"
        )
        title = f"{words[show].capitalize()}: {top[show]:.2f} at most; many purchases long ago mean little"
        corner = seen.iloc[-1]
        if corner.iloc[0] >= corner.iloc[-1]:
            title = f"{words[show].capitalize()}: {top[show]:.2f} at most"
        return finish(
            ax, title, alt=text, x=f"time from the first to the last purchase, in {unit}", y="repeat purchases"
        )


def back_test(errors: pd.DataFrame, *, outcome: str = "money", ax: Axes | None = None) -> Axes:
    """Errors by origin of methods and rules of thumb, from `clv.back_test(...).errors`."""
    part = errors[errors["outcome"] == outcome]
    with canvas(ax) as ax:
        table = part.pivot(index="origin", columns="method", values="rmse")[list(dict.fromkeys(part["method"]))]
        looks = zip(table, (BLUE, ORANGE, GREY, RED, SKY, BLACK) * 3, "osD^vP" * 3, strict=False)
        for method, colour, marker in looks:
            ax.plot(np.arange(len(table)), table[method], color=colour, marker=marker, lw=1.5, label=method)
        ax.set_xticks(np.arange(len(table)), [f"{day:%Y-%m-%d}" for day in table.index])
        ax.margins(x=0.1)
        ax.set_ylim(0, 1.3 * table.to_numpy().max())
        ax.legend(loc="upper center", ncols=3)
        wins = table.idxmin(axis=1).value_counts()
        title = f"{wins.index[0]} errs least from {wins.iloc[0]} of {len(table)} origins"
        text = "; ".join(f"{name}: {', '.join(f'{one:.3g}' for one in table[name])}" for name in table)
        y = f"root mean squared error ({'purchases' if outcome == 'purchases' else 'money'} a customer)"
        return finish(ax, title, alt=f"By origin, {text}", x="last day that the forecast saw", y=y)


def value_deciles(table: pd.DataFrame, *, unit: str = "money", ahead: str = "", ax: Axes | None = None) -> Axes:
    """Money of the hold-out by tenth of customers, ranked by forecast, from `clv.deciles`.

    `ahead` the time ahead, where nothing has come yet and the money is what a truth expects of it.
    """
    came, when = ("expected in truth", f"in {ahead}") if ahead else ("came", "in the hold-out")
    with canvas(ax) as ax:
        at = np.arange(len(table))
        error = np.nan_to_num(np.array([table["actual"] - table["low"], table["high"] - table["actual"]]))
        ax.bar(at, table["actual"], 0.7, color=SKY, edgecolor=BLACK, lw=0.5, label=f"{came} (95 % interval)")
        ax.errorbar(at, table["actual"], error, fmt="none", color=BLACK, capsize=3)
        ax.plot(at, table["forecast"], "D", color=ORANGE, mec=BLACK, mew=0.5, label="forecast")
        ax.set_xticks(at, table.index)
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper right")
        first, brings, then = table.iloc[0], "is to bring" if ahead else "brought", f" {when}" if ahead else ""
        title = (
            f"The best of {len(table)} groups by forecast {brings} {percent(first['share'])} of the money{then}; "
            f"perfect ranking: {percent(first['best'])}"
        )
        text = "; ".join(
            f"{row.Index}: {row.actual:,.1f} {came} ({row.low:,.1f} to {row.high:,.1f}), {row.forecast:,.1f} forecast"
            for row in table.fillna({"low": 0, "high": 0}).itertuples()
        )
        return finish(ax, title, alt=text, x="group by forecast (1: the best)", y=f"{unit} a customer {when}")


def _span(middle: float, low: float, high: float) -> str:
    same = high - low < 5e-4
    return percent(middle) if same else f"{percent(middle)} ({percent(low)} to {percent(high)})"
