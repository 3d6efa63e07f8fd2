"""Money that somebody gave back in the provider's own dashboard: we ordered nothing, and our books follow all the same."""

import pytest

from domain.bookings import BookingStatus
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import News, PaymentStatus
from domain.refunds import RefundStatus
from domain.tickets import TicketStatus
from models.bookings import Booking, Hold, Ticket
from models.offers import Offer
from models.payments import Payment
from models.refunds import Refund
from models.sales import Sale as SaleRow
from resolvers import cancellations, offers, settlement
from resolvers.settlement import Contradiction, NotYet
from tests.factories.sale import Sale, others
from tests.resolvers.late import too_late
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import balances, check_books, ordered, worker


async def given_back(sale: Sale, payment: Payment, minor: int, ref: str = "re_1", **more: object) -> None:
    news = sale.event(payment, News.REFUNDED, amount=Money(minor, "INR"), refund_ref=ref, **more)
    await settlement.settle(news, sale.house)


async def test_all_of_it_cancels_the_booking_and_frees_the_seats(sale: Sale) -> None:
    booking, payment = await sale.buy("A1", "A2")
    await given_back(sale, payment, 50_000)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    assert await sale.state_of("A1", "A2") == {"AVAILABLE"}
    assert {ticket.status for ticket in await Ticket.all()} == {TicketStatus.CANCELLED}
    assert await ordered() == [("AT_PROVIDER", 50_000, "SUCCEEDED")]
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    assert await worker(sale).drain() == 0
    assert await balances() == {}
    await check_books()
    before = await everything()
    await given_back(sale, payment, 50_000)
    assert await everything() == before


async def test_a_part_of_it_leaves_the_booking_and_is_missing_from_what_can_still_come_back(sale: Sale) -> None:
    booking, payment = await sale.buy("A1", "A2")
    await given_back(sale, payment, 30_000)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    assert await sale.state_of("A1", "A2") == {"BOOKED"}
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.PARTIALLY_REFUNDED
    assert (await SaleRow.get()).refunded_minor == 30_000
    assert (await cancellations.quote(sale.ana, booking.id, None)).amount.minor == 20_000
    await cancellations.cancel(sale.ana, booking.id)
    await worker(sale).drain()
    assert sale.gateway.refunded == [(payment.id, Money(20_000, "INR"))]
    await check_books()


async def test_in_two_parts_the_second_of_which_is_the_rest(sale: Sale) -> None:
    booking, payment = await sale.buy("A1", "A2")
    await given_back(sale, payment, 30_000, "re_1")
    await given_back(sale, payment, 20_000, "re_2")
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    assert (await Payment.get(id=payment.id)).status is PaymentStatus.REFUNDED
    await check_books()


async def test_more_than_came_is_a_contradiction(sale: Sale) -> None:
    _, payment = await sale.buy("A1")
    await refused(Contradiction, lambda: given_back(sale, payment, 25_001))
    await given_back(sale, payment, 20_000)
    await refused(Contradiction, lambda: given_back(sale, payment, 5_001, "re_2"))


async def test_money_that_is_not_known_to_have_come_cannot_have_gone_yet(sale: Sale) -> None:
    payment = await sale.start(await sale.book("A1"))
    await refused(NotYet, lambda: given_back(sale, payment, 25_000))
    await sale.tell(payment, PaymentStatus.SUCCEEDED)
    await refused(NotYet, lambda: given_back(sale, payment, 25_000, capture_ref="another"))
    failed = sale.event(payment, News.REFUND_FAILED, refund_ref="re_9")
    await refused(NotYet, lambda: settlement.settle(failed, sale.house))


async def test_news_that_mixes_up_two_payments_is_a_contradiction(sale: Sale) -> None:
    (ben,) = await others(1)
    _, anas = await sale.buy("A1")
    bens_booking = await sale.book("A2", actor=ben)
    bens = await sale.start(bens_booking, actor=ben)
    await sale.tell(bens, PaymentStatus.SUCCEEDED)
    await refused(Contradiction, lambda: given_back(sale, anas, 25_000, capture_ref=bens.provider_ref))
    await cancellations.cancel(ben, bens_booking.id)
    refund = await Refund.get()
    await refused(Contradiction, lambda: given_back(sale, anas, 25_000, refund_id=refund.id))


async def test_it_is_known_by_the_name_of_the_money_alone(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    await given_back(sale, payment, 25_000, provider_ref=None, capture_ref=payment.provider_ref)
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED


async def test_where_all_was_ordered_back_it_is_the_answer_to_that_order(sale: Sale) -> None:
    booking, payment = await sale.buy("A1")
    await cancellations.cancel(sale.ana, booking.id)
    await given_back(sale, payment, 25_000)
    assert await ordered() == [("CUSTOMER", 25_000, "SUCCEEDED")]
    assert await worker(sale).drain() == 1
    assert sale.gateway.refunded == []
    await check_books()


async def test_one_that_bounces_is_owed_and_we_give_it_back_ourselves(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1")
    await given_back(sale, payment, 25_000)
    bounced = sale.event(payment, News.REFUND_FAILED, refund_ref="re_1")
    await settlement.settle(bounced, sale.house)
    assert await balances() == {"PROVIDER": 25_000, "REFUNDS": -25_000}
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CANCELLED
    later(minutes=1)
    await worker(sale).drain()
    assert (await Refund.get(attempt=2)).status is RefundStatus.SUCCEEDED
    assert await balances() == {}
    await check_books()


@pytest.mark.parametrize("came", [1, 24_999])
async def test_money_that_bought_nothing_and_is_on_its_way_back_is_not_given_back_twice(sale: Sale, came: int) -> None:
    payment = await sale.start(await sale.book("A1"))
    await sale.tell(payment, PaymentStatus.SUCCEEDED, amount=Money(came, "INR"))
    await given_back(sale, payment, came)
    await worker(sale).drain()
    assert sale.gateway.refunded == []
    assert await ordered() == [("WRONG_AMOUNT", came, "SUCCEEDED")]
    await check_books()


async def test_the_provider_s_own_refund_ends_the_offer_and_orders_nothing_more(sale: Sale, later: Later) -> None:
    _, payment = await too_late(sale, later, "F5")
    seats = (await Hold.get(id=(await Offer.get()).hold_id)).quote.labels
    gone = sale.event(payment, News.REFUNDED, refund_ref="re_1")
    await settlement.settle(gone, sale.house)
    assert (await Offer.get()).status is OfferStatus.DECLINED
    assert await sale.state_of(*seats) == {"AVAILABLE"}
    assert await ordered() == [("AT_PROVIDER", 25_000, "SUCCEEDED")]
    await check_books()


async def test_a_part_given_back_by_the_provider_leaves_the_rest_of_the_price_for_the_seats(
    sale: Sale, later: Later
) -> None:
    booking, payment = await too_late(sale, later, "F5")
    part = sale.event(payment, News.REFUNDED, refund_ref="re_1", amount=Money(10_000, "INR"))
    await settlement.settle(part, sale.house)
    await check_books()
    await offers.accept(sale.ana, booking.id, sale.ticket_codes)
    assert await balances() == {"PROVIDER": 40_000, "SALES": -40_000}
    await check_books()
    await cancellations.cancel(sale.ana, booking.id)
    assert await ordered() == [("AT_PROVIDER", 10_000, "SUCCEEDED"), ("CUSTOMER", 15_000, "PENDING")]
    await worker(sale).drain()
    await check_books()
