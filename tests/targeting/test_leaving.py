"""Pictures and explorers of who leaves; steps of case 22 against counts by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import clv, explore, plots, segments, targeting
from crmkit.checks import case_22

RNG = np.random.default_rng(3)
BILLS = pd.Series(RNG.pareto(1.5, 300) * 100 + 50)


@pytest.fixture(scope="module")
def base():
    n = 200
    base = pd.DataFrame({"leaves": RNG.beta(1, 8, n), "bill": RNG.gamma(3, 40, n), "effect": -0.6, "error": 0.2})
    return base.set_index(pd.Index(range(1, n + 1), name="customer_id"))


@pytest.fixture(scope="module")
def fits():
    laws = {"a": clv.ShiftedBetaGeometric(0.7, 1.2), "b": clv.ShiftedBetaGeometric(0.7, 3.8)}
    return {name: clv.fit_sbg(law.draw(np.full(500, 6), seed=5)) for name, law in laws.items()}


def test_pictures():
    table = pd.DataFrame({"gain": [5.0, -2.0], "low": [1.0, -4.0], "high": [9.0, 0.5], "customers": [10.0, 20.0]})
    table.index = ["by gain", "by risk"]
    said = keeps_the_laws(plots.list_gains, table, unit="yuan")
    assert "By gain brings 5 yuan, by risk -2" in said and "(-4 to 0)" in said
    keeps_the_laws(plots.list_gains, table.iloc[[1]])
    found = segments.concentration(BILLS)
    at = float(np.interp(0.02, found.curve["share"], found.curve["captured"]))
    assert f"The best 2.0 % of the customers bring {plots.percent(at)}" in keeps_the_laws(
        plots.concentration, found, at=0.02
    )
    assert "The best tenth of the customers brings" in plots.alt(plots.concentration(found))
    rows = pd.DataFrame({"treated": [True, True, False, False], "stays": [1.0, 1.0, 1.0, 0.0]})
    said = keeps_the_laws(plots.trial, targeting.trial(rows, outcome="stays"), outcome="stayed", verb="stay")
    assert "stay most when contacted" in said and "buy" not in said


def test_key_accounts():
    explorer = explore.account_care(BILLS, margin=0.5, accounts=20, cost=500, leaving=0.1, unit="yuan")
    explorer_keeps_the_laws(explorer)
    earned = 0.5 * np.sort(BILLS)[-20:].sum()
    explorer.controls["kept"].value = 1.0
    assert f"{earned:,.0f} yuan of margin" in explorer.said
    assert f"brings {0.1 * earned - 500:+,.0f} a year" in explorer.said


def test_stay_offer(base):
    explorer = explore.stay_offer(
        base["leaves"], effect=base["effect"], error=base["error"], bills=base["bill"], margin=0.4, cost=10, offers=60
    )
    explorer_keeps_the_laws(explorer)
    # By hand: the gain of each, and the sums of both lists.
    odds = base["leaves"] / (1 - base["leaves"]) * np.exp(-0.6)
    gain = (base["leaves"] - odds / (1 + odds)) * 0.4 * 12 * base["bill"] - 10
    likely = gain[base["leaves"].nlargest(60).index].sum()
    assert f"60 likeliest to leave bring {likely:+,.0f}" in explorer.said
    assert f"highest gain above 0 {gain.nlargest(60).clip(lower=0).sum():+,.0f}" in explorer.said
    explorer.controls["costs"].value = 80
    assert "it pays for" in explorer.said


def test_reminders(fits):
    rows = pd.DataFrame({"terms": [0, 1, 2, 3] * 20, "line": ["a", "b"] * 40})
    margins = {"a": 20.0, "b": 300.0}
    explorer = explore.reminders(rows["terms"], rows["line"], fits=fits, margins=margins, saves=0.2, cost=10, calls=20)
    explorer_keeps_the_laws(explorer)
    best = explorer.said.split("highest gain ")[1]
    for name in ("likeliest to leave", "worth most if renewed"):
        other = explorer.said.split(f"{name} ")[1].split(";")[0]
        assert float(best.rstrip(".").replace(",", "")) >= float(other.replace(",", ""))


def test_auc_if_known_is_that_of_all_pairs():
    chance = np.array([0.1, 0.4, 0.4, 0.8])
    won = pairs = 0.0
    for leaver, stayer in itertools.permutations(range(4), 2):
        weight = chance[leaver] * (1 - chance[stayer])
        pairs += weight
        won += weight * (0.5 if chance[leaver] == chance[stayer] else float(chance[leaver] > chance[stayer]))
    assert case_22.auc_if_known(pd.Series(chance)) == pytest.approx(won / pairs)
    assert case_22.auc_if_known(pd.Series([0.3] * 5)) == pytest.approx(0.5)
    assert case_22.auc_if_known(pd.Series([0.0, 1.0])) == pytest.approx(1.0)


class TestSteps:
    @pytest.fixture(scope="class")
    @classmethod
    def case(cls):
        return case_22.case(5)

    def test_a_snapshot_knows_nothing_of_later_months(self, case):
        """Bills and leavers after the day are changed: what was known stays, by a second way."""
        day = pd.Timestamp("2025-05-01")
        known = case_22.snapshot(case, day)
        late = case.months["month"] >= day
        other = type(case)(
            {**case.frames, "months": case.months.assign(bill=case.months["bill"].where(~late, 0.0))},
            name=case.name,
            seed=5,
            truth=case.truth,
        )
        pd.testing.assert_frame_equal(known, case_22.snapshot(other, day))
        one = known.index[7]
        mine = case.months[case.months["customer_id"] == one].set_index("month")["bill"]
        assert known.loc[one, "bill"] == pytest.approx(mine.loc["2025-02-01":"2025-04-01"].mean())
        assert (known["tenure"] >= 1).all() and not known["bill"].isna().any()

    def test_effects_are_the_log_odds_of_the_cells(self):
        rows = pd.DataFrame(
            {"group": "a", "treated": [True] * 10 + [False] * 10, "leaves": [1.0] + [0.0] * 9 + [1.0] * 3 + [0.0] * 7}
        )
        found = case_22.effects(rows).loc["a"]
        assert found["effect"] == pytest.approx(np.log((1 / 9) / (3 / 7)))
        assert found["error"] == pytest.approx(np.sqrt(1 + 1 / 9 + 1 / 3 + 1 / 7))
        nobody = rows.assign(leaves=rows["leaves"].where(~rows["treated"], 0.0))
        assert np.isfinite(case_22.effects(nobody)).all(axis=None)

    def test_the_shortfall_runs_from_the_promise_to_the_truth(self, case):
        left = case_22.shortfall(case)
        whom = case_22.lists(case)["highest gain"]
        assert left.iloc[-1] == pytest.approx(case_22.true_gain(case)[whom].sum())
        # The rule of finance counts bills of those who leave later: the last step always costs.
        assert left.iloc[-1] < left.iloc[-2]

    def test_renewals_are_counted_as_the_dates_say(self, case):
        seen = case_22.seen_renewals(case)
        first = seen[seen["term"] == 1].set_index("line")
        runs = case.hosting
        came = runs[(runs["begun"] + pd.DateOffset(years=1)) <= pd.Timestamp("2026-01-01")]
        lost = came["ended"].notna() & (came["ended"] < came["begun"] + pd.DateOffset(years=1))
        assert first["came"].to_dict() == came.groupby("line", observed=True).size().to_dict()
        assert (first["came"] - first["renewed"]).to_dict() == lost.groupby(came["line"], observed=True).sum().to_dict()

    def test_a_brand_that_is_not_there_is_told(self, case):
        decided = case_22.DECISION
        both = decided.profit(case, ["Family", "business"])
        assert decided.profit(case, "Business, Family") == pytest.approx(both)
        assert decided.profit(case, decided.best(case)) >= max(both, decided.profit(case, decided.naive))
        with pytest.raises(ValueError, match="no brand 'gold'"):
            decided.profit(case, ["gold"])
