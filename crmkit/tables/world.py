"""Tables that worlds draw, and orders from elsewhere."""

from crmkit.tables.schema import Column, Table

# Who it is about, in every table of customers.
CUSTOMER = Column("customer_id", "id", "", "who", refers="customers.customer_id")

CUSTOMERS = Table(
    "customers",
    "one member of the loyalty club (invented)",
    (
        Column("customer_id", "id", "", "number of the member"),
        Column("name", "text", "", "invented name", required=False),
        Column("email", "text", "", "invented address at a domain reserved for examples", required=False),
        Column("address", "text", "", "invented street address", required=False),
        Column("city", "category", "", "where the member lives", required=False),
        Column("joined", "day", "", "day of joining, which is the day of the first purchase", required=False),
    ),
    key=("customer_id",),
)

PRODUCTS = Table(
    "products",
    "one article of the shop",
    (
        Column("item", "id", "", "name of the article"),
        Column("category", "category", "", "kind of article"),
        Column("style", "category", "", "taste it serves"),
        Column("price", "money", "currency of the log", "shelf price of one piece", low=0),
        Column("cost", "money", "currency of the log", "what one piece costs the shop", low=0),
    ),
    key=("item",),
)

TRANSACTIONS = Table(
    "transactions",
    "one purchase (amount above 0) or one return (amount below 0)",
    (
        Column("transaction_id", "id", "", "number of the receipt", required=False),
        CUSTOMER,
        Column("day", "day", "", "day of the purchase or return"),
        Column("amount", "money", "currency of the log", "sum of the receipt", nonzero=True),
    ),
    key=("transaction_id",),
)

LINES = Table(
    "lines",
    "one article on one receipt",
    (
        Column("basket_id", "id", "", "receipt it stands on", refers="transactions.transaction_id"),
        Column("item", "id", "", "which article", refers="products.item"),
        Column("quantity", "count", "pieces", "pieces bought, below 0 if returned", nonzero=True),
        Column("price", "money", "currency of the log", "price of one piece", low=0, nonzero=True),
    ),
    key=("basket_id", "item"),
)

CONTACTS = Table(
    "contacts",
    "one member in one campaign, written to or held back as a control",
    (
        CUSTOMER,
        Column("campaign", "category", "", "name of the campaign"),
        Column("day", "day", "", "day of the mailing, also for the controls"),
        Column("treated", "yes_no", "", "True: got the mailing; False: held back by lot"),
        Column("cost", "money", "currency of the log", "cost of this contact", low=0),
    ),
    key=("customer_id", "campaign"),
)

# --- orders from elsewhere ------------------------------------------------------------------

ORDER_LINES = Table(
    "order_lines",
    "one line of a real order, as tills and shops export them",
    (
        Column("customer_id", "id", "", "who"),
        Column("day", "day", "", "when"),
        Column("basket_id", "id", "", "receipt or order number", required=False),
        Column("item", "text", "", "what", required=False),
        Column("quantity", "number", "pieces", "pieces, below 0 if returned", nonzero=True),
        Column("price", "money", "currency of the log", "price of one piece", low=0, nonzero=True),
    ),
)
