"""The question bank of case 10, on the committed data and on other draws."""

import importlib.util

import pytest
from bank import hold
from paths import ROOT

from crmkit import worlds


def committed():
    spec = importlib.util.spec_from_file_location("make", ROOT / "datasets/make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    return make.retail()


@pytest.fixture(scope="module")
def case():
    return committed()


def test_every_slip_of_the_committed_case_is_named(case):
    assert not hold("10", case)


@pytest.mark.parametrize("seed", range(3))
def test_the_bank_serves_other_draws_too(case, seed):
    drawn = worlds.Retail(customers=1_500).draw(seed)
    quarter = drawn.transactions[drawn.transactions["day"] >= "2025-10-01"]
    soiled = worlds.soil(quarter, worlds.Dirt(), seed).frame
    other = worlds.Case({**drawn.frames, "till_export": soiled}, name="retail", seed=seed, truth=drawn.truth)
    # On another draw the plan may be empty, or the largest count be the strongest leaning too.
    fell = hold("10", other)
    by_nature = {"mail_whom", "plan_gain", "real_gain", "strongest_taste", "months_enough", "margin_may_fall"}
    assert {name for name, _ in fell} <= by_nature
