"""Case <-> folder, written whole or not at all; the truth in an envelope of its own."""

from crmkit.store.folder import FORMS, load, open_envelope, save

__all__ = ["FORMS", "load", "open_envelope", "save"]
