"""The desk of those who answer for the money: finding payments, giving money back, trying failed refunds again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from domain.access import Actor, Permission
from domain.bookings import normal_reference
from domain.money import Money
from domain.offers import OfferStatus
from domain.payments import CaptureFate, PaymentProvider, PaymentStatus
from domain.problems import RefundRefused
from domain.refunds import RefundReason, RefundStatus, check_goodwill, spread
from domain.traces import Trace, facts
from domain.wrong_calls import NotFound
from models.bookings import Booking
from models.offers import Offer
from models.payments import Capture, Payment
from models.refunds import Refund
from resolvers import offers, refunds
from resolvers.bookings import NOWHERE
from resolvers.pages import Page, page
from resolvers.refunds import Wish
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sought:
    """Which payments to find; None does not matter. `since` is included, `until` is not."""

    provider: PaymentProvider | None = None
    status: PaymentStatus | None = None
    reference: str | None = None
    provider_ref: str | None = None
    showtime_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def for_showtime(self, showtime_id: UUID | None) -> "Sought":
        """Only those for this showtime; none if there is no such showtime."""
        return replace(self, showtime_id=showtime_id or NOWHERE)


async def find(actor: Actor, sought: Sought, first: int | None, after: str | None) -> Page[Payment]:
    """A page of the payments that the actor answers for, the newest first."""
    wanted = {
        "provider": sought.provider,
        "status": sought.status,
        "booking__showtime_id": sought.showtime_id,
        "created_at__gte": sought.since,
        "created_at__lt": sought.until,
    }
    within = Payment.within(actor.reach(Permission.PAYMENT_READ))
    query = within.filter(**{name: value for name, value in wanted.items() if value is not None})
    if sought.reference is not None:
        booking = await Booking.get_or_none(reference=normal_reference(sought.reference) or "")
        query = query.filter(booking_id=booking.id if booking else NOWHERE)
    if sought.provider_ref is not None:
        query = query.filter(id__in=await _named(sought.provider_ref))
    return await page(query, ["-created_at"], first, after)


async def _named(ref: str) -> list[UUID]:
    """The payments that a provider calls so, or whose money it calls so; each provider has names of its own."""
    anybody = list(PaymentProvider)
    opened = await Payment.filter(provider__in=anybody, provider_ref=ref)
    captured = await Capture.filter(provider__in=anybody, capture_ref=ref)
    return [*(payment.id for payment in opened), *(capture.payment_id for capture in captured)]


async def refund(actor: Actor, payment_id: UUID, amount: str | None, reason: str, *, key: str | None = None) -> Payment:
    """Give money back and take no ticket for it: so much, or all that is left (None); RefundRefused above that.

    Where nothing is left of money that waits on an offer, the offer ends: it would be accepted for nothing.
    """
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "refundPayment", key, [payment_id, amount, reason], payment_id)
        at_hand = Payment.within(actor.reach(Permission.PAYMENT_REFUND))
        seen = await at_hand.get_or_none(id=payment_id).select_related("booking")
        if seen is None:
            raise NotFound
        if is_repeated:
            return seen
        goodwill = check_goodwill(amount, reason, seen.currency)
        opened = await OpenMap.to_look(work, seen.booking.showtime_id)
        captures = await Capture.filter(payment_id=payment_id).order_by("created_at", "id")
        wish = Wish(Money(0, seen.currency), RefundReason.STAFF, note=goodwill.note, by=actor.user_id)
        given = 0
        for capture, part in _parts(captures, goodwill.amount):
            await refunds.order(work, capture, replace(wish, amount=part))
            if part == capture.left and capture.fate is CaptureFate.OFFER:
                await _withdraw_offer(work, capture, opened)
            given += part.minor
        told = facts(refund=Money(given, seen.currency), note=goodwill.note)
        await work.record(actor, Trace("REFUND_PAYMENT", "Payment", payment_id, opened.showtime.venue_id, after=told))
        await touch(work, seen.booking_id)
    log.info("Money is given back", payment=str(payment_id), by=str(actor.user_id))
    return await Payment.get(id=payment_id)


def _parts(captures: Sequence[Capture], amount: Money | None) -> list[tuple[Capture, Money]]:
    """How much of each capture goes back, the oldest first; RefundRefused if less is left, or nothing."""
    able = [capture for capture in captures if amount is None or capture.currency == amount.currency]
    left = sum(capture.left.minor for capture in able)
    if not left:
        raise RefundRefused("Of this payment nothing is left to go back.")
    wanted = left if amount is None else amount.minor
    if wanted > left:
        raise RefundRefused(
            f"Of this payment {Money(left, able[0].currency).amount} {able[0].currency} can still go back."
        )
    parts = spread(wanted, [capture.left.minor for capture in able])
    return [(capture, Money(part, capture.currency)) for capture, part in zip(able, parts, strict=True) if part]


async def _withdraw_offer(work: Work, capture: Capture, opened: OpenMap) -> None:
    offer = await Offer.get(capture_id=capture.id)
    if offer.status is OfferStatus.OPEN:
        await offers.end(work, offer, opened, OfferStatus.DECLINED)


async def retry(actor: Actor, refund_id: UUID, *, key: str | None = None) -> Refund:
    """Have the money of a failed refund given back once more; RefundRefused unless it has failed for good."""
    async with unit_of_work() as work:
        again_id = uuid4()
        first = await work.once(actor, "retryRefund", key, [refund_id], again_id)
        at_hand = Refund.within(actor.reach(Permission.PAYMENT_REFUND))
        seen = await at_hand.get_or_none(id=refund_id).select_related("booking")
        if seen is None:
            raise NotFound
        if first:
            return await Refund.get(id=first)
        opened = await OpenMap.to_look(work, seen.booking.showtime_id)
        failed = await Refund.get(id=refund_id)
        if failed.status is not RefundStatus.FAILED:
            raise RefundRefused("This refund has not failed.")
        if failed.followed_by is not None:
            raise RefundRefused("This refund is being tried again already.")
        again = await refunds.follow(work, failed, id=again_id)
        told = facts(followed_by=again.id, attempt=again.attempt, amount=again.amount)
        await work.record(actor, Trace("RETRY_REFUND", "Refund", refund_id, opened.showtime.venue_id, after=told))
        await touch(work, failed.booking_id)
    log.info("A refund is tried again", refund=str(refund_id), by=str(actor.user_id))
    return again
