"""Channels and what an activity through each costs: read once, with one clear message for each wrong thing."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from crmkit.tables import require

if TYPE_CHECKING:
    import pandas as pd


def unit_costs(costs: pd.Series | pd.DataFrame) -> pd.Series:
    """Money that one activity costs, on channel, from a Series or a frame with columns channel and cost.

    >>> import pandas as pd
    >>> unit_costs(pd.DataFrame({"channel": ["phone", "web"], "cost": [5, 1]})).to_dict()
    {'phone': 5.0, 'web': 1.0}
    """
    import pandas as pd

    if isinstance(costs, pd.DataFrame):
        require(costs, ["channel", "cost"], name="costs")
        costs = pd.Series(costs["cost"].to_numpy(), index=pd.Index(costs["channel"].astype(object)))
    if not isinstance(costs, pd.Series):
        raise TypeError(
            f"costs is a {type(costs).__name__}; expected a Series of money on channel, or a frame with columns "
            "'channel' and 'cost'. Mend: pandas.Series({'phone': 5.0})"
        )
    return on_channel("costs", costs)


def on_channel(name: str, given: pd.Series) -> pd.Series:
    """A finite number of 0 or more for each channel.

    >>> import pandas as pd
    >>> on_channel("volume", pd.Series({"phone": 300})).to_dict()
    {'phone': 300.0}
    """
    import pandas as pd

    if not isinstance(given, pd.Series):
        raise TypeError(f"{name} is a {type(given).__name__}; expected a Series on channel")
    if not len(given):
        raise ValueError(f"{name} has 0 channels; expected a number for at least one")
    if given.index.has_duplicates:
        raise ValueError(f"{name} names the channel {given.index[given.index.duplicated()][0]!r} twice; expected once")
    plain = pd.api.types.is_numeric_dtype(given) and not pd.api.types.is_bool_dtype(given)
    values = given.to_numpy(dtype=float, na_value=np.nan) if plain else np.array([np.nan])
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must hold a finite number for each channel; it has {given.to_dict()}")
    if (values < 0).any():
        raise ValueError(f"{name} of {given.index[values < 0][0]!r} is {values[values < 0][0]}; expected 0 or more")
    # A categorical index would hide channels it does not use.
    return pd.Series(values, index=pd.Index(given.index.astype(object), name="channel"))


def places(channels: pd.Series, known: pd.Index, *, name: str, lacks: str = "costs") -> np.ndarray:
    """Position of each row's channel among the known ones; an unknown one is named with the nearest.

    >>> import pandas as pd
    >>> places(pd.Series(["web", "phone"]), pd.Index(["phone", "web"]), name="contacts").tolist()
    [1, 0]
    """
    import pandas as pd

    missing = channels.isna().to_numpy()
    if missing.any():
        raise ValueError(
            f"{name}[{channels.name!r}] is missing in {int(missing.sum()):,} of {len(channels):,} rows "
            f"(first at row {int(np.flatnonzero(missing)[0])}); expected a value in every row"
        )
    # By the few distinct names: comparing ten million texts would take seconds.
    if isinstance(channels.dtype, pd.CategoricalDtype):
        code, names = channels.cat.codes.to_numpy(), channels.cat.categories
    else:
        code, names = pd.factorize(channels)
    place = known.get_indexer(pd.Index(names).astype(object))[code] if len(code) else np.zeros(0, dtype=np.intp)
    strange = place < 0
    if strange.any():
        unknown = str(channels.iloc[int(np.flatnonzero(strange)[0])])
        near = difflib.get_close_matches(unknown, [str(one) for one in known], n=1)
        raise ValueError(
            f"{lacks} lacks the channel {unknown!r} of {name} ({int(strange.sum()):,} rows); it has {list(known)}"
            + (f". Did you mean {near[0]!r}?" if near else "")
        )
    return place
