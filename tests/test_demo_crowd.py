"""The demo cinema's crowd: its rows are those of real sales, to the last ticket, and nobody sits lonely."""

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from tortoise.models import Model

from adapters.ticket_codes import TicketCodes
from domain.bookings import BookingStatus
from domain.layouts import Layout
from domain.lonely_seats import left_lonely
from domain.neighbours import neighbours_of
from domain.payments import CaptureFate, MessageState, PaymentProvider, PaymentStatus
from domain.pricing import quote
from domain.seat_maps import SeatMap, SeatMapChange, SeatState
from domain.seating import ALL_RULES, check_available, check_rules
from domain.showtimes import local_date
from models.bookings import Booking, Hold, Ticket
from models.inbox import PaymentMessage
from models.payments import Capture, Payment
from models.sales import Sale as SaleLine
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim, layout_of, snapshot
from models.showtimes import Showtime
from models.users import User
from models.venues import SeatLayout
from resolvers import bookings
from scripts import demo
from scripts.demo.audience import KEPT_FREE, MOST
from scripts.demo.guests import GUESTS
from settings import Settings
from tests.demo_cinema import NOW
from tests.demo_house import at_noon, database_url, filled, house
from tests.factories.crowd import SOLD, counts, sold_showtimes

__all__ = ["at_noon", "database_url", "filled", "house"]
pytestmark = pytest.mark.once  # test_demo_books and test_demo_rows look at the same crowd in PostgreSQL


async def grouped(table: type[Model], by: str, *order: str) -> dict[UUID, list[Model]]:
    found: dict[UUID, list[Model]] = defaultdict(list)
    for row in await table.all().order_by(*order):
        found[getattr(row, by)].append(row)
    return found


@cache
def built_lonely(layout: Layout) -> set[str]:
    """Seats that the house has built alone."""
    return left_lonely(neighbours_of(layout).blocks, layout.by_label)


def left_alone(seat_map: SeatMap) -> set[str]:
    """Seats that somebody has left alone, besides those that the house has built so."""
    free = seat_map.layout.by_label.keys() - seat_map.taken.keys()
    return left_lonely(neighbours_of(seat_map.layout).blocks, free) - built_lonely(seat_map.layout)


async def test_the_log_told_from_its_beginning_is_the_map_and_keeps_every_rule(house: Settings) -> None:
    """Each of the house's sales, in its turn, is one that the house would have allowed."""
    changes = await grouped(SeatChange, "showtime_id", "version")
    showtimes = await sold_showtimes()
    assert {showtime.id for showtime in showtimes} == changes.keys()
    assert len(showtimes) > 40
    for showtime in showtimes:
        told = SeatMap(showtime.id, 0, await layout_of(showtime.layout_id), {})
        for version, row in enumerate(changes[showtime.id], start=1):
            state = SeatState(row.cause)
            assert (row.version, set(row.seats.values())) == (version, {state})
            if state is SeatState.HELD:
                check_available(told, list(row.seats))
                check_rules(told, list(row.seats), ALL_RULES)
            else:
                assert {told.state_of(label) for label in row.seats} == {SeatState.HELD}
            free_before = told.available
            told = told.apply(
                SeatMapChange(showtime.id, version - 1, version, row.available, dict.fromkeys(row.seats, state))
            )
            assert row.available == told.capacity - len(told.taken)
            assert told.available == free_before or left_alone(told) == set()
        assert set(told.taken.values()) == {SeatState.BOOKED}
        assert await snapshot(showtime.id, NOW) == told
        moments = [row.at for row in changes[showtime.id]]
        assert moments == sorted(moments)
        assert moments[-1] <= min(NOW, showtime.starts_at)


async def test_every_cent_is_there_four_times(house: Settings) -> None:
    """In the hold, in the booking and in the payment; and it is what the seats cost, and what the reports say."""
    showtimes = {showtime.id: showtime for showtime in await Showtime.all()}
    made = {hold.id: hold for hold in await Hold.all()}
    payments = await grouped(Payment, "booking_id")
    messages = await grouped(PaymentMessage, "payment_id", "created_at")
    captures = await grouped(Capture, "payment_id")
    noted = await grouped(SaleLine, "payment_id")
    all_bookings = await Booking.all()
    assert len(all_bookings) == len(made) == len(payments) == len(messages) == len(captures) > 1_000
    for booking in all_bookings:
        hold, showtime = made[booking.hold_id], showtimes[booking.showtime_id]
        layout = await layout_of(showtime.layout_id)
        assert booking.lines == hold.lines
        seats = [layout.by_label[label] for label in booking.quote.labels]
        assert booking.quote == quote(showtime.base_price, seats, showtime.terms)
        [payment] = payments[booking.id]
        assert payment.amount == booking.total == hold.quote.total
        assert (payment.status, payment.provider) == (PaymentStatus.SUCCEEDED, PaymentProvider.SANDBOX)
        [capture] = captures[payment.id]
        assert (capture.amount, capture.fate, capture.left) == (payment.amount, CaptureFate.TICKET, payment.amount)
        told = messages[payment.id]
        assert [message.kind for message in told] == ["PROCESSING", "CAPTURED"]
        assert {message.state for message in told} == {MessageState.APPLIED}
        assert {json.loads(message.body)["amount_minor"] for message in told} == {payment.amount_minor}
        [line] = noted[payment.id]
        assert (line.amount_minor, line.currency, line.tickets) == (
            payment.amount_minor,
            payment.currency,
            len(booking.quote.labels),
        )
        assert (line.venue_id, line.movie_id, line.refunded_minor) == (showtime.venue_id, showtime.movie_id, 0)
        assert line.sold_at == capture.created_at == told[-1].applied_at
        assert hold.created_at < booking.created_at <= payment.created_at < capture.created_at <= NOW
        assert capture.created_at < booking.expires_at


async def test_every_seat_has_its_claim_and_a_ticket_whose_code_is_ours(house: Settings) -> None:
    codes = TicketCodes(house)
    by_id = {booking.id: booking for booking in await Booking.all()}
    tickets = await Ticket.all()
    for ticket in tickets:
        claim = codes.verify(ticket.code)
        booking = by_id[ticket.booking_id]
        assert (claim.ticket_id, claim.showtime_id, claim.seat) == (ticket.id, booking.showtime_id, ticket.seat)
    seats = sorted((booking.id, label) for booking in by_id.values() for label in booking.quote.labels)
    assert sorted((ticket.booking_id, ticket.seat) for ticket in tickets) == seats
    claims = await SeatClaim.all()
    assert sorted((claim.booking_id, claim.label) for claim in claims) == seats
    assert {(claim.state, claim.hold_id, claim.expires_at) for claim in claims} == {(SeatState.BOOKED, None, None)}
    assert all(by_id[claim.booking_id].showtime_id == claim.showtime_id for claim in claims)
    assert KEPT_FREE.isdisjoint(claim.label for claim in claims)


async def test_the_houses_of_today_and_tomorrow_are_partly_full(house: Settings) -> None:
    sold = Counter(await SeatClaim.all().values_list("showtime_id", flat=True))
    days = Counter()
    for showtime in await sold_showtimes():
        days[(showtime.local_date - local_date(NOW, showtime.venue.timezone)).days] += 1
        capacity = (await layout_of(showtime.layout_id)).seats
        assert 0 < sold[showtime.id] <= MOST * len(capacity)
    assert days.keys() == {0, 1}
    assert min(days.values()) > 40
    assert any(showtime.ends_at < NOW for showtime in await sold_showtimes())


async def test_guests_are_nobody_and_none_has_more_seats_than_one_may(house: Settings) -> None:
    guests = {user.id: user for user in await User.filter(email__endswith="@guests.marquee.test")}
    assert len(guests) == len(GUESTS)
    assert {(user.password_hash, tuple(user.role_names)) for user in guests.values()} == {(None, ("CUSTOMER",))}
    seats: Counter[tuple[UUID, UUID]] = Counter()
    for booking in await Booking.all():
        seats[booking.user_id, booking.showtime_id] += len(booking.quote.labels)
        assert 2 <= len(booking.quote.labels) <= 4
    assert {user_id for user_id, _ in seats} <= guests.keys()
    assert max(seats.values()) <= house.seats_per_person


async def test_a_second_start_sells_nothing_more(house: Settings) -> None:
    before = await counts()
    await demo.keep_open(house, NOW)
    await demo.keep_open(house, NOW + timedelta(hours=3))
    assert await counts() == before
    assert before[1] > 1_000


async def test_a_day_later_another_day_is_sold_and_what_was_sold_stays(house: Settings) -> None:
    before = {booking.id for booking in await Booking.all()}
    await demo.keep_open(house, NOW + timedelta(days=1))
    fresh = await Booking.all().exclude(id__in=list(before)).select_related("showtime")
    assert len(fresh) > 100
    assert await Booking.all().count() == len(before) + len(fresh)
    assert len({booking.reference for booking in await Booking.all()}) == len(before) + len(fresh)


async def sold_seats() -> set[tuple[str, datetime, str]]:
    rows = await SeatClaim.all().select_related("showtime__screen")
    return {(row.showtime.screen.name, row.showtime.starts_at, row.label) for row in rows}


async def test_the_same_day_has_the_same_crowd(house: Settings) -> None:
    first = await sold_seats()
    for table in reversed(SOLD):
        await table.all().delete()
    await Showtime.all().update(seat_version=0)
    await demo.keep_open(house, NOW + timedelta(minutes=90))
    assert await sold_seats() == first


async def test_whose_film_is_over_has_a_completed_booking(house: Settings) -> None:
    statuses = Counter(
        (bookings.status_now(booking, booking.showtime), booking.showtime.ends_at <= NOW)
        for booking in await Booking.all().select_related("showtime")
    )
    assert statuses.keys() == {(BookingStatus.COMPLETED, True), (BookingStatus.CONFIRMED, False)}


async def test_houses_have_love_seats_but_not_where_the_welcome_points(house: Settings) -> None:
    layouts = [layout.layout for layout in await SeatLayout.all()]
    assert sum(any(seat.paired_with for seat in layout.seats) for layout in layouts) == 8
    assert {layout.by_label[label].paired_with for layout in layouts for label in ("D7", "D8")} == {None}
