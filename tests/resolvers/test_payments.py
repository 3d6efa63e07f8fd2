"""Money: paid, late, twice, wrong, given back; whatever the order of the news."""

import asyncio
import random
from collections import Counter
from itertools import permutations
from uuid import UUID

import pytest
from tortoise.models import Model

import clock
from adapters.payments.base import Checkout
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.holds import HoldStatus
from domain.money import Money
from domain.payments import GatewayEvent, PaymentProvider, PaymentStatus
from domain.problems import CancellationRefused, HoldExpired, NotFound, PaymentRefused
from domain.seat_maps import SeatMapChange
from domain.tasks import CarryOutRefund, from_body
from domain.tickets import TicketStatus
from models.bookings import Booking, Hold, Ticket
from models.payments import Capture, Payment
from models.refunds import Refund
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from resolvers import cancellations, holds, payments, refunds
from resolvers.seat_maps import touch
from resolvers.unit_of_work import Work
from tests.factories.sale import Sale, others
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later

DONE, FAILED, PROCESSING = PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.PROCESSING


async def refunds_due() -> list[UUID]:
    """The payments whose money the worker is to give back, in the order in which that was decided."""
    asked = [from_body(task.kind, task.body) for task in await QueuedTask.all().order_by("created_at")]
    return [(await Refund.get(id=task.refund_id)).payment_id for task in asked if isinstance(task, CarryOutRefund)]


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


async def test_a_message_that_comes_five_times_at_once_and_later_has_one_effect(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await asyncio.gather(*(sale.tell(payment, DONE, event_id="evt") for _ in range(5)))
    await sale.tell(payment, DONE, event_id="evt")
    await sale.tell(payment, DONE, event_id="another message about the same money")
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


async def test_a_failed_payment_leaves_the_booking_and_another_may_follow(sale: Sale) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking)
    await refused(PaymentRefused, lambda: sale.start(booking))
    await sale.tell(first, FAILED)
    second = await sale.start(booking)
    await sale.tell(second, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    await refused(PaymentRefused, lambda: sale.start(booking))


async def test_two_payments_for_one_booking_the_second_goes_back(sale: Sale) -> None:
    booking = await sale.book("A1")
    first = await sale.start(booking)
    await sale.tell(first, FAILED)
    second = await sale.start(booking)
    await sale.tell(second, DONE)
    await sale.tell(first, DONE)  # the provider captured it after all
    assert await refunds_due() == [first.id]
    assert await Ticket.all().count() == 1


async def test_money_that_comes_late_buys_the_seats_while_they_are_free(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    await holds.release_expired(clock.now())
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.EXPIRED
    await refused(HoldExpired, lambda: sale.start(booking))
    await sale.tell(payment, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert (await Hold.get(id=booking.hold_id)).status is HoldStatus.BOOKED
    assert await sale.state_of("A1", "A2") == {"BOOKED"}
    assert await Ticket.all().count() == 2
    assert await refunds_due() == []


async def test_money_that_comes_after_resale_goes_back_once_and_the_buyer_is_untouched(
    sale: Sale, later: Later
) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    bens = await sale.hold("A2", actor=ben)
    await sale.tell(payment, DONE, event_id="late")
    await sale.tell(payment, DONE, event_id="late")
    assert await refunds_due() == [payment.id]
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert [(claim.label, claim.hold_id) for claim in await SeatClaim.all()] == [("A2", bens.id)]
    assert await Ticket.all().count() == 0


async def test_money_that_comes_after_the_film_has_begun_goes_back(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(days=1, minutes=1)
    await sale.tell(payment, DONE)
    assert await refunds_due() == [payment.id]


@pytest.mark.parametrize("amount", [Money(24_999, "INR"), Money(25_001, "INR"), Money(25_000, "USD")])
async def test_a_wrong_amount_buys_nothing_and_goes_back(sale: Sale, amount: Money) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await sale.tell(payment, DONE, amount=amount)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.PENDING
    assert await Ticket.all().count() == 0
    assert await refunds_due() == [payment.id]


async def test_news_of_a_payment_nobody_knows_changes_nothing(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    payment.provider_ref = "somebody else's"
    await refused_as(NotYet, lambda: sale.tell(payment, DONE))
    assert (await Booking.get(id=booking.id)).status is BookingStatus.PENDING


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


async def test_cancelling_a_paid_booking_gives_seats_and_money_back(sale: Sale) -> None:
    booking, payment = await sale.buy("A1", "A2")
    cancelled = await cancellations.cancel(sale.ana, booking.id)
    assert cancelled.status is BookingStatus.CANCELLED
    assert await sale.state_of("A1", "A2") == {"AVAILABLE"}
    assert {ticket.status for ticket in await Ticket.all()} == {TicketStatus.CANCELLED}
    assert await refunds_due() == [payment.id]
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))


async def test_cancelling_before_paying_frees_the_seats_and_late_money_goes_back(sale: Sale) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await cancellations.cancel(sale.ana, booking.id)
    assert await sale.state_of("A1") == {"AVAILABLE"}
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.CANCELLED
    assert await refunds_due() == []
    await sale.tell(payment, DONE)
    assert await refunds_due() == [payment.id]
    assert await Ticket.all().count() == 0


async def test_what_cannot_be_cancelled(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    booking, _ = await sale.buy("A1")
    await refused(NotFound, lambda: cancellations.cancel(ben, booking.id))
    await Ticket.all().update(status=TicketStatus.USED)
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    await Ticket.all().update(status=TicketStatus.VALID)
    await Showtime.all().update(starts_at=clock.now())
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))


async def test_a_refund_is_carried_out_once(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    gateways = {PaymentProvider.SANDBOX: sale.gateway}
    await asyncio.gather(*(refunds.carry_out(payment.id, gateways) for _ in range(5)))
    await refunds.carry_out(payment.id, gateways)
    done = await Payment.get(id=payment.id)
    assert (done.status, done.refund_due) == (PaymentStatus.REFUNDED, False)
    assert {asked for asked, _ in sale.gateway.refunded} == {payment.id}
    assert (await Booking.get(id=booking.id)).version == booking.version + 2


async def test_a_gateway_that_is_down_keeps_the_refund_due(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    sale.gateway.is_down = True
    with pytest.raises(Exception, match="down"):
        await refunds.carry_out(payment.id, {PaymentProvider.SANDBOX: sale.gateway})
    assert (await Payment.get(id=payment.id)).status is DONE


async def test_a_gateway_that_is_down_fails_the_payment_and_another_may_follow(sale: Sale) -> None:
    booking = await sale.book("A1")
    sale.gateway.is_down = True
    assert (await sale.start(booking)).status is FAILED
    sale.gateway.is_down = False
    assert (await sale.start(booking)).status is PaymentStatus.PENDING


async def test_a_provider_that_is_not_enabled_is_refused(sale: Sale) -> None:
    booking = await sale.book("A1")
    gateways = {PaymentProvider.SANDBOX: sale.gateway}
    for provider in set(PaymentProvider) - {PaymentProvider.SANDBOX}:
        await refused(PaymentRefused, lambda p=provider: payments.start(sale.ana, booking.id, p, gateways=gateways))


NEWS = [PROCESSING, DONE, FAILED, PaymentStatus.CANCELLED]


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
        assert await PaymentEvent.filter(payment_id=payment.id).count() == len(set(told))
        assert ((await Payment.get(id=payment.id)).status is DONE) is paid
        assert (await Booking.get(id=booking.id)).status is (BookingStatus.CONFIRMED if paid else BookingStatus.PENDING)
        assert await Ticket.filter(booking_id=booking.id).count() == paid
        assert await sale.state_of(f"A{seat}") == {"BOOKED" if paid else "HELD"}
    assert await refunds_due() == []


async def test_news_whose_effect_failed_counts_as_never_received(sale: Sale, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    booking = await sale.book("A1")
    payment = await sale.start(booking)
    before = await everything()
    with monkeypatch.context() as dying:
        dying.setattr(bookings, "_issue_tickets", crash)
        with pytest.raises(ConnectionError):
            await sale.tell(payment, DONE, event_id="evt")
    assert await everything() == before
    await sale.tell(payment, DONE, event_id="evt")
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED


async def test_an_event_is_new_once_and_its_name_is_the_provider_s_own(sale: Sale) -> None:
    def event(provider: PaymentProvider) -> GatewayEvent:
        return GatewayEvent(provider, "evt", "ref", DONE, Money(1, "INR"))

    now = clock.now()
    calls = (record_event(event(PaymentProvider.SANDBOX), None, now) for _ in range(10))
    assert sorted(await asyncio.gather(*calls)) == [False] * 9 + [True]
    assert await record_event(event(PaymentProvider.STRIPE), None, now) is True
    assert await PaymentEvent.all().count() == 2


async def test_late_money_needs_no_sweep_before_it_buys_the_seats(
    sale: Sale, later: Later, announced: list[Event]
) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    announced.clear()
    await sale.tell(payment, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    maps = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [(event.version, dict(event.seats)) for event in maps] == [(2, {"A1": "AVAILABLE"}), (3, {"A1": "BOOKED"})]
    assert await holds.release_expired(clock.now()) == 0
    assert [(row.cause, row.version) for row in await SeatChange.all().order_by("version")] == [
        ("HELD", 1),
        ("EXPIRED", 2),
        ("BOOKED", 3),
    ]


async def test_one_of_two_seats_resold_is_reason_enough_to_give_all_back(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1", "A2")
    payment = await sale.start(booking)
    later(minutes=11)
    bens = await sale.book("A2", actor=ben)
    bens_payment = await sale.start(bens, actor=ben)
    await sale.tell(bens_payment, DONE)
    untouched = [await table.filter(**of_ben).values() for table, of_ben in bens_things(bens)]
    outcomes = await asyncio.gather(*(sale.tell(payment, DONE, event_id=f"late-{n % 2}") for n in range(6)))
    assert outcomes == [None] * 6
    assert await refunds_due() == [payment.id]
    assert [await table.filter(**of_ben).values() for table, of_ben in bens_things(bens)] == untouched
    assert await sale.state_of("A1") == {"AVAILABLE"}


def bens_things(booking: Booking) -> list[tuple[type[Model], dict[str, object]]]:
    of_booking = {"booking_id": booking.id}
    return [(Booking, {"id": booking.id}), (Ticket, of_booking), (Payment, of_booking), (SeatClaim, of_booking)]


async def test_news_of_processing_wakes_nothing_that_is_over(sale: Sale, later: Later) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    await sale.tell(payment, PROCESSING)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.EXPIRED
    assert await sale.state_of("A1") == {"AVAILABLE"}


async def test_a_wrong_amount_first_and_the_right_one_later(sale: Sale) -> None:
    booking = await sale.book("A1")
    wrong = await sale.start(booking)
    await sale.tell(wrong, DONE, amount=Money(1, "INR"))
    right = await sale.start(booking)
    await sale.tell(right, DONE)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await refunds_due() == [wrong.id]
    await cancellations.cancel(sale.ana, booking.id)
    assert await refunds_due() == [wrong.id, right.id]


async def test_ten_starts_at_once_without_a_key_begin_one_payment(sale: Sale) -> None:
    booking = await sale.book("A1")
    outcomes = await asyncio.gather(*(sale.start(booking) for _ in range(10)), return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {Payment: 1, PaymentRefused: 9}


async def test_a_checkout_that_opens_while_the_hold_lapses_locks_nobody_out(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a payment and its booking does so in this order, or PostgreSQL has to shoot one of the two."""
    booking = await sale.book("A1")
    half_done = asyncio.Event()

    async def slowly(work: Work, booking_id: UUID) -> None:
        if half_done.is_set():
            await asyncio.sleep(0.3)
        await touch(work, booking_id)

    async def open_slowly(payment_id: UUID, *_: object) -> Checkout:
        later(minutes=11)
        half_done.set()
        return Checkout(f"fake_{payment_id.hex}", "http://127.0.0.1/pay")

    monkeypatch.setattr(payments, "touch", slowly)
    monkeypatch.setattr(sale.gateway, "open", open_slowly)
    opening = asyncio.create_task(sale.start(booking))
    await half_done.wait()
    await asyncio.sleep(0.1)
    assert await holds.release_expired(clock.now()) == 1
    assert (await opening).id == (await Payment.get()).id
    assert (await Payment.get()).status is PaymentStatus.EXPIRED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
