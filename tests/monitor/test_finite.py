"""Samples of a small whole: every sample there is, and the law of a draw without putting back."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from crmkit import monitor


@pytest.mark.parametrize(("population", "of", "hits"), [(40, 12, 9), (200, 80, 20), (12, 5, 5)])
def test_the_ends_of_wilson_lie_so_many_errors_away_from_the_share(population, of, hits):
    """Wilson's ends are the shares at which the seen one is just z errors off: those of a hypergeometric draw."""
    told = monitor.share_interval(hits, of, population=population).loc["Wilson"]
    half = stats.hypergeom(population, population // 2, of).var() / of**2 / 0.25  # of share x (1 - share)
    for end in (told["low"], told["high"]):
        if 0 < end < 1:
            error = np.sqrt(half * end * (1 - end))
            assert abs(hits / of - end) == pytest.approx(stats.norm.ppf(0.975) * error)


def test_the_width_of_a_mean_of_a_small_whole_is_right_over_all_samples():
    """Over every sample of 4 of 9 the squared error that is told is, on average, the variance that there is."""
    everyone = np.array([10.0, 20.0, 35.0, 50.0, 55.0, 70.0, 80.0, 95.0, 100.0])
    t = stats.t.ppf(0.975, 3)
    samples = [np.array(one) for one in combinations(everyone, 4)]
    told = [monitor.mean_interval(one, scale=(0, 100), population=9).at["Student", "width"] / 2 / t for one in samples]
    assert np.mean(np.square(told)) == pytest.approx(np.var([one.mean() for one in samples]))
