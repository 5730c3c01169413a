"""Do regions differ in what they choose, and by how much after the luck of small numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.intervals import benjamini_hochberg, normal_quantile, wilson
from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def preference(
    choices: pd.DataFrame,
    *,
    region: str,
    choice: str,
    weight: str | None = None,
    prior: float | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Region × choice: shares, residuals against one common taste, and shrunken shares.

    The adjusted Pearson residual of a cell is (count - expected) in standard errors
    under the hypothesis that all regions share one taste. The shrunken share is the
    posterior mean of a Dirichlet prior centred on the common taste, with the weight
    of `prior` observations; by default this weight is estimated from how much the
    regions differ beyond chance (method of moments on Pearson's chi²).

    Choices are taken as independent within a region. Where one customer makes many
    and has a taste of their own, intervals are too short: then count customers.

    Parameters
    ----------
    choices : DataFrame
        One row a choice, e.g. a receipt line.
    region, choice : str
        The two columns; rows with either missing are refused.
    weight : str, optional
        Column with how often a row counts, e.g. pieces; net of returns per cell.
    prior : float, optional
        Weight of the common taste, in observations; 0 leaves the raw shares.
    level : float
        Of the intervals, 0..1.

    Returns
    -------
    DataFrame
        tables.PREFERENCE, every region × choice. ``.attrs``: prior, chi2, p.

    Raises
    ------
    ValueError
        If columns are missing, there is nothing to count, or prior is negative.

    References
    ----------
    Haberman, S. J. (1973), The analysis of residuals in cross-classified tables,
    Biometrics 29. Good, I. J. (1965), The Estimation of Probabilities.
    """
    import pandas as pd
    from scipy.stats import beta, chi2, norm

    require(choices, [region, choice] + ([weight] if weight else []), name="choices")
    if prior is not None and not (np.isfinite(prior) and prior >= 0):
        raise ValueError(f"prior={prior!r} must be 0 or more observations")
    gaps = choices[[region, choice]].isna().any(axis=1)
    if gaps.any():
        raise ValueError(
            f"choices has {int(gaps.sum()):,} rows without {region!r} or {choice!r}; expected both in every row. "
            f"Mend: choices.dropna(subset={[region, choice]})"
        )
    values = np.ones(len(choices)) if weight is None else choices[weight].to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(f"choices[{weight!r}] is missing or infinite in {int((~np.isfinite(values)).sum()):,} rows")
    by = [choices[region].astype(str), choices[choice].astype(str)]
    counts = pd.Series(values).groupby([one.to_numpy() for one in by]).sum().unstack(fill_value=0).clip(lower=0)
    counts = counts.loc[counts.sum(axis=1) > 0, counts.sum(axis=0) > 0]
    if counts.empty:
        raise ValueError("choices has nothing to count; expected at least one choice with a weight above 0")

    n = counts.to_numpy()
    total, here, taste = n.sum(), n.sum(axis=1, keepdims=True), n.sum(axis=0, keepdims=True) / n.sum()
    expected = here * taste
    variance = expected * (1 - taste) * (1 - here / total)
    residual = np.divide(n - expected, np.sqrt(variance), out=np.full(n.shape, np.nan), where=variance > 1e-12)
    square = float(((n - expected) ** 2 / expected).sum())
    freedom = (n.shape[0] - 1) * (n.shape[1] - 1)
    if prior is None:
        prior = _moments(square, freedom, here.ravel(), total)

    own = here / (here + prior) if np.isfinite(prior) else np.zeros_like(here)
    shrunk = own * n / here + (1 - own) * taste
    low, high = wilson(n, here, level=level)
    # An infinite prior is the common taste itself, then known as well as the whole log knows it.
    a, b = shrunk * (here + min(prior, total)), (1 - shrunk) * (here + min(prior, total))
    tail = norm.cdf(-normal_quantile(level))
    with np.errstate(invalid="ignore"):
        ends = [np.where(b > 0, np.where(a > 0, beta.ppf(at, a, b), 0.0), 1.0) for at in (tail, 1 - tail)]
    cells = {
        "count": n,
        "share": n / here,
        "low": low,
        "high": high,
        "expected": expected,
        "residual": residual,
        "q": benjamini_hochberg(2 * norm.sf(np.abs(residual))),
        "shrunk": shrunk,
        "shrunk_low": ends[0],
        "shrunk_high": ends[1],
    }
    rows = pd.MultiIndex.from_product([counts.index, counts.columns], names=["region", "choice"])
    found = pd.DataFrame({name: cell.ravel() for name, cell in cells.items()}, index=rows).reset_index()
    p = float(chi2.sf(square, freedom)) if freedom else 1.0
    found.attrs = {"prior": float(prior), "chi2": square, "p": p}
    return found


def _moments(square: float, freedom: int, here: np.ndarray, total: float) -> float:
    """Weight of the prior from Pearson's chi² (moments of the Dirichlet-multinomial).

    With prior weight A a region of n choices has cells n/(A + 1) + A/(A + 1) times as
    variable as independent choices are. Equating chi² / freedom with the mean of this
    factor, weighted as the regions enter chi² (1 - n/total), gives 1 + rho (m - 1) with
    rho = 1/(A + 1) and m the weighted mean size.
    """
    if not freedom:
        return 0.0
    weight = 1 - here / total
    mean_size = float((weight * here).sum() / weight.sum())
    excess = square / freedom - 1
    if excess <= 0 or mean_size <= 1:
        return float("inf")
    rho = min(excess / (mean_size - 1), 1.0)
    return 1 / rho - 1
