"""Whatever happens in an evening, and in whatever order, the books are right after it."""

import random
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import pytest

import clock
from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import UNDER_WAY, CaptureFate, News, PaymentStatus
from domain.refunds import RefundStatus
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking, Ticket
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale as SaleLine
from resolvers import cancellations, holds, offers, settlement
from resolvers.auditor import audit
from resolvers.cancellations import Override
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.audited import evening_of
from tests.resolvers.evening import SEATS, Evening
from tests.resolvers.sale_fixtures import Later

STEPS = 160


class MoneyEvening(Evening):
    """An evening in which payers pay late, twice or too much, and money goes back in every way there is."""

    def __init__(self, sale: Sale, people: list[Actor], later: Later, seed: int, *, staff: Actor) -> None:
        super().__init__(sale, people, later, seed)
        self._staff = staff
        self._chance = random.Random(seed)

    def kinds(self) -> Sequence[Callable[[Actor], Awaitable[object]]]:
        return (
            *super().kinds(),
            *(self._buy, self._buy, self._come_too_late, self._come_too_late, self._come_too_late),
            *(self._open, self._open, self._hear_of_any, self._hear_of_any, self._hear_of_any, self._pay_too_much),
            *(self._return_some, self._give_more_than_the_policy, self._answer_an_offer, self._answer_an_offer),
            *(self._refund_at_the_provider, self._bounce, self._work),
        )

    async def _buy(self, actor: Actor) -> object:
        booking = await self._sale.book(*self._chance.sample(SEATS, self._chance.randint(1, 3)), actor=actor)
        return await self._sale.tell(await self._sale.start(booking, actor=actor), PaymentStatus.SUCCEEDED)

    async def _come_too_late(self, actor: Actor) -> object:
        """The seats are sold to somebody else before the money comes."""
        seats = self._chance.sample(SEATS, self._chance.randint(1, 2))
        late = await self._sale.start(await self._sale.book(*seats, actor=actor), actor=actor)
        self._later(minutes=11)
        other = self._chance.choice([person for person in self._people if person is not actor])
        quick = await self._sale.start(await self._sale.book(*seats, actor=other), actor=other)
        await self._sale.tell(quick, PaymentStatus.SUCCEEDED)
        return await self._sale.tell(late, PaymentStatus.SUCCEEDED)

    async def _open(self, actor: Actor) -> object:
        pending = await Booking.filter(user_id=actor.user_id, status=BookingStatus.PENDING).order_by("created_at")
        return bool(pending) and await self._sale.start(pending[0], actor=actor)

    async def _hear_of_any(self, _: Actor) -> object:
        """Money comes for some payment, once more or too late as may be."""
        payments = await Payment.all().order_by("created_at", "id")
        if not payments:
            return False
        ref = self._chance.choice([None, uuid4().hex])
        payment = self._chance.choice(payments)
        event = self._sale.event(payment, News.CAPTURED, capture_ref=ref or payment.provider_ref)
        return await settlement.settle(event, self._sale.house)

    async def _pay_too_much(self, _: Actor) -> object:
        payment = await Payment.filter(status__in=list(UNDER_WAY)).order_by("-created_at").first()
        if payment is None:
            return False
        amount = Money(payment.amount_minor + self._chance.choice([-1, 1, 10_000]), payment.currency)
        return await self._sale.tell(payment, PaymentStatus.SUCCEEDED, amount=amount)

    async def _return_some(self, actor: Actor) -> object:
        tickets = await Ticket.filter(booking__user_id=actor.user_id, status="VALID").order_by("created_at", "seat")
        if not tickets:
            return False
        one = self._chance.choice(tickets)
        return await cancellations.refund_tickets(actor, one.booking_id, [one.id], None)

    async def _give_more_than_the_policy(self, _: Actor) -> object:
        tickets = await Ticket.filter(status="VALID").order_by("created_at", "seat")
        if not tickets:
            return False
        one, percent = self._chance.choice(tickets), self._chance.choice([0, 33, 50])
        override = Override(percent, "goodwill")
        return await cancellations.refund_tickets(self._staff, one.booking_id, [one.id], override)

    async def _answer_an_offer(self, _: Actor) -> object:
        offer = await Offer.filter(status=OfferStatus.OPEN).select_related("booking").first()
        if offer is None:
            return False
        actor = Actor(user_id=offer.booking.user_id, roles=frozenset({Role.CUSTOMER}))
        if self._chance.random() < 0.5:
            return await offers.decline(actor, offer.booking_id)
        return await offers.accept(actor, offer.booking_id, self._sale.ticket_codes)

    async def _refund_at_the_provider(self, _: Actor) -> object:
        captures = [each for each in await Capture.all().order_by("created_at", "id") if each.left.minor]
        if not captures:
            return False
        capture = self._chance.choice(captures)
        minor = self._chance.choice([capture.left.minor, max(1, capture.left.minor // 3)])
        payment = await Payment.get(id=capture.payment_id)
        event = self._sale.event(
            payment, News.REFUNDED, capture_ref=capture.capture_ref, refund_ref=uuid4().hex,
            amount=Money(minor, capture.currency),
        )  # fmt: skip
        return await settlement.settle(event, self._sale.house)

    async def _bounce(self, _: Actor) -> object:
        """The bank rejects a refund that had succeeded."""
        done = Refund.filter(status=RefundStatus.SUCCEEDED, attempt=1, amount_minor__gt=0, refund_ref__isnull=False)
        refund = await done.order_by("created_at", "id").first().select_related("payment")
        if refund is None:
            return False
        event = self._sale.event(
            refund.payment, News.REFUND_FAILED, refund_ref=refund.refund_ref, amount=refund.amount, refund_id=refund.id
        )
        return await settlement.settle(event, self._sale.house)

    async def _work(self, _: Actor) -> object:
        return await self.work() > 0

    async def work(self) -> int:
        """Do what is due: refunds through the gateway, offers that are over, holds that are over."""
        await holds.release_expired(clock.now())
        return await Worker(handler_of(self._sale.gateways), 1).drain()


@pytest.mark.parametrize("seed", range(6))
async def test_the_books_are_clean_after_any_evening(sale: Sale, later: Later, seed: int) -> None:
    staff = actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)
    evening = MoneyEvening(sale, [sale.ana, *await others(5)], later, seed, staff=staff)
    for step in range(STEPS):
        await evening.step()
        if step % 20 == 19:
            await evening.work()
            report = await audit(clock.now())
            assert report.violations == [], (step, evening.steps)
    later(minutes=30)
    await evening.work()
    assert (await audit(clock.now())).violations == []
    # The control: it was an evening.
    fates = [await Capture.filter(fate=fate).count() for fate in (CaptureFate.TICKET, CaptureFate.REFUND)]
    assert all(count >= 5 for count in fates), fates
    assert await Refund.filter(status=RefundStatus.SUCCEEDED).count() >= 10
    assert await Offer.exclude(status=OfferStatus.OPEN).count() >= 1


async def test_a_part_given_back_while_an_offer_is_open_is_not_sold(sale: Sale, later: Later) -> None:
    world = await evening_of(sale, later)
    payment = await Payment.get(booking_id=world.offered.id)
    part = Money(10_000, "INR")
    await settlement.settle(sale.event(payment, News.REFUNDED, refund_ref="r1", amount=part), sale.house)
    assert (await audit(clock.now())).violations == []
    accepted = await offers.accept(sale.ana, world.offered.id, sale.ticket_codes)
    assert (await audit(clock.now())).violations == []
    assert accepted.status is BookingStatus.CONFIRMED
    line = await SaleLine.get(payment_id=payment.id)
    assert (line.amount_minor, line.refunded_minor) == (25_000, 10_000)
