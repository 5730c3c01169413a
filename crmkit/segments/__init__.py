"""Who are the customers? Segments by rule, by value, by likeness, by place and over time."""

from crmkit.segments.agree import Agreement, agreement
from crmkit.segments.clusters import Clusters, choose_k, clusters
from crmkit.segments.cohorts import cohorts
from crmkit.segments.concentration import Concentration, concentration
from crmkit.segments.focus import focus
from crmkit.segments.life_cycle import STATES, ahead, life_cycle, life_moves
from crmkit.segments.matrix import QUADRANTS, value_matrix
from crmkit.segments.migration import migration
from crmkit.segments.movers import movers
from crmkit.segments.regions import preference
from crmkit.segments.rfm import GRID, SEGMENTS, rfm, summary

__all__ = [
    "GRID",
    "QUADRANTS",
    "SEGMENTS",
    "STATES",
    "Agreement",
    "Clusters",
    "Concentration",
    "agreement",
    "ahead",
    "choose_k",
    "clusters",
    "cohorts",
    "concentration",
    "focus",
    "life_cycle",
    "life_moves",
    "migration",
    "movers",
    "preference",
    "rfm",
    "summary",
    "value_matrix",
]
