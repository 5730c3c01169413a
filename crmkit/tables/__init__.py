"""The tables: what a row is, what each column means and in which unit.

Every meaning is said once, here. The data dictionary (``crmkit tables``) and the
datasheets are printed from these records, `cleaning` reads from them what a sound
value is, and `require` holds a frame against them.
"""

from crmkit.tables.dictionary import dictionary, markdown
from crmkit.tables.found import COHORTS, MIGRATION, PREFERENCE, RFM, TRIAL, VALUE_MATRIX
from crmkit.tables.schema import KINDS, Column, Table, require
from crmkit.tables.truth import TRUTH_CUSTOMERS, TRUTH_DIRT, TRUTH_PREFERENCES, TRUTH_RULES
from crmkit.tables.world import CONTACTS, CUSTOMERS, LINES, ORDER_LINES, PRODUCTS, TRANSACTIONS

WORLD_TABLES = (CUSTOMERS, PRODUCTS, TRANSACTIONS, LINES, CONTACTS)
TRUTH_TABLES = (TRUTH_CUSTOMERS, TRUTH_RULES, TRUTH_PREFERENCES, TRUTH_DIRT)
FOUND_TABLES = (RFM, VALUE_MATRIX, MIGRATION, PREFERENCE, COHORTS, TRIAL)
ALL = (*WORLD_TABLES, ORDER_LINES, *TRUTH_TABLES, *FOUND_TABLES)

__all__ = [
    "ALL",
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
    "RFM",
    "TRANSACTIONS",
    "TRIAL",
    "TRUTH_CUSTOMERS",
    "TRUTH_DIRT",
    "TRUTH_PREFERENCES",
    "TRUTH_RULES",
    "TRUTH_TABLES",
    "VALUE_MATRIX",
    "WORLD_TABLES",
    "Column",
    "Table",
    "dictionary",
    "markdown",
    "require",
]
