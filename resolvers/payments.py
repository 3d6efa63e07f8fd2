"""Payments: offered, started by the payer, confirmed by what their browser brings back, or given up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog

from adapters.payments.base import BadSignature, Checkout, GatewayError, Order
from domain.access import Actor
from domain.bookings import BookingStatus
from domain.payments import UNDER_WAY, PaymentProvider, PaymentStatus
from domain.problems import HoldExpired, PaymentRefused
from domain.wrong_calls import BadUserInput, NotFound
from models.bookings import Booking
from models.payments import Payment, captured_as
from models.showtimes import Showtime
from resolvers import bookings, settlement
from resolvers.refunds import Gateways
from resolvers.seat_maps import touch
from resolvers.settlement import Contradiction, House, NotYet
from resolvers.unit_of_work import Work, unit_of_work
from resolvers.venue_terms import methods
from settings import Settings

log = structlog.get_logger(__name__)

LONGEST_ADDRESS: Final = 64
LONGEST_URL: Final = 1_000


@dataclass(frozen=True)
class Payer:
    """Where a payer's browser is, where it shall end, and whether the checkout shall be within the client's own page."""

    address: str = "127.0.0.1"
    return_url: str | None = None
    embedded: bool = False
    home: str = ""  # where it ends if nothing else was asked for: each server names itself in it


@dataclass(frozen=True)
class Patience:
    """How long a booking waits for its payment at the counter, and when a provider is first asked what became of one."""

    at_counter: timedelta = timedelta(minutes=30)
    first_look: timedelta = timedelta(seconds=45)


def patience(settings: Settings) -> Patience:
    """What the settings say."""
    return Patience(timedelta(minutes=settings.counter_minutes), timedelta(seconds=settings.payment_look_after_seconds))


def checked(payer: Payer, settings: Settings) -> Payer:
    """The payer, if their browser is to end at this server or at an origin that may call it; else BadUserInput."""
    if payer.return_url is None:
        return payer
    wanted = urlsplit(payer.return_url)
    origins = {origin.strip() for origin in settings.allowed_origins.split(",")} | {settings.address}
    is_ours = f"{wanted.scheme}://{wanted.netloc}" in origins
    if not is_ours or not payer.return_url.isprintable() or len(payer.return_url) > LONGEST_URL:
        raise BadUserInput("`returnUrl` must be an address of this server's, or of an origin that may call it.")
    return payer


ANYWHERE: Final = Payer()
USUAL: Final = Patience()


async def one(actor: Actor, payment_id: UUID) -> Payment | None:
    """A payment the actor may see."""
    return await Payment.visible_to(actor).get_or_none(id=payment_id)


async def start(
    actor: Actor,
    booking_id: UUID,
    provider: PaymentProvider,
    *,
    gateways: Gateways,
    payer: Payer = ANYWHERE,
    patience: Patience = USUAL,
    key: str | None = None,
) -> Payment:
    """Begin paying for a booking; the gateway is asked after the commit, and again by a repeated call."""
    async with unit_of_work() as work:
        payment_id = uuid4()
        given = [booking_id, provider, payer.return_url, payer.embedded]
        first = await work.once(actor, "startPayment", key, given, payment_id)
        if first is None:
            booking, _ = await bookings.lock(work, actor, booking_id)
            await _check_offered(booking, provider, gateways)
            first = await _unopened(work, booking, provider)
            if first is not None:
                await work.correct(actor, "startPayment", key, first)
            else:
                await _write(work, booking, Payment(id=payment_id, provider=provider), payer, patience)
    return await _with_checkout(first or payment_id, gateways)


async def _check_offered(booking: Booking, provider: PaymentProvider, gateways: Gateways) -> None:
    if booking.status is BookingStatus.EXPIRED:
        raise HoldExpired
    if booking.status is not BookingStatus.PENDING:
        raise PaymentRefused(f"This booking is already {booking.status.value.lower()}.")
    if provider not in await methods(booking, gateways):
        raise PaymentRefused(f"{provider.value} is not offered for this booking.")


async def _unopened(work: Work, booking: Booking, provider: PaymentProvider) -> UUID | None:
    """A payment by this provider that was begun but never opened, to go on with; others of that kind are given up."""
    under_way = await Payment.filter(booking_id=booking.id, status__in=list(UNDER_WAY))
    if any(payment.provider_ref for payment in under_way):
        raise PaymentRefused("A payment for this booking is under way; finish or cancel that one first.")
    same = [payment.id for payment in under_way if payment.provider is provider]
    given_up = [payment.id for payment in under_way if payment.provider is not provider]
    if given_up:
        await Payment.filter(id__in=given_up).update(status=PaymentStatus.CANCELLED)
        await touch(work, booking.id)
    return same[0] if same else None


async def _write(work: Work, booking: Booking, payment: Payment, payer: Payer, patience: Patience) -> None:
    at_counter = payment.provider is PaymentProvider.COUNTER
    payment.created_at = work.now
    payment.booking_id = booking.id
    payment.amount_minor, payment.currency = booking.total.minor, booking.currency
    payment.status = PaymentStatus.PENDING
    payment.return_url, payment.embedded = payer.return_url or payer.home, payer.embedded
    payment.payer_address = payer.address[:LONGEST_ADDRESS]
    payment.look_at = None if at_counter else work.now + patience.first_look
    await payment.save(force_create=True)
    if at_counter:
        showtime = await Showtime.get(id=booking.showtime_id)
        await bookings.prolong_once(booking, min(work.now + patience.at_counter, showtime.starts_at))
    await touch(work, booking.id)


async def _with_checkout(payment_id: UUID, gateways: Gateways) -> Payment:
    payment = await Payment.get(id=payment_id).select_related("booking")
    gateway = gateways.get(payment.provider)
    if payment.provider_ref is not None or payment.status is not PaymentStatus.PENDING or gateway is None:
        return payment
    try:
        checkout = await gateway.open(order_of(payment))
    except GatewayError as problem:
        log.warning("A gateway did not open a payment", payment=str(payment_id), problem=str(problem))
        return await opened(payment, None)
    return await opened(payment, checkout)


def order_of(payment: Payment) -> Order:
    """What its provider is asked for; the booking has been read."""
    return Order(
        payment_id=payment.id,
        amount=payment.amount,
        reference=payment.booking.reference,
        opened_at=payment.created_at,
        expires_at=payment.booking.expires_at,
        payer_address=payment.payer_address,
        embedded=payment.embedded,
    )


async def opened(payment: Payment, checkout: Checkout | None) -> Payment:
    """Write down what the gateway made of a payment; None: it made nothing of it, and another may follow."""
    async with unit_of_work() as work:
        unopened = Payment.filter(id=payment.id, provider_ref=None)
        if checkout is None:
            changed = await unopened.filter(status=PaymentStatus.PENDING).update(status=PaymentStatus.FAILED)
        else:  # even if it is over by now: news of it may come by this name alone
            changed = await unopened.update(
                provider_ref=checkout.provider_ref, checkout_url=checkout.url, details=dict(checkout.details)
            )
        if changed:
            await touch(work, payment.booking_id)
    return await Payment.get(id=payment.id)


async def confirm(
    actor: Actor,
    payment_id: UUID,
    proof: Mapping[str, str],
    gateways: Gateways,
    house: House,
    *,
    key: str | None = None,
) -> Payment:
    """What the browser brought back is checked, then the provider itself is asked, and its word applied."""
    payment = await one(actor, payment_id)
    if payment is None:
        raise NotFound
    async with unit_of_work() as work:
        # Remembered before the provider is asked, which is no part of any transaction, and which a repetition asks again.
        await work.once(actor, "confirmPayment", key, [payment_id, dict(proof)], payment_id)
        _check_proof(payment, proof, gateways)
    await ask(payment, gateways, house)
    return await Payment.get(id=payment_id)


def _check_proof(payment: Payment, proof: Mapping[str, str], gateways: Gateways) -> None:
    gateway = gateways.get(payment.provider)
    if gateway is None or payment.provider is PaymentProvider.COUNTER:
        raise PaymentRefused(f"{payment.provider.value} confirms no payments here.")
    try:
        gateway.check_proof(payment.opened, proof)
    except BadSignature as problem:
        log.warning("A browser's proof was refused", payment=str(payment.id), reason=str(problem))
        raise PaymentRefused("What the checkout gave back does not fit this payment.") from problem


async def ask(payment: Payment, gateways: Gateways, house: House) -> bool:
    """Ask the provider what it knows of a payment, and apply it; False when it could not be asked."""
    gateway = gateways.get(payment.provider)
    if gateway is None:
        return False
    try:
        events = await gateway.fetch(replace(payment.opened, capture_refs=await captured_as(payment.id)))
    except GatewayError as problem:
        log.warning("A gateway did not answer", payment=str(payment.id), problem=str(problem))
        return False
    for event in events:
        try:
            await settlement.settle(event, house)
        except (NotYet, Contradiction) as problem:
            log.warning("A provider's answer cannot be applied", payment=str(payment.id), problem=str(problem))
    return True


async def give_up(actor: Actor, payment_id: UUID, *, key: str | None = None) -> Payment:
    """Give up a payment that has not been made, so that another may follow; money that comes all the same is used."""
    seen = await one(actor, payment_id)
    if seen is None:
        raise NotFound
    async with unit_of_work() as work:
        if await work.once(actor, "cancelPayment", key, [payment_id], payment_id):
            return await Payment.get(id=payment_id)
        await bookings.lock(work, actor, seen.booking_id)
        waiting = Payment.filter(id=payment_id, status=PaymentStatus.PENDING)
        if not await waiting.update(status=PaymentStatus.CANCELLED):
            payment = await Payment.get(id=payment_id)
            if payment.status is PaymentStatus.CANCELLED:
                return payment
            raise PaymentRefused(f"This payment is {payment.status.value.lower()}; it cannot be given up.")
        await touch(work, seen.booking_id)
    return await Payment.get(id=payment_id)
