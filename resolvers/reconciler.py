"""The reconciler: asks providers about what they have not told us, so that no lost webhook loses a sale."""

from datetime import datetime, timedelta
from typing import Final

import structlog

import clock
from adapters.payments.base import GatewayError, Message
from domain.payments import CAPTURED, GatewayEvent
from domain.refunds import RefundStatus
from models import payments as rows
from models.payments import Payment
from models.refunds import Refund
from resolvers import inbox, payments, settlement
from resolvers.refunds import Gateways
from resolvers.settlement import Contradiction, House

log = structlog.get_logger(__name__)

AT_ONCE: Final = 20
AGAIN: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=6)
GIVEN_UP_AFTER: Final = timedelta(days=4)  # providers repeat a webhook for up to three days
DOUBLINGS: Final = 12
WINDOW: Final = timedelta(hours=24)


async def look(gateways: Gateways, house: House) -> int:
    """Ask about the payments whose turn it is; how many were asked about. Any number of processes may do so at once."""
    asked = 0
    for payment in await rows.due_for_a_look(clock.now(), AT_ONCE):
        if await _claim(payment):
            await payments.ask(payment, gateways, house)
            await _rest(payment)
            asked += 1
    return asked


async def _claim(payment: Payment) -> bool:
    """Set the next look before this one: whoever sets it does the looking, and a crash costs one look at most."""
    now = clock.now()
    pause = min(AGAIN * 2 ** min(payment.looks, DOUBLINGS), LONGEST)
    is_last = now - payment.created_at > GIVEN_UP_AFTER and not await _has_refunds_under_way(payment)
    mine = Payment.filter(id=payment.id, looks=payment.looks)
    return bool(await mine.update(looks=payment.looks + 1, look_at=None if is_last else now + pause))


async def _rest(payment: Payment) -> None:
    """Stop asking about a payment whose money is here, and whose refunds are through, unless one was ordered meanwhile."""
    if not await _has_refunds_under_way(payment):
        this_look = Payment.filter(id=payment.id, looks=payment.looks + 1, status__in=list(CAPTURED))
        await this_look.update(look_at=None)


async def _has_refunds_under_way(payment: Payment) -> bool:
    waiting = (RefundStatus.PENDING, RefundStatus.PROCESSING)
    return await Refund.exists(payment_id=payment.id, status__in=waiting)


async def find_unheard(gateways: Gateways, house: House, now: datetime) -> int:
    """Go through what the providers say came in lately; how much of it was news to us."""
    found = 0
    for provider, gateway in gateways.items():
        try:
            events = await gateway.recent(now - WINDOW, now)
        except GatewayError as problem:
            log.warning("A gateway gave no list", provider=provider.value, problem=str(problem))
            continue
        for event in events:
            found += await _hear(event, house)
    return found


async def _hear(event: GatewayEvent, house: House) -> bool:
    """Apply money we have not heard of; what is none of ours becomes a message that staff will see."""
    if event.capture_ref and await rows.Capture.exists(provider=event.provider, capture_ref=event.capture_ref):
        return False
    try:
        payment = await settlement.payment_of(event)
    except Contradiction:
        payment = None
    if payment is None:
        await inbox.receive(Message(event.event_id, "reconciler", "", event), event.provider)
        return True
    log.warning("The reconciler found money that no webhook told of", payment=str(payment.id))
    await settlement.settle(event, house)
    return True
