"""Pictures and explorers of worth keep the laws and say what the functions find."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import clv, plots
from crmkit.clv.contract_tables import project
from crmkit.clv.equity import equity
from crmkit.clv.margins import ArithmeticMargin, GeometricMargin
from crmkit.clv.option import option_curve, option_to_stop
from crmkit.clv.value import value
from crmkit.explore import worth as explorers
from crmkit.plots import worth as pictures

SURVIVORS = pd.Series([1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173])
MODEL, SPEND = clv.ParetoNBD(0.55, 10.6, 0.6, 11.7), clv.GammaGamma(6.25, 3.74, 15.45)
ASKED = {"margin": 0.3, "discount_per_unit": 0.002}


@pytest.fixture(scope="module")
def history():
    drawn = MODEL.draw(np.random.default_rng(1).uniform(5, 104, 1_000), seed=1)[["x", "t_x", "T"]]
    return drawn.assign(m_x=SPEND.draw(drawn["x"], seed=1)["m_x"])


@pytest.fixture(scope="module")
def fits(history):
    return clv.fit_pareto_nbd(history), clv.fit_gamma_gamma(history)


@pytest.fixture(scope="module")
def cohorts(history, fits):
    first = pd.Timestamp("2026-01-01") - pd.to_timedelta((7 * history["T"]).round(), unit="D")
    return {one: equity(history, *fits, first=first, period=one, seed=1, **ASKED) for one in ("year", "month")}


def title(ax):
    said = ax.get_title(loc="left").replace("\n", " ")
    plt.close(ax.figure)
    return said


def test_the_projection_says_what_was_seen_later():
    seen = SURVIVORS.iloc[:8]
    table = project(clv.fit_sbg(seen), seen, terms=12)
    later = SURVIVORS.iloc[8:] / 1000
    said = keeps_the_laws(pictures.survival, table, held_out=later)
    end = table.loc[12]
    for share in (0.173, end["survival"], end["geometric"], end["low"], end["high"]):
        assert plots.percent(share) in said
    said = keeps_the_laws(pictures.survival, table)
    assert "still be there; one retention rate for all says 4.6 %" in said
    assert "were still there" in title(pictures.survival(table, held_out=later))
    # What was seen later for fewer terms than are projected is drawn, and not taken for the end.
    assert "will still be there" in title(pictures.survival(table, held_out=later.iloc[:2]))


def test_the_ranking_says_who_holds_the_value_and_who_costs(history, fits):
    worth = value(history, *fits, **ASKED)
    said = keeps_the_laws(pictures.value_by_rank, worth, unit="yuan")
    best = np.sort(worth["value"])[-100:].sum()
    assert f"holds {plots.percent(best / worth['value'].sum())} of all value" in said
    assert f"the best tenth: {best:,.0f} (" in said
    assert f"all 1,000 customers: {worth['value'].sum():,.0f} ({worth['low'].sum():,.0f} to" in said
    some = value(history, *fits, cost_per_unit=0.5, **ASKED)
    lost = some.loc[some["value"] < 0, "value"]
    assert 0 < len(lost) < 1_000
    said = keeps_the_laws(pictures.value_by_rank, some, unit="yuan")
    assert (
        f"{plots.percent(len(lost) / 1_000)} of the customers will cost more than they bring: {-lost.sum():,.0f} yuan"
        in said
    )
    # The curve is highest where the losers begin, and ends at what all are worth together.
    curve, _, mark = pictures.value_by_rank(some).lines
    assert mark.get_xdata()[0] == pytest.approx(1 - len(lost) / 1_000)
    assert curve.get_xdata()[np.argmax(curve.get_ydata())] == pytest.approx(1 - len(lost) / 1_000)
    assert curve.get_ydata()[-1] == pytest.approx(some["value"].sum())
    plt.close("all")
    assert "100 % of the customers" in keeps_the_laws(
        pictures.value_by_rank, value(history, *fits, cost_per_unit=50.0, **ASKED)
    )


def test_the_right_to_stop_is_drawn_at_the_volatility_looked_at():
    process = GeometricMargin(0, 0.4)
    same = {"terms": 5, "discount_per_term": 0.1, "steps": 8}
    curve = option_curve(100, process, volatilities=[0, 0.2, 0.4, 0.6], cost_to_serve=90, **same)
    said = keeps_the_laws(pictures.option_to_stop, curve, at=0.4, moves=process.moves)
    row = curve.loc[0.4]
    assert f"volatility of 40 % the right to stop is worth {row['option']:,.0f}" in said
    assert f"Value {row['value']:,.0f} with it, {row['to_the_end']:,.0f} served to the end" in said
    money = ArithmeticMargin(-5, 40)
    curve = option_curve(-20, money, volatilities=[0, 40, 80], **same)
    said = keeps_the_laws(pictures.option_to_stop, curve, moves=money.moves, unit="yuan")
    assert f"volatility of 80 the right to stop is worth {curve['option'].iloc[-1]:,.0f}" in said


@pytest.mark.parametrize("period", ["year", "month"])
def test_equity_is_drawn_by_cohort_with_the_truth_where_it_is_known(cohorts, period):
    table = cohorts[period]
    rows, whole = table.iloc[:-1], table.iloc[-1]
    said = keeps_the_laws(pictures.equity_by_cohort, table, unit="yuan")
    top = rows["value"].idxmax()
    assert f"All 1,000 customers are worth {whole['value']:,.0f} yuan; the cohort {top} holds the largest part" in said
    assert f"in all: {whole['low']:,.0f} to {whole['high']:,.0f}" in said
    true = rows["value"] * 0.9
    said = keeps_the_laws(pictures.equity_by_cohort, table, truth=true)
    assert f", in truth {true.sum():,.0f}" in said


def test_equity_of_one_customer_or_of_loss_can_be_drawn(cohorts):
    table = cohorts["year"].copy()
    table.loc[table.index[0], ["low", "high"]] = np.nan
    assert "too few for an interval" in keeps_the_laws(pictures.equity_by_cohort, table)
    loss = cohorts["year"].copy()
    loss[["value", "low", "high", "mean"]] *= -1
    assert "largest part" not in keeps_the_laws(pictures.equity_by_cohort, loss)


@pytest.fixture(scope="module")
def made(history, fits):
    return {
        "contracts": explorers.contracts_ahead(SURVIVORS),
        "mixed": explorers.mixed_customers(),
        "lifetime": explorers.lifetime(history, *fits, units_a_year=52.18, unit="yuan"),
        "stopping": explorers.stopping(),
    }


@pytest.mark.parametrize("name", ["contracts", "mixed", "lifetime", "stopping"])
def test_an_explorer_keeps_the_laws(made, name):
    explorer_keeps_the_laws(made[name])


def at(explorer, **values):
    ax, said = explorer.function(**{**explorer.values, **values})
    plt.close(ax.figure)
    return said


def test_more_contracts_and_more_renewals_narrow_the_projection(made):
    def width(**values):
        low, high = re.search(r"\(([\d.]+) % to ([\d.]+) %\) are foretold", at(made["contracts"], **values)).groups()
        return float(high) - float(low)

    assert width(contracts=200) > width(contracts=1_000) > width(contracts=5_000)
    # The sentence says whole percents: far apart, so that rounding does not make them equal.
    assert width(known=3) > width(known=11)


def test_contracts_that_tell_nothing_are_said_to():
    same_share = pd.Series(1000 * 0.8 ** np.arange(9))
    assert "do not tell" in at(explorers.contracts_ahead(same_share), known=5)
    with pytest.raises(ValueError, match="survivors holds 3 renewals; expected six"):
        explorers.contracts_ahead(SURVIVORS.iloc[:4])


def test_the_more_customers_differ_the_more_one_rate_fails(made):
    def gap(differ):
        said = at(made["mixed"], differ=differ)
        true, one = re.search(r"renewals ([\d.]+) % are there, .* says ([\d.]+) %", said).groups()
        return float(true) - float(one)

    assert gap(0.04) < 1.5 < gap(0.2) < gap(0.5)
    # A fresh contract and an old one are worth nearly the same where customers are alike.
    new, old = re.search(r"has ([\d.]+) renewals ahead .* times ([\d.]+)\.$", at(made["mixed"], differ=0.02)).groups()
    assert float(old) - float(new) < 0.3


def test_the_lifetime_said_is_that_of_the_function(made, history, fits):
    said = at(made["lifetime"], part=0.25, discount=0.2, cost=0)
    worth = value(history, *fits, margin=0.25, discount_per_unit=1.2 ** (1 / 52.18) - 1)
    assert f"worth {worth['value'].mean():,.0f} yuan on average" in said
    assert f"one of the best tenth {np.sort(worth['value'])[-100:].mean():,.0f} " in said
    assert said.endswith("0 % cost more than they bring.")
    dear = made["lifetime"].controls["cost"].max
    assert not at(made["lifetime"], cost=dear).endswith(" 0 % cost more than they bring.")


def test_the_right_said_is_that_of_the_function(made):
    said = at(made["stopping"], volatility=0.25, cost=110, drift=-0.1)
    told = option_to_stop(100, GeometricMargin(-0.1, 0.25), terms=10, discount_per_term=0.1, cost_to_serve=110, steps=8)
    assert f"worth {told.to_the_end:,.0f} served to the end, {told.value:,.0f} with the right to stop" in said
    assert said.endswith(f"stop below a margin of {told.stop_below:,.1f}.")
