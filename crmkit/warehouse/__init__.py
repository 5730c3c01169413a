"""The customer warehouse: a star schema in one embedded database."""

from crmkit.warehouse.archive import archive, check, restore
from crmkit.warehouse.house import Warehouse, connect, create, open, query
from crmkit.warehouse.load import Loaded, ledger, load, rejects

__all__ = [
    "Loaded",
    "Warehouse",
    "archive",
    "check",
    "connect",
    "create",
    "ledger",
    "load",
    "open",
    "query",
    "rejects",
    "restore",
]
