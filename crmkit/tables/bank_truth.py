"""Tables of what a bank world declares: the sealed truth."""

from crmkit.tables.schema import Column, Table

MONEY = "currency of the bank"
WHO = Column("customer_id", "id", "", "who", refers="bank.customers.customer_id")

TRUTH_CUSTOMERS = Table(
    "truth.bank.customers",
    "one customer as the world made them",
    (
        WHO,
        Column("kind", "category", "", "hidden kind of household"),
        Column("transactions_per_month", "number", "a month", "true mean rate of channel transactions, season aside"),
        Column("leaves_per_year", "number", "a year", "true hazard of leaving for good"),
        Column("left", "day", "", "day of leaving, missing if after the window"),
        Column("alive", "yes_no", "", "still a customer on the last day of the window?"),
        Column("online_ever", "yes_no", "", "will ever take up the online bank?"),
        Column("distressed", "day", "", "first day of distress, missing if not in the window"),
        Column(
            "margin_next_year",
            "money",
            MONEY,
            "true mean margin and fees of the year after, of the accounts held on the last day",
        ),
        Column(
            "cost_next_year", "money", MONEY, "true mean cost of channel transactions and salaries of the year after"
        ),
    ),
    key=("customer_id",),
)
TRUTH_MARKET = Table(
    "truth.bank.market",
    "one product in one month",
    (
        Column("month", "day", "", "last day of the month"),
        Column("product", "category", "", "which", refers="bank.products.product"),
        Column("monthly_return", "number", "share of the balance", "interest or return of the month, the same for all"),
    ),
    key=("month", "product"),
)
TRUTH_MIX = Table(
    "truth.bank.mix",
    "one channel of one kind of customers in one state",
    (
        Column("kind", "category", "", "hidden kind of household"),
        Column("uses_online", "yes_no", "", "has taken up the online bank?"),
        Column("branches_closed", "yes_no", "", "are the branches of the area closed?"),
        Column("channel", "category", "", "where", refers="bank.channels.channel"),
        Column("chance", "share", "0..1", "true chance that a transaction is done there"),
    ),
    key=("kind", "uses_online", "branches_closed", "channel"),
)
TRUTH_CONTACTS = Table(
    "truth.bank.contacts",
    "one customer in one campaign",
    (
        WHO,
        Column("campaign", "category", "", "name of the campaign"),
        Column("p_without", "share", "0..1", "true chance of a loan without the offer"),
        Column("p_with", "share", "0..1", "true chance of a loan with the offer"),
        Column("uplift", "number", "difference of shares", "p_with - p_without"),
        Column("gain", "money", MONEY, "true mean margin that the offer adds, its cost taken off"),
    ),
    key=("customer_id", "campaign"),
)
TRUTH_APPLICATIONS = Table(
    "truth.bank.applications",
    "one application for credit",
    (
        Column("application_id", "id", "", "which", refers="bank.applications.application_id"),
        Column("leaf", "category", "", "way through the true tree, or by score"),
        Column("default_chance", "share", "0..1", "true chance of default, also of what was refused"),
        Column("profit", "money", MONEY, "true mean profit of approving it"),
    ),
    key=("application_id",),
)
TRUTH_MANAGERS = Table(
    "truth.bank.managers",
    "one account manager",
    (
        Column("manager_id", "id", "", "who", refers="bank.managers.manager_id"),
        Column("skill", "number", "log-odds of a sale", "true skill, 0 is the middle"),
        Column("portfolio_share", "share", "0..1", "chance that a customer was given to this manager"),
        Column("sale_chance", "share", "0..1", "true chance that a talk ends in a sale"),
    ),
    key=("manager_id",),
)
TRUTH_ATTRIBUTES = Table(
    "truth.bank.attributes",
    "one side of the service",
    (
        Column("attribute", "category", "", "which"),
        Column("importance", "number", "points of 100", "true mean of the importance that is said"),
        Column("performance", "number", "points of 100", "true mean rating"),
        Column("weight", "share", "0..1", "true weight in the satisfaction as a whole"),
    ),
    key=("attribute",),
)
TRUTH_MAILS = Table(
    "truth.bank.mails",
    "one e-mail",
    (
        Column("mail_id", "id", "", "which", refers="bank.mails.mail_id"),
        Column("intent", "category", "", "what the customer wants"),
        Column("vague", "yes_no", "", "True: its words do not tell the intent"),
        Column("slip", "yes_no", "", "True: a slip of the pen in the sentence that matters"),
    ),
    key=("mail_id",),
)
TRUTH_BROKERS = Table(
    "truth.bank.brokers",
    "one broker",
    (
        Column("broker_id", "id", "", "who", refers="bank.brokers.broker_id"),
        Column("factor", "number", "times", "true factor on the rate of trades of the customers"),
        Column("book_share", "share", "0..1", "chance that a customer was given to this broker"),
    ),
    key=("broker_id",),
)
TRUTH_TRADERS = Table(
    "truth.bank.traders",
    "one customer with a securities account",
    (
        WHO,
        Column("trades_per_year", "number", "a year", "true mean rate of trades with this broker"),
        Column("trades_per_year_alone", "number", "a year", "the same with a broker of factor 1"),
    ),
    key=("customer_id",),
)
TRUTH_POLICIES = Table(
    "truth.bank.policies",
    "one motor policy",
    (
        Column("policy_id", "id", "", "which", refers="bank.policies.policy_id"),
        Column("risk_class", "category", "", "hidden class"),
        Column("claims_per_year", "number", "a year", "true mean number of claims"),
        Column("severity", "money", MONEY, "true mean claim"),
        Column("cost_per_year", "money", MONEY, "true mean cost of a year: the product of both"),
    ),
    key=("policy_id",),
)
# Not among the sealed tables of every bank: only of one with planted frauds.
TRUTH_FRAUDS = Table(
    "truth.bank.frauds",
    "one fraudulent transaction",
    (
        Column("transaction_id", "id", "", "which", refers="bank.transactions.transaction_id"),
        Column("attack", "count", "", "number of the attack; its transactions fall on one day", low=1),
    ),
    key=("transaction_id",),
)
SEALED = (
    TRUTH_CUSTOMERS,
    TRUTH_MARKET,
    TRUTH_MIX,
    TRUTH_CONTACTS,
    TRUTH_APPLICATIONS,
    TRUTH_MANAGERS,
    TRUTH_ATTRIBUTES,
    TRUTH_MAILS,
    TRUTH_BROKERS,
    TRUTH_TRADERS,
    TRUTH_POLICIES,
)
