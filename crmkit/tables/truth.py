"""Tables of the sealed truth."""

from crmkit.tables.schema import Column, Table
from crmkit.tables.world import CUSTOMER

TRUTH_CUSTOMERS = Table(
    "truth.customers",
    "one member as the world made them",
    (
        CUSTOMER,
        Column("kind", "category", "", "hidden kind of customer"),
        Column("purchases_per_year", "number", "per year", "true mean rate of purchase while a customer"),
        Column("lapses_per_year", "number", "per year", "true hazard of leaving for good"),
        Column("lapsed", "day", "", "day of leaving, missing if after the window"),
        Column("alive", "yes_no", "", "still a customer on the last day of the window?"),
        Column("amount_per_purchase", "money", "currency of the log", "true mean amount of a purchase"),
        Column("margin_per_purchase", "money", "currency of the log", "true mean margin of a purchase"),
        Column("uplift", "number", "share of own rate", "true rise of the rate of purchase after a mailing"),
        Column("purchases_next_year", "number", "purchases", "true mean of purchases in the year after"),
        Column(
            "mailing_margin",
            "money",
            "currency of the log",
            "true mean extra margin of one mailing on the day after the window, before its cost",
        ),
    ),
    key=("customer_id",),
)

TRUTH_RULES = Table(
    "truth.rules",
    "one planted basket rule",
    (
        Column("antecedent", "id", "", "article that pulls", refers="products.item"),
        Column("consequent", "id", "", "article that is pulled", refers="products.item"),
        Column("chance", "share", "0..1", "chance that the first adds the second to the basket"),
    ),
    key=("antecedent", "consequent"),
)

TRUTH_PREFERENCES = Table(
    "truth.preferences",
    "one style in one city",
    (
        Column("city", "category", "", "where"),
        Column("style", "category", "", "taste"),
        Column("share", "share", "0..1", "true expected share of the pieces sold there"),
    ),
    key=("city", "style"),
)

TRUTH_DIRT = Table(
    "truth.dirt",
    "one row that was made dirty",
    (
        Column("row", "count", "", "row of the dirty table, from 0"),
        Column("dirt", "category", "", "what was done to it"),
        Column("column", "category", "", "where"),
        Column("was", "text", "", "the sound value"),
        Column("became", "text", "", "the dirty value, missing where it was taken out"),
    ),
    key=("row",),
)
