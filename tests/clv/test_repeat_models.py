"""BG/NBD, MBG/NBD, Pareto/NBD, BG/BB: likelihoods by definition, draws against expectations, truth found again."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from crmkit import clv
from crmkit.clv import beta_geometric_rows, bgbb, pareto_rows
from crmkit.clv.distinct import distinct

ROWS = pd.DataFrame(
    {"x": [0, 1, 2, 7, 30], "t_x": [0.0, 5.0, 30.43, 12.0, 38.0], "T": [38.86, 20.0, 38.86, 39.0, 39.0]}
)
BG, MBG = clv.BGNBD(0.243, 4.414, 0.793, 2.426), clv.MBGNBD(0.525, 6.183, 0.891, 1.614)
PARETO, DISCRETE = clv.ParetoNBD(0.553, 10.578, 0.606, 11.669), clv.BGBB(1.204, 0.750, 0.657, 2.783)
CONTINUOUS = [BG, MBG, PARETO]
EVERY = [*CONTINUOUS, DISCRETE]
FITS = {clv.BGNBD: clv.fit_bgnbd, clv.MBGNBD: clv.fit_mbgnbd, clv.ParetoNBD: clv.fit_pareto_nbd, clv.BGBB: clv.fit_bgbb}


def name(model):
    return type(model).__name__


def likelihood(model, x, t, T):
    """By the story, integrated over the two hidden numbers of a customer."""

    def over_rate(log_weight):
        """E over the gamma law of rate^x exp(-rate s), in closed form: the definition of the gamma function."""
        s = log_weight
        r, alpha = model.r, model.alpha
        return math.exp(
            special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha) - (r + x) * math.log(alpha + s)
        )

    if isinstance(model, clv.ParetoNBD):
        law = stats.lomax(model.s, scale=model.beta)  # the mixture of exponentials
        dead = integrate.quad(lambda y: law.pdf(y) * over_rate(y), t, T, epsabs=0, epsrel=1e-11)[0]
        return law.sf(T) * over_rate(T) + dead
    law, later = stats.beta(model.a, model.b), model.later
    chances = x + later
    stays = law.expect(lambda p: (1 - p) ** chances)
    leaves = law.expect(lambda p: p * (1 - p) ** (chances - 1)) if chances else 0.0
    return stays * over_rate(T) + leaves * over_rate(t)


def rows_likelihood(model, rows):
    values = [
        getattr(model, one) for one in ("r", "alpha", *(("s", "beta") if isinstance(model, clv.ParetoNBD) else "ab"))
    ]
    if isinstance(model, clv.ParetoNBD):
        return pareto_rows.evaluation(rows, values, [])
    return beta_geometric_rows.evaluation(rows, values, [], model.later)


@pytest.mark.parametrize("model", CONTINUOUS, ids=name)
def test_the_likelihood_is_that_of_the_story(model):
    for row in ROWS.itertuples():
        rows = distinct(ROWS.loc[[row.Index]])
        # 1e-7: the adaptive rule of the witness over a beta law that is infinite at 0.
        assert rows_likelihood(model, rows)[0] == pytest.approx(math.log(likelihood(model, *row[1:])), rel=1e-7)


@pytest.mark.parametrize("model", CONTINUOUS, ids=name)
def test_gradient_and_hessian_are_those_of_the_likelihood(model):
    rows = distinct(ROWS)
    make, names = type(model), [one for one in vars(model) if one != "effects"]
    theta = np.log([1.3 * getattr(model, one) for one in names])

    def at(values):
        return rows_likelihood(make(*np.exp(values)), rows)

    step = 1e-5
    _, gradient, hessian = at(theta)
    ends = [(at(theta + step * way), at(theta - step * way)) for way in np.eye(4)]
    # Central differences of 1e-5 are good to 1e-10 of the third derivative, and lose 1e-16 / 1e-5 by rounding.
    np.testing.assert_allclose(gradient, [(up[0] - down[0]) / (2 * step) for up, down in ends], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(hessian, [(up[1] - down[1]) / (2 * step) for up, down in ends], rtol=1e-6, atol=1e-7)


def test_the_integral_of_the_pareto_keeps_its_digits_in_odd_corners():
    for alpha, beta, x, t, T in [
        (0.01, 1000.0, 0.0, 0.0, 39.0),
        (1000.0, 0.01, 0.0, 0.0, 39.0),
        (10.0, 10.0, 500.0, 300.0, 400.0),
        (1.0, 5.0, 5000.0, 1.0, 400.0),
    ]:
        r, s = 0.5, 0.6
        one = (np.array([x]), np.array([t]), np.array([T]))
        log_integral = pareto_rows.points(*one, (r, alpha, s, beta))[0][0]
        # On a logarithmic scale, in 4,000 even panels of Simpson's rule.
        z = np.linspace(0, np.log1p((T - t) / 1e-8), 8_001)
        y = np.expm1(z) * 1e-8
        log = -(r + x) * np.log1p(y / (alpha + t)) - (s + 1) * np.log1p(y / (beta + t))
        assert log_integral == pytest.approx(math.log(integrate.simpson(np.exp(log) * (y + 1e-8), x=z)), abs=1e-7)


def test_the_ways_through_the_opportunities_sum_to_one():
    """Every history of 5 opportunities, as often as it can come about."""
    table = [(x, t) for t in range(6) for x in range(t + 1) if (x == 0) == (t == 0)]
    history = pd.DataFrame(table, columns=["x", "t_x"]).assign(T=5)
    ways = [math.comb(t - 1, x - 1) if x else 1 for x, t in table]
    rows = distinct(history)
    order = [table.index((int(x), int(t))) for x, t in zip(rows["x"], rows["t_x"], strict=True)]
    terms, _ = bgbb._terms(rows, (1.2, 0.75, 0.66, 2.78))
    assert np.exp(terms).sum(axis=1) @ np.array(ways)[order] == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("model", EVERY, ids=name)
def test_draws_keep_what_the_model_expects(model):
    """Chance alive and purchases ahead, in all and among the likely and the unlikely; 200,000 customers."""
    rng = np.random.default_rng(11)
    observed = rng.integers(3, 9, 200_000) if model is DISCRETE else rng.integers(100, 280, 200_000) / 7
    ahead = 4 if model is DISCRETE else 26
    drawn = model.draw(observed, seed=rng, ahead=ahead)
    p, mean = model.p_alive(drawn), model.expected(drawn, horizon=ahead)
    for part in [slice(None), *(p.rank(pct=True).between(low, low + 0.25) for low in (0, 0.25, 0.5, 0.75))]:
        chosen = drawn[part] if isinstance(part, slice) else drawn[part.to_numpy()]
        if not len(chosen):
            continue
        for truth, guess in ((chosen["alive"], p), (chosen["x_ahead"], mean)):
            gap = truth.astype(float) - guess.loc[chosen.index]
            # Four standard errors of the mean: one false alarm in 16,000; 40 such means are looked at.
            assert abs(gap.mean()) < 4 * gap.std() / math.sqrt(len(gap)) + 1e-12


@pytest.mark.parametrize("model", CONTINUOUS, ids=name)
def test_chances_of_a_new_customer_are_those_of_the_draws(model):
    drawn = model.draw(np.full(100_000, 39.0), seed=3)
    chance = model.chances(39.0, most=200)
    assert chance.sum() == pytest.approx(1, abs=1e-4)  # some hundredth of a percent buy more often
    new = pd.DataFrame({"x": [0], "t_x": [0.0], "T": [0.0]})
    mean = float((chance * chance.index).sum())
    assert mean == pytest.approx(float(model.expected(new, horizon=39.0).iloc[0]), rel=0.02)  # the cut tail
    seen = drawn["x"].value_counts(normalize=True).reindex(range(8), fill_value=0.0)
    error = np.sqrt(chance[:8] * (1 - chance[:8]) / len(drawn))
    assert (abs(seen - chance[:8]) < 4 * error).all()


@pytest.mark.parametrize("a", [0.5, 0.9999, 1.0, 1.0001, 3.0, 40.0])
def test_expected_purchases_are_the_integral_over_the_chance_to_leave(a):
    """Also where the closed form divides 0 by 0."""
    model = clv.BGNBD(0.4, 5.0, a, 1.5)
    history = pd.DataFrame({"x": [0, 4, 60], "t_x": [0.0, 20.0, 35.0], "T": [30.0, 30.0, 36.0]})
    mean = model.expected(history, horizon=80) / model.p_alive(history)
    for row, found in zip(history.itertuples(), mean, strict=True):
        k, end = 0.4 + row.x, 5.0 + row.T
        law = stats.beta(a, 1.5 + row.x)
        expected = law.expect(lambda p, k=k, end=end: -np.expm1(-k * np.log1p(80 * p / end)) / p)
        assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("model", EVERY, ids=name)
def test_discounting_has_its_limits(model):
    history = pd.DataFrame({"x": [0, 2, 5], "t_x": [0, 4, 6], "T": [6, 6, 6]})
    plain = model.expected(history, horizon=30)
    # A discount of nearly 0 is none; the closed form and the quadrature do not know each other.
    np.testing.assert_allclose(model.discounted(history, discount=1e-13, horizon=30), plain, rtol=1e-8)
    near, far = (model.discounted(history, discount=d) for d in (0.001, 0.1))
    assert (far < near).all() and (model.discounted(history, discount=0.1, horizon=30) < plain).all()


def test_the_discounted_pareto_is_the_published_formula():
    """Fader, Hardie & Lee (2005), equation 2, by Tricomi's function."""
    force = math.log(1.15) / 52
    got = PARETO.discounted(ROWS, discount=math.expm1(force))
    r, alpha, s, beta = PARETO.r, PARETO.alpha, PARETO.s, PARETO.beta
    for row, found in zip(ROWS.itertuples(), got, strict=True):
        psi = special.hyperu(s, s, force * (beta + row.T))
        log = r * math.log(alpha) + s * math.log(beta) + (s - 1) * math.log(force) + special.gammaln(r + row.x + 1)
        log -= special.gammaln(r) + (r + row.x + 1) * math.log(alpha + row.T)
        assert found == pytest.approx(math.exp(log) * psi / likelihood(PARETO, *row[1:]), rel=1e-6)


@pytest.mark.parametrize("model", EVERY, ids=name)
def test_truth_is_found_again_whatever_the_unit(model):
    observed = np.tile([6, 8, 10], 4_000) if model is DISCRETE else np.linspace(150, 280, 12_000)
    drawn = model.draw(observed, seed=5)
    fit = FITS[type(model)](drawn)
    assert fit.converged and fit.n == 12_000
    bounds = fit.interval(0.9999)  # 4 standard errors
    truth = [getattr(model, one) for one in bounds.index]
    assert ((bounds["low"] < truth) & (truth < bounds["high"])).all()
    if model is DISCRETE:
        return
    # Days in place of weeks: times scale, shapes and the likelihood of rates do not.
    days = FITS[type(model)](drawn.assign(t_x=drawn["t_x"] * 7, T=drawn["T"] * 7))
    scale = [7.0 if one in ("alpha", "beta") else 1.0 for one in bounds.index]
    np.testing.assert_allclose(days.values, fit.values * scale, rtol=1e-5)
    assert days.loglik == pytest.approx(fit.loglik - drawn["x"].sum() * math.log(7), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("model", [BG, clv.ParetoNBD(1.0, 5.0, 0.8, 15.0)], ids=name)
def test_intervals_cover_as_often_as_they_say(model):
    """500 samples of 3,000 customers over two years; their 95 % intervals, within three standard errors of a share of 500.

    Where the window is short beside the time people stay, the information is far from
    normal: in half a year those of the hazard of the Pareto/NBD cover 98 %.
    """
    rng, hits = np.random.default_rng(2), []
    observed = np.tile(np.arange(80, 105), 120).astype(float)
    names = [one for one in vars(model) if one != "effects"]
    truth = np.array([getattr(model, one) for one in names])
    for _ in range(500):
        drawn = model.draw(observed, seed=rng)
        fit = FITS[type(model)](drawn)
        if fit.converged:
            bounds = fit.interval()
            hits.append((bounds["low"] < truth) & (truth < bounds["high"]))
    assert len(hits) > 490
    share = np.mean(hits, axis=0)
    assert ((share > 0.92) & (share < 0.98)).all(), dict(zip(names, share, strict=True))


@pytest.mark.parametrize("model", CONTINUOUS, ids=name)
def test_effects_are_found_again(model):
    rng = np.random.default_rng(8)
    people = pd.DataFrame({"T": 200.0, "north": rng.random(8_000) < 0.5, "age": rng.normal(0, 1, 8_000).round(1)})
    told = (
        clv.Effect("purchase", "north", 0.5),
        clv.Effect("purchase", "age", -0.2),
        clv.Effect("dropout", "north", 0.7),
    )
    values = [getattr(model, one) for one in vars(model) if one != "effects"]
    drawn = type(model)(*values, effects=told).draw(people, seed=rng)
    fit = FITS[type(model)](drawn, purchase=["north", "age"], dropout=["north"])
    assert fit.converged
    bounds = fit.interval(0.9999).loc[[one.name for one in told]]
    truth = np.array([one.value for one in told])
    assert ((bounds["low"] < truth) & (truth < bounds["high"])).all()
    assert (bounds["high"] - bounds["low"] < 1.5).all(), "an interval that wide tells nothing"
    # The same score with the effects' rates written into the parameters by hand.
    some = drawn[drawn["north"] & (drawn["age"] == 0.3)].head(3)
    fitted = fit.model
    values = {one: getattr(fitted, one) for one in vars(fitted) if one != "effects"}
    by = {one.name: one.value for one in fitted.effects}
    values["alpha"] /= math.exp(by["purchase: north"] + 0.3 * by["purchase: age"])
    if "a" in values:
        values["a"] *= math.exp(by["dropout: north"])
    else:
        values["beta"] /= math.exp(by["dropout: north"])
    plain = type(fitted)(**values)
    np.testing.assert_allclose(fitted.p_alive(some), plain.p_alive(some), rtol=1e-12)
    np.testing.assert_allclose(fitted.expected(some, horizon=9), plain.expected(some, horizon=9), rtol=1e-10)


@pytest.mark.parametrize("model", CONTINUOUS, ids=name)
def test_the_zero_and_the_unit_of_a_covariate_change_its_own_coefficient_and_the_baseline_alone(model):
    """A birth year is an age counted from elsewhere: same likelihood, same customers, same errors; only the zero moves."""
    rng = np.random.default_rng(3)
    people = pd.DataFrame({"T": 150.0, "age": rng.integers(20, 70, 4_000) / 1.0, "app": rng.random(4_000) < 0.4})
    values = [getattr(model, one) for one in vars(model) if one != "effects"]
    told = (clv.Effect("purchase", "age", 0.01), clv.Effect("dropout", "app", 0.5))
    drawn = type(model)(*values, effects=told).draw(people.assign(age=people["age"] - 45), seed=rng)
    drawn = drawn.assign(age=people["age"] - 45, born=2026.0 - people["age"], second=86_400 * 365.25 * people["age"])
    fit = FITS[type(model)]
    near = fit(drawn, purchase=["age"], dropout=["age", "app"])
    assert near.converged
    a, b = near.interval(), None
    for column, unit, zero in (("born", -1.0, 1981.0), ("second", 86_400 * 365.25, 45 * 86_400 * 365.25)):
        far = fit(drawn, purchase=[column], dropout=[column, "app"])
        assert far.converged
        assert far.loglik == pytest.approx(near.loglik, rel=1e-10)
        b = far.interval()
        for on in ("purchase", "dropout"):  # per unit, estimate and error
            np.testing.assert_allclose(
                b.loc[f"{on}: {column}", ["estimate", "error"]] * [unit, abs(unit)],
                a.loc[f"{on}: age", ["estimate", "error"]],
                rtol=1e-4,  # both stop when the likelihood rises by less than a millionth
            )
        kept = ["r", "b" if "b" in a.index else "s", "dropout: app"]
        np.testing.assert_allclose(b.loc[kept], a.loc[kept], rtol=1e-4)
        # The rate of a customer at the zero of `age` is that of the model without this column.
        at_zero = b.loc["alpha", "estimate"] * np.exp(-zero * b.loc[f"purchase: {column}", "estimate"])
        assert at_zero == pytest.approx(a.loc["alpha", "estimate"], rel=1e-4)
        ahead = [one.band(lambda model: model.expected(drawn.head(20), horizon=52)) for one in (near, far)]
        np.testing.assert_allclose(*ahead, rtol=1e-4)


def test_columns_too_far_from_nothing_are_named():
    drawn = BG.draw(np.full(2_000, 39.0), seed=2)
    buys = 1e7 + (drawn["x"] > 0) + 0.01 * np.random.default_rng(0).normal(size=2_000)
    with pytest.raises(ValueError, match=r"lie too far from 0\. Mend: history\.assign"):
        clv.fit_bgnbd(drawn.assign(far=buys), purchase=["far"])


def test_a_model_without_effects_is_the_one_with_effects_of_nothing():
    drawn = BG.draw(np.full(3_000, 39.0), seed=1).assign(coin=np.tile([0.0, 1.0], 1_500))
    plain, more = clv.fit_bgnbd(drawn), clv.fit_bgnbd(drawn, purchase=["coin"], dropout=["coin"])
    assert 0 <= more.loglik - plain.loglik < 10  # half a chi-square of two degrees
    assert more.aic - plain.aic < 4


def test_a_band_is_the_interval_of_what_it_is_asked():
    fit = clv.fit_bgnbd(BG.draw(np.full(4_000, 39.0), seed=6))
    # Of a parameter itself the delta method is the interval.
    band, own = fit.band(lambda model: model.r), fit.interval().loc["r"]
    np.testing.assert_allclose(band.iloc[0], own[["estimate", "low", "high"]], rtol=1e-6)
    history = ROWS.iloc[:3]
    wide = fit.band(lambda model: model.expected(history, horizon=52))
    assert (wide["low"] < wide["estimate"]).all() and (wide["estimate"] < wide["high"]).all()
    assert wide.index.equals(history.index)


def test_everyone_alike_says_what_is_not_told():
    rng = np.random.default_rng(4)
    x = rng.poisson(3.0, 3_000)
    t_x = np.where(x > 0, 39 * rng.random(3_000) ** (1 / np.maximum(x, 1)), 0.0)
    alike = pd.DataFrame({"x": x, "t_x": t_x, "T": 39.0})
    fit = clv.fit_bgnbd(alike)
    assert not fit.converged and fit.covariance.isna().all().all()
    assert "the data do not tell" in fit.reason and "Mend: more customers" in fit.reason
    with pytest.raises(ValueError, match="did not converge, so its errors are not known"):
        fit.band(lambda model: model.r)


@pytest.mark.parametrize("fit", FITS.values())
@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": [1.5, 2, 0]}, r"history\['x'\] is 1.5 for customer 'a' \(1 of 3 rows\); expected whole numbers"),
        ({"x": [-1, 2, 0]}, "expected whole numbers of 0 or more"),
        ({"t_x": [0, 8, 0]}, "above 0 where x is above 0"),
        ({"t_x": [5, 99, 0]}, "no later than T"),
        ({"t_x": [5, 8, 4]}, "0 where x is 0"),
        ({"T": [np.nan, 9, 9]}, r"history\['T'\] is nan for customer 'a'"),
        ({"T": ["9", "9", "9"]}, "expected numbers"),
        ({"x": [0, 0, 0], "t_x": [0, 0, 0]}, "3 customers and all are one-time buyers"),
    ],
)
def test_a_history_that_contradicts_itself_is_named(fit, change, match):
    history = pd.DataFrame({"x": [1, 2, 0], "t_x": [5, 8, 0], "T": [9, 9, 9]}, index=["a", "b", "c"]).assign(**change)
    with pytest.raises(ValueError, match=match):
        fit(history)


@pytest.mark.parametrize("fit", FITS.values())
def test_one_customer_or_none_is_refused(fit):
    history = pd.DataFrame({"x": [1], "t_x": [5], "T": [9]})
    with pytest.raises(ValueError, match="1 customer; how customers differ"):
        fit(history)
    with pytest.raises(ValueError, match="0 rows"):
        fit(history.iloc[:0])
    with pytest.raises(ValueError, match=r"lacks \['T'\]"):
        fit(history[["x", "t_x"]])


def test_unsound_questions_are_refused():
    for wrong in (-1.0, np.nan):
        with pytest.raises(ValueError, match="horizon="):
            BG.expected(ROWS, horizon=wrong)
    with pytest.raises(ValueError, match=r"discount=-0\.1 must be 0 or more per unit"):
        PARETO.discounted(ROWS, discount=-0.1)
    with pytest.raises(ValueError, match="no finite sum"):
        PARETO.discounted(ROWS, discount=0)
    with pytest.raises(ValueError, match="alpha=0 must be a finite number above 0"):
        clv.BGNBD(1, 0, 1, 1)
    with pytest.raises(ValueError, match="whole numbers of opportunities"):
        clv.fit_bgbb(ROWS)
    drawn = BG.draw([39.0] * 50, seed=1)
    with pytest.raises(ValueError, match=r"lacks \['age'\]"):
        clv.fit_bgnbd(drawn, purchase=["age"])
    with pytest.raises(ValueError, match="for everyone; an effect needs differences"):
        clv.fit_bgnbd(drawn.assign(age=3.0), purchase=["age"])
    with pytest.raises(ValueError, match="one column follows from the others"):
        two = drawn.assign(age=np.arange(50.0), old=2 * np.arange(50.0))
        clv.fit_bgnbd(two, dropout=["age", "old"])
    with pytest.raises(ValueError, match="must be a list of columns"):
        clv.fit_bgnbd(drawn, purchase="age")
    with pytest.raises(ValueError, match="on='leaving' must be"):
        clv.Effect("leaving", "age", 1.0)


def test_intervals_are_those_of_their_errors_below_and_above():
    """Effects on their own scale, parameters above 0 on the logarithmic one; 1.96 errors for 95 %."""
    drawn = BG.draw(np.full(3_000, 39.0), seed=1).assign(coin=np.tile([0.0, 1.0], 1_500))
    fit = clv.fit_bgnbd(drawn, purchase=["coin"])
    for level in (0.5, 0.95):
        bounds, z = fit.interval(level), stats.norm.ppf(0.5 + level / 2)
        effect, r = bounds.loc["purchase: coin"], bounds.loc["r"]
        assert effect["estimate"] - effect["low"] == pytest.approx(z * effect["error"])
        assert effect["high"] - effect["estimate"] == pytest.approx(z * effect["error"])
        for ratio in (r["high"] / r["estimate"], r["estimate"] / r["low"]):
            assert math.log(ratio) == pytest.approx(z * r["error"] / r["estimate"])


def test_distinct_rows_are_told_apart_by_a_column_whose_place_overflows():
    """Eight columns of 512 values: the place of the first is a multiple of 2 ** 63, beyond what 64 bits hold."""
    each = np.arange(512.0)
    table = pd.DataFrame({f"c{i}": each for i in range(8)})
    twin = table.assign(c0=np.roll(each, 2))  # odd stays odd, which is all that would be left
    assert len(distinct(pd.concat([table, twin], ignore_index=True), table.columns)) == 1_024


def test_distinct_rows_are_the_rows_whatever_their_number_of_values():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(0, 3, (500, 4)).astype(float), columns=list("xabc"))
    wide = pd.DataFrame(rng.random((500, 9)), columns=[f"c{i}" for i in range(9)])  # 500 ** 9 overflows 64 bits
    for table in (frame, wide):
        rows = distinct(table, table.columns)
        counted = table.groupby(list(table.columns)).size()
        assert len(rows) == len(counted) and rows.count.sum() == 500
        for column in table:
            np.testing.assert_array_equal(rows.spread(rows[column]), table[column])
