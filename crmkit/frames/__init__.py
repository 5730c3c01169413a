"""One dataframe face: the door through which every transaction log comes in.

The heavy verbs on logs ask this room for what they need of a frame and never look at its kind.
pandas frames are counted here by NumPy; Polars frames, DuckDB relations, Arrow tables and Spark
frames are worked on by their own engine, through narwhals, and come back as what they were.
"""

from crmkit.frames.engine import as_it_was, fetched, in_memory, like, named, on_engine, opened
from crmkit.frames.engine_log import EngineLog, day_number, engine_log, no_gaps, present, refuse_gaps
from crmkit.frames.pandas_log import codes, judged_on, log, native, per_customer, purchases, way
from crmkit.frames.scan import scan
from crmkit.frames.visits import visits
from crmkit.frames.whole import over_all, parts

__all__ = [
    "EngineLog",
    "as_it_was",
    "codes",
    "day_number",
    "engine_log",
    "fetched",
    "in_memory",
    "judged_on",
    "like",
    "log",
    "named",
    "native",
    "no_gaps",
    "on_engine",
    "opened",
    "over_all",
    "parts",
    "per_customer",
    "present",
    "purchases",
    "refuse_gaps",
    "scan",
    "visits",
    "way",
]
