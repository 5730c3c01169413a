"""Explorers of a centre's arrangement, and the truth of case 20 against many months of its world."""

import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import explorer_keeps_the_laws

from crmkit import explore, queues
from crmkit.checks import case_20
from crmkit.queues import CallCentre

RATE = pd.Series(400 * (1.2 - np.cos(np.arange(48) * 2 * np.pi / 48)))
DUTY = pd.Series(queues.staff(CallCentre(RATE.to_numpy(), 280, 1, 150), service_level=0.8))
MADE = {
    "location": explore.location,
    "attendant": lambda: explore.attendant(RATE, DUTY),
    "mail_in_idle": explore.mail_in_idle,
}


@pytest.mark.parametrize("name", MADE)
def test_explorers_keep_the_laws(name):
    explorer_keeps_the_laws(MADE[name]())


@pytest.mark.parametrize("name", MADE)
def test_a_slider_answers_in_time(name):
    """Asked are 0.3 s; twice that and bare axes, since others use the machine."""
    explorer, spent = MADE[name](), []
    for _ in range(4):
        begin = time.process_time()
        ax, _said = explorer.function(**explorer.values)
        spent.append(time.process_time() - begin)
        plt.close(ax.figure)
    assert min(spent) < 0.7


def test_the_same_work_at_the_same_wage_costs_the_same():
    explorer = explore.location()
    explorer.function(wage=100, longer=0, again=0)
    _, said = explorer.function(wage=100, longer=0, again=0)
    assert " 0 % less" in said
    _, dear = explorer.function(wage=80, longer=40, again=0)
    _, cheap = explorer.function(wage=80, longer=20, again=0)
    assert "more cost" in dear and "less cost" in cheap  # the break-even lies near a quarter


def test_nobody_is_turned_away_who_is_settled_by_the_menu():
    _, said = explore.attendant(RATE, DUTY, settled=0.2).function(menu=20, stay=0, back=0)
    night = float(RATE.iloc[:14].sum() + RATE.iloc[44:].sum()) / 2
    assert f"{night:,.0f} turned away" in said
    _, half = explore.attendant(RATE, DUTY, settled=0.2).function(menu=60, stay=0, back=0)
    assert f"{night / 2:,.0f} turned away" in half


def test_a_day_of_other_length_is_refused():
    with pytest.raises(ValueError, match="47 and 48 rows; expected 48 half hours"):
        explore.attendant(RATE.iloc[:47], DUTY)


@pytest.mark.slow
def test_the_declared_peak_is_the_mean_of_many_months():
    """Forecasts of sixteen months scatter about what the laws of the world say; and most intervals hold it."""
    months = [case_20.case(seed) for seed in range(100, 116)]
    declared = [case_20.true_peak(one.truth) for one in months]
    found = np.array([case_20.peak(one) for one in months])
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean() - np.mean([one.calls_per_h for one in declared])) < 3 * error
    held = 0
    for one, real in zip(months, declared, strict=True):
        low, high = case_20.load_range(one)
        held += low <= real.offered_load <= high
    assert held >= 12  # of 16; 95 % would miss four once in a hundred times, and bursts are not in the interval


def test_explorers_open_at_the_figures_of_the_case():
    centre = {"calls_per_h": 120, "handle_s": 280, "patience_s": 150}
    assert explore.promise(**centre, agents=20).said.startswith("20 agents, patience 150 s")
    assert "patience 150 s" in explore.pooled_sites(**centre).said
    assert "worth 910 yuan who leaves 2 % more" in explore.promise_or_money(**centre, value=910, rise=20, wage=30).said
