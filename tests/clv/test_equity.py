"""Customer equity: sums by hand, the interval by its law and by drawing anew, a world's truth."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmkit import clv, worlds
from crmkit.clv.equity import equity
from crmkit.clv.to_win import equity_to_win
from crmkit.clv.value import value

SPEND = clv.GammaGamma(6.25, 3.74, 15.45)
MODEL = clv.ParetoNBD(0.55, 10.6, 0.6, 11.7)
ASKED = {"margin": 0.3, "discount_per_unit": 0.002}


def drawn(customers=600, seed=1, model=MODEL):
    history = model.draw(np.random.default_rng(seed).uniform(1, 104, customers), seed=seed)[["x", "t_x", "T"]]
    return history.assign(m_x=SPEND.draw(history["x"], seed=seed)["m_x"])


def begun(history):
    return pd.Timestamp("2026-01-01") - pd.to_timedelta((7 * history["T"]).round(), unit="D")


@pytest.mark.parametrize(("period", "first_label"), [("year", "2024"), ("quarter", "2024Q1"), ("month", "2024-01")])
def test_equity_is_the_sum_of_values_by_first_purchase(period, first_label):
    history = drawn()
    first = begun(history)
    costs = {"cost_per_purchase": 1.0, "cost_per_unit": 0.05, "horizon": 104.0}
    found = equity(
        history, MODEL, SPEND, first=first.sample(frac=1, random_state=1), period=period, seed=1, **ASKED, **costs
    )
    worth = value(history, MODEL, SPEND, **ASKED, **costs)
    assert found.index[0] == first_label and found.index[-1] == "in all" and found.index[:-1].is_monotonic_increasing
    for label in found.index[:-1]:
        own = worth[first.dt.to_period(period[0].upper()).astype(str) == label]
        assert found.loc[label, ["customers", "alive", "value"]].tolist() == pytest.approx(
            [len(own), own["p_alive"].sum(), own["value"].sum()]
        )
    whole = found.loc["in all"]
    assert whole[["customers", "alive", "value"]].tolist() == pytest.approx(
        found.iloc[:-1][["customers", "alive", "value"]].sum().tolist()
    )
    np.testing.assert_allclose(found["mean"], found["value"] / found["customers"])
    assert ((found["low"] < found["value"]) & (found["value"] < found["high"])).all()


def test_the_interval_over_customers_is_that_of_a_sum():
    """Central limit: sqrt(n) standard deviations of the values within each cohort."""
    history = drawn(3_000)
    first = begun(history)
    found = equity(history, MODEL, SPEND, first=first, seed=3, resamples=4_000, **ASKED)
    worth = value(history, MODEL, SPEND, **ASKED)["value"]
    by = worth.groupby(first.dt.year.to_numpy())
    variance = by.size() * by.var(ddof=0)
    told = 2 * 1.96 * np.sqrt([*variance, variance.sum()])
    # Ends by 4,000 resamples: 3 % of the width, and the sums are a little skewed.
    np.testing.assert_allclose(found["high"] - found["low"], told, rtol=0.1)
    narrow = equity(history, MODEL, SPEND, first=first, seed=3, resamples=4_000, level=0.5, **ASKED)
    np.testing.assert_allclose((narrow["high"] - narrow["low"]) / told, 0.6745 / 1.96, rtol=0.1)


def test_the_error_of_the_parameters_is_added():
    history = drawn(2_000)
    first = begun(history)
    fit, spend = clv.fit_pareto_nbd(history), clv.fit_gamma_gamma(history)

    def spread(one, other):
        found = equity(history, one, other, first=first, seed=3, resamples=4_000, **ASKED)
        return ((found["high"] - found["low"]) / 3.92)["in all"] ** 2

    plain, one, other = spread(fit.model, spend.model), spread(fit, spend.model), spread(fit.model, spend)
    # Second way: the band of the fit for the sum itself.
    money = 0.3 * spend.model.expected(history)
    band = fit.band(lambda model: pd.Series([float(model.discounted(history, discount=0.002) @ money)]))
    own = (np.log(band["high"] / band["estimate"]) * band["estimate"] / 1.96).iloc[0] ** 2
    assert one - plain == pytest.approx(own, rel=0.15)
    ahead = 0.3 * fit.model.discounted(history, discount=0.002)
    band = spend.band(lambda model: pd.Series([float(model.expected(history) @ ahead)]))
    little = (np.log(band["high"] / band["estimate"]) * band["estimate"] / 1.96).iloc[0] ** 2
    # Variances by 4,000 resamples: 2 % each.
    assert other == pytest.approx(plain + little, rel=0.07)
    assert spread(fit, spend) == pytest.approx(plain + own + little, rel=0.07)


def test_a_cohort_of_one_has_no_interval():
    history = drawn(50)
    first = pd.Series(pd.Timestamp("2024-05-01"), index=history.index).where(
        history.index > 0, pd.Timestamp("2025-05-01")
    )
    found = equity(history, clv.fit_pareto_nbd(drawn(2_000)), SPEND, first=first, seed=1, **ASKED)
    assert found["customers"].tolist() == [49, 1, 50]
    assert found["low"].isna().tolist() == found["high"].isna().tolist() == [False, True, False]


@pytest.mark.slow
def test_the_interval_holds_the_sum_of_the_true_means():
    """Customers drawn with their own rates and lives; how many they buy on average in a year is known."""
    rng, inside = np.random.default_rng(11), []
    model = clv.ParetoNBD(1.0, 8.0, 0.7, 40.0)
    for seed in range(60):
        n, T = 1_500, 78.0
        rate, hazard = rng.gamma(model.r, 1 / model.alpha, n), rng.gamma(model.s, 1 / model.beta, n)
        left = rng.exponential(1 / np.maximum(hazard, 1e-300))
        x = rng.poisson(rate * np.minimum(left, T))
        t_x = np.minimum(left, T) * rng.random(n) ** (1 / np.maximum(x, 1))
        history = pd.DataFrame({"x": x, "t_x": np.where(x > 0, t_x, 0.0), "T": T})
        true = 20.0 * 0.3 * np.sum((left > T) * rate * -np.expm1(-hazard * 52) / np.maximum(hazard, 1e-300))
        fit, first = clv.fit_pareto_nbd(history), pd.Series(pd.Timestamp("2024-01-01"), index=history.index)
        amounts = pd.Series(20.0, index=history.index)
        found = equity(
            history, fit, amounts, first=first, margin=0.3, discount_per_unit=0, horizon=52, seed=seed, resamples=200
        )
        inside.append(found.loc["in all", "low"] < true < found.loc["in all", "high"])
    # 95 % or more are asked for (the interval is wide here: customers watched long stray little from their values).
    assert np.mean(inside) > 0.95 - 3 * (0.95 * 0.05 / 60) ** 0.5


def retail(seed, **change):
    case = worlds.Retail(customers=2_500, **change).draw(seed=seed)
    history = clv.history(case.transactions)
    truth = case.truth.customers.set_index("customer_id").loc[history.index]
    first = case.transactions[case.transactions["amount"] > 0].groupby("customer_id")["day"].min()
    found = equity(
        history,
        clv.fit_pareto_nbd(history),
        clv.fit_gamma_gamma(history),
        first=first,
        margin=truth["margin_per_purchase"] / truth["amount_per_purchase"],
        discount_per_unit=0.0,
        horizon=365 / 7,
        seed=1,
    )
    true = (truth["purchases_next_year"] * truth["margin_per_purchase"]).groupby(
        first.loc[history.index].dt.year.astype(str).to_numpy()
    )
    return found, true.sum()


def test_the_equity_of_a_shop_without_seasons_is_found():
    """One kind of customer whose rates and lapses follow gamma laws, even months: the story of the model."""
    kind = replace(
        worlds.Retail().kinds[0], share=1.0, purchases_per_year=8.0, rate_shape=1.0, lapses_per_year=1.0, lapse_shape=0.6,
        seasonality=0.0, uplift=0.0,
    )  # fmt: skip
    off = []
    for seed in (1, 2, 4):
        found, true = retail(seed, kinds=(kind,), season=(1.0,) * 12, campaign=None)
        error = (found["high"] - found["low"]) / 3.92
        off.append((found["value"]["in all"] - true.sum()) / error["in all"])
        assert found["value"]["in all"] == pytest.approx(true.sum(), rel=0.06)
    # Standardised errors; measured over 12 seeds their spread is about 0.5, the interval being on the safe side.
    assert np.abs(off).max() < 2.5 and abs(np.mean(off)) < 1.5


def test_a_season_and_five_kinds_of_customers_are_more_than_the_model_knows():
    """The window ends with December: who bought lately looks more alive than they are, by a tenth or so."""
    found, true = retail(7)
    assert 1.0 < found["value"]["in all"] / true.sum() < 1.25
    assert found.loc["2024", "mean"] < found.loc["2025", "mean"]
    assert true["2024"] < true["2025"]


def test_customers_not_yet_won_are_worth_what_drawn_ones_bring():
    """Second way: the mean of what drawn new customers buy within the horizon, and an annuity of arrivals."""
    n, horizon = 60_000, 40.0
    new = MODEL.draw(np.full(n, horizon), seed=6)  # x: repeat purchases in the horizon
    found = equity_to_win(
        MODEL, SPEND, new_per_unit=12.0, until=26.0, margin=0.3, discount_per_unit=0.0, horizon=horizon, cost_to_win=5.0
    )
    money = 0.3 * SPEND.mean
    assert (
        abs(found["value"]["a new customer"] - (money * (1 + new["x"].mean()) - 5))
        < 4 * money * new["x"].std() / n**0.5
    )
    assert found["value"]["not yet won"] == pytest.approx(12 * 26 * found["value"]["a new customer"])
    assert (found["low"] == found["high"]).all()


def test_arrivals_are_discounted_and_may_go_on_for_ever():
    same = {"new_per_unit": 12.0, "cost_per_purchase": 1.0, "cost_per_unit": 0.02, **ASKED}
    one = equity_to_win(MODEL, SPEND, until=1e-9, **same)["value"]["a new customer"]
    force = np.log(1.002)
    for until in (52.0, np.inf):
        found = equity_to_win(MODEL, SPEND, until=until, **same)["value"]["not yet won"]
        days = np.arange(0, min(until, 30 / force), 1 / 50) + 1 / 100
        # Summed fifty times a unit.
        assert found == pytest.approx(12 / 50 * one * np.exp(-force * days).sum(), rel=1e-5)
    # A new customer of the past: the first purchase, then a history of nothing yet.
    nothing = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0], "m_x": [0.0]})
    later = value(nothing, MODEL, SPEND, cost_per_purchase=1.0, cost_per_unit=0.02, **ASKED)["value"].iloc[0]
    assert one == pytest.approx(0.3 * SPEND.mean - 1.0 + later)


def test_customers_not_yet_won_have_the_error_of_the_fits():
    history = drawn(2_000)
    fit, spend = clv.fit_pareto_nbd(history), clv.fit_gamma_gamma(history)
    found = equity_to_win(fit, spend, new_per_unit=3.0, until=52.0, **ASKED)
    money = fit.band(
        lambda model: pd.Series(
            [1 + float(model.discounted(pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0]}), discount=0.002).iloc[0])]
        )
    )
    less = equity_to_win(fit, spend.model, new_per_unit=3.0, until=52.0, **ASKED)
    told = np.log(money["high"] / money["estimate"]) * money["estimate"] * 0.3 * spend.model.mean
    assert (less["high"] - less["value"])["a new customer"] == pytest.approx(told.iloc[0], rel=1e-4)
    assert (found["high"] - found["low"] > less["high"] - less["low"]).all()
    np.testing.assert_allclose(found["high"] - found["value"], found["value"] - found["low"])


def test_the_same_seed_gives_the_same_and_nothing_given_is_changed():
    history = drawn(50)
    first, before = begun(history), history.copy()
    one, other = (
        equity(history, MODEL, SPEND, first=first, seed=seed, **ASKED) for seed in (5, np.random.default_rng(5))
    )
    pd.testing.assert_frame_equal(one, other)
    assert not one["low"].equals(equity(history, MODEL, SPEND, first=first, seed=6, **ASKED)["low"])
    pd.testing.assert_frame_equal(history, before)


def test_many_resamples_are_made_in_parts(monkeypatch):
    history = drawn(50)
    whole = equity(history, MODEL, SPEND, first=begun(history), seed=5, **ASKED)
    # The room offers the function under the name of its module.
    monkeypatch.setattr(sys.modules["crmkit.clv.equity"], "CHUNK", 700)
    parts = equity(history, MODEL, SPEND, first=begun(history), seed=5, **ASKED)
    # The same numbers in the same order, whether drawn at once or in parts.
    pd.testing.assert_frame_equal(parts, whole)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"period": "week"}, ValueError, r"period='week' must be one of \['month', 'quarter', 'year'\]"),
        ({"resamples": 50}, ValueError, "resamples=50 must be a whole number, at least 100"),
        ({"resamples": 150.5}, ValueError, "resamples=150.5 must"),
        ({"level": 1.0}, ValueError, "level=1.0 must lie"),
        ({"first": "2024-01-01"}, ValueError, "first is of type str; expected a Series of dates"),
        ({"first": pd.Series([1, 2])}, ValueError, "first is of type int64"),
        (
            {"first": pd.Series(pd.to_datetime(["2024-01-01"]), index=[0])},
            ValueError,
            "first lacks 49 customers.* first 1;",
        ),
        ({"margin": 3}, ValueError, "margin holds 3"),
    ],
)
def test_unsound_questions_of_equity_are_refused(change, error, match):
    history = drawn(50)
    asked = {"first": begun(history), "seed": 1, **ASKED}
    with pytest.raises(error, match=match):
        equity(history, MODEL, SPEND, **{**asked, **change})


def test_a_customer_with_two_first_days_is_refused():
    history = drawn(50)
    first = begun(history)
    with pytest.raises(ValueError, match="first names customer 0 twice"):
        equity(history, MODEL, SPEND, first=pd.concat([first, first.iloc[:1]]), seed=1, **ASKED)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"new_per_unit": -1}, "new_per_unit=-1 must be a finite number at least 0"),
        ({"cost_to_win": np.nan}, "cost_to_win=nan must be a finite"),
        ({"until": -1.0}, "until=-1.0 must be a finite number at least 0"),
        ({"until": np.nan}, "until=nan must be a finite"),
        ({"until": np.inf, "discount_per_unit": 0.0, "horizon": 5.0}, "until=inf with discount_per_unit=0"),
    ],
)
def test_unsound_questions_of_customers_to_win_are_refused(change, match):
    with pytest.raises(ValueError, match=match):
        equity_to_win(MODEL, SPEND, **{"new_per_unit": 1.0, "until": 5.0, **ASKED, **change})
