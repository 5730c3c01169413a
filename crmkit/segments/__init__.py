"""Who are the customers? Segments by rule, by value, by likeness, by place and over time."""

from crmkit.segments.agree import Agreement, agreement
from crmkit.segments.clusters import Clusters, choose_k, clusters
from crmkit.segments.cohorts import cohorts
from crmkit.segments.concentration import Concentration, concentration
from crmkit.segments.matrix import QUADRANTS, value_matrix
from crmkit.segments.migration import migration
from crmkit.segments.movers import movers
from crmkit.segments.regions import preference
from crmkit.segments.rfm import GRID, SEGMENTS, rfm, summary

__all__ = [
    "GRID",
    "QUADRANTS",
    "SEGMENTS",
    "Agreement",
    "Clusters",
    "Concentration",
    "agreement",
    "choose_k",
    "clusters",
    "cohorts",
    "concentration",
    "migration",
    "movers",
    "preference",
    "rfm",
    "summary",
    "value_matrix",
]
