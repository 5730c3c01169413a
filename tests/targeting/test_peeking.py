"""Peeking: published chances and bounds, the recursion against drawn tests."""

import numpy as np
import pytest

from crmkit.targeting.contacts import alarms, always_valid, boundary, crossing, false_alarms, peeks


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


def drawn_looks(rng, rates, looks, each):
    """Two arms watched `looks` times, `each` new customers in both from look to look."""
    bought = [rng.binomial(each, rate, looks).cumsum() for rate in rates]
    n = each * np.arange(1, looks + 1)
    return bought[0], n, bought[1], n


@pytest.mark.parametrize(("rate", "each"), [(0.02, 50), (0.1, 100), (0.5, 20)])
def test_intervals_hold_at_all_looks_at_once(rate, each):
    """1,000 useless campaigns looked at 200 times: at most 5 % alarms ever, plus three standard errors (2.1 %)."""
    rng = np.random.default_rng(7)
    ever = 0
    for _ in range(1_000):
        found = always_valid(*drawn_looks(rng, (rate, rate), 200, each), spread=0.2 * rate)
        ever += ((found["low"] > 0) | (found["high"] < 0)).any()
        assert found["sure"].any() == ((found["low"] > 0) | (found["high"] < 0)).any(), "p and interval disagree"
    assert ever / 1_000 <= 0.05 + 0.021


def test_a_true_difference_is_kept_by_all_intervals_and_found_in_the_end():
    rng = np.random.default_rng(8)
    kept, found_at = 0, 0
    for _ in range(300):
        found = always_valid(*drawn_looks(rng, (0.15, 0.10), 100, 60), spread=0.03)
        kept += ((found["low"] <= 0.05) & (0.05 <= found["high"])).all()
        found_at += found["sure"].iloc[-1]
    assert kept / 300 >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 300)
    # 6,000 in each arm: an effect of 8 standard errors, against a bound of about 3.4.
    assert found_at / 300 > 0.99


def test_the_price_of_looking_at_will_is_a_wider_interval_at_one_look():
    """The bound of the mixture never comes down to that of one look, and its chance of a false alarm keeps the level."""
    bounds = boundary(20, kind="always_valid")
    assert (bounds > boundary(20, kind="pocock")[0] * 0.95).all()
    assert crossing(bounds)[-1] < 0.05 and crossing(boundary(200, kind="always_valid"))[-1] < 0.05
    # Ville's inequality is sharp where the paths are watched continuously and for ever; at few looks it is not.
    assert crossing(bounds)[-1] < crossing(boundary(200, kind="always_valid"))[-1]


COUNTS = ([30, 80], [200, 400], [20, 36], [200, 400])


@pytest.mark.parametrize(
    ("counts", "options", "match"),
    [
        (([80, 30], *COUNTS[1:]), {}, "bought falls from 80 to 30"),
        (([300, 301], *COUNTS[1:]), {}, "bought must be at most contacted"),
        (([30], *COUNTS[1:]), {}, "contacted has 2 looks and bought 1"),
        ((["a", "b"], *COUNTS[1:]), {}, "bought"),
        (COUNTS, {"spread": 0}, "spread=0"),
        (COUNTS, {"level": 95}, "level=95"),
        (COUNTS, {"spread": "wide"}, "spread='wide'"),
    ],
)
def test_unsound_looks_are_named(counts, options, match):
    with pytest.raises((ValueError, TypeError), match=match):
        always_valid(*counts, **{"spread": 0.05, **options})
