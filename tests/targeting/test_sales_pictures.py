"""Pictures and explorers of selling to firms keep the laws."""

import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots, segments, targeting
from crmkit.targeting import pipeline

STAGES = pd.DataFrame(
    {"open": 3, "passed": [40, 30], "lost": [60, 10], "share": [0.4, 0.75], "low": [0.31, 0.6], "high": [0.5, 0.86],
     "days": 20.0},
    index=pd.CategoricalIndex(["lead", "offer"], categories=["lead", "offer"], name="stage"),
)  # fmt: skip
DEALS = pd.DataFrame({"opportunity_id": range(40), "stage": ["lead", "offer"] * 20, "amount": 40_000.0})
TOLD = pd.DataFrame(
    {"group": ["active", "late"], "uplift": [0.3, 0.0], "low": [0.1, -0.2], "high": [0.5, 0.2]},
)
MOVES = pd.DataFrame(
    [(a, b, s) for a, row in zip(segments.STATES, ((0.6, 0.4, 0), (0.3, 0, 0.7), (0.2, 0, 0.8)), strict=True)
     for b, s in zip(segments.STATES, row, strict=True)],
    columns=["before", "after", "share"],
)  # fmt: skip
TODAY = pd.Series({"active": 70, "late": 20, "lapsed": 10})
READ = pd.DataFrame({"visitor_id": range(60), "topic": ["law", "music", "law"] * 20, "pages": 2})
KEPT = segments.focus(READ, pd.Series([True, False, False, False] * 15))
WORTH = pd.Series({"active": 300.0, "late": 200.0})


def test_pictures_keep_the_laws():
    found = pipeline.forecast(DEALS, STAGES, seed=1)
    keeps_the_laws(plots.conversions, STAGES)
    keeps_the_laws(plots.conversions, STAGES, truth=pd.Series({"lead": 0.45, "offer": 0.7}))
    after = targeting.update(TOLD, believed=0.1, sd=0.1)
    said = keeps_the_laws(plots.beliefs_after, after, believed=0.1, least=50 / WORTH)
    assert "pays for: active" in said
    assert "no contact pays" in keeps_the_laws(plots.beliefs_after, after, believed=0.1, least=6e4 / WORTH)
    ahead = segments.ahead(MOVES, TODAY, steps=3)
    assert "10 are lapsed today" in keeps_the_laws(plots.states_ahead, ahead)
    keeps_the_laws(plots.states_ahead, ahead, other=ahead * 0.9)
    keeps_the_laws(plots.focus, KEPT, money=KEPT["registered"] * 40.0 - 50, at=1)
    assert "2.00" in keeps_the_laws(plots.quarter, found, promised=2e6, came=5e5)


@pytest.mark.parametrize(
    "made",
    [
        lambda: explore.pipeline_ahead(DEALS, STAGES, promised=2e6, unit="euros", seed=1),
        lambda: explore.life_ahead(MOVES, TODAY),
        lambda: explore.closed_loop(TOLD, worth=WORTH, cost=60, unit="euros"),
        lambda: explore.topics_kept(KEPT, worth=40, cost=240, unit="euros"),
    ],
    ids=["pipeline", "life", "loop", "topics"],
)
def test_explorers_keep_the_laws(made):
    explorer_keeps_the_laws(made())


def test_winning_back_the_late_leaves_fewer_lapsed():
    explorer = explore.life_ahead(MOVES, TODAY)
    explorer.controls["saved"].value = 0.3
    rich = MOVES.set_index(["before", "after"])["share"].copy()
    rich[("late", "lapsed")], rich[("late", "active")] = 0.4, 0.6
    now, other = (segments.ahead(one, TODAY, steps=4)["lapsed"].iloc[-1] for one in (MOVES, rich.reset_index()))
    assert f"{now - other:,.0f} fewer" in explorer.said
