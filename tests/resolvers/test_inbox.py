"""The inbox: every message is kept before it is applied, applied once, and never lost, whatever fails."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from adapters.payments.base import Message, Receipt
from domain.access import Role
from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import GatewayEvent, MessageState, News, PaymentProvider, PaymentStatus
from domain.wrong_calls import NotFound
from models import inbox as rows
from models.bookings import Booking, Ticket
from models.inbox import PaymentMessage
from models.payments import Capture, Payment
from resolvers import bookings, inbox, wake
from resolvers.pages import Page
from tests.factories.sale import Sale
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, ordered

SANDBOX = PaymentProvider.SANDBOX


def message(event: GatewayEvent | None, event_id: str = "") -> Message:
    return Message(event_id or (event.event_id if event else uuid4().hex), "a.kind", '{"body": 1}', event)


async def receive(event: GatewayEvent | None) -> Receipt:
    return await inbox.receive(message(event), SANDBOX)


async def drain(sale: Sale) -> int:
    """Apply everything that is due now; how many messages that was."""
    applied = 0
    while await inbox.apply_next(sale.house):
        applied += 1
    return applied


async def started(sale: Sale, seat: str = "A1") -> Payment:
    return await sale.start(await sale.book(seat))


async def status_of(payment: Payment) -> BookingStatus:
    return (await Booking.get(id=payment.booking_id)).status


async def test_a_message_is_kept_as_it_came_then_applied_and_marked(sale: Sale) -> None:
    payment = await started(sale)
    event = sale.event(payment, News.CAPTURED, event_id="evt")
    woken: list[str] = []
    stop_listening = wake.listen(lambda: woken.append("now"))
    assert await receive(event) is Receipt.TAKEN
    stop_listening()
    assert woken == ["now"]
    kept = await PaymentMessage.get()
    assert (kept.provider, kept.event_id, kept.kind, kept.body) == (SANDBOX, "evt", "a.kind", '{"body": 1}')
    assert (kept.state, kept.payment_id, kept.attempts) == (MessageState.NEW, payment.id, 0)
    assert await status_of(payment) is BookingStatus.PENDING, "nothing is applied at the door"
    assert await drain(sale) == 1
    done = await PaymentMessage.get()
    assert (done.state, done.attempts, done.problem) == (MessageState.APPLIED, 1, None)
    assert done.applied_at is not None
    assert await status_of(payment) is BookingStatus.CONFIRMED
    assert await drain(sale) == 0


async def test_five_at_once_and_one_later_are_one_message_with_one_effect(sale: Sale) -> None:
    payment = await started(sale)
    event = sale.event(payment, News.CAPTURED, event_id="evt")
    receipts = await asyncio.gather(*(receive(event) for _ in range(5)))
    assert sorted(receipts) == sorted([Receipt.TAKEN, *[Receipt.REPEATED] * 4])
    applied = await asyncio.gather(*(inbox.apply_next(sale.house) for _ in range(5)))
    assert sorted(applied) == [False] * 4 + [True]
    before = await everything()
    assert await receive(event) is Receipt.REPEATED
    assert await drain(sale) == 0
    assert await everything() == before
    assert (await Ticket.all().count(), await Capture.all().count()) == (1, 1)


async def test_the_name_of_a_message_is_its_provider_s_own(sale: Sale) -> None:
    payment = await started(sale)
    event = sale.event(payment, News.CAPTURED, event_id="evt")
    assert await inbox.receive(message(event), PaymentProvider.STRIPE) is not Receipt.REPEATED
    assert await inbox.receive(message(event), SANDBOX) is not Receipt.REPEATED
    assert await PaymentMessage.all().count() == 2


async def test_what_the_door_answers(sale: Sale) -> None:
    payment = await started(sale)
    assert await receive(None) is Receipt.TAKEN
    wrong = sale.event(payment, News.CAPTURED, amount=Money(1, "INR"))
    assert await receive(wrong) is Receipt.WRONG_AMOUNT
    assert await receive(sale.event(payment, News.PROCESSING)) is Receipt.TAKEN
    assert await receive(sale.event(payment, News.CAPTURED, provider_ref="nobody's")) is Receipt.UNKNOWN
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    assert await receive(sale.event(payment, News.CAPTURED)) is Receipt.SETTLED


async def test_a_kind_that_says_nothing_of_money_is_kept_and_left_alone(sale: Sale) -> None:
    await inbox.receive(Message("evt", "k" * 500, "{}", None), SANDBOX)
    kept = await PaymentMessage.get()
    assert (kept.state, kept.kind, kept.news) == (MessageState.IGNORED, "k" * 120, None)
    assert await drain(sale) == 0


async def test_a_refund_that_is_told_before_its_capture_waits_and_all_ends_as_in_order(sale: Sale) -> None:
    payment = await started(sale)
    await receive(sale.event(payment, News.REFUNDED, refund_ref="re_1"))
    assert await drain(sale) == 1
    waiting = await PaymentMessage.get()
    assert (waiting.state, waiting.attempts) == (MessageState.NEW, 1)
    assert waiting.problem == "The money that this is about is not known here."
    assert waiting.try_at > clock.now()
    await receive(sale.event(payment, News.CAPTURED))
    assert await drain(sale) == 2, "the one that waited is tried at once"
    assert {row.state for row in await PaymentMessage.all()} == {MessageState.APPLIED}
    assert await status_of(payment) is BookingStatus.CANCELLED
    assert await ordered() == [("AT_PROVIDER", 25_000, "SUCCEEDED")]
    await check_books()


async def test_one_whose_first_try_goes_on_is_left_to_whoever_tries_it(sale: Sale) -> None:
    payment = await started(sale)
    await receive(sale.event(payment, News.PROCESSING))
    taken = await rows.take(clock.now(), inbox.LEASE)
    await receive(sale.event(payment, News.CAPTURED))
    assert await drain(sale) == 1
    assert taken is not None
    assert (await PaymentMessage.get(id=taken.id)).attempts == 1


async def test_an_unknown_payment_is_tried_eight_times_and_replayed_when_it_is_known(sale: Sale, later: Later) -> None:
    boss = actor_of(await make_staff(Role.ADMIN))
    payment = await started(sale)
    ref = str(payment.provider_ref)
    await Payment.all().update(provider_ref=None)
    assert await receive(sale.event(payment, News.CAPTURED)) is Receipt.UNKNOWN
    for attempt, pause in enumerate((2, 4, 8, 16, 32, 64, 128), 1):
        assert await drain(sale) == 1
        row = await PaymentMessage.get()
        assert (row.state, row.attempts) == (MessageState.NEW, attempt)
        assert timedelta(0) <= row.try_at - clock.now() - timedelta(seconds=pause - 1) <= timedelta(seconds=1)
        later(seconds=pause)
    assert await drain(sale) == 1
    dead = await PaymentMessage.get()
    assert (dead.state, dead.problem) == (MessageState.DEAD, "No such payment is known here.")
    later(hours=1)
    assert await drain(sale) == 0
    await Payment.all().update(provider_ref=ref)
    again = await inbox.replay(boss, dead.id, key="again")
    assert (again.state, again.attempts) == (MessageState.NEW, 0)
    assert await drain(sale) == 1
    assert (await PaymentMessage.get()).state is MessageState.APPLIED
    assert (await Capture.get()).payment_id == payment.id
    before = await everything()
    assert (await inbox.replay(boss, dead.id, key="again")).state is MessageState.APPLIED
    assert await drain(sale) == 0
    assert await everything() == before


async def test_what_is_not_there_is_not_replayed(sale: Sale) -> None:
    boss = actor_of(await make_staff(Role.ADMIN))
    await refused(NotFound, lambda: inbox.replay(boss, uuid4(), key="k"))


async def test_a_contradiction_is_dead_at_once(sale: Sale) -> None:
    payment = await started(sale)
    assert await receive(sale.event(payment, News.CAPTURED, payment_id=uuid4())) is Receipt.UNKNOWN
    assert await drain(sale) == 1
    dead = await PaymentMessage.get()
    assert (dead.state, dead.attempts) == (MessageState.DEAD, 1)
    assert str(dead.problem).startswith(f"{payment.provider_ref} is not the payment ")
    assert await Capture.all().count() == 0


async def test_a_message_whose_application_crashes_is_tried_again(
    sale: Sale, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    payment = await started(sale)
    await receive(sale.event(payment, News.CAPTURED))
    with monkeypatch.context() as dying:
        dying.setattr(bookings, "_issue_tickets", crash)
        for attempts in (1, 2):
            assert await drain(sale) == 1
            row = await PaymentMessage.get()
            assert (row.state, row.attempts) == (MessageState.NEW, attempts)
            assert row.problem == "ConnectionError('the machine died')"
            assert (await Capture.all().count(), await status_of(payment)) == (0, BookingStatus.PENDING)
            later(seconds=4)
    assert await drain(sale) == 1
    assert await status_of(payment) is BookingStatus.CONFIRMED
    assert (await PaymentMessage.get()).problem is None


async def test_one_that_has_crashed_for_days_is_tried_every_five_minutes(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    payment = await started(sale)
    await receive(sale.event(payment, News.CAPTURED))
    await PaymentMessage.all().update(attempts=5_000)
    monkeypatch.setattr(bookings, "_issue_tickets", crash)
    before = clock.now()
    assert await drain(sale) == 1
    row = await PaymentMessage.get()
    assert (row.state, row.attempts) == (MessageState.NEW, 5_001)
    assert before + timedelta(minutes=5) <= row.try_at <= clock.now() + timedelta(minutes=5)


async def test_a_message_whose_worker_died_is_due_again_when_its_lease_is_over(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    await receive(sale.event(payment, News.CAPTURED))
    now = clock.now()
    assert await rows.take(now, inbox.LEASE) is not None  # and nothing more is heard of that worker
    assert await drain(sale) == 0
    later(seconds=19)
    assert await drain(sale) == 0
    later(seconds=1)
    assert await drain(sale) == 1
    assert (await PaymentMessage.get()).attempts == 2
    assert await status_of(payment) is BookingStatus.CONFIRMED


async def test_a_worker_that_only_seemed_dead_changes_nothing_more(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    await receive(sale.event(payment, News.CAPTURED))
    slow = await rows.take(clock.now(), inbox.LEASE)
    assert slow is not None
    later(seconds=20)
    assert await drain(sale) == 1
    before = await everything()
    await inbox._apply(slow, sale.house)
    assert await everything() == before


async def test_messages_are_applied_in_the_order_in_which_they_came(sale: Sale, later: Later) -> None:
    payment = await started(sale)
    for number, news in enumerate((News.PROCESSING, News.FAILED, News.CAPTURED)):
        await receive(sale.event(payment, news, event_id=f"{number}"))
        later(seconds=1)
    await drain(sale)
    assert [row.event_id for row in await PaymentMessage.all().order_by("applied_at")] == ["0", "1", "2"]


async def test_staff_find_the_dead_among_the_messages(sale: Sale) -> None:
    payment = await started(sale)
    await receive(None)
    await receive(sale.event(payment, News.CAPTURED, payment_id=uuid4(), event_id="odd"))
    await drain(sale)
    boss = actor_of(await make_staff(Role.ADMIN))

    async def found_in(
        states: frozenset[MessageState] | None, provider: PaymentProvider | None
    ) -> Page[PaymentMessage]:
        return await inbox.find(boss, states, provider, first=10, after=None)

    found = await found_in(frozenset({MessageState.DEAD}), SANDBOX)
    assert [row.event_id for row in found.rows] == ["odd"]
    assert await (await found_in(None, None)).count() == 2
    assert await (await found_in(None, PaymentProvider.STRIPE)).count() == 0
