"""Tables of the customer warehouse: dimensions (who, what, where, when), facts (what happened), and its own books."""

from functools import partial

from crmkit.tables.schema import Column, Table

MONEY = "currency of the firm"
EVER = "1900-01-01: since ever"
WHO = Column("customer_id", "id", "", "who", refers="warehouse.customers.customer_id")
DAY = Column("day", "day", "", "when", refers="warehouse.dates.day")
CHANNEL = Column("channel", "category", "", "where", required=False, refers="warehouse.channels.channel")
PRODUCT = Column("product", "category", "", "what kind", refers="warehouse.products.product")
KEY = "warehouse.customers.customer_key"
VERSION = Column("customer_key", "id", "", "version of the customer on that day", required=False, refers=KEY)
BATCH = Column("batch", "id", "", "number of the load that brought it", required=False)
REVENUE = Column("revenue", "money", MONEY, "what the firm earns by it", required=False)
_maybe = partial(Column, required=False)

DATES = Table(
    "warehouse.dates",
    "one day",
    (
        Column("day", "day", "", "the day"),
        Column("year", "count", "year", "calendar year"),
        Column("quarter", "count", "1..4", "quarter of the year"),
        Column("month", "day", "", "first day of its month"),
        Column("weekday", "count", "1..7", "1 is Monday"),
        Column("weekend", "yes_no", "", "Saturday or Sunday?"),
    ),
    key=("day",),
)
CUSTOMERS = Table(
    "warehouse.customers",
    "one customer from one day until before another: a change begins a new row",
    (
        _maybe("customer_key", "id", "", "number of the version"),
        Column("customer_id", "id", "", "number of the customer"),
        _maybe("name", "text", "", "name"),
        _maybe("email", "text", "", "e-mail address"),
        _maybe("address", "text", "", "postal address"),
        _maybe("area", "category", "", "area, region or city"),
        _maybe("household_id", "id", "", "household"),
        _maybe("manager_id", "id", "", "manager in charge"),
        _maybe("plan", "category", "", "plan or contract line"),
        _maybe("age", "number", "years", "age as it was told", low=0),
        _maybe("income", "money", MONEY, "income as it was told", low=0),
        _maybe("joined", "day", "", "day of joining"),
        _maybe("segment", "category", "", "segment, found by an analysis and loaded like any other column"),
        _maybe("valid_from", "day", "", f"first day of the version; {EVER}"),
        _maybe("valid_to", "day", "", "first day without it; 9999-12-31: holds today"),
        BATCH,
    ),
    key=("customer_key",),
)
PRODUCTS = Table(
    "warehouse.products",
    "one product",
    (
        Column("product", "category", "", "name"),
        _maybe("category", "category", "", "what it belongs to"),
        _maybe("debt", "yes_no", "", "is the balance owed to the firm?"),
        _maybe("margin", "number", "a year", "what is earned on a balance at the beginning of each month"),
        _maybe("fee", "money", MONEY, "what is earned a month on top"),
        BATCH,
    ),
    key=("product",),
)
CHANNELS = Table(
    "warehouse.channels",
    "one channel",
    (
        Column("channel", "category", "", "name"),
        _maybe("cost", "money", MONEY, "full cost of one transaction or contact", low=0),
        BATCH,
    ),
    key=("channel",),
)
ACCOUNTS = Table(
    "warehouse.accounts",
    "one account",
    (
        Column("account_id", "id", "", "number of the account"),
        WHO,
        PRODUCT,
        _maybe("opened", "day", "", "day of opening, missing if before all records"),
        _maybe("closed", "day", "", "day of closing, missing if open"),
        _maybe("credit_limit", "money", MONEY, "limit of a credit line", low=0),
        BATCH,
    ),
    key=("account_id",),
)
TRANSACTIONS = Table(
    "warehouse.transactions",
    "one transaction: a purchase, a bill, or a movement on an account",
    (
        Column("transaction_id", "id", "", "its number"),
        WHO,
        VERSION,
        DAY,
        Column("amount", "money", MONEY, "above 0: came in; below 0: went out"),
        CHANNEL,
        _maybe("service", "category", "", "what was done"),
        REVENUE,
        _maybe("cost", "money", MONEY, "of the channel, as it was when loaded", low=0),
        BATCH,
    ),
    key=("transaction_id",),
)
CONTACTS = Table(
    "warehouse.contacts",
    "one contact: an offer, a call, an e-mail, a talk, on whatever channel",
    (
        Column("contact", "text", "", "kind and number, e.g. mail/17"),
        WHO,
        VERSION,
        DAY,
        _maybe("arrived", "moment", "", "when, to the second"),
        CHANNEL,
        _maybe("campaign", "category", "", "campaign that it belongs to"),
        _maybe("reason", "category", "", "why"),
        _maybe("treated", "yes_no", "", "True: got the offer; False: held back by lot"),
        _maybe("responded", "yes_no", "", "took the offer, or bought"),
        _maybe("resolved", "yes_no", "", "settled at this contact"),
        _maybe("handle_s", "number", "seconds", "a person's work", low=0),
        _maybe("cost", "money", MONEY, "of this contact", low=0),
        BATCH,
    ),
    key=("contact",),
)
CALLS = Table(
    "warehouse.calls",
    "one call, answered, settled by the voice menu, or given up",
    (
        Column("call_id", "id", "", "number of the call"),
        Column("customer_id", "id", "", "who", required=False, refers="warehouse.customers.customer_id"),
        VERSION,
        DAY,
        Column("arrived", "moment", "", "when"),
        _maybe("site", "category", "", "where it was answered"),
        _maybe("reason", "category", "", "why"),
        _maybe("contained", "yes_no", "", "settled by the voice menu"),
        _maybe("queued", "yes_no", "", "no agent was free at once"),
        _maybe("wait_s", "number", "seconds", "in the queue", low=0),
        _maybe("abandoned", "yes_no", "", "the caller hung up in the queue"),
        _maybe("handle_s", "number", "seconds", "talk and after-call work", low=0),
        _maybe("agent_id", "id", "", "who answered"),
        _maybe("resolved", "yes_no", "", "settled by this call"),
        BATCH,
    ),
    key=("call_id",),
)
BALANCES = Table(
    "warehouse.balances",
    "one account in one month",
    (
        Column("account_id", "id", "", "which account", refers="warehouse.accounts.account_id"),
        Column("customer_id", "id", "", "who", required=False, refers="warehouse.customers.customer_id"),
        VERSION,
        _maybe("product", "category", "", "what kind", refers="warehouse.products.product"),
        Column("day", "day", "", "last day of the month", refers="warehouse.dates.day"),
        Column("opening", "money", MONEY, "balance at the beginning; below 0: owed to the firm"),
        Column("paid_in", "money", MONEY, "all that raised the balance", low=0),
        Column("paid_out", "money", MONEY, "all that lowered the balance", low=0),
        Column("closing", "money", MONEY, "balance at the end"),
        _maybe("interest", "money", MONEY, "interest or gain among these"),
        REVENUE,
        BATCH,
    ),
    key=("account_id", "day"),
)
MONTHLY = Table(
    "warehouse.monthly",
    "one month, channel and segment (as it was then), summed at loading; it stays when the month is archived",
    (
        Column("month", "day", "", "first day of the month"),
        CHANNEL,
        _maybe("segment", "category", "", "segment of the customers"),
        Column("transactions", "count", "transactions", "how many"),
        Column("amount", "money", MONEY, "their sum"),
        _maybe("revenue", "money", MONEY, "what the firm earned by them"),
        _maybe("cost", "money", MONEY, "of their channels"),
    ),
    key=("month", "channel", "segment"),
)
LEDGER = Table(
    "warehouse.ledger",
    "one table in one load; rows = loaded + repeated + rejected",
    (
        Column("batch", "id", "", "number of the load, from 1"),
        Column("name", "text", "", "name of the load; one name is loaded once"),
        Column("source", "text", "", "where it came from"),
        Column("checksum", "text", "", "of all that came (SHA-256)"),
        Column("feed", "category", "", "table of the source"),
        Column("target", "category", "", "table of the warehouse"),
        Column("rows", "count", "rows", "came in"),
        Column("loaded", "count", "rows", "new, or changed a dimension"),
        Column("repeated", "count", "rows", "were there already, the same"),
        Column("rejected", "count", "rows", "are kept in rejects, each with its reason"),
        Column("mended", "count", "rows", "of those not rejected, repaired by cleaning"),
        _maybe("amount", "money", MONEY, "sum of what was loaded: amount, closing, cost; of calls, wait_s"),
        _maybe("as_of", "day", "", "day from which changed customers hold"),
        Column("loaded_at", "moment", "", "when the load ended, UTC"),
    ),
    key=("batch", "feed"),
)
REJECTS = Table(
    "warehouse.rejects",
    "one row that was not loaded",
    (
        Column("batch", "id", "", "number of the load", refers="warehouse.ledger.batch"),
        Column("feed", "category", "", "table of the source"),
        Column("row", "count", "rows", "which row of it, from 0"),
        Column("reason", "text", "", "why"),
        Column("content", "text", "", "the row as it came, as JSON"),
    ),
    key=("batch", "feed", "row"),
)
REPAIRS = Table(
    "warehouse.repairs",
    "one cell that cleaning mended before it was loaded",
    (
        Column("batch", "id", "", "number of the load", refers="warehouse.ledger.batch"),
        Column("feed", "category", "", "table of the source"),
        Column("row", "count", "rows", "which row of it, from 0"),
        Column("column", "text", "", "column of the warehouse"),
        Column("before", "text", "", "as it came"),
        Column("after", "text", "", "as it was loaded"),
        Column("repair", "text", "", "what was done"),
    ),
    key=("batch", "feed", "row", "column"),
)
ARCHIVE = Table(
    "warehouse.archive",
    "one month of one fact that was moved to a file",
    (
        Column("target", "category", "", "table of facts"),
        Column("month", "day", "", "first day of the month"),
        Column("file", "text", "", "Parquet file in the folder archive"),
        Column("rows", "count", "rows", "in the file"),
        Column("amount", "money", MONEY, "sum, as in the ledger"),
        Column("checksum", "text", "", "of the file (SHA-256)"),
        Column("online", "yes_no", "", "has it been restored?"),
    ),
    key=("target", "month"),
)

DIMENSIONS = (CHANNELS, PRODUCTS, CUSTOMERS, ACCOUNTS)
FACTS = (TRANSACTIONS, CONTACTS, CALLS, BALANCES)
WAREHOUSE_TABLES = (DATES, *DIMENSIONS, *FACTS, MONTHLY, LEDGER, REJECTS, REPAIRS, ARCHIVE)
