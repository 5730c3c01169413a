"""Tables that the bank world draws; the last part of a name is that of the frame in the case."""

from crmkit.tables.bank_finance import BANK_FINANCE
from crmkit.tables.bank_truth import SEALED
from crmkit.tables.schema import Column, Table

MONEY = "currency of the bank"
WHO = Column("customer_id", "id", "", "who", refers="bank.customers.customer_id")
ACCOUNT = Column("account_id", "id", "", "which account", refers="bank.accounts.account_id")
MONTH_END = Column("month", "day", "", "last day of the month")

BRANCHES = Table(
    "bank.branches",
    "one branch",
    (
        Column("branch_id", "id", "", "number of the branch"),
        Column("area", "category", "", "where"),
        Column("closed", "day", "", "first day without it, missing where it stays open"),
    ),
    key=("branch_id",),
)
HOUSEHOLDS = Table(
    "bank.households",
    "one household with at least one customer (invented)",
    (
        Column("household_id", "id", "", "number of the household"),
        Column("branch_id", "id", "", "branch it belongs to", refers="bank.branches.branch_id"),
        Column("area", "category", "", "where it lives"),
        Column("address", "text", "", "invented street address"),
        Column("home_owner", "yes_no", "", "does it own its home?"),
        Column("members", "count", "customers", "customers in the household", low=1),
    ),
    key=("household_id",),
)
CUSTOMERS = Table(
    "bank.customers",
    "one customer of the bank (invented)",
    (
        Column("customer_id", "id", "", "number of the customer"),
        Column("household_id", "id", "", "household", refers="bank.households.household_id"),
        Column("name", "text", "", "invented name"),
        Column("email", "text", "", "invented address at a domain reserved for examples"),
        Column("age", "count", "years", "age on the first day of the window", low=18),
        Column("income", "money", MONEY, "income a year", low=0),
        Column("tenure_years", "number", "years", "with the bank on the first day of the window; 0: came later", low=0),
        Column("joined", "day", "", "day of joining, missing if before the window"),
    ),
    key=("customer_id",),
)
PRODUCTS = Table(
    "bank.products",
    "one kind of account",
    (
        Column("product", "id", "", "name"),
        Column("debt", "yes_no", "", "is the balance owed to the bank?"),
        Column("rate", "number", "a year", "interest or mean return, without any change of rates"),
        Column("margin", "number", "a year", "what the bank earns on the balance at the beginning of each month"),
        Column("fee", "money", MONEY, "what it earns on each account and month on top"),
    ),
    key=("product",),
)
CHANNELS = Table(
    "bank.channels",
    "one channel",
    (
        Column("channel", "id", "", "counter, machine, phone, online; automatic: no one comes"),
        Column("cost", "money", MONEY, "full cost of one transaction", low=0),
    ),
    key=("channel",),
)
ACCOUNTS = Table(
    "bank.accounts",
    "one account",
    (
        Column("account_id", "id", "", "number of the account"),
        WHO,
        Column("product", "category", "", "what kind", refers="bank.products.product"),
        Column("opened", "day", "", "day of opening, missing if before the window"),
        Column("closed", "day", "", "day of closing, missing if after the window"),
        Column("credit_limit", "money", MONEY, "limit of a credit line, missing for other accounts", low=0),
    ),
    key=("account_id",),
)
STATEMENTS = Table(
    "bank.statements",
    "one account in one month",
    (
        ACCOUNT,
        MONTH_END,
        Column("opening", "money", MONEY, "balance at the beginning; below 0: owed to the bank"),
        Column("paid_in", "money", MONEY, "all that raised the balance", low=0),
        Column("paid_out", "money", MONEY, "all that lowered the balance", low=0),
        Column("closing", "money", MONEY, "opening + paid_in - paid_out"),
        Column("interest", "money", MONEY, "interest or gain among these; below 0: charged or lost"),
    ),
    key=("account_id", "month"),
)
TRANSACTIONS = Table(
    "bank.transactions",
    "one transaction on a current account",
    (
        Column("transaction_id", "id", "", "number, in the order of days"),
        WHO,
        Column("day", "day", "", "when"),
        Column("amount", "money", MONEY, "above 0: came in; below 0: went out; 0: an enquiry"),
        Column("channel", "category", "", "where it was done", refers="bank.channels.channel"),
        Column("service", "category", "", "what was done"),
    ),
    key=("transaction_id",),
)
ONLINE = Table(
    "bank.online",
    "one customer who took up the online bank in the window",
    (WHO, Column("day", "day", "", "first day online")),
    key=("customer_id",),
)
EXCEEDED = Table(
    "bank.exceeded",
    "one month end at which a credit line was exceeded",
    (
        ACCOUNT,
        WHO,
        MONTH_END,
        Column("credit_limit", "money", MONEY, "limit of the line", low=0),
        Column("owed", "money", MONEY, "what was owed, more than the limit", low=0),
    ),
    key=("account_id", "month"),
)
DEFAULTS = Table(
    "bank.defaults",
    "one credit line that fell into default",
    (ACCOUNT, WHO, MONTH_END),
    key=("account_id",),
)
CONTACTS = Table(
    "bank.contacts",
    "one customer in one campaign, made an offer or held back as a control",
    (
        WHO,
        Column("campaign", "category", "", "name of the campaign"),
        Column("day", "day", "", "day of the offer, also for the controls"),
        Column("treated", "yes_no", "", "True: got the offer; False: held back by lot"),
        Column("cost", "money", MONEY, "cost of this contact", low=0),
        Column("responded", "yes_no", "", "took such a loan within the time of the campaign?"),
        Column("response_day", "day", "", "when, missing if not"),
        Column("loan", "money", MONEY, "amount of the loan, 0 if none; kept outside the accounts", low=0),
    ),
    key=("customer_id", "campaign"),
)
APPLICATIONS = Table(
    "bank.applications",
    "one application for credit",
    (
        Column("application_id", "id", "", "number, in the order of days"),
        WHO,
        Column("day", "day", "", "when"),
        Column("amount", "money", MONEY, "amount asked for; kept outside the accounts", low=0),
        Column("income", "money", MONEY, "income a year", low=0),
        Column("savings_account", "yes_no", "", "had a savings account on that day?"),
        Column("home_owner", "yes_no", "", "does the household own its home?"),
        Column("age", "count", "years", "age on the first day of the window", low=18),
        Column("approved", "yes_no", "", "what the bank decided"),
        Column("outcome", "category", "", "paid back, default, or refused: then nobody knows"),
    ),
    key=("application_id",),
)
MANAGER = Column("manager_id", "id", "", "account manager", refers="bank.managers.manager_id")
MANAGERS = Table(
    "bank.managers",
    "one account manager (invented)",
    (Column("manager_id", "id", "", "number of the manager"), Column("name", "text", "", "invented name")),
    key=("manager_id",),
)
PORTFOLIOS = Table("bank.portfolios", "one customer with the manager in charge", (WHO, MANAGER), key=("customer_id",))
TALKS = Table(
    "bank.talks",
    "one talk of a manager with a customer",
    (
        Column("talk_id", "id", "", "number, in the order of days"),
        WHO,
        MANAGER,
        Column("day", "day", "", "when"),
        Column("sold", "yes_no", "", "did it end in a sale?"),
        Column("sale", "money", MONEY, "worth of the sale to the bank, 0 if none", low=0),
    ),
    key=("talk_id",),
)
SURVEYS = Table(
    "bank.surveys",
    "one survey that a customer answered",
    (
        Column("survey_id", "id", "", "number, in the order of days"),
        WHO,
        Column("day", "day", "", "when"),
        Column("overall", "count", "points of 100", "satisfaction as a whole", low=0),
    ),
    key=("survey_id",),
)
RATINGS = Table(
    "bank.ratings",
    "one attribute in one survey",
    (
        Column("survey_id", "id", "", "which survey", refers="bank.surveys.survey_id"),
        Column("attribute", "category", "", "side of the service"),
        Column("importance", "count", "points of 100", "how important the customer says it is", low=0),
        Column("performance", "count", "points of 100", "how good it is", low=0),
    ),
    key=("survey_id", "attribute"),
)
MAILS = Table(
    "bank.mails",
    "one e-mail of a customer",
    (
        Column("mail_id", "id", "", "number, in the order of days"),
        WHO,
        Column("day", "day", "", "when"),
        Column("language", "category", "", "en or zh"),
        Column("text", "text", "", "what was written"),
    ),
    key=("mail_id",),
)
BANK_TABLES = (
    BRANCHES,
    HOUSEHOLDS,
    CUSTOMERS,
    PRODUCTS,
    CHANNELS,
    ACCOUNTS,
    STATEMENTS,
    TRANSACTIONS,
    ONLINE,
    EXCEEDED,
    DEFAULTS,
    CONTACTS,
    APPLICATIONS,
    MANAGERS,
    PORTFOLIOS,
    TALKS,
    SURVEYS,
    RATINGS,
    MAILS,
    *BANK_FINANCE,
)
BANK_TRUTH = SEALED

__all__ = ["BANK_TABLES", "BANK_TRUTH"]
