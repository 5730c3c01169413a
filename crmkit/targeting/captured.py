"""Interval for a share of two sums of amounts, in arithmetic that arrays and the columns of an engine both know."""

from __future__ import annotations

from typing import Any

LITTLE = 1e-12  # keeps sums of nothing from dividing by 0


def ends(inside: Any, squares: Any, rest: Any, rest_squares: Any, one: float, z: float) -> tuple[Any, Any]:
    """How far the share inside / (inside + rest) may reach down and up from where it was found; both 0 or more.

    Parameters
    ----------
    inside, rest : arrays, columns
        Sums of the amounts on either side of a cut.
    squares, rest_squares : arrays, columns
        Of the amounts, added up.
    one : float
        The amount that one customer more would bring: so much may have been missed where nothing was found.
    z : float
        Standard errors on either side.

    References
    ----------
    Each sum: Fay & Feuer (1997), Statistics in Medicine 16, with the size-biased mean in the place of the largest amount,
    which is wide in the extreme; quantiles of the gamma law by Wilson & Hilferty (1931). Together: Zou, Huang & Zhang (2009),
    Statistics in Medicine 28 (the square-and-add method).

    >>> down, up = ends(90.0, 180.0, 0.0, 0.0, one=2.0, z=1.96)
    >>> round(down, 2), round(up, 2)
    (0.08, 0.0)
    """
    # In units of that amount what is a little means the same everywhere.
    inside, squares, rest, rest_squares = inside / one, squares / one**2, rest / one, rest_squares / one**2
    share = inside / (inside + rest)
    low, high = _sum(inside, squares, z)
    rest_low, rest_high = _sum(rest, rest_squares, z)
    down = (share - low / (low + rest + LITTLE)) ** 2 + (share - inside / (inside + rest_high)) ** 2
    up = (high / (high + rest) - share) ** 2 + (inside / (inside + rest_low + LITTLE) - share) ** 2
    return down**0.5, up**0.5


def _sum(amount: Any, squares: Any, z: float) -> tuple[Any, Any]:
    """Interval of a sum of independent amounts; one more of size 1 may have been missed."""
    more, more_squares = amount + 1, squares + 1
    low = squares / (amount + LITTLE) * _gamma(amount**2 / (squares + LITTLE), -z)
    return low, more_squares / more * _gamma(more**2 / more_squares, z)


def _gamma(shape: Any, z: float) -> Any:
    """Quantile of the gamma law with scale 1."""
    some = shape + LITTLE
    root = 1 - 1 / (9 * some) + z / (3 * some**0.5)
    # A root below 0 counts as 0.
    return shape * ((root + (root**2) ** 0.5) / 2) ** 3
