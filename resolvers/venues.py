"""Venues: finding them, and what their managers do."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

from domain.access import Actor
from domain.catalogue import VENUES
from domain.price_terms import WantedTerms, check_price_terms
from domain.problems import FieldProblem, InvalidInput, VenueInUse
from domain.venues import VenueDetails, check_venue
from models.catalogue import touch
from models.locks import lock_everybody, lock_row
from models.price_terms import write_terms
from models.repricing import reprice
from models.search import containing, found
from models.showtimes import Showtime
from models.venues import Venue
from resolvers.pages import Page, page
from resolvers.unit_of_work import unit_of_work


async def find(search: str | None, first: int | None, after: str | None) -> Page[Venue]:
    """A page of venues by name; `search` is part of the name or of the city."""
    return await page(containing(Venue, "search_folded", search), ["name"], first, after)


async def one(venue_id: UUID) -> Venue | None:
    """A venue."""
    return await Venue.get_or_none(id=venue_id)


async def add(actor: Actor, wanted: VenueDetails, *, key: str | None = None) -> Venue:
    """Open a new venue, still without screens."""
    details = check_venue(wanted)
    async with unit_of_work() as work:
        venue = Venue(id=uuid4(), created_at=work.now)
        if first := await work.once(actor, "createVenue", key, asdict(wanted), venue.id):
            return await found(Venue, first)
        await lock_everybody()
        return await _write(venue, details)


async def edit(actor: Actor, venue_id: UUID, changes: Mapping[str, Any], *, key: str | None = None) -> Venue:
    """Change some details of a venue; VenueInUse for zone and currency once it has had a showtime."""
    async with unit_of_work() as work:
        if await work.once(actor, "updateVenue", key, [venue_id, changes], venue_id):
            return await found(Venue, venue_id)
        await lock_everybody()
        venue = await lock_row(Venue, venue_id)
        before = VenueDetails(venue.name, venue.timezone, venue.currency, venue.address, venue.city)
        details = check_venue(replace(before, **changes))
        moved = (details.timezone, details.currency) != (before.timezone, before.currency)
        if moved and await Showtime.exists(venue_id=venue_id):
            raise VenueInUse
        if details.currency != before.currency:
            venue.price_terms = write_terms(venue.terms.in_another_currency())
        return await _write(venue, details)


async def set_price_terms(actor: Actor, venue_id: UUID, wanted: WantedTerms, *, key: str | None = None) -> Venue:
    """Give a venue its price terms, and with it all its showtimes that are not over."""
    async with unit_of_work() as work:
        if await work.once(actor, "setPriceTerms", key, [venue_id, asdict(wanted)], venue_id):
            return await found(Venue, venue_id)
        venue = await lock_row(Venue, venue_id)
        terms = check_price_terms(wanted, venue.currency)
        if terms != venue.terms:
            venue.price_terms = write_terms(terms)
            await venue.save(update_fields=["price_terms"])
            await reprice(venue.id, terms, work.now)
            await touch(VENUES)
    return venue


async def _write(venue: Venue, details: VenueDetails) -> Venue:
    if await Venue.exclude(id=venue.id).filter(name=details.name).exists():
        raise InvalidInput([FieldProblem(("name",), "Another venue has this name.")])
    await venue.update_from_dict(asdict(details)).save()
    await touch(VENUES)
    return venue
