"""Plots: a finding as title, labels with units, a text equivalent, and figures that agree with their input."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import keeps_the_laws

from crmkit import cleaning, plots, segments, tables, targeting, worlds


@pytest.fixture(scope="module")
def inputs():
    case = worlds.Retail(customers=500).draw(seed=2)
    log = case.transactions
    rfm = segments.rfm(log)
    people = case.contacts.assign(purchases=np.arange(len(case.contacts)) % 3.0).join(rfm["segment"], on="customer_id")
    trial = targeting.trial(people, outcome="purchases", group="segment")
    styles = case.lines.merge(case.products[["item", "style", "category"]], on="item")
    taste = segments.preference(styles, region="category", choice="style", weight="quantity")
    soiled = worlds.soil(log, worlds.Dirt(), 1).frame
    curve = targeting.programme(1e5, margin=0.4, reward=0.05, rises=np.linspace(0, 0.4, 9))
    return {
        "segments": (segments.summary(rfm),),
        "value_matrix": (segments.value_matrix(log),),
        "migration": (segments.migration(log, "2025-03-31", "2025-12-31"),),
        "agreement": (segments.agreement(rfm["segment"], case.truth.customers.set_index("customer_id")["kind"]),),
        "choose_k": (segments.choose_k(rfm, [2, 3], seed=1),),
        "concentration": (segments.concentration(rfm["monetary"]),),
        "cohorts": (segments.cohorts(log, period="quarter"),),
        "months": (log.groupby(log["day"].dt.to_period("M"))["amount"].sum(),),
        "amounts": (pd.Series({"a": 1.0, "b": -2.0}), {"title": "b is below a"}),
        "reasons": (cleaning.clean(soiled, tables.TRANSACTIONS),),
        "residuals": (taste,),
        "shrinkage": (taste, {"choice": "bright"}),
        "trial": (trial,),
        "net_gain": (targeting.net_gain(trial, worth=50.0, cost=12),),
        "promises": (pd.DataFrame({"promised": [3e3, 0.0], "brought": [1e3, 0.0]}),),
        "gains": (targeting.gains(np.arange(60), np.arange(60) % 3 == 0),),
        "form": (targeting.form(range(1, 41), stops=0.04, jests=0.03), {"at": 10}),
        "programme": (curve, {"at": 0.1, "result": float(np.interp(0.1, curve.index, curve["result"]))}),
    }


NAMES = (
    "segments value_matrix migration agreement choose_k concentration cohorts months amounts reasons residuals "
    "shrinkage trial net_gain programme promises form gains"
).split()


# Looked at in the tests of their subjects.
SUBJECTS = """
bank
baskets
churn
claim_rates
clv
contacts
cost
explained
market
monitor
profit
queues
response
sales
arrivals
staffing
telecom
together
triage
uplift
house
worlds
worth
"""
ELSEWHERE = tuple(getattr(plots, one) for one in SUBJECTS.split())


def draw(inputs, name, **more):
    result, *options = inputs[name]
    return getattr(plots, name)(result, **(options[0] if options else {}), **more)


def test_every_plot_is_looked_at_here(inputs):
    helpers = {"Picture", "alt", "image", "percent", "png", "show"}
    worlds_own = {one for module in ELSEWHERE for one in vars(module)}
    assert set(NAMES) == set(plots.__all__) - helpers - worlds_own


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_keeps_the_laws(inputs, name):
    result, *options = inputs[name]
    keeps_the_laws(getattr(plots, name), result, **(options[0] if options else {}))


def test_bars_are_the_shares_of_the_summary(inputs):
    summary = inputs["segments"][0]
    ax = draw(inputs, "segments")
    rows = summary[summary["customers"] > 0]
    widths = [patch.get_width() for patch in ax.patches]
    plt.close(ax.figure)
    np.testing.assert_allclose(widths, [*rows["share"], *rows["money_share"]])


def test_a_picture_without_words_is_refused():
    figure, ax = plt.subplots()
    with pytest.raises(ValueError, match="no text equivalent"):
        plots.show(ax)
    assert plots.show(ax, "an empty plot").alt == "an empty plot"
    plt.close(figure)


def test_alt_text_is_escaped():
    assert 'alt="&quot;&lt;b&gt;"' in plots.image(b"", '"<b>')


def test_percent_reads_like_people_write():
    assert [plots.percent(share) for share in (0, 0.004, 0.0996, 0.5, 1)] == ["0 %", "0.4 %", "10 %", "50 %", "100 %"]


def test_one_cohort_of_one_period_is_said_so():
    log = pd.DataFrame({"customer_id": [1], "day": pd.to_datetime(["2025-01-03"]), "amount": [5.0]})
    picture = plots.show(plots.cohorts(segments.cohorts(log)))
    assert "nothing to follow" in picture.alt


def test_nothing_outside_is_changed():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    plots.show(plots.amounts(pd.Series({"a": 1.0}), title="one bar"))
    assert dict(mpl.rcParams) == before


def test_every_amount_has_its_bar():
    ax = plots.amounts(pd.Series(range(1, 9), index=list("abcdefgh"), dtype=float), title="Eight amounts")
    assert [bar.get_width() for bar in ax.patches] == list(range(1, 9))
    plt.close(ax.figure)


def test_promises_say_of_what_and_of_whom():
    ax = plots.promises(
        pd.DataFrame({"promised": [3e3, 0.0], "brought": [1e3, 0.0]}),
        by="the calendar",
        what="all stores",
        who="chains",
    )
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "2 chains, by what the calendar promised",
        "gain of all stores, money",
    )
    plt.close(ax.figure)


def test_amounts_draw_their_intervals_inside_the_picture():
    values, low, high = (pd.Series(ends, index=["a", "b"]) for ends in ([-4.0, -9.0], [-20.0, -40.0], [8.0, -2.0]))
    ax = plots.amounts(values, low=low, high=high, title="Both lose", unit="yuan")
    assert "a: -4 (-20 to 8) yuan; b: -9 (-40 to -2) yuan" in plots.alt(ax)
    left, right = ax.get_xlim()
    assert left < -40 and right > 8 + 0.1 * 48  # room for the figure beside the longest line
    colours = {patch.get_facecolor() for patch in ax.patches}
    assert len(colours) == 1, "bars of one kind have one colour"


def test_the_title_of_an_agreement_tells_the_purest_and_the_most_mixed_row():
    one, two = pd.Series(list("aaaabbbb")), pd.Series(list("xxxyxxyy"))
    ax = plots.agreement(segments.agreement(one, two))
    assert ax.get_title(loc="left").replace("\n", " ") == "Purest: a, 75 % x; most mixed: b, 50 % x"
    assert "adjusted Rand index" in ax.get_xlabel() and "adjusted Rand index" in plots.alt(ax)
    same = plots.agreement(segments.agreement(one, one))
    assert same.get_title(loc="left") == "Each row lies in one column"
    for drawn in (ax, same):
        plt.close(drawn.figure)


def test_where_the_truth_is_shown_the_title_tells_it(inputs):
    gain = inputs["net_gain"][0]
    truth = pd.Series(-1.0, index=gain.index)
    none = draw(inputs, "net_gain", truth=truth)
    assert none.get_title(loc="left").startswith(f"In truth a contact pays in none of {len(gain)} groups")
    truth.iloc[0] = 2.0
    one = draw(inputs, "net_gain", truth=truth)
    told = f"In truth a contact pays in 1 of {len(gain)} groups: {gain.index[0]} +2.0, estimated"
    assert one.get_title(loc="left").replace("\n", " ").startswith(told)
    for drawn in (none, one):
        plt.close(drawn.figure)


def test_no_share_is_drawn_above_all_customers():
    found = pd.DataFrame(
        {
            "group": ["all"],
            "control_mean": [0.9],
            "treated_mean": [0.98],
            "uplift": [0.08],
            "low": [0.05],
            "high": [0.11],
        }
    )
    shares, counts = (plots.trial(found, share=share) for share in (True, False))
    assert max(shares.get_xticks()) == pytest.approx(1) and max(counts.get_xticks()) > 1
    for drawn in (shares, counts):
        plt.close(drawn.figure)
