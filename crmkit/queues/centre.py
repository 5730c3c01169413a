"""A call centre as declared, and the service it gives: as formulas tell, or as a log shows."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class CallCentre:
    """Calls, agents and patience; each a number, or an array of cases that broadcast against each other.

    >>> CallCentre(calls_per_h=360, handle_s=240, agents=28).offered_load
    24.0
    """

    calls_per_h: ArrayLike  # rate of arrival, 0 or more
    handle_s: ArrayLike  # mean time of an agent for a call, talk and notes; above 0
    agents: ArrayLike  # at work, whole numbers of 1 or more
    patience_s: ArrayLike = float("inf")  # mean time until a waiting caller hangs up; inf: nobody does
    threshold_s: ArrayLike = 20.0  # an answer within it is in time

    def __post_init__(self) -> None:
        for name, low, inclusive in (
            ("calls_per_h", 0.0, True),
            ("handle_s", 0.0, False),
            ("agents", 1.0, True),
            ("patience_s", 0.0, True),
            ("threshold_s", 0.0, True),
        ):
            values = np.asarray(getattr(self, name))
            if values.dtype.kind not in "iuf":
                raise TypeError(
                    f"{name}={getattr(self, name)!r} is of type {values.dtype}; expected a number or an array of them"
                )
            bad = np.isnan(values) | ((values < low) if inclusive else (values <= low))
            if name != "patience_s":
                bad |= np.isinf(values)
            if bad.any():
                raise ValueError(
                    f"{name}={np.atleast_1d(values)[np.atleast_1d(bad)][0].item()!r} must be a number "
                    f"{'of' if inclusive else 'above'} {low:g}{' or more' if inclusive else ''}"
                )
            if name == "agents" and (values != np.floor(values)).any():
                raise ValueError(
                    f"agents={values[values != np.floor(values)].flat[0].item()!r} must be whole numbers of 1 or more"
                )
        try:
            np.broadcast_shapes(*(np.shape(getattr(self, one.name)) for one in fields(self)))
        except ValueError as no:
            shapes = {
                one.name: np.shape(getattr(self, one.name)) for one in fields(self) if np.ndim(getattr(self, one.name))
            }
            raise ValueError(f"the fields do not broadcast against each other: {shapes}") from no

    @property
    def offered_load(self) -> np.ndarray | float:
        """Work that arrives, in agents kept busy by it: calls an hour times hours a call (Erlang)."""
        load = np.asarray(self.calls_per_h, dtype=float) * np.asarray(self.handle_s, dtype=float) / 3600
        return load if load.ndim else float(load)


@dataclass(frozen=True)
class Service:
    """What callers and agents live through. The mean waits of all callers and of the answered ones stand apart.

    Service level has three definitions in use; they differ most where many hang up.
    """

    occupancy: np.ndarray | float  # share of the agents' time spent on calls, 0..1
    p_wait: np.ndarray | float  # share of callers who find all agents busy
    p_abandon: np.ndarray | float  # share of callers who hang up unanswered
    wait_s: np.ndarray | float  # mean wait of all callers, also of those who hang up, seconds
    asa_s: np.ndarray | float  # average speed of answer: mean wait of the answered callers, seconds
    service_level: np.ndarray | float  # of offered: answered in time over all callers
    level_answered: np.ndarray | float  # answered in time over answered callers
    level_virtual: np.ndarray | float  # share of callers who would be answered in time if none of them hung up
    queue: np.ndarray | float  # mean number of waiting callers
    calls_per_h: np.ndarray | float  # that arrived, redials among them

    def frame(self) -> pd.DataFrame:
        """The cases one below the other, a column a field."""
        import pandas as pd

        return pd.DataFrame({one.name: np.atleast_1d(getattr(self, one.name)).ravel() for one in fields(self)})
