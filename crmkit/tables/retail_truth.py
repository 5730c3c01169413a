"""Tables of the sealed truth of retail worlds beyond that of the default one."""

from crmkit.tables.retail import BRANCH, CATEGORY, ITEM, OPPORTUNITY
from crmkit.tables.schema import Column, Table
from crmkit.tables.truth import TRUTH_CUSTOMERS, TRUTH_DIRT, TRUTH_PREFERENCES, TRUTH_RULES
from crmkit.tables.world import CUSTOMER

_LOG_ODDS = "log-odds"
TRUTH_ELASTICITIES = Table(
    "truth.elasticities",
    "one category",
    (
        CATEGORY,
        Column("elasticity", "number", "per unit of log price", "pieces ~ (price / shelf price) ** -elasticity"),
    ),
    key=("category",),
)
TRUTH_HOMES = Table(
    "truth.homes",
    "one member's home branch",
    (CUSTOMER, BRANCH, Column("closed", "yes_no", "", "does it close within the window?")),
    key=("customer_id",),
)
TRUTH_SHELF = Table(
    "truth.shelf",
    "one of the two articles",
    (
        ITEM,
        Column("lift", "number", "share of own sales", "true rise of the pieces sold where both stand together"),
    ),
    key=("item",),
)
TRUTH_WEB = Table(
    "truth.web",
    "one group of visitors of the site; chances are of one visit, exact",
    (
        Column("fans", "category", "", "fan of the content, or other"),
        Column("share", "share", "0..1", "of the members"),
        Column("sees_content", "share", "0..1", "chance that a visit sees the content before it ends"),
        Column("order_with", "share", "0..1", "chance that a visit which saw the content ends in an order"),
        Column("order_without", "share", "0..1", "the same of a visit that did not see it"),
        Column("order_if_no_lift", "share", "0..1", "chance of an order if the content had no effect"),
        Column("lift", "number", "share of own chance", "true rise of the chance to order next, once it was seen"),
    ),
    key=("fans",),
)
TRUTH_FANS = Table(
    "truth.fans",
    "one member",
    (CUSTOMER, Column("fan", "yes_no", "", "looks at the content more often and orders more often anyhow")),
    key=("customer_id",),
)
TRUTH_VISITORS = Table(
    "truth.visitors",
    "one visitor of the portal",
    (
        Column("visitor_id", "id", "", "visitor", refers="visitors.visitor_id"),
        Column("audience", "category", "", "hidden kind of visitor"),
    ),
    key=("visitor_id",),
)
TRUTH_AUDIENCES = Table(
    "truth.audiences",
    "one topic of one audience",
    (
        Column("audience", "category", "", "hidden kind of visitor"),
        Column("topic", "category", "", "topic"),
        Column("share", "share", "0..1", "true share of the pages this audience reads"),
    ),
    key=("audience", "topic"),
)
TRUTH_PIPELINE = Table(
    "truth.pipeline",
    "one opportunity",
    (
        OPPORTUNITY,
        Column("win_chance", "share", "0..1", "true chance that it is won in the end; 0 or 1 once it is closed"),
    ),
    key=("opportunity_id",),
)
TRUTH_OWNERS = Table(
    "truth.owners",
    "one person who sells",
    (
        Column("owner_id", "id", "", "number", refers="owners.owner_id"),
        Column("skill", "number", _LOG_ODDS, "added to the log-odds of every stage"),
    ),
    key=("owner_id",),
)
TRUTH_STAGES = Table(
    "truth.stages",
    "one stage",
    (
        Column("stage", "category", "", "which"),
        Column("conversion", "share", "0..1", "chance to go on, of an owner of skill 0 and a source of quality 0"),
        Column("days", "number", "days", "mean time in the stage"),
    ),
    key=("stage",),
)
TRUTH_SOURCES = Table(
    "truth.sources",
    "one source of opportunities",
    (
        Column("source", "category", "", "which"),
        Column("quality", "number", _LOG_ODDS, "added to the log-odds of every stage"),
    ),
    key=("source",),
)

RETAIL_TRUTH = (
    *(TRUTH_CUSTOMERS, TRUTH_RULES, TRUTH_PREFERENCES, TRUTH_DIRT, TRUTH_ELASTICITIES, TRUTH_HOMES, TRUTH_SHELF),
    *(TRUTH_WEB, TRUTH_FANS, TRUTH_VISITORS, TRUTH_AUDIENCES),
    *(TRUTH_PIPELINE, TRUTH_OWNERS, TRUTH_STAGES, TRUTH_SOURCES),
)
