"""Explorers: sliders → a pure function → a plot and a sentence. And fields to answer in."""

from crmkit.explore.answer import ask
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.explore.retail import assortment, budget, clustering, dirt, loyalty, scores, taste

__all__ = [
    "Explorer",
    "ask",
    "assortment",
    "budget",
    "choices",
    "clustering",
    "dirt",
    "loyalty",
    "number",
    "scores",
    "share",
    "taste",
]
