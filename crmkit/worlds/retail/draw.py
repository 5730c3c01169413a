"""How a retail world is drawn: one stream of random numbers a table.

The order of the streams is fixed and new ones come last, so that another table
leaves the tables before it as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds.case import Case, Truth
from crmkit.worlds.retail import draw_buying as buying
from crmkit.worlds.retail import draw_club as club
from crmkit.worlds.retail import draw_prices as prices
from crmkit.worlds.retail import draw_shops as shops
from crmkit.worlds.retail import draw_web as online
from crmkit.worlds.retail.catalogue import Catalogue, draw_catalogue
from crmkit.worlds.retail.draw_frames import FIRST_CUSTOMER, Till, contact_frame, customer_frame, with_returns
from crmkit.worlds.retail.draw_pipeline import pipeline_frames
from crmkit.worlds.retail.picks import Lines, coded, draw_lines
from crmkit.worlds.retail.truth import Members, Receipts, Worth, truth_customers, truth_preferences, truth_rules

if TYPE_CHECKING:
    import pandas as pd

    from crmkit.worlds.retail.world import Retail

# Streams of the knobs, in their order for ever; new ones last.
KNOBS = ("invited", "club", "rival", "branches", "closing", "pricing", "rotating", "boosting", "receipts")
KNOBS += ("enquiries", "shelf", "web", "pages", "portal", "pipeline")
FIELDS = ("pricing", "rotation", "loyalty", "rival", "shops", "enquiries", "shelf", "web", "portal", "pipeline")
Frames = dict[str, "pd.DataFrame"]


@dataclass(frozen=True)
class Scene:
    """What is known when the receipts are filled: the extra tables are made from it."""

    known: Members
    receipts: Receipts
    lines: Lines
    catalogue: Catalogue
    weeks: prices.Weeks | None
    invited: np.ndarray | None
    branches: shops.Branches | None
    ids: np.ndarray


def draw(world: Retail, seed: int | np.random.Generator) -> Case:
    """Draw the tables of `world` and its truth."""
    rng = np.random.default_rng(seed)
    people, members, goods, timing, mailing, filling, returning = rng.spawn(7)
    used = any(getattr(world, field) is not None for field in FIELDS)
    # Not spawned where all is off: a Generator that is passed in goes on as it always did.
    knob = dict(zip(KNOBS, rng.spawn(len(KNOBS)), strict=True)) if used else {}

    catalogue = draw_catalogue(world.products, goods, world.categories, world.styles)
    known = buying.draw_members(world, members)
    treated = buying.draw_treated(world, known, mailing)
    bought = buying.draw_purchases(world, known, treated, timing)
    invited, branches, bought = _changed(world, known, bought, knob)
    receipts = buying.in_time(world, bought)
    del bought

    tastes = [catalogue.taste(dict(zip(world.styles, region.styles, strict=True))) for region in world.regions]
    rules = coded(world.rules, catalogue)
    lines = draw_lines(known.extra_picks[receipts.who], known.region[receipts.who], tastes, rules, filling)
    weeks, paid = None, None
    if world.pricing is not None or world.rotation is not None:
        weeks = prices.draw_weeks(world, catalogue, knob["pricing"], knob["rotating"])
        lines, paid = prices.boosted(lines, receipts, weeks, knob["boosting"])
    till = with_returns(world, receipts, lines, catalogue, returning, paid)

    ids = FIRST_CUSTOMER + np.arange(world.customers)
    frames = {
        "customers": customer_frame(world, known, ids, people),
        "products": catalogue.frame(),
        "transactions": till.transactions,
        "lines": till.lines,
        "contacts": contact_frame(world, treated, ids),
    }
    scene = Scene(known, receipts, lines, catalogue, weeks, invited, branches, ids)
    boost = weeks.boost if weeks else None
    truth = {
        "customers": truth_customers(world, known, _worth(world, scene), tastes, rules, ids),
        "rules": truth_rules(world),
        "preferences": truth_preferences(world, known, receipts, catalogue, tastes, rules, boost),
    }
    if used:
        for more, sealed in (_of_receipts(world, scene, till, knob), _beside(world, scene, till, knob)):
            frames |= more
            truth |= sealed
    number = seed if isinstance(seed, int) else None
    return Case(frames, name=world.name, seed=number, truth=Truth(truth, world=world))


def _changed(
    world: Retail, known: Members, bought: buying.Purchases, knob: dict[str, np.random.Generator]
) -> tuple[np.ndarray | None, shops.Branches | None, buying.Purchases]:
    """Purchases after the programme, the price war and the closing of branches had their effect."""
    invited = branches = None
    if world.loyalty is not None:
        invited = club.draw_invited(world.loyalty, world.customers, knob["invited"])
        bought = buying.add_purchases(world, known, world.loyalty.lift * invited, bought, knob["club"])
    if world.rival is not None:
        bought = buying.lose_purchases(known, buying.lost_to_a_rival(world.rival, bought), bought, knob["rival"])
    if world.shops is not None:
        branches = shops.draw_branches(world, known, knob["branches"])
        lost = shops.lost_to_closing(world, branches, *bought)
        bought = buying.lose_purchases(known, lost, bought, knob["closing"])
    return invited, branches, bought


def _worth(world: Retail, scene: Scene) -> Worth:
    price, cost = scene.catalogue.price, scene.catalogue.cost
    amount, margin = price, price - cost
    if scene.weeks is not None:
        amount = (scene.weeks.price * scene.weeks.boost).mean(axis=1)
        margin = ((scene.weeks.price - cost[:, None]) * scene.weeks.boost).mean(axis=1)
    factor, kept = 1.0, 1.0
    if scene.invited is not None:
        factor = 1 + world.loyalty.lift * scene.invited
    if scene.branches is not None:
        kept = np.where(scene.branches.closed[scene.branches.home], world.shops.kept_share, 1.0)
    return Worth(amount, margin, factor, kept)


def _of_receipts(
    world: Retail, scene: Scene, till: Till, knob: dict[str, np.random.Generator]
) -> tuple[Frames, Frames]:
    """Tables that hang on the receipts: prices, designs, the programme, branches, enquiries."""
    frames, truth = {}, {}
    if world.pricing is not None:
        frames["prices"] = prices.price_frame(world, scene.catalogue, scene.weeks)
        truth["elasticities"] = prices.truth_elasticities(world)
    if world.rotation is not None:
        frames["designs"] = prices.design_frame(world, scene.catalogue, scene.weeks)
    if world.loyalty is not None:
        frames |= club.club_frames(world.loyalty, scene.invited, scene.ids, till.transactions)
    if world.shops is not None:
        at = shops.branch_of_receipts(world, scene.known, scene.branches, scene.receipts, knob["receipts"])
        frames |= shops.branch_frames(world, scene.branches, at, till)
        truth["homes"] = shops.truth_homes(scene.branches, scene.ids)
    if world.enquiries is not None:
        frames["enquiries"] = shops.enquiry_frame(
            world, scene.known, scene.branches, scene.receipts, scene.lines, scene.catalogue, knob["enquiries"]
        )
    return frames, truth


def _beside(world: Retail, scene: Scene, till: Till, knob: dict[str, np.random.Generator]) -> tuple[Frames, Frames]:
    """Tables beside the receipts: the shelf experiment, the web, the portal, the pipeline."""
    frames, truth = {}, {}
    if world.shelf is not None:
        frames["shelf"], truth["shelf"] = shops.shelf_frames(world, world.shelf, knob["shelf"])
    if world.web is not None:
        number = np.empty(len(scene.receipts.who), dtype=np.int64)
        made = till.transactions["amount"].to_numpy() > 0
        number[till.source[made]] = till.transactions["transaction_id"].to_numpy()[made]
        sessions, fan = online.draw_visits(world, world.web, scene.receipts, knob["web"])
        frames |= online.visit_frames(world, world.web, sessions, fan, number, knob["pages"])
        truth |= {"web": online.truth_web(world.web), "fans": online.truth_fans(fan, scene.ids)}
    for field, make in (
        ("portal", lambda part, rng: online.portal_frames(part, rng)),
        ("pipeline", lambda part, rng: pipeline_frames(world, part, scene.known, rng)),
    ):
        if getattr(world, field) is not None:
            more, sealed = make(getattr(world, field), knob[field])
            frames |= more
            truth |= sealed
    return frames, truth
