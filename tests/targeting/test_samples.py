"""Sample sizes: published figures, simulation, and there and back."""

import numpy as np
import pytest
from scipy.stats import norm

from crmkit.targeting.contacts import detectable, power, sample_size


def test_published_sizes():
    """Fleiss: 10 % against 15 %, 80 %, two-sided 5 %: 686 an arm; Cohen: d = 0.5 by the normal law 63 an arm."""
    assert sample_size(0.10, 0.05).treated == 686
    assert sample_size(None, 0.5, sd=1.0).control == 63


@pytest.mark.parametrize("treated_share", [0.5, 0.8])
@pytest.mark.parametrize("sides", [1, 2])
def test_a_test_of_that_size_finds_it_as_often_as_said(treated_share, sides):
    """4,000 tests: a standard error of 0.6 %, three of them, and 0.5 % for the normal law."""
    rng = np.random.default_rng(4)
    size = sample_size(0.08, 0.03, treated_share=treated_share, sides=sides)
    a, b = rng.binomial(size.treated, 0.11, 4_000), rng.binomial(size.control, 0.08, 4_000)
    pooled = (a + b) / size.customers
    error = np.sqrt(pooled * (1 - pooled) * (1 / size.treated + 1 / size.control))
    z = (a / size.treated - b / size.control) / error
    assert (z > norm.isf(0.05 / sides)).mean() == pytest.approx(0.8, abs=0.024)


def test_there_and_back():
    size = sample_size(0.05, 0.01, power=0.9)
    assert power(0.05, 0.01, customers=size.customers) == pytest.approx(0.9, abs=1e-3)
    assert detectable(0.05, customers=size.customers, power=0.9) == pytest.approx(0.01, rel=1e-3)
    assert detectable(customers=400, sd=3.0) == pytest.approx(2 * detectable(customers=1_600, sd=3.0))


@pytest.mark.parametrize(
    ("arguments", "options", "match"),
    [
        ((0.1, 0.0), {}, "uplift=0 cannot"),
        ((10, 0.1), {}, "base_rate=10"),
        ((0.9, 0.2), {}, "must lie between 0 and 1"),
        ((0.1, 0.1), {"sd": 1.0}, "either base_rate"),
        ((0.1, 0.1), {"level": 95}, "level=95"),
        ((0.1, 0.1), {"power": 0.01}, "false alarm"),
        ((0.1, 0.1), {"treated_share": 0}, "treated_share=0"),
        ((0.1, 0.1), {"sides": 3}, "sides=3"),
    ],
)
def test_bad_input_is_named(arguments, options, match):
    with pytest.raises(ValueError, match=match):
        sample_size(*arguments, **options)


def test_too_few_customers_are_named():
    with pytest.raises(ValueError, match="too few to find any rise"):
        detectable(0.1, customers=2)
