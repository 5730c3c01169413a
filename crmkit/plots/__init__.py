"""Plots: a result in, Axes out. They neither compute, fit, sample nor show.

In a notebook, ``plots.show(plots.segments(summary))`` displays the picture together
with its text equivalent.
"""

from crmkit.plots.log import amounts, months, reasons
from crmkit.plots.regions import residuals, shrinkage
from crmkit.plots.segments import agreement, choose_k, cohorts, concentration, migration, segments, value_matrix
from crmkit.plots.style import Picture, alt, image, percent, png, show
from crmkit.plots.targeting import form, net_gain, programme, promises, trial

__all__ = [
    "Picture",
    "agreement",
    "alt",
    "amounts",
    "choose_k",
    "cohorts",
    "concentration",
    "form",
    "image",
    "migration",
    "months",
    "net_gain",
    "percent",
    "png",
    "programme",
    "promises",
    "reasons",
    "residuals",
    "segments",
    "show",
    "shrinkage",
    "trial",
    "value_matrix",
]
