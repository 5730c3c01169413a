"""Tables that only some retail worlds draw: each comes with a knob."""

from crmkit.tables.schema import Column, Table
from crmkit.tables.world import CONTACTS, CUSTOMER, CUSTOMERS, LINES, PRODUCTS, TRANSACTIONS

ITEM = Column("item", "id", "", "article", refers="products.item")
CATEGORY = Column("category", "category", "", "kind of article, or line of business")
_MONEY = "currency of the log"
_RECEIPT = Column("transaction_id", "id", "", "receipt", refers="transactions.transaction_id")
BRANCH = Column("branch_id", "id", "", "branch", refers="branches.branch_id")

PRICES = Table(
    "prices",
    "one article in one week",
    (
        ITEM,
        Column("week", "day", "", "first day of the week"),
        Column("price", "money", _MONEY, "price of one piece in that week", low=0),
        Column("promoted", "yes_no", "", "was it on promotion?"),
    ),
    key=("item", "week"),
)

DESIGNS = Table(
    "designs",
    "one design of an article while it was on the shelf",
    (
        ITEM,
        Column("design", "count", "", "number of the design, from 1", low=1),
        Column("listed", "day", "", "first day on the shelf, or of the window"),
        Column("delisted", "day", "", "day on which the next design took its place, missing if still there"),
    ),
    key=("item", "design"),
)

LOYALTY = Table(
    "loyalty",
    "one member and the points programme",
    (
        CUSTOMER,
        Column("invited", "yes_no", "", "True: takes part since joining; False: held out by lot"),
        Column("points", "count", "points", "balance at the end of the window; returns take points back"),
        Column("tier", "category", "", "tier at the end of the window, 'none' if not invited"),
    ),
    key=("customer_id",),
)

STATEMENTS = Table(
    "statements",
    "one month of a member of the programme with at least one receipt",
    (
        CUSTOMER,
        Column("month", "day", "", "first day of the month"),
        Column("amount", "money", _MONEY, "sum of all receipts of the month, returns taken off"),
        Column("points", "count", "points", "points of the month"),
        Column("balance", "count", "points", "points up to the end of the month"),
    ),
    key=("customer_id", "month"),
)

BRANCHES = Table(
    "branches",
    "one branch or office",
    (
        Column("branch_id", "id", "", "number of the branch"),
        Column("city", "category", "", "where it is"),
        Column("closed", "day", "", "day of closing for good, missing if it stays open"),
    ),
    key=("branch_id",),
)

BRANCH_RECEIPTS = Table(
    "branch_receipts",
    "one receipt and where it was made out; a return is taken back where it was bought",
    (_RECEIPT, BRANCH),
    key=("transaction_id",),
)

ENQUIRIES = Table(
    "enquiries",
    "one question of a customer to an office",
    (
        Column("enquiry_id", "id", "", "number of the enquiry"),
        CUSTOMER,
        BRANCH,
        Column("day", "day", "", "when; what came before the window is dated on its first day"),
        Column("channel", "category", "", "phone, web, fax or shop"),
        Column("category", "category", "", "line of business that was asked for"),
    ),
    key=("enquiry_id",),
)

SHELF = Table(
    "shelf",
    "one of two articles in one store and week, all shoppers together",
    (
        Column("store_id", "id", "", "store"),
        Column("week", "day", "", "first day of the week"),
        ITEM,
        Column("treated", "yes_no", "", "was the store chosen by lot to move the two together?"),
        Column("moved", "yes_no", "", "did they stand together in that week?"),
        Column("pieces", "count", "pieces", "sold in that week", low=0),
    ),
    key=("store_id", "week", "item"),
)

VISITS = Table(
    "visits",
    "one page seen in one visit to the site, by a member or by one who joined later",
    (
        Column("session_id", "id", "", "visit, numbered by day"),
        CUSTOMER,
        Column("day", "day", "", "day on which the visit began"),
        Column("at_s", "count", "seconds", "time of the page, after midnight of that day", low=0),
        Column("step", "count", "pages", "place of the page in the visit, from 1", low=1),
        Column("page", "category", "", "which page"),
    ),
    key=("session_id", "step"),
)

WEB_ORDERS = Table(
    "web_orders",
    "one visit that ended in an order",
    (
        Column("session_id", "id", "", "visit", refers="visits.session_id"),
        _RECEIPT,
    ),
    key=("session_id",),
)

VISITORS = Table(
    "visitors",
    "one visitor of the portal in one month",
    (
        Column("visitor_id", "id", "", "visitor, as the browser is known"),
        Column("visits", "count", "visits", "in the month", low=1),
        Column("registered", "yes_no", "", "did the visitor register?"),
    ),
    key=("visitor_id",),
)

VISITOR_TOPICS = Table(
    "visitor_topics",
    "one topic that a visitor read about",
    (
        Column("visitor_id", "id", "", "visitor", refers="visitors.visitor_id"),
        Column("topic", "category", "", "topic"),
        Column("pages", "count", "pages", "pages read", low=1),
    ),
    key=("visitor_id", "topic"),
)

OWNERS = Table(
    "owners",
    "one person who sells",
    (Column("owner_id", "id", "", "number"), Column("name", "text", "", "invented name", required=False)),
    key=("owner_id",),
)

OPPORTUNITY = Column("opportunity_id", "id", "", "opportunity", refers="pipeline.opportunity_id")

PIPELINE = Table(
    "pipeline",
    "one opportunity as it stands on the last day of the window",
    (
        Column("opportunity_id", "id", "", "number of the opportunity"),
        CUSTOMER,
        Column("owner_id", "id", "", "who sells", refers="owners.owner_id"),
        Column("source", "category", "", "where it came from"),
        Column("source_cost", "money", _MONEY, "what this lead cost", low=0),
        CATEGORY,
        Column("amount", "money", _MONEY, "what is at stake", low=0),
        Column("opened", "day", "", "first day"),
        Column("expected_close", "day", "", "day on which its owner expected to close it, said on the first day"),
        Column("stage", "category", "", "stage it is in, or won or lost"),
        Column("closed", "day", "", "day on which it was won or lost, missing while open"),
    ),
    key=("opportunity_id",),
)

PIPELINE_MOVES = Table(
    "pipeline_moves",
    "one stage that an opportunity came to",
    (
        OPPORTUNITY,
        Column("stage", "category", "", "which stage"),
        Column("entered", "day", "", "first day in it"),
    ),
    key=("opportunity_id", "stage"),
)

# What every retail world draws stands first; the rest comes with a knob.
RETAIL_ALWAYS = (CUSTOMERS, PRODUCTS, TRANSACTIONS, LINES, CONTACTS)
RETAIL_KNOBS = (
    *(PRICES, DESIGNS, LOYALTY, STATEMENTS, BRANCHES, BRANCH_RECEIPTS, ENQUIRIES, SHELF),
    *(VISITS, WEB_ORDERS, VISITORS, VISITOR_TOPICS, OWNERS, PIPELINE, PIPELINE_MOVES),
)
RETAIL_TABLES = (*RETAIL_ALWAYS, *RETAIL_KNOBS)
