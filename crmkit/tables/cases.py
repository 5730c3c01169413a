"""Tables that cases draw on top of a world, or cut from it otherwise than the world says, by name of the data set."""

from crmkit.tables.cases_bank import BANK_CASES
from crmkit.tables.schema import Column, Table
from crmkit.tables.telecom import TELECOM_TABLES

MONEY = "currency of the log"
MEMBER = Column("customer_id", "id", "", "who", refers="customers.customer_id")
CALLER = Column("customer_id", "id", "", "who", refers="telecom.customers.customer_id")
SCORE = Column("score", "number", "points from 0 to 100", "satisfaction that the customer gave")
CARRIED = {table.name: table for table in TELECOM_TABLES}["telecom.contracts"]

RETAIL = (
    Table(
        "till_export",
        "one receipt of the last quarter as the till wrote it: text, dirty on purpose",
        (
            Column("transaction_id", "text", "", "number of the receipt, twice where a row came twice"),
            Column("customer_id", "text", "", "number of the member, missing or mistyped in some rows"),
            Column("day", "text", "", "day, written in several ways; shifted or impossible in some rows"),
            Column("amount", "text", "yuan", "sum of the receipt; missing, mistyped or unreadable in some rows"),
        ),
    ),
)
SELF_SERVICE = (
    Table(
        "telecom.pilot",
        "one customer and one module of self-service over 13 weeks",
        (
            CALLER,
            Column("module", "category", "", "which of the four"),
            Column("offered", "yes_no", "", "by lot: all four modules, or none"),
            Column("sessions", "count", "sessions", "times the customer opened it; 0 too for those who did not use it"),
            Column("calls", "count", "calls", "calls that reached the agents on what the module is for"),
            Column("talk_s", "number", "seconds", "time of agents that these calls took"),
        ),
    ),
    Table(
        "truth.telecom.modules",
        "one module",
        (
            Column("module", "category", "", "which"),
            Column("avoided", "number", "calls a customer and 13 weeks", "true mean of calls avoided; below 0: made"),
            Column("talk_avoided", "number", "seconds a customer and 13 weeks", "true mean of agents' time avoided"),
        ),
    ),
)
CHURN = (
    Table(
        "telecom.hosting",
        "one hosting contract, renewed term by term or ended; its holders are not in customers",
        tuple(column for column in CARRIED.columns if column.name != "customer_id"),
    ),
)
ESTATE = (
    Table("customers", "one customer of the agency (invented)", ()),
    Table(
        "products",
        "one thing the agency sells or brokers",
        (
            Column("item", "id", "", "name of the product"),
            Column("category", "category", "", "line of business"),
            Column("style", "category", "", "kind of home it is for"),
            Column("price", "money", MONEY, "what a customer pays for it by the list", low=0),
            Column("cost", "money", MONEY, "what one costs the agency", low=0),
        ),
    ),
    Table(
        "transactions",
        "one contract",
        (
            Column("transaction_id", "id", "", "number of the contract"),
            Column("day", "day", "", "day of the signature"),
            Column("amount", "money", MONEY, "what the customer pays"),
        ),
    ),
    Table(
        "lines",
        "one product in one contract",
        (
            Column("basket_id", "id", "", "contract it stands in", refers="transactions.transaction_id"),
            Column("item", "id", "", "which product", refers="products.item"),
            Column("quantity", "count", "pieces", "how many in this contract"),
            Column("price", "money", MONEY, "what the customer pays for one", low=0),
        ),
    ),
    Table(
        "enquiry_export",
        "one enquiry of the last quarter as the offices wrote it: text, dirty on purpose",
        (
            Column("enquiry_id", "text", "", "number of the enquiry, twice where a row came twice"),
            Column("customer_id", "text", "", "number of the customer, missing or mistyped in some rows"),
            Column("branch_id", "text", "", "office that was asked, missing or mistyped in some rows"),
            Column("day", "text", "", "day, written in several ways; missing, shifted or impossible in some rows"),
            Column("channel", "text", "", "phone, web, fax or shop; missing or mistyped in some rows"),
            Column("category", "text", "", "line of business asked for, missing or mistyped in some rows"),
        ),
    ),
    Table(
        "pilot",
        "one customer of the test of October 2025",
        (
            MEMBER,
            Column("arm", "category", "", "what a lot gave: no contact, a message or a call"),
            Column("days_since", "count", "days", "from the last contact to the test, missing where none is known"),
            Column("offered", "category", "", "what was offered: kind of home, or a loan for it"),
            Column("appointment", "yes_no", "", "an appointment within 30 days?"),
            Column("struck_off", "yes_no", "", "asked for no more contacts?"),
        ),
    ),
    Table(
        "dials",
        "one try to reach a customer of the test by telephone",
        (
            MEMBER,
            Column("attempt", "count", "", "which try, from 1"),
            Column("answered", "yes_no", "", "did somebody answer?"),
            Column("minutes", "number", "minutes", "time of the agent"),
        ),
    ),
    Table(
        "desk",
        "one customer of the test as the desk knows them on 12 January 2026",
        (
            MEMBER,
            Column("age", "count", "years", "age"),
            Column("last_contact", "day", "", "last contact of any kind, missing where none is known"),
        ),
    ),
    Table(
        "truth.chances",
        "one customer of the test",
        (
            MEMBER,
            Column("p_without", "share", "0..1", "true chance of an appointment without contact"),
            Column("message", "number", "difference of shares", "what a message adds to it after a pause of 30 days"),
            Column("call", "number", "difference of shares", "what a call adds to it after a pause of 30 days"),
        ),
    ),
)
INDUSTRY = (
    Table("customers", "one firm that has ordered (invented)", ()),
    Table("transactions", "one order of service or spares", ()),
    Table("contacts", "one customer in the wave of July 2025, reminded or held back as a control", ()),
    Table(
        "monthly_answers",
        "one customer asked about their satisfaction, five a month by lot",
        (Column("month", "day", "", "first day of the month"), SCORE),
    ),
    Table("wave", "one of 400 customers asked by lot in December 2025", (SCORE,)),
    Table(
        "truth.came",
        "one opportunity open on 31 December 2025 that was closed within 90 days",
        (
            Column("opportunity_id", "id", "", "which"),
            Column("closed", "day", "", "when it was closed"),
            Column("stage", "category", "", "won or lost"),
            Column("amount", "money", MONEY, "what the order is worth"),
        ),
    ),
    Table(
        "truth.satisfaction",
        "one month",
        (Column("month", "day", "", "first day of the month"), Column("mean", "number", "points", "true mean score")),
    ),
    Table(
        "truth.reminders",
        "one customer",
        (
            MEMBER,
            Column("orders_more", "number", "orders", "true mean of orders more in the 90 days after a reminder"),
            Column("gain", "money", MONEY, "margin of these less the cost of the reminder"),
        ),
    ),
)
CASE_TABLES = {
    "retail": RETAIL,
    "self_service": SELF_SERVICE,
    "churn": CHURN,
    "estate": ESTATE,
    "industry": INDUSTRY,
    **BANK_CASES,
}

__all__ = ["CASE_TABLES"]
