"""Gamma-gamma and contracts: published tables, laws, truth found again."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from crmkit import clv, worlds

# Share still there at the end of each year, Fader & Hardie (2007), table 1.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
PUBLISHED = [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)]


def seven_years(shares):
    return pd.Series([10 * one for one in shares[:8]])


@pytest.mark.parametrize(("shares", "alpha", "beta"), PUBLISHED)
def test_the_published_contracts_are_met_to_their_digits(shares, alpha, beta):
    fit = clv.fit_sbg(seven_years(shares))
    assert (round(fit.model.alpha, 3), round(fit.model.beta, 3)) == (alpha, beta)
    # Years 8 to 12 were not seen. One chance for all, fitted to the same seven years, is far off.
    held_out = np.array(shares[8:]) / 100
    own = abs(fit.model.survival(range(8, 13)) - held_out).max()
    lost, at_risk = 1 - shares[7] / 100, sum(shares[:7]) / 100
    geometric = abs((1 - lost / at_risk) ** np.arange(8, 13) - held_out).max()
    assert own < 0.025 < 0.05 < geometric


@pytest.mark.parametrize(("shares", "alpha", "beta"), PUBLISHED)
def test_a_table_of_survivors_and_one_row_a_contract_say_the_same(shares, alpha, beta):
    survivors = seven_years(shares).round()
    lost = -survivors.diff().dropna()
    rows = pd.DataFrame(
        {"terms": [*range(1, 8), 7], "left": [True] * 7 + [False], "count": [*lost, survivors.iloc[-1]]}
    )
    table, single = clv.fit_sbg(survivors), clv.fit_sbg(rows)
    repeated = clv.fit_sbg(rows.loc[rows.index.repeat(rows["count"].astype(int))].drop(columns="count"))
    for other in (single, repeated):
        np.testing.assert_allclose(other.values, table.values, rtol=1e-8)
        assert other.n == table.n == 1000


def test_the_weibull_variant_holds_the_geometric_one():
    fit, more = clv.fit_sbg(seven_years(REGULAR)), clv.fit_bdw(seven_years(REGULAR))
    assert more.loglik >= fit.loglik - 1e-9
    low, high = more.interval()[["low", "high"]].loc["c"]
    assert low < 1 < high


def test_contracts_drawn_are_found_again():
    due = np.tile(np.arange(1, 11), 3_000)
    for model, fit in (
        (clv.ShiftedBetaGeometric(0.7, 2.0), clv.fit_sbg),
        (clv.BetaDiscreteWeibull(0.5, 2.0, 1.4), clv.fit_bdw),
    ):
        drawn = model.draw(due, seed=9)
        found = fit(drawn)
        bounds = found.interval(0.9999)
        truth = [getattr(model, one) for one in bounds.index]
        assert found.converged and ((bounds["low"] < truth) & (truth < bounds["high"])).all()
        whole = drawn[due == 10]
        there = np.array([1 - (whole["left"] & (whole["terms"] <= t)).mean() for t in range(1, 11)])
        share = model.survival(range(1, 11))
        assert (abs(there - share) < 4 * np.sqrt(share * (1 - share) / len(whole))).all()


@pytest.mark.slow
def test_intervals_of_contracts_cover_as_often_as_they_say():
    model, rng, hits = clv.ShiftedBetaGeometric(0.7, 1.2), np.random.default_rng(3), []
    for _ in range(500):
        bounds = clv.fit_sbg(model.draw(np.full(1_000, 7), seed=rng)).interval()
        hits.append((bounds["low"] < [0.7, 1.2]) & ([0.7, 1.2] < bounds["high"]))
    share = np.mean(hits, axis=0)
    # 0.95 within three standard errors of a share of 500.
    assert ((share > 0.92) & (share < 0.98)).all(), share


def test_the_lines_of_a_hosting_firm_are_found_again():
    case = worlds.Telecom.preset("hosting", customers=6_000).draw(seed=3)
    truth = case.truth.retention
    assert len(truth)
    for line, own in truth.groupby("line", observed=True):
        model = clv.ShiftedBetaGeometric(own["alpha"].iloc[0], own["beta"].iloc[0])
        np.testing.assert_allclose(model.retention(own["term"]), own["retention"], rtol=1e-9, err_msg=str(line))
        np.testing.assert_allclose(model.survival(own["term"]), own["survival"], rtol=1e-9)


def test_renewals_ahead_are_the_mean_of_the_draws():
    model = clv.ShiftedBetaGeometric(1.5, 2.5)
    drawn = model.draw(np.full(200_000, 13), seed=2)
    begun = drawn[~(drawn["left"] & (drawn["terms"] <= 3))]  # renewed three times
    ahead = np.minimum(begun["terms"] - begun["left"], 13) - 3
    expected = model.renewals_ahead([3], horizon=10)[0]
    assert abs(ahead.mean() - expected) < 4 * ahead.std() / math.sqrt(len(ahead))
    # Discounted by 10 %, one chance for all: retention / (1 + discount - retention).
    alike = clv.ShiftedBetaGeometric(2e6, 8e6)
    assert alike.renewals_ahead([0, 5], discount=0.1) == pytest.approx([0.8 / 0.3] * 2, rel=1e-5)


@pytest.mark.parametrize(
    ("contracts", "match"),
    [
        (pd.Series([100, 110]), "never rise"),
        (pd.Series([100]), "two or more numbers"),
        (pd.Series([100, 100, 100]), "of 100 contracts none left"),
        (pd.Series([100, 0]), "all left at the first renewal"),
        (pd.DataFrame({"terms": [0], "left": [True]}), r"contracts\['terms'\] is .* 1 or more where it left"),
        (pd.DataFrame({"terms": [1], "left": [1]}), "expected True and False"),
        (pd.DataFrame({"term": [1], "left": [True]}), "rename"),
        (pd.DataFrame({"terms": [1, 2], "left": [True, False], "count": [1, -1]}), "must hold 0 or more"),
    ],
)
def test_contracts_that_contradict_themselves_are_named(contracts, match):
    with pytest.raises(ValueError, match=match):
        clv.fit_sbg(contracts)


def test_one_renewal_does_not_tell_two_parameters():
    fit = clv.fit_sbg(pd.Series([1000, 800]))
    assert not fit.converged and "losses at two renewals or more" in fit.reason


def test_unsound_questions_to_contracts_are_refused():
    model = clv.ShiftedBetaGeometric(1, 1)
    with pytest.raises(ValueError, match="no finite sum"):
        model.renewals_ahead([1])
    with pytest.raises(ValueError, match="whole numbers of 0 or more"):
        model.survival([1.5])
    with pytest.raises(ValueError, match="the first renewal is 1"):
        model.retention([0])
    with pytest.raises(ValueError, match="c=2 must be 1"):
        clv.ShiftedBetaGeometric(1, 1, 2)


def spend_likelihood(model, x, m):
    """Mean of x gamma amounts, over the law of the customer's scale."""
    law = stats.gamma(model.q, scale=1 / model.v)

    def at(z):  # the scale on a logarithmic axis, about its posterior mode
        nu = math.exp(z) * (model.p * x + model.q) / (model.v + x * m)
        return stats.gamma.pdf(m, model.p * x, scale=1 / (x * nu)) * law.pdf(nu) * nu

    return integrate.quad(at, -12, 4, points=[0.0], limit=200)[0]


def test_the_spend_likelihood_is_that_of_the_story():
    model = clv.GammaGamma(6.25, 3.74, 15.45)
    history = model.draw([0, 1, 2, 5, 9, 3, 4] * 10, seed=1)
    fit = clv.fit_gamma_gamma(history)
    told = [spend_likelihood(fit.model, x, m) for x, m in zip(history["x"], history["m_x"], strict=True) if x]
    assert fit.loglik == pytest.approx(np.log(told).sum(), rel=1e-6)
    assert fit.n == 60


def test_spend_drawn_is_found_again_and_drawn_towards_the_mean():
    model = clv.GammaGamma(6.25, 3.74, 15.45)
    x = np.random.default_rng(1).integers(0, 12, 30_000)
    drawn = model.draw(x, seed=2)
    fit = clv.fit_gamma_gamma(drawn)
    bounds = fit.interval(0.9999)
    truth = [6.25, 3.74, 15.45]
    assert fit.converged and ((bounds["low"] < truth) & (truth < bounds["high"])).all()
    guess = model.expected(drawn)
    for few in (0, 1, 5):
        gap = (drawn["mean"] - guess)[drawn["x"] == few]
        assert abs(gap.mean()) < 4 * gap.std() / math.sqrt(len(gap))
    assert guess[drawn["x"] == 0].to_numpy() == pytest.approx(model.mean)
    # Money scales: in cents p and q stay, v and the amounts are a hundred times as large.
    cents = clv.fit_gamma_gamma(drawn.assign(m_x=100 * drawn["m_x"]))
    np.testing.assert_allclose(cents.values, fit.values * [1, 1, 100], rtol=1e-6)


def test_unsound_spend_is_refused():
    frame = pd.DataFrame({"x": [1, 2], "m_x": [10.0, 0.0]}, index=["a", "b"])
    with pytest.raises(ValueError, match=r"history\['m_x'\] is .* for customer 'b'"):
        clv.fit_gamma_gamma(frame)
    with pytest.raises(ValueError, match="history has 1 customers with repeat purchases"):
        clv.fit_gamma_gamma(frame.assign(x=[1, 0]))
    with pytest.raises(ValueError, match="infinite mean"):
        clv.GammaGamma(1, 0.9, 1).expected(frame.assign(x=[1, 0]))
    same = pd.DataFrame({"x": [2] * 50, "m_x": [7.0] * 50})
    assert not clv.fit_gamma_gamma(same).converged
