"""Peeking: published chances and bounds, the recursion against drawn tests."""

import numpy as np
import pytest

from crmkit.targeting.contacts import alarms, boundary, crossing, false_alarms, peeks


@pytest.mark.parametrize(("looks", "share"), [(1, 0.05), (2, 0.083), (5, 0.142), (10, 0.193), (20, 0.248)])
def test_false_alarms_are_those_of_armitage_mcpherson_and_rowe(looks, share):
    assert crossing([1.959964] * looks)[-1] == pytest.approx(share, abs=6e-4)


@pytest.mark.parametrize(("looks", "pocock", "fleming"), [(2, 2.178, 1.977), (5, 2.413, 2.040), (10, 2.555, 2.087)])
def test_bounds_are_the_published_ones(looks, pocock, fleming):
    """Jennison and Turnbull (2000), tables 2.1 and 2.3."""
    assert boundary(looks)[0] == pytest.approx(pocock, abs=6e-4)
    found = boundary(looks, kind="obrien_fleming")
    np.testing.assert_allclose(found, fleming * np.sqrt(looks / np.arange(1, looks + 1)), atol=2e-3)


@pytest.mark.parametrize("uplift", [0.0, 0.02])
@pytest.mark.parametrize("kind", ["none", "pocock", "obrien_fleming"])
def test_drawn_tests_cross_as_often_as_the_recursion_says(uplift, kind):
    """3,000 tests: three standard errors of at most 0.9 %, and 0.7 % for the normal law."""
    rows = peeks(0.2, uplift=uplift, seed=3, customers_a_day=300, days=10, every=1, tests=3_000, kind=kind)
    drift = uplift / np.sqrt((0.2 * 0.8 + (0.2 + uplift) * (0.8 - uplift)) / 3_000)
    expected = crossing(boundary(10, kind=kind), drift=drift)
    found = alarms(rows)
    assert (abs(found["share"] - expected) < 3 * np.sqrt(expected * (1 - expected) / 3_000) + 0.007).all()
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


def test_mended_looks_keep_the_level():
    table = false_alarms(8, level=0.9)
    assert table[["pocock", "obrien_fleming"]].iloc[-1].tolist() == pytest.approx([0.1, 0.1], abs=1e-6)
    assert table["none"].iloc[-1] > 0.2 and table["look"].tolist() == list(range(1, 9))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"every": 30}, "every=30 is longer"),
        ({"kind": "wald"}, "kind='wald'"),
        ({"uplift": 0.9}, "base_rate"),
        ({"tests": 0}, "tests=0"),
        ({"level": 95}, "95"),
    ],
)
def test_bad_input_is_named(options, match):
    with pytest.raises(ValueError, match=match):
        peeks(0.2, seed=1, **options)
