"""An analyst's own file → a frame: CSV, Excel or Parquet."""

from crmkit.reading.kinds import FileError
from crmkit.reading.read import read

__all__ = ["FileError", "read"]
