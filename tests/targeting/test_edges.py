"""Odd input of targeting, profit and monitor that once gave a wrong answer without a word."""

import numpy as np
import pandas as pd
import pytest

from crmkit import monitor, profit, targeting
from crmkit.targeting import churn, contacts, market, response, triage, uplift

SCORE = pd.Series([0.9, 0.8, 0.2, 0.1] * 50)
HIT = pd.Series([1, 1, 0, 0] * 50)
OTHER = HIT.sort_values()
ARM = pd.Series([1, 0] * 100)
TURNED = ARM.iloc[::-1]
PAIRED = {
    "gains": lambda: targeting.gains(SCORE, OTHER),
    "best_cut": lambda: response.best_cut(SCORE, OTHER, value=1, cost=0.1, seed=1),
    "mail_saved": lambda: response.mail_saved(SCORE, HIT, at_response=0.5, seed=1, old_score=SCORE.sort_values()),
    "calibration": lambda: response.calibration(SCORE, OTHER),
    "recalibrate": lambda: response.recalibrate(SCORE, OTHER),
    "qini": lambda: uplift.qini(SCORE, TURNED, HIT),
    "curve": lambda: uplift.uplift_curve(SCORE, ARM, OTHER),
    "policy": lambda: uplift.policy_value(HIT, TURNED, HIT),
    "learner": lambda: uplift.fit_uplift(SCORE.to_frame("x"), TURNED, HIT, seed=1),
    "tree": lambda: uplift.uplift_tree(SCORE.to_frame("x"), ARM, OTHER, seed=1),
    "survival": lambda: churn.kaplan_meier(SCORE + 1, OTHER),
    "automation": lambda: triage.automation(SCORE, OTHER, cost_error=2, cost_human=1, seed=1),
    "review": lambda: market.precision_at(SCORE, OTHER == 1, capacity=[10]),
    "p-chart": lambda: monitor.p_chart(pd.Series([1, 2], index=[0, 1]), pd.Series([9, 9], index=[1, 0])),
    "c-chart": lambda: monitor.c_chart(pd.Series([1, 2]), exposure=pd.Series([1.0, 2.0], index=[1, 0])),
}


@pytest.mark.parametrize("name", PAIRED)
def test_columns_of_customers_in_another_order_are_refused(name):
    with pytest.raises(ValueError, match="paired by place"):
        PAIRED[name]()


def test_nullable_and_object_columns_are_read_and_their_gaps_named():
    plain = targeting.gains(SCORE, HIT)
    for column in (HIT.astype("boolean"), HIT.astype("Int64"), HIT.astype(object), (HIT == 1).astype(object)):
        pd.testing.assert_frame_equal(targeting.gains(SCORE, column), plain)
    with pytest.raises(ValueError, match=r"outcome is nan in row 1 .1 of 200"):
        targeting.gains(SCORE, HIT.astype("boolean").where(HIT.index != 1))
    with pytest.raises(ValueError, match="score is nan in row 0"):
        targeting.gains(SCORE.astype(object).where(SCORE.index > 0), HIT)


def test_whoever_did_not_agree_may_be_written_as_nullable():
    offers = pd.DataFrame({"customer_id": [1, 2], "channel": "mail", "gain": [5.0, 5.0], "allowed": [True, False]})
    told = contacts.plan(offers.astype({"allowed": "boolean"}))
    assert told.contacts["customer_id"].tolist() == [1]
    log = pd.DataFrame({"treated": [True, True, False, False] * 9, "bought": [1, 0, 0, 0] * 9})
    one, two = (targeting.trial(one, outcome="bought") for one in (log, log.convert_dtypes()))
    assert one["uplift"].iloc[0] == two["uplift"].iloc[0]


def test_customers_without_weight_warn_of_nothing():
    told = targeting.gains([3, 2, 1], [1, 1, 0], weight=[0, 1, 1])
    assert np.isnan(told["lift"].iloc[0]) and told["lift"].iloc[-1] == 1


def test_money_and_sizes_below_nothing_are_refused():
    gain = pd.DataFrame({"gain": [1.0, 2], "low": [0.0, 1], "high": [2.0, 3]}, index=["a", "b"])
    with pytest.raises(ValueError, match="sizes holds -50"):
        targeting.spend(gain, sizes=pd.Series({"a": 100, "b": -50}), cost=0.1, budget=7)
    log = pd.DataFrame({"treated": [True, True, False, False] * 9, "bought": [1, 0, 0, 0] * 9})
    with pytest.raises(ValueError, match="worth holds -1"):
        targeting.net_gain(targeting.trial(log, outcome="bought"), worth=-1.0, cost=1)


def test_a_part_of_a_whale_curve_is_none():
    curve = profit.whale_curve(pd.Series(np.r_[np.ones(100) * 5.0, -np.ones(50)]))
    with pytest.raises(ValueError, match="does not reach all customers"):
        profit.whale(curve.head(10))


def test_periods_are_added_up_in_their_order_or_not_at_all():
    plan = pd.DataFrame({"customer_id": "张", "day": ["1月", "2月", "10月"], "actual": [100.0, 100, 40], "plan": 100.0})
    with pytest.raises(ValueError, match="an order"):
        monitor.behind_plan(plan, cumulate=True)
    ordered = plan.assign(day=pd.Categorical(plan["day"], ["1月", "2月", "10月"], ordered=True))
    told = monitor.behind_plan(ordered, cumulate=True)
    assert told["day"].tolist() == ["10月"] and told["by"].tolist() == [60.0]


def test_a_missing_quarter_is_a_gap():
    quarters = pd.Series(10 + np.tile([0, 5, 9, 2.0], 8), index=pd.period_range("2018Q1", periods=32, freq="Q"))
    assert len(market.forecast(quarters, horizon=4, season=4)) == 4
    for sales in (quarters.drop(quarters.index[30]), quarters.reset_index(drop=True).drop(30)):
        with pytest.raises(ValueError, match="leaves out periods"):
            market.forecast(sales, horizon=4, season=4)


def test_shares_near_all_and_nothing_have_intervals_that_reach_there():
    """Against a posterior drawn from a fine grid of the common law; the ends of 30 of 40 are .907 and 1.000 by it."""
    told = monitor.league(pd.Series([40, 41, 45, 50, 30]), pd.Series([50, 50, 50, 50, 40]))
    assert told.loc[3, "high"] > 0.999 and told.loc[3, "low"] == pytest.approx(0.907, abs=0.006)
    rng = np.random.default_rng(1)
    inside, total = 0, 0
    for _ in range(25):
        true = rng.beta(15, 1, 60)
        of = np.full(60, 30)
        table = monitor.league(pd.Series(rng.binomial(of, true)), pd.Series(of)).sort_index()
        inside, total = inside + ((table["low"] <= true) & (true <= table["high"])).sum(), total + 60
    assert abs(inside / total - 0.95) < 3 * (0.95 * 0.05 / total) ** 0.5 + 0.005


def test_a_mail_of_which_nothing_was_ever_seen_gets_the_common_shares():
    cards = [f"card lost {one}" for one in range(40)]
    loans = [f"rate of loan {one}" for one in range(20)]
    machine = triage.fit_triage(cards + loans, ["card"] * 40 + ["loan"] * 20, seed=1)
    told = machine.predict(["", "信用卡"])
    assert told["confidence"].tolist() == pytest.approx([2 / 3, 2 / 3]) and told["nearest"].tolist() == [0, 0]


def test_flags_do_not_depend_on_the_order_of_the_log():
    rng = np.random.default_rng(2)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90, 1_500), unit="D")
    log = pd.DataFrame({"customer_id": rng.integers(0, 40, 1_500), "day": day, "amount": -rng.gamma(2, 20, 1_500)})
    one, two = market.flags(log, seed=1), market.flags(log.sample(frac=1.0, random_state=3), seed=1)
    np.testing.assert_allclose(two.loc[one.index, "score"], one["score"], atol=1e-9)


FRAME = SCORE.rename("x").to_frame()
TRIED = pd.DataFrame({"treated": ARM == 1, "bought": HIT})


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda text: targeting.gains(SCORE, HIT, level=text), "level"),
        (lambda text: targeting.gains(SCORE, HIT, bins=text), "bins"),
        (lambda text: targeting.gains(SCORE, HIT, value=text), "value"),
        (lambda text: targeting.gains(SCORE, HIT, value=1.0, cost=text), "cost"),
        (lambda text: targeting.gains(SCORE, HIT, weight=text), "weight"),
        (lambda text: targeting.trial(TRIED, outcome="bought", level=text), "level"),
        (lambda text: response.mail_saved(SCORE, HIT, at_response=text, seed=1), "at_response"),
        (lambda text: response.scorecard(FRAME, HIT, pdo=text), "pdo"),
        (lambda text: response.scorecard(FRAME, HIT, base_odds=text), "base_odds"),
        (lambda text: response.scorecard(FRAME, HIT, base_points=text), "base_points"),
        (lambda text: response.information_value(FRAME, HIT, smoothing=text), "smoothing"),
        (lambda text: response.compare(FRAME, HIT, value=1, cost=0.1, others=text, seed=1), "others"),
        (lambda text: response.compare(FRAME, HIT, value=1, cost=0.1, groups=text, seed=1), "groups"),
        (lambda text: uplift.policy_value(HIT, ARM, HIT, propensity=text), "propensity"),
    ],
)
@pytest.mark.parametrize("text", ["half", {"a": 1}])
def test_text_where_a_number_belongs_is_named(call, name, text):
    """Once Python's own words ("'<' not supported ...") came out; now the option is named. A mapping may hold others."""
    if name == "others" and isinstance(text, dict):
        text = ["half"]
    with pytest.raises((TypeError, ValueError), match=rf"^{name}\b"):
        call(text)
