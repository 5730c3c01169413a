"""The pictures of the bank: what they say is what they were given."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from crmkit.plots import bank as plots
from crmkit.plots.style import alt
from crmkit.worlds.bank.world import Bank

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(autouse=True)
def no_screen():
    yield
    plt.close("all")


def test_channel_days_names_the_channel_with_most_work():
    days = pd.date_range("2025-10-01", "2025-10-31")
    daily = pd.DataFrame({"counter": [10] * 31, "online": [30] * 31}, index=days)
    before = daily.copy()
    ax = plots.channel_days(daily)
    assert alt(ax).startswith("Online carries most work of October 2025: 75 % of 1,240 transactions")
    assert [line.get_label() for line in ax.get_lines()] == ["counter", "online"]
    assert len({(line.get_linestyle(), line.get_marker()) for line in ax.get_lines()}) == 2  # not by colour alone
    pd.testing.assert_frame_equal(daily, before)


def test_offer_days_tells_both_shares():
    taken = pd.DataFrame({"offered": [0.0, 0.05, 0.08], "held back": [0.0, 0.01, 0.02]}, index=[0, 30, 60])
    said = alt(plots.offer_days(taken))
    assert "After 60 days 8.0 % have the loan, but 2.0 % came without an offer" in said
    assert "by day 30" in said
    assert "difference at the end is 6.0 %" in said


def test_applications_counts_outcomes():
    month = Bank.preset("credit_tree", customers=300).draw(1).applications.head(40)
    ax = plots.applications(month, cut=50_000)
    count = month["outcome"].value_counts()
    assert f"{count['refused']} of 40 applications are refused" in alt(ax).replace("\n", " ")
    assert sum(len(one.get_offsets()) for one in ax.collections) == 40


def test_commissions_and_claims_tell_sums():
    month = pd.DataFrame({"by broker": [60.0, 20.0, 10.0, 5.0], "online": [0.0, 0.0, 5.0, 0.0]}, index=list("abcd"))
    assert "Three of 4 brokers bring 95 %" in alt(plots.commissions(month))
    claims = pd.DataFrame({"day": pd.to_datetime(["2025-03-02", "2025-03-09"]), "amount": [100.0, 300.0]})
    assert "2 claims cost 400, 80 % of the premiums" in alt(plots.claims(claims, earned=500.0))


def test_the_pictures_of_the_page_are_there_and_each_has_words():
    page = (DOCS / "worlds" / "bank.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page)
    assert len(pictures) == 5
    for words, path in pictures:
        assert len(words) > 40
        assert (DOCS / "worlds" / path).resolve().is_file()
