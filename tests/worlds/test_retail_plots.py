"""Pictures of what a retail world drew: titles tell a finding that is counted from the tables, texts say it in words."""

import matplotlib
import pytest

matplotlib.use("Agg")

from crmkit.plots import worlds as pictures
from crmkit.plots.style import alt, png
from crmkit.worlds import Retail


@pytest.fixture(scope="module")
def shop():
    return Retail.preset("shop", customers=200).draw(1)


def test_a_month_shows_every_day_and_counts_what_is_there(shop):
    lines = shop.lines.merge(shop.transactions, left_on="basket_id", right_on="transaction_id")
    lines = lines.merge(shop.products[["item", "category"]], on="item")
    ax = pictures.month(lines, "2024-02", by="category", what="pieces", weight="quantity")
    here = lines[lines["day"].dt.strftime("%Y-%m") == "2024-02"]
    assert f"{here['quantity'].sum():,} pieces in 2024-02" in ax.get_title(loc="left")
    assert len(ax.patches) == 29 * 4 and "food: " in alt(ax)
    assert png(ax).startswith(b"\x89PNG")


def test_the_shelf_experiment_is_told_against_the_control(shop):
    ax = pictures.shelf(shop.shelf)
    assert "against the control" in ax.get_title(loc="left").replace("\n", " ") and len(ax.lines) == 5
    png(ax)


def test_one_group_of_stores_alone_is_told_after_over_before(shop):
    moved = shop.shelf[shop.shelf["treated"]]
    ax = pictures.shelf(moved)
    assert "after the day of the move than before" in ax.get_title(loc="left").replace("\n", " ") and len(ax.lines) == 3
    mean = moved.groupby(["item", "moved"], observed=True)["pieces"].mean().unstack()
    rise = (mean[True] / mean[False] - 1).max()
    assert f"{100 * rise:.0f} % after over before" in alt(ax) and "control" not in alt(ax)


def test_a_month_of_the_pipeline_counts_moves_and_ends():
    case = Retail.preset("industrial", customers=200).draw(1)
    ax = pictures.pipeline(case.pipeline_moves, case.pipeline, "2025-05")
    came = (case.pipeline_moves["entered"].dt.strftime("%Y-%m") == "2025-05").sum()
    closed = (case.pipeline["closed"].dt.strftime("%Y-%m") == "2025-05").sum()
    widths = [bar.get_width() for bar in ax.patches]
    assert (
        sum(widths[:-2]) == came
        and sum(widths[-2:]) == closed
        and f"{closed:,} opportunities" in ax.get_title(loc="left")
    )
    png(ax)


def test_topics_of_the_portal_are_all_there():
    case = Retail.preset("health_portal", customers=10).draw(1)
    ax = pictures.topics(case.visitor_topics, case.visitors)
    assert sum(bar.get_width() for bar in ax.patches) == case.visitor_topics["pages"].sum()
    assert all(topic in alt(ax) for topic in case.visitor_topics["topic"].cat.categories)
    png(ax)


def test_a_month_with_one_row_is_drawn_too(shop):
    ax = pictures.month(shop.transactions.assign(kind="receipt").head(1), "2024-01", by="kind", what="receipts")
    assert "1 receipts in 2024-01" in ax.get_title(loc="left")
    png(ax)
