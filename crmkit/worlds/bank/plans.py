"""Campaigns of a bank, and to whom it lends."""

from __future__ import annotations

from dataclasses import dataclass

from crmkit.worlds import door


@dataclass(frozen=True)
class BankCampaign:
    """An offer by mail to customers chosen by lot, with the others held back as a control.

    Log-odds of taking the loan: those of `without` of the kind, plus age_slope a decade from 45, plus
    income_slope x log(income / 50,000), plus with the offer the `effect` of the kind. Those held back take it
    evenly over response_days; with the offer the chance of a day falls in a straight line to 0.
    """

    name: str
    day: int  # days after the start of the window
    without: tuple[float, ...]  # chance without the offer, one a kind, at age 45 and an income of 50,000
    effect: tuple[float, ...]  # of the offer on the log-odds, one a kind
    treated_share: float = 0.5
    response_days: int = 60
    cost: float = 3.0  # money an offer
    owners_only: bool = False
    age_slope: float = 0.0
    income_slope: float = 0.0
    loan_incomes: float = 0.8  # mean loan, in yearly incomes; gamma of shape 4
    margin: float = 0.03  # of the loan, over its whole life

    def __post_init__(self) -> None:
        here = f"campaign {self.name!r}: "
        door.whole(here + "day", self.day, low=0)
        door.whole(here + "response_days", self.response_days, low=1)
        door.share(here + "treated_share", self.treated_share)
        door.number(here + "cost", self.cost, low=0)
        door.number(here + "loan_incomes", self.loan_incomes, low=0, above=True)
        for field in ("age_slope", "income_slope", "margin"):
            door.number(here + field, getattr(self, field), low=-10, high=10)
        for chance in self.without:
            door.share(here + "without", chance)
            if chance in (0, 1):
                raise ValueError(f"{here}without={self.without!r} must lie between 0 and 1; give 0.001 for hardly ever")
        for effect in self.effect:
            door.number(here + "effect", effect, low=-20, high=20)


@dataclass(frozen=True)
class TreeLeaf:
    """One leaf of the true credit tree; None: not asked on this way."""

    income_over: bool
    savings: bool | None
    owner: bool | None
    approve: bool
    default_chance: float

    def __post_init__(self) -> None:
        door.share(f"leaf {self.name!r}: default_chance", self.default_chance)

    @property
    def name(self) -> str:
        """The way to the leaf, in words."""
        asked = [("income over cut", self.income_over), ("savings account", self.savings), ("home owner", self.owner)]
        return ", ".join(word if answer else f"no {word}" for word, answer in asked if answer is not None)


@dataclass(frozen=True)
class CreditPolicy:
    """Who asks for credit, who defaults, and whom the bank approves.

    With `leaves` the true tree says both the chance of default and the decision. Without, the log-odds of
    default are intercept + income_slope x log(income / 50,000) + savings_slope if there is a savings account +
    owner_slope for home owners + age_slope a decade from 45, and an officer who sees these log-odds with an
    error of standard deviation `judgement` approves below `cut`.
    """

    per_year: float = 0.25  # applications of a customer
    leaves: tuple[TreeLeaf, ...] = ()
    income_cut: float = 50_000  # of the tree
    slips: float = 0.02  # share of decisions that went the wrong way by mistake
    intercept: float = -2.1
    income_slope: float = -0.9
    savings_slope: float = -0.7
    owner_slope: float = -0.5
    age_slope: float = -0.1
    judgement: float = 0.5
    cut: float = 0.14  # chance of default as the officer sees it
    amount_incomes: float = 0.4  # mean amount asked for, in yearly incomes; gamma of shape 4
    margin: float = 0.12  # earned on a loan that is paid back, share of the amount
    loss: float = 0.60  # lost on one that is not

    def __post_init__(self) -> None:
        door.number("credit per_year", self.per_year, low=0, high=100)
        for field in ("slips", "cut", "margin", "loss"):
            door.share(f"credit {field}", getattr(self, field))
        for field in ("intercept", "income_slope", "savings_slope", "owner_slope", "age_slope"):
            door.number(f"credit {field}", getattr(self, field), low=-20, high=20)
        door.number("credit judgement", self.judgement, low=0, high=20)
        door.number("credit income_cut", self.income_cut, low=0)
        door.number("credit amount_incomes", self.amount_incomes, low=0, above=True)
        if self.leaves:
            cells = [(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)]
            for a, b, c in cells:
                fit = sum(
                    leaf.income_over == a and leaf.savings in (None, b) and leaf.owner in (None, c)
                    for leaf in self.leaves
                )
                if fit != 1:
                    raise ValueError(
                        f"credit leaves: {fit} leaves fit income_over={a}, savings={b}, owner={c}; "
                        "each combination must come to one leaf"
                    )
