"""Rates of claims against simulation, against limits, and against a world's hidden classes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import nbinom

from crmkit import profit, worlds


def drawn(seed, n=4_000, mean=0.15, shape=0.8):
    rng = np.random.default_rng(seed)
    true = rng.gamma(shape, mean / shape, n)
    years = rng.uniform(0.3, 3.0, n)
    return true, pd.Series(rng.poisson(true * years)), pd.Series(years)


def test_the_law_is_found_again_and_the_intervals_cover():
    means, shapes, covered = [], [], []
    for seed in range(20):
        true, claims, years = drawn(seed)
        found = profit.claim_rates(claims, years)
        law = found.attrs["laws"].loc["all"]
        means.append(law["mean"])
        shapes.append(law["shape"])
        covered.append(((found["low"] <= true) & (true <= found["high"])).mean())
    # Means of 20 draws within 4 of their own standard errors.
    for values, truth in ((means, 0.15), (shapes, 0.8)):
        assert abs(np.mean(values) - truth) < 4 * np.std(values, ddof=1) / np.sqrt(20) + 0.01 * truth
    assert abs(np.mean(covered) - 0.95) < 0.01


def test_no_other_law_makes_the_claims_more_likely():
    _, claims, years = drawn(3)
    law = profit.claim_rates(claims, years).attrs["laws"].loc["all"]

    def loglik(mean, shape):
        return nbinom.logpmf(claims, shape, shape / (shape + mean * years)).sum()

    best = loglik(law["mean"], law["shape"])
    for step in (0.97, 1.03):
        assert loglik(law["mean"] * step, law["shape"]) < best
        assert loglik(law["mean"], law["shape"] * step) < best


def test_who_do_not_differ_all_get_the_mean():
    claims = pd.Series([1] * 50 + [0] * 50)
    found = profit.claim_rates(claims, pd.Series(1.0, index=claims.index))
    assert np.allclose(found["rate"], 0.5, atol=1e-5) and (found["weight"] < 1e-5).all()
    assert np.isinf(found.attrs["laws"].at["all", "shape"])


def test_groups_have_laws_of_their_own():
    _, young, years = drawn(1, mean=0.4)
    _, old, more = drawn(2, mean=0.1)
    claims, watched = pd.concat([young, old], ignore_index=True), pd.concat([years, more], ignore_index=True)
    by = pd.Series(["young"] * len(young) + ["old"] * len(old))
    both = profit.claim_rates(claims, watched, by=by)
    alone = profit.claim_rates(young, years)
    assert np.allclose(both["rate"][: len(young)], alone["rate"])


def test_in_the_insurers_world_the_rate_is_nearer_to_the_truth_than_the_own_years():
    case = worlds.Bank.preset("insurance", customers=3_000).draw(5)
    book = case.policies.merge(case.truth.policies, on="policy_id").set_index("policy_id")
    claims = case.claims.groupby("policy_id").size().reindex(book.index).fillna(0)
    found = profit.claim_rates(claims, book["years"], by=book["age_group"].astype(str))
    off = (found[["naive", "rate"]].sub(book["claims_per_year"], axis=0) ** 2).mean()
    assert off["rate"] < 0.2 * off["naive"]
    assert abs((found["rate"] * book["years"]).sum() / claims.sum() - 1) < 0.02


@pytest.mark.parametrize(
    ("claims", "years", "more", "words"),
    [
        ([0, 1], [1.0, 0.0], {}, "years is 0"),
        ([0, 1.5], [1.0, 1.0], {}, "claims"),
        ([0, -1], [1.0, 1.0], {}, "claims"),
        ([0, 0], [1.0, 1.0], {}, "no claim at all"),
        ([0, 1], [1.0, np.nan], {}, "years"),
        ([0, 1], [1.0, 1.0], {"level": 1.0}, "level"),
        ([0, 1], [1.0, 1.0], {"by": pd.Series(["a", None])}, "by is missing"),
        ([0, 1], [1.0, 1.0], {"by": pd.Series(["a", "b"], index=[5, 6])}, "by must be a Series on the index"),
    ],
)
def test_bad_input_is_told(claims, years, more, words):
    with pytest.raises((ValueError, TypeError), match=words):
        profit.claim_rates(pd.Series(claims), pd.Series(years), **more)
