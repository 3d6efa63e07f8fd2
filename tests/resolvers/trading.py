"""A few days of sales at several venues: bought, late, twice, unpaid, cancelled, given back in part, paid back."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import clock
from domain.money import Money
from domain.payments import PaymentStatus
from domain.refunds import RefundStatus
from models.bookings import Booking, Ticket
from models.refunds import Refund
from resolvers import cancellations, refunds
from tests.factories.movies import make_movie
from tests.factories.sale import Sale
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue

SetTo = Callable[[datetime], None]
# The night in which New York's clocks show one hour twice is among these days.
BEGIN = datetime(2026, 10, 30, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Asia/Kolkata")
KINDS = ("buy", "buy", "buy", "late", "twice", "unpaid", "cancel", "cancel", "some", "refund")


async def houses(sale: Sale, dice: random.Random) -> list[Sale]:
    """Two venues with two movies each, which all sell."""
    selling = []
    for zone in ZONES:
        venue = await make_venue(timezone=zone)
        for price in (25_000, dice.randint(1, 99_999)):
            screen, movie = await make_screen(venue), await make_movie(f"Film {uuid4().hex[:6]}")
            starts_at = BEGIN + timedelta(days=60)
            shown = await make_showtime(starts_at=starts_at, screen=screen, movie=movie, base_price=price)
            selling.append(replace(sale, showtime=shown))
    return selling


async def weeks(selling: list[Sale], dice: random.Random, set_to: SetTo, kinds: Sequence[str] = KINDS) -> Counter[str]:
    """Sales, cancellations and refunds at random moments of five days; what has happened how often."""
    happened: Counter[str] = Counter()
    moment = BEGIN
    seats = [f"{row}{number}" for row in "ABCDEFGH" for number in range(1, 11)]
    for step in range(40):
        moment += timedelta(minutes=dice.randint(1, 400))
        set_to(moment)
        house = dice.choice(selling)
        label = seats[2 * step : 2 * step + dice.randint(1, 2)]
        kind = dice.choice(kinds)
        happened[kind] += await _STEPS[kind](house, label, set_to)
    return happened


async def _buy(house: Sale, seats: list[str], _: object) -> bool:
    return bool(await house.buy(*seats))


async def _unpaid(house: Sale, seats: list[str], _: object) -> bool:
    booking = await house.book(*seats)
    await cancellations.cancel(house.ana, booking.id)
    return True


async def _late(house: Sale, seats: list[str], set_to: SetTo) -> bool:
    """The money comes when the time is over; the seats are still free."""
    payment = await house.start(await house.book(*seats))
    set_to(clock.now() + timedelta(minutes=12))
    await house.tell(payment, PaymentStatus.SUCCEEDED)
    return True


async def _twice(house: Sale, seats: list[str], set_to: SetTo) -> bool:
    """Two payments for one booking both arrive; one of them, with a wrong amount or too late, buys nothing."""
    booking = await house.book(*seats)
    failed = await house.start(booking)
    await house.tell(failed, PaymentStatus.FAILED)
    second = await house.start(booking)
    await house.tell(second, PaymentStatus.SUCCEEDED)
    set_to(clock.now() + timedelta(microseconds=1))
    await house.tell(failed, PaymentStatus.SUCCEEDED)
    await house.tell(failed, PaymentStatus.SUCCEEDED, amount=Money(1, "INR"))
    return True


async def _cancel(house: Sale, _: list[str], __: object) -> bool:
    found = await Booking.filter(showtime_id=house.showtime.id, status="CONFIRMED").order_by("created_at").first()
    return found is not None and bool(await cancellations.cancel(house.ana, found.id))


async def _refund(house: Sale, _: list[str], __: object) -> bool:
    due = await Refund.filter(status=RefundStatus.PENDING).order_by("created_at").first()
    if due is None:
        return False
    await refunds.carry_out(due.id, house.gateways)
    return True


async def _some(house: Sale, _: list[str], __: object) -> bool:
    """One ticket of a booking is given back."""
    ticket = await Ticket.filter(booking__showtime_id=house.showtime.id, status="VALID").order_by("created_at").first()
    return ticket is not None and bool(
        await cancellations.refund_tickets(house.ana, ticket.booking_id, [ticket.id], None)
    )


_STEPS = {
    "buy": _buy,
    "unpaid": _unpaid,
    "late": _late,
    "twice": _twice,
    "cancel": _cancel,
    "some": _some,
    "refund": _refund,
}
