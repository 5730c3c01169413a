"""Models held against what came: bands, groups, paths, back-tests, tenths. Truth is drawn, so it is known."""

import numpy as np
import pandas as pd
import pytest

from crmkit import clv

MODELS = {
    "bg": clv.BGNBD(0.5, 6.0, 0.8, 2.4),
    "mbg": clv.MBGNBD(0.525, 6.183, 0.891, 1.614),
    "pareto": clv.ParetoNBD(0.553, 10.578, 0.606, 11.669),
}
END, UNTIL = "2025-12-28", "2025-06-29"


def log_of(model, seed, *, customers=2_000, weeks=(78.0, 104.0)):
    rng = np.random.default_rng(seed)
    began = rng.integers(7 * weeks[0], 7 * weeks[1], customers) / 7
    drawn = model.draw(began, seed=rng)
    return drawn, clv.events(drawn, last_day=END, seed=rng)


@pytest.fixture(scope="module")
def shop():
    drawn = MODELS["bg"].draw([104.0] * 3_000, seed=1)
    amounts = clv.GammaGamma(6.25, 3.74, 15.45).draw(drawn["x"], seed=2)["m_x"]
    log = clv.events(drawn.assign(m_x=amounts.where(drawn["x"] > 0, 30.0)), last_day=END, seed=3)
    split = clv.split(log, UNTIL, to=END)
    return log, split, clv.fit_bgnbd(split), clv.fit_gamma_gamma(split)


# --- events -----------------------------------------------------------------------------------------------------------


def test_a_log_of_events_has_the_history_it_came_from():
    """Days are whole, so two purchases of one day are one: x may fall, never rise; times agree to a day."""
    drawn, log = log_of(MODELS["pareto"], 4, customers=500)
    back = clv.history(log, as_of=END)
    assert len(log) == drawn["x"].sum() + 500 and (back["x"] <= drawn["x"]).all()
    np.testing.assert_allclose(back["T"], drawn["T"], atol=1e-9)
    both = back["x"] > 0
    np.testing.assert_allclose(back["t_x"][both], drawn["t_x"][both], atol=1 / 7 + 1e-9)


def test_events_between_the_first_and_the_last_fall_evenly():
    drawn = pd.DataFrame({"x": [2_000], "t_x": [1_000.0], "T": [1_000.0]})
    day = clv.events(drawn, last_day=END, seed=5)["day"]
    share = (day - day.min()) / (day.max() - day.min())
    # Mean and spread of 2,000 uniform numbers, within four standard errors.
    assert abs(share.mean() - 0.5) < 4 * 0.289 / 2_000**0.5 and abs(share.std() - 0.289) < 0.02


# --- intensity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("age", [0.3, 5.0, 60.0])
def test_intensities_sum_to_the_moments_of_the_chances(model, age):
    """Mean and E[n (n - 1)] come a second time from the distribution of purchases."""
    at, weight = np.polynomial.legendre.leggauss(60)
    points, weight = age * (1 + at) / 2, age * weight / 2
    chance = model.chances(age, most=3_000)
    n = chance.index.to_numpy()
    assert model.intensity(points) @ weight == pytest.approx(chance @ n, rel=1e-7)
    pairs = 2 * (model.intensity(points, purchases=2) * points) @ weight
    assert pairs == pytest.approx(chance @ (n * (n - 1)), rel=1e-7)


# --- tracking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_the_band_of_tracking_holds_what_chance_does(name):
    model = MODELS[name]
    inside, ends = [], []
    for seed in range(30):
        table = clv.tracking(log_of(model, seed)[1], model, until=UNTIL, to=END)
        inside.append(table["actual"].between(table["low"], table["high"]).mean())
        ends.append(table["actual_total"].iloc[-1] - table["expected_total"].iloc[-1])
        spread = (table["total_high"] - table["expected_total"]).iloc[-1] / 1.96
    # 30 x 104 weeks, nearly independent: the share in the band is 0.95 within 0.02 (some five standard errors).
    assert abs(np.mean(inside) - 0.95) < 0.02
    # The spread of 30 totals, known to a factor of 1 +- 0.13 (standard error), within three of them.
    assert 0.6 < np.std(ends) / spread < 1.4 and abs(np.mean(ends)) < 4 * spread / 30**0.5


def test_tracking_counts_as_a_loop_does():
    _, log = log_of(MODELS["bg"], 6, customers=60)
    table = clv.tracking(log, MODELS["bg"], until=UNTIL, to=END)
    first = log.groupby("customer_id")["day"].min()
    days = log.drop_duplicates(["customer_id", "day"])
    repeats = days[days["day"] > days["customer_id"].map(first)]["day"]
    start = first.min()
    for week in (1, 30, len(table)):
        begin, end = start + pd.Timedelta(weeks=week - 1), start + pd.Timedelta(weeks=week)
        assert table.loc[week, "actual"] == ((repeats >= begin) & (repeats < end)).sum()
        assert table.loc[week, "day"] == end - pd.Timedelta(days=1)
    # Expected in all: each customer alone, from the age at the end.
    ends = table["day"].iloc[-1]
    nobody = pd.DataFrame({"x": 0, "t_x": 0.0, "T": 0.0}, index=[0])
    alone = [float(MODELS["bg"].expected(nobody, horizon=(ends - day).days / 7).iloc[0]) for day in first]
    assert table["expected_total"].iloc[-1] == pytest.approx(sum(alone), rel=1e-9)
    assert table["expected"].sum() == pytest.approx(sum(alone), rel=1e-9)


def test_who_came_after_the_calibration_is_counted_apart():
    _, log = log_of(MODELS["bg"], 7, customers=300, weeks=(10.0, 60.0))
    table = clv.tracking(log, MODELS["bg"], until=UNTIL, to=END)
    first = log.groupby("customer_id")["day"].min()
    assert table.attrs == {"customers": (first <= UNTIL).sum(), "later": (first > UNTIL).sum()}


# --- by frequency -----------------------------------------------------------------------------------------------------


def test_the_expectation_by_frequency_is_what_came():
    """Over draws the counted mean of each group is within the interval as often as it says."""
    hits = []
    for seed in range(40):
        drawn = MODELS["bg"].draw([30.0] * 2_000, seed=seed, ahead=30)
        table = clv.by_frequency(drawn.assign(x_holdout=drawn["x_ahead"], T_holdout=30.0), MODELS["bg"], most=4)
        hits.append((table["expected"] >= table["low"]) & (table["expected"] <= table["high"]))
    # 200 groups: 0.95 less what a normal interval loses on counts so skew; three standard errors of 0.016 more.
    assert np.mean(hits) > 0.88


def test_groups_are_those_of_a_loop(shop):
    _, split, fit, _ = shop
    table = clv.by_frequency(split, fit, most=3)
    assert list(table.index) == ["0", "1", "2", "3+"] and table["customers"].sum() == len(split)
    top = split[split["x"] >= 3]
    assert table.loc["3+", "actual"] == pytest.approx(top["x_holdout"].mean())
    each = fit.model.expected(top, horizon=float(top["T_holdout"].iloc[0]))
    assert table.loc["3+", "expected"] == pytest.approx(each.mean())
    assert (table["expected_low"] < table["expected"]).all() and (table["expected"] < table["expected_high"]).all()


# --- alive ------------------------------------------------------------------------------------------------------------


def test_the_path_of_one_customer_falls_in_silence_and_ends_at_the_models_word(shop):
    log, _, fit, _ = shop
    histories = clv.history(log, as_of=END)
    for who in histories.index[histories["x"].between(2, 6)][:5]:
        path = clv.alive_path(log, who, fit, as_of=END)
        assert path["p_alive"].iloc[-1] == pytest.approx(fit.model.p_alive(histories.loc[[who]]).iloc[0], rel=1e-12)
        pd.testing.assert_series_equal(path[["x", "t_x", "T"]].iloc[-1], histories.loc[who, ["x", "t_x", "T"]],
                                       check_names=False)  # fmt: skip
        assert path["purchase"].sum() == histories.loc[who, "x"] + 1
        quiet = ~path["purchase"].to_numpy()[1:] & (path["x"].to_numpy()[1:] > 0)
        assert (np.diff(path["p_alive"])[quiet] < 0).all()
        assert (path["low"] <= path["p_alive"]).all() and (path["p_alive"] <= path["high"]).all()


def test_the_map_holds_what_the_model_says_of_each_cell():
    grid = clv.recency_frequency(MODELS["pareto"], T=40.0, horizon=10.0, most=3, steps=4)
    assert len(grid) == 13 and grid["t_x"].max() == 40
    one = grid.iloc[[7]]
    assert one["expected"].iloc[0] == MODELS["pareto"].expected(one[["x", "t_x", "T"]], horizon=10.0).iloc[0]
    later = grid[grid["x"] == 3].sort_values("t_x")["p_alive"]
    assert later.is_monotonic_increasing


# --- back-test --------------------------------------------------------------------------------------------------------


def test_the_right_model_beats_rules_of_thumb(shop):
    log, *_ = shop
    origins = ["2025-01-05", "2025-04-01", UNTIL]
    test = clv.back_test(log, {"BG/NBD": clv.fit_bgnbd}, origins=origins, horizon=26, spend=clv.fit_gamma_gamma, to=END)
    assert (test.contests["verdict"] == "better").all()
    part = test.customers[test.customers["origin"] == UNTIL].set_index("customer_id")
    split = clv.split(log, UNTIL, to=END)  # the hold-out of 182 days, told a second way
    assert part["purchases"].sum() == split["x_holdout"].sum()
    assert part["money"].sum() == pytest.approx(split["spend_holdout"].sum())
    errors = test.errors.set_index(["origin", "outcome", "method"])
    row = errors.loc[(pd.Timestamp(UNTIL), "purchases", "BG/NBD")]
    miss = clv.fit_bgnbd(split).model.expected(split, horizon=26) - split["x_holdout"]
    assert row["rmse"] == pytest.approx(np.sqrt((miss**2).mean())) and row["bias"] == pytest.approx(miss.mean())
    assert row["mae"] == pytest.approx(miss.abs().mean())


def test_where_a_rule_is_the_truth_no_model_beats_it():
    """Everybody alike and nobody leaving: the mean of all is right, and a model of differences wins nothing."""
    rng = np.random.default_rng(8)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 728, 20_000), unit="D")
    log = pd.DataFrame({"customer_id": rng.integers(0, 2_000, 20_000), "day": day, "amount": 1.0})

    def everybody_alike(history):
        class Same:
            converged, reason = True, ""

            class model:
                @staticmethod
                def expected(past, *, horizon):
                    return pd.Series(10 / 104 * horizon, index=past.index)

        return Same()

    test = clv.back_test(log, {"alike": everybody_alike}, origins=["2025-01-05", "2025-06-29"], horizon=26)
    by = test.contests[test.contests["outcome"] == "purchases"].set_index("rule")["verdict"]
    assert by["mean of all"] != "worse" and by["same again"] == "better"


# --- deciles ----------------------------------------------------------------------------------------------------------


def test_tenths_of_a_perfect_forecast_are_the_best_there_are(shop):
    _, split, fit, spend = shop
    money = split["spend_holdout"]
    perfect = clv.deciles(money, money)
    np.testing.assert_allclose(perfect["total"], perfect["best"])
    forecast = fit.model.expected(split, horizon=26) * spend.model.expected(split)
    table = clv.deciles(forecast, money)
    assert (table["total"] <= table["best"] + 1e-12).all() and table["total"].iloc[-1] == pytest.approx(1)
    top = forecast.sort_values(ascending=False, kind="stable").index[: len(money) // 10]
    assert table["share"].iloc[0] == pytest.approx(money.loc[top].sum() / money.sum())
    chance = clv.deciles(pd.Series(np.random.default_rng(9).random(len(money)), index=money.index), money)
    assert table["share"].iloc[0] > 2 * chance["share"].iloc[0]


# --- bad input --------------------------------------------------------------------------------------------------------

ONE = pd.DataFrame({"customer_id": [1, 1], "day": pd.to_datetime(["2025-01-01", "2025-06-01"]), "amount": [5.0, 5.0]})
RIGHT = pd.DataFrame({"x": [1], "t_x": [2.0], "T": [9.0], "x_holdout": [0], "T_holdout": [4.0]})
MONEY = pd.Series([1.0, 2.0, 3.0])
EFFECT = clv.BGNBD(0.5, 6.0, 0.8, 2.4, effects=(clv.Effect("purchase", "young", 0.3),))
BAD = {
    "no hold-out": (lambda: clv.tracking(ONE, MODELS["bg"], until="2025-06-01"), "leaves no hold-out"),
    "nobody yet": (lambda: clv.tracking(ONE, MODELS["bg"], until="2024-06-01"), "no purchase .* up to 2024-06-01"),
    "too coarse": (lambda: clv.tracking(ONE, MODELS["bg"], until="2025-02-01", unit="year"), "less than one year"),
    "effects": (lambda: clv.tracking(ONE, EFFECT, until="2025-02-01"), "without effects"),
    "groups": (lambda: clv.by_frequency(RIGHT, MODELS["bg"], most=0), "most=0"),
    "below 0": (lambda: clv.by_frequency(RIGHT.assign(x_holdout=-1), MODELS["bg"]), "x_holdout.* 0 or more"),
    "two lengths": (
        lambda: clv.by_frequency(pd.concat([RIGHT, RIGHT.assign(T_holdout=5.0)]), MODELS["bg"]),
        "one length for all",
    ),
    "unknown": (lambda: clv.alive_path(ONE, 2, MODELS["bg"]), "who=2 has no purchase"),
    "no time": (lambda: clv.recency_frequency(MODELS["bg"], T=0, horizon=1), "T=0 must be above 0"),
    "no steps": (lambda: clv.recency_frequency(MODELS["bg"], T=1, horizon=1, steps=1.5), "steps=1.5"),
    "early origin": (
        lambda: clv.back_test(ONE, {"m": clv.fit_bgnbd}, origins=["2025-01-20"], horizon=8),
        "origin 2025-01-20 needs 56 days",
    ),
    "a rule's name": (
        lambda: clv.back_test(ONE, {"mean of all": clv.fit_bgnbd}, origins=["2025-03-20"], horizon=4),
        "rule of thumb",
    ),
    "no method": (lambda: clv.back_test(ONE, {}, origins=["2025-03-20"], horizon=4), "methods is empty"),
    "no origin": (lambda: clv.back_test(ONE, {"m": clv.fit_bgnbd}, origins=[], horizon=4), "origins is empty"),
    "short": (lambda: clv.back_test(ONE, {"m": clv.fit_bgnbd}, origins=["2025-03-20"], horizon=0), "less than a day"),
    "few": (lambda: clv.deciles(MONEY, MONEY), "3 customers cannot make 10 groups"),
    "other people": (lambda: clv.deciles(MONEY, MONEY.rename({0: 9}), bins=2), "1 customers of forecast"),
    "a list": (lambda: clv.deciles([1.0], MONEY), "pandas Series"),
    "no money": (lambda: clv.deciles(MONEY, 0 * MONEY, bins=2), "above 0 for somebody"),
    "missing": (lambda: clv.deciles(MONEY.where(MONEY > 1), MONEY, bins=2), "forecast has missing"),
    "events": (lambda: clv.events(RIGHT.assign(t_x=99.0), last_day=END, seed=1), "t_x no later than T"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_with_its_mending(name):
    call, message = BAD[name]
    with pytest.raises((ValueError, TypeError), match=message):
        call()


def test_a_fit_that_did_not_converge_stops_the_back_test_by_name():
    day = pd.to_datetime(["2025-01-01", "2025-01-01", "2025-01-08", "2025-06-01"])
    log = pd.DataFrame({"customer_id": [1, 2, 2, 1], "day": day, "amount": 5.0})
    with pytest.raises(ValueError, match="Pareto did not converge on what was known on 2025-03-20"):
        clv.back_test(log, {"Pareto": clv.fit_pareto_nbd}, origins=["2025-03-20"], horizon=4)
