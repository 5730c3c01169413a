"""Targeting: trials against SciPy and declared effects, budgets against brute force, what-ifs against simple sums."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit import worlds
from crmkit.targeting import net_gain, programme, rotation, spend, trial


def a_trial(rng, sizes=(40, 25, 60), effect=0.5):
    """A random mailing in groups of these sizes; arms of unequal size and spread."""
    group = np.repeat([f"g{at}" for at in range(len(sizes))], sizes)
    treated = rng.random(len(group)) < 0.4
    for at in range(len(sizes)):  # both arms have at least two
        first = np.flatnonzero(group == f"g{at}")[:4]
        treated[first] = [True, True, False, False]
    outcome = rng.poisson(1.5, size=len(group)) + treated * rng.normal(effect, 2, size=len(group))
    return pd.DataFrame({"group": group, "treated": treated, "outcome": outcome})


# --- trial ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_effect_and_interval_are_welchs(seed, level):
    frame = a_trial(np.random.default_rng(seed))
    found = trial(frame, outcome="outcome", group="group", level=level).set_index("group")
    assert found.index.tolist() == ["g0", "g1", "g2"]
    for name, rows in frame.groupby("group"):
        one, other = rows.loc[rows["treated"], "outcome"], rows.loc[~rows["treated"], "outcome"]
        witness = stats.ttest_ind(one, other, equal_var=False)
        ends = witness.confidence_interval(level)
        told = found.loc[name]
        assert (told["treated"], told["control"]) == (len(one), len(other))
        assert told["uplift"] == pytest.approx(one.mean() - other.mean())
        assert (told["low"], told["high"]) == pytest.approx((ends.low, ends.high))


def test_without_groups_there_is_one_row():
    frame = a_trial(np.random.default_rng(1))
    found = trial(frame, outcome="outcome")
    assert found["group"].tolist() == ["everyone"] and found["treated"].sum() == frame["treated"].sum()
    ends = stats.ttest_ind(
        frame.loc[frame["treated"], "outcome"], frame.loc[~frame["treated"], "outcome"], equal_var=False
    ).confidence_interval()
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([ends.low, ends.high])


def test_order_of_rows_and_a_shift_of_the_outcome_do_not_matter():
    frame = a_trial(np.random.default_rng(2))
    here = trial(frame, outcome="outcome", group="group")
    there = trial(
        frame.sample(frac=1, random_state=1).assign(outcome=lambda f: f["outcome"] + 100),
        outcome="outcome",
        group="group",
    )
    columns = ["treated", "control", "uplift", "low", "high"]
    pd.testing.assert_frame_equal(here[columns], there[columns])


def test_the_interval_holds_the_effect_about_as_often_as_it_says():
    """Unequal arms, unequal spreads, 2,000 trials (a group each): three standard errors of the coverage are 0.015."""
    rng = np.random.default_rng(3)
    arms = [
        pd.DataFrame(
            {"group": np.arange(2_000).repeat(n), "treated": treated, "outcome": rng.normal(mean, sd, 2_000 * n)}
        )
        for n, treated, mean, sd in ((15, True, 3, 4), (40, False, 1, 1))
    ]
    found = trial(pd.concat(arms), outcome="outcome", group="group")
    assert abs(found["low"].le(2).mul(found["high"].ge(2)).mean() - 0.95) < 0.015


def test_a_mailing_without_effect_seldom_shows_one():
    """2,000 trials of nothing: at most 5 % plus three standard errors (0.015) have an interval without 0."""
    rng = np.random.default_rng(4)
    n = 2_000 * 120
    frame = pd.DataFrame(
        {"group": np.arange(2_000).repeat(120), "treated": rng.random(n) < 0.5, "outcome": rng.poisson(0.6, size=n)}
    )
    found = trial(frame, outcome="outcome", group="group")
    assert ((found["low"] > 0) | (found["high"] < 0)).mean() < 0.05 + 0.015


def test_groups_too_small_have_no_interval():
    frame = pd.DataFrame(
        {
            "group": ["a", "a", "b", "b", "b", "c", "c"],
            "treated": [True, True, True, False, False, False, False],
            "outcome": [1, 2, 3, 4, 5, 6, 7],
        }
    )
    found = trial(frame, outcome="outcome", group="group").set_index("group")
    assert found.loc["b", "uplift"] == -1.5 and np.isnan(found.loc["b", "low"])
    assert found.loc["a", "control"] == 0 and np.isnan(found.loc["a", "uplift"])
    assert found.loc["c", "treated"] == 0 and np.isnan(found.loc["c", "high"])


def test_where_nobody_differs_the_effect_is_certain():
    frame = pd.DataFrame({"treated": [True] * 3 + [False] * 3, "outcome": [2, 2, 2, 1, 1, 1]})
    assert trial(frame, outcome="outcome").loc[0, ["uplift", "low", "high"]].tolist() == [1, 1, 1]


FRAME = a_trial(np.random.default_rng(5))
BAD_TRIALS = {
    "column": (lambda: trial(FRAME, outcome="sales"), r"frame lacks \['sales'\]"),
    "group": (lambda: trial(FRAME, outcome="outcome", group="kind"), r"frame lacks \['kind'\]"),
    "arm": (lambda: trial(FRAME.assign(treated=True), outcome="outcome"), r"holds 1 arm.*Without a control"),
    "none": (lambda: trial(FRAME.iloc[:0], outcome="outcome"), r"holds 0 arm"),
    "type": (
        lambda: trial(FRAME.assign(treated=1), outcome="outcome"),
        r"frame\['treated'\] is of type int64; expected True",
    ),
    "gap": (lambda: trial(FRAME.assign(outcome=np.nan), outcome="outcome"), r"frame has 125 rows without 'outcome'"),
    "infinite": (lambda: trial(FRAME.assign(outcome=np.inf), outcome="outcome"), r"frame\['outcome'\] holds infinite"),
    "text": (
        lambda: trial(FRAME.assign(outcome="x"), outcome="outcome"),
        r"frame\['outcome'\] is of type str; expected numbers",
    ),
    "level": (lambda: trial(FRAME, outcome="outcome", level=95), r"level=95 must lie between 0 and 1"),
}


@pytest.mark.parametrize("what", BAD_TRIALS)
def test_trials_that_show_nothing_are_refused(what):
    call, said = BAD_TRIALS[what]
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("uplift", [0.0, 0.6, 1.8, -0.5])
def test_the_declared_uplift_of_a_world_is_found_again(uplift):
    """A mailing raises each rate by `uplift` as a share of it, so (treated mean) - (1 + uplift) x (control mean) is 0
    on average. Over five worlds of one kind, in standard errors: mean within 3 / sqrt(5), none beyond 4."""
    kind = worlds.Kind("only", 1.0, 12.0, 3.0, 1e-6, 5.0, 1.0, 0.0, uplift)
    world = worlds.Retail(customers=8_000, kinds=(kind,), rules=(), joining_share=0.5)
    z, effects = [], []
    for seed in range(5):
        case = world.draw(seed)
        log = case.transactions[case.transactions["amount"] > 0]
        age = (log["day"] - case.contacts["day"].iloc[0]).dt.days
        bought = log[age.between(0, world.campaign.response_days - 1)]["customer_id"].value_counts()
        frame = case.contacts.assign(bought=case.contacts["customer_id"].map(bought).fillna(0.0))
        one = trial(frame, outcome="bought").iloc[0]
        spread = frame.groupby("treated")["bought"].var()
        error = np.sqrt(spread[True] / one["treated"] + (1 + uplift) ** 2 * spread[False] / one["control"])
        z.append((one["treated_mean"] - (1 + uplift) * one["control_mean"]) / error)
        effects.append(one["low"] <= uplift * 12 * 28 / 365 <= one["high"])
    assert abs(np.mean(z)) < 3 / np.sqrt(5) and np.abs(z).max() < 4
    assert sum(effects) >= 3  # five intervals at 95 %: fewer than three hits has a chance of 0.1 %


# --- budget ------------------------------------------------------------------------------------------


def a_plan(rng, groups=4):
    names = [f"g{at}" for at in range(groups)]
    gain = pd.Series(rng.normal(0.3, 1, size=groups).round(3), index=names)
    half = rng.random(groups)
    frame = pd.DataFrame({"gain": gain, "low": gain - half, "high": gain + half}).rename_axis("group")
    return frame, pd.Series(rng.integers(0, 7, size=groups), index=names), float(rng.choice([1.0, 2.5, 0.1]))


@pytest.mark.parametrize("seed", range(40))
def test_the_plan_is_the_best_there_is_and_within_the_budget(seed):
    rng = np.random.default_rng(seed)
    gain, sizes, cost = a_plan(rng)
    budget = float(rng.choice([0.0, cost * 3, cost * 7.4, 1e6]))
    plan = spend(gain, sizes=sizes, cost=cost, budget=budget)
    groups = plan.drop(index="in all")
    assert plan.loc["in all", "cost"] <= budget + 1e-9
    assert (groups["contacts"] <= sizes.reindex(groups.index)).all() and (groups["contacts"] >= 0).all()
    assert (groups["gain"] >= 0).all()  # none at a loss
    ways = itertools.product(*(range(size + 1) for size in sizes))
    affordable = [way for way in ways if sum(way) * cost <= budget + 1e-9]
    best = max(float(np.dot(way, gain.loc[sizes.index, "gain"])) for way in affordable)
    assert plan.loc["in all", "gain"] == pytest.approx(best)
    assert groups["gain"].sum() == pytest.approx(best)
    assert groups["contacts"].sum() == plan.loc["in all", "contacts"]


def test_a_budget_that_rounding_put_below_a_whole_number_still_buys_it():
    gain = pd.DataFrame({"gain": [1.0], "low": [0.5], "high": [1.5]}, index=["a"])
    plan = spend(gain, sizes=pd.Series({"a": 10}), cost=0.1, budget=0.1 + 0.2)
    assert plan.loc["a", "contacts"] == 3
    assert spend(gain, sizes=pd.Series({"a": 10}), cost=0.1, budget=0.7)["contacts"]["a"] == 7  # 0.7 / 0.1 is 6.999...


def test_a_larger_budget_never_brings_less():
    gain, sizes, cost = a_plan(np.random.default_rng(99), groups=8)
    brought = [
        spend(gain, sizes=sizes, cost=cost, budget=budget).loc["in all", "gain"] for budget in np.arange(0, 60, 0.7)
    ]
    assert (np.diff(brought) >= -1e-12).all()


def test_the_interval_in_all_is_that_of_a_sum_of_independent_groups():
    """Second way: normal effects of the groups, drawn 200,000 times; quantiles to about 1 %."""
    rng = np.random.default_rng(6)
    gain = pd.DataFrame({"gain": [1.0, 2.0, -1.0]}, index=["a", "b", "c"])
    error = np.array([0.4, 0.8, 0.1])
    gain["low"], gain["high"] = gain["gain"] - 1.96 * error, gain["gain"] + 1.96 * error
    plan = spend(gain, sizes=pd.Series({"a": 30, "b": 10, "c": 50}), cost=1.0, budget=1e3)
    sums = rng.normal([1.0, 2.0], error[:2], size=(200_000, 2)) @ [30, 10]
    low, high = np.quantile(sums, [0.025, 0.975])
    assert plan.loc["in all", ["low", "high"]].tolist() == pytest.approx([low, high], abs=0.01 * (high - low))


def test_groups_without_an_interval_leave_none_in_all():
    gain = pd.DataFrame(
        {"gain": [1.0, 2.0, np.nan], "low": [0.5, np.nan, np.nan], "high": [1.5, np.nan, np.nan]}, index=list("abc")
    )
    plan = spend(gain, sizes=pd.Series({"a": 3, "b": 3, "c": 3}), cost=1.0, budget=100)
    assert plan.loc["c", "contacts"] == 0
    assert plan.loc["in all", "gain"] == 9 and plan.loc["in all", ["low", "high"]].isna().all()
    unused = spend(gain.drop(index="b"), sizes=pd.Series({"a": 3}), cost=1.0, budget=100)
    assert unused.loc["in all", ["low", "high"]].tolist() == [1.5, 4.5]


def test_net_gain_is_worth_of_the_effect_less_the_cost():
    found = trial(a_trial(np.random.default_rng(7)), outcome="outcome", group="group")
    gain = net_gain(found, worth=20.0, cost=12.0)
    by_group = net_gain(found, worth=pd.Series({"g2": 20.0, "g0": 20.0, "g1": 20.0}), cost=12.0)
    pd.testing.assert_frame_equal(gain, by_group)
    for at, row in found.iterrows():
        for name, source in (("gain", "uplift"), ("low", "low"), ("high", "high")):
            assert gain.iloc[at][name] == pytest.approx(20 * row[source] - 12)


GAIN = pd.DataFrame({"gain": [1.0], "low": [0.0], "high": [2.0]}, index=["a"])
FOUND = trial(FRAME, outcome="outcome", group="group")
BAD_PLANS = {
    "no cost": (lambda: spend(GAIN, sizes=pd.Series({"a": 1}), cost=0, budget=1), "cost=0 must be above 0"),
    "cost": (lambda: spend(GAIN, sizes=pd.Series({"a": 1}), cost=np.nan, budget=1), "cost=nan must be above 0"),
    "budget": (lambda: spend(GAIN, sizes=pd.Series({"a": 1}), cost=1, budget=-1), "budget=-1 must be 0 or more"),
    "endless": (lambda: spend(GAIN, sizes=pd.Series({"a": 1}), cost=1, budget=np.inf), "budget=inf must be"),
    "columns": (
        lambda: spend(GAIN[["gain"]], sizes=pd.Series({"a": 1}), cost=1, budget=1),
        r"gain lacks \['low', 'high'\]",
    ),
    "negative": (lambda: net_gain(FOUND, worth=1.0, cost=-1), "cost=-1 must be 0 or more"),
    "worth": (lambda: net_gain(FOUND, worth=pd.Series({"g0": 1.0}), cost=1), r"worth lacks the groups \['g1', 'g2'\]"),
    "table": (lambda: net_gain(GAIN, worth=1.0, cost=1), "trial lacks"),
}


@pytest.mark.parametrize("what", BAD_PLANS)
def test_plans_that_make_no_sense_are_refused(what):
    call, said = BAD_PLANS[what]
    with pytest.raises(ValueError, match=said):
        call()


# --- what if --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("margin", "reward"), [(0.4, 0.1), (0.25, 0.05), (0.6, 0.59)])
def test_a_programme_pays_from_its_break_even_on(margin, reward):
    even = programme(1e6, margin=margin, reward=reward, rises=[0.0]).attrs["break_even"]
    curve = programme(1e6, margin=margin, reward=reward, rises=[0.0, even * 0.99, even, even * 1.01])["result"].tolist()
    # Without a rise the reward on all sales is lost; at break-even nothing is won.
    assert curve[0] == pytest.approx(-1e6 * reward)
    assert curve[1] < 0 < curve[3] and curve[2] == pytest.approx(0, abs=1e-6)


def test_a_programme_against_the_till():
    """Second way: 1,000 purchases of 50 rise by a tenth; each leaves 40 % and gives 5 % back."""
    with_it = 1_100 * 50 * 0.4 - 1_100 * 50 * 0.05
    without = 1_000 * 50 * 0.4
    assert programme(50_000, margin=0.4, reward=0.05, rises=[0.1])["result"].iloc[0] == pytest.approx(with_it - without)
    assert programme(1.0, margin=0.1, reward=0.2, rises=[9.0]).attrs["break_even"] == np.inf


def test_a_rotation_against_a_calendar():
    """Second way: count the weeks of 28 years (1,461 weeks) in which a change falls."""
    for weeks in (1, 4, 8, 13):
        changes = sum(week % weeks == 0 for week in range(1, 1_461 * weeks + 1)) / (1_461 * weeks) * 1_461 / 28
        found = rotation(share=0.2, weeks=weeks, back=0.25)
        assert found.rounds == pytest.approx(changes)
        assert found.changed == pytest.approx(0.2 * changes) and found.new == pytest.approx(0.15 * changes)
    assert rotation(share=0.2, weeks=8, back=1.0).new == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: programme(-1.0, margin=0.4, reward=0.1, rises=[0]), "sales=-1.0 must be 0 or more"),
        (lambda: programme(np.nan, margin=0.4, reward=0.1, rises=[0]), "sales=nan"),
        (
            lambda: programme(1.0, margin=40, reward=0.1, rises=[0]),
            "margin=40 must be a share from 0 to 1; write 5 % as 0.05",
        ),
        (lambda: programme(1.0, margin=0.4, reward=-0.1, rises=[0]), "reward=-0.1 must be a share"),
        (lambda: rotation(share=20, weeks=8, back=0), "share=20 must be a share"),
        (lambda: rotation(share=0.2, weeks=0, back=0), "weeks=0 must be above 0"),
        (lambda: rotation(share=0.2, weeks=8, back=np.nan), "back=nan must be a share"),
    ],
)
def test_sums_that_make_no_sense_are_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
