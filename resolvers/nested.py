"""What nested fields need, many at a time: one query a kind and operation, however many there are."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import clock
from domain.offers import OfferStatus
from domain.seat_maps import SeatMap
from models.base import Row
from models.bookings import Booking, Hold, Ticket
from models.inbox import PaymentMessage
from models.movies import Movie, MovieGenre
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.showtimes import Showtime
from models.staff import Posting
from models.users import User
from models.venues import Screen, SeatLayout, Venue
from resolvers import seat_maps

RowT = TypeVar("RowT", bound=Row)


async def _by_id(kind: type[RowT], ids: Collection[UUID]) -> dict[UUID, RowT]:
    return {row.id: row for row in await kind.filter(id__in=list(ids))}


async def movies(ids: Collection[UUID]) -> dict[UUID, Movie]:
    """Movies by id."""
    return await _by_id(Movie, ids)


async def venues(ids: Collection[UUID]) -> dict[UUID, Venue]:
    """Venues by id."""
    return await _by_id(Venue, ids)


async def screens(ids: Collection[UUID]) -> dict[UUID, Screen]:
    """Screens by id."""
    return await _by_id(Screen, ids)


async def layouts(ids: Collection[UUID]) -> dict[UUID, SeatLayout]:
    """Seat layouts by id."""
    return await _by_id(SeatLayout, ids)


async def showtimes(ids: Collection[UUID]) -> dict[UUID, Showtime]:
    """Showtimes by id."""
    return await _by_id(Showtime, ids)


async def users(ids: Collection[UUID]) -> dict[UUID, User]:
    """People by id."""
    return await _by_id(User, ids)


async def bookings(ids: Collection[UUID]) -> dict[UUID, Booking]:
    """Bookings by id; the caller has already seen that they may be shown."""
    return await _by_id(Booking, ids)


async def payments(ids: Collection[UUID]) -> dict[UUID, Payment]:
    """Payments by id; the caller has already seen that they may be shown."""
    return await _by_id(Payment, ids)


async def seat_maps_of(showtime_ids: Sequence[UUID]) -> dict[UUID, SeatMap]:
    """The seat maps of showtimes, each read in one statement of its own."""
    maps = await asyncio.gather(*(seat_maps.of(showtime_id) for showtime_id in showtime_ids))
    return {found.showtime_id: found for found in maps if found is not None}


async def screens_of(venue_ids: Collection[UUID]) -> dict[UUID, list[Screen]]:
    """The screens of venues, by name."""
    rows = await Screen.filter(venue_id__in=list(venue_ids)).order_by("name")
    return _grouped([(row.venue_id, row) for row in rows])


async def postings_of(user_ids: Collection[UUID]) -> dict[UUID, list[Venue]]:
    """The venues that people are posted to, by name."""
    rows = await Posting.filter(user_id__in=list(user_ids)).select_related("venue").order_by("venue__name")
    return _grouped([(row.user_id, row.venue) for row in rows])


async def genres_of(movie_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The genres of movies, in the order in which they were given."""
    rows = await MovieGenre.filter(movie_id__in=list(movie_ids)).order_by("position")
    return _grouped([(row.movie_id, row.genre) for row in rows])


async def tickets_of(booking_ids: Collection[UUID]) -> dict[UUID, list[Ticket]]:
    """The tickets of bookings, by seat."""
    rows = await Ticket.filter(booking_id__in=list(booking_ids)).order_by("created_at", "seat")
    return _grouped([(row.booking_id, row) for row in rows])


async def payments_of(booking_ids: Collection[UUID]) -> dict[UUID, list[Payment]]:
    """The payments of bookings, oldest first."""
    rows = await Payment.filter(booking_id__in=list(booking_ids)).order_by("created_at", "id")
    return _grouped([(row.booking_id, row) for row in rows])


async def captures_of(payment_ids: Collection[UUID]) -> dict[UUID, list[Capture]]:
    """The money that came in for payments, oldest first."""
    rows = await Capture.filter(payment_id__in=list(payment_ids)).order_by("created_at", "id")
    return _grouped([(row.payment_id, row) for row in rows])


async def messages_of(payment_ids: Collection[UUID]) -> dict[UUID, list[PaymentMessage]]:
    """What the providers of payments have said of them, oldest first; the caller may see that."""
    rows = await PaymentMessage.filter(payment_id__in=list(payment_ids)).order_by("created_at", "id")
    return _grouped([(row.payment_id, row) for row in rows if row.payment_id is not None])


async def refunds_of(payment_ids: Collection[UUID]) -> dict[UUID, list[Refund]]:
    """The refunds of payments, oldest first."""
    rows = await Refund.filter(payment_id__in=list(payment_ids)).order_by("created_at", "id")
    return _grouped([(row.payment_id, row) for row in rows])


async def refunds_of_bookings(booking_ids: Collection[UUID]) -> dict[UUID, list[Refund]]:
    """The refunds of bookings, oldest first."""
    rows = await Refund.filter(booking_id__in=list(booking_ids)).order_by("created_at", "id")
    return _grouped([(row.booking_id, row) for row in rows])


@dataclass(frozen=True)
class HeldOffer:
    """An offer that can be taken now, and the hold that keeps its seats."""

    offer: Offer
    hold: Hold


async def offers_of(booking_ids: Collection[UUID]) -> dict[UUID, list[HeldOffer]]:
    """The offers of bookings that can be taken now: one at most for each."""
    alive = Offer.filter(booking_id__in=list(booking_ids), status=OfferStatus.OPEN, expires_at__gt=clock.now())
    rows = await alive.select_related("hold")
    return _grouped([(row.booking_id, HeldOffer(row, row.hold)) for row in rows])


ValueT = TypeVar("ValueT")


def _grouped(pairs: Sequence[tuple[UUID, ValueT]]) -> dict[UUID, list[ValueT]]:
    groups: dict[UUID, list[ValueT]] = {}
    for owner, value in pairs:
        groups.setdefault(owner, []).append(value)
    return groups
