"""Screens: reading one, and what their managers do. A layout that is edited is a new one: what is sold stays as it was."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from domain.access import Actor
from domain.catalogue import VENUES
from domain.problems import FieldProblem, InvalidInput
from domain.traces import Facts, Trace, facts
from domain.venues import ScreenDetails, check_screen
from models.catalogue import touch
from models.locks import lock_row
from models.search import found
from models.venues import Screen, SeatLayout, Venue, parsed
from resolvers.unit_of_work import unit_of_work


async def one(screen_id: UUID) -> Screen | None:
    """A screen."""
    return await Screen.get_or_none(id=screen_id)


async def add(actor: Actor, venue_id: UUID, wanted: ScreenDetails, *, key: str | None = None) -> Screen:
    """Add a screen to a venue."""
    details = check_screen(wanted)
    async with unit_of_work() as work:
        screen = Screen(id=uuid4(), created_at=work.now, venue_id=venue_id)
        if first := await work.once(actor, "createScreen", key, [venue_id, asdict(wanted)], screen.id):
            return await found(Screen, first)
        await lock_row(Venue, venue_id)
        written = await _write(screen, details, work.now)
        trace = Trace("CREATE_SCREEN", "Screen", screen.id, venue_id, after=_facts_of(details, written.layout_id))
        await work.record(actor, trace)
        return written


async def edit(actor: Actor, screen_id: UUID, changes: Mapping[str, Any], *, key: str | None = None) -> Screen:
    """Change a screen's name or layout; showtimes keep the layout they were scheduled with."""
    async with unit_of_work() as work:
        if await work.once(actor, "updateScreen", key, [screen_id, changes], screen_id):
            return await found(Screen, screen_id)
        seen = await found(Screen, screen_id)
        await lock_row(Venue, seen.venue_id)
        screen = await Screen.get(id=screen_id).select_related("layout")
        before = ScreenDetails(screen.name, screen.layout.drawing)
        was, details = _facts_of(before, screen.layout_id), check_screen(replace(before, **changes))
        written = await _write(screen, details, work.now)
        trace = Trace("UPDATE_SCREEN", "Screen", screen_id, screen.venue_id)
        await work.record_change(actor, trace, was, _facts_of(details, written.layout_id))
        return written


def _facts_of(details: ScreenDetails, layout_id: UUID) -> Facts:
    """The drawing itself is kept for ever, under its id."""
    return facts(name=details.name, layout_id=layout_id, capacity=len(parsed(details.layout).seats))


async def _write(screen: Screen, details: ScreenDetails, now: datetime) -> Screen:
    namesakes = Screen.filter(venue_id=screen.venue_id, name=details.name).exclude(id=screen.id)
    if await namesakes.exists():
        raise InvalidInput([FieldProblem(("name",), "Another screen of this venue has this name.")])
    screen.name = details.name
    screen.layout_id = await _layout(screen.layout_id, details.layout, now)
    await screen.save()
    await touch(VENUES)
    return screen


async def _layout(layout_id: UUID | None, drawing: str, now: datetime) -> UUID:
    """The layout with this drawing: the one the screen has, or a new one."""
    if layout_id is not None and await SeatLayout.exists(id=layout_id, drawing=drawing):
        return layout_id
    capacity = len(parsed(drawing).seats)
    return (await SeatLayout.create(created_at=now, drawing=drawing, capacity=capacity)).id
