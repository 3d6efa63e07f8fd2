"""Payments: started by the payer, settled by what their gateway tells us, in whatever order it comes."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from adapters.payments.base import Checkout, Gateway, GatewayError
from adapters.ticket_codes import TicketCodes
from domain.access import Actor
from domain.bookings import BookingStatus
from domain.holds import HoldTerms
from domain.payments import UNDER_WAY, GatewayEvent, PaymentProvider, PaymentStatus, may_become
from domain.problems import HoldExpired, PaymentRefused
from models import payments as rows, sales as lines, seat_claims
from models.bookings import Booking, Hold
from models.payments import Payment
from resolvers import bookings, sales
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work

Gateways = Mapping[PaymentProvider, Gateway]


async def one(actor: Actor, payment_id: UUID) -> Payment | None:
    """A payment the actor may see."""
    return await Payment.visible_to(actor).get_or_none(id=payment_id)


async def start(
    actor: Actor, booking_id: UUID, provider: PaymentProvider, *, gateways: Gateways, key: str | None = None
) -> Payment:
    """Begin paying for a booking; the gateway is asked after the commit, and again by a repeated call."""
    gateway = gateways.get(provider)
    if gateway is None:
        raise PaymentRefused(f"{provider.value} is not offered here.")
    async with unit_of_work() as work:
        payment_id = uuid4()
        first = await work.once(actor, "startPayment", key, [booking_id, provider], payment_id)
        if first is None:
            booking, _ = await bookings.lock(work, actor, booking_id)
            await _check_payable(booking)
            await _write(work, booking, provider, payment_id)
    return await _with_checkout(first or payment_id, gateway)


async def _check_payable(booking: Booking) -> None:
    if booking.status is BookingStatus.EXPIRED:
        raise HoldExpired
    if booking.status is not BookingStatus.PENDING:
        raise PaymentRefused(f"This booking is already {booking.status.value.lower()}.")
    if await Payment.exists(booking_id=booking.id, status__in=list(UNDER_WAY)):
        raise PaymentRefused("A payment for this booking is under way; finish or cancel that one first.")


async def _write(work: Work, booking: Booking, provider: PaymentProvider, payment_id: UUID) -> None:
    await Payment.create(
        id=payment_id,
        created_at=work.now,
        booking_id=booking.id,
        provider=provider,
        amount_minor=booking.total.minor,
        currency=booking.currency,
        status=PaymentStatus.PENDING,
    )
    await touch(work, booking.id)


async def _with_checkout(payment_id: UUID, gateway: Gateway) -> Payment:
    payment = await Payment.get(id=payment_id).select_related("booking")
    if payment.provider_ref is not None or payment.status is not PaymentStatus.PENDING:
        return payment
    try:
        checkout = await gateway.open(payment.id, payment.amount, f"Booking {payment.booking.reference}")
    except GatewayError:
        return await _opened(payment, PaymentStatus.FAILED, Checkout("", None))
    return await _opened(payment, PaymentStatus.PENDING, checkout)


async def _opened(payment: Payment, status: PaymentStatus, checkout: Checkout) -> Payment:
    async with unit_of_work() as work:
        changed = await Payment.filter(id=payment.id, provider_ref=None, status=PaymentStatus.PENDING).update(
            provider_ref=checkout.provider_ref or None, checkout_url=checkout.url, status=status
        )
        if changed:
            await touch(work, payment.booking_id)
    return await Payment.get(id=payment.id)


async def settle(event: GatewayEvent, ticket_codes: TicketCodes, terms: HoldTerms) -> None:
    """Apply a gateway's news: twice does no harm, late money buys the seats or goes back."""
    known = await Payment.get_or_none(provider=event.provider, provider_ref=event.provider_ref).select_related(
        "booking"
    )
    async with unit_of_work() as work:
        opened = await OpenMap.to_look(work, known.booking.showtime_id, known.booking.quote.labels) if known else None
        if not await rows.record_event(event, known.id if known else None, work.now):
            return
        if known is None or opened is None:
            return
        payment = await Payment.get(id=known.id).select_related("booking")
        if may_become(payment.status, event.status):
            await _apply(work, payment, event, opened, ticket_codes, terms)
            await touch(work, payment.booking_id)


async def _apply(
    work: Work,
    payment: Payment,
    event: GatewayEvent,
    opened: OpenMap,
    ticket_codes: TicketCodes,
    terms: HoldTerms,
) -> None:
    payment.status = event.status
    await payment.save(update_fields=["status"])
    if event.status is PaymentStatus.PROCESSING:
        await _give_grace(work, payment.booking, terms)
    elif event.status is PaymentStatus.SUCCEEDED:
        exact = event.amount == payment.amount
        if exact and await bookings.confirm(work, payment.booking, opened, ticket_codes):
            await sales.note(payment, payment.booking, work.now)
        else:
            await bookings.refund(work, payment)
    elif event.status is PaymentStatus.REFUNDED:
        await lines.give_back(payment.id)


async def _give_grace(work: Work, booking: Booking, terms: HoldTerms) -> None:
    """One bounded extra stretch for the hold whose payment is being processed."""
    hold = await Hold.get(id=booking.hold_id)
    if booking.status is not BookingStatus.PENDING or hold.grace_given:
        return
    until = max(hold.expires_at, work.now + terms.grace)
    await Hold.filter(id=hold.id).update(expires_at=until, grace_given=True)
    await Booking.filter(id=booking.id).update(expires_at=until)
    await seat_claims.prolong(hold.id, until)
