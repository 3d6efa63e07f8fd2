"""What happens at the sandbox's checkout: the payer decides, and webhooks are queued as a provider would send them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

import clock
from adapters.http import Http
from adapters.payments.base import GatewayError
from adapters.payments.sandbox import SIGNATURE, SandboxGateway, event_body
from domain.payments import UNDER_WAY, News, PaymentProvider
from domain.problems import PaymentRefused
from domain.tasks import DeliverSandboxWebhook
from models.payments import Payment
from models.sandbox import SandboxEvent
from resolvers import checkouts
from resolvers.unit_of_work import Work, unit_of_work


class Outcome(StrEnum):
    """What the payer decided."""

    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"


_NEWS = {Outcome.SUCCEED: News.CAPTURED, Outcome.FAIL: News.FAILED, Outcome.CANCEL: News.CANCELLED}


@dataclass(frozen=True)
class Decision:
    """The payer's decision, and how its webhooks shall come: how late, how often, in which order, if at all."""

    outcome: Outcome
    delay: timedelta = timedelta(0)
    repeat: int = 1
    reorder: bool = False
    lose: bool = False


async def decide(ref: str, decision: Decision) -> bool:
    """Queue the webhooks of a decision; False if there is no such payment, PaymentRefused if it is over."""
    async with unit_of_work() as work:
        payment = await checkouts.payment_named(PaymentProvider.SANDBOX, ref)
        if payment is None:
            return False
        if payment.status not in UNDER_WAY:
            raise PaymentRefused(f"This payment is already {payment.status.value.lower()}.")
        for news, at in _timetable(decision, work.now):
            await _tell(work, payment, news, at, 0 if decision.lose else decision.repeat)
    return True


def _timetable(decision: Decision, now: datetime) -> list[tuple[News, datetime]]:
    """When each event is sent: processing, then the outcome; with `reorder` the other way round."""
    later = now + decision.delay
    final = _NEWS[decision.outcome]
    if decision.reorder:
        return [(final, later), (News.PROCESSING, later + timedelta(milliseconds=200))]
    return [(News.PROCESSING, now), (final, later + timedelta(milliseconds=1))]


async def _tell(work: Work, payment: Payment, news: News, at: datetime, times: int) -> None:
    ref = str(payment.provider_ref)
    body = event_body(f"evt_{uuid4().hex}", ref, news, payment.amount)
    await SandboxEvent.create(id=uuid4(), created_at=work.now, ref=ref, body=body, at=at)
    for _ in range(times):
        await work.enqueue(DeliverSandboxWebhook(body), at=at)


async def events(ref: str) -> list[str]:
    """What the sandbox tells of a payment now, in the order in which it happened."""
    told = await SandboxEvent.filter(ref=ref, at__lte=clock.now()).order_by("at", "created_at")
    return [event.body for event in told]


async def deliver(body: str, gateway: SandboxGateway, http: Http, address: str) -> None:
    """Send one webhook to our own door, as a provider would; GatewayError unless it is taken."""
    raw = body.encode()
    headers = {"Content-Type": "application/json", SIGNATURE: gateway.sign(raw, clock.now())}
    status = await http.post(f"{address}/webhooks/sandbox", raw, headers)
    if status >= 300:
        raise GatewayError(f"The webhook was answered with {status}.")
