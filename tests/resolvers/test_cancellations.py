"""Tickets given back, all or some: the seats are free at once, and what comes back is what the policy promised."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

import clock
from domain.access import Actor, Role
from domain.bookings import BookingStatus
from domain.events import Event
from domain.payments import PaymentStatus
from domain.problems import CancellationRefused, Problem
from domain.refunds import RefundStatus
from domain.seat_maps import SeatMapChange
from domain.tickets import TicketStatus
from domain.wrong_calls import BadUserInput, Forbidden, NotFound
from models.bookings import Booking, Ticket
from models.payments import Payment
from models.refunds import Refund
from models.sales import Sale as SaleRow
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.venues import Venue
from resolvers import cancellations
from resolvers.cancellations import Override
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, ordered, refunds_due, worker

LADDER = [[48, 100], [24, 80], [2, 50]]


@pytest.fixture
async def boss(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER), sale.showtime.venue_id)


async def ticket(seat: str) -> UUID:
    return (await Ticket.get(seat=seat)).id


async def give_back(
    sale: Sale, booking: Booking, *seats: str, actor: Actor | None = None, override: Override | None = None
) -> Booking:
    ids = [await ticket(seat) for seat in seats] or None
    return await cancellations.refund_tickets(actor or sale.ana, booking.id, ids, override)


async def test_cancelling_a_paid_booking_gives_seats_and_money_back(sale: Sale) -> None:
    booking, payment = await sale.buy("A1", "A2")
    cancelled = await cancellations.cancel(sale.ana, booking.id)
    assert cancelled.status is BookingStatus.CANCELLED
    assert await sale.state_of("A1", "A2") == {"AVAILABLE"}
    assert {row.status for row in await Ticket.all()} == {TicketStatus.CANCELLED}
    assert await refunds_due() == [payment.id]
    refund = await Refund.get()
    assert (refund.amount_minor, refund.kept_minor, refund.seats) == (50_000, 0, ["A1", "A2"])
    assert (refund.asked_by_id, refund.reason.value, refund.note) == (sale.ana.user_id, "CUSTOMER", None)
    await check_books()
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))


async def test_what_cannot_be_cancelled(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    booking, _ = await sale.buy("A1")
    await refused(NotFound, lambda: cancellations.cancel(ben, booking.id))
    await Ticket.all().update(status=TicketStatus.USED)
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    await refused(CancellationRefused, lambda: give_back(sale, booking))
    await Ticket.all().update(status=TicketStatus.VALID)
    await Showtime.all().update(starts_at=clock.now())
    await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    await refused(CancellationRefused, lambda: give_back(sale, booking))


async def starts_in(hours: float) -> None:
    starts_at = clock.now() + timedelta(hours=hours)
    await Showtime.all().update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))


@pytest.mark.parametrize(("hours", "percent"), [(49, 100), (47, 80), (23, 50)])
async def test_the_ladder_decides_and_the_quote_is_what_then_happens(sale: Sale, hours: int, percent: int) -> None:
    await Venue.all().update(refund_policy=LADDER)
    await starts_in(hours)
    booking, payment = await sale.buy("A1", "A2")
    before = await everything()
    quote = await cancellations.quote(sale.ana, booking.id, None)
    assert await everything() == before
    back = 50_000 * percent // 100
    kept = 50_000 - back
    assert (quote.seats, quote.worth.minor, quote.percent) == (["A1", "A2"], 50_000, percent)
    assert (quote.amount.minor, quote.kept.minor, quote.refusal) == (back, kept, None)
    await cancellations.cancel(sale.ana, booking.id)
    refund = await Refund.get()
    assert (refund.amount, refund.kept) == (quote.amount, quote.kept)
    await worker(sale).drain()
    assert sale.gateway.refunded == [(payment.id, quote.amount)]
    assert await balances() == ({"PROVIDER": kept, "SALES": -kept} if kept else {})
    status = PaymentStatus.PARTIALLY_REFUNDED if kept else PaymentStatus.REFUNDED
    assert (await Payment.get(id=payment.id)).status is status
    await check_books()


async def test_too_late_for_the_ladder_keeps_the_tickets_and_says_so(sale: Sale) -> None:
    await Venue.all().update(refund_policy=LADDER)
    await starts_in(1.9)
    booking, _ = await sale.buy("A1")
    quote = await cancellations.quote(sale.ana, booking.id, None)
    assert (quote.amount.minor, quote.percent, quote.until) == (0, 0, None)
    refusal = await refused(CancellationRefused, lambda: cancellations.cancel(sale.ana, booking.id))
    assert quote.refusal == refusal.message == "It is too late to cancel under the policy this booking was made with."
    await refused(CancellationRefused, lambda: give_back(sale, booking, "A1"))


async def test_a_booking_keeps_the_ladder_it_was_made_under(sale: Sale) -> None:
    await Venue.all().update(refund_policy=LADDER)
    booking, _ = await sale.buy("A1")  # a day ahead: just under 24 hours by the time of the quote
    await Venue.all().update(refund_policy=[[0, 100]])
    later_booking, _ = await sale.buy("A2")
    quotes = [await cancellations.quote(sale.ana, each.id, None) for each in (booking, later_booking)]
    assert [quote.percent for quote in quotes] == [50, 100]
    assert quotes[0].until == sale.showtime.starts_at - timedelta(hours=2)


async def test_a_share_of_nothing_gives_the_seats_back_and_keeps_the_money(sale: Sale) -> None:
    await Venue.all().update(refund_policy=[[0, 0]])
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    assert await sale.state_of("A1") == {"AVAILABLE"}
    assert await refunds_due() == []
    refund = await Refund.get()
    assert (refund.amount_minor, refund.kept_minor, refund.status) == (0, 25_000, RefundStatus.SUCCEEDED)
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.SUCCEEDED
    await check_books()


async def test_what_is_not_paid_for_costs_nothing_to_cancel_and_gives_nothing_back(sale: Sale) -> None:
    booking = await sale.book("A1")
    quote = await cancellations.quote(sale.ana, booking.id, None)
    assert (quote.worth.minor, quote.amount.minor, quote.refusal) == (0, 0, None)
    await refused(CancellationRefused, lambda: cancellations.refund_tickets(sale.ana, booking.id, None, None))
    await cancellations.cancel(sale.ana, booking.id)
    assert await Refund.all().count() == 0


async def test_tickets_are_given_back_one_by_one_and_the_rest_stays(sale: Sale, announced: list[Event]) -> None:
    booking, payment = await sale.buy("A1", "A2", "A3")
    announced.clear()
    kept = await give_back(sale, booking, "A2")
    assert (kept.status, kept.kept_seats) == (BookingStatus.CONFIRMED, ["A1", "A3"])
    assert (await sale.state_of("A1", "A3"), await sale.state_of("A2")) == ({"BOOKED"}, {"AVAILABLE"})
    assert [(row.seat, row.status.value) for row in await Ticket.all().order_by("seat")] == [
        ("A1", "VALID"),
        ("A2", "CANCELLED"),
        ("A3", "VALID"),
    ]
    maps = [event for event in announced if isinstance(event, SeatMapChange)]
    assert [(dict(change.seats), change.available) for change in maps] == [({"A2": "AVAILABLE"}, 98)]
    assert await ordered() == [("CUSTOMER", 25_000, "PENDING")]
    await worker(sale).drain()
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.PARTIALLY_REFUNDED
    assert (await SaleRow.get()).refunded_minor == 25_000
    await check_books()
    last = await give_back(sale, booking)
    assert (last.status, last.kept_seats) == (BookingStatus.CANCELLED, [])
    await worker(sale).drain()
    assert sum(amount.minor for _, amount in sale.gateway.refunded) == 75_000
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    await check_books()


async def test_the_rest_of_a_booking_is_quoted_and_cancelled_for_the_rest_of_its_money(sale: Sale) -> None:
    booking, _ = await sale.buy("A1", "A2", "A3")
    await give_back(sale, booking, "A1")
    quote = await cancellations.quote(sale.ana, booking.id, [await ticket("A3")])
    assert (quote.seats, quote.worth.minor) == (["A3"], 25_000)
    assert (await cancellations.quote(sale.ana, booking.id, None)).seats == ["A2", "A3"]
    await cancellations.cancel(sale.ana, booking.id)
    assert await ordered() == [("CUSTOMER", 25_000, "PENDING"), ("CUSTOMER", 50_000, "PENDING")]
    await check_books()


async def test_a_seat_given_back_is_sold_again_and_its_new_buyer_is_left_alone(sale: Sale) -> None:
    (ben,) = await others(1)
    booking, _ = await sale.buy("A1", "A2")
    await give_back(sale, booking, "A2")
    bens = await sale.book("A2", actor=ben)
    await sale.tell(await sale.start(bens, actor=ben), PaymentStatus.SUCCEEDED)
    await cancellations.cancel(sale.ana, booking.id)
    assert (await sale.state_of("A1"), await sale.state_of("A2")) == ({"AVAILABLE"}, {"BOOKED"})
    assert (await Ticket.get(booking_id=bens.id)).status is TicketStatus.VALID
    assert [claim.booking_id for claim in await SeatClaim.all()] == [bens.id]
    await check_books()


async def test_tickets_that_are_not_this_booking_s_to_give_are_a_wrong_call(sale: Sale) -> None:
    booking, _ = await sale.buy("A1", "A2")
    await sale.buy("B1")
    mine, foreign = await ticket("A1"), await ticket("B1")
    for ids in ([], [mine, mine], [foreign], [mine, foreign], [uuid4()]):
        await refused(BadUserInput, lambda ids=ids: cancellations.refund_tickets(sale.ana, booking.id, ids, None))
        await refused(BadUserInput, lambda ids=ids: cancellations.quote(sale.ana, booking.id, ids))
    await give_back(sale, booking, "A1")
    await refused(BadUserInput, lambda: give_back(sale, booking, "A1"))


async def test_staff_decide_above_the_policy_and_say_why(sale: Sale, later: Later, boss: Actor) -> None:
    booking, _ = await sale.buy("A1", "A2")
    await Ticket.filter(seat="A1").update(status=TicketStatus.USED)
    later(days=2)
    await give_back(sale, booking, "A1", actor=boss, override=Override(40, "the projector failed"))
    refund = await Refund.get()
    assert (refund.amount_minor, refund.kept_minor, refund.reason.value) == (10_000, 15_000, "STAFF")
    assert (refund.note, refund.asked_by_id) == ("the projector failed", boss.user_id)
    await give_back(sale, booking, "A2", actor=boss, override=Override(100, "both saw nothing"))
    assert await ordered() == [("STAFF", 10_000, "PENDING"), ("STAFF", 25_000, "PENDING")]
    await worker(sale).drain()
    assert await balances() == {"PROVIDER": 15_000, "SALES": -15_000}
    await check_books()


async def test_only_who_may_refund_decides_and_only_owners_give_back_what_they_see(sale: Sale) -> None:
    (ben,) = await others(1)
    clerk = actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)
    booking, _ = await sale.buy("A1")
    generous = Override(100, "because")
    for actor, override, problem in (
        (sale.ana, generous, Forbidden),
        (clerk, generous, Forbidden),
        (clerk, None, Forbidden),
        (ben, None, NotFound),
    ):
        await refused(problem, lambda a=actor, o=override: give_back(sale, booking, "A1", actor=a, override=o))


async def test_a_repeated_call_gives_back_once(sale: Sale) -> None:
    booking, _ = await sale.buy("A1", "A2")
    ids = [await ticket("A1")]
    first = await cancellations.refund_tickets(sale.ana, booking.id, ids, None, key="k")
    before = await everything()
    assert (await cancellations.refund_tickets(sale.ana, booking.id, ids, None, key="k")).id == first.id
    assert await everything() == before
    await refused(Problem, lambda: cancellations.refund_tickets(sale.ana, booking.id, None, None, key="k"))
