"""The sections of a report, each a run of HTML pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from crmkit.report import words
from crmkit.report.html import between, bullets, count, money, monies, paragraph, share, table

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.report.gather import Report

TOP = 10  # rows of a table of movers
MOST_REASONS = 12
MOST_PERIODS = 12


def picture(draw: Callable[[Any], Any], found: Any) -> str:
    """A plot as a picture within the page, with its text equivalent."""
    from crmkit import plots

    ax = draw(found)
    text = plots.alt(ax)
    return f"<figure>{plots.image(plots.png(ax), text)}</figure>"


def rows(report: Report) -> Iterator[str]:
    """What came in, and what became of it."""
    lost = report.came_in - report.kept
    mended = report.repaired["row"].nunique()
    yield paragraph(words.what_came_in(report))
    said = words.warnings(report)
    if said:
        yield '<div class="warn">' + bullets(said) + "</div>"
    yield table(
        "Every row that came in is kept or rejected",
        ("rows", "number", "share"),
        [
            ("came in", count(report.came_in), "100 %"),
            ("kept", count(report.kept), share(report.kept / report.came_in)),
            ("… of these repaired", count(mended), share(mended / report.came_in)),
            ("rejected", count(lost), share(lost / report.came_in)),
        ],
    )
    if len(report.reasons):
        yield table(
            "What was rejected or repaired, and why"
            + (f" (the first {MOST_REASONS} of {len(report.reasons)})" if len(report.reasons) > MOST_REASONS else ""),
            ("reason", "fate", "rows", "share of all rows"),
            [
                (row.what, row.fate, count(row.rows), share(row.share))
                for row in report.reasons.head(MOST_REASONS).itertuples()
            ],
            text=("fate",),
        )
    yield paragraph(
        f"The rows that were kept make {words.many(len(report.transactions), 'transaction')}. All rejected rows stand in "
        "rejected.csv with their number and reason, all repairs in repaired.csv with the text before and after.",
        kind="note",
    )


def segments(report: Report) -> Iterator[str]:
    """Named segments by recency, frequency and money."""
    said = words.top_segment(report)
    yield paragraph(said, words.at_stake(report))
    if said:
        from crmkit import plots

        yield picture(plots.segments, report.segments)
    else:
        yield paragraph("There is no picture: the money adds up to nothing, so no share of it can be drawn.")
    rows = report.segments[report.segments["customers"] > 0]
    since = report.rfm.groupby("segment", observed=False)["recency"].median()
    yield _sizes(
        "Segments by recency, frequency and monetary value",
        "segment",
        rows,
        {
            "mean per customer": monies(rows["mean"]),
            "days since last purchase (median)": [count(one) if one == one else "–" for one in since[rows.index]],
        },
    )
    yield paragraph(
        f"Each customer has three scores from 1 to {report.bins}: days since the last purchase, number of purchases, "
        "money with returns taken off. The segment follows from the scores.",
        kind="note",
    )


def _sizes(caption: str, label: str, rows: pd.DataFrame, more: dict[str, list[str]] | None = None) -> str:
    """A table of segments with their size and money."""
    sizes = [
        f"{share(one)} ({between(low, high)})"
        for one, low, high in zip(rows["share"], rows["low"], rows["high"], strict=True)
    ]
    columns = {
        "meaning": [words.MEANING.get(str(name), "") for name in rows.index],
        "customers": [count(one) for one in rows["customers"]],
        "share (95 % interval)": sizes,
        "money": monies(rows["money"]),
        "share of money": [share(one) for one in rows["money_share"]],
        **(more or {}),
    }
    return table(caption, (label, *columns), zip(rows.index, *columns.values(), strict=True), text=("meaning",))


def matrix(report: Report) -> Iterator[str]:
    """How often against how much at a time."""
    if not report.purchases:
        yield paragraph("There is no purchase in the file, only returns; so there is nothing to compare.")
        return
    from crmkit import plots

    means = report.value_matrix.attrs
    yield paragraph(
        f"The mean customer bought {means['mean_frequency']:,.1f} times, and spent {money(means['mean_spend'])} at a time "
        "(the mean over customers). These two means part the customers into four fields."
    )
    yield picture(plots.value_matrix, report.value_matrix)
    yield _sizes("The four fields of the value matrix", "field", report.quadrants)


def concentration(report: Report) -> Iterator[str]:
    """On how few customers the money rests."""
    if report.concentration is None:
        yield paragraph("No customer brought money, returns taken off; so there is nothing to share out.")
        return
    from crmkit import plots

    yield paragraph(words.concentration(report))
    if len(report.rfm) > 1:
        yield picture(plots.concentration, report.concentration)
    below = int((report.rfm["monetary"] < 0).sum())
    if below:
        yield paragraph(
            f"{words.many(below, 'customer')} brought back more than they bought; this counts as 0 here.", kind="note"
        )


def cohorts(report: Report) -> Iterator[str]:
    """Who comes back after a first purchase."""
    said = words.come_back(report)
    if not said:
        yield paragraph(
            f"The file does not reach a whole {report.period} beyond anybody's first purchase, so nothing can be said yet."
        )
        return
    from crmkit import plots

    yield paragraph(
        said, f"A cohort is all customers whose first purchase in the file lies in the same {report.period}."
    )
    yield picture(plots.cohorts, report.cohorts)
    found = words.retention(report)
    yield table(
        f"All cohorts together, by {report.period}s since the first purchase",
        (f"{report.period}s later", "customers that can be followed", "of these, bought", "share (95 % interval)"),
        [
            (
                count(row.period),
                count(row.customers),
                count(row.active),
                f"{share(row.share)} ({between(row.low, row.high)})",
            )
            for row in found.head(MOST_PERIODS).itertuples()
        ],
    )
    yield paragraph(
        f"Later rows rest on fewer and older cohorts. A last {report.period} that is cut short is left out.",
        kind="note",
    )


def movers(report: Report) -> Iterator[str]:
    """Whose money rose and fell most."""
    if report.customer_movers is None:
        yield paragraph("All rows are of a single day; there is no period before it to compare with.")
        return
    days = report.mover_days
    yield paragraph(
        f"The last {days} day{'s' if days > 1 else ''} until {words.day(report.last)} against the {days} before. "
        "Seasons are not taken out. Who stands on top of such a list was also lucky; expect less of it next time."
    )
    for who, found in (("customer", report.customer_movers), ("article", report.item_movers)):
        if found is None:
            yield paragraph("No column with articles was named, so nothing can be said of them.", kind="note")
            continue
        rose, fell = found[found["change"] > 0].head(TOP), found[found["change"] < 0].tail(TOP)[::-1]
        yield '<div class="pair">'
        for verb, rows in (("rose", rose), ("fell", fell)):
            if rows.empty:
                yield paragraph(f"No {who} {verb}.")
                continue
            before, after, change = (monies(rows[name]) for name in ("before", "after", "change"))
            if verb == "rose":
                change = [f"+{one}" for one in change]
            yield table(
                f"The {who}s whose money {verb} most",
                (who, "before", "after", "change"),
                zip(rows.index, before, after, change, strict=True),
            )
        yield "</div>"


def limits(report: Report) -> Iterator[str]:
    """What these figures do not say."""
    yield bullets(words.not_said(report))
