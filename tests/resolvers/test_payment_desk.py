"""The desk of those who answer for the money: given back once, never more than came, and tried again when it failed."""

import asyncio

import pytest

import clock
from adapters.payments.base import Message
from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import CaptureFate, MessageState, News, PaymentStatus
from domain.problems import IdempotencyConflict, InvalidInput, Problem, RefundRefused
from domain.refunds import RefundReason, RefundStatus
from domain.wrong_calls import NotFound
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking, Ticket
from models.inbox import PaymentMessage
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.sales import Sale as SaleLine
from resolvers import inbox, payment_desk
from resolvers.auditor import audit
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_staff
from tests.resolvers.audited import evening_of
from tests.resolvers.refusals import everything
from tests.resolvers.sale_fixtures import Later

RUPEE = 100


@pytest.fixture
async def manager(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


async def carry_out(sale: Sale) -> int:
    return await Worker(handler_of(sale.gateways), 1).drain()


async def clean() -> bool:
    report = await audit(clock.now())
    assert report.violations == []
    return report.clean


async def test_a_favour_takes_no_tickets_and_is_in_all_the_books(sale: Sale, manager: Actor) -> None:
    booking, payment = await sale.buy("A1", "A2")
    assert (await payment_desk.refund(manager, payment.id, "120.50", " The heating failed. ")).id == payment.id
    refund = await Refund.get()
    assert (refund.amount, refund.kept_minor, refund.seats) == (Money(12_050, "INR"), 0, [])
    assert (refund.reason, refund.note, refund.asked_by_id) == (
        RefundReason.STAFF,
        "The heating failed.",
        manager.user_id,
    )
    assert await carry_out(sale) == 1
    assert sale.gateway.refunded == [(payment.id, Money(12_050, "INR"))]
    assert (await Payment.get()).status is PaymentStatus.PARTIALLY_REFUNDED
    after = await Booking.get(id=booking.id)
    assert (after.status, after.version) == (BookingStatus.CONFIRMED, booking.version + 2)
    assert await Ticket.filter(status="VALID").count() == 2
    assert await sale.state_of("A1", "A2") == {"BOOKED"}
    line = await SaleLine.get()
    assert (line.amount_minor, line.refunded_minor) == (50_000, 12_050)
    assert await clean()


async def test_all_that_is_left_is_what_has_not_been_ordered_back(sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1", "A2")
    await payment_desk.refund(manager, payment.id, "499.99", "first")
    await payment_desk.refund(manager, payment.id, None, "rest")
    assert await Refund.all().order_by("created_at").values_list("amount_minor", flat=True) == [49_999, 1]
    before = await everything()
    with pytest.raises(RefundRefused, match="nothing is left"):
        await payment_desk.refund(manager, payment.id, None, "more")
    assert await everything() == before
    await carry_out(sale)
    assert (await Payment.get()).status is PaymentStatus.REFUNDED
    assert await clean()


@pytest.mark.parametrize("amount", ["500.01", "9" * 18])
async def test_more_than_came_is_refused(sale: Sale, manager: Actor, amount: str) -> None:
    _, payment = await sale.buy("A1", "A2")
    before = await everything()
    with pytest.raises(RefundRefused, match=r"Of this payment 500\.00 INR can still go back"):
        await payment_desk.refund(manager, payment.id, amount, "too much")
    assert await everything() == before


@pytest.mark.parametrize(
    ("amount", "reason", "paths"),
    [
        ("0.00", "why", {("amount",)}),
        ("-1.00", "why", {("amount",)}),
        ("1.001", "why", {("amount",)}),
        ("a", " ", {("amount",), ("reason",)}),
        (None, "x" * 501, {("reason",)}),
    ],
)
async def test_what_cannot_be_is_named(
    sale: Sale, manager: Actor, amount: str | None, reason: str, paths: set[tuple[str, ...]]
) -> None:
    _, payment = await sale.buy("A1")
    before = await everything()
    with pytest.raises(InvalidInput) as refusal:
        await payment_desk.refund(manager, payment.id, amount, reason)
    assert {wrong.path for wrong in refusal.value.fields} == paths
    assert await everything() == before


async def test_of_twenty_at_once_no_more_goes_back_than_came(sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1", "A2")
    calls = (payment_desk.refund(manager, payment.id, "70.00", f"call {number}") for number in range(20))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(refusal) for refusal in refused] == [RefundRefused] * 13
    assert await Refund.all().values_list("amount_minor", flat=True) == [70 * RUPEE] * 7
    assert (await Capture.get()).refunding_minor == 490 * RUPEE
    assert await carry_out(sale) == 7
    assert (await Capture.get()).refunded_minor == 490 * RUPEE
    assert await clean()


async def test_the_same_key_gives_back_once(sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1", "A2")
    await asyncio.gather(*(payment_desk.refund(manager, payment.id, "70.00", "why", key="k") for _ in range(5)))
    assert await Refund.all().count() == 1
    with pytest.raises(IdempotencyConflict):
        await payment_desk.refund(manager, payment.id, "71.00", "why", key="k")
    assert await Refund.all().count() == 1


async def test_money_that_came_twice_goes_back_from_what_is_left_of_each(sale: Sale, manager: Actor) -> None:
    _, payment = await sale.buy("A1")
    again = sale.event(payment, News.CAPTURED, capture_ref="again")
    await inbox.receive(Message("evt_again", "captured", "", again), payment.provider)
    assert await inbox.apply_next(sale.house)
    assert (await Capture.get(capture_ref="again")).fate is CaptureFate.REFUND
    with pytest.raises(RefundRefused, match=r"250\.00 INR"):  # the second has been ordered back already
        await payment_desk.refund(manager, payment.id, "250.01", "why")
    await payment_desk.refund(manager, payment.id, None, "why")
    assert sorted([each.refunding_minor for each in await Capture.all()]) == [25_000, 25_000]
    assert await clean()


async def test_an_offer_whose_money_is_all_given_back_ends_and_one_that_keeps_some_stays(
    sale: Sale, manager: Actor, later: Later
) -> None:
    world = await evening_of(sale, later)
    payment = await Payment.get(booking_id=world.offered.id)
    await payment_desk.refund(manager, payment.id, "100.00", "for the trouble")
    assert (await Offer.get()).status is OfferStatus.OPEN
    assert await clean()
    await payment_desk.refund(manager, payment.id, None, "asked by telephone")
    assert (await Offer.get()).status is OfferStatus.DECLINED
    assert (await Capture.get(payment_id=payment.id)).fate is CaptureFate.REFUND
    assert await clean()


async def test_no_payment_has_nothing_to_give_back(sale: Sale, manager: Actor) -> None:
    unpaid = await sale.start(await sale.book("A1"))
    with pytest.raises(RefundRefused):
        await payment_desk.refund(manager, unpaid.id, None, "why")
    with pytest.raises(NotFound):
        await payment_desk.refund(manager, sale.showtime.id, None, "why")
    assert await Refund.all().count() == 0


async def failed(sale: Sale, manager: Actor, later: Later) -> Refund:
    """A refund that has failed for good: the last of three tries."""
    _, payment = await sale.buy("A1")
    await payment_desk.refund(manager, payment.id, None, "why")
    sale.gateway.outcomes.extend([News.REFUND_FAILED] * 3)
    for _ in range(3):
        assert await carry_out(sale) == 1
        later(minutes=10)
    return await Refund.get(followed_by=None)


async def test_a_refund_that_failed_for_good_is_tried_again_once(sale: Sale, manager: Actor, later: Later) -> None:
    last = await failed(sale, manager, later)
    assert (last.status, last.attempt, await carry_out(sale)) == (RefundStatus.FAILED, 3, 0)
    calls = (payment_desk.retry(manager, last.id) for _ in range(10))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(each) for each in answers if isinstance(each, Problem)] == [RefundRefused] * 9
    (again,) = [each for each in answers if isinstance(each, Refund)]
    assert (again.attempt, again.amount, again.note) == (4, last.amount, "why")
    assert await carry_out(sale) == 1
    assert (await Refund.get(id=again.id)).status is RefundStatus.SUCCEEDED
    assert (await Capture.get()).refunded_minor == 25_000
    assert len(sale.gateway.refunded) == 4
    assert await clean()


async def test_a_repeated_retry_gives_the_refund_it_made(sale: Sale, manager: Actor, later: Later) -> None:
    last = await failed(sale, manager, later)
    first = await payment_desk.retry(manager, last.id, key="k")
    assert (await payment_desk.retry(manager, last.id, key="k")).id == first.id
    with pytest.raises(RefundRefused, match="is being tried again already"):
        await payment_desk.retry(manager, last.id)
    with pytest.raises(RefundRefused, match="has not failed"):
        await payment_desk.retry(manager, first.id)
    assert await Refund.all().count() == 4


async def test_a_dead_message_is_applied_after_a_replay_and_once(sale: Sale, manager: Actor) -> None:
    payment = await sale.start(await sale.book("A1"))
    event = sale.event(payment, News.CAPTURED, event_id="evt_1")
    await inbox.receive(Message("evt_1", "captured", "{}", event), payment.provider)
    await PaymentMessage.all().update(state=MessageState.DEAD, attempts=8, problem="It came before its payment.")
    message = await PaymentMessage.get()
    assert await inbox.apply_next(sale.house) is False
    replayed = await asyncio.gather(*(inbox.replay(manager, message.id) for _ in range(5)))
    assert {(each.state, each.attempts) for each in replayed} == {(MessageState.NEW, 0)}
    assert [await inbox.apply_next(sale.house) for _ in range(2)] == [True, False]
    assert (await inbox.replay(manager, message.id)).state is MessageState.APPLIED
    assert await inbox.apply_next(sale.house) is False
    assert await Capture.all().count() == 1
    assert await clean()
