"""The steps of case 12 that its questions share, as its notebook takes them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from crmkit import clv, profit, segments
from crmkit.targeting import market
from crmkit.worlds import Case

WELCOME, CATALOGUE = 60.0, 20.0  # yuan a new member, yuan a member and year; as the case tells
BUDGET, PROSPECTS = 60_000.0, 6_000  # yuan a year; visitors of the fairs
WON_CEILING, KEPT_CEILING = 0.15, 0.80  # the most that any spending would reach: judgements of the manager
DISCOUNT, YEARS = 0.10, 5  # a year; years looked ahead
WEEKS = 365.25 / 7  # a year
WEEKLY = (1 + DISCOUNT) ** (1 / WEEKS) - 1
JUNE, DECEMBER = "2025-06-30", "2025-12-31"
OFF = 0.20  # taken off in a promotion


class Today(NamedTuple):
    """What win-or-keep starts from: the two curves, and a year of the members."""

    won: profit.Reach
    kept: profit.Reach
    customers: int  # who bought in 2025
    margin: float  # yuan that each of them brought in 2025
    new: int  # members who joined in 2025
    spent: float  # yuan on each prospect


def receipts(case: Case) -> pd.DataFrame:
    """Transactions with their margin, returns included with theirs."""
    lines = case.lines.merge(case.products[["item", "cost"]], on="item")
    margin = (lines["quantity"] * (lines["price"] - lines["cost"])).groupby(lines["basket_id"]).sum()
    return case.transactions.assign(margin=case.transactions["transaction_id"].map(margin))


def margin_share(case: Case) -> float:
    """What is left of a yuan of purchases, after goods and returns."""
    log = receipts(case)
    return float(log["margin"].sum() / log.loc[log["amount"] > 0, "amount"].sum())


def so_far(case: Case) -> pd.DataFrame:
    """Each member up to the last day: margin, years as a member, cost and profit in yuan."""
    log = receipts(case)
    joined = case.customers.set_index("customer_id")["joined"]
    years = (log["day"].max() - joined).dt.days / 365.25
    found = pd.DataFrame({"margin": log.groupby("customer_id")["margin"].sum(), "years": years})
    found["cost"] = WELCOME + CATALOGUE * years
    return found.assign(profit=found["margin"] - found["cost"])


def fits(case: Case, as_of: str = DECEMBER) -> tuple[pd.DataFrame, clv.Fit, clv.Fit]:
    """History, fit of the purchases, fit of the spend."""
    history = clv.history(case.transactions, as_of=as_of)
    return history, clv.fit_pareto_nbd(history), clv.fit_gamma_gamma(history)


def worth(case: Case, as_of: str = DECEMBER) -> pd.DataFrame:
    """What each member will bring in five years, catalogues paid, in money of that day (`clv.value`)."""
    return clv.value(
        *fits(case, as_of),
        margin=margin_share(case),
        discount_per_unit=WEEKLY,
        horizon=YEARS * WEEKS,
        cost_per_unit=CATALOGUE / WEEKS,
    )


def next_year(case: Case) -> pd.DataFrame:
    """Margin of 2026 to be expected from each member, before any cost (`clv.value`)."""
    return clv.value(*fits(case), margin=margin_share(case), discount_per_unit=0.0, horizon=365 / 7)


def new_member(case: Case) -> pd.DataFrame:
    """What a member not yet won is worth before the welcome (`clv.equity_to_win`)."""
    _, purchases, spend = fits(case)
    return clv.equity_to_win(
        *(purchases, spend),
        new_per_unit=today(case).new / WEEKS,
        until=WEEKS,
        margin=margin_share(case),
        discount_per_unit=WEEKLY,
        horizon=YEARS * WEEKS,
        cost_per_unit=CATALOGUE / WEEKS,
    )


def slid(case: Case) -> pd.DataFrame:
    """June's champions: segment in December (after), and their worth on both days."""
    early, late = (segments.rfm(case.transactions, day)["segment"].astype(str) for day in (JUNE, DECEMBER))
    who = early.index[early == "champions"]
    values = {name: worth(case, day)["value"][who] for name, day in (("june", JUNE), ("december", DECEMBER))}
    return pd.DataFrame({"after": late[who], **values})


def expected_2025(case: Case) -> pd.DataFrame:
    """Members of the end of 2024: purchases of 2025 as expected then, those of 2024, and those that came."""
    log = case.transactions
    seen = clv.split(log, "2024-12-31", to=DECEMBER)
    days = log[(log["amount"] > 0) & (log["day"].dt.year == 2024)].groupby("customer_id")["day"].nunique()
    expected = clv.fit_pareto_nbd(seen).model.expected(seen, horizon=365 / 7)
    last = days.reindex(seen.index).fillna(0)
    return pd.DataFrame({"expected": expected, "last year": last, "came": seen["x_holdout"]})


def buyers(case: Case, year: int) -> pd.Index:
    """Members with a purchase in the year."""
    log = case.transactions
    return pd.Index(log.loc[(log["day"].dt.year == year) & (log["amount"] > 0), "customer_id"].unique())


def today(case: Case, *, ceiling: float = KEPT_CEILING) -> Today:
    """The curves through what 2025 cost and reached, below the manager's ceilings."""
    before, now = buyers(case, 2024), buyers(case, 2025)
    log = receipts(case)
    margin = float(log.loc[log["day"].dt.year == 2025, "margin"].sum() / len(now))
    new = int((case.customers["joined"].dt.year == 2025).sum())
    spent = WELCOME * new / PROSPECTS
    won = profit.Reach.through(spend=spent, share=new / PROSPECTS, ceiling=WON_CEILING)
    each = CATALOGUE * len(case.customers) / len(now)
    kept = profit.Reach.through(spend=each, share=float(before.isin(now).mean()), ceiling=ceiling)
    return Today(won, kept, len(now), margin, new, spent)


def splits(case: Case, *, budget: float = BUDGET, ceiling: float = KEPT_CEILING) -> pd.DataFrame:
    """Customer equity by the part of the budget for winning (`profit.split`)."""
    it = today(case, ceiling=ceiling)
    same = {"prospects": PROSPECTS, "customers": it.customers, "budget": budget}
    return profit.split(it.won, it.kept, **same, margin=it.margin, discount=DISCOUNT)


def splits_sure(case: Case, *parts: float, draws: int = 500, seed: int = 12) -> pd.DataFrame:
    """Customer equity of some parts for winning, and how much more than half and half, each with its 95 % interval.

    What is counted in the data is drawn anew: members won, share of the buyers kept, margin of a buyer. The ceilings
    are judgements and stay as they are, and so does what was spent.
    """
    it, rng = today(case), np.random.default_rng(seed)
    before, now = buyers(case, 2024), buyers(case, 2025)
    log = receipts(case)
    each = log[log["day"].dt.year == 2025].groupby("customer_id")["margin"].sum().reindex(now).to_numpy()
    shares = {"won": it.new / PROSPECTS, "kept": float(before.isin(now).mean())}
    won = rng.binomial(PROSPECTS, shares["won"], draws) / PROSPECTS
    kept = rng.binomial(len(before), shares["kept"], draws) / len(before)
    margin = rng.choice(each, (draws, len(each))).mean(axis=1)
    spent = CATALOGUE * len(case.customers) / it.customers

    def equity(won: float, kept: float, margin: float) -> np.ndarray:
        found = profit.split(
            profit.Reach.through(spend=it.spent, share=won, ceiling=WON_CEILING),
            profit.Reach.through(spend=spent, share=kept, ceiling=KEPT_CEILING),
            **{"prospects": PROSPECTS, "customers": it.customers, "budget": BUDGET},
            **{"margin": margin, "discount": DISCOUNT, "shares": [0.5, *parts]},
        )
        return found["equity"].to_numpy()

    middle = equity(*shares.values(), it.margin)
    drawn = np.array([equity(*one) for one in zip(won, kept, margin, strict=True)])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    more_low, more_high = np.quantile(drawn - drawn[:, :1], [0.025, 0.975], axis=0)
    told = {"equity": middle, "low": low, "high": high, "more": middle - middle[0]}
    found = pd.DataFrame(
        {**told, "more_low": more_low, "more_high": more_high}, index=pd.Index([0.5, *parts], name="part")
    )
    return found.iloc[1:] if 0.5 in parts else found


def monthly(case: Case) -> pd.Series:
    """Pieces bought in each month."""
    lines = _dated(case)
    month = lines["day"].dt.to_period("M")
    return lines.groupby(month)["quantity"].sum().astype(float)


def panel(case: Case) -> pd.DataFrame:
    """Pieces of each article and week with price, cost and category, weeks without a sale included."""
    weeks = market.weekly(_dated(case), case.prices)
    return weeks.merge(case.products[["item", "category", "cost"]], on="item")


def lamps(case: Case) -> pd.Series:
    """Lamps in weeks without promotion: mean price and cost of a piece, and pieces a week, all articles together."""
    rows = panel(case)
    rows = rows[(rows["category"] == "lighting") & ~rows["promoted"]]
    sold = rows["pieces"].sum()
    means = {name: (rows[name] * rows["pieces"]).sum() / sold for name in ("price", "cost")}
    return pd.Series({**means, "pieces": rows["pieces"].mean() * rows["item"].nunique()})


def next_one_costs(case: Case) -> float:
    """Yuan that one more new member costs at today's spending."""
    won, spent = (getattr(today(case), name) for name in ("won", "spent"))
    return float(1 / (won.ceiling * won.rate * np.exp(-won.rate * spent)))


def _dated(case: Case) -> pd.DataFrame:
    """Lines bought, with the day; returns left out."""
    days = case.transactions[["transaction_id", "day"]]
    lines = case.lines[case.lines["quantity"] > 0]
    return lines.merge(days, left_on="basket_id", right_on="transaction_id")
