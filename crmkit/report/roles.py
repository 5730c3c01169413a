"""Which column of a file plays which part."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crmkit import tables


@dataclass(frozen=True)
class Roles:
    """Their column for each part; None where there is none."""

    customer: str
    when: str
    amount: str | None = None
    basket: str | None = None
    item: str | None = None
    quantity: str | None = None
    price: str | None = None

    def __post_init__(self) -> None:
        given = f"amount={self.amount!r}, quantity={self.quantity!r}, price={self.price!r}"
        if self.amount is None and (self.quantity is None or self.price is None):
            raise ValueError(
                f"{given}: that names no money; expected amount, or quantity and price. "
                "Mend: name the column of the amount, or both others"
            )
        if self.amount is not None and (self.quantity is not None or self.price is not None):
            raise ValueError(
                f"{given}: that names money twice; expected amount, or quantity and price. "
                "Mend: leave out the one or the others"
            )
        theirs = list(self.taken.values())
        twice = [name for name in theirs if theirs.count(name) > 1]
        if twice:
            parts = [ours for ours, name in self.taken.items() if name == twice[0]]
            raise ValueError(
                f"the column {twice[0]!r} is named as {' and as '.join(parts)}; expected a column of its own for each. "
                "Mend: name another or leave one out"
            )

    @property
    def taken(self) -> dict[str, str]:
        """Our name of each part → their column, in the order of `tables`."""
        parts = {
            "customer_id": self.customer,
            "day": self.when,
            "basket_id": self.basket,
            "item": self.item,
            "quantity": self.quantity,
            "price": self.price,
            "amount": self.amount,
        }
        return {ours: theirs for ours, theirs in parts.items() if theirs is not None}

    @property
    def ours(self) -> dict[str, str]:
        """Their column → our name."""
        return {theirs: ours for ours, theirs in self.taken.items()}

    @property
    def summed(self) -> bool:
        """Are several rows one transaction?"""
        return self.amount is None or self.basket is not None

    @property
    def table(self) -> tables.Table:
        """What a sound row is."""
        lines = tables.ORDER_LINES
        if self.amount is None:
            return lines
        shared = [lines[name] for name in ("customer_id", "day", "basket_id", "item")]
        return replace(lines, columns=(*shared, tables.TRANSACTIONS["amount"]))
