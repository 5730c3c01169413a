"""What the fields of a telecom world must be together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmkit.worlds import door
from crmkit.worlds.telecom.desk import COMPLAINT, HALF_HOURS, PHONE

if TYPE_CHECKING:
    from crmkit.worlds.telecom.world import Telecom


def check(world: Telecom) -> None:
    """Refuse fields that are sound one by one and not together."""
    if bool(world.plans) == bool(world.lines):
        raise ValueError(
            f"plans holds {len(world.plans)} and lines {len(world.lines)}; give brands (plans) or contracts "
            "(lines) and leave the other ()"
        )
    for field in ("plans", "lines", "regions", "reasons", "channels"):
        parts = getattr(world, field)
        if not parts and field not in ("plans", "lines"):
            raise ValueError(f"{field}=() must hold at least one")
        door.distinct(field, [part.name for part in parts])
        if parts and field != "reasons":
            door.whole_sum(field, [part.share for part in parts])
    if len(world.season) != 12:
        raise ValueError(f"season={world.season!r} must give twelve monthly factors")
    for month, factor in enumerate(world.season, start=1):
        door.number(f"season, month {month}", factor, low=0, high=100, above=True)
    for field, at in (
        ("price_war", world.price_war),
        ("portability", world.portability),
        ("closures", world.closures),
        ("offer", world.offer),
    ):
        if at is not None and at.month >= world.months:
            raise ValueError(
                f"{field} month={at.month} lies outside the window of months={world.months}; "
                f"give a month inside, or {field}=None"
            )
    if world.lines:
        for field in ("price_war", "portability", "festive", "offer", "accounts"):
            if getattr(world, field) is not None:
                raise ValueError(f"{field} works on brands (plans), and this world has contracts; give {field}=None")
    _check_service(world)


def _check_service(world: Telecom) -> None:
    """Reasons, channels and the phone line."""
    for channel in world.channels:
        opens, closes = int(2 * channel.opens), int(2 * channel.closes)
        if channel.share and not any(world.arrivals.day[opens:closes]):
            raise ValueError(f"channel {channel.name!r} is open only when arrivals.day is 0; open it when people come")
    if world.closures is not None and (world.shop is None or world.phone is None):
        raise ValueError("closures move contacts from 'shop' to 'phone'; have both among channels, or closures=None")
    if world.desk is None:
        return
    if world.phone is None:
        raise ValueError(f"desk serves the channel {PHONE!r}, which is not among channels; add it, or give desk=None")
    if world.desk.days > world.days:
        raise ValueError(
            f"desk days={world.desk.days} is more than the {world.days} days of the window; give fewer, or months more"
        )
    phone = world.channels[world.phone]
    open_now = range(int(2 * phone.opens), int(2 * phone.closes))
    if world.desk.agents and not any(world.desk.agents[at % HALF_HOURS] for at in open_now):
        raise ValueError("desk agents has nobody on duty while the phone line is open; put somebody there")


def complaint(world: Telecom) -> int | None:
    """Where complaints stand among the reasons, None if nobody complains."""
    names = [reason.name for reason in world.reasons]
    return names.index(COMPLAINT) if COMPLAINT in names else None
