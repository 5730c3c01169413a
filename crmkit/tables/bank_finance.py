"""Tables of the bank's brokers and of its motor insurance."""

from crmkit.tables.schema import Column, Table

MONEY = "currency of the bank"
WHO = Column("customer_id", "id", "", "who", refers="bank.customers.customer_id")
BROKER = Column("broker_id", "id", "", "broker", refers="bank.brokers.broker_id")

BROKERS = Table(
    "bank.brokers",
    "one broker (invented)",
    (Column("broker_id", "id", "", "number of the broker"), Column("name", "text", "", "invented name")),
    key=("broker_id",),
)
BOOKS = Table(
    "bank.books", "one customer with a securities account and the broker in charge", (WHO, BROKER), key=("customer_id",)
)
TRADES = Table(
    "bank.trades",
    "one trade",
    (
        Column("trade_id", "id", "", "number, in the order of days"),
        WHO,
        BROKER,
        Column("day", "day", "", "when"),
        Column("title", "category", "", "invented firm whose shares were traded"),
        Column("side", "category", "", "buy or sell"),
        Column("online", "yes_no", "", "True: ordered online; False: by the broker"),
        Column("amount", "money", MONEY, "worth of the shares", low=0, nonzero=True),
        Column("commission", "money", MONEY, "what the bank took", low=0),
    ),
    key=("trade_id",),
)
POLICIES = Table(
    "bank.policies",
    "one motor policy",
    (
        Column("policy_id", "id", "", "number of the policy"),
        WHO,
        Column("begins", "day", "", "first day insured in the window"),
        Column("ends", "day", "", "last day insured in the window"),
        Column("years", "number", "years", "time insured in the window", low=0),
        Column("age_group", "category", "", "what the insurer prices by"),
        Column("premium", "money", MONEY, "premium a year", low=0),
    ),
    key=("policy_id",),
)
CLAIMS = Table(
    "bank.claims",
    "one claim",
    (
        Column("claim_id", "id", "", "number, in the order of days"),
        Column("policy_id", "id", "", "which policy", refers="bank.policies.policy_id"),
        Column("day", "day", "", "day of the damage"),
        Column("amount", "money", MONEY, "what it cost", low=0, nonzero=True),
    ),
    key=("claim_id",),
)
BANK_FINANCE = (BROKERS, BOOKS, TRADES, POLICIES, CLAIMS)
