"""Odd input of lifetime values that once gave a wrong answer, or none, without a word."""

import numpy as np
import pandas as pd
import pytest

from crmkit import clv


@pytest.mark.parametrize("unit", [1e-4, 1.0, 4e6])
def test_the_unit_of_money_changes_nothing_but_the_scale(unit):
    drawn = clv.GammaGamma(1.5, 4.0, 1.0).draw([3] * 3_000, seed=1)
    one, two = clv.fit_gamma_gamma(drawn), clv.fit_gamma_gamma(drawn.assign(m_x=drawn["m_x"] * unit))
    assert two.converged
    np.testing.assert_allclose(two.values, one.values * [1, 1, unit], rtol=1e-5)
    np.testing.assert_allclose(two.interval()["high"], one.interval()["high"] * [1, 1, unit], rtol=1e-4)
    # Each customer's density is one over the unit as high.
    assert two.loglik == pytest.approx(one.loglik - 3_000 * np.log(unit), rel=1e-9)
    assert two.model.expected(drawn.assign(m_x=drawn["m_x"] * unit)).iloc[0] == pytest.approx(
        unit * one.model.expected(drawn).iloc[0], rel=1e-5
    )


def test_shares_are_no_contracts():
    with pytest.raises(ValueError, match="expected numbers of contracts"):
        clv.fit_sbg(pd.Series([1000, 631, 468, 382]) / 1000)


def test_zones_are_refused_where_they_would_move_a_day():
    zone = pd.to_datetime(["2024-02-15"]).tz_localize("Asia/Shanghai")
    contracts = pd.DataFrame({"begun": zone, "ended": zone + pd.Timedelta(days=300), "term_months": 1})
    with pytest.raises(ValueError, match="carries the time zone"):
        clv.contract_terms(contracts, as_of="2024-03-13")
    log = pd.DataFrame({"customer_id": [1], "day": pd.to_datetime(["2024-03-01"]), "amount": [5.0]})
    with pytest.raises(ValueError, match="observed_from carries the time zone"):
        clv.history(log, as_of="2024-04-01", observed_from=pd.Series(zone, index=[1]))


def test_a_fit_serves_wherever_its_model_does():
    model = clv.BGNBD(0.5, 6.0, 0.8, 2.4)
    drawn = model.draw([52.0] * 600, seed=1)
    log = clv.events(drawn, last_day="2025-12-28", seed=1)
    fit = clv.fit_bgnbd(clv.history(log))
    one, two = (clv.tracking(log, each, until="2025-06-29") for each in (fit, fit.model))
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(*(clv.recency_frequency(each, T=52, horizon=13) for each in (fit, fit.model)))
    with pytest.raises(TypeError, match="expected a BGNBD, MBGNBD or ParetoNBD"):
        clv.tracking(log, clv.BGBB(1.2, 0.75, 0.66, 2.8), until="2025-06-29")
    with pytest.raises(TypeError, match="methods is a list"):
        clv.back_test(log, [clv.fit_bgnbd], origins=["2025-06-29"], horizon=4)
