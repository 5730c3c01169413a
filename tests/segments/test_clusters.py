"""Clusters: known groups are found again, names do not swap, and what cannot be grouped is refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from crmkit import segments, worlds
from crmkit.segments import choose_k, clusters

METHODS = ("kmeans", "mixture")


def groups(rng, n=60):
    """Three groups that no one could mix up, as features and truth; C has most customers and least money."""
    middle = {"A": (5, 40, 4000), "B": (30, 10, 500), "C": (200, 2, 40)}
    truth = rng.permutation(["A"] * n + ["B"] * n + ["C"] * (2 * n))
    spread = rng.lognormal(0, 0.1, size=(len(truth), 3))
    values = np.array([middle[name] for name in truth]) * spread
    features = pd.DataFrame(
        values, columns=["recency", "frequency", "monetary"], index=[f"顾客{i}" for i in range(4 * n)]
    )
    return features, pd.Series(truth, index=features.index)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_separated_groups_are_found_and_named_by_money(method, seed):
    features, truth = groups(np.random.default_rng(seed))
    found = clusters(features, 3, seed=seed, method=method)
    assert found.labels.tolist() == truth.tolist()
    assert found.silhouette > 0.8 and found.stability > 0.99
    assert found.centres["monetary"].is_monotonic_decreasing
    assert found.centres["customers"].tolist() == [60, 60, 120]


@pytest.mark.parametrize("method", METHODS)
def test_names_do_not_swap_between_seeds_or_with_the_order_of_rows(method):
    features, _ = groups(np.random.default_rng(5))
    first = clusters(features, 3, seed=0, method=method, resamples=0).labels
    for seed in range(1, 12):
        mixed = features.sample(frac=1, random_state=seed)
        again = clusters(mixed, 3, seed=seed, method=method, resamples=0).labels
        pd.testing.assert_series_equal(again.reindex(first.index), first)


@pytest.mark.parametrize("amount", [5.1, 0.1, 0.0, -7.7])
def test_names_do_not_swap_where_the_money_is_all_the_same(amount):
    """Where the last feature cannot order the groups, the one before it does; the number k-means gave must not."""
    features, _ = groups(np.random.default_rng(6), n=23)
    features["monetary"] = amount
    runs = [clusters(features, 3, seed=seed, resamples=0).labels for seed in range(10)]
    assert all(run.equals(runs[0]) for run in runs)


def test_the_same_seed_gives_the_same_and_a_generator_does_too():
    features = segments.rfm(worlds.Retail(customers=400).draw(1).transactions)
    one, two = (clusters(features, 4, seed=3) for _ in range(2))
    three = clusters(features, 4, seed=np.random.default_rng(3))
    for other in (two, three):
        assert one.labels.equals(other.labels)
        assert (one.silhouette, one.stability) == (other.silhouette, other.stability)


def test_the_number_of_groups_shows():
    features, _ = groups(np.random.default_rng(7))
    told = choose_k(features, range(2, 7), seed=1)
    assert told.index.tolist() == [2, 3, 4, 5, 6]
    assert told["silhouette"].idxmax() == 3 and told.loc[3, "stability"] > told.loc[6, "stability"]


def test_there_is_little_to_find_in_noise():
    """A cloud without groups: silhouette far below that of real groups, stability below certainty."""
    noise = pd.DataFrame(
        np.exp(np.random.default_rng(8).normal(size=(400, 3))), columns=["recency", "frequency", "monetary"]
    )
    found = clusters(noise, 4, seed=1)
    assert found.silhouette < 0.4 and found.stability < 0.95


@pytest.mark.parametrize("method", METHODS)
def test_a_feature_without_variance_carries_nothing(method):
    features, truth = groups(np.random.default_rng(9))
    flat = features.assign(frequency=7.0)
    assert adjusted_rand_score(clusters(flat, 3, seed=1, method=method, resamples=0).labels, truth) > 0.95
    with_it = clusters(flat, 3, seed=1, method=method, resamples=0).labels
    without = clusters(features, 3, seed=1, method=method, columns=["recency", "monetary"], resamples=0).labels
    assert adjusted_rand_score(with_it, without) > 0.95


def test_units_that_scale_do_not_matter_much_and_shifts_of_the_index_not_at_all():
    features, _ = groups(np.random.default_rng(10))
    yuan = clusters(features, 3, seed=1, resamples=0).labels
    fen = clusters(features.assign(monetary=features["monetary"] * 100), 3, seed=1, resamples=0).labels
    assert yuan.equals(fen)
    assert clusters(features.set_axis(range(240)), 3, seed=1, resamples=0).labels.tolist() == yuan.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_one_customer_and_all_alike(method):
    one = pd.DataFrame({"recency": [3.0], "frequency": [1], "monetary": [20.0]}, index=[7])
    found = clusters(one, 1, seed=1, method=method)
    assert found.labels.to_dict() == {7: "A"} and np.isnan(found.silhouette) and found.stability == 1
    alike = pd.concat([one] * 20)
    assert set(clusters(alike, 1, seed=1, method=method).labels) == {"A"}
    for frame in (one, alike):
        with pytest.raises(
            ValueError, match="k=2 must be a whole number from 1 to 1, the number of distinct customers"
        ):
            clusters(frame, 2, seed=1, method=method)


def test_as_many_groups_as_distinct_customers():
    frame = pd.DataFrame({"recency": [1.0, 50, 400], "frequency": [9, 5, 1], "monetary": [900.0, 100, 5]})
    found = clusters(frame, 3, seed=1)
    assert found.labels.tolist() == ["A", "B", "C"]
    assert np.isnan(found.stability)  # no half holds three distinct customers: nothing is known, nothing is claimed


@pytest.mark.parametrize("k", [0, -1, 2.0, True, "3", 10_000])
def test_numbers_of_groups_that_do_not_fit_are_refused(k):
    features, _ = groups(np.random.default_rng(11))
    with pytest.raises(ValueError, match=r"k=.* must be a whole number from 1 to 240"):
        clusters(features, k, seed=1)


def test_unsound_features_are_refused_by_column_and_customer():
    features, _ = groups(np.random.default_rng(12))
    features.loc["顾客5", "recency"] = np.nan  # as rfm has it for returns alone
    with pytest.raises(
        ValueError, match=r"features\['recency'\] is nan for customer '顾客5' \(1 customers in all\).*dropna"
    ):
        clusters(features, 3, seed=1)
    with pytest.raises(ValueError, match=r"features lacks \['recency'"):
        clusters(pd.DataFrame({"x": [1]}), 1, seed=1)
    with pytest.raises(ValueError, match="features has 0 rows"):
        clusters(features.iloc[:0], 1, seed=1)
    with pytest.raises(ValueError, match="method='means' must be one of"):
        clusters(features.dropna(), 2, seed=1, method="means")


def test_the_features_stay_as_they_were():
    features, _ = groups(np.random.default_rng(13))
    before = features.copy(deep=True)
    clusters(features, 3, seed=1, resamples=2)
    pd.testing.assert_frame_equal(features, before)


def test_hidden_kinds_of_a_world_shine_through():
    """Not recovered, since kinds overlap; but far better than chance, over several worlds."""
    for seed in range(3):
        case = worlds.Retail(customers=1_500).draw(seed)
        features = segments.rfm(case.transactions)
        found = segments.agreement(
            clusters(features, 5, seed=seed, resamples=0).labels, case.truth.customers.set_index("customer_id")["kind"]
        )
        assert found.low > 0.05
