"""Tables of the sealed truth of telecom worlds."""

from crmkit.tables.schema import Column, Table
from crmkit.tables.telecom import MONEY, WHO

TELECOM_CUSTOMER_TRUTH = Table(
    "truth.telecom.customers",
    "one customer as the world made them",
    (
        WHO,
        Column("minutes_per_month", "number", "minutes", "true mean use before season; 0 for firms", low=0),
        Column("data_gb_per_month", "number", "GB", "true mean use before season; 0 for firms", low=0),
        Column("alive", "yes_no", "", "still a customer after the last day of the window?"),
        Column(
            "leave_next_month",
            "share",
            "0..1",
            "true chance to leave in the month after the window, missing if gone before",
        ),
        Column(
            "leave_soon",
            "share",
            "0..1",
            "true chance to leave in as many months after it as the offer works (or 3), missing if gone before",
        ),
        Column(
            "leave_soon_offered",
            "share",
            "0..1",
            "the same, were the offer given on the day after the window; missing if gone before",
        ),
        Column("bills_next_year", "money", MONEY, "true mean sum of the bills of the next twelve months"),
    ),
    key=("customer_id",),
)

TELECOM_HAZARD_TRUTH = Table(
    "truth.telecom.hazards",
    "one customer in one month",
    (
        WHO,
        Column("month", "day", "", "first day of the month"),
        Column("leave_chance", "share", "0..1", "true chance to leave at its end, complaints known"),
    ),
    key=("customer_id", "month"),
)

TELECOM_CHURN_TRUTH = Table(
    "truth.telecom.churn",
    "one driver of churn",
    (
        Column("term", "id", "", "name of the driver"),
        Column("coefficient", "number", "log-odds, or log hazard with cloglog", "true effect of one unit"),
        Column("applies_to", "text", "", "whom, when, and what a unit is"),
    ),
    key=("term",),
)

TELECOM_OFFER_TRUTH = Table(
    "truth.telecom.offers",
    "one customer in the retention offer",
    (
        WHO,
        Column("leave_without", "share", "0..1", "true chance to leave while the offer works, held back"),
        Column("leave_with", "share", "0..1", "true chance to leave while it works, given it"),
    ),
    key=("customer_id",),
)

TELECOM_CONTRACT_TRUTH = Table(
    "truth.telecom.contracts",
    "one contract as the world made it",
    (
        Column("contract_id", "id", "", "which", refers="telecom.contracts.contract_id"),
        Column("leave_chance", "share", "0..1", "own chance of not being renewed, the same at each renewal"),
        Column("alive", "yes_no", "", "runs on after the last day of the window?"),
        Column("renewals_ahead", "number", "renewals", "true mean of renewals among the next five that fall due"),
        Column("value_ahead", "money", MONEY, "what these bring, undiscounted"),
    ),
    key=("contract_id",),
)

TELECOM_RETENTION_TRUTH = Table(
    "truth.telecom.retention",
    "one renewal of one line by its shifted beta-geometric law",
    (
        Column("line", "category", "", "contract line"),
        Column("term", "count", "terms", "which renewal, from 1", low=1),
        Column("alpha", "number", "parameter", "of the beta law of the chance of not being renewed"),
        Column("beta", "number", "parameter", "of the same law"),
        Column("retention", "share", "0..1", "share renewed of those that came to this renewal"),
        Column("survival", "share", "0..1", "share renewed of all that began"),
    ),
    key=("line", "term"),
)

TELECOM_REASON_TRUTH = Table(
    "truth.telecom.reasons",
    "one reason to get in touch",
    (
        Column("reason", "id", "", "name of the reason"),
        Column("per_month", "number", "per 30 days", "mean first contacts of one customer at mean network quality"),
        Column("handle_s", "number", "seconds", "mean of the lognormal handling time on the phone"),
        Column("handle_cv", "number", "sd / mean", "coefficient of variation of the handling time"),
        Column("resolved", "share", "0..1", "chance that a person settles it at once"),
        Column("self_service", "share", "0..1", "chance that the voice menu settles a first call"),
        Column("network", "number", "per unit of quality", "first contacts change by exp(-network x quality)"),
        Column("repeat", "share", "0..1", "chance that a contact with a person is followed by a repeat"),
    ),
    key=("reason",),
)

TELECOM_ARRIVAL_TRUTH = Table(
    "truth.telecom.arrivals",
    "one half hour of the call log",
    (
        Column("begins", "moment", "", "begin of the half hour"),
        Column("first_calls", "number", "calls per half hour", "declared mean of first calls, all factors at 1"),
        Column(
            "factor", "number", "factor", "of the day (gamma) and of bursts, as drawn: first_calls x factor is the mean"
        ),
        Column("offered_load", "number", "erlangs", "declared load of the agents: repeats in, menu and redials out"),
    ),
    key=("begins",),
)

TELECOM_TRUTH = (
    TELECOM_CUSTOMER_TRUTH,
    TELECOM_HAZARD_TRUTH,
    TELECOM_CHURN_TRUTH,
    TELECOM_OFFER_TRUTH,
    TELECOM_CONTRACT_TRUTH,
    TELECOM_RETENTION_TRUTH,
    TELECOM_REASON_TRUTH,
    TELECOM_ARRIVAL_TRUTH,
)
