"""Whatever goes wrong, at every provider, told in every way: each captured cent ends as a ticket, an offer or a refund."""

from collections.abc import Awaitable, Callable
from itertools import product

import pytest

import clock
from domain.access import Actor
from domain.bookings import BookingStatus
from domain.offers import OfferStatus
from domain.payments import CaptureFate, PaymentProvider, PaymentStatus
from domain.refunds import RefundReason, RefundStatus
from domain.tickets import TicketStatus
from models.bookings import Booking, Ticket
from models.ledger import LedgerEntry
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from resolvers import cancellations, holds, showtime_cancellations
from tests.factories.sale import Sale, others
from tests.money.bank import CURRENCIES, Bank, less, open_bank
from tests.resolvers.sale_fixtures import Later

pytestmark = pytest.mark.once

WAYS = ("webhook", "browser", "reconciler")
Arrange = Callable[[Bank, Booking], Awaitable[None]]


async def nothing(bank: Bank, booking: Booking) -> None:
    """The control: nothing goes wrong."""


async def expired(bank: Bank, booking: Booking) -> None:
    bank.later(minutes=11)
    await holds.release_expired(clock.now())


async def resold(bank: Bank, booking: Booking, *seats: str) -> None:
    await expired(bank, booking)
    (ben,) = await others(1)
    bens = await bank.sale.book(*(seats or booking.quote.labels), actor=ben)
    await bank.sale.tell(await bank.sale.start(bens, actor=ben), PaymentStatus.SUCCEEDED)


async def partly_resold(bank: Bank, booking: Booking) -> None:
    await resold(bank, booking, "A2")


async def sold_out(bank: Bank, booking: Booking) -> None:
    await resold(bank, booking, *[f"A{n}" for n in range(1, 11)])
    (mia,) = await others(1)
    rest = await bank.sale.book(*[f"B{n}" for n in range(1, 11)], actor=mia)
    await bank.sale.tell(await bank.sale.start(rest, actor=mia), PaymentStatus.SUCCEEDED)


async def show_cancelled(bank: Bank, booking: Booking) -> None:
    await showtime_cancellations.cancel(Actor.system(), bank.sale.showtime.id)


async def booking_cancelled(bank: Bank, booking: Booking) -> None:
    await cancellations.cancel(bank.sale.ana, booking.id)


async def paid_already(bank: Bank, booking: Booking) -> None:
    await Payment.filter(booking_id=booking.id).update(status=PaymentStatus.FAILED)
    first = await bank.sale.start(booking)
    await bank.sale.tell(first, PaymentStatus.SUCCEEDED)


async def begun(bank: Bank, booking: Booking) -> None:
    bank.later(days=1, minutes=1)


async def refund_fails(bank: Bank, booking: Booking) -> None:
    await show_cancelled(bank, booking)
    bank.fail_next_refund()


TICKET, OFFER, REFUND = CaptureFate.TICKET, CaptureFate.OFFER, CaptureFate.REFUND
R = RefundReason
SITUATIONS: dict[str, tuple[Arrange, CaptureFate, RefundReason | None]] = {
    "in time": (nothing, TICKET, None),
    "expired, seats free": (expired, TICKET, None),
    "resold": (resold, OFFER, None),
    "partly resold": (partly_resold, OFFER, None),
    "sold out": (sold_out, REFUND, R.SEATS_GONE),
    "showtime cancelled": (show_cancelled, REFUND, R.SHOWTIME_CANCELLED),
    "booking cancelled": (booking_cancelled, REFUND, R.BOOKING_CANCELLED),
    "showtime begun": (begun, REFUND, R.SHOWTIME_STARTED),
    "paid already": (paid_already, REFUND, R.DOUBLE_PAYMENT),
    "wrong amount": (nothing, REFUND, R.WRONG_AMOUNT),
    "refund fails once": (refund_fails, REFUND, R.SHOWTIME_CANCELLED),
}
CELLS = list(product(SITUATIONS, WAYS, CURRENCIES))


@pytest.mark.parametrize(("situation", "way", "provider"), CELLS)
async def test_every_cent_has_one_end(
    situation: str,
    way: str,
    provider: PaymentProvider,
    sale: Sale,
    later: Later,
    record_property: Callable[[str, object], None],
) -> None:
    arrange, fate, reason = SITUATIONS[situation]
    async with open_bank(provider, sale, later) as bank:
        booking = await bank.sale.book("A1", "A2")
        payment = await bank.start(booking)
        await arrange(bank, booking)
        wrong = less(payment.amount) if situation == "wrong amount" else None
        await bank.double.pay(payment.provider_ref, amount=wrong)
        for _ in range(2):  # told twice, in whatever way: once is enough
            await bank.tell(payment, way)
        await bank.finish()
        await bank.tell(payment, "reconciler")
        await bank.finish()
        (capture,) = await Capture.filter(payment_id=payment.id)
        assert (capture.fate, capture.amount) == (fate, wrong or payment.amount)
        end = await ENDS[fate](bank, booking, capture)
        assert await reasons(capture) == ({reason} if reason else set())
        assert await Refund.filter(capture_id=capture.id).count() == (2 if arrange is refund_fails else fate is REFUND)
        assert await balances() == await owed()
        record_property("matrix", (situation, way, provider.value, end))


async def as_ticket(bank: Bank, booking: Booking, capture: Capture) -> str:
    assert (await Booking.get(id=booking.id)).status is BookingStatus.CONFIRMED
    tickets = await Ticket.filter(booking_id=booking.id, status=TicketStatus.VALID)
    assert sorted(ticket.seat for ticket in tickets) == ["A1", "A2"]
    assert not await Refund.exists(capture_id=capture.id)
    assert not await Offer.exists(booking_id=booking.id)
    return "ticket"


async def as_offer(bank: Bank, booking: Booking, capture: Capture) -> str:
    assert (await Booking.get(id=booking.id)).status is BookingStatus.EXPIRED
    (offer,) = await Offer.filter(booking_id=booking.id)
    assert (offer.status, offer.capture_id) == (OfferStatus.OPEN, capture.id)
    assert not await Ticket.exists(booking_id=booking.id)
    assert not await Refund.exists(capture_id=capture.id)
    return "offer"


async def as_refund(bank: Bank, booking: Booking, capture: Capture) -> str:
    done = await Refund.filter(capture_id=capture.id, status=RefundStatus.SUCCEEDED)
    assert sum(refund.amount_minor for refund in done) == capture.amount_minor
    assert not await Refund.exists(capture_id=capture.id, status=RefundStatus.FAILED, followed_by=None)
    assert (await Payment.get(id=capture.payment_id)).status is PaymentStatus.REFUNDED
    assert not await Offer.exists(booking_id=booking.id, status=OfferStatus.OPEN)
    return f"refund{' at the second try' if len(await Refund.filter(capture_id=capture.id)) > 1 else ''}"


ENDS = {TICKET: as_ticket, OFFER: as_offer, REFUND: as_refund}


async def reasons(capture: Capture) -> set[RefundReason]:
    return {refund.reason for refund in await Refund.filter(capture_id=capture.id)}


async def balances() -> dict[str, int]:
    """What the ledger says: per account, all currencies of a cell being one."""
    found: dict[str, int] = {}
    for entry in await LedgerEntry.all():
        found[entry.account.value] = found.get(entry.account.value, 0) + entry.amount_minor
    return {account: minor for account, minor in found.items() if minor}


async def owed() -> dict[str, int]:
    """What the rows say: at the provider, earned, and owed."""
    captures = await Capture.all()
    kept = {fate: sum(each.amount_minor for each in captures if each.fate is fate) for fate in CaptureFate}
    at_provider = sum(each.amount_minor - each.refunded_minor for each in captures)
    said = {"PROVIDER": at_provider, "SALES": -kept[TICKET], "CUSTOMERS": -kept[OFFER]}
    return {account: minor for account, minor in said.items() if minor}
