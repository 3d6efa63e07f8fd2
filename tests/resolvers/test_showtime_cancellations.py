"""A cancelled showtime sells nothing, keeps nobody's seat, and gives all of the money back, whatever is going on."""

import asyncio
from datetime import timedelta

import pytest

from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.events import BookingChange, Event
from domain.holds import HoldStatus
from domain.ledger import Account
from domain.offers import OfferStatus
from domain.payments import CaptureFate, PaymentStatus
from domain.problems import HoldExpired, NotOnSale, OfferOver, Problem, ShowtimeNotCancellable
from domain.refunds import RefundReason, RefundStatus
from domain.seat_maps import SeatMapChange
from domain.tickets import TicketStatus
from domain.wrong_calls import NotFound
from models.bookings import Booking, Hold, Ticket
from models.catalogue import CatalogueVersion
from models.idempotency import IdempotencyAnswer
from models.ledger import LedgerEntry
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from resolvers import cancellations, holds, offers, refunds, showtime_cancellations
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later


@pytest.fixture
async def boss(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


async def cancel(sale: Sale, boss: Actor, key: str | None = None) -> Showtime:
    return await showtime_cancellations.cancel(boss, sale.showtime.id, key=key)


async def carry_out(sale: Sale) -> None:
    for refund in await Refund.filter(status=RefundStatus.PENDING):
        await refunds.carry_out(refund.id, sale.gateways)


async def test_everybodys_seats_and_money_go_back(sale: Sale, boss: Actor, announced: list[Event]) -> None:
    ben, cleo, dan = await others(3)
    bought, payment = await sale.buy("A1", "A2")
    second = await sale.book("B1", actor=ben)
    bens = await sale.start(second, actor=ben)
    await sale.tell(bens, PaymentStatus.SUCCEEDED)
    waiting = await sale.book("C1", actor=cleo)
    cleos = await sale.start(waiting, actor=cleo)
    held = await sale.hold("D1", "D2", actor=dan)
    announced.clear()

    showtime = await cancel(sale, boss)
    assert showtime.cancelled_at is not None
    assert await SeatClaim.all().count() == 0
    assert (await sale.map()).available == 100
    assert set(await Booking.all().values_list("status", flat=True)) == {BookingStatus.CANCELLED}
    assert set(await Ticket.all().values_list("status", flat=True)) == {TicketStatus.CANCELLED}
    assert (await Hold.get(id=held.id)).status is HoldStatus.RELEASED
    assert (await Payment.get(id=cleos.id)).status is PaymentStatus.CANCELLED
    ordered = await Refund.all().order_by("amount_minor").values_list("payment_id", "amount_minor", "reason", "seats")
    assert ordered == [
        (bens.id, 25_000, RefundReason.SHOWTIME_CANCELLED, ["B1"]),
        (payment.id, 50_000, RefundReason.SHOWTIME_CANCELLED, ["A1", "A2"]),
    ]
    told = {event.booking_id for event in announced if isinstance(event, BookingChange)}
    assert told == {bought.id, second.id, waiting.id}
    maps = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [change.since for change in maps[1:]] == [change.version for change in maps[:-1]]
    assert maps[-1].available == 100

    await carry_out(sale)
    assert set(await Refund.all().values_list("status", flat=True)) == {RefundStatus.SUCCEEDED}
    assert sorted(sale.gateway.refunded) == sorted([(payment.id, payment.amount), (bens.id, bens.amount)])
    assert sum(await LedgerEntry.filter(account=Account.SALES).values_list("amount_minor", flat=True)) == 0


async def test_only_what_is_left_of_the_money_goes_back(sale: Sale, boss: Actor) -> None:
    booking, _ = await sale.buy("A1", "A2", "A3")
    ticket = await Ticket.get(booking_id=booking.id, seat="A2")
    await cancellations.refund_tickets(sale.ana, booking.id, [ticket.id], None)
    await cancel(sale, boss)
    found = await Refund.all().order_by("amount_minor").values_list("amount_minor", "reason")
    assert found == [(25_000, RefundReason.CUSTOMER), (50_000, RefundReason.SHOWTIME_CANCELLED)]
    capture = await Capture.get()
    assert (capture.amount_minor, capture.refunding_minor, capture.left.minor) == (75_000, 75_000, 0)


async def test_nothing_is_sold_any_more(sale: Sale, boss: Actor) -> None:
    held, booked = await sale.hold("A1"), await sale.book("B1")
    await cancel(sale, boss)
    await refused(NotOnSale, lambda: sale.hold("C1"))
    await refused(HoldExpired, lambda: sale.book_hold(held.id))
    await refused(HoldExpired, lambda: holds.extend(sale.ana, held.id, sale.terms))
    await refused(Problem, lambda: sale.start(booked))


async def test_money_that_comes_later_goes_back(sale: Sale, boss: Actor) -> None:
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    await cancel(sale, boss)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    refund = await Refund.get()
    assert (refund.amount_minor, refund.reason) == (25_000, RefundReason.SHOWTIME_CANCELLED)
    assert (await Booking.get()).status is BookingStatus.CANCELLED
    assert (await Ticket.all().count(), await SeatClaim.all().count()) == (0, 0)


async def test_an_open_offer_ends_and_its_money_goes_back(sale: Sale, boss: Actor, later: Later) -> None:
    (ben,) = await others(1)
    booking = await sale.book("A1")
    payment = await sale.start(booking)
    later(minutes=11)
    await sale.hold("A1", actor=ben)
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    assert (await Offer.get()).status is OfferStatus.OPEN
    await cancel(sale, boss)
    assert (await Offer.get()).status is OfferStatus.DECLINED
    capture, refund = await Capture.get(), await Refund.get()
    assert (capture.fate, refund.amount_minor, refund.reason) == (
        CaptureFate.REFUND,
        25_000,
        RefundReason.SHOWTIME_CANCELLED,
    )
    assert await SeatClaim.all().count() == 0
    await refused(OfferOver, lambda: offers.accept(sale.ana, booking.id, sale.ticket_codes))


async def test_lapsed_holds_are_given_back_on_the_way(sale: Sale, boss: Actor, later: Later) -> None:
    """Their seats are a change of their own, before those of the cancellation: no version is used twice."""
    (ben,) = await others(1)
    await sale.buy("A1")
    lapsed = await sale.hold("B1", actor=ben)
    later(minutes=11)
    await cancel(sale, boss)
    assert (await Hold.get(id=lapsed.id)).status is HoldStatus.EXPIRED
    assert ((await sale.map()).available, await SeatClaim.all().count()) == (100, 0)


async def test_a_second_call_changes_nothing(sale: Sale, boss: Actor) -> None:
    await sale.buy("A1")
    first = await cancel(sale, boss, "k")
    before = await everything(), await CatalogueVersion.all().values()
    assert (await cancel(sale, boss, "k")).cancelled_at == first.cancelled_at
    assert (await cancel(sale, boss)).cancelled_at == first.cancelled_at
    assert (await everything(), await CatalogueVersion.all().values()) == before
    assert await Refund.all().count() == 1


async def test_one_that_is_over_or_unknown_cannot_be_cancelled(sale: Sale, boss: Actor, later: Later) -> None:
    await refused(NotFound, lambda: showtime_cancellations.cancel(boss, sale.ana.user_id or boss.user_id, key="k"))
    later(hours=25)
    assert (await cancel(sale, boss)).cancelled_at is not None  # it has begun: the projector failed
    await Showtime.filter(id=sale.showtime.id).update(cancelled_at=None)
    later(hours=1)
    await refused(ShowtimeNotCancellable, lambda: cancel(sale, boss, "k"))
    assert await IdempotencyAnswer.all().count() == 0


async def test_a_used_ticket_is_paid_back_too(sale: Sale, boss: Actor, later: Later) -> None:
    await sale.buy("A1")
    await Ticket.all().update(status=TicketStatus.USED)
    later(hours=24, minutes=10)
    await cancel(sale, boss)
    assert (await Refund.get()).amount_minor == 25_000
    assert (await Ticket.get()).status is TicketStatus.CANCELLED


async def test_a_crowd_that_holds_and_pays_at_that_moment_keeps_neither_seat_nor_cost(sale: Sale, boss: Actor) -> None:
    people = await others(12)
    seats = [f"{row}{number}" for row in "ABC" for number in (1, 4, 7, 10)]
    booked = [await sale.book(seat, actor=person) for person, seat in zip(people[:8], seats, strict=False)]
    payments = [await sale.start(booking, actor=person) for booking, person in zip(booked, people, strict=False)]
    for payment in payments[:3]:
        await sale.tell(payment, PaymentStatus.SUCCEEDED)
    calls = [
        *(sale.tell(payment, PaymentStatus.SUCCEEDED) for payment in payments),
        *(sale.book(seat, actor=person) for person, seat in zip(people[8:], seats[8:], strict=True)),
        *(cancellations.cancel(person, booking.id) for person, booking in zip(people[:2], booked, strict=False)),
    ]
    calls.insert(7, cancel(sale, boss))
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    wrong = [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Problem)]
    assert wrong == []
    await carry_out(sale)

    assert set(await Booking.all().values_list("status", flat=True)) == {BookingStatus.CANCELLED}
    assert await Ticket.exclude(status=TicketStatus.CANCELLED).count() == 0
    assert (await SeatClaim.all().count(), (await sale.map()).available) == (0, 100)
    captures = await Capture.all()
    assert len(captures) == 8
    assert all(each.refunded_minor == each.refunding_minor == each.amount_minor for each in captures)
    assert await Refund.filter(amount_minor=25_000, status=RefundStatus.SUCCEEDED).count() == 8
    assert set(await Payment.all().values_list("status", flat=True)) == {PaymentStatus.REFUNDED}
    assert await QueuedTask.all().count() == 8


async def test_a_refund_on_its_way_and_another_of_the_same_money_do_not_wait_in_a_circle(
    sale: Sale, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking, _ = await sale.buy("A1", "A2")
    ticket = await Ticket.get(booking_id=booking.id, seat="A1")
    await cancellations.refund_tickets(sale.ana, booking.id, [ticket.id], None)
    begun, restate = asyncio.Event(), refunds.restate

    async def slowly(*given: object) -> None:
        begun.set()
        await asyncio.sleep(0.3)  # the provider's word is half written: its capture is locked, its booking not yet
        await restate(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(refunds, "restate", slowly)
    carrying = asyncio.create_task(carry_out(sale))
    await begun.wait()
    await cancel(sale, boss)
    await carrying
    await carry_out(sale)
    capture = await Capture.get()
    assert (capture.refunding_minor, capture.refunded_minor) == (50_000, 50_000)
    assert (await Payment.get()).status is PaymentStatus.REFUNDED


async def test_refunds_are_all_or_nothing_with_the_cancellation(
    sale: Sale, boss: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sale.buy("A1")
    before = await everything()

    async def crash(*_: object) -> None:
        raise ConnectionError("the machine died")

    monkeypatch.setattr(showtime_cancellations, "touch_catalogue", crash)
    with pytest.raises(ConnectionError):
        await cancel(sale, boss, "k")
    monkeypatch.undo()
    assert await everything() == before
    assert (await cancel(sale, boss, "k")).cancelled_at is not None
    assert (await sale.map()).version == before["Showtime"][0]["seat_version"] + 1  # type: ignore[operator]


async def test_two_who_cancel_at_once_cancel_once(sale: Sale, boss: Actor) -> None:
    await sale.buy("A1")
    found = await asyncio.gather(*(cancel(sale, boss) for _ in range(10)))
    assert len({each.cancelled_at for each in found}) == 1
    assert await Refund.all().count() == 1
    assert found[0].cancelled_at is not None
    assert abs(found[0].cancelled_at - sale.showtime.created_at) < timedelta(minutes=5)


async def test_viewers_are_told_how_many_seats_are_free_after_every_kind_of_cancellation(
    sale: Sale, boss: Actor, announced: list[Event]
) -> None:
    first, _ = await sale.buy("A1", "A2")
    ticket = await Ticket.get(booking_id=first.id, seat="A1")
    unpaid = await sale.book("B1", "B2")
    announced.clear()
    await cancellations.refund_tickets(sale.ana, first.id, [ticket.id], None)
    await cancellations.cancel(sale.ana, unpaid.id)
    await cancel(sale, boss)
    maps = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [change.available for change in maps] == [97, 99, 100]
