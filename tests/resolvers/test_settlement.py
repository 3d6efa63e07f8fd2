"""What a provider says of a payment: in any order, doubled or lost, it ends alike."""

import asyncio
import random
from itertools import permutations
from uuid import uuid4

import pytest

import clock
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.money import Money
from domain.payments import CaptureFate, GatewayEvent, News, PaymentProvider, PaymentStatus
from models.bookings import Booking, Ticket
from models.payments import Capture, Payment
from models.seat_claims import SeatClaim
from resolvers import bookings, holds, settlement
from resolvers.settlement import Contradiction, NotYet
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, refunds_due

DONE, FAILED, PROCESSING = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.PROCESSING
NEWS = [PROCESSING, DONE, FAILED, PaymentStatus.CANCELLED]


async def test_a_paid_booking_has_its_tickets_and_its_seats(sale: Sale, announced: list[Event]) -> None:
    booking, payment = await sale.buy("F7", "F8")
    assert (booking.status, payment.status) == (BookingStatus.CONFIRMED, DONE)
    tickets = await Ticket.filter(booking_id=booking.id).order_by("seat")
    assert [(ticket.seat, ticket.status) for ticket in tickets] == [("F7", "VALID"), ("F8", "VALID")]
    for ticket in tickets:
        claim = sale.ticket_codes.verify(ticket.code)
        assert (claim.ticket_id, claim.showtime_id, claim.seat) == (ticket.id, sale.showtime.id, ticket.seat)
    claims = await SeatClaim.all()
    assert {(claim.state, claim.booking_id, claim.hold_id, claim.expires_at) for claim in claims} == {
        ("BOOKED", booking.id, None, None)
    }
    assert (await sale.map()).version == 2
    told = [event for event in announced if isinstance(event, BookingChange)]
    assert [(event.since, event.version) for event in told] == [(n, n + 1) for n in range(1, booking.version)]
    assert await refunds_due() == []


async def test_money_that_came_is_written_down_once_with_what_became_of_it(sale: Sale) -> None:
    booking, payment = await sale.buy("F7", "F8")
    capture = await Capture.get()
    assert (capture.payment_id, capture.booking_id, capture.provider) == (payment.id, booking.id, payment.provider)
    assert (capture.capture_ref, capture.amount, capture.fate) == (
        payment.provider_ref,
        Money(50_000, "INR"),
        CaptureFate.TICKET,
    )
    assert (capture.refunding_minor, capture.refunded_minor) == (0, 0)
    assert await balances() == {"PROVIDER": 50_000, "SALES": -50_000}
    await check_books()


async def test_a_message_that_comes_five_times_at_once_and_later_has_one_effect(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await asyncio.gather(*(sale.tell(payment, DONE, event_id="evt") for _ in range(5)))
    before = await everything()
    await sale.tell(payment, DONE, event_id="evt")
    await sale.tell(payment, DONE, event_id="another message about the same money")
    assert await everything() == before
    assert await Ticket.all().count() == 1
    assert await Capture.all().count() == 1
    assert (await sale.map()).version == 2
    assert await refunds_due() == []


@pytest.mark.parametrize("order", list(permutations([PROCESSING, DONE, PROCESSING])))
async def test_any_order_of_news_ends_with_the_tickets(sale: Sale, order: tuple[PaymentStatus, ...]) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    for status in order:
        await sale.tell(payment, status)
    assert (await Payment.get(id=payment.id)).status is DONE
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await Ticket.all().count() == 1


@pytest.mark.parametrize("seed", range(3))
async def test_news_in_any_order_doubled_lost_or_all_at_once_ends_alike(sale: Sale, seed: int) -> None:
    dice = random.Random(seed)
    for seat, person in zip(range(1, 11), await others(10), strict=True):
        booking = await sale.book(f"A{seat}", actor=person)
        payment = await sale.start(booking, actor=person)
        events = [(f"{seat}-{n}", status) for n, status in enumerate(dice.choices(NEWS, k=dice.randint(1, 5)))]
        told = dice.sample(events * 3, k=dice.randint(len(events), 3 * len(events)))
        at_once = dice.randint(0, len(told))
        await asyncio.gather(*(sale.tell(payment, status, event_id=id) for id, status in told[:at_once]))
        for id, status in told[at_once:]:
            await sale.tell(payment, status, event_id=id)
        paid = any(status is DONE for _, status in told)
        assert await Capture.filter(payment_id=payment.id).count() == paid
        last = max((status for _, status in told), key=[*NEWS[:1], *NEWS[2:], DONE].index)
        assert (await Payment.get(id=payment.id)).status is last
        assert (await Booking.get(id=booking.id)).status is (BookingStatus.CONFIRMED if paid else BookingStatus.PENDING)
        assert await Ticket.filter(booking_id=booking.id).count() == paid
        assert await sale.state_of(f"A{seat}") == {"BOOKED" if paid else "HELD"}
    assert await refunds_due() == []
    await check_books()


async def test_news_whose_effect_failed_counts_as_never_received(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    booking = await sale.book("A1")
    payment = await sale.start(booking)
    with monkeypatch.context() as dying:
        dying.setattr(bookings, "_issue_tickets", crash)
        await refused(ConnectionError, lambda: sale.tell(payment, DONE, event_id="evt"))
    await sale.tell(payment, DONE, event_id="evt")
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED


async def test_news_of_a_payment_nobody_knows_changes_nothing(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    payment.provider_ref = "somebody else's"
    await refused(NotYet, lambda: sale.tell(payment, DONE))
    assert (await Booking.get(id=booking.id)).status is BookingStatus.PENDING


async def test_another_provider_s_payment_of_the_same_name_is_another(sale: Sale) -> None:
    payment = await sale.start(await sale.book("A1"))
    strange = GatewayEvent(PaymentProvider.STRIPE, "1", News.CAPTURED, payment.amount, payment.provider_ref, payment.id)
    await refused(NotYet, lambda: settlement.settle(strange, sale.house))


async def test_news_may_name_a_payment_by_our_name_alone(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    news = sale.event(payment, News.CAPTURED, provider_ref=None, payment_id=payment.id, capture_ref="ch_1")
    await settlement.settle(news, sale.house)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert (await Capture.get()).capture_ref == "ch_1"


async def test_news_that_names_two_payments_is_believed_of_neither(sale: Sale) -> None:
    (ben,) = await others(1)
    anas = await sale.start(await sale.book("A1"))
    bens = await sale.start(await sale.book("A2", actor=ben), actor=ben)
    for named in (bens.id, uuid4()):
        news = sale.event(anas, News.CAPTURED, payment_id=named)
        await refused(Contradiction, lambda news=news: settlement.settle(news, sale.house))


async def test_processing_gives_one_bounded_grace(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=9)
    await sale.tell(payment, PROCESSING, event_id="1")
    graced = await Booking.get(id=booking.id)
    assert graced.expires_at == clock.now() + sale.terms.grace
    (claim,) = await SeatClaim.all()
    assert claim.expires_at == graced.expires_at
    await sale.tell(payment, FAILED)
    second = await sale.start(booking)
    later(minutes=4)
    await sale.tell(second, PROCESSING, event_id="2")
    assert (await Booking.get(id=booking.id)).expires_at == graced.expires_at
    later(minutes=2)
    await holds.release_expired(clock.now())
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert await SeatClaim.all().count() == 0


async def test_an_early_processing_shortens_nothing(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await sale.tell(payment, PROCESSING)
    assert (await Booking.get(id=booking.id)).expires_at == booking.expires_at


async def test_news_of_processing_wakes_nothing_that_is_over(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    await sale.tell(payment, PROCESSING)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.EXPIRED
    assert await sale.state_of("A1") == {"AVAILABLE"}
