"""Refunds: money ordered back, carried out by the worker through its gateway, settled by what the provider says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from adapters.payments.base import Gateway, GatewayError, GatewayRefusal, RefundOrder, RefundTaken
from domain import ledger as movements
from domain.access import Actor
from domain.money import Money
from domain.payments import CaptureFate, News, PaymentProvider, standing
from domain.problems import RefundRefused
from domain.refunds import ATTEMPTS, RefundReason, RefundStatus, may_become
from domain.tasks import CarryOutRefund
from models import ledger, sales
from models.payments import Capture, Payment, claim_back, gone_back, look_again
from models.refunds import Refund
from resolvers.seat_maps import touch
from resolvers.unit_of_work import Work, unit_of_work

log = structlog.get_logger(__name__)

Gateways = Mapping[PaymentProvider, Gateway]
FIRST_PAUSE = timedelta(minutes=1)
FIRST_LOOK = timedelta(seconds=45)  # what a provider does not tell of itself it is asked
OUTCOMES = {News.REFUNDED: RefundStatus.SUCCEEDED, News.REFUND_FAILED: RefundStatus.FAILED}
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Wish:
    """How much shall go back and why: `seats` are given up for it, `kept` of their worth stays with the house."""

    amount: Money
    reason: RefundReason
    kept: int = 0
    seats: Sequence[str] = ()
    note: str | None = None
    by: UUID | None = None


async def one(actor: Actor, refund_id: UUID) -> Refund | None:
    """A refund the actor may see."""
    return await Refund.visible_to(actor).get_or_none(id=refund_id)


async def order(work: Work, capture: Capture, wish: Wish) -> Refund:
    """Have money given back: noted here, done by the worker; RefundRefused where more would go back than came."""
    if not await claim_back(capture.id, wish.amount.minor + wish.kept):
        raise RefundRefused(f"Of this payment {capture.left.amount} {capture.currency} can still go back.")
    refund = await _write(work, capture, wish)
    if wish.amount.minor:
        await _post_order(
            work, await Capture.get(id=capture.id), refund
        )  # its fate, now that nobody else can change it
        await work.enqueue(CarryOutRefund(refund.id))
    return refund


async def note_made_at_provider(work: Work, capture: Capture, refund_ref: str, amount: Money) -> Refund | None:
    """Write down a refund that somebody made in the provider's dashboard; None if it is one that we had ordered.

    Where all of the money was ordered back already, it is the provider's answer to that order.
    """
    if not await claim_back(capture.id, amount.minor):
        return None
    refund = await _write(work, capture, Wish(amount, RefundReason.AT_PROVIDER))
    refund.refund_ref = refund_ref
    await refund.save(update_fields=["refund_ref"])
    await _post_order(work, await Capture.get(id=capture.id), refund)
    return refund


async def _write(work: Work, capture: Capture, wish: Wish, attempt: int = 1, *, id: UUID | None = None) -> Refund:
    nothing_to_do = wish.amount.minor == 0
    return await Refund.create(
        id=id or uuid4(),
        created_at=work.now,
        capture_id=capture.id,
        payment_id=capture.payment_id,
        booking_id=capture.booking_id,
        provider=capture.provider,
        amount_minor=wish.amount.minor,
        kept_minor=wish.kept,
        currency=wish.amount.currency,
        seats=list(wish.seats),
        reason=wish.reason,
        note=wish.note,
        asked_by_id=wish.by,
        status=RefundStatus.SUCCEEDED if nothing_to_do else RefundStatus.PENDING,
        attempt=attempt,
        settled_at=work.now if nothing_to_do else None,
    )


async def _post_order(work: Work, capture: Capture, refund: Refund) -> None:
    was_sold = capture.fate is CaptureFate.TICKET
    movement = movements.refund_ordered(refund.amount_minor, was_sold=was_sold)
    await ledger.post(movement, refund.currency, work.now, capture_id=capture.id, refund_id=refund.id)
    if was_sold:
        await sales.give_back(capture.payment_id, refund.amount_minor)


async def carry_out(refund_id: UUID, gateways: Gateways) -> None:
    """Ask the gateway to give money back; a repetition asks with the same id and changes nothing more.

    Raises GatewayError when the gateway cannot do it now; the task that called will try again.
    """
    refund = await Refund.get(id=refund_id).select_related("capture", "payment")
    if refund.status is not RefundStatus.PENDING:
        return
    gateway = gateways.get(refund.provider)
    if gateway is None:
        raise GatewayError(f"{refund.provider.value} is not enabled here.")
    try:
        taken = await gateway.refund(_order_of(refund))
    except GatewayRefusal as refusal:
        taken = RefundTaken("", News.REFUND_FAILED, str(refusal))
    async with unit_of_work() as work:
        if taken.refund_ref:
            await Refund.filter(id=refund.id).update(refund_ref=taken.refund_ref)
        await _move(work, refund.id, RefundStatus.PROCESSING)
        if taken.outcome is not None:
            await settle(work, refund.id, taken.outcome, taken.reason)
        elif refund.provider is not PaymentProvider.COUNTER:
            await look_again(refund.payment_id, work.now + FIRST_LOOK)


def _order_of(refund: Refund) -> RefundOrder:
    capture: Capture = refund.capture
    payment: Payment = refund.payment
    return RefundOrder(
        id=refund.id,
        payment=payment.opened,
        capture_ref=capture.capture_ref,
        captured=capture.amount,
        amount=refund.amount,
        ordered_at=refund.created_at,
    )


async def settle(work: Work, refund_id: UUID, news: News, reason: str | None = None) -> bool:
    """Follow the provider's word about a refund; whether that was new. A failed one is tried again, a few times."""
    before = await Refund.get(id=refund_id)
    if not await _move(work, refund_id, OUTCOMES[news], reason):
        return False
    refund = await Refund.get(id=refund_id)
    if refund.status is RefundStatus.SUCCEEDED:
        await _paid(work, refund, bounced=False)
    else:
        if before.status is RefundStatus.SUCCEEDED:
            await _paid(work, refund, bounced=True)
        await _try_again(work, refund)
    await restate(refund.payment_id)
    await touch(work, refund.booking_id)
    return True


async def _move(work: Work, refund_id: UUID, target: RefundStatus, reason: str | None = None) -> bool:
    earlier = [status for status in RefundStatus if may_become(status, target)]
    is_over = target in (RefundStatus.SUCCEEDED, RefundStatus.FAILED)
    changes = {"settled_at": work.now, "failure": reason[:LONGEST_TEXT] if reason else None} if is_over else {}
    return bool(await Refund.filter(id=refund_id, status__in=earlier).update(status=target, **changes))


async def _paid(work: Work, refund: Refund, *, bounced: bool) -> None:
    movement = movements.refund_bounced if bounced else movements.refund_paid
    at = work.now
    await ledger.post(
        movement(refund.amount_minor), refund.currency, at, capture_id=refund.capture_id, refund_id=refund.id
    )
    await gone_back(refund.capture_id, -refund.amount_minor if bounced else refund.amount_minor)


async def _try_again(work: Work, failed: Refund) -> None:
    log.error("A refund failed", refund=str(failed.id), attempt=failed.attempt, reason=failed.failure)
    if failed.attempt < ATTEMPTS:
        await follow(work, failed, FIRST_PAUSE * 4 ** (failed.attempt - 1))


async def follow(work: Work, failed: Refund, pause: timedelta = timedelta(0), *, id: UUID | None = None) -> Refund:
    """Order the money of a failed refund back again; it is claimed and owed already, and only changes its row."""
    capture = await Capture.get(id=failed.capture_id)
    wish = Wish(failed.amount, failed.reason, failed.kept_minor, failed.seats, failed.note, failed.asked_by_id)
    again = await _write(work, capture, wish, failed.attempt + 1, id=id)
    await Refund.filter(id=failed.id).update(followed_by=again.id)
    await work.enqueue(CarryOutRefund(again.id), at=work.now + pause)
    return again


async def restate(payment_id: UUID) -> None:
    """Have a payment stand where its captures, and what of them has gone back, put it."""
    captures = await Capture.filter(payment_id=payment_id)
    status = standing([(capture.amount_minor, capture.refunded_minor) for capture in captures])
    await Payment.filter(id=payment_id).update(status=status)
