"""The tables: what a row is, what each column means and in which unit.

Every meaning is said once, here. The data dictionary (``crmkit tables``) and the
datasheets are printed from these records, `cleaning` reads from them what a sound
value is, and `require` holds a frame against them.
"""

from crmkit.tables.bank import BANK_TABLES, BANK_TRUTH
from crmkit.tables.cases import CASE_TABLES
from crmkit.tables.dictionary import diagram, dictionary, markdown
from crmkit.tables.found import COHORTS, MIGRATION, PREFERENCE, QUEUE_LOG, RFM, TRIAL, VALUE_MATRIX
from crmkit.tables.retail import RETAIL_KNOBS, RETAIL_TABLES
from crmkit.tables.retail_truth import RETAIL_TRUTH
from crmkit.tables.schema import KINDS, Column, Table, require
from crmkit.tables.telecom import CALLS, TELECOM_TABLES
from crmkit.tables.telecom_truth import TELECOM_TRUTH
from crmkit.tables.truth import TRUTH_CUSTOMERS, TRUTH_DIRT, TRUTH_PREFERENCES, TRUTH_RULES
from crmkit.tables.warehouse import WAREHOUSE_TABLES
from crmkit.tables.world import CONTACTS, CUSTOMERS, LINES, ORDER_LINES, PRODUCTS, TRANSACTIONS

WORLD_TABLES = (CUSTOMERS, PRODUCTS, TRANSACTIONS, LINES, CONTACTS)
TRUTH_TABLES = (TRUTH_CUSTOMERS, TRUTH_RULES, TRUTH_PREFERENCES, TRUTH_DIRT)
FOUND_TABLES = (RFM, VALUE_MATRIX, MIGRATION, PREFERENCE, COHORTS, TRIAL)
# Of the truths, what a retail world adds with a knob; the four above stand in TRUTH_TABLES.
RETAIL_KNOB_TRUTH = tuple(table for table in RETAIL_TRUTH if table not in TRUTH_TABLES)
ALL = (
    *(*WORLD_TABLES, *RETAIL_KNOBS, *BANK_TABLES, *TELECOM_TABLES, ORDER_LINES),
    *(*TRUTH_TABLES, *RETAIL_KNOB_TRUTH, *BANK_TRUTH, *TELECOM_TRUTH),
    *FOUND_TABLES,
    QUEUE_LOG,
    *WAREHOUSE_TABLES,
)

__all__ = [
    "ALL",
    "BANK_TABLES",
    "BANK_TRUTH",
    "CALLS",
    "CASE_TABLES",
    "COHORTS",
    "CONTACTS",
    "CUSTOMERS",
    "FOUND_TABLES",
    "KINDS",
    "LINES",
    "MIGRATION",
    "ORDER_LINES",
    "PREFERENCE",
    "PRODUCTS",
    "QUEUE_LOG",
    "RETAIL_KNOBS",
    "RETAIL_TABLES",
    "RETAIL_TRUTH",
    "RFM",
    "TELECOM_TABLES",
    "TELECOM_TRUTH",
    "TRANSACTIONS",
    "TRIAL",
    "TRUTH_CUSTOMERS",
    "TRUTH_DIRT",
    "TRUTH_PREFERENCES",
    "TRUTH_RULES",
    "TRUTH_TABLES",
    "VALUE_MATRIX",
    "WAREHOUSE_TABLES",
    "WORLD_TABLES",
    "Column",
    "Table",
    "diagram",
    "dictionary",
    "markdown",
    "require",
]
