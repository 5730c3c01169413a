"""Lifetime value: by hand, by simulation of the story, by laws, and its interval against drawing anew."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmkit import clv
from crmkit.clv import tenure
from crmkit.clv.tenure import to_come
from crmkit.clv.value import value

SPEND = clv.GammaGamma(6.25, 3.74, 15.45)
PARETO = clv.ParetoNBD(0.55, 10.6, 0.6, 11.7)
MODELS = {
    "bgnbd": clv.BGNBD(0.5, 6.0, 0.9, 1.6),
    "mbgnbd": clv.MBGNBD(0.5, 6.0, 0.9, 1.6),
    "bgnbd, all alike": clv.BGNBD(0.25, 4.4, 100.0, 300.0),
    "bgnbd, some stay": clv.BGNBD(2.0, 6.0, 0.05, 0.6),
    "pareto_nbd": PARETO,
    "bgbb": clv.BGBB(1.2, 0.75, 0.66, 2.78),
}


def drawn(model, customers=300, seed=1):
    ends = np.random.default_rng(seed).integers(1, 80, customers)
    history = model.draw(ends, seed=seed)[["x", "t_x", "T"]]
    return history.assign(m_x=SPEND.draw(history["x"], seed=seed)["m_x"])


@pytest.mark.parametrize("name", list(MODELS))
def test_purchases_to_come_are_those_of_the_model(name):
    """Two ways: the integral of the rate (the model's own), and by parts from the chance to stay."""
    model = MODELS[name]
    history = drawn(model)
    for asked in ({"discount": 0.0, "horizon": 40.0}, {"discount": 0.01}, {"discount": 0.01, "horizon": 3.0}):
        purchases, _ = to_come(model, history, **asked)
        np.testing.assert_allclose(purchases, model.discounted(history, **asked), rtol=1e-9)
    if name != "bgbb":
        purchases, _ = to_come(model, history, discount=0.0, horizon=40.0)
        np.testing.assert_allclose(purchases, model.expected(history, horizon=40.0), rtol=1e-9)


@pytest.mark.parametrize("name", ["bgnbd", "mbgnbd", "bgnbd, all alike"])
def test_time_to_come_is_that_of_customers_drawn_from_the_story(name):
    """The rate and the chance to leave of someone alive, by their conjugate laws; then exponential lives."""
    model, rng, n = MODELS[name], np.random.default_rng(5), 200_000
    one = pd.DataFrame({"x": [3], "t_x": [20.0], "T": [30.0]})
    rate = rng.gamma(model.r + 3, 1.0, n) / (model.alpha + 30)
    leave = rng.beta(model.a, model.b + 3 + model.later, n)
    left = rng.exponential(1.0, n) / (rate * leave)
    alive = model.p_alive(one).iloc[0]
    force = np.log1p(0.01)
    for asked, told in (
        ({"discount": 0.0, "horizon": 40.0}, np.minimum(left, 40.0)),
        ({"discount": 0.01}, -np.expm1(-force * left) / force),
        ({"discount": 0.01, "horizon": 25.0}, -np.expm1(-force * np.minimum(left, 25.0)) / force),
    ):
        _, time = to_come(model, one, **asked)
        assert abs(time[0] / alive - told.mean()) < 4 * told.std() / n**0.5


def test_time_to_come_in_the_pareto_nbd_has_its_closed_form():
    history, s, end = drawn(PARETO), PARETO.s, PARETO.beta + drawn(PARETO)["T"]
    _, time = to_come(PARETO, history, discount=0.0, horizon=26.0)
    closed = end / (1 - s) * ((1 + 26.0 / end) ** (1 - s) - 1)
    np.testing.assert_allclose(time, PARETO.p_alive(history) * closed, rtol=1e-9)


def test_opportunities_to_come_in_the_bgbb_are_counted_among_drawn_donors():
    model = MODELS["bgbb"]
    _, time = to_come(model, pd.DataFrame({"x": [0], "t_x": [0], "T": [0]}), discount=0.0, horizon=6)
    there = [model.draw([t] * 100_000, seed=t)["alive"].mean() for t in range(1, 7)]
    # Six shares of 100,000 with errors of 0.0016 each at most.
    assert abs(time[0] - sum(there)) < 4 * 0.0016 * 6**0.5


def test_more_customers_than_a_chunk_and_horizons_of_nothing(monkeypatch):
    model, history = MODELS["bgnbd"], drawn(MODELS["bgnbd"], customers=40)
    none = to_come(model, history, discount=0.1, horizon=0.0)
    assert not np.any(none)
    whole = to_come(model, history, discount=0.01)
    monkeypatch.setattr(tenure, "CHUNK", 500)  # three rows at a time
    np.testing.assert_array_equal(to_come(model, history, discount=0.01), whole)


def test_effects_move_purchases_and_time():
    model = clv.BGNBD(
        0.5, 6.0, 0.9, 1.6, effects=(clv.Effect("dropout", "app", -0.7), clv.Effect("purchase", "app", 0.3))
    )
    history = drawn(MODELS["bgnbd"]).assign(app=lambda one: one["x"] % 2)
    purchases, time = to_come(model, history, discount=0.01)
    np.testing.assert_allclose(purchases, model.discounted(history, discount=0.01), rtol=1e-9)
    plain = replace(model, effects=())
    assert (time > 0).all()
    without = history["app"] == 0
    np.testing.assert_allclose(time[without], to_come(plain, history[without], discount=0.01)[1], rtol=1e-9)


def test_value_is_what_hand_and_pencil_say():
    history = drawn(PARETO, customers=50)
    same = {"discount_per_unit": 0.002, "horizon": 104.0}
    margin = pd.Series(np.linspace(0.2, 0.6, 50), index=history.index)
    contacts = pd.DataFrame({"mail": 0.5, "call": np.linspace(0, 0.3, 50)}, index=history.index)
    per_unit = contacts @ pd.Series({"mail": 1.0, "call": 6.0})
    found = value(history, PARETO, SPEND, margin=margin, cost_per_purchase=2.0, cost_per_unit=per_unit, **same)
    purchases = PARETO.discounted(history, discount=0.002, horizon=104.0)
    spend = SPEND.expected(history)
    pace = (PARETO.r + history["x"]) / (PARETO.alpha + history["T"])
    cost = 2.0 * purchases + per_unit * purchases / pace
    told = margin * spend * purchases - cost
    pd.testing.assert_series_equal(found["value"], told, check_names=False)
    pd.testing.assert_series_equal(found["cost"], cost, check_names=False)
    pd.testing.assert_series_equal(found["p_alive"], PARETO.p_alive(history), check_names=False)
    assert (found["low"] == found["value"]).all() and (found["high"] == found["value"]).all()
    # The order of a Series is of no account, its customers are; others are not missed.
    other = pd.concat([per_unit.sample(frac=1, random_state=1), pd.Series({"stranger": 9.0})])
    again = value(history, PARETO, SPEND, margin=margin, cost_per_purchase=2.0, cost_per_unit=other, **same)
    pd.testing.assert_frame_equal(again, found)
    given = value(history, PARETO, spend, margin=margin, cost_per_purchase=2.0, cost_per_unit=per_unit, **same)
    pd.testing.assert_frame_equal(given, found)


def test_value_follows_its_laws():
    history = drawn(MODELS["bgnbd"], customers=60)

    def at(**given):
        asked = {"margin": 0.4, "discount_per_unit": 0.002, **given}
        return value(history, MODELS["bgnbd"], SPEND, **asked)["value"]

    np.testing.assert_allclose(at(margin=0.8), 2 * at(), rtol=1e-12)
    assert (at(discount_per_unit=0.01) < at()).all()
    assert (at(horizon=52.0) < at()).all()
    assert (at(cost_per_unit=5.0) < 0).any()
    assert not at(margin=0.0).any()
    # Weeks or days: the same rates and the same money.
    days = history.assign(t_x=7 * history["t_x"], T=7 * history["T"])
    model = replace(MODELS["bgnbd"], alpha=7 * MODELS["bgnbd"].alpha)
    found = value(days, model, SPEND, margin=0.4, discount_per_unit=1.002 ** (1 / 7) - 1, cost_per_unit=1.0)
    np.testing.assert_allclose(found["value"], at(cost_per_unit=7.0), rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pareto_nbd", "bgnbd"])
def test_intervals_of_values_are_as_wide_as_values_stray_when_all_is_drawn_and_fitted_anew(name):
    model = {"pareto_nbd": PARETO, "bgnbd": clv.BGNBD(0.5, 6.0, 0.5, 1.6)}[name]
    fit = {"pareto_nbd": clv.fit_pareto_nbd, "bgnbd": clv.fit_bgnbd}[name]
    asked = {"margin": 0.3, "discount_per_unit": 0.0, "horizon": 52.0, "cost_per_purchase": 1.0, "cost_per_unit": 0.1}
    someone = pd.DataFrame({"x": [8, 1, 0], "t_x": [48.0, 9.0, 0.0], "T": [52.0, 52.0, 52.0], "m_x": [40.0, 20.0, 0.0]})
    truth = value(someone, model, SPEND, **asked)["value"]
    values, widths, inside = [], [], []
    for seed in range(80):
        history = model.draw(np.full(1_500, 52.0), seed=seed)
        history = history.assign(m_x=SPEND.draw(history["x"], seed=1_000 + seed)["m_x"])
        found = value(someone, fit(history), clv.fit_gamma_gamma(history), **asked)
        values.append(found["value"])
        widths.append((found["high"] - found["low"]) / 3.92)
        inside.append((found["low"] < truth) & (truth < found["high"]))
    # A standard deviation of 80 has an error of 8 %; three of them, and some for the delta method.
    ratio = np.mean(widths, axis=0) / np.std(values, axis=0)
    assert ((ratio > 0.75) & (ratio < 1.3)).all(), ratio
    # 240 dependent looks, of which 95 % should be inside: a standard error of 2.4 % for each of the three.
    assert np.mean(inside) > 0.9


def test_the_errors_of_two_fits_add_up():
    history = drawn(PARETO, customers=2_000)
    purchases, spend = clv.fit_pareto_nbd(history), clv.fit_gamma_gamma(history)
    asked = {"margin": 0.3, "discount_per_unit": 0.002, "cost_per_unit": 0.05}

    def width(one, other, **more):
        found = value(history, one, other, **asked, **more)
        return ((found["high"] - found["low"]) / 2).to_numpy()

    both = width(purchases, spend)
    np.testing.assert_allclose(
        both**2, width(purchases, spend.model) ** 2 + width(purchases.model, spend) ** 2, rtol=1e-9
    )
    # 0.6745 and 1.96: the quartile and the 97.5 % point of the normal law; the value is in the middle.
    np.testing.assert_allclose(width(purchases, spend, level=0.5) / both, 0.6745 / 1.96, rtol=1e-4)
    middle = value(history, purchases, spend, **asked)
    np.testing.assert_allclose((middle["low"] + middle["high"]) / 2, middle["value"], rtol=1e-9)
    # Without costs the value is a product, and the band of the fit says the same by its own way.
    found = value(history, purchases, spend.model, margin=0.3, discount_per_unit=0.002)
    money = 0.3 * spend.model.expected(history)
    band = purchases.band(lambda model: model.discounted(history, discount=0.002) * money)
    # The band is taken on the log scale: its half-width there, times the estimate, is that of the plain one.
    told = np.log(band["high"] / band["estimate"]) * band["estimate"]
    np.testing.assert_allclose(found["high"] - found["value"], told, rtol=1e-5)


def test_contacts_cost_by_channel_what_they_cost_one_by_one():
    history = drawn(PARETO, customers=40)
    rng = np.random.default_rng(4)
    contacts = pd.DataFrame(rng.random((40, 3)), index=history.index, columns=["mail", "call", "visit"])
    price = pd.Series({"visit": 60.0, "mail": 0.8, "call": 4.0})
    asked = {"margin": 0.3, "discount_per_unit": 0.01, "cost_per_unit": 0.2}
    mixed = contacts.sample(frac=1, random_state=2)
    found = value(history, PARETO, SPEND, contacts_per_unit=mixed, cost_per_channel=price, **asked)
    free = value(history, PARETO, SPEND, **asked)
    for who in history.index:
        each = sum(contacts.loc[who, channel] * price[channel] for channel in contacts)
        gap = free.loc[who, "value"] - found.loc[who, "value"]
        assert gap == pytest.approx(each * free.loc[who, "units_ahead"])
        assert found.loc[who, "cost"] - free.loc[who, "cost"] == pytest.approx(gap)


@pytest.mark.parametrize(
    ("contacts", "price", "error", "match"),
    [
        (pd.DataFrame({"mail": [1.0, 2.0]}, index=["a", "b"]), None, TypeError, "cost_per_channel a NoneType"),
        (None, pd.Series({"mail": 1.0}), TypeError, "contacts_per_unit is a NoneType"),
        (
            pd.DataFrame({"mail": [1.0, 2.0]}, index=["a", "b"]),
            pd.Series({"call": 1.0}),
            ValueError,
            "expected the same",
        ),
        (pd.DataFrame({"mail": [1.0]}, index=["a"]), pd.Series({"mail": 1.0}), ValueError, "lacks 1 customers"),
        (pd.DataFrame({"mail": [1.0, -2.0]}, index=["a", "b"]), pd.Series({"mail": 1.0}), ValueError, "-2 for 1 of 2"),
        (
            pd.DataFrame({"mail": [1.0, 2.0]}, index=["a", "b"]),
            pd.Series({"mail": -1.0}),
            ValueError,
            "cost_per_channel",
        ),
    ],
)
def test_contacts_without_a_price_or_a_number_are_refused(contacts, price, error, match):
    asked = {"margin": 0.3, "discount_per_unit": 0.002, "contacts_per_unit": contacts, "cost_per_channel": price}
    with pytest.raises(error, match=match):
        value(SOUND, PARETO, SPEND, **asked)


SOUND = pd.DataFrame({"x": [2, 0], "t_x": [10.0, 0.0], "T": [20.0, 20.0], "m_x": [30.0, 0.0]}, index=["a", "b"])


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"margin": 30}, ValueError, "margin holds 30; expected shares"),
        ({"margin": -0.1}, ValueError, "margin is -0.1 for 2 of 2 customers"),
        ({"margin": "much"}, ValueError, "margin='much' must be a number or a Series"),
        ({"margin": True}, ValueError, "margin=True must be a number"),
        ({"margin": [0.1, 0.2, 0.3]}, ValueError, "must be a number or a Series"),
        ({"margin": pd.Series({"a": 0.3})}, ValueError, "margin lacks 1 customers of the history, first 'b'"),
        ({"margin": pd.Series([0.1, 0.2, 0.2], index=["a", "b", "b"])}, ValueError, "names customers twice"),
        ({"cost_per_unit": np.nan}, ValueError, "cost_per_unit is nan for 2 of 2"),
        ({"cost_per_purchase": pd.Series({"a": 1.0, "b": -1.0})}, ValueError, "cost_per_purchase is -1 for 1 of 2"),
        ({"discount_per_unit": -0.1}, ValueError, "discount=-0.1 must be 0 or more"),
        ({"discount_per_unit": 0.0}, ValueError, "no finite sum in general"),
        ({"horizon": -1.0}, ValueError, "horizon=-1.0 must be 0 or more"),
        ({"level": 95}, ValueError, "level=95 must lie between 0 and 1"),
        ({"purchases": SPEND}, TypeError, "the model of purchases is a GammaGamma; expected a BGNBD"),
        ({"spend": PARETO}, TypeError, "spend is a ParetoNBD; expected a GammaGamma"),
        ({"spend": 30.0}, TypeError, "spend is a float"),
        ({"spend": pd.Series({"a": 3.0})}, ValueError, "spend lacks 1 customers"),
        ({"history": SOUND.rename(index={"b": "a"})}, ValueError, "history names customer 'a' twice"),
        ({"history": SOUND.iloc[:0]}, ValueError, "history has 0 rows"),
        ({"history": SOUND.drop(columns="T")}, ValueError, r"history lacks \['T'\]"),
        ({"history": SOUND.assign(m_x=0.0)}, ValueError, "m_x"),
    ],
)
def test_unsound_questions_of_value_are_refused(change, error, match):
    asked = {"history": SOUND, "purchases": PARETO, "spend": SPEND, "margin": 0.3, "discount_per_unit": 0.002}
    with pytest.raises(error, match=match):
        value(**{**asked, **change})


def test_a_fit_that_did_not_converge_has_no_say():
    same = clv.fit_gamma_gamma(pd.DataFrame({"x": [2] * 50, "m_x": [7.0] * 50}))
    with pytest.raises(ValueError, match="the fit of spend did not converge"):
        value(SOUND, PARETO, same, margin=0.3, discount_per_unit=0.002)


def test_nothing_given_is_changed():
    history, margin = SOUND.copy(), pd.Series({"b": 0.2, "a": 0.3})
    value(history, PARETO, SPEND, margin=margin, discount_per_unit=0.002)
    pd.testing.assert_frame_equal(history, SOUND)
    assert margin.to_dict() == {"b": 0.2, "a": 0.3}
