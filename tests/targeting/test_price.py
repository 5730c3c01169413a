"""Elasticities: another regression, planted truths, the season that deceives, the best price, and at the door."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar
from sklearn.linear_model import PoissonRegressor
from sklearn.preprocessing import OneHotEncoder

from crmkit import worlds
from crmkit.targeting.market import best_price, elasticity, price_profit, weekly


def _panel(rng, items=30, weeks=40, steep=1.8, seasonal=False):
    """Sales that answer to the price; seasonal: promotions fall into strong weeks."""
    item, week = np.divmod(np.arange(items * weeks), weeks)
    strong = 0.8 * np.sin(2 * np.pi * week / weeks)
    chance = np.where(seasonal, 0.05 + 0.5 * (strong > 0.4), 0.2)
    off = np.where(rng.random(len(item)) < chance, rng.choice([0.1, 0.2, 0.3], len(item)), 0.0)
    price = (5 + item % 7) * (1 - off)
    mean = 8 * np.exp(0.3 * (item % 5) + strong) * (1 - off) ** -steep
    return pd.DataFrame({"item": item, "week": week, "price": price, "pieces": rng.poisson(mean)})


def test_another_regression_says_the_same():
    """A Poisson regression of scikit-learn with a column for each article and week."""
    panel = _panel(np.random.default_rng(1), items=8, weeks=12)
    columns = OneHotEncoder(drop="first", sparse_output=False).fit_transform(panel[["item", "week"]])
    x = np.column_stack([np.log(panel["price"]), columns])
    other = PoissonRegressor(alpha=0, solver="newton-cholesky", tol=1e-10, max_iter=500).fit(x, panel["pieces"])
    assert elasticity(panel)["elasticity"].item() == pytest.approx(-other.coef_[0], rel=1e-6)


@pytest.mark.parametrize("seasonal", [False, True])
def test_intervals_cover_what_they_are_to_cover(seasonal):
    """80 panels: a share of 0.95 has a standard error of 2.4 %, three of them; two-sided when rounded up to all."""
    rng = np.random.default_rng(2)
    found = pd.concat([elasticity(_panel(rng, items=15, weeks=20, seasonal=seasonal)) for _ in range(80)])
    assert ((found["low"] < 1.8) & (1.8 < found["high"])).mean() > 0.95 - 0.073
    # The mean of 80 estimates lies within four of its standard errors.
    assert abs(found["elasticity"].mean() - 1.8) < 4 * found["elasticity"].std() / np.sqrt(80)
    # The errors are those that the estimates have: a standard deviation of 80 is told to 8 %, clusters are 15.
    assert found["error"].mean() == pytest.approx(found["elasticity"].std(), rel=0.3)


def test_without_weeks_the_season_is_taken_for_the_price():
    panel = _panel(np.random.default_rng(3), seasonal=True)
    naive, sound = (elasticity(panel, week_effects=on).iloc[0] for on in (False, True))
    assert naive["low"] > 1.8 + 0.5
    assert abs(sound["elasticity"] - 1.8) < 4 * sound["error"]


def test_the_shop_is_recovered():
    """Three seeds, each category within four of its standard errors."""
    for seed in (1, 2, 3):
        case = worlds.Retail.preset("shop", customers=1_500).draw(seed=seed)
        lines = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
        panel = weekly(lines[lines["quantity"] > 0], case.prices)
        assert panel["pieces"].sum() == lines.loc[lines["quantity"] > 0, "quantity"].sum()
        panel = panel.merge(case.products[["item", "category"]], on="item")
        found = elasticity(panel, group="category")
        true = case.truth.elasticities.set_index("category")["elasticity"].reindex(found.index)
        assert (abs(found["elasticity"] - true) < 4 * found["error"]).all(), (seed, found)


def test_scales_and_the_order_of_the_rows_are_of_no_account():
    panel = _panel(np.random.default_rng(4), items=6, weeks=15)
    base = elasticity(panel).drop(columns="pieces")
    other = panel.assign(price=panel["price"] * 31).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(elasticity(other).drop(columns="pieces"), base, rtol=1e-6)
    more = elasticity(panel.assign(pieces=panel["pieces"] * 7)).drop(columns="pieces")
    pd.testing.assert_frame_equal(more, base, rtol=1e-6)


def test_weeks_without_a_sale_count():
    panel = _panel(np.random.default_rng(5), items=6, weeks=30).assign(pieces=lambda t: (t["pieces"] > 12) * 1)
    dead = pd.DataFrame({"item": 99, "week": range(30), "price": np.linspace(1, 2, 30), "pieces": 0})
    pd.testing.assert_frame_equal(elasticity(pd.concat([panel, dead])), elasticity(panel))


def test_the_best_price_is_where_the_profit_is_highest():
    for steep, cost in ((1.3, 2.0), (2.5, 10.0), (6.0, 0.7)):
        top = minimize_scalar(
            lambda log, e=steep, c=cost: -(np.exp(log) - c) * np.exp(-e * log), bounds=(-2, 6), method="bounded"
        )
        found = best_price(steep, low=steep - 0.1, high=steep + 0.1, cost=cost)
        assert found.price == pytest.approx(np.exp(top.x), rel=1e-3) and found.low < found.price < found.high
    assert best_price(2.0, low=0.9, high=3.0, cost=1.0).high == np.inf
    none = best_price(0.8, low=0.5, high=1.1, cost=1.0)
    assert np.isnan(none.price) and "not above 1" in none.reason and none.low == pytest.approx(11.0)


def test_profit_at_todays_price_is_known():
    table = price_profit(np.linspace(5, 20, 16), 1.8, low=1.2, high=2.4, price=10, pieces=300, cost=4)
    today = table[table["price"] == 10].iloc[0]
    assert today["profit"] == today["low"] == today["high"] == 1800
    assert (table["low"] <= table["profit"]).all() and (table["profit"] <= table["high"]).all()
    best = best_price(1.8, low=1.2, high=2.4, cost=4).price
    assert table.loc[table["profit"].idxmax(), "price"] == pytest.approx(best, abs=0.5)


@pytest.mark.parametrize(
    ("change", "options", "match"),
    [
        (lambda p: p.drop(columns="price"), {}, "price"),
        (lambda p: p.assign(price=0.0), {}, "finite prices above 0"),
        (lambda p: p.assign(pieces=-1), {}, "Mend: take returns out"),
        (lambda p: p.assign(pieces=np.nan), {}, "is missing in"),
        (lambda p: p.assign(price=2.0), {}, "prices do not move"),
        (lambda p: p.assign(price=2.0 + p["week"]), {}, "prices do not move"),
        (lambda p: pd.concat([p, p]), {}, "twice"),
        (lambda p: p[p["item"] == 0], {}, "fewer than 2 articles"),
        (lambda p: p.assign(pieces=0), {}, "fewer than 2 articles"),
        (lambda p: p.iloc[:0], {}, "0 rows"),
        (lambda p: p, {"level": 95}, "write 5 % as 0.05"),
    ],
)
def test_bad_input_is_named(change, options, match):
    with pytest.raises(ValueError, match=match):
        elasticity(change(_panel(np.random.default_rng(1), items=4, weeks=8)), **options)


def test_weeks_are_counted_by_hand():
    weeks = pd.to_datetime(["2025-01-06", "2025-01-13", "2025-01-20"])
    prices = pd.DataFrame({"item": ["tea"] * 3 + ["rice"] * 3, "week": [*weeks] * 2, "price": 2.0})
    days = pd.to_datetime(["2025-01-06", "2025-01-12", "2025-01-20", "2025-01-19"])
    lines = pd.DataFrame({"item": ["tea", "tea", "tea", "rice"], "quantity": [1, 2, 4, 8], "day": days})
    assert weekly(lines, prices)["pieces"].tolist() == [3, 0, 4, 0, 8, 0]


def test_prices_are_asked_for():
    week = pd.to_datetime(["2025-01-06"])
    prices = pd.DataFrame({"item": ["tea"], "week": week, "price": [2.0]})
    lines = pd.DataFrame({"item": ["tea"], "quantity": [3], "day": pd.to_datetime(["2025-01-15"])})
    with pytest.raises(ValueError, match="3 of 3 pieces have no price"):
        weekly(lines, prices)
    with pytest.raises(ValueError, match="twice"):
        weekly(lines, pd.concat([prices, prices]))
    with pytest.raises(TypeError, match=r"pandas\.to_datetime"):
        weekly(lines.assign(day="2025-01-06"), prices)
    with pytest.raises(ValueError, match="must lie in its interval"):
        best_price(1.5, low=2.0, high=3.0, cost=1.0)
    with pytest.raises(ValueError, match="cost=0"):
        best_price(1.5, low=1.0, high=3.0, cost=0)
    with pytest.raises(ValueError, match="prices holds -1"):
        price_profit([-1], 2.0, low=1.0, high=3.0, price=1, pieces=1, cost=1)
