"""Baskets: taste, rules and the exact means that the truth is made of."""

import numpy as np
import pytest
from scipy import stats

from crmkit.worlds import PlantedRule, Retail
from crmkit.worlds.retail.catalogue import CATEGORIES, COST_SHARE, STYLES, draw_catalogue, names
from crmkit.worlds.retail.picks import coded, draw_lines, expected_pieces

TASTE = np.array([0.4, 0.3, 0.2, 0.07, 0.03])


def drawn(extra, rules, seed, n=20_000, taste=TASTE):
    return draw_lines(np.full(n, extra), np.zeros(n, dtype=int), [taste], rules, np.random.default_rng(seed))


@pytest.mark.parametrize("extra", [0.0, 0.7, 3.0])
def test_baskets_hold_one_pick_and_more_and_follow_taste(extra):
    lines = drawn(extra, [], seed=1)
    pieces = np.bincount(lines.basket, weights=lines.quantity, minlength=20_000)
    assert pieces.min() >= 1
    assert pieces.mean() == pytest.approx(1 + extra, abs=4 * np.sqrt(extra / 20_000) + 1e-12)
    seen = np.bincount(lines.item, weights=lines.quantity, minlength=5)
    assert stats.chisquare(seen, TASTE * seen.sum()).pvalue > 1e-4


def test_lines_are_sorted_and_no_article_stands_twice_on_a_receipt():
    lines = drawn(3.0, [(0, 4, 0.5)], seed=2)
    key = lines.basket * 5 + lines.item
    assert (np.diff(key) > 0).all() and (lines.quantity >= 1).all()


def test_regions_keep_to_their_own_taste():
    rng = np.random.default_rng(3)
    region = rng.integers(0, 2, size=5_000)
    lines = draw_lines(np.ones(5_000), region, [np.array([1.0, 0, 0]), np.array([0, 0.5, 0.5])], [], rng)
    assert (lines.item[region[lines.basket] == 0] == 0).all()
    assert set(lines.item[region[lines.basket] == 1]) == {1, 2}


def test_an_article_without_taste_is_never_picked_even_at_the_end_of_the_ladder():
    """Rounding of the cumulative taste must open no gap for what nobody wants."""
    taste = np.array([0.1] * 10 + [0.0])
    assert drawn(5.0, [], seed=4, taste=taste).item.max() == 9


@pytest.mark.parametrize("chance", [0.0, 0.35, 1.0])
def test_rules_add_one_piece_with_their_chance_to_baskets_that_picked_the_antecedent(chance):
    before, after = drawn(1.0, [], seed=5), drawn(1.0, [(1, 4, chance)], seed=5)
    added = np.zeros((20_000, 5))
    np.add.at(added, (after.basket, after.item), after.quantity)
    np.subtract.at(added, (before.basket, before.item), before.quantity)
    holds = np.isin(np.arange(20_000), before.basket[before.item == 1])
    assert (added[:, :4] == 0).all() and (added[~holds] == 0).all() and set(added[:, 4]) <= {0, 1}
    hits, n = added[holds, 4].sum(), holds.sum()
    assert abs(hits - chance * n) <= 4 * np.sqrt(n * chance * (1 - chance))


def test_rules_do_not_feed_on_what_rules_added():
    """0 → 1 → 2, both certain: a basket that only got 1 from a rule gets no 2."""
    taste = np.array([1.0, 0.0, 0.0])
    lines = draw_lines(
        np.zeros(100), np.zeros(100, dtype=int), [taste], [(0, 1, 1.0), (1, 2, 1.0)], np.random.default_rng(1)
    )
    assert set(lines.item) == {0, 1}


@pytest.mark.parametrize("extra", [0.0, 0.4, 2.5])
def test_expected_pieces_by_summing_over_the_number_of_picks(extra):
    """Second way: condition on k = 1 + Poisson picks; article a is missing with chance (1 - t_a) ** k."""
    worth, rules = np.array([3.0, 1.0, 10.0, -2.0, 7.0]), [(0, 4, 0.3), (3, 2, 0.8)]
    mean = 0.0
    for more in range(80):
        weight = stats.poisson.pmf(more, extra)
        picks = more + 1
        value = picks * float(TASTE @ worth)
        value += sum(chance * (1 - (1 - TASTE[a]) ** picks) * worth[b] for a, b, chance in rules)
        mean += weight * value
    found = expected_pieces(np.array([extra]), TASTE, rules, worth)
    assert found[0] == pytest.approx(mean, rel=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_expected_pieces_by_drawing(seed):
    worth, rules = np.array([3.0, 1.0, 10.0, 2.0, 7.0]), [(0, 4, 0.3), (1, 2, 0.8), (2, 2, 0.5)]
    lines = drawn(1.5, rules, seed)
    sums = np.bincount(lines.basket, weights=worth[lines.item] * lines.quantity, minlength=20_000)
    wanted = expected_pieces(np.array([1.5]), TASTE, rules, worth)[0]
    assert abs(sums.mean() - wanted) < 4 * sums.std() / np.sqrt(20_000)


# --- the catalogue ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("products", [1, 5, 64, 65, 1_000])
def test_article_names_are_distinct_and_longer_lists_begin_with_the_shorter(products):
    some = names(products)
    assert len({item for item, _, _ in some}) == products
    assert names(10_000)[:products] == some
    assert all(style in STYLES and category in CATEGORIES and item.startswith(style) for item, category, style in some)


@pytest.mark.parametrize("seed", range(3))
def test_prices_costs_and_popularity(seed):
    goods = draw_catalogue(2_000, np.random.default_rng(seed))
    assert goods.popularity.sum() == pytest.approx(1) and (goods.popularity > 0).all()
    assert (goods.price >= 5).all() and (goods.price == goods.price.round()).all()
    low, high = COST_SHARE
    assert (goods.cost >= low * goods.price - 0.005).all() and (goods.cost <= high * goods.price + 0.005).all()
    for category, (_, median) in CATEGORIES.items():
        price = goods.price[goods.category == category]
        # The median of n lognormal prices: standard error about 1.25 x 0.5 / sqrt(n) of itself; rounding adds 0.5.
        assert np.median(price) == pytest.approx(median, abs=4 * 0.63 * median / np.sqrt(len(price)) + 0.5)


def test_weights_of_styles_move_the_taste():
    goods = draw_catalogue(64, np.random.default_rng(1))
    weights = {"small floral": 2.0, "bright": 0.0, "plain": 1.0, "Nordic": 1.0}
    taste = goods.taste(weights)
    assert taste.sum() == pytest.approx(1) and (taste[goods.style == "bright"] == 0).all()
    ratio = taste / goods.popularity
    floral, plain = ratio[goods.style == "small floral"], ratio[goods.style == "plain"]
    np.testing.assert_allclose(floral, 2 * plain[0])
    np.testing.assert_allclose(plain, plain[0])


def test_rules_are_coded_by_name():
    goods = draw_catalogue(64, np.random.default_rng(1))
    [(a, b, chance)] = coded([PlantedRule("plain mug", "bright vase", 0.4)], goods)
    assert (goods.item[a], goods.item[b], chance) == ("plain mug", "bright vase", 0.4)
    assert Retail().draw(1).products["item"].tolist() == goods.item.tolist()
