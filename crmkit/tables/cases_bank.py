"""Tables that the cases of the bank's world draw on top of it, or cut from it otherwise than the world says."""

from crmkit.tables.schema import Column, Table

MONEY = "currency of the bank"
WHO = Column("customer_id", "id", "", "who", refers="bank.customers.customer_id")
MANAGER = Column("manager_id", "id", "", "account manager in charge")
MONTH_END = Column("month", "day", "", "last day of the month")
DEFAULT_CHANCE = Column("default_chance", "share", "0..1", "true chance of default within twelve months")

INSURANCE = (
    Table(
        "bank.sorted_mails",
        "one e-mail of the first year that people have read and sorted",
        (
            Column("mail_id", "id", "", "which", refers="bank.mails.mail_id"),
            Column("intent", "category", "", "what the customer wants, as people understood it"),
        ),
    ),
)
BROKERAGE = (
    Table(
        "bank.cards",
        "one holder of a card of the bank without default before 2025; not all have a securities account",
        (
            WHO,
            Column("over_2024", "count", "months, 0 to 12", "month ends of 2024 with more owed than the limit"),
            Column("over_2025", "count", "months, 0 to 12", "the same of 2025"),
            Column("defaulted_2025", "yes_no", "", "did the card fall into default in 2025?"),
        ),
    ),
    Table("truth.bank.chances", "one customer of the books on the last day of 2025", (WHO, DEFAULT_CHANCE)),
)
HOME_EQUITY = (
    Table(
        "bank.consents",
        "one home owner of the two campaigns",
        (
            WHO,
            Column("letter", "yes_no", "", "agrees to letters about offers?"),
            Column("call", "yes_no", "", "agrees to calls about offers?"),
        ),
    ),
)
BANK_RISK = (
    Table(
        "bank.customers",
        "one customer who was with the bank at the end of 2025 (invented)",
        (
            Column("home_owner", "yes_no", "", "does the household own its home?"),
            MANAGER,
            Column("margin", "money", MONEY, "margin and fees of all accounts, July to December 2025"),
            Column("cost", "money", MONEY, "cost of the transactions in these months"),
        ),
    ),
    Table(
        "bank.cards",
        "one card at one month end of 2025",
        (
            WHO,
            MONTH_END,
            Column("credit_limit", "money", MONEY, "limit of the card"),
            Column("owed", "money", MONEY, "what was owed; more than the limit: exceeded"),
        ),
    ),
    Table("bank.defaults", "one card that fell into default in 2025", (WHO, MONTH_END)),
    Table(
        "bank.plans",
        "one account manager in one month of 2025",
        (
            Column("manager_id", "id", "", "account manager"),
            MONTH_END,
            Column("customers", "count", "customers", "customers in the portfolio"),
            Column("plan", "money", MONEY, "sales planned for the month, by the size of the portfolio"),
        ),
    ),
    Table(
        "bank.expenses",
        "one branch in one month of 2024 or 2025",
        (
            Column("branch_id", "id", "", "branch"),
            MONTH_END,
            Column("plan", "money", MONEY, "expense planned"),
            Column("actual", "money", MONEY, "what was spent"),
        ),
    ),
    Table(
        "bank.payments",
        "one payment out of a current account, August to December 2025, frauds among them",
        (
            Column("payment_id", "id", "", "number, in the order of days"),
            WHO,
            Column("day", "day", "", "when"),
            Column("amount", "money", MONEY, "below 0: went out"),
            Column("channel", "category", "", "where it was done"),
        ),
    ),
    Table(
        "bank.confirmed",
        "one payment to the end of November 2025 that turned out to be fraud",
        (Column("payment_id", "id", "", "which", refers="bank.payments.payment_id"),),
    ),
    Table(
        "truth.bank.applications",
        "one application for credit",
        (Column("defaulted", "yes_no", "", "would it have defaulted, had it been approved?"),),
    ),
    Table("truth.bank.defaults", "one card that fell into default after 2025", (WHO, MONTH_END)),
    Table(
        "truth.bank.overruns",
        "one branch whose expense was not luck alone",
        (
            Column("branch_id", "id", "", "branch"),
            Column("kind", "category", "", "lasting rise from July 2025 on, or one large bill"),
        ),
    ),
    Table(
        "truth.bank.frauds",
        "one payment of December 2025 that is fraud",
        (Column("payment_id", "id", "", "which"),),
    ),
)
# What cases 31 and 33 draw in their notebooks, on top of the data set `bank`.
BANK = (
    Table(
        "case_31.requests",
        "one request of the pilot of the one front",
        (
            WHO,
            Column("topic", "category", "", "what it was about, by lot"),
            Column("online", "yes_no", "", "did the customer take up the online bank in the window?"),
            Column("group", "category", "", "topic and use of the online bank in one"),
            Column("channel", "category", "", "first channel, by lot"),
            Column("settled", "yes_no", "", "did the first contact settle it? If not, it went on to an expert"),
        ),
    ),
    Table(
        "case_33.diary",
        "one question put to the bank's analysts",
        (
            Column("week", "count", "week, 1 to 12", "in which it was put"),
            Column("minutes", "number", "minutes", "time of an analyst to answer it by hand"),
            Column("months", "count", "months", "how many months back it reached"),
        ),
    ),
    Table(
        "case_33.december",
        "one transaction of December 2025 as exported, dirty on purpose",
        (
            Column("transaction_id", "id", "", "number of the transaction, twice where a row came twice"),
            Column("customer_id", "text", "", "number of the customer, in some rows of nobody"),
            Column("day", "text", "", "year-month-day, in some rows no day that there is"),
            Column("amount", "text", "dollars", "as in `transactions`, in some rows behind a dollar sign"),
            Column("channel", "text", "", "where it was done"),
            Column("service", "text", "", "what was done"),
        ),
    ),
)
BANK_CASES = {
    "bank": BANK,
    "insurance": INSURANCE,
    "brokerage": BROKERAGE,
    "home_equity": HOME_EQUITY,
    "bank_risk": BANK_RISK,
}
