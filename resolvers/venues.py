"""Venues: finding them."""

from uuid import UUID

from models.search import folded
from models.venues import Screen, Venue
from resolvers.pages import Page, page


async def find(search: str | None, first: int | None, after: str | None) -> Page[Venue]:
    """A page of venues by name; `search` is part of the name or of the city."""
    query = Venue.filter(search_folded__contains=folded(search)) if search else Venue.all()
    return await page(query, ["name"], first, after)


async def one(venue_id: UUID) -> Venue | None:
    """A venue."""
    return await Venue.get_or_none(id=venue_id)


async def screen(screen_id: UUID) -> Screen | None:
    """A screen."""
    return await Screen.get_or_none(id=screen_id)
