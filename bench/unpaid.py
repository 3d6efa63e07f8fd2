"""Bookings that wait for their money, as many as a measurement wants, written straight into the database."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

import clock
from bench.holds import pair
from bench.house import House
from domain.bookings import BookingStatus, new_reference
from domain.holds import HoldStatus
from domain.payments import PaymentProvider, PaymentStatus
from domain.seat_maps import SeatState
from models.bookings import Booking, Hold
from models.database import connect, disconnect
from models.payments import Payment
from models.seat_claims import SeatClaim
from settings import Settings

BOOKINGS_A_SHOW = 20
PRICE = 25_000
AN_HOUR = timedelta(hours=1)


async def unpaid(house: House, first_show: int, count: int) -> list[Payment]:
    """So many bookings whose payers are at Stripe, on the showtimes from this one on."""
    await connect(Settings(_env_file=None, database_url=house.database_url))
    now, user = clock.now(), await _somebody(house)
    holds: list[Hold] = []
    bookings: list[Booking] = []
    payments: list[Payment] = []
    claims: list[SeatClaim] = []
    for number in range(count):
        show, place = divmod(number, BOOKINGS_A_SHOW)
        hold = _hold(house.showtimes[first_show + show], pair(place), user, now)
        holds.append(hold)
        bookings.append(_booking(hold, now))
        payments.append(_payment(bookings[-1].id, now))
        claims += [_claim(hold, label) for label in pair(place)]
    await Hold.bulk_create(holds, batch_size=500)
    await Booking.bulk_create(bookings, batch_size=500)
    await Payment.bulk_create(payments, batch_size=500)
    await SeatClaim.bulk_create(claims, batch_size=500)
    await disconnect()
    return payments


async def _somebody(house: House) -> UUID:
    connection = await asyncpg.connect(house.database_url)
    user: UUID = await connection.fetchval("SELECT id FROM users LIMIT 1")
    await connection.close()
    return user


def _hold(showtime: UUID, seats: list[str], user: UUID, now: datetime) -> Hold:
    return Hold(
        id=uuid4(),
        created_at=now,
        user_id=user,
        showtime_id=showtime,
        status=HoldStatus.BOOKED,
        expires_at=now + AN_HOUR,
        lines=[[label, "STANDARD", PRICE] for label in seats],
        currency="INR",
    )


def _claim(hold: Hold, label: str) -> SeatClaim:
    until = hold.expires_at
    return SeatClaim(showtime_id=hold.showtime_id, label=label, state=SeatState.HELD, hold_id=hold.id, expires_at=until)


def _booking(hold: Hold, now: datetime) -> Booking:
    return Booking(
        id=uuid4(),
        created_at=now,
        reference=new_reference(),
        user_id=hold.user_id,
        showtime_id=hold.showtime_id,
        hold_id=hold.id,
        status=BookingStatus.PENDING,
        expires_at=hold.expires_at,
        lines=hold.lines,
        currency="INR",
    )


def _payment(booking_id: UUID, now: datetime) -> Payment:
    id = uuid4()
    return Payment(
        id=id,
        created_at=now,
        booking_id=booking_id,
        provider=PaymentProvider.STRIPE,
        provider_ref=f"cs_test_{id.hex}",
        amount_minor=2 * PRICE,
        currency="INR",
        status=PaymentStatus.PENDING,
    )
