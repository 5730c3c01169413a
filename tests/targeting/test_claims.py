"""What a claim about a mailing needs: laws of the ROC curve, and normal scores drawn at random."""

import numpy as np
import pytest
from scipy.special import ndtri

from crmkit import targeting
from crmkit.targeting import response

RATES = [0.01, 0.1, 0.5, 0.9]
AUCS = [0.5, 0.65, 0.9, 0.999]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("auc", AUCS)
def test_the_area_under_the_curve_is_the_auc_asked_for(auc, rate):
    """A gains curve and a ROC curve hold the same pairs: the area under gains is rate / 2 + (1 - rate) AUC."""
    curve = response.claimed_gains(auc, base_rate=rate)
    share, captured = ([0.0, *curve[name]] for name in ("share", "captured"))
    # The trapezium over 401 cuts is off by less than 1e-3 where the curve is steepest.
    assert np.trapezoid(captured, share) == pytest.approx(rate / 2 + (1 - rate) * auc, abs=1e-3)


@pytest.mark.parametrize("auc", AUCS)
def test_the_curve_is_one_of_gains(auc):
    curve = response.claimed_gains(auc, base_rate=0.2)
    for name in ("share", "captured"):
        assert curve[name].is_monotonic_increasing and curve[name].between(0, 1).all()
    assert (curve["captured"] >= curve["share"] - 1e-12).all()
    assert (curve["captured"] <= curve["share"] / 0.2 + 1e-12).all(), "no score reaches more than it mails"
    assert curve["response_rate"].between(0.2 - 1e-12, 1 + 1e-12).all()
    assert curve.iloc[-1].tolist() == [1, 1, 0.2]


def test_scores_drawn_at_random_show_the_same_gains():
    rng = np.random.default_rng(1)
    n, rate, auc = 400_000, 0.15, 0.8
    willing = rng.random(n) < rate
    score = rng.standard_normal(n) + willing * np.sqrt(2) * ndtri(auc)
    drawn = targeting.gains(score, willing, bins=10)
    curve = response.claimed_gains(auc, base_rate=rate)
    told = np.interp(drawn["share"], curve["share"], curve["captured"])
    # 60,000 responders: standard error of a captured share at most 0.002.
    assert np.abs(drawn["captured"] - told).max() < 0.008


@pytest.mark.parametrize("rate", RATES[:-1])
@pytest.mark.parametrize("auc", [0.6, 0.8, 0.95])
def test_the_least_auc_is_where_the_curve_passes_the_claim(auc, rate):
    curve = response.claimed_gains(auc, base_rate=rate)
    middle = curve[curve["captured"].between(0.3, 0.95)].iloc[::20]
    for row in middle.itertuples():
        assert response.least_auc(row.captured, share=row.share, base_rate=rate) == pytest.approx(auc, abs=1e-9)


def test_more_to_hold_asks_for_a_better_score_and_more_mail_for_a_worse():
    held = [response.least_auc(one, share=0.6, base_rate=0.1) for one in (0.7, 0.8, 0.97)]
    mailed = [response.least_auc(0.9, share=one, base_rate=0.1) for one in (0.3, 0.6, 0.9)]
    assert held == sorted(held) and mailed == sorted(mailed, reverse=True)
    assert mailed[-1] == pytest.approx(0.5), "a lot of nine tenths holds nine tenths"
    assert response.least_auc(0.05, share=0.96, base_rate=0.1) < 0.5
    assert response.least_auc(0.05, share=0.9999, base_rate=0.5) == 0.0, "the others are too few for so bad a score"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: response.claimed_gains(0.4, base_rate=0.1), "auc=0.4.*turn the score round"),
        (lambda: response.claimed_gains(1.0, base_rate=0.1), "auc=1.0"),
        (lambda: response.claimed_gains(65, base_rate=0.1), "auc=65 must be a share"),
        (lambda: response.claimed_gains(0.7, base_rate=0), "base_rate=0 must lie between"),
        (lambda: response.claimed_gains(0.7, base_rate=True), "base_rate"),
        (lambda: response.least_auc(0.97, share=0.5, base_rate=0.6), "share=0.5 mails fewer"),
        (lambda: response.least_auc(97, share=0.6, base_rate=0.1), "captured=97"),
        (lambda: response.least_auc(0.97, share=60, base_rate=0.1), "share=60"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises((ValueError, TypeError), match=words):
        call()
