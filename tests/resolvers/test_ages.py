"""A film with a least age: the young are refused before they hold a seat, the unknown as the house decides."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

import clock
from domain.access import Actor
from domain.age import AgeUnknown
from domain.best_seats import Party
from domain.problems import NotOnSale
from models.bookings import Booking
from models.movies import Movie
from models.users import User
from resolvers import bookings, holds
from tests.factories.movies import make_movie
from tests.factories.sale import Sale
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.resolvers.refusals import refused


@pytest.fixture
async def adult_sale(sale: Sale) -> Sale:
    """Tomorrow's film is for people of 18 and older."""
    await Movie.filter(id=sale.showtime.movie_id).update(age_restriction=18)
    return sale


async def born(sale: Sale, years: int, days: int = 0) -> None:
    """Ana turns so many years, and is so many days older, on the day of the showtime."""
    day = sale.showtime.local_date
    birthday = day.replace(year=day.year - years, day=min(day.day, 28))
    await User.filter(id=sale.ana.user_id).update(date_of_birth=birthday - timedelta(days=days))


async def test_the_too_young_hold_no_seat_and_are_told_the_age(adult_sale: Sale) -> None:
    await born(adult_sale, 17, days=10)
    refusal = await refused(NotOnSale, lambda: adult_sale.hold("A1"))
    assert (refusal.minimum_age, refusal.message) == (18, "This film is for people who are 18 or older.")
    best = await refused(
        NotOnSale, lambda: holds.place_best(adult_sale.ana, adult_sale.showtime.id, Party(2), adult_sale.terms)
    )
    assert best.minimum_age == 18


async def test_who_holds_seats_and_turns_out_too_young_does_not_book_them(adult_sale: Sale) -> None:
    hold = await adult_sale.hold("A1")
    await born(adult_sale, 17)
    refusal = await refused(NotOnSale, lambda: adult_sale.book_hold(hold.id))
    assert refusal.minimum_age == 18
    assert await adult_sale.state_of("A1") == {"HELD"}


async def test_the_old_enough_book_and_are_asked_nothing_at_the_door(adult_sale: Sale) -> None:
    await born(adult_sale, 18, days=4)
    assert (await adult_sale.book("A1")).age_at_the_door is None


async def test_an_unknown_age_is_left_to_the_door(adult_sale: Sale) -> None:
    booking = await adult_sale.book("A1", "A2")
    assert (await Booking.get(id=booking.id)).age_at_the_door == 18


async def test_a_house_that_wants_to_know_refuses_the_unknown(adult_sale: Sale) -> None:
    strict = replace(adult_sale, terms=replace(adult_sale.terms, age_unknown=AgeUnknown.REFUSE))
    refusal = await refused(NotOnSale, lambda: strict.hold("A1"))
    assert refusal.minimum_age == 18
    assert "date of birth" in refusal.message
    hold = await adult_sale.hold("A1")  # when the house still asked at the door

    def book() -> object:
        return bookings.book(strict.ana, hold.id, strict.ticket_codes, age_unknown=AgeUnknown.REFUSE)

    assert (await refused(NotOnSale, book)).minimum_age == 18


async def test_a_concierge_books_for_the_customer_whose_age_counts(adult_sale: Sale) -> None:
    await born(adult_sale, 17)
    for_ana = Actor(adult_sale.ana.user_id, adult_sale.ana.roles, served_by=uuid4())
    refusal = await refused(NotOnSale, lambda: adult_sale.hold("A1", actor=for_ana))
    assert refusal.minimum_age == 18


async def test_a_repetition_is_answered_as_the_first_although_the_age_is_known_now(adult_sale: Sale) -> None:
    hold = await adult_sale.hold("A1", key="hold")
    booking = await adult_sale.book_hold(hold.id, key="book")
    await born(adult_sale, 10)
    assert (await adult_sale.hold("A1", key="hold")).id == hold.id
    assert (await adult_sale.book_hold(hold.id, key="book")).id == booking.id


async def test_the_day_is_the_venues(sale: Sale) -> None:
    """At 20:00 UTC on the 21st it is the 22nd in Kolkata, where who was born on a 22nd is a year older."""
    starts_at = datetime(clock.now().year + 1, 11, 21, 20, tzinfo=UTC)
    movie = await make_movie(age_restriction=18)
    for timezone, is_let_in in (("Asia/Kolkata", True), ("Europe/London", False)):
        screen = await make_screen(await make_venue(timezone=timezone))
        showtime = await make_showtime(starts_at=starts_at, screen=screen, movie=movie)
        here = replace(sale, showtime=showtime)
        await User.filter(id=sale.ana.user_id).update(date_of_birth=date(starts_at.year - 18, 11, 22))
        if is_let_in:
            assert (await here.book("A1")).age_at_the_door is None
        else:
            assert (await refused(NotOnSale, partial(here.hold, "A1"))).minimum_age == 18
