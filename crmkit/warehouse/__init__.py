"""The customer warehouse: a star schema in one embedded database."""

from crmkit.warehouse.archive import KEEP_MONTHS, archive, check, restore
from crmkit.warehouse.cells import cells
from crmkit.warehouse.extract import Purpose, extract
from crmkit.warehouse.house import Warehouse, connect, create, open, query
from crmkit.warehouse.load import Loaded, ledger, load, rejects
from crmkit.warehouse.privacy import Anonymised, Anonymity, anonymise, anonymity, pseudonyms

__all__ = [
    "KEEP_MONTHS",
    "Anonymised",
    "Anonymity",
    "Loaded",
    "Purpose",
    "Warehouse",
    "anonymise",
    "anonymity",
    "archive",
    "cells",
    "check",
    "connect",
    "create",
    "extract",
    "ledger",
    "load",
    "open",
    "pseudonyms",
    "query",
    "rejects",
    "restore",
]
