"""An analyst's orders → a page that a manager reads, with its tables as CSV beside it."""

from crmkit.report.export import write
from crmkit.report.gather import Report, gather

__all__ = ["Report", "gather", "write"]
