"""Customer equity: the optimum against a plain grid and a sum over years, laws of the curves, bad input."""

import numpy as np
import pytest

from crmkit import profit
from crmkit.profit import Reach

WON, KEPT = Reach(0.3, 0.05), Reach(0.9, 0.03)
CASES = [(WON, KEPT, 100.0, 0.1), (Reach(0.1, 0.2), Reach(1.0, 0.08), 60.0, 0.15), (Reach(0.5, 0.01), KEPT, 300.0, 0.0)]


def by_years(acquisition, retention, won, kept, margin, discount):
    """Worth of a prospect as a plain sum: who is kept brings a margin a year later, having cost the spending."""
    a, r = float(won.share(acquisition)), float(kept.share(retention))
    worth, there, year = margin, 1.0, 0
    while there > 1e-13:
        year += 1
        worth += there * (r * margin - retention) / (1 + discount) ** year
        there *= r
        if year > 3_000:
            break
    return a * worth - acquisition


@pytest.mark.parametrize(("won", "kept", "margin", "discount"), CASES)
def test_the_best_prospect_is_worth_the_sum_over_years(won, kept, margin, discount):
    best = profit.best_equity(won, kept, margin=margin, discount=discount)
    told = by_years(best.acquisition, best.retention, won, kept, margin, discount)
    assert best.prospect == pytest.approx(told, rel=1e-9)
    assert best.won == pytest.approx(float(won.share(best.acquisition)))
    assert best.kept == pytest.approx(float(kept.share(best.retention)))


@pytest.mark.parametrize(("won", "kept", "margin", "discount"), CASES)
def test_no_pair_on_a_grid_is_better(won, kept, margin, discount):
    best = profit.best_equity(won, kept, margin=margin, discount=discount)
    found = max(
        (by_years(a, r, won, kept, margin, discount), a, r)
        for a in np.linspace(0, 2 * best.acquisition + 1, 31)
        for r in np.linspace(0, margin, 41)
    )
    assert found[0] <= best.prospect + 1e-9
    # Near a maximum the value is flat: half a step of the grid costs little.
    assert found[0] > 0.95 * best.prospect


def test_where_nothing_pays_nothing_is_spent():
    best = profit.best_equity(Reach(0.1, 0.001), Reach(0.9, 1e-6), margin=5.0, discount=0.1)
    assert best.acquisition == 0 and best.retention == 0 and best.prospect == 0
    assert profit.best_equity(WON, KEPT, margin=-5.0, discount=0.1).retention == 0


def test_a_curve_goes_through_what_the_manager_said():
    curve = Reach.through(spend=20.0, share=0.1, ceiling=0.25)
    assert float(curve.share(20.0)) == pytest.approx(0.1) and float(curve.share(0.0)) == 0
    assert (np.diff(curve.share(np.linspace(0, 200, 50)), 2) < 0).all() and curve.share(1e9) <= 0.25


def test_a_split_adds_up_and_its_best_is_the_largest():
    table = profit.split(WON, KEPT, prospects=1_000, customers=500, budget=40_000.0, margin=100.0, discount=0.1)
    spent = table["acquisition"] * 1_000 + table["retention"] * 500
    np.testing.assert_allclose(spent, 40_000)
    np.testing.assert_allclose(table["equity"], table["new"] + table["old"])
    assert table["equity"].max() == table.at[table.attrs["best"], "equity"]
    row = table.loc[0.4]
    each = by_years(row["acquisition"], row["retention"], WON, KEPT, 100.0, 0.1)
    assert row["new"] == pytest.approx(1_000 * each)
    ahead = float(profit.keep_value(row["retention"], KEPT, margin=100.0, discount=0.1))
    assert row["old"] == pytest.approx(500 * ahead)


def test_at_a_budget_of_the_optimum_the_split_is_the_optimum():
    """A budget that is just the best spending on both sides: no other split of it brings as much."""
    best = profit.best_equity(WON, KEPT, margin=100.0, discount=0.1)
    budget = 1_000 * best.acquisition + 500 * best.retention
    part = 1_000 * best.acquisition / budget
    table = profit.split(
        WON, KEPT, prospects=1_000, customers=500, budget=budget, margin=100.0, discount=0.1,
        shares=[part - 0.02, part - 0.005, part, part + 0.005, part + 0.02],
    )  # fmt: skip
    assert table.attrs["best"] == pytest.approx(part)
    assert table["new"].to_numpy()[2] == pytest.approx(1_000 * best.prospect)


SPLIT = {"prospects": 10, "customers": 5, "budget": 10.0, "margin": 10.0, "discount": 0.1}


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Reach(0, 1.0), "nobody can be reached"),
        (lambda: Reach(30, 1.0), "write 30 % as 0.3"),
        (lambda: Reach(0.3, 0), "rate=0"),
        (lambda: Reach.through(spend=1.0, share=0.5, ceiling=0.4), "below ceiling=0.4"),
        (lambda: profit.keep_value([-1.0], KEPT, margin=1.0, discount=0.1), "spend holds -1"),
        (lambda: profit.keep_value([1.0], Reach(1.0, 1.0), margin=1.0, discount=0), "more than any number"),
        (lambda: profit.best_equity(WON, KEPT, margin=np.nan, discount=0.1), "margin=nan"),
        (lambda: profit.split(WON, KEPT, **(SPLIT | {"prospects": 0})), "prospects=0"),
        (lambda: profit.split(WON, KEPT, **(SPLIT | {"budget": -1})), "budget=-1"),
        (lambda: profit.split(WON, KEPT, **SPLIT, shares=[30]), "write 30 % as 0.3"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()
