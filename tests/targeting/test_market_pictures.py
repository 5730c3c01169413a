"""Pictures and explorers of the market methods keep the laws of the house."""

import time

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import worlds
from crmkit.explore import marketing as explorers
from crmkit.plots import market as drawn
from crmkit.targeting.market import (
    Bass,
    backtest,
    elasticity,
    fit_bass,
    forecast,
    importance,
    precision_at,
    price_profit,
    weekly,
)


@pytest.fixture(scope="module")
def bank():
    return worlds.Bank(customers=1_000).draw(seed=7)


@pytest.fixture(scope="module")
def shop():
    return worlds.Retail.preset("shop", customers=500).draw(seed=7)


def test_importance(bank):
    overall = bank.surveys.set_index("survey_id")["overall"]
    said = keeps_the_laws(drawn.importance_map, importance(bank.ratings, overall))
    assert "operation" in said.split(".")[0] and "security: importance" in said
    assert "Nothing important" in keeps_the_laws(drawn.importance_map, importance(bank.ratings, overall, cuts=(99, 10)))


def test_adoption():
    law = Bass(0.02, 0.4, 2_000)
    counts = law.draw(14, seed=1)
    band = fit_bass(counts).band(20)
    said = keeps_the_laws(
        lambda one, **options: drawn.adoption_curve(counts, one, truth=law.expected(20), **options), band
    )
    assert f"{counts.sum():,} adopted so far" in said


def test_prices(shop):
    lines = shop.lines.merge(shop.transactions, left_on="basket_id", right_on="transaction_id")
    panel = weekly(lines[lines["quantity"] > 0], shop.prices).merge(shop.products[["item", "category"]], on="item")
    found = elasticity(panel, group="category")
    truth = shop.truth.elasticities.set_index("category")["elasticity"]
    assert "Truth: drinks 1.80" in keeps_the_laws(drawn.elasticities, found, truth=truth)
    keeps_the_laws(drawn.elasticities, elasticity(panel))
    table = price_profit(np.linspace(5, 30, 51), 1.8, low=1.4, high=2.2, price=10, pieces=1_000, cost=6)
    assert "profit is 4,000" in keeps_the_laws(drawn.price_profit, table, at=10)


def test_demand(shop):
    days = pd.date_range(shop.transactions["day"].min(), shop.transactions["day"].max())
    sales = shop.transactions.groupby("day").size().reindex(days).fillna(0)
    keeps_the_laws(
        lambda one, **options: drawn.demand_forecast(sales.iloc[-60:], one, what="receipts", **options),
        forecast(sales, horizon=14, season=7, least=0),
    )
    said = keeps_the_laws(drawn.forecast_errors, backtest(sales.iloc[:120], horizon=7, season=7, origins=5))
    assert "inside the interval" in said


def _scored():
    rng = np.random.default_rng(1)
    truth = pd.Series(rng.random(5_000) < 0.02)
    return pd.Series(rng.normal(0, 1, 5_000) + 2.5 * truth), truth


def test_review():
    score, truth = _scored()
    table = precision_at(score, truth, capacity=range(10, 500, 10))
    said = keeps_the_laws(drawn.review_capacity, table, base_rate=float(truth.mean()), at=100)
    assert said.startswith("Of 100 reviewed")


def test_explorers(bank):
    overall = bank.surveys.set_index("survey_id")["overall"]
    ready = [
        explorers.attributes(bank.ratings, overall),
        explorers.bass_by_hand(Bass(0.02, 0.4, 2_000).draw(10, seed=1)),
        explorers.pricing(1.8, low=0.9, high=2.2, price=20, pieces=1_000, cost=8),
        explorers.pricing(0.8, low=0.5, high=1.1, price=20, pieces=1_000, cost=8),
        explorers.capacity(*_scored()),
    ]
    for explorer in ready:
        explorer_keeps_the_laws(explorer)
    took = []
    for explorer in ready:
        start = time.process_time()
        explorer.draw()
        took.append(time.process_time() - start)
    assert max(took) < 2.0  # 150 ms on a quiet machine
