"""Worlds: scenarios whose fields are the truth, and the cases they draw."""

from crmkit.worlds.case import Case, Truth
from crmkit.worlds.describe import describe
from crmkit.worlds.dirt import Dirt, soil
from crmkit.worlds.picks import PlantedRule
from crmkit.worlds.retail import Campaign, Kind, Region, Retail

__all__ = ["Campaign", "Case", "Dirt", "Kind", "PlantedRule", "Region", "Retail", "Truth", "describe", "soil"]
