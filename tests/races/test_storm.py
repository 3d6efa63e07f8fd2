"""A whole evening at once: everybody holds, extends, books, pays, fails to pay and cancels while holds run out."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import clock
from domain.access import Actor
from domain.bookings import BookingStatus
from domain.holds import HoldStatus, HoldTerms
from domain.offers import OfferStatus
from domain.payments import PaymentStatus
from domain.problems import Problem
from domain.seat_maps import SeatState
from domain.tickets import TicketStatus
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Capture, Payment
from models.seat_claims import SeatClaim
from resolvers import cancellations, holds, offers
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.races.history import check_history
from tests.races.rivals import people
from tests.resolvers.till import check_books, refunds_due, worker

PEOPLE, SECONDS, SWEEPERS = 16, 3.0, 2
AT_MOST = 30.0  # seconds until everything has happened at least once, however busy the machine is
WANTED = {f"{kind}: done" for kind in ("hold", "extend", "release", "book", "pay", "cancel", "answer")}
SEATS = [f"{row}{number}" for row in "ABCDE" for number in range(1, 11)]
ENDS = [PaymentStatus.SUCCEEDED, PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]
# A hold lasts as long as a few steps take, so that many run out in the middle of something.
BRIEF = HoldTerms(timedelta(seconds=0.3), timedelta(seconds=0.9), 10, 3, timedelta(seconds=0.2))


class Guest:
    """Somebody who does this and that, in no sensible order."""

    def __init__(self, sale: Sale, actor: Actor, seed: int, did: Counter[str]) -> None:
        self._sale = sale
        self._actor = actor
        self._dice = random.Random(seed)
        self._did = did

    async def visit(self) -> None:
        """Steps for a while, each of which may be refused and none of which may fail."""
        steps = (self.hold, self.hold, self.extend, self.release, self.book, self.book, self.pay, self.pay, self.cancel)
        steps = (*steps, self.answer, self.answer)
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < SECONDS or (passed < AT_MOST and not self._did.keys() >= WANTED):
            await asyncio.sleep(self._dice.uniform(0, 0.02))
            step: Callable[[], Awaitable[object]] = self._dice.choice(steps)
            try:
                happened = await step()
            except Problem as refusal:
                happened = type(refusal)
            if happened is not None:
                self._did[f"{step.__name__}: {getattr(happened, '__name__', 'done')}"] += 1

    async def hold(self) -> object:
        return await self._sale.hold(*self._dice.sample(SEATS, self._dice.randint(1, 3)), actor=self._actor)

    async def extend(self) -> object:
        if mine := await holds.mine(self._actor):
            return await holds.extend(self._actor, self._dice.choice(mine).id, BRIEF)
        return None

    async def release(self) -> object:
        if mine := await holds.mine(self._actor):
            return await holds.release(self._actor, self._dice.choice(mine).id)
        return None

    async def book(self) -> object:
        if mine := await holds.mine(self._actor):
            return await self._sale.book_hold(self._dice.choice(mine).id, actor=self._actor)
        return None

    async def pay(self) -> object:
        """Start paying for what is unpaid; the news comes in any order, perhaps late, perhaps twice."""
        unpaid = await Booking.filter(user_id=self._actor.user_id, status=BookingStatus.PENDING)
        if not unpaid:
            return None
        payment = await self._sale.start(self._dice.choice(unpaid), actor=self._actor)
        if payment.provider_ref is None:  # it was over before its checkout opened
            return None
        news = [PaymentStatus.PROCESSING, self._dice.choice(ENDS)] * 2
        self._dice.shuffle(news)
        await asyncio.sleep(self._dice.choice([0, 0, 0.5]))
        told = (self._sale.tell(payment, status, event_id=f"{payment.id}-{status}") for status in news)
        await asyncio.gather(*told)
        return payment

    async def cancel(self) -> object:
        bought = await Booking.filter(user_id=self._actor.user_id, status=BookingStatus.CONFIRMED)
        return await cancellations.cancel(self._actor, self._dice.choice(bought).id) if bought else None

    async def answer(self) -> object:
        """Take, or leave, what is offered instead of seats that were sold before the money came."""
        offer = await Offer.filter(booking__user_id=self._actor.user_id, status=OfferStatus.OPEN).first()
        if offer is None:
            return None
        if self._dice.random() < 0.5:
            return await offers.decline(self._actor, offer.booking_id)
        return await offers.accept(self._actor, offer.booking_id, self._sale.ticket_codes)


async def sweep(until: asyncio.Event) -> None:
    while not until.is_set():
        await holds.release_expired(clock.now())
        await asyncio.sleep(0.02)


async def test_after_the_storm_every_seat_has_one_owner_and_all_money_is_accounted_for(
    database: Database, settings: Settings
) -> None:
    sale = await open_sale(settings)
    sale.terms = BRIEF
    did: Counter[str] = Counter()
    guests = [Guest(sale, actor, number, did) for number, actor in enumerate(await people(PEOPLE))]
    over = asyncio.Event()
    sweepers = [asyncio.create_task(sweep(over)) for _ in range(SWEEPERS)]
    await asyncio.gather(*(guest.visit() for guest in guests))
    await asyncio.sleep(BRIEF.lasts_at_most.total_seconds() + BRIEF.grace.total_seconds())
    over.set()
    await asyncio.gather(*sweepers)
    for offer in await Offer.filter(status=OfferStatus.OPEN):
        await offers.decline(Actor.system(), offer.booking_id)
    assert did.keys() >= WANTED, did
    assert await Booking.exists(status=BookingStatus.EXPIRED)
    await check_seats(sale)
    await check_money(sale)


async def check_seats(sale: Sale) -> None:
    """At rest nothing is held, what is booked is in exactly one paid booking, and each seat of it has a ticket."""
    now = await check_history(sale.showtime.id)
    assert set(now.taken.values()) <= {SeatState.BOOKED}
    assert not await Hold.exists(status=HoldStatus.ACTIVE)
    assert not await Booking.exists(status=BookingStatus.PENDING)
    confirmed = await Booking.filter(status=BookingStatus.CONFIRMED)
    expected = {(label, booking.id) for booking in confirmed for label in booking.quote.labels}
    assert {(claim.label, claim.booking_id) for claim in await SeatClaim.all()} == expected
    valid = await Ticket.filter(status=TicketStatus.VALID)
    assert sorted((ticket.seat, str(ticket.booking_id)) for ticket in valid) == sorted(
        (label, str(id)) for label, id in expected
    )


async def check_money(sale: Sale) -> None:
    """What was taken was either spent on a confirmed booking or is on its way back, once, and gets there."""
    taken = await Capture.all()
    due = [capture for capture in taken if capture.refunding_minor]
    spent = Counter(capture.booking_id for capture in taken if not capture.refunding_minor)
    assert spent == Counter(booking.id for booking in await Booking.filter(status=BookingStatus.CONFIRMED))
    assert Counter(await refunds_due()) == Counter(capture.payment_id for capture in due)
    await worker(sale).drain()
    assert Counter(id for id, _ in sale.gateway.refunded) == Counter(capture.payment_id for capture in due)
    assert await Payment.filter(status=PaymentStatus.SUCCEEDED).count() == len(spent)
    await check_books()
