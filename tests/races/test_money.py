"""Twenty at once at the till: no capture gives back more than came, and an offer has one end."""

from collections import Counter

import pytest

import clock
from domain.bookings import BookingStatus
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import CaptureFate, News, PaymentStatus
from domain.problems import CancellationRefused, OfferOver, Problem, RefundRefused, SeatsUnavailable
from domain.refunds import RefundReason
from domain.wrong_calls import BadUserInput
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Capture, Payment, claim_back
from models.refunds import Refund
from resolvers import cancellations, holds, offers, refunds, settlement
from resolvers.refunds import Wish
from resolvers.settlement import Contradiction
from resolvers.unit_of_work import unit_of_work
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.races.history import check_history
from tests.races.rivals import people, race
from tests.races.test_last_moments import around
from tests.resolvers.till import check_books, worker

TEN = [f"A{number}" for number in range(1, 11)]


@pytest.fixture
async def sale(database: Database, settings: Settings) -> Sale:
    return await open_sale(settings)


async def ticket_ids(booking: Booking) -> dict[str, object]:
    return {ticket.seat: ticket.id for ticket in await Ticket.filter(booking_id=booking.id)}


async def test_twenty_who_give_the_same_tickets_back_give_them_back_once(sale: Sale) -> None:
    booking, payment = await sale.buy(*TEN)
    ids = await ticket_ids(booking)
    wish = [ids[seat] for seat in TEN[:3]]
    calls = [lambda: cancellations.refund_tickets(sale.ana, booking.id, wish, None)] * 20
    outcomes = Counter(type(outcome) for outcome in await race(calls))
    assert outcomes == {Booking: 1, BadUserInput: 19}
    await worker(sale).drain()
    assert sale.gateway.refunded == [(payment.id, Money(75_000, "INR"))]
    assert (await Booking.get(id=booking.id)).kept_seats == TEN[3:]
    await check_books()


async def test_twenty_who_give_different_tickets_back_give_each_back_once(sale: Sale) -> None:
    booking, _ = await sale.buy(*TEN)
    ids = await ticket_ids(booking)
    wishes = [[ids[TEN[n % 10]], ids[TEN[(n + 1) % 10]]] for n in range(20)]  # every seat is in four of them
    calls = [lambda wish=wish: cancellations.refund_tickets(sale.ana, booking.id, wish, None) for wish in wishes]
    outcomes = await race([*calls, lambda: cancellations.cancel(sale.ana, booking.id)])
    assert {type(outcome) for outcome in outcomes} <= {Booking, BadUserInput, CancellationRefused}
    gone = [seat for refund in await Refund.all() for seat in refund.seats]
    assert sorted(gone) == sorted(TEN), "each seat was given up once"
    assert sum(refund.amount_minor for refund in await Refund.all()) == 250_000
    await worker(sale).drain()
    assert (await Payment.get()).status is PaymentStatus.REFUNDED
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    await check_history(sale.showtime.id)
    await check_books()


async def test_the_database_has_the_last_word_on_how_much_goes_back(sale: Sale) -> None:
    await sale.buy("A1")
    capture = await Capture.get()
    claims = await race([lambda: claim_back(capture.id, 2_000)] * 20)
    assert Counter(claims) == {True: 12, False: 8}
    assert (await Capture.get()).refunding_minor == 24_000


async def test_refunds_that_nobody_has_checked_are_refused_by_the_database(sale: Sale) -> None:
    await sale.buy("A1")
    capture = await Capture.get()

    async def order() -> Refund:
        async with unit_of_work() as work:
            return await refunds.order(work, capture, Wish(Money(9_000, "INR"), RefundReason.STAFF))

    outcomes = Counter(type(outcome) for outcome in await race([order] * 20))
    assert outcomes == {Refund: 2, RefundRefused: 18}
    await worker(sale).drain()
    assert sum(amount.minor for _, amount in sale.gateway.refunded) == 18_000
    await check_books()


async def test_a_refund_settled_while_more_tickets_are_given_back_locks_nobody_out(sale: Sale) -> None:
    booking, payment = await sale.buy(*TEN)
    ids = await ticket_ids(booking)
    for seat in TEN[:5]:
        await cancellations.refund_tickets(sale.ana, booking.id, [ids[seat]], None)
    carried = [lambda id=row.id: refunds.carry_out(id, sale.gateways) for row in await Refund.all()]
    given = [
        lambda seat=seat: cancellations.refund_tickets(sale.ana, booking.id, [ids[seat]], None) for seat in TEN[5:]
    ]
    partial = sale.event(payment, News.REFUNDED, amount=Money(1, "INR"), refund_ref="re_1")
    *outcomes, told = await race([*carried, *given, lambda: settlement.settle(partial, sale.house)])
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    assert told is None or isinstance(told, Contradiction), "by then there may be nothing left to go back"
    await worker(sale).drain()
    assert (await Payment.get()).status is PaymentStatus.REFUNDED
    await check_books()


async def test_an_offer_taken_left_and_lapsed_at_its_end_has_one_end(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten offers end at one instant, around which their payers take them, rivals hold their seats, and all is swept."""
    payers, buyers, rivals = await people(10), await people(10), await people(10)
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    late = [
        await sale.start(await sale.book(seat, actor=payer), actor=payer)
        for seat, payer in zip(TEN, payers, strict=True)
    ]
    moment = late[0].created_at + sale.terms.lasts
    for seat, buyer in zip(TEN, buyers, strict=True):
        payment = await sale.start(await sale.book(seat, actor=buyer), actor=buyer)
        await sale.tell(payment, PaymentStatus.SUCCEEDED)
    for payment in late:
        await sale.tell(payment, PaymentStatus.SUCCEEDED)
    made = await Offer.all().select_related("booking")
    assert len(made) == 10
    seats = [(await Hold.get(id=offer.hold_id)).quote.labels for offer in made]
    by_id = {payer.user_id: payer for payer in payers}
    takes = [
        lambda offer=offer: offers.accept(by_id[offer.booking.user_id], offer.booking_id, sale.ticket_codes)
        for offer in made
    ]
    wishes = [
        lambda wish=wish, rival=rival: sale.hold(*wish, actor=rival) for wish, rival in zip(seats, rivals, strict=True)
    ]
    closes = [lambda offer=offer: offers.close(offer.id) for offer in made] * 2
    sweeps = [lambda: holds.release_expired(clock.now())] * 5
    outcomes = await around(made[0].expires_at, [*takes, *wishes, *closes, *sweeps], monkeypatch)
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Problem)} <= {OfferOver, SeatsUnavailable}
    for offer, taken, rival in zip(made, outcomes[:10], outcomes[10:20], strict=True):
        await offers.close(offer.id)
        await _has_one_end(offer, is_taken=isinstance(taken, Booking), has_rival=isinstance(rival, Hold))
    await check_history(sale.showtime.id)
    await worker(sale).drain()
    await check_books()


async def _has_one_end(offer: Offer, *, is_taken: bool, has_rival: bool) -> None:
    assert not (is_taken and has_rival), "a seat was sold twice"
    now, capture = await Offer.get(id=offer.id), await Capture.get(id=offer.capture_id)
    tickets = await Ticket.filter(booking_id=offer.booking_id).count()
    back = await Refund.filter(capture_id=capture.id).count()
    if is_taken:
        assert (now.status, capture.fate, tickets, back) == (OfferStatus.ACCEPTED, CaptureFate.TICKET, 1, 0)
    elif clock.now() >= offer.expires_at:
        assert (now.status, capture.fate, tickets, back) == (OfferStatus.EXPIRED, CaptureFate.REFUND, 0, 1)
