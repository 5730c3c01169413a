"""Retail worlds by name: fields that differ from the default chain."""

from __future__ import annotations

from typing import Any

from crmkit.worlds.retail.catalogue import Category
from crmkit.worlds.retail.knobs import Enquiries, Loyalty, Pricing, ShelfTest, Shops
from crmkit.worlds.retail.parts import Kind, Region
from crmkit.worlds.retail.picks import PlantedRule
from crmkit.worlds.retail.pipeline import Pipeline
from crmkit.worlds.retail.web import Portal, Web

_EVEN = (1.0,) * 12

# One supermarket district: frequent shoppers, promotions, points, two articles moved together.
_SHOPPERS = (
    #    name               share rate shape lapse shape pieces season uplift
    Kind("weekly family", 0.30, 40.0, 6.0, 0.10, 2.0, 7.0, 0.3, 0.05),
    Kind("young father", 0.14, 30.0, 4.0, 0.15, 2.0, 5.0, 0.3, 0.20),
    Kind("top-up shopper", 0.36, 18.0, 2.0, 0.30, 1.5, 2.2, 0.2, 0.10),
    Kind("passer-by", 0.20, 3.0, 1.0, 1.20, 1.5, 1.8, 0.4, 0.00),
)
_GROCERY = (
    Category("drinks", ("beer", "juice", "water", "tea"), 24.0, 1.8),
    Category("baby", ("nappies", "wipes", "porridge", "lotion"), 60.0, 0.7),
    Category("household", ("soap", "paper", "candles", "foil"), 20.0, 1.2),
    Category("food", ("rice", "noodles", "snacks", "fruit"), 18.0, 2.2),
)
_PACKS = ("small", "large", "thrift", "premium")
_SHOP = {
    "days": 182,
    "products": 64,
    "joining_share": 0.2,
    "kinds": _SHOPPERS,
    "regions": (
        Region("north side", 0.5, (1.2, 0.9, 1.1, 0.8)),
        Region("south side", 0.3, (0.9, 1.2, 0.8, 1.2)),
        Region("centre", 0.2, (1.0, 0.8, 0.9, 1.5)),
    ),
    "rules": (
        PlantedRule("large nappies", "large beer", 0.35),
        PlantedRule("small noodles", "small snacks", 0.25),
        PlantedRule("premium tea", "premium fruit", 0.20),
    ),
    "campaign": None,
    "season": _EVEN,
    "return_share": 0.01,
    "week": (0.85, 0.80, 0.85, 0.95, 1.15, 1.35, 1.05),
    "categories": _GROCERY,
    "styles": _PACKS,
    "pricing": Pricing(),
    "loyalty": Loyalty(),
    "shelf": ShelfTest(items=("large nappies", "large beer"), lifts=(0.06, 0.15), weekly_pieces=(40.0, 90.0)),
}

# Tea by web: recipes lead to tea; the log of visits is kept for two months.
_TEA = (
    Category("tea", ("tea bags", "loose tea", "iced tea", "tea box"), 35.0, 1.5),
    Category("ware", ("mug", "teapot", "tray", "tin"), 60.0, 1.8),
)
_E_COMMERCE = {
    "products": 32,
    "kinds": (
        Kind("tea lover", 0.25, 10.0, 3.0, 0.20, 2.0, 3.0, 0.4, 0.10),
        Kind("host", 0.30, 4.0, 3.0, 0.40, 2.0, 3.5, 0.8, 0.50),
        Kind("giver", 0.20, 1.8, 2.0, 0.50, 2.0, 2.0, 2.0, 0.80),
        Kind("one-timer", 0.25, 1.0, 1.0, 2.00, 1.5, 1.4, 0.4, 0.05),
    ),
    "regions": (
        Region("China", 0.45, (2.0, 0.6, 0.7, 0.8)),
        Region("Britain", 0.25, (0.5, 2.2, 0.7, 0.7)),
        Region("Germany", 0.18, (0.7, 0.8, 1.7, 1.2)),
        Region("Egypt", 0.12, (0.7, 1.6, 0.8, 1.5)),
    ),
    "rules": (PlantedRule("green loose tea", "green teapot", 0.20), PlantedRule("fruit iced tea", "fruit tin", 0.25)),
    "return_share": 0.06,
    "growth": 0.5,
    "categories": _TEA,
    "styles": ("green", "black", "fruit", "herbal"),
    "pricing": Pricing(promotion_share=0.12),
    "web": Web(),
}

# An estate agency: few deals a life, many enquiries before them, 250 offices.
_LINES = (
    Category("new homes", ("new home",), 24_000.0),
    Category("second-hand homes", ("old home",), 18_000.0),
    Category("rentals", ("lease",), 2_400.0),
    Category("loans and insurance", ("loan",), 1_500.0),
)
_DWELLINGS = ("studio", "two-room", "family", "villa")
_REAL_ESTATE = {
    "days": 1_826,
    "products": 16,
    "kinds": (
        Kind("tenant", 0.45, 0.55, 2.0, 0.15, 2.0, 1.05, 0.4, 0.10),
        Kind("owner", 0.35, 0.15, 2.0, 0.08, 2.0, 1.30, 0.4, 0.05),
        Kind("investor", 0.08, 1.10, 2.0, 0.10, 2.0, 1.40, 0.2, 0.20),
        Kind("once only", 0.12, 0.05, 1.0, 0.60, 1.5, 1.10, 0.4, 0.00),
    ),
    "regions": (
        Region("Beijing", 0.55, (1.2, 1.2, 1.0, 0.6)),
        Region("Tianjin", 0.25, (0.9, 1.1, 1.2, 0.8)),
        Region("Langfang", 0.20, (0.7, 0.9, 1.1, 1.6)),
    ),
    "rules": (
        PlantedRule("two-room new home", "two-room loan", 0.50),
        PlantedRule("family new home", "family loan", 0.45),
        PlantedRule("family old home", "studio lease", 0.20),
    ),
    "campaign": None,
    "season": (0.8, 0.6, 1.3, 1.2, 1.1, 1.0, 0.9, 0.9, 1.2, 1.1, 1.0, 0.9),
    "return_share": 0.0,
    "week": (0.9, 0.8, 0.8, 0.9, 1.0, 1.4, 1.2),
    "categories": _LINES,
    "styles": _DWELLINGS,
    "shops": Shops(branches=250, home_share=0.9),
    "enquiries": Enquiries(),
}

# Laboratory balances to firms: orders of spares and services, and a pipeline of new instruments.
_INDUSTRIAL = {
    "days": 1_096,
    "products": 48,
    "kinds": (
        Kind("large account", 0.12, 9.0, 4.0, 0.05, 2.0, 4.0, 0.2, 0.05),
        Kind("laboratory", 0.48, 3.0, 3.0, 0.15, 2.0, 2.0, 0.3, 0.15),
        Kind("workshop", 0.40, 1.2, 2.0, 0.30, 2.0, 1.5, 0.2, 0.25),
    ),
    "regions": (
        Region("East", 0.42, (1.0, 1.1, 0.9, 1.2)),
        Region("North", 0.24, (1.1, 0.9, 1.0, 0.9)),
        Region("South", 0.22, (0.9, 1.2, 1.1, 0.8)),
        Region("West", 0.12, (1.0, 0.8, 1.2, 0.9)),
    ),
    "rules": (PlantedRule("laboratory balance", "laboratory service contract", 0.45),),
    "return_share": 0.01,
    "week": (1.1, 1.2, 1.2, 1.1, 1.0, 0.1, 0.02),
    "season": (1.0, 0.7, 1.1, 1.0, 1.0, 1.1, 0.9, 0.9, 1.0, 1.0, 1.1, 1.2),
    "categories": (
        Category("weighing", ("balance", "scale", "calibration weight", "terminal"), 9_000.0, 0.9),
        Category("analysis", ("titrator", "sensor", "electrode", "pH meter"), 6_000.0, 0.7),
        Category("service", ("service contract", "inspection", "training", "spare part"), 1_800.0, 0.4),
    ),
    "styles": ("laboratory", "pharma", "food", "retail"),
    "pipeline": Pipeline(),
}

PRESETS: dict[str, dict[str, Any]] = {
    "shop": _SHOP,
    "home_decoration": {},
    "e_commerce": _E_COMMERCE,
    "real_estate": _REAL_ESTATE,
    "industrial": _INDUSTRIAL,
    "health_portal": {"customers": 500, "portal": Portal()},
}
