"""The steps of case 11 that its questions share, as its notebook takes them."""

from __future__ import annotations

import pandas as pd

from crmkit import baskets
from crmkit.checks.case_11.market import PAIR
from crmkit.worlds import Case

LEAST, SUPPORT = 5, 0.005  # baskets that must hold a pair; share that must hold each of the two
HALF_SEED = 1  # of the lot that parts the baskets
COST, WEEKS = 340.0, 26  # yuan a store and week; as the case tells
TEST_COST = 20_000.0  # yuan, one more shelf experiment
UNTIL, OFFERS, OFFER_COST = "2025-09-28", 3, 8.0  # half of the window; offers a member; yuan a member
LARGE = 15  # baskets of so many articles and more are one group


def margin(case: Case) -> pd.Series:
    """Yuan that a piece of each article leaves, on the article."""
    goods = case.products.set_index("item")
    return goods["price"] - goods["cost"]


def sold(case: Case) -> pd.DataFrame:
    """The lines of purchases: a return is no basket, and would count its pairs a second time."""
    return case.lines[case.lines["quantity"] > 0]


def pairs(case: Case) -> pd.DataFrame:
    """All pairs that lie together more often than by chance, in at least five baskets."""
    found = baskets.pairs(sold(case), min_support=SUPPORT)
    return found[found["count"] >= LEAST].reset_index(drop=True)


def as_rules(found: pd.DataFrame) -> pd.DataFrame:
    """Pairs written as rules, the first as antecedent."""
    left = [(one,) for one in found["first"]]
    return found.assign(antecedent=left, consequent=[(one,) for one in found["second"]])


def sizes(case: Case) -> pd.Series:
    """Articles in each basket, on its number; the largest are one group."""
    distinct = sold(case).drop_duplicates(["basket_id", "item"])
    return distinct.groupby("basket_id").size().clip(upper=LARGE).rename("articles")


def within_size(case: Case) -> pd.DataFrame:
    """The pairs compared among baskets of one size: odds ratio and q on the rows of `pairs`."""
    return baskets.differences(baskets.by_group(as_rules(pairs(case)), sold(case), sizes(case)))


def together(case: Case) -> dict[str, int]:
    """Baskets in all, with nappies, with beer, with both."""
    held = sold(case).drop_duplicates(["basket_id", "item"]).groupby("item")["basket_id"].agg(set)
    first, second = (held[one] for one in PAIR)
    every = sold(case)["basket_id"].nunique()
    return {"all": every, "nappies": len(first), "beer": len(second), "both": len(first & second)}


def shelf(case: Case) -> baskets.Moved:
    """What the move brought a store and week, over both articles."""
    return baskets.moved(case.shelf, margin(case))


def weekly(case: Case, only: str = "") -> pd.Series:
    """Weekly margin of both articles (or of one) in each unmoved store, in the weeks after the others were moved."""
    late = case.shelf["week"] >= case.shelf.loc[case.shelf["moved"], "week"].min()
    part = case.shelf[late & ~case.shelf["treated"] & ((case.shelf["item"] == only) | (only == ""))]
    money = part["pieces"] * part["item"].astype(str).map(margin(case))
    return money.groupby(part["store_id"]).sum() / part["week"].nunique()


def roll_out(case: Case) -> pd.DataFrame:
    """What the move promises in each unmoved store over the weeks of the decision."""
    return shelf(case).stores(weekly(case), cost=COST, weeks=WEEKS)


def large_enough(case: Case) -> pd.Index:
    """The unmoved stores that sell enough for the move to pay, by the best estimate."""
    found = roll_out(case)
    return found.index[found["net"] > 0]


def true_net(case: Case, stores: pd.Index) -> float:
    """What moving these stores brings in truth over the weeks of the decision, in yuan."""
    lift = dict(zip(case.truth.shelf["item"], case.truth.shelf["lift"], strict=True))
    gain = sum(lift[one] * weekly(case, only=one).reindex(stores).sum() for one in PAIR)
    return float(WEEKS * (gain - COST * len(stores)))


def visits(case: Case) -> pd.DataFrame:
    """One row a visit: customer_id, day, seen (a recipe), ordered."""
    pages = case.visits.assign(seen=case.visits["page"] == "recipes").groupby("session_id")
    found = pages.agg(customer_id=("customer_id", "first"), day=("day", "first"), seen=("seen", "any"))
    return found.assign(ordered=found.index.isin(case.web_orders["session_id"])).reset_index()


def tea_views(case: Case) -> pd.DataFrame:
    """One row a view of the tea page: customer_id, day, seen (a recipe before it in this visit), ordered (from it)."""
    pages = case.visits.sort_values(["session_id", "step"])
    seen = (pages["page"] == "recipes").groupby(pages["session_id"]).cumsum() > 0
    last = ~pages["session_id"].duplicated(keep="last") & pages["session_id"].isin(case.web_orders["session_id"])
    found = pages.assign(seen=seen, ordered=last)
    return found.loc[found["page"] == "tea", ["session_id", "customer_id", "day", "seen", "ordered"]]


def history(case: Case) -> pd.DataFrame:
    """Lines with customer and day."""
    return sold(case).merge(case.transactions, left_on="basket_id", right_on="transaction_id")


def judged(case: Case) -> pd.DataFrame:
    """Three offers a member, made at the end of September, held against what members newly bought."""
    return baskets.judge(history(case), UNTIL, top=OFFERS, margin=margin(case), cost=OFFER_COST)
