"""Prices as they are stored: the same when they are read, short where there is little to say, readable for ever."""

import json

import pytest
from hypothesis import given, settings

from domain.layouts import SeatKind
from domain.money import Money
from domain.price_terms import NO_TERMS, PriceTerms
from domain.pricing import PricePart, Quote, QuoteLine, base_line, quote
from models.base import sql
from models.bookings import read_quote, write_quote
from models.price_terms import read_terms, terms_from, write_terms
from models.showtimes import Showtime
from models.venues import Venue
from tests.databases import Database
from tests.domain.prices import BASES, LAYOUT, SELECTIONS, TERMS, any_quotes
from tests.factories.showtimes import make_showtime
from tests.thoroughness import tries


@pytest.mark.once
@settings(max_examples=tries(300, thorough=5_000), deadline=None)
@given(any_quotes())
def test_a_quote_that_is_kept_is_the_same_when_it_is_read(offer: Quote) -> None:
    assert read_quote(json.loads(json.dumps(write_quote(offer))), offer.currency) == offer


@pytest.mark.once
@settings(max_examples=tries(300, thorough=5_000), deadline=None)
@given(BASES, SELECTIONS, TERMS)
def test_so_is_one_that_was_made(base: Money, seats: list, terms: PriceTerms) -> None:
    offer = quote(base, seats, terms)
    assert read_quote(json.loads(json.dumps(write_quote(offer))), offer.currency) == offer


@pytest.mark.once
def test_what_was_stored_before_prices_had_parts_is_one_line_a_seat() -> None:
    offer = read_quote([["F7", "STANDARD", 25_000], ["F8", "PREMIUM", 31_250]], "INR")
    assert offer.lines == (
        QuoteLine(PricePart.BASE, 25_000, "Seat F7", "F7", SeatKind.STANDARD),
        QuoteLine(PricePart.BASE, 31_250, "Seat F8", "F8", SeatKind.PREMIUM),
    )
    assert (offer.total, offer.labels) == (Money(56_250, "INR"), ["F7", "F8"])


@pytest.mark.once
def test_an_ordinary_seat_is_stored_as_it_always_was() -> None:
    offer = quote(Money(25_000, "INR"), LAYOUT.seats[1:3], PriceTerms(round_to=100))
    assert write_quote(offer) == [
        ["A2", "STANDARD", 25_000],
        ["A3", "PREMIUM", 25_000, ["SEAT_KIND", 6_250, "Premium seat, +25 %"]],
        ["", ["ROUNDING", 50, "Rounded to 1.00"]],
    ]


@pytest.mark.once
def test_a_part_that_is_none_is_never_left_out_in_silence() -> None:
    with pytest.raises(ValueError, match="7 is no part"):
        read_quote([["F7", "STANDARD", 25_000, 7]], "INR")
    assert base_line("F7", SeatKind.STANDARD, 1) in read_quote([["F7", "STANDARD", 1]], "INR").lines


@pytest.mark.once
@given(TERMS)
def test_terms_that_are_kept_are_the_same_when_they_are_read(terms: PriceTerms) -> None:
    stored = write_terms(terms)
    assert read_terms(stored) == terms_from(json.dumps(stored)) == terms


@pytest.mark.once
def test_no_terms_are_stored_as_nothing() -> None:
    assert write_terms(NO_TERMS) == {}
    assert write_terms(PriceTerms(round_to=100)) == {"round_to": 100}


async def test_rows_that_never_heard_of_terms_have_none(database: Database) -> None:
    showtime = await make_showtime(rows=1)
    columns = "created_at, movie_id, venue_id, screen_id, layout_id, starts_at, ends_at, local_date, base_price_minor, currency"
    await sql(
        f"INSERT INTO showtimes (id, seat_version, {columns}) SELECT $1, 0, {columns} FROM showtimes WHERE id = $2",
        showtime.movie_id,
        showtime.id,
    )
    assert (await Showtime.get(id=showtime.movie_id)).terms == NO_TERMS
    assert (await Venue.get(id=showtime.venue_id)).terms == NO_TERMS
