"""Tables that telecom worlds draw. The last part of a name is what the case calls the table."""

from crmkit.tables.schema import Column, Table

MONEY = "currency of the log"


WHO = Column("customer_id", "id", "", "who", refers="telecom.customers.customer_id")


TELECOM_CUSTOMERS = Table(
    "telecom.customers",
    "one customer of the operator (invented)",
    (
        Column("customer_id", "id", "", "number of the customer"),
        Column("name", "text", "", "invented name", required=False),
        Column("email", "text", "", "invented address at a domain reserved for examples", required=False),
        Column("address", "text", "", "invented street address", required=False),
        Column("region", "category", "", "where the customer lives", refers="telecom.regions.region"),
        Column("firm", "yes_no", "", "a firm with a contract of its own (key account), not a person"),
        Column("sex", "category", "", "female, male, or firm"),
        Column("age", "number", "years", "age when the window opens, missing for firms", low=18),
        Column("income", "number", f"{MONEY}, per month", "monthly income, missing for firms", low=0),
        Column("brand", "category", "", "plan or contract line; Key account for firms"),
        Column("prepaid", "yes_no", "", "pays before using"),
        Column("joined", "day", "", "first day of the month of joining; may lie before the window"),
        Column("left", "day", "", "last day as a customer, missing if after the window"),
    ),
    key=("customer_id",),
)

TELECOM_REGIONS = Table(
    "telecom.regions",
    "one region",
    (
        Column("region", "id", "", "name of the region"),
        Column("quality", "number", "index", "network quality: 0 the mean of the country, +1 good, -1 bad"),
    ),
    key=("region",),
)

TELECOM_PLANS = Table(
    "telecom.plans",
    "one brand with its price list",
    (
        Column("brand", "id", "", "name of the brand"),
        Column("prepaid", "yes_no", "", "paid before use"),
        Column("fee", "money", f"{MONEY}, per month", "monthly fee", low=0),
        Column("minutes_included", "number", "minutes per month", "allowance", low=0),
        Column("data_gb_included", "number", "GB per month", "allowance", low=0),
        Column("minute_price", "money", f"{MONEY}, per minute", "beyond the allowance", low=0),
        Column("gb_price", "money", f"{MONEY}, per GB", "beyond the allowance", low=0),
    ),
    key=("brand",),
)

TELECOM_MONTHS = Table(
    "telecom.months",
    "one customer in one month",
    (
        WHO,
        Column("month", "day", "", "first day of the month"),
        Column("minutes", "number", "minutes", "talked; 0 for firms, whose use is only charged", low=0),
        Column("data_gb", "number", "GB", "transferred; 0 for firms", low=0),
        Column("fee", "money", MONEY, "fixed part of the bill", low=0),
        Column("usage_charge", "money", MONEY, "for use beyond the allowances; of firms, for all use", low=0),
        Column("bill", "money", MONEY, "fee + usage_charge", low=0),
        Column("complaints", "count", "complaints", "raised in the month, first attempts only, answered or not", low=0),
    ),
    key=("customer_id", "month"),
)

TELECOM_OFFERS = Table(
    "telecom.offers",
    "one customer in the retention offer, given it or held back as a control",
    (
        WHO,
        Column("offer", "category", "", "name of the offer"),
        Column("day", "day", "", "day of the offer, also for the controls"),
        Column("treated", "yes_no", "", "True: got the offer; False: held back by lot"),
        Column("cost", "money", MONEY, "cost of this offer", low=0),
    ),
    key=("customer_id", "offer"),
)

TELECOM_CONTRACTS = Table(
    "telecom.contracts",
    "one contract, renewed term by term or ended",
    (
        Column("contract_id", "id", "", "number of the contract"),
        WHO,
        Column("line", "category", "", "what was contracted"),
        Column("begun", "day", "", "first day; contracts that begin in the same month are a cohort"),
        Column("ended", "day", "", "last day, missing if after the window"),
        Column("term_months", "count", "months", "length of a term", low=1),
        Column("fee", "money", f"{MONEY}, per term", "price of a term", low=0),
    ),
    key=("contract_id",),
)

TELECOM_RENEWALS = Table(
    "telecom.renewals",
    "one renewal that fell due in the window",
    (
        Column("contract_id", "id", "", "which contract", refers="telecom.contracts.contract_id"),
        Column("term", "count", "terms", "terms completed on that day, from 1", low=1),
        Column("due", "day", "", "last day of the term"),
        Column("renewed", "yes_no", "", "renewed for another term"),
        Column("amount", "money", MONEY, "paid for the next term, 0 if not renewed", low=0),
    ),
    key=("contract_id", "term"),
)

TELECOM_CHANNELS = Table(
    "telecom.channels",
    "one way to get in touch",
    (
        Column("channel", "id", "", "name of the channel"),
        Column("opens", "number", "hour of the day", "from when", low=0),
        Column("closes", "number", "hour of the day", "until when", low=0),
        Column("cost", "money", f"{MONEY}, per contact", "without the wages of the phone line", low=0),
    ),
    key=("channel",),
)

TELECOM_CONTACTS = Table(
    "telecom.contacts",
    "one contact that was handled, on any channel; calls that were given up are in calls only",
    (
        Column("contact_id", "id", "", "number of the contact, in the order of time"),
        WHO,
        Column("arrived", "moment", "", "when"),
        Column("channel", "category", "", "where", refers="telecom.channels.channel"),
        Column("reason", "category", "", "why"),
        Column("self_service", "yes_no", "", "settled by the voice menu of the phone line"),
        Column("resolved", "yes_no", "", "settled at this contact"),
        Column("handle_s", "number", "seconds", "a person's work, missing where the menu settled it", low=1),
        Column("cost", "money", MONEY, "of the channel, without the wages of the phone line", low=0),
        Column(
            "repeat_of",
            "id",
            "",
            "contact that left it unsettled, missing for first contacts",
            refers="telecom.contacts.contact_id",
        ),
        Column("call_id", "id", "", "its call, missing outside the call log", refers="calls.call_id"),
    ),
    key=("contact_id",),
)

TELECOM_SITES = Table(
    "telecom.sites",
    "one site where agents answer",
    (
        Column("site", "id", "", "name of the site"),
        Column("wage_per_h", "money", f"{MONEY}, per hour", "of an agent", low=0),
    ),
    key=("site",),
)

TELECOM_AGENTS = Table(
    "telecom.agents",
    "one agent",
    (
        Column("agent_id", "id", "", "number of the agent"),
        Column("site", "category", "", "where", refers="telecom.sites.site"),
    ),
    key=("agent_id",),
)

TELECOM_DUTY = Table(
    "telecom.duty",
    "one half hour at one site",
    (
        Column("begins", "moment", "", "begin of the half hour"),
        Column("site", "category", "", "where", refers="telecom.sites.site"),
        Column("agents", "count", "agents", "on duty", low=0),
    ),
    key=("begins", "site"),
)

CALLS = Table(
    "calls",
    "one call, answered, settled by the voice menu, or given up",
    (
        Column("call_id", "id", "", "number of the call, in the order of time"),
        Column("customer_id", "id", "", "who", refers="telecom.customers.customer_id", required=False),
        Column("arrived", "moment", "", "when; the voice menu comes first, then the queue"),
        Column("site", "category", "", "where it was answered (or queued, if sites have a queue each), else none"),
        Column("reason", "category", "", "why, as chosen in the menu"),
        Column("contained", "yes_no", "", "settled by the voice menu: never reached the queue"),
        Column("queued", "yes_no", "", "no agent was free at once"),
        Column("wait_s", "number", "seconds", "in the queue until answered or given up; 0 if contained", low=0),
        Column("abandoned", "yes_no", "", "the caller hung up in the queue"),
        Column("handle_s", "number", "seconds", "talk and after-call work, missing if nobody answered", low=0),
        Column(
            "agent_id",
            "id",
            "",
            "who answered, missing if nobody",
            refers="telecom.agents.agent_id",
            required=False,
        ),
        Column("resolved", "yes_no", "", "settled by this call"),
        Column(
            "repeat_of", "id", "", "call that left it unsettled, missing if none in the log", refers="calls.call_id"
        ),
        Column("redial_of", "id", "", "call given up before, missing if none", refers="calls.call_id"),
    ),
    key=("call_id",),
)

TELECOM_TABLES = (
    TELECOM_CUSTOMERS,
    TELECOM_REGIONS,
    TELECOM_PLANS,
    TELECOM_MONTHS,
    TELECOM_OFFERS,
    TELECOM_CONTRACTS,
    TELECOM_RENEWALS,
    TELECOM_CHANNELS,
    TELECOM_CONTACTS,
    TELECOM_SITES,
    TELECOM_AGENTS,
    TELECOM_DUTY,
    CALLS,
)
