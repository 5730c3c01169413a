"""Contracts: lifetimes against closed forms, tables of survivors, dates, projections, what data do not tell."""

import warnings
from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, hyp2f1

from crmkit import clv, worlds
from crmkit.clv.contract_tables import contract_terms, project

# Share still there at the end of years 8 to 12, Fader & Hardie (2007), table 1.
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


def seven_years(shares):
    return pd.Series([10 * one for one in shares[:8]])


def brute(model, terms, most, discount=0.0):
    """The sum of the definition, term by term."""
    k = np.arange(1, most + 1.0)
    log_s = betaln(model.alpha, model.beta + (terms + k) ** model.c) - betaln(
        model.alpha, model.beta + float(terms) ** model.c
    )
    return float(np.exp(log_s - k * np.log1p(discount)).sum())


@pytest.mark.parametrize("discount", [0.3, 0.1, 0.01, 1e-4])
@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (0.704, 1.182), (3.8, 15.2), (0.067, 0.267), (2e3, 8e3)])
def test_residual_lifetime_is_the_hypergeometric_function_of_the_paper(alpha, beta, discount):
    """Fader & Hardie (2010): a contract active for n terms, just before its n-th renewal."""
    model = clv.ShiftedBetaGeometric(alpha, beta)
    for n in (1, 2, 5, 30):
        b = beta + n
        paper = (b - 1) / (alpha + b - 1) * hyp2f1(1, b, alpha + b, 1 / (1 + discount))
        if np.isfinite(paper):  # scipy's function fails for very large parameters
            assert model.residual([n - 1], discount=discount)[0] == pytest.approx(paper, rel=1e-9)
        assert model.renewals_ahead([n - 1], discount=discount)[0] == pytest.approx(
            brute(model, n - 1, int(42 / np.log1p(discount)), discount), rel=1e-9
        )


def test_residual_lifetime_of_the_high_end_segment_is_the_published_one():
    """7.530 years at 10 % a year for those renewed seven times: printed by the package shifted_beta_geometric (J. Maturen)."""
    model = clv.fit_sbg(seven_years(HIGH_END)).model
    assert round(model.residual([7], discount=0.1)[0], 3) == 7.530


@pytest.mark.parametrize(
    ("mean", "polarisation", "published"),
    [(0.2, 0.05, [3.31, 3.45, 3.59, 3.72, 3.84]), (0.2, 0.75, [7.68, 9.46, 9.86, 10.06, 10.19])],
)
def test_residual_lifetimes_are_those_of_the_table_of_the_paper(mean, polarisation, published):
    """Fader & Hardie (2010), table 3: contracts that have run for 1 to 5 terms, at 10 % a term.

    Both cases lose a fifth at the first renewal; 1 / (alpha + beta + 1) is 0.05 and 0.75, which the paper prints as
    (3.80, 15.20) and (0.067, 0.267). The figures are taken from the tests of the package pymc-marketing, which quote them.
    """
    both = 1 / polarisation - 1
    model = clv.ShiftedBetaGeometric(mean * both, (1 - mean) * both)
    assert model.residual(range(5), discount=0.1).round(2).tolist() == published


@pytest.mark.parametrize(("alpha", "beta"), [("3.80", "15.20"), ("0.067", "0.267"), ("0.668", "3.806")])
def test_lifetimes_are_the_sums_of_their_definition_at_40_digits(alpha, beta):
    """By the renewal rates (beta + t - 1) / (alpha + beta + t - 1) alone; the first two are the cases of Fader & Hardie (2010).

    Equations 4 and 6 of that paper.
    """
    a, b, d = Decimal(alpha), Decimal(beta), Decimal("0.1")
    model = clv.ShiftedBetaGeometric(float(alpha), float(beta))

    def summed(renewals):
        """Sum over t = renewals + 1, … of S(t) / S(renewals) / (1 + d) ** (t - renewals - 1)."""
        total, term, t = Decimal(0), Decimal(1), renewals
        while term > Decimal("1e-38"):
            t += 1
            term *= (b + t - 1) / (a + b + t - 1) / (1 if t == renewals + 1 else 1 + d)
            total += term
        return total

    with localcontext(prec=40):
        assert model.lifetime(discount=0.1) == pytest.approx(float(1 + summed(0) / (1 + d)), rel=1e-13)
        for renewals in (0, 1, 4, 25):
            assert model.residual([renewals], discount=0.1)[0] == pytest.approx(float(summed(renewals)), rel=1e-12)


def test_lifetimes_without_discount_have_their_closed_form():
    # The mean of 1 / theta over a beta law: (alpha + beta - 1) / (alpha - 1) terms in all.
    for alpha, beta in ((1.5, 2.5), (1.01, 1.0), (4.0, 30.0)):
        model = clv.ShiftedBetaGeometric(alpha, beta)
        assert model.lifetime() == pytest.approx((alpha + beta - 1) / (alpha - 1), rel=1e-8)
        np.testing.assert_allclose(
            model.renewals_ahead([0, 7]), [beta / (alpha - 1), (beta + 7) / (alpha - 1)], rtol=1e-8
        )
    # The Weibull variant decays like t ** -(alpha c): far out its sum is that of the power law.
    model, most = clv.BetaDiscreteWeibull(0.9, 2.0, 1.5), 1_000_000
    tail = np.exp(betaln(0.9, 2.0 + most**1.5) - betaln(0.9, 2.0)) * most / 0.35
    # What is neglected in the tail is of the order most ** -1.5 of it, and half a term of 1e6.
    assert model.renewals_ahead([0])[0] == pytest.approx(brute(model, 0, most) + tail, rel=1e-6)
    assert model.renewals_ahead([3], horizon=50_000)[0] == pytest.approx(brute(model, 3, 50_000), rel=1e-9)


def test_horizons_end_between_or_beyond_the_terms_added_one_by_one():
    model = clv.BetaDiscreteWeibull(0.7, 1.2, 0.8)
    for horizon in (0, 1, 7, 1_023, 1_024, 1_025, 2_000, 20_000):
        for discount in (0.0, 0.001):
            own = model.renewals_ahead([0, 4], horizon=horizon, discount=discount)
            told = [brute(model, t, horizon, discount) for t in (0, 4)]
            np.testing.assert_allclose(own, told, rtol=1e-9, atol=1e-12)
    assert model.renewals_ahead([2], horizon=6.9)[0] == model.renewals_ahead([2], horizon=6)[0]


def test_lifetime_and_residual_count_from_their_own_moment():
    model = clv.ShiftedBetaGeometric(0.7, 1.2)
    ahead = model.renewals_ahead([0, 3], discount=0.1, horizon=20)
    assert model.lifetime(discount=0.1, horizon=20) == pytest.approx(1 + ahead[0])
    np.testing.assert_allclose(model.residual([0, 3], discount=0.1, horizon=20), 1.1 * ahead)
    # A renewed contract has more ahead than a new one: those likely to leave have gone.
    assert ahead[1] > ahead[0]


def test_ignoring_heterogeneity_undervalues_old_contracts():
    """The peril of the paper's title: at one common rate, the residual value is far too low."""
    regular = seven_years(REGULAR)
    fit = clv.fit_sbg(regular)
    stay = 1 - (1000 - 241) / regular.iloc[:7].sum()
    common = 1.1 * stay / (1.1 - stay)
    assert fit.model.residual([6], discount=0.1)[0] > 2 * common


@pytest.mark.parametrize(("shares", "near"), [(HIGH_END, 0.025), (REGULAR, 0.005)])
def test_projections_hold_on_the_years_not_seen_where_one_rate_fails(shares, near):
    contracts = seven_years(shares)
    table = project(clv.fit_sbg(contracts), contracts, terms=12)
    later = np.array(shares[8:]) / 100
    assert abs(table["survival"].iloc[8:] - later).max() < near  # the paper's picture 4: no more than the line's width
    assert (table["geometric"].iloc[8:] < later - 0.05).all()
    assert table["geometric"].iloc[1] > shares[1] / 100  # and too high at first
    assert ((table["low"] <= table["survival"]) & (table["survival"] <= table["high"])).all()
    assert table.loc[0].tolist() == [1.0] * 5
    np.testing.assert_allclose(table["seen"].iloc[:8], np.array(shares[:8]) / 100, rtol=1e-12)
    assert table["seen"].iloc[8:].isna().all()


def test_projections_keep_their_interval_within_0_and_1():
    few = pd.Series([30, 28, 27, 26])
    table = project(clv.fit_sbg(few), few, terms=40)
    assert (table["low"] > 0).all() and (table["high"] <= 1).all()
    width = table["high"] - table["low"]
    assert width.iloc[40] > width.iloc[3] > width.iloc[1] > 0
    wide = project(clv.fit_sbg(few), few, terms=40, level=0.99)
    assert (wide["high"].iloc[1:] > table["high"].iloc[1:]).all()


@pytest.mark.slow
def test_bands_of_projections_cover_as_often_as_they_say():
    model, rng, hits = clv.ShiftedBetaGeometric(0.7, 1.2), np.random.default_rng(8), []
    true = model.survival([1, 7, 12])
    for _ in range(500):
        rows = model.draw(np.full(1_000, 7), seed=rng)
        counted = rows.value_counts().rename("count").reset_index()
        table = project(clv.fit_sbg(counted), counted, terms=12).loc[[1, 7, 12]]
        hits.append((table["low"] < true) & (true < table["high"]))
    share = np.mean(hits, axis=0)
    # 0.95 within two standard errors of a share of 500 (0.0097), a little more for the delta method.
    assert ((share > 0.925) & (share < 0.975)).all(), share


def test_cohorts_of_different_ages_say_what_their_contracts_say_one_by_one():
    model = clv.BetaDiscreteWeibull(0.8, 2.0, 1.2)
    due = np.repeat([6, 4, 1], [800, 700, 500])
    rows = model.draw(due, seed=4)
    table = pd.DataFrame(index=range(7))
    for age in (6, 4, 1):
        own = rows[due == age]
        table[f"{age} terms old"] = [
            float((~(own["left"] & (own["terms"] <= t))).sum()) if t <= age else np.nan for t in range(7)
        ]
    for fit in (clv.fit_sbg, clv.fit_bdw):
        one, other = fit(rows), fit(table)
        np.testing.assert_allclose(other.values, one.values, rtol=1e-7)
        assert other.n == one.n == 2_000 and other.loglik == pytest.approx(one.loglik)
    seen = project(clv.fit_sbg(rows), rows, terms=6)["seen"]
    # Kaplan and Meier by hand: the shares renewed of those who came to each renewal, multiplied.
    share, told = 1.0, [1.0]
    for t in range(1, 7):
        came = rows["terms"] >= t
        share *= 1 - (came & rows["left"] & (rows["terms"] == t)).sum() / came.sum()
        told.append(share)
    np.testing.assert_allclose(seen, told)


def test_gradient_and_curvature_are_those_of_the_likelihood():
    from crmkit.clv.contract_rows import evaluation

    t, lost, kept = np.arange(4.0), np.array([0.0, 30, 20, 5]), np.array([3.0, 0, 10, 40])
    theta = np.log([0.8, 1.7, 1.3])

    def at(theta):
        return evaluation(t, lost, kept, *np.exp(theta))

    _, gradient, hessian = at(theta)
    for place, step in enumerate(1e-5 * np.eye(3)):
        above, below = at(theta + step), at(theta - step)
        # Differences of step 1e-5: errors of 1e-10 in theory, of 1e-8 by rounding.
        assert gradient[place] == pytest.approx((above[0] - below[0]) / 2e-5, abs=1e-5)
        np.testing.assert_allclose(hessian[place], (above[1] - below[1]) / 2e-5, atol=1e-5)


def test_dates_become_terms():
    def days(*given):
        return pd.to_datetime(list(given))

    contracts = pd.DataFrame(
        {
            "begun": days("2020-01-31", "2020-01-31", "2020-03-01", "2020-03-01", "2020-03-01", "2022-05-01"),
            "ended": days(None, "2020-02-28", "2021-02-28", "2020-12-15", "2022-12-31", None),
            "term_months": [1, 1, 12, 12, 12, 12],
        },
        index=list("abcdef"),
    )
    found = contract_terms(contracts, as_of="2022-05-01")
    # a: 29 Feb is the 1st to be paid again in a leap year, 31 Jan + 1 month - 1 day = 28 Feb; 27 months by the day before.
    assert found.loc["a"].tolist() == [27, False]
    assert found.loc["b"].tolist() == [1, True]
    assert found.loc["c"].tolist() == [1, True]  # on the last day of its first term
    assert found.loc["d"].tolist() == [1, True]  # within the first term: gone when that is over
    assert found.loc["e"].tolist() == [2, False]  # ends after the observation
    assert found.loc["f"].tolist() == [0, False]
    # Given up within a term that is not over on the last day: not yet one that was not renewed.
    early = contract_terms(contracts.loc[["d"]], as_of="2021-01-31")
    assert early.loc["d"].tolist() == [0, False]


def test_a_hosting_firm_is_found_again_and_valued():
    case = worlds.Telecom.preset("hosting", customers=8_000).draw(seed=3)
    rows = contract_terms(case.contracts, as_of="2025-12-31")
    due = case.renewals.groupby("contract_id").agg(terms=("term", "max"), renewed=("renewed", "last"))
    both = rows.set_index(case.contracts["contract_id"]).join(due.add_suffix("_due"))
    assert (both["terms"] == both["terms_due"].fillna(0)).all()
    assert (both["left"] == (both["renewed_due"] == False)).all()  # noqa: E712 missing where none fell due
    truth = case.truth.retention.groupby("line", observed=True)[["alpha", "beta"]].first()
    own = case.truth.contracts.set_index("contract_id")
    for line, part in rows.groupby(case.contracts["line"].astype(str)):
        fit = clv.fit_sbg(part)
        bounds = fit.interval(0.999)  # four bounds in all: right 99.6 times of 100
        assert ((bounds["low"] < truth.loc[line]) & (truth.loc[line] < bounds["high"])).all()
        there = part[~part["left"]]
        told = own.loc[case.contracts.loc[there.index, "contract_id"], "renewals_ahead"]
        assert told.gt(0).all()
        foretold = fit.model.renewals_ahead(there["terms"], horizon=5).sum()
        # Each contract strays from its mean by its own chance to leave; the sum by the square root.
        near = 4 * told.std() * len(told) ** 0.5
        assert abs(foretold - told.sum()) < near + 0.02 * told.sum()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"begun": ["x"]}, r"contracts\['begun'\] is of type .*to_datetime"),
        ({"begun": pd.to_datetime([None])}, "1 of 1 contracts have no 'begun'.* row 'k'"),
        ({"ended": pd.to_datetime(["2019-01-01"])}, "end before they begin"),
        ({"begun": pd.to_datetime(["2023-01-01"])}, "begin after as_of=2022-01-01"),
        ({"term_months": [0]}, "not 1, 2, 3"),
        ({"term_months": [1.5]}, "not 1, 2, 3"),
        ({"term_months": ["a"]}, "expected numbers"),
    ],
)
def test_unsound_dates_of_contracts_are_named(change, match):
    good = {"begun": pd.to_datetime(["2020-01-01"]), "ended": pd.to_datetime([None]), "term_months": [12]}
    with pytest.raises(ValueError, match=match):
        contract_terms(pd.DataFrame({**good, **change}, index=["k"]), as_of="2022-01-01")


def test_a_log_of_contracts_without_columns_rows_or_day_is_refused():
    good = pd.DataFrame({"begun": pd.to_datetime(["2020-01-01"]), "ended": pd.to_datetime([None]), "term_months": [12]})
    with pytest.raises(ValueError, match="contracts lacks"):
        contract_terms(good.drop(columns="ended"), as_of="2022-01-01")
    with pytest.raises(ValueError, match="contracts has 0 rows"):
        contract_terms(good.iloc[:0], as_of="2022-01-01")
    with pytest.raises(ValueError, match="as_of='soon' is no date"):
        contract_terms(good, as_of="soon")


@pytest.mark.parametrize(
    ("contracts", "match"),
    [
        (pd.Series([100, 90, 80], index=[1, 2, 3]), "expected the renewals 0, 1, 2"),
        (pd.Series(["100", "90"]), "expected numbers of contracts"),
        (pd.Series([100, np.nan, 80]), "missing only after the last"),
        (pd.Series([np.nan, np.nan]), "missing only after the last"),
        (pd.Series([100, 90, -1]), "0 or more that never rise"),
        (pd.DataFrame({"a": [100, 90.0], "b": [50, 60]}), r"survivors \[50.*never rise"),
        (pd.DataFrame({"terms": [], "left": []}), "contracts has 0 rows"),
        (pd.DataFrame({"terms": [1.5], "left": [True]}), r"contracts\['terms'\] is 1.5 in 1 of 1 rows"),
        (pd.DataFrame({"terms": [np.nan], "left": [True]}), r"contracts\['terms'\]"),
        (pd.DataFrame({"terms": [2, 3], "left": [False, False]}), "of 2 contracts none left"),
        (pd.DataFrame({"terms": [1, 1], "left": [True, True]}), "all left at the first renewal"),
    ],
)
def test_contracts_that_cannot_be_are_refused(contracts, match):
    for fit in (clv.fit_sbg, clv.fit_bdw):
        with pytest.raises(ValueError, match=match):
            fit(contracts)


def test_what_the_data_do_not_tell_is_said():
    # Two terms tell two parameters, not three.
    assert not clv.fit_bdw(pd.Series([1000, 800, 700])).converged
    # The same share leaves each time: no sign that customers differ.
    alike = clv.fit_sbg(pd.Series([100_000, 80_000, 64_000, 51_200]))
    assert not alike.converged and "differ in their chance to leave" in alike.reason
    with pytest.raises(ValueError, match="did not converge"):
        project(alike, pd.Series([100_000, 80_000, 64_000, 51_200]), terms=9)


def test_unsound_questions_ahead_are_refused():
    model, regular = clv.ShiftedBetaGeometric(0.7, 1.2), seven_years(REGULAR)
    fit = clv.fit_sbg(regular)
    with pytest.raises(ValueError, match="discount=0 with horizon=inf has no finite sum"):
        model.lifetime()
    for discount in (-0.1, np.nan, np.inf, True):
        with pytest.raises(ValueError, match=r"discount=.*0 or more per term"):
            model.residual([1], discount=discount)
    for horizon in (-1, np.nan):
        with pytest.raises(ValueError, match="horizon="):
            model.lifetime(discount=0.1, horizon=horizon)
    for terms in (0, 2.5, True, 10**6):
        with pytest.raises(ValueError, match=r"terms=.* must be (a whole number, at least 1|10,000 at most)"):
            project(fit, regular, terms=terms)
    with pytest.raises(ValueError, match="the fit is of 1,000 contracts, these are 500"):
        project(fit, regular / 2, terms=3)


def test_nothing_given_is_changed_and_nothing_warns():
    table = pd.DataFrame({"old": [100.0, 80, 70], "young": [50.0, 45, np.nan]})
    before = table.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        project(clv.fit_sbg(table), table, terms=5)
    pd.testing.assert_frame_equal(table, before)
