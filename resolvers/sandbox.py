"""What happens at the sandbox's checkout: the payer decides, and webhooks are queued as a provider would send them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

import clock
from adapters.http import Http
from adapters.payments.base import GatewayError
from adapters.payments.sandbox import SIGNATURE, SandboxGateway, event_body
from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import UNDER_WAY, News, PaymentProvider, PaymentStatus
from domain.problems import PaymentRefused
from domain.tasks import DeliverSandboxWebhook
from models.movies import Movie
from models.payments import Payment
from models.sandbox import SandboxEvent
from models.showtimes import Showtime
from models.venues import Venue
from resolvers import bookings
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


@dataclass(frozen=True)
class Checkout:
    """What the checkout page shows."""

    ref: str
    movie: str
    venue: str
    starts_at: datetime
    timezone: str
    seats: list[str]
    reference: str
    amount: Money
    expires_at: datetime
    booking_status: BookingStatus
    status: PaymentStatus

    @property
    def is_open(self) -> bool:
        """Whether there is still something to decide."""
        return self.status in UNDER_WAY and self.booking_status is BookingStatus.PENDING


async def checkout(ref: str) -> Checkout | None:
    """The payment behind a checkout address; None if there is none."""
    payment = await _payment(ref)
    if payment is None:
        return None
    booking = payment.booking
    showtime = await Showtime.get(id=booking.showtime_id)
    venue = await Venue.get(id=showtime.venue_id)
    movie = await Movie.get(id=showtime.movie_id)
    return Checkout(
        ref=ref,
        movie=movie.title,
        venue=venue.name,
        starts_at=showtime.starts_at,
        timezone=venue.timezone,
        seats=booking.quote.labels,
        reference=booking.reference,
        amount=payment.amount,
        expires_at=booking.expires_at,
        booking_status=bookings.status_now(booking, showtime),
        status=payment.status,
    )


async def decide(ref: str, decision: Decision) -> bool:
    """Queue the webhooks of a decision; False if there is no such payment, PaymentRefused if it is over."""
    async with unit_of_work() as work:
        payment = await _payment(ref)
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


async def _payment(ref: str) -> Payment | None:
    if not ref.isprintable():
        return None
    found = Payment.get_or_none(provider=PaymentProvider.SANDBOX, provider_ref=ref)
    return await found.select_related("booking")
