"""The terms of a venue: what is sold from now on is sold at them, and nothing that was promised moves."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from domain.access import Actor, Role
from domain.best_seats import Party
from domain.money import Money
from domain.price_terms import NO_TERMS, PriceTerms, WantedTerms
from domain.pricing import Quote
from domain.problems import IdempotencyConflict, InvalidInput
from domain.wrong_calls import NotFound
from models.bookings import Hold
from models.catalogue import CatalogueVersion
from models.seat_changes import SeatChange, merged
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.venues import Venue
from resolvers import bookings, holds, seat_maps, showtimes, venues
from tests.databases import Database
from tests.factories.sale import Sale, open_sale, others
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later

WANTED = WantedTerms("30.00", "GST", "18", tax_included=True, round_to="1.00")
TERMS = PriceTerms(3_000, "GST", 1_800, tax_included=True, round_to=100)
ORDINARY, DEARER = Money(25_000, "INR"), Money(28_000, "INR")


@pytest.fixture
async def manager(database: Database) -> Actor:
    return actor_of(await make_staff(Role.ADMIN))


async def terms_of(*showtime_ids: object) -> Sequence[PriceTerms]:
    return [(await Showtime.get(id=id)).terms for id in showtime_ids]


def told(offer: Quote) -> list[tuple[str | None, str, int]]:
    return [(line.label, line.part.value, line.minor) for line in offer.lines]


async def test_from_now_on_seats_are_sold_at_the_new_terms_and_holds_keep_what_they_were_promised(
    sale: Sale, manager: Actor
) -> None:
    before = await sale.hold("A1")
    await venues.set_price_terms(manager, sale.showtime.venue_id, WANTED)
    after = await sale.hold("B1")
    assert told(before.quote) == [("A1", "BASE", 25_000)]
    assert told(after.quote) == [("B1", "BASE", 21_186), ("B1", "FEE", 2_543), ("B1", "TAX", 4_271)]
    assert after.quote.total == DEARER
    old = await sale.book_hold((await holds.extend(sale.ana, before.id, sale.terms)).id)
    new = await sale.book_hold(after.id)
    await venues.set_price_terms(manager, sale.showtime.venue_id, WantedTerms())
    for booking, hold in ((old, before), (new, after)):
        kept = await bookings.one(sale.ana, booking.id)
        assert kept is not None
        assert (kept.quote, kept.total) == (hold.quote, hold.quote.total)
    assert told((await sale.hold("C1")).quote) == [("C1", "BASE", 25_000)]


async def test_the_best_seats_cost_what_their_hold_will(database: Database, manager: Actor) -> None:
    sale = await open_sale(database.settings, screen=await make_screen(drawing="A ssss\nB pppp"))
    await venues.set_price_terms(manager, sale.showtime.venue_id, replace(WANTED, tax_percent="12.34"))
    found = await seat_maps.best(sale.showtime.id, Party(3), 10)
    assert found is not None
    showtime = await Showtime.get(id=sale.showtime.id)
    hold = await holds.place_best(sale.ana, showtime.id, Party(3), sale.terms)
    assert found.labels == hold.quote.labels
    assert seat_maps.price_of(found, showtime.base_price, showtime.terms) == hold.quote.total == Money(102_800, "INR")


async def test_they_are_those_of_each_showtime_that_is_not_over_and_of_those_to_come(
    database: Database, manager: Actor
) -> None:
    screen = await make_screen()
    over = await make_showtime(screen=screen, starts_in=-timedelta(hours=3))
    running = await make_showtime(screen=screen, starts_in=-timedelta(hours=1))
    to_come, elsewhere = await make_showtime(screen=screen), await make_showtime()
    await venues.set_price_terms(manager, to_come.venue_id, WANTED)
    assert await terms_of(over.id, running.id, to_come.id, elsewhere.id) == [NO_TERMS, TERMS, TERMS, NO_TERMS]
    assert (await Venue.get(id=to_come.venue_id)).terms == TERMS
    assert (await Venue.get(id=elsewhere.venue_id)).terms == NO_TERMS
    wanted = showtimes.ShowtimeDetails(starts_at=clock.now() + timedelta(days=9), base_price="9")
    planned = await showtimes.schedule(manager, to_come.movie_id, to_come.screen_id, wanted)
    assert await terms_of(planned.id) == [TERMS]


async def test_every_map_has_its_next_version_and_only_the_whole_of_it_says_so(sale: Sale, manager: Actor) -> None:
    await sale.hold("A1", "A2")
    await venues.set_price_terms(manager, sale.showtime.venue_id, WANTED)
    row = await SeatChange.get(showtime_id=sale.showtime.id, version=2)
    assert (row.cause, row.available, row.seats) == ("PRICED", 98, {})
    assert (await sale.map()).version == 2
    await sale.hold("A3")
    assert await merged(sale.showtime.id, 0, 1) is not None
    assert await merged(sale.showtime.id, 0, 3) is await merged(sale.showtime.id, 1, 2) is None
    last = await merged(sale.showtime.id, 2, 3)
    assert last is not None
    assert (last.available, dict(last.seats)) == (97, {"A3": "HELD"})


async def test_seats_that_are_yet_to_be_given_back_are_not_counted_as_free(
    sale: Sale, manager: Actor, later: Later
) -> None:
    await sale.hold("A1", "A2")
    later(minutes=11)
    await venues.set_price_terms(manager, sale.showtime.venue_id, WANTED)
    assert (await SeatChange.get(version=2)).available == 98
    await sale.hold("A3")
    log = await SeatChange.all().order_by("version").values_list("cause", "available")
    assert log == [("HELD", 98), ("PRICED", 98), ("EXPIRED", 100), ("HELD", 99)]
    assert await SeatClaim.all().count() == 1


async def everything() -> list[object]:
    rows = [table.all().order_by("id").values() for table in (Venue, Showtime, SeatChange)]
    return [await each for each in rows] + [await CatalogueVersion.all().values()]


async def test_the_same_again_changes_nothing(sale: Sale, manager: Actor) -> None:
    await venues.set_price_terms(manager, sale.showtime.venue_id, WANTED)
    before = await everything()
    assert (await venues.set_price_terms(manager, sale.showtime.venue_id, replace(WANTED, round_to="1"))).terms == TERMS
    assert await everything() == before


async def test_a_refusal_changes_nothing(sale: Sale, manager: Actor) -> None:
    await venues.set_price_terms(manager, sale.showtime.venue_id, WANTED)
    before = await everything()
    for wrong in (replace(WANTED, booking_fee="0.001"), replace(WANTED, tax_name=None)):
        await refused(InvalidInput, lambda wrong=wrong: venues.set_price_terms(manager, sale.showtime.venue_id, wrong))
    await refused(NotFound, lambda: venues.set_price_terms(manager, uuid4(), WANTED))
    assert await everything() == before


async def test_a_key_sets_them_once(sale: Sale, manager: Actor) -> None:
    venue_id = sale.showtime.venue_id
    await venues.set_price_terms(manager, venue_id, WANTED, key="k")
    await venues.set_price_terms(manager, venue_id, WantedTerms())
    before = await everything()
    assert (await venues.set_price_terms(manager, venue_id, WANTED, key="k")).terms == NO_TERMS
    await refused(IdempotencyConflict, lambda: venues.set_price_terms(manager, venue_id, WantedTerms(), key="k"))
    assert await everything() == before


async def test_another_currency_takes_the_amounts_away_and_leaves_the_tax(database: Database, manager: Actor) -> None:
    venue = (await make_screen()).venue_id
    await venues.set_price_terms(manager, venue, WANTED)
    await venues.edit(manager, venue, {"city": "Pune"})
    assert (await Venue.get(id=venue)).terms == TERMS
    moved = await venues.edit(manager, venue, {"currency": "VND"})
    assert moved.terms == (await Venue.get(id=venue)).terms == PriceTerms(0, "GST", 1_800, tax_included=True)


async def test_a_hold_made_meanwhile_costs_what_its_moment_in_the_log_says(sale: Sale, manager: Actor) -> None:
    people = await others(10)
    making = [sale.hold(f"{row}5", actor=person) for row, person in zip("ABCDEFGHJK", people, strict=True)]
    pricing = [venues.set_price_terms(manager, sale.showtime.venue_id, each) for each in (WANTED, WantedTerms())]
    await asyncio.gather(*making[:5], *pricing, *making[5:])
    log = await SeatChange.all().order_by("version")
    assert [row.version for row in log] == list(range(1, len(log) + 1))
    costs: dict[str, Money] = {}
    cost = ORDINARY
    for row in log:
        if row.cause == "PRICED":
            cost = DEARER if cost == ORDINARY else ORDINARY
        costs |= dict.fromkeys(row.seats, cost)
    assert len(costs) == 10
    assert {hold.quote.labels[0]: hold.quote.total for hold in await Hold.all()} == costs
