"""What would have to hold for a claim about a mailing: the gains of a score told only by its AUC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit import door

if TYPE_CHECKING:
    import pandas as pd

STEPS = 401  # thresholds of the curve: finer than a picture can show
FURTHEST = 9.0  # standard deviations: beyond, no customer is left


def claimed_gains(auc: float, *, base_rate: float) -> pd.DataFrame:
    """Gains of a score of which only the AUC is known, where its values are spread normally.

    Responders and others have normal scores of one spread; the AUC, the chance that a responder scores higher than
    another, says how far apart their means lie.

    Parameters
    ----------
    auc : float
        0.5 (a lot) to below 1.
    base_rate : float
        Share of all customers who would respond, 0..1.

    Returns
    -------
    DataFrame
        One row a cut, best first: share (mailed), captured (of the responders), response_rate (of those mailed). In the
        last row everyone is mailed.

    Raises
    ------
    ValueError
        If the AUC is below 0.5 or not below 1, or the base rate is no share.

    References
    ----------
    Equal-variance binormal model: Green & Swets (1966), Signal Detection Theory and Psychophysics, ch. 3.

    >>> lot = claimed_gains(0.5, base_rate=0.1)
    >>> bool((lot["captured"] - lot["share"]).abs().max() < 1e-9)
    True
    """
    import pandas as pd
    from scipy.special import ndtr, ndtri

    rate = door.share("base_rate", base_rate, inside=True)
    if not 0.5 <= door.share("auc", auc) < 1:
        raise ValueError(f"auc={auc!r} must be 0.5 (by lot) to below 1; below 0.5 turn the score round")
    apart = np.sqrt(2) * ndtri(auc)
    threshold = np.linspace(FURTHEST + apart, -FURTHEST, STEPS)
    captured, others = ndtr(apart - threshold), ndtr(-threshold)
    share = rate * captured + (1 - rate) * others
    curve = pd.DataFrame({"share": share, "captured": captured, "response_rate": rate * captured / share})
    everyone = pd.DataFrame({"share": [1.0], "captured": [1.0], "response_rate": [rate]})
    return pd.concat([curve, everyone], ignore_index=True)


def least_auc(captured: float, *, share: float, base_rate: float) -> float:
    """AUC a score must have to hold so many of the responders in so small a part of the customers.

    Parameters
    ----------
    captured : float
        Of the responders, 0..1.
    share : float
        Of the customers, mailed, 0..1.
    base_rate : float
        Share of all customers who would respond, 0..1.

    Returns
    -------
    float
        0..1; below 0.5 where even a bad score would do. The same normal model as `claimed_gains`.

    Raises
    ------
    ValueError
        If fewer are mailed than responders are to be held: no score can do that.

    >>> round(least_auc(0.5, share=0.5, base_rate=0.1), 3)
    0.5
    """
    from scipy.special import ndtr, ndtri

    held = door.share("captured", captured, inside=True)
    part, rate = door.share("share", share, inside=True), door.share("base_rate", base_rate, inside=True)
    wrong = (part - rate * held) / (1 - rate)  # of those who would not respond, mailed
    if wrong <= 0:
        raise ValueError(
            f"share={share!r} mails fewer than the captured={captured!r} of base_rate={base_rate!r} it should hold; "
            "expected a larger share"
        )
    if wrong >= 1:
        return 0.0
    return float(ndtr((ndtri(held) - ndtri(wrong)) / np.sqrt(2)))
