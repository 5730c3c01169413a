"""Pictures and explorers of repeat purchases."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import clv, explore, plots

END, UNTIL = "2025-12-28", "2025-06-29"
MODEL = clv.BGNBD(0.5, 6.0, 0.8, 2.4)


@pytest.fixture(scope="module")
def results():
    drawn = MODEL.draw([104.0] * 500, seed=1)
    log = clv.events(drawn, last_day=END, seed=1)
    split = clv.split(log, UNTIL, to=END)
    test = clv.back_test(log, {"BG/NBD": clv.fit_bgnbd}, origins=["2025-01-05", UNTIL], horizon=26, to=END)
    return {
        "tracking": clv.tracking(log, MODEL, until=UNTIL, to=END),
        "by_frequency": clv.by_frequency(split, clv.fit_bgnbd(split)),
        "alive_path": clv.alive_path(log, drawn.index[drawn["x"] == 5][0], clv.fit_bgnbd(split)),
        "recency_frequency": clv.recency_frequency(MODEL, T=52, horizon=26),
        "back_test": test.errors,
        "value_deciles": clv.deciles(MODEL.expected(split, horizon=26), split["spend_holdout"]),
    }


OPTIONS = [
    ("tracking", {}), ("tracking", {"total": False}), ("by_frequency", {}), ("alive_path", {}), ("back_test", {}),
    ("back_test", {"outcome": "purchases"}), ("recency_frequency", {"show": "expected"}),
    ("recency_frequency", {"at": (5, 20.0)}), ("value_deciles", {"unit": "yuan"}),
    ("value_deciles", {"unit": "yuan", "ahead": "2026"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_pictures_keep_the_laws(results, name, options):
    keeps_the_laws(getattr(plots, name), results[name], **options)


def test_what_is_said_of_tracking_is_in_the_table(results):
    table = results["tracking"]
    said = plots.alt(plots.tracking(table))
    assert f"{table['actual_total'].iloc[-1]:,.0f}" in said and f"{table['expected_total'].iloc[-1]:,.1f}" in said
    held = table[table["holdout"]]
    inside = held["actual"].between(held["low"], held["high"]).sum()
    assert f"{inside} of {len(held)} weeks" in plots.alt(plots.tracking(table, total=False))


def test_a_group_of_one_customer_has_no_interval_and_still_a_picture():
    drawn = pd.DataFrame({"x": [0, 0, 3], "t_x": [0, 0, 9.0], "T": 20.0, "x_holdout": [0, 1, 2], "T_holdout": 10.0})
    table = clv.by_frequency(drawn, MODEL)
    assert np.isnan(table.loc["3", "low"])
    keeps_the_laws(plots.by_frequency, table)


@pytest.mark.parametrize("make", [explore.silence, explore.watching])
def test_explorers_keep_the_laws(make):
    explorer_keeps_the_laws(make())
