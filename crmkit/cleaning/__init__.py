"""Dirty rows: kept, repaired or rejected, each with its reason; what came in = what goes out."""

from crmkit.cleaning.clean import Cleaned, clean

__all__ = ["Cleaned", "clean"]
