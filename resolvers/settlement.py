"""Settlement: what a provider says of a payment, applied once, whoever brought it: webhook, browser or reconciler."""

from dataclasses import dataclass
from uuid import uuid4

import structlog

from adapters.ticket_codes import TicketCodes
from domain import ledger as movements
from domain.bookings import BookingStatus
from domain.holds import HoldTerms
from domain.offers import OfferStatus
from domain.payments import CaptureFate, GatewayEvent, News, PaymentStatus, may_become
from domain.refunds import RefundReason
from models import ledger
from models.bookings import Booking
from models.offers import Offer
from models.payments import Capture, Payment, decide, note_capture, payments_named
from models.refunds import Refund
from resolvers import bookings, cancellations, offers, refunds, sales
from resolvers.refunds import Wish
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work

log = structlog.get_logger(__name__)

BEFORE_MONEY = {
    News.PROCESSING: PaymentStatus.PROCESSING,
    News.FAILED: PaymentStatus.FAILED,
    News.CANCELLED: PaymentStatus.CANCELLED,
}


class NotYet(Exception):
    """This news cannot be applied before other news has come: its payment, or its capture, is not known here."""


class Contradiction(Exception):
    """This news names one payment twice, and means two."""


@dataclass(frozen=True)
class House:
    """What a settlement needs of the house: how it signs tickets, and what it allows a hold."""

    ticket_codes: TicketCodes
    terms: HoldTerms


async def payment_of(event: GatewayEvent) -> Payment | None:
    """The payment that news is about, by our name for it or one of the provider's; Contradiction if these are two."""
    found = await payments_named(event.provider, event.provider_ref, event.payment_id)
    by_ref = next((payment for payment in found if payment.provider_ref == event.provider_ref), None)
    by_id = next((payment for payment in found if payment.id == event.payment_id), None)
    if by_ref is not None and event.payment_id is not None and by_ref.id != event.payment_id:
        raise Contradiction(f"{event.provider_ref} is not the payment {event.payment_id}.")
    return by_ref or by_id or await _payment_captured_as(event)


async def _payment_captured_as(event: GatewayEvent) -> Payment | None:
    """The payment whose money the news names: a refund made in a provider's dashboard names nothing else."""
    if event.capture_ref is None:
        return None
    capture = await Capture.get_or_none(provider=event.provider, capture_ref=event.capture_ref).select_related(
        "payment"
    )
    return capture.payment if capture else None


async def has_come(event: GatewayEvent) -> bool:
    """Whether this news tells of money that is written down already, so that there is nothing left to do."""
    if event.news is not News.CAPTURED or event.capture_ref is None:
        return False
    return await Capture.exists(provider=event.provider, capture_ref=event.capture_ref)


async def settle(event: GatewayEvent, house: House) -> None:
    """Apply news at once; the same news again, or under another name, changes nothing. NotYet if it came too early."""
    payment = await payment_of(event)
    if payment is None:
        raise NotYet("No such payment is known here.")
    async with unit_of_work() as work:
        await apply(work, payment, event, house)


async def apply(work: Work, known: Payment, event: GatewayEvent, house: House) -> None:
    """Apply news within a transaction, which begins here: the seat map is locked before anything is read."""
    seen = await Booking.get(id=known.booking_id)
    opened = await OpenMap.to_look(work, seen.showtime_id, seen.quote.labels)
    payment = await Payment.get(id=known.id).select_related("booking")
    if event.news in (News.REFUNDED, News.REFUND_FAILED):
        await _money_went(work, payment, event, opened)
    elif event.news is News.CAPTURED:
        await _money_came(work, payment, event, opened, house)
    elif may_become(payment.status, BEFORE_MONEY[event.news]):
        await Payment.filter(id=payment.id).update(status=BEFORE_MONEY[event.news])
        if event.news is News.PROCESSING:
            await _give_grace(work, payment.booking, house.terms)
        await touch(work, payment.booking_id)


async def _money_came(work: Work, payment: Payment, event: GatewayEvent, opened: OpenMap, house: House) -> None:
    capture = Capture(
        id=uuid4(),
        created_at=work.now,
        payment_id=payment.id,
        booking_id=payment.booking_id,
        provider=payment.provider,
        capture_ref=event.capture_ref or event.provider_ref or payment.id.hex,
        amount_minor=event.amount.minor,
        currency=event.amount.currency,
        fate=CaptureFate.REFUND,
        refunding_minor=0,
    )
    if not await note_capture(capture):
        return
    await ledger.post(movements.captured(capture.amount_minor), capture.currency, work.now, capture_id=capture.id)
    await refunds.restate(payment.id)
    reason = await _use(work, payment, capture, opened, house)
    if reason is not None and capture.amount_minor:
        await refunds.order(work, capture, Wish(capture.amount, reason))
    await touch(work, payment.booking_id)


async def _use(work: Work, payment: Payment, capture: Capture, opened: OpenMap, house: House) -> RefundReason | None:
    """Buy tickets with money that came, or hold an offer for it; else the reason why it must go back."""
    booking: Booking = payment.booking
    if capture.amount != payment.amount:
        log.error("Money of a wrong amount came", payment=str(payment.id), came=_said(capture), due=_said(payment))
        return RefundReason.WRONG_AMOUNT
    others = Capture.filter(booking_id=booking.id).exclude(fate=CaptureFate.REFUND)
    if await others.exists():
        return RefundReason.DOUBLE_PAYMENT
    if await bookings.confirm(work, booking, opened, house.ticket_codes):
        await decide(capture.id, CaptureFate.TICKET)
        await ledger.post(movements.sold(capture.amount_minor), capture.currency, work.now, capture_id=capture.id)
        await sales.note(payment, booking, work.now)
        return None
    if opened.showtime.window.cancelled:
        return RefundReason.SHOWTIME_CANCELLED
    if booking.status is not BookingStatus.EXPIRED:
        return RefundReason.BOOKING_CANCELLED
    if not bookings.is_to_come(work, opened):
        return RefundReason.SHOWTIME_STARTED
    if await offers.make(work, booking, capture, opened) is None:
        return RefundReason.SEATS_GONE
    await decide(capture.id, CaptureFate.OFFER)
    return None


def _said(money: Capture | Payment) -> str:
    return f"{money.amount.amount} {money.currency}"


async def _give_grace(work: Work, booking: Booking, terms: HoldTerms) -> None:
    """One bounded extra stretch for the hold whose payment is being processed."""
    await bookings.prolong_once(booking, work.now + terms.grace)


async def _money_went(work: Work, payment: Payment, event: GatewayEvent, opened: OpenMap) -> None:
    refund = await _refund_of(event)
    if refund is not None and refund.payment_id != payment.id:
        raise Contradiction(f"{event.refund_ref} is no refund of the payment {payment.id}.")
    if refund is None:
        refund = await _note_strange_refund(work, payment, event, opened)
    if refund.refund_ref is None and event.refund_ref:
        await Refund.filter(id=refund.id).update(refund_ref=event.refund_ref)
    await refunds.settle(work, refund.id, event.news, event.reason)


async def _refund_of(event: GatewayEvent) -> Refund | None:
    if event.refund_id and (found := await Refund.get_or_none(id=event.refund_id)):
        return found
    return await Refund.get_or_none(provider=event.provider, refund_ref=event.refund_ref) if event.refund_ref else None


async def _note_strange_refund(work: Work, payment: Payment, event: GatewayEvent, opened: OpenMap) -> Refund:
    """A refund that we did not order: somebody made it in the provider's dashboard."""
    capture = await Capture.get_or_none(provider=payment.provider, capture_ref=event.capture_ref or "")
    if capture is None or event.news is News.REFUND_FAILED:
        raise NotYet("The money that this is about is not known here.")
    if capture.payment_id != payment.id:
        raise Contradiction(f"{event.capture_ref} is not money of the payment {payment.id}.")
    refund = await refunds.note_made_at_provider(work, capture, event.refund_ref or event.event_id, event.amount)
    if refund is None:
        waiting = Refund.filter(capture_id=capture.id, amount_minor=event.amount.minor, refund_ref=None)
        refund = await waiting.first()
    if refund is None:
        raise Contradiction("More went back than came.")
    whole = await Capture.get(id=capture.id)
    if whole.left.minor == 0:
        await _take_back(work, payment.booking, whole, opened)
    return refund


async def _take_back(work: Work, booking: Booking, capture: Capture, opened: OpenMap) -> None:
    """The provider has given all of a capture back: what it bought, or was offered for it, is the house's again."""
    if capture.fate is CaptureFate.TICKET and booking.status is BookingStatus.CONFIRMED:
        await cancellations.withdraw(work, booking, opened)
    elif capture.fate is CaptureFate.OFFER:
        offer = await Offer.get(capture_id=capture.id)
        if offer.status is OfferStatus.OPEN:
            await offers.end(work, offer, opened, OfferStatus.DECLINED)
