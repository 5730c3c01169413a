"""Pictures and explorers of whom to approach: claim, channel and plan."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots, targeting
from crmkit.targeting import contacts, response

COSTS = {"letter": 10, "call": 12}


@pytest.fixture(scope="module")
def trials():
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"group": rng.choice(["young", "old"], 4_000), "treated": rng.random(4_000) < 0.5})
    found = {}
    for name, effect in (("letter", {"young": 0.10, "old": 0.0}), ("call", {"young": 0.08, "old": 0.15})):
        chance = 0.03 + people["treated"] * people["group"].map(effect)
        bought = people.assign(bought=(rng.random(4_000) < chance).astype(float))
        found[name] = targeting.trial(bought, outcome="bought", group="group")
    return found


@pytest.fixture(scope="module")
def offers():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"customer_id": np.repeat(np.arange(300), 2), "channel": ["letter", "call"] * 300})
    rows["gain"] = rng.gamma(2.0, 15.0, 600) - 10
    rows["minutes"] = np.where(rows["channel"] == "call", 12.0, 0.0)
    rows["cost"] = rows["channel"].map(COSTS).astype(float)
    rows["days_since"] = np.repeat(rng.integers(0, 300, 300), 2).astype(float)
    return rows


@pytest.fixture(scope="module")
def worth():
    return pd.Series({"young": 400.0, "old": 250.0})


def test_the_picture_of_a_claim_says_what_the_curve_holds():
    curve = response.claimed_gains(0.65, base_rate=0.1)
    said = keeps_the_laws(plots.claimed_gains, curve, share=0.6, captured=0.97)
    here = np.interp(0.6, curve["share"], curve["captured"])
    assert f"The best 60 % hold {plots.percent(here)}" in said and "claimed are 97 %" in said
    assert "claimed are" not in keeps_the_laws(plots.claimed_gains, curve, share=0.6)


def test_the_picture_of_channels_names_the_best_for_each_group(trials, worth):
    gains = {name: targeting.net_gain(one, worth=worth, cost=COSTS[name]) for name, one in trials.items()}
    said = keeps_the_laws(plots.channel_gains, gains, unit="dollars")
    assert "Best estimate: call for old; letter for young" in said
    dear = {name: table - 1_000 for name, table in gains.items()}
    assert "no contact for old, young" in keeps_the_laws(plots.channel_gains, dear)


def test_explorers_keep_the_laws(trials, worth, offers):
    explorer_keeps_the_laws(explore.claim(base_rate=0.1, auc=0.65))
    explorer_keeps_the_laws(explore.channel_costs(trials, worth=worth, costs=COSTS, unit="dollars"))
    explorer_keeps_the_laws(explore.contact_plan(offers, hours=12, budget=1_200, cadence_days=60, unit="dollars"))


def test_a_claim_says_when_no_score_could():
    explorer = explore.claim(base_rate=0.1, auc=0.65)
    assert f"takes an AUC of {response.least_auc(0.97, share=0.6, base_rate=0.1):.3f}" in explorer.said
    assert "58 % must be willing" in explorer.said
    explorer.controls["willing"].value = 0.8
    assert "no score could" in explorer.said


def test_the_sentence_of_a_plan_is_what_the_plan_says(offers):
    said = explore.contact_plan(offers, hours=12, budget=1_200, cadence_days=60).said
    limits = {"hours": 12.0, "budget": 1_200.0, "cadence_days": 60.0}
    best, plain = contacts.plan(offers, **limits), contacts.greedy(offers, **limits)
    assert f"promises {best.gain:,.0f} money, the highest gain first {plain.gain:,.0f}" in said
    assert f"{(offers['days_since'] < 60).sum()} contacts were too soon" in said
