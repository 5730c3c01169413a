"""Explorers: sliders → a pure function → a plot and a sentence. And fields to answer in."""

from crmkit.explore.answer import ask
from crmkit.explore.baskets import lottery, next_offer, thresholds
from crmkit.explore.clv import silence, watching
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.explore.retail import budget, clustering, dirt, loyalty, moves, scores, taste
from crmkit.explore.whatif import assortment, form, market

__all__ = [
    "Explorer",
    "ask",
    "assortment",
    "budget",
    "choices",
    "clustering",
    "dirt",
    "form",
    "lottery",
    "loyalty",
    "market",
    "moves",
    "next_offer",
    "number",
    "scores",
    "share",
    "silence",
    "taste",
    "thresholds",
    "watching",
]
