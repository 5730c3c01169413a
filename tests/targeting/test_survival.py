"""Survival: against published trials, limits, a second method and the declared truth of the telecom world."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws
from scipy import stats

from crmkit import worlds
from crmkit.explore import churn as explore_churn
from crmkit.plots import churn as churn_plots
from crmkit.targeting.churn import durations, fit_hazard, kaplan_meier, log_rank, person_periods

# Weeks in remission, 6-MP against placebo (Freireich et al. 1963), as printed in Cox & Oakes (1984).
MP_WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
MP_ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
TERMS = ["prepaid", "quality", "complaints_3", "age_10", "young_prepaid", "war"]
TRUE = ["prepaid", "quality", "complaints", "age", "young_prepaid", "price_war"]


def trial():
    return MP_WEEKS + PLACEBO, MP_ENDED + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21


def observed(link, seed, customers=3_000):
    """A world with a price war, its customer-months with the drivers as the world uses them."""
    law = worlds.Telecom.preset("mobile").churn
    world = worlds.Telecom.preset(
        "mobile",
        customers=customers,
        desk=None,
        offer=None,
        price_war=worlds.PriceWar(month=12, log_odds=0.6),
        # The median income of a brand is the world's own; without it the law is known to the last term.
        churn=type(law)(income=0.0, link=link),
    )
    case = world.draw(seed=seed)
    rows = person_periods(case.customers, case.months).merge(case.regions, on="region")
    rows["complaints_3"] = rows["complaints"].clip(upper=3)
    rows["age_10"] = (rows["age"] - 40) / 10
    rows["young_prepaid"] = rows["prepaid"] & (rows["age"] < 30)
    rows["war"] = rows["month"] >= np.sort(rows["month"].unique())[12]
    return case, rows


@pytest.fixture(scope="module")
def telecom():
    return observed("logit", 1)


@pytest.fixture(scope="module")
def fit(telecom):
    return fit_hazard(telecom[1], terms=TERMS)


def test_remission_of_leukaemia_as_published():
    table = kaplan_meier(MP_WEEKS, MP_ENDED).set_index("time")
    for week, survival in ((6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)):
        assert table.loc[week, "survival"] == pytest.approx(survival, abs=5e-4)
    assert table.loc[6, ["at_risk", "left"]].tolist() == [21, 3] and table.loc[23, "at_risk"] == 6
    assert table.index[-1] == 35 and table.loc[35, "survival"] == table.loc[23, "survival"]
    found = log_rank(*trial())
    assert found.chi2 == pytest.approx(16.79, abs=5e-3) and found.df == 1
    assert found.groups["expected"].tolist() == pytest.approx([19.25, 10.75], abs=5e-3)  # Kleinbaum & Klein


def test_the_log_rank_is_that_of_scipy_and_of_three_groups_the_order_is_of_no_account():
    duration, left, group = (np.array(one) for one in trial())
    sides = [
        stats.CensoredData(uncensored=duration[mine & (left == 1)], right=duration[mine & (left == 0)])
        for mine in (group == "6-MP", group == "placebo")
    ]
    other = stats.logrank(*sides)
    assert log_rank(duration, left, group).chi2 == pytest.approx(other.statistic**2)
    assert log_rank(duration, left, group).p == pytest.approx(other.pvalue)
    rng = np.random.default_rng(1)
    code = rng.integers(0, 3, len(duration))
    first, turned = (log_rank(duration, left, one) for one in (code, 2 - code))
    assert first.df == 2 and first.chi2 == pytest.approx(turned.chi2)


def test_log_rank_rejects_as_often_as_it_says():
    """400 pairs of the same law, late entry included: a share of 5 % has a standard error of 1.1 %; three of them."""
    rng, p = np.random.default_rng(2), []
    for _ in range(400):
        duration, entry = rng.geometric(0.1, 120), rng.integers(0, 3, 120)
        seen = duration > entry
        end = np.minimum(duration, 15)
        p.append(log_rank(end[seen], (duration <= 15)[seen], rng.integers(0, 2, seen.sum()), entry=entry[seen]).p)
    assert abs(np.mean(np.array(p) < 0.05) - 0.05) < 0.033


def test_where_all_are_seen_to_leave_it_is_the_share_still_there():
    time = np.random.default_rng(3).integers(1, 20, 200)
    table = kaplan_meier(time, np.ones(200))
    for row in table.itertuples():
        assert row.survival == pytest.approx((time > row.time).mean())
    assert ((table["low"] <= table["survival"]) & (table["survival"] <= table["high"])).all()
    assert table["survival"].iloc[-1] == 0 and np.isfinite(table.to_numpy()).all()


def test_the_curve_is_that_of_scipy_and_groups_are_curves_of_their_own():
    duration, left, group = (np.array(one) for one in trial())
    mine = group == "6-MP"
    other = stats.ecdf(
        stats.CensoredData(uncensored=duration[mine & (left == 1)], right=duration[mine & (left == 0)])
    ).sf
    both = kaplan_meier(duration, left, group=group)
    curve = both[both["group"] == "6-MP"]
    assert curve["survival"].to_numpy() == pytest.approx(other.evaluate(curve["time"]))
    # Before the first leaving the one has no interval, the other says 1.
    ends = other.confidence_interval(method="log-log")
    inner = curve["time"].between(6, 23)
    assert curve["low"][inner].to_numpy() == pytest.approx(ends.low.evaluate(curve["time"][inner]))
    assert curve["high"][inner].to_numpy() == pytest.approx(ends.high.evaluate(curve["time"][inner]))


def test_nobody_left_is_no_proof_that_nobody_will():
    table = kaplan_meier([3, 3, 3, 3], [0, 0, 0, 0])
    last = table.iloc[-1]
    assert last["survival"] == 1 and last["high"] == 1
    assert last["low"] == pytest.approx(stats.binomtest(4, 4).proportion_ci(method="exact").low)


def test_late_entry_mends_what_the_early_leavers_missed_would_spoil():
    """Only those still there at a random time are seen; 4,000 customers, three standard errors of the curve."""
    rng = np.random.default_rng(4)
    duration, entry = rng.geometric(0.15, 4_000), rng.integers(0, 8, 4_000)
    seen = duration > entry
    right = kaplan_meier(duration[seen], np.ones(seen.sum()), entry=entry[seen], level=0.9973).set_index("time")
    wrong = kaplan_meier(duration[seen], np.ones(seen.sum()), level=0.9973).set_index("time")
    truth = 0.85**6
    assert right.loc[6, "low"] < truth < right.loc[6, "high"]
    assert truth < wrong.loc[6, "low"]


def test_a_level_for_each_month_is_kaplan_and_meier(telecom):
    _, rows = telecom
    first = rows[rows["joined"] >= rows["month"].min()]
    first = first[first["tenure"] < 20]
    people = durations(first)
    table = kaplan_meier(people["duration"], people["left"], entry=people["entry"]).set_index("time")
    fit = fit_hazard(first, baseline="each")
    assert fit.converged, fit.reason
    one = pd.DataFrame({"customer_id": 1, "tenure": np.arange(20)})
    curve = fit.survival(one)
    assert curve["survival"].to_numpy() == pytest.approx(table.loc[curve["time"], "survival"].to_numpy(), abs=1e-7)
    other = fit_hazard(first, baseline="each", link="cloglog")
    assert other.loglik == pytest.approx(fit.loglik)  # both links fit every month exactly
    # The delta method and Greenwood are the same first-order variance on the same scale.
    for name in ("low", "high"):
        assert curve[name].to_numpy() == pytest.approx(table.loc[curve["time"], name].to_numpy(), abs=1e-6)
    assert other.survival(one)["low"].to_numpy() == pytest.approx(curve["low"].to_numpy(), abs=1e-6)


def test_the_fit_is_that_of_scikit_learn_without_penalty(telecom, fit):
    from sklearn.linear_model import LogisticRegression

    rows = telecom[1]
    x = np.column_stack([np.log1p(rows["tenure"]), rows[TERMS].astype(float)])
    other = LogisticRegression(C=np.inf, tol=1e-8, max_iter=2_000).fit(x, rows["leaves"])
    assert fit.coefficients["estimate"].to_numpy() == pytest.approx([*other.intercept_, *other.coef_[0]], abs=2e-3)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_covariance_is_the_inverse_curvature_of_the_likelihood(telecom, link):
    """The curvature by differences of a likelihood written by hand, no derivative in it."""
    rows = telecom[1].iloc[:6_000]
    fit = fit_hazard(rows, terms=["prepaid"], baseline="constant", link=link)
    y, x = rows["leaves"].to_numpy(), rows["prepaid"].to_numpy().astype(float)

    def loglik(a, b):
        eta = a + b * x
        h = 1 / (1 + np.exp(-eta)) if link == "logit" else 1 - np.exp(-np.exp(eta))
        return np.log(np.where(y, h, 1 - h)).sum()

    at, step = fit.coefficients["estimate"].to_numpy(), 1e-3
    assert loglik(*at) == pytest.approx(fit.loglik)
    unit = np.eye(2) * step
    second = np.array(
        [
            [
                sum(p * q * loglik(*(at + p * unit[i] + q * unit[j])) for p in (1, -1) for q in (1, -1)) / (4 * step**2)
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    np.testing.assert_allclose(np.linalg.inv(-second), fit.covariance.to_numpy(), rtol=1e-3)


@pytest.mark.parametrize("link", ["logit", "cloglog"])
def test_the_declared_law_comes_back(link):
    """Three worlds and seven coefficients: the squared z is chi-square with 21 degrees; its 0.1 % and 99.9 % points."""
    squares, inside = 0.0, 0
    for seed in (11, 12, 13):
        case, rows = observed(link, seed)
        fit = fit_hazard(rows, terms=TERMS, link=link)
        assert fit.converged and fit.rows == len(case.months)
        assert fit.leavers == case.customers["left"].notna().sum()
        true = case.truth.churn.set_index("term")["coefficient"].loc[["log_tenure", *TRUE]].to_numpy()
        found = fit.coefficients.iloc[1:]
        squares += (((found["estimate"] - true) / found["se"]) ** 2).sum()
        inside += ((found["low"] < true) & (true < found["high"])).sum()
        chance = fit.hazard(rows)
        truth = rows[["customer_id", "month"]].merge(case.truth.hazards, on=["customer_id", "month"], how="left")
        assert ((chance["low"] <= truth["leave_chance"]) & (truth["leave_chance"] <= chance["high"])).mean() > 0.5
        assert chance["chance"].corr(truth["leave_chance"]) > 0.97
    low, high = stats.chi2.ppf([0.001, 0.999], 21)
    assert low < squares < high
    assert inside >= 16  # of 21 at 95 %: fewer has a chance of 0.1 %


def test_a_price_war_is_found_with_its_interval():
    """A price war of +0.6 log-odds, with its interval, as a covariate that varies in time."""
    _, rows = observed("logit", 21)
    war = fit_hazard(rows, terms=TERMS).coefficients.loc["war"]
    assert 0 < war["low"] < 0.6 < war["high"]
    assert war["ratio"] == pytest.approx(np.exp(war["estimate"]))


def test_survival_is_the_product_of_staying(telecom, fit):
    rows = telecom[1].head(60).sample(frac=1, random_state=1)
    curve = fit.survival(rows)
    stay = (1 - fit.hazard(rows)["chance"]).to_frame("stay").join(rows[["customer_id", "tenure"]])
    stay = stay.sort_values(["customer_id", "tenure"])
    assert curve["survival"].to_numpy() == pytest.approx(stay.groupby("customer_id")["stay"].cumprod().to_numpy())
    assert ((curve["low"] < curve["survival"]) & (curve["survival"] < curve["high"])).all()
    # Of one month the interval is that of the chance to leave, turned round; the scales differ a little.
    one = rows.groupby("customer_id").head(1)
    short, leave = fit.survival(one), fit.hazard(one.sort_values("customer_id"))
    assert short["low"].to_numpy() == pytest.approx((1 - leave["high"]).to_numpy(), abs=1e-3)


def test_units_are_of_no_account(telecom, fit):
    rows = telecom[1].assign(age_10=telecom[1]["age_10"] * 1e6)
    other = fit_hazard(rows, terms=TERMS)
    assert other.coefficients.loc["age_10", "estimate"] * 1e6 == pytest.approx(
        fit.coefficients.loc["age_10", "estimate"]
    )
    assert other.coefficients.loc["age_10", "se"] * 1e6 == pytest.approx(fit.coefficients.loc["age_10", "se"])


@pytest.mark.parametrize("link", ["logit", "cloglog"])
@pytest.mark.parametrize(
    ("column", "match"),
    [
        (lambda rows: rows["leaves"], r"\['odd'\] is telling leavers from stayers"),
        (lambda rows: 1 - (rows.index == rows.index[rows["leaves"]][0]) * 1.0, "'odd'] is telling leavers"),
        (lambda rows: 3.0, r"\['intercept', 'odd'\] are given by each other"),
        (lambda rows: 0.0, r"\['odd'\] is 0 in every row"),
        (lambda rows: 2 * rows["prepaid"] + 1, r"\['intercept', 'prepaid', 'odd'\] are given by each other"),
    ],
)
def test_where_there_is_no_best_estimate_the_fit_says_why(telecom, link, column, match):
    rows = telecom[1].head(4_000)
    fit = fit_hazard(rows.assign(odd=column(rows)), terms=["prepaid", "odd"], link=link)
    assert not fit.converged and fit.coefficients["estimate"].isna().all()
    import re

    assert re.search(match, fit.reason), fit.reason
    with pytest.raises(ValueError, match="has not converged"):
        fit.hazard(rows.assign(odd=1.0))


def test_a_month_without_leavers_is_named():
    rows = pd.DataFrame({"tenure": [0] * 5 + [1] * 5, "leaves": [1, 0, 0, 0, 0] + [0] * 5})
    fit = fit_hazard(rows, baseline="each")
    assert not fit.converged and "['tenure=1'] is telling" in fit.reason


def test_person_periods_keep_every_month(telecom):
    case, rows = telecom
    assert len(rows) == len(case.months)
    assert rows.loc[rows["leaves"], "customer_id"].is_unique
    pick = rows.sample(200, random_state=1)
    whole = (pick["month"].dt.year - pick["joined"].dt.year) * 12 + pick["month"].dt.month - pick["joined"].dt.month
    assert (pick["tenure"] == whole).all()
    people = durations(rows)
    assert (people["duration"] - people["entry"]).sum() == len(rows)


PEOPLE = pd.DataFrame({"customer_id": [1, 2], "joined": ["2025-01-01"] * 2, "left": ["2025-02-28", None]})
MONTHS = pd.DataFrame({"customer_id": [1, 1, 2], "month": ["2025-01-01", "2025-02-01", "2025-01-01"]})


@pytest.mark.parametrize(
    ("people", "months", "match"),
    [
        (PEOPLE.drop(columns="left"), MONTHS, r"customers lacks \['left'\]"),
        (pd.concat([PEOPLE, PEOPLE]), MONTHS, "customer_id 1 twice"),
        (PEOPLE, MONTHS.assign(customer_id=[1, 1, 9]), "1 rows of customers not in customers, first 9"),
        (PEOPLE, pd.concat([MONTHS, MONTHS]), "stand twice or have a gap"),
        (PEOPLE, MONTHS.assign(month=["2024-12-01", *MONTHS["month"][1:]]), "lie before joined or after left"),
        (PEOPLE, MONTHS.assign(month=["2025-01-01", "2025-03-01", "2025-01-01"]), "lie before joined or after left"),
        (
            PEOPLE,
            MONTHS.assign(customer_id=[1, 2, 2], month=["2025-01-01", "2025-01-01", "2025-02-01"]),
            "would be lost",
        ),
        (PEOPLE, MONTHS.assign(tenure=1), r"\['tenure'\] would stand twice"),
        (PEOPLE.assign(joined=["2025-01-01", None]), MONTHS, "is missing in a row"),
        (PEOPLE.assign(joined="yesterday-ish"), MONTHS, "joined holds something that is no date"),
    ],
)
def test_bad_tables_are_named(people, months, match):
    with pytest.raises(ValueError, match=match):
        person_periods(people, months)


@pytest.mark.parametrize(
    ("duration", "left", "options", "match"),
    [
        ([], [], {}, "duration has 0 rows"),
        ([1, 2], [1], {}, "left has 1 rows and duration 2"),
        ([1, np.nan], [1, 0], {}, "duration is nan in row 1"),
        ([1, 2], [1, 2], {}, "left is 2 in row 1"),
        ([0, 2], [1, 0], {}, "duration is 0 in row 0, not above its entry"),
        ([1, 2], [1, 0], {"entry": [0, 2]}, "duration is 2 in row 1, not above its entry of 2"),
        ([1, 2], [1, 0], {"entry": [-1, 0]}, "entry holds -1"),
        ([1, 2], [1, 0], {"group": ["a"]}, "group has 1 rows"),
        ([1, 2], [1, 0], {"group": ["a", None]}, "group is missing in row 1"),
        ([1, 2], [1, 0], {"level": 95}, "write 95 % as 0.95"),
    ],
)
def test_bad_durations_are_named(duration, left, options, match):
    with pytest.raises(ValueError, match=match):
        kaplan_meier(duration, left, **options)


@pytest.mark.parametrize(
    ("left", "group", "entry", "match"),
    [
        ([1, 1], ["a", "a"], None, "expected two groups or more"),
        ([0, 0], ["a", "b"], None, "left is False for all 2"),
        ([1, 1], ["a", "b"], [0, 1], "were not at risk together"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(left, group, entry, match):
    with pytest.raises(ValueError, match=match):
        log_rank([1, 2], left, group, entry=entry)


ROWS = pd.DataFrame(
    {"customer_id": [1, 1, 2], "tenure": [0, 1, 0], "leaves": [False, True, False], "x": [1.0, 2.0, 4.0]}
)


@pytest.mark.parametrize(
    ("rows", "options", "match"),
    [
        (ROWS, {"terms": ["y"]}, r"rows lacks \['y'\]"),
        (ROWS, {"terms": "x"}, "must be a list of different columns"),
        (ROWS, {"link": "probit"}, "link='probit' is unknown"),
        (ROWS, {"baseline": "spline"}, "baseline='spline' is unknown"),
        (ROWS.assign(leaves=False), {}, "leaves is 0 for all 3"),
        (ROWS.assign(x=["a", "b", "c"]), {"terms": ["x"]}, "expected numbers"),
        (ROWS.assign(x=[1, np.nan, 2]), {"terms": ["x"]}, "x is nan in row 1"),
        (ROWS.assign(tenure=[-1, 0, 1]), {}, "tenure must hold whole numbers"),
        (ROWS.head(0), {}, "rows has 0 rows"),
        (ROWS.rename(columns={"x": "log_tenure"}), {"terms": ["log_tenure"]}, "holds a name of the baseline"),
    ],
)
def test_bad_rows_are_named(rows, options, match):
    with pytest.raises(ValueError, match=match):
        fit_hazard(rows, **options)


def test_what_the_fit_does_not_know_is_refused(telecom, fit):
    rows = telecom[1].head(30)
    with pytest.raises(ValueError, match=r"frame lacks \['war'\]"):
        fit.hazard(rows.drop(columns="war"))
    with pytest.raises(ValueError, match="stand twice or have a gap"):
        fit.survival(pd.concat([rows, rows]))
    each = fit_hazard(pd.DataFrame({"tenure": [0] * 4 + [1] * 4, "leaves": [1, 0, 0, 0] * 2}), baseline="each")
    with pytest.raises(ValueError, match=r"tenure holds \[5\], times without a level"):
        each.hazard(pd.DataFrame({"tenure": [5]}))


def test_pictures_keep_the_laws(telecom, fit):
    case, _ = telecom
    people = durations(telecom[1])
    group = (
        case.customers.set_index("customer_id")["prepaid"].loc[people.index].map({True: "prepaid", False: "postpaid"})
    )
    curves = kaplan_meier(people["duration"], people["left"], entry=people["entry"], group=group)
    said = keeps_the_laws(churn_plots.staying, curves, event=24, named="two years")
    assert "postpaid" in said and "prepaid" in said
    keeps_the_laws(churn_plots.staying, kaplan_meier(MP_WEEKS, MP_ENDED), unit="weeks")
    said = keeps_the_laws(churn_plots.hazard_drivers, fit.coefficients)
    assert f"war {fit.coefficients.loc['war', 'ratio']:.2f}" in said and "intercept" not in said
    with pytest.raises(ValueError, match="at most 6"):
        churn_plots.staying(pd.concat([curves.assign(group=k) for k in range(7)]))
    with pytest.raises(ValueError, match="no driver with a finite interval"):
        churn_plots.hazard_drivers(fit.coefficients * np.nan)


def test_the_war_is_explored(fit):
    profiles = pd.DataFrame({name: [0.0, 0.0] for name in TERMS[:-1]}, index=["postpaid", "young prepaid"])
    profiles.loc["young prepaid", ["prepaid", "age_10", "young_prepaid"]] = [1, -1.5, 1]
    explorer = explore_churn.price_war(fit, profiles)
    explorer_keeps_the_laws(explorer)
    # A war that begins after the last month costs nothing.
    explorer.controls["begins"].value = 24
    assert "costs 0.0 of 100" in explorer.said
    with pytest.raises(ValueError, match="event='peace' is not among the terms"):
        explore_churn.price_war(fit, profiles, event="peace")
    with pytest.raises(ValueError, match=r"profiles lacks \['prepaid'\]"):
        explore_churn.price_war(fit, profiles.drop(columns="prepaid"))
