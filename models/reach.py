"""Rows of the venues where somebody's permission holds."""

from collections.abc import Mapping
from typing import Any

from tortoise.expressions import Q

from domain.access import Actor, Permission, Reach

NOTHING = Q(id__in=[])


def within(reach: Reach, showtime: str) -> Q:
    """Those at these venues; `showtime` leads from the row to its showtime: `booking__showtime`."""
    if reach is None:
        return Q()
    at_these: Mapping[str, Any] = {f"{showtime}__venue_id__in": list(reach)}
    return Q(**at_these) if reach else NOTHING


def seen_by(actor: Actor, owner: str, showtime: str) -> Q:
    """The actor's own, and those of the venues whose customers they serve; `owner` leads to whose a row is."""
    reach = actor.reach(Permission.BOOKING_SEARCH)
    if reach is None:
        return Q()
    of_the_actor: Mapping[str, Any] = {owner: actor.user_id}
    own = Q(**of_the_actor)
    return own | within(reach, showtime) if reach else own
