"""A question of value with its door passed: what is sold, at what cost, until when, and who knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from crmkit import door
from crmkit.clv.ahead import force_of
from crmkit.clv.door import plain, sound
from crmkit.clv.fitting import STEP, Fit
from crmkit.clv.tenure import to_come

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Asked:
    """What is to be valued, and what is known for it."""

    history: pd.DataFrame
    purchases: Any  # a model or a Fit
    spend: Any  # a model, a Fit or an array, money a purchase
    margin: np.ndarray  # share, one a customer
    discount: float  # per unit
    horizon: float  # units
    cost_per_purchase: np.ndarray  # money, one a customer
    cost_per_unit: np.ndarray
    at_once: float = 0.0  # purchases made now, by those who are just won

    @classmethod
    def of(
        cls,
        history: pd.DataFrame,
        purchases: Any,
        spend: Any,
        *,
        margin: Any,
        discount: float,
        horizon: float,
        cost_per_purchase: Any,
        cost_per_unit: Any,
        contacts_per_unit: pd.DataFrame | None = None,
        cost_per_channel: pd.Series | None = None,
        at_once: float = 0.0,
    ) -> Asked:
        """Hold what was given against what is expected."""
        import pandas as pd

        sound(history)
        force_of(discount, horizon)
        if not history.index.is_unique:
            twice = history.index[history.index.duplicated()][0]
            raise ValueError(f"history names customer {plain(twice)!r} twice; expected one row a customer")
        for name, one in (("purchases", purchases), ("spend", spend)):
            if isinstance(one, Fit) and not one.converged:
                raise ValueError(f"the fit of {name} did not converge, so its errors are not known: {one.reason}")
        if isinstance(spend, pd.Series):
            spend = each(spend, history, "spend")
        elif not hasattr(model_of(spend), "expected") or hasattr(model_of(spend), "p_alive"):
            raise TypeError(
                f"spend is a {type(spend).__name__}; expected a GammaGamma, its fit, or a Series of money a purchase"
            )
        share = each(margin, history, "margin")
        if (share > 1).any():
            raise ValueError(f"margin holds {share.max():g}; expected shares of the spend, 0..1 (30 % is 0.3)")
        per_purchase = each(cost_per_purchase, history, "cost_per_purchase")
        per_unit = each(cost_per_unit, history, "cost_per_unit")
        per_unit = per_unit + of_channels(contacts_per_unit, cost_per_channel, history)
        return cls(history, purchases, spend, share, discount, horizon, per_purchase, per_unit, at_once)

    def told(self) -> pd.DataFrame:
        """What the models say of each customer."""
        import pandas as pd

        model = model_of(self.purchases)
        (ahead, units), spend = self._known
        columns = {
            "p_alive": model.p_alive(self.history),
            "purchases_ahead": ahead,
            "spend": spend,
            "units_ahead": units,
            "cost": ahead * self.cost_per_purchase + units * self.cost_per_unit,
            "value": self._worth(ahead, units, spend),
        }
        return pd.DataFrame(columns, index=self.history.index)

    def slopes(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of each fit: what values change by each parameter, (parameters, customers), and its covariance."""
        parts = []
        (ahead, units), spend = self._known
        if isinstance(self.purchases, Fit):
            parts.append(slopes_of(self.purchases, lambda model: self._worth(*self._ahead(model), spend)))
        if isinstance(self.spend, Fit):
            parts.append(slopes_of(self.spend, lambda model: self._worth(ahead, units, self._spend(model))))
        return parts or [(np.zeros((1, len(self.history))), np.zeros((1, 1)))]

    @cached_property
    def _known(self) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
        return self._ahead(model_of(self.purchases)), self._spend(model_of(self.spend))

    def _ahead(self, model: Any) -> tuple[np.ndarray, np.ndarray]:
        return to_come(model, self.history, discount=self.discount, horizon=self.horizon)

    def _spend(self, model: Any) -> np.ndarray:
        return model if isinstance(model, np.ndarray) else model.expected(self.history).to_numpy()

    def _worth(self, ahead: np.ndarray, units: np.ndarray, spend: np.ndarray) -> np.ndarray:
        return (ahead + self.at_once) * (self.margin * spend - self.cost_per_purchase) - units * self.cost_per_unit


def slopes_of(fit: Fit[Any], quantity: Callable[[Any], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """By how much a quantity changes with each parameter of a fit, and their covariance (delta method)."""
    rows = []
    for place, step in enumerate(np.eye(len(fit.values)) * STEP):
        ends = [np.where(fit.positive, fit.values * np.exp(way), fit.values + way) for way in (step, -step)]
        above, below = (quantity(fit.rebuild(end)) for end in ends)
        rows.append((above - below) / (2 * STEP) / (fit.values[place] if fit.positive[place] else 1.0))
    return np.array(rows), fit.covariance.to_numpy()


def model_of(one: Any) -> Any:
    """The model of a fit, or what was given."""
    return one.model if isinstance(one, Fit) else one


def of_channels(contacts: pd.DataFrame | None, cost: pd.Series | None, history: pd.DataFrame) -> np.ndarray | float:
    """Money that the contacts of each customer cost in a unit of time."""
    import pandas as pd

    if contacts is None and cost is None:
        return 0.0
    if not isinstance(contacts, pd.DataFrame) or not isinstance(cost, pd.Series):
        raise TypeError(
            f"contacts_per_unit is a {type(contacts).__name__} and cost_per_channel a {type(cost).__name__}; expected a "
            "DataFrame (customers x channels) and a Series on channel, both or neither"
        )
    if not cost.index.is_unique or set(cost.index) != set(contacts.columns) or not contacts.columns.is_unique:
        raise ValueError(
            f"contacts_per_unit has the channels {list(contacts.columns)}, cost_per_channel {list(cost.index)}; "
            "expected the same, each once"
        )
    money = door.numbers("cost_per_channel", cost, low=0)
    return sum(
        one * each(contacts[channel], history, f"contacts_per_unit[{channel!r}]")
        for channel, one in zip(cost.index, money, strict=True)
    )


def each(given: Any, history: pd.DataFrame, name: str) -> np.ndarray:
    """One number of 0 or more a customer, from a number or a Series on customer_id."""
    import pandas as pd

    if isinstance(given, pd.Series):
        lacking = history.index.difference(given.index)
        if len(lacking):
            raise ValueError(
                f"{name} lacks {len(lacking):,} customers of the history, first {plain(lacking[0])!r}; "
                "expected a number for each. Mend: a Series on customer_id"
            )
        given = given[given.index.isin(history.index)]
        if given.index.has_duplicates:
            raise ValueError(f"{name} names customers twice; expected one number each")
        given = given.reindex(history.index).to_numpy()
    wrong = f"{name}={given!r} must be a number or a Series of numbers on customer_id"
    if isinstance(given, bool):
        raise ValueError(wrong)
    try:
        numbers = np.broadcast_to(np.asarray(given, dtype=float), len(history))
    except (TypeError, ValueError):
        raise ValueError(wrong) from None
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        raise ValueError(
            f"{name} is {numbers[bad][0]:g} for {int(bad.sum()):,} of {len(bad):,} customers; expected numbers of 0 or more"
        )
    return numbers
