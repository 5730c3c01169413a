"""Tables that the functions find."""

from crmkit.tables.schema import Column, Table
from crmkit.tables.telecom import CALLS
from crmkit.tables.world import CUSTOMER

_SHARE_BAND = (
    Column("low", "share", "0..1", "lower end of the 95 % interval"),
    Column("high", "share", "0..1", "upper end of the 95 % interval"),
)

RFM = Table(
    "rfm",
    "one customer on one day of judgement",
    (
        CUSTOMER,
        Column("recency", "number", "days", "days from the last purchase to the day of judgement"),
        Column("frequency", "count", "purchases", "number of purchases; returns do not count"),
        Column("monetary", "money", "currency of the log", "sum of all amounts, returns taken off"),
        Column("r", "count", "score", "1 (long ago) to bins (just now)", low=1),
        Column("f", "count", "score", "1 (seldom) to bins (often)", low=1),
        Column("m", "count", "score", "1 (little) to bins (much)", low=1),
        Column("segment", "category", "", "named segment, from the scores"),
    ),
    key=("customer_id",),
)

VALUE_MATRIX = Table(
    "value_matrix",
    "one customer",
    (
        CUSTOMER,
        Column("frequency", "count", "purchases", "number of purchases"),
        Column("mean_spend", "money", "currency of the log", "mean amount of a purchase"),
        Column("quadrant", "category", "", "best, frequent, spender or uncertain"),
    ),
    key=("customer_id",),
)

MIGRATION = Table(
    "migration",
    "one way from a segment on the first day to a segment on the second",
    (
        Column("before", "category", "", "segment on the first day"),
        Column("after", "category", "", "segment on the second day"),
        Column("customers", "count", "customers", "how many went this way"),
        Column("share", "share", "0..1", "of those who began there"),
        *_SHARE_BAND,
    ),
    key=("before", "after"),
)

PREFERENCE = Table(
    "preference",
    "one choice in one region",
    (
        Column("region", "category", "", "where"),
        Column("choice", "category", "", "what was chosen"),
        Column("count", "number", "pieces", "how often"),
        Column("share", "share", "0..1", "of all that was chosen there"),
        *_SHARE_BAND,
        Column("expected", "number", "pieces", "how often if all regions had one taste"),
        Column("residual", "number", "standard errors", "adjusted Pearson residual"),
        Column("q", "share", "0..1", "p-value of the residual after Benjamini-Hochberg"),
        Column("shrunk", "share", "0..1", "share after borrowing strength from all regions"),
        Column("shrunk_low", "share", "0..1", "lower end of its 95 % interval"),
        Column("shrunk_high", "share", "0..1", "upper end of its 95 % interval"),
    ),
    key=("region", "choice"),
)

COHORTS = Table(
    "cohorts",
    "one cohort of first-time buyers, one period later",
    (
        Column("cohort", "day", "", "first day of the period of the first purchase"),
        Column("period", "count", "periods", "periods since then, from 0"),
        Column("customers", "count", "customers", "size of the cohort"),
        Column("active", "count", "customers", "of these, bought in that period"),
        Column("share", "share", "0..1", "active of all"),
        *_SHARE_BAND,
    ),
    key=("cohort", "period"),
)

TRIAL = Table(
    "trial",
    "one group of customers in a mailing with a control",
    (
        Column("group", "category", "", "who"),
        Column("treated", "count", "customers", "got the mailing"),
        Column("control", "count", "customers", "held back by lot"),
        Column("treated_mean", "number", "as the outcome", "mean outcome with mailing"),
        Column("control_mean", "number", "as the outcome", "mean outcome without"),
        Column("uplift", "number", "as the outcome", "the mailing's effect per customer: the difference"),
        Column("low", "number", "as the outcome", "lower end of the 95 % interval of the effect"),
        Column("high", "number", "as the outcome", "upper end of the 95 % interval of the effect"),
    ),
    key=("group",),
)

QUEUE_LOG = Table(
    "queue log",
    "one call, chat or piece of work of a simulated centre",
    (
        *CALLS.columns,
        # These are there where the centre has what they tell.
        Column("turned_away", "yes_no", "", "came while the line was closed: never reached the queue", required=False),
        Column(
            "held_s",
            "number",
            "seconds",
            "of the wait: on the telephone; the rest after leaving a number",
            required=False,
            low=0,
        ),
        Column("left_number", "yes_no", "", "left a number instead of waiting on the telephone", required=False),
        Column(
            "ended",
            "moment",
            "",
            "end of the handling, also where it was broken off or shared its agent",
            required=False,
        ),
    ),
    key=("call_id",),
)
