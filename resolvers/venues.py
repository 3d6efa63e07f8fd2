"""Venues: finding them, and what their managers do."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID, uuid4

from domain.access import Actor
from domain.catalogue import VENUES
from domain.money import Money
from domain.price_terms import PriceTerms, WantedTerms, check_price_terms
from domain.problems import FieldProblem, InvalidInput, VenueInUse
from domain.traces import Facts, Trace, facts
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
        await _write(venue, details)
        await work.record(actor, Trace("CREATE_VENUE", "Venue", venue.id, venue.id, after=facts(**asdict(details))))
    return venue


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
        was, terms = {**facts(**asdict(before)), **_facts_of(venue.terms, before.currency)}, venue.terms
        if details.currency != before.currency:
            terms = terms.in_another_currency()
            venue.price_terms = write_terms(terms)
        await _write(venue, details)
        now = {**facts(**asdict(details)), **_facts_of(terms, details.currency)}
        await work.record_change(actor, Trace("UPDATE_VENUE", "Venue", venue_id, venue_id), was, now)
    return venue


async def set_price_terms(actor: Actor, venue_id: UUID, wanted: WantedTerms, *, key: str | None = None) -> Venue:
    """Give a venue its price terms, and with it all its showtimes that are not over."""
    async with unit_of_work() as work:
        if await work.once(actor, "setPriceTerms", key, [venue_id, asdict(wanted)], venue_id):
            return await found(Venue, venue_id)
        venue = await lock_row(Venue, venue_id)
        terms = check_price_terms(wanted, venue.currency)
        if (before := venue.terms) != terms:
            venue.price_terms = write_terms(terms)
            await venue.save(update_fields=["price_terms"])
            await reprice(venue.id, terms, work.now)
            await touch(VENUES)
            trace = Trace("SET_PRICE_TERMS", "Venue", venue_id, venue_id)
            was, now = _facts_of(before, venue.currency), _facts_of(terms, venue.currency)
            await work.record_change(actor, trace, was, now)
    return venue


def _facts_of(terms: PriceTerms, currency: str) -> Facts:
    return facts(
        booking_fee=Money(terms.booking_fee, currency),
        tax_name=terms.tax_name,
        tax_percent=terms.tax_percent,
        tax_included=terms.tax_included,
        round_to=Money(terms.round_to, currency),
    )


async def _write(venue: Venue, details: VenueDetails) -> None:
    if await Venue.exclude(id=venue.id).filter(name=details.name).exists():
        raise InvalidInput([FieldProblem(("name",), "Another venue has this name.")])
    await venue.update_from_dict(asdict(details)).save()
    await touch(VENUES)
