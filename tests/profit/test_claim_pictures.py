"""Pictures and explorers of claims, of machine or human, and of a change in a score."""

import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws, keeps_the_laws

from crmkit import explore, plots


@pytest.fixture
def seen():
    return pd.DataFrame(
        {
            "policies": [900, 80, 20],
            "naive": [0.0, 0.5, 1.0],
            "rate": [0.05, 0.1, 0.2],
            "low": [0.01, 0.03, 0.08],
            "high": [0.12, 0.22, 0.4],
        },
        index=[0, 1, 2],
    )


@pytest.mark.parametrize("opened", [False, True])
def test_rates_by_claims_seen(seen, opened):
    table = seen.assign(true=[0.06, 0.09, 0.21]) if opened else seen
    said = keeps_the_laws(plots.claims_seen, table)
    assert ("true 0.21" in said) == opened
    assert "1.00 a year as counted, 0.20" in said


def test_a_claim_weighs_less_the_longer_one_watches():
    explorer = explore.claim_history(mean=0.1, shape=0.5)
    explorer_keeps_the_laws(explorer)
    explorer.controls["claims"].value, explorer.controls["years"].value = 0, 5
    # (0.5 + 0) / (0.5 / 0.1 + 5): half of the mean after as many years as shape / mean.
    assert "0.05 to expect" in explorer.said and "weigh 50 %" in explorer.said


def test_an_own_threshold_saves_where_customers_differ():
    rng = np.random.default_rng(1)
    confidence = pd.Series(rng.uniform(0.5, 1, 2_000))
    correct = pd.Series(rng.random(2_000) < confidence)
    value = pd.Series(rng.gamma(0.5, 400, 2_000))
    explorer = explore.machine_by_value(confidence, correct, value, human=8, annoyed=20, unit="yuan")
    explorer_keeps_the_laws(explorer)
    explorer.controls["leave"].value = 0.0
    # Nobody leaves: an error costs the same with everyone, so both thresholds are one.
    assert explorer.said.count(f"threshold of {1 - 8 / 20:.2f}") == 1
    assert explorer.said.split("threshold of 0.60: ")[1].split(" by machine")[0] in explorer.said.split("customer: ")[1]


def test_what_own_thresholds_save_is_as_sure_as_the_wordings_are():
    rng = np.random.default_rng(2)
    wording = np.repeat(np.arange(40), 5)
    confidence = pd.Series(rng.uniform(0.5, 1, 40)[wording])
    correct, value = pd.Series((rng.random(40) < 0.8)[wording]), pd.Series(rng.gamma(0.5, 400, 200))
    said = {}
    for name, group in {"mails": None, "wordings": wording}.items():
        explorer = explore.machine_by_value(confidence, correct, value, group=group, human=8, annoyed=20)
        low, high = explorer.said.split("(")[-1].rstrip(").").replace(",", "").split(" to ")
        said[name] = float(high) - float(low)
    assert said["wordings"] > 1.2 * said["mails"]


def test_a_change_of_a_score_needs_answers():
    explorer = explore.score_change(sd=20.0)
    explorer_keeps_the_laws(explorer)
    explorer.controls["change"].value, explorer.controls["answers"].value = 4, 400
    # 1.96 x 20 x sqrt(2 / 400) = 2.77; (1.960 + 0.842)^2 x 2 x 400 / 16 = 392.4.
    assert "+1.2 to +6.8" in explorer.said
    assert "392" in explorer.said or "393" in explorer.said
