"""Pictures of telecom worlds: a finding as title, axes with units, a text equivalent, figures that agree with their input."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmkit.plots import style, telecom

MONTHS = pd.date_range("2024-01-01", periods=4, freq="MS")
MONTHLY = pd.DataFrame(
    {
        "month": np.repeat(MONTHS, 2),
        "group": ["a", "b"] * 4,
        "share": [0.01, 0.02, 0.01, 0.02, 0.03, 0.04, 0.03, 0.04],
    }
).assign(low=lambda f: f["share"] - 0.005, high=lambda f: f["share"] + 0.005)
WEEK = pd.DataFrame(
    {
        "begins": pd.date_range("2025-03-10", periods=6, freq="30min"),
        "contained": [1, 2, 3, 4, 2, 1],
        "answered": [5, 6, 9, 20, 6, 5],
        "abandoned": [0, 0, 1, 6, 0, 0],
        "agents": [2, 2, 3, 3, 2, 2],
    }
)
TAIL = pd.DataFrame(
    {"group": ["firms", "people", "people"], "bill": [900.0, 90.0, 10.0], "rank": [1, 1, 2], "share": [0.9, 0.09, 0.1]}
)
SEEN = pd.DataFrame({"line": ["d", "d"], "term": [1, 2], "share": [0.6, 0.8], "low": [0.5, 0.7], "high": [0.7, 0.9]})
LAW = pd.DataFrame({"line": ["d", "d"], "term": [1, 2], "retention": [0.62, 0.78]})
DAY = pd.DataFrame({"calls": [30.0, 10.0, 12.0, 4.0], "low": [20.0, 5, 6, 1], "high": [42.0, 18, 20, 9]})
CALLS = {
    "call_day": (telecom.call_day, (DAY,), {}, "Most calls from 0:00: 30 an hour; fewest from 1:30: 4"),
    "leavers": (telecom.leavers, (MONTHLY,), {}, "3.0 % of b customers"),
    "leavers with an event": (
        telecom.leavers,
        (MONTHLY,),
        {"event": MONTHS[2]},
        "4.0 % of b customers leave a month instead of 2.0 %",
    ),
    "call_week": (telecom.call_week, (WEEK,), {}, "Monday at 01:30; 9.9 % of all calls hang up"),
    "bill_tail": (telecom.bill_tail, (TAIL,), {}, "1 firms of 3 customers pay 90 % of all bills"),
    "renewals": (
        telecom.renewals,
        (SEEN, LAW.assign(retention=[0.62, 0.68])),
        {},
        "The law lies within 1 of 2 intervals of what was seen",
    ),
    "renewals without a law": (
        telecom.renewals,
        (SEEN,),
        {},
        "60 % of d contracts are renewed the first time, 80 % at renewal 2",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_says_its_finding_and_closes(name):
    function, given, options, said = CALLS[name]
    was = [frame.copy() for frame in given]
    ax = function(*given, **options)
    title = " ".join(ax.get_title(loc="left").split()) or " ".join(ax.get_title().split())
    assert said in title and said in style.alt(ax) and "nan" not in style.alt(ax)
    assert ax.get_xlabel() and ax.get_ylabel()
    ax.figure.draw_without_rendering()
    for text in [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.texts]:
        box = text.get_window_extent()
        if text.get_text() and text.get_visible():
            assert box.x0 >= -2 and box.x1 <= ax.figure.bbox.x1 + 2 and box.y1 <= ax.figure.bbox.y1 + 2, text.get_text()
    plt.close(ax.figure)
    assert style.png(function(*given, **options)) == style.png(function(*given, **options))
    assert not plt.get_fignums()
    for frame, before in zip(given, was, strict=True):
        pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", CALLS)
def test_a_picture_is_drawn_on_the_axes_it_is_given(name):
    function, given, options, _ = CALLS[name]
    figure, ax = plt.subplots()
    assert function(*given, **options, ax=ax) is ax
    plt.close(figure)
