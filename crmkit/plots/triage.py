"""Pictures of mail triage: what the machine should answer, and which intents it takes for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit.plots.style import BLACK, BLUE, GREY, ORANGE, PALE, SKY, canvas, finish, percent

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def automation_cost(found: Any, *, at: float | None = None, unit: str = "money", ax: Axes | None = None) -> Axes:
    """Cost of a mail by share answered by machine, from `triage.automation`; `at` a threshold looked at."""
    with canvas(ax, (9.6, 4.2)) as ax:
        table = found.curve
        ax.fill_between(table["share"], table["low"], table["high"], color=SKY, alpha=0.35, lw=0)
        ax.plot(table["share"], table["cost"], color=BLUE, lw=2, label="cost of a mail (band: 95 % interval)")
        ax.axhline(found.all_human, color=GREY, lw=1, ls="--", label="people answer all")
        ax.axvspan(found.share_low, found.share_high, color=PALE, alpha=0.6, lw=0, label="where the best share may lie")
        ax.errorbar(
            found.share,
            found.expected,
            [[found.expected - found.expected_low], [found.expected_high - found.expected]],
            fmt="D",
            color=ORANGE,
            markeredgecolor=BLACK,
            capsize=4,
            label="to expect of the best threshold on others",
        )
        title = (
            f"the machine should answer {percent(found.share)} ({percent(found.share_low)} to {percent(found.share_high)}): "
            f"{found.expected:.2f} {unit} a mail instead of {found.all_human:.2f}"
        )
        if found.expected > found.all_human:
            title = (
                f"no threshold pays for sure: to expect {found.expected:,.2f} {unit} a mail, people alone "
                f"{found.all_human:.2f}"
            )
        if found.share == 0:
            title = f"people should answer all mails: {found.all_human:.2f} {unit} a mail"
        text = (
            f"Best threshold {min(found.threshold, 1):.2f} ({min(found.threshold_low, 1):.2f} to "
            f"{min(found.threshold_high, 1):.2f}), by theory {min(found.by_theory, 1):.2f}; to expect on others "
            f"{found.expected:.2f} ({found.expected_low:.2f} to {found.expected_high:.2f}); all by machine "
            f"{found.all_machine:.2f}"
        )
        if at is not None:
            here = table[table["threshold"] >= at].iloc[-1] if (table["threshold"] >= at).any() else table.iloc[0]
            ax.plot(here["share"], here["cost"], "o", color=BLACK, markersize=9, label="chosen threshold")
            title = (
                f"from confidence {at:.2f} the machine answers {percent(here['share'])}: {here['cost']:.2f} {unit} a mail, "
                f"at best {found.cost:.2f}"
            )
        ax.set_xlim(0, 1.02)
        ax.margins(y=0.15)
        ax.set_ylim(bottom=0)  # an answer costs nothing at least; intervals may reach below
        ax.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        ax.grid()
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9)
        return finish(ax, title, alt=text, x="mails answered by machine, surest first", y=f"cost of a mail ({unit})")


def confusion(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Which intents are taken for which, from `triage.confusion`: shares of each true intent, mails written in."""
    counts = table.to_numpy(dtype=float)
    of = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, of, out=np.zeros_like(counts), where=of > 0)
    with canvas(ax, (7.6, 5.6)) as ax:
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in zip(*np.nonzero(counts), strict=True):
            ink = "white" if shares[row, column] > 0.55 else BLACK
            ax.text(column, row, f"{counts[row, column]:,.0f}", ha="center", va="center", color=ink, fontsize=9)
        names = [str(one) for one in table.index]
        ax.set_xticks(range(len(names)), names, rotation=40, ha="right")
        ax.set_yticks(range(len(names)), names)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        wrong = counts.copy()
        np.fill_diagonal(wrong, 0)
        rate = f"{percent(1 - wrong.sum() / counts.sum())} of {counts.sum():,.0f} mails are sorted rightly"
        if not wrong.any():
            return finish(ax, rate, alt="No intent is taken for another", x="intent found", y="true intent")
        row, column = np.unravel_index(wrong.argmax(), wrong.shape)
        title = f"{rate}; most often {names[row]} is taken for {names[column]}"
        said = "; ".join(f"{name} {percent(shares[k, k])}" for k, name in enumerate(names) if of[k] > 0)
        return finish(ax, title, alt=f"Right by intent: {said}", x="intent found", y="true intent")
