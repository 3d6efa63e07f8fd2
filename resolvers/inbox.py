"""The inbox: what providers send is kept at once and answered, then applied; what cannot be waits for staff."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import structlog

import clock
from adapters.payments.base import Message, Receipt
from domain.access import Actor, Permission
from domain.checks import Checks
from domain.payments import CAPTURED, MessageState, News, PaymentProvider
from domain.traces import Facts, Trace, facts
from domain.wrong_calls import NotFound
from models import inbox as rows
from models.inbox import PaymentMessage, TakenMessage
from models.payments import Payment
from resolvers import settlement, wake
from resolvers.pages import Page, page
from resolvers.settlement import Contradiction, House, NotYet
from resolvers.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=20)
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
DOUBLINGS: Final = 10  # are more than the longest pause
ATTEMPTS: Final = 8  # waiting more than four minutes for what it builds on, a message is dead
LONGEST_KIND, LONGEST_PROBLEM, LONGEST_REASON = 120, 500, 300
GIVEN_UP: Final = [MessageState.DEAD, MessageState.DISMISSED]


async def receive(message: Message, provider: PaymentProvider) -> Receipt:
    """Keep a message, to be applied at once; what is known of it already."""
    payment = await _payment_of(message)
    if not await rows.keep(_row(message, provider, payment)):
        return Receipt.REPEATED
    wake.up()
    if message.event is None:
        return Receipt.TAKEN
    if payment is None:
        return Receipt.UNKNOWN
    if message.event.news is News.CAPTURED and message.event.amount != payment.amount:
        return Receipt.WRONG_AMOUNT
    return Receipt.SETTLED if payment.status in CAPTURED else Receipt.TAKEN


async def _payment_of(message: Message) -> Payment | None:
    try:
        return await settlement.payment_of(message.event) if message.event else None
    except Contradiction:
        return None


def _row(message: Message, provider: PaymentProvider, payment: Payment | None) -> PaymentMessage:
    now, event = clock.now(), message.event
    return PaymentMessage(
        id=uuid4(),
        created_at=now,
        provider=provider,
        event_id=message.event_id,
        kind=message.kind[:LONGEST_KIND],
        body=message.body,
        news=rows.write_news(event) if event else None,
        payment_id=payment.id if payment else None,
        state=MessageState.NEW if event else MessageState.IGNORED,
        try_at=now,
    )


async def apply_next(house: House) -> bool:
    """Apply the message that is due; False if there is none."""
    taken = await rows.take(clock.now(), LEASE)
    if taken is None:
        return False
    try:
        await _apply(taken, house)
    except Contradiction as problem:
        await _bury(taken, str(problem))
    except NotYet as problem:
        await (_bury if taken.attempts >= ATTEMPTS else _put_back)(taken, str(problem))
    except Exception as problem:  # noqa: BLE001 - whatever went wrong, the message must not be lost
        await _put_back(taken, repr(problem))
    return True


async def _apply(taken: TakenMessage, house: House) -> None:
    event = taken.event
    payment = await settlement.payment_of(event)
    if payment is None:
        raise NotYet("No such payment is known here.")
    async with unit_of_work() as work:
        if not await settlement.has_come(event):  # Stripe tells of the same money twice: the second needs no lock
            await settlement.apply(work, payment, event, house)
        if not await rows.applied(taken.id, payment.id, work.now):
            return
        if event.news is News.CAPTURED:
            await rows.wake_waiting(event.provider, payment.id, work.now)


async def _put_back(taken: TakenMessage, problem: str) -> None:
    log.warning("A message could not be applied", message=str(taken.id), attempts=taken.attempts, problem=problem)
    pause = min(FIRST_PAUSE * 2 ** min(taken.attempts - 1, DOUBLINGS), LONGEST_PAUSE)
    again = PaymentMessage.filter(id=taken.id, state=MessageState.NEW)
    await again.update(try_at=clock.now() + pause, problem=problem[:LONGEST_PROBLEM])


async def _bury(taken: TakenMessage, problem: str) -> None:
    log.error("A message is dead: staff must look at it", message=str(taken.id), problem=problem)
    dying = PaymentMessage.filter(id=taken.id, state=MessageState.NEW)
    await dying.update(state=MessageState.DEAD, problem=problem[:LONGEST_PROBLEM])


async def one(actor: Actor, message_id: UUID) -> PaymentMessage | None:
    """A message the actor may see."""
    return await PaymentMessage.visible_to(actor).get_or_none(id=message_id)


async def find(
    actor: Actor,
    states: frozenset[MessageState] | None,
    provider: PaymentProvider | None,
    *,
    first: int | None,
    after: str | None,
) -> Page[PaymentMessage]:
    """A page of the messages in these states that the actor may see, the newest first."""
    query = PaymentMessage.visible_to(actor)
    if states is not None:
        query = query.filter(state__in=list(states))
    if provider is not None:
        query = query.filter(provider=provider)
    return await page(query, ["-created_at"], first, after)


async def replay(actor: Actor, message_id: UUID, *, key: str | None = None) -> PaymentMessage:
    """Have a message applied again; one that has been applied changes nothing, and stays so."""
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "replayMessage", key, [message_id], message_id)
        seen = await _at_hand(actor, message_id)
        if not is_repeated:
            given_up = PaymentMessage.filter(id=message_id, state__in=GIVEN_UP)
            if await given_up.update(state=MessageState.NEW, attempts=0, try_at=work.now):
                await work.record(actor, _moved("REPLAY_MESSAGE", seen, facts(state=MessageState.NEW)))
        row = await PaymentMessage.get(id=message_id)
    wake.up()
    return row


async def dismiss(actor: Actor, message_id: UUID, reason: str, *, key: str | None = None) -> PaymentMessage:
    """Say of a dead message that there is nothing to do, and why: it is in nobody's way any more.

    InvalidInput: no reason. What is not dead stays as it is.
    """
    checks = Checks()
    why = checks.required(reason, LONGEST_REASON, "reason")
    checks.done()
    async with unit_of_work() as work:
        is_repeated = await work.once(actor, "dismissMessage", key, [message_id, why], message_id)
        seen = await _at_hand(actor, message_id)
        if not is_repeated:
            dead = PaymentMessage.filter(id=message_id, state=MessageState.DEAD)
            if await dead.update(state=MessageState.DISMISSED):
                after = facts(state=MessageState.DISMISSED, reason=why)
                await work.record(actor, _moved("DISMISS_MESSAGE", seen, after))
        return await PaymentMessage.get(id=message_id)


async def _at_hand(actor: Actor, message_id: UUID) -> PaymentMessage:
    """The message as it stands; NotFound if it is no business of the actor's."""
    at_hand = PaymentMessage.within(actor.reach(Permission.PAYMENT_REFUND)).filter(id=message_id)
    row = await at_hand.select_related("payment__booking__showtime").first()
    if row is None:
        raise NotFound
    return row


def _moved(action: str, seen: PaymentMessage, after: Facts) -> Trace:
    venue_id = seen.payment.booking.showtime.venue_id if seen.payment else None
    return Trace(action, "PaymentMessage", seen.id, venue_id, facts(state=seen.state), after)
