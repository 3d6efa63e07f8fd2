"""Writes sales of the past: every row that a hold, its booking, its payment and its tickets leave, and their log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from adapters.payments.sandbox import event_body, ref_of
from adapters.ticket_codes import TicketCodes
from domain.bookings import BookingStatus
from domain.holds import HoldStatus, expiry
from domain.layouts import Layout
from domain.ledger import captured, sold
from domain.payments import CaptureFate, MessageState, News, PaymentProvider, PaymentStatus
from domain.pricing import quote
from domain.seat_maps import SeatMapChange, SeatState
from domain.tickets import TicketClaim, TicketStatus
from models import seat_claims
from models.bookings import Booking, Hold, Ticket, write_quote
from models.inbox import PaymentMessage
from models.ledger import LedgerEntry
from models.payments import Capture, Payment
from models.sales import Sale
from models.seat_changes import SeatChange
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from resolvers import holds, sales
from resolvers.unit_of_work import Work
from settings import Settings

# What a sale does to its booking's version: made, payment begun, checkout opened, processing, paid.
VERSION_WHEN_PAID = 5


@dataclass(frozen=True)
class Purchase:
    """Somebody took these seats at a moment, and paid for them a little later."""

    guest_id: UUID
    labels: Sequence[str]
    at: datetime
    reference: str


class Till:
    """Where sales are written, under the settings that real ones would have had."""

    def __init__(self, settings: Settings) -> None:
        self._terms = holds.terms(settings)
        self._codes = TicketCodes(settings)
        self._address = settings.address
        self._pause = self._terms.lasts / 20

    @property
    def takes(self) -> timedelta:
        """How long a sale takes, from the hold to the tickets."""
        return 3 * self._pause

    async def write(self, work: Work, showtime: Showtime, purchases: Sequence[Purchase]) -> None:
        """Sell seats of a locked map that nobody has touched yet; the showtime's venue and movie have been read."""
        layout = await seat_claims.layout_of(showtime.layout_id)
        made = [self._hold(purchase, showtime, layout) for purchase in purchases]
        bookings = [self._booking(purchase, hold, showtime) for purchase, hold in zip(purchases, made, strict=True)]
        payments = [self._payment(booking) for booking in bookings]
        await Hold.bulk_create(made)
        await Booking.bulk_create(bookings)
        await Payment.bulk_create(payments)
        captures = [self._capture(payment) for payment in payments]
        await Capture.bulk_create(captures)
        await LedgerEntry.bulk_create([entry for capture in captures for entry in _entries(capture)])
        await PaymentMessage.bulk_create([message for payment in payments for message in self._messages(payment)])
        await Sale.bulk_create(
            [
                sales.sale_of(payment, booking, showtime, sold_at=payment.created_at + 2 * self._pause)
                for payment, booking in zip(payments, bookings, strict=True)
            ]
        )
        await Ticket.bulk_create([ticket for booking in bookings for ticket in self._tickets(booking)])
        await SeatClaim.bulk_create([claim for booking in bookings for claim in _claims(booking)])
        await self._log(work, showtime, len(layout.seats), purchases)

    def _hold(self, purchase: Purchase, showtime: Showtime, layout: Layout) -> Hold:
        price = quote(showtime.base_price, [layout.by_label[label] for label in purchase.labels], showtime.terms)
        return Hold(
            id=uuid4(),
            created_at=purchase.at,
            user_id=purchase.guest_id,
            showtime_id=showtime.id,
            status=HoldStatus.BOOKED,
            expires_at=max(expiry(self._terms, purchase.at), purchase.at + 2 * self._pause + self._terms.grace),
            grace_given=True,
            lines=write_quote(price),
            currency=price.currency,
        )

    def _booking(self, purchase: Purchase, hold: Hold, showtime: Showtime) -> Booking:
        return Booking(
            id=uuid4(),
            created_at=purchase.at + self._pause,
            reference=purchase.reference,
            user_id=hold.user_id,
            showtime_id=hold.showtime_id,
            hold_id=hold.id,
            status=BookingStatus.CONFIRMED,
            expires_at=hold.expires_at,
            lines=hold.lines,
            currency=hold.currency,
            age_at_the_door=showtime.movie.age_restriction,  # guests have told nobody when they were born
            version=VERSION_WHEN_PAID,
        )

    def _payment(self, booking: Booking) -> Payment:
        payment_id = uuid4()
        return Payment(
            id=payment_id,
            created_at=booking.created_at,
            booking_id=booking.id,
            provider=PaymentProvider.SANDBOX,
            provider_ref=ref_of(payment_id),
            amount_minor=booking.total.minor,
            currency=booking.currency,
            status=PaymentStatus.SUCCEEDED,
            checkout_url=f"{self._address}/sandbox/checkout/{ref_of(payment_id)}",
        )

    def _messages(self, payment: Payment) -> Iterator[PaymentMessage]:
        for pauses, news in enumerate((News.PROCESSING, News.CAPTURED), start=1):
            at, event_id = payment.created_at + pauses * self._pause, f"evt_{uuid4().hex}"
            yield PaymentMessage(
                id=uuid4(),
                created_at=at,
                provider=payment.provider,
                event_id=event_id,
                kind=news.value,
                body=event_body(event_id, ref_of(payment.id), news, payment.amount),
                payment_id=payment.id,
                state=MessageState.APPLIED,
                attempts=1,
                try_at=at,
                applied_at=at,
            )

    def _capture(self, payment: Payment) -> Capture:
        return Capture(
            id=uuid4(),
            created_at=payment.created_at + 2 * self._pause,
            payment_id=payment.id,
            booking_id=payment.booking_id,
            provider=payment.provider,
            capture_ref=ref_of(payment.id),
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            fate=CaptureFate.TICKET,
        )

    def _tickets(self, booking: Booking) -> Iterator[Ticket]:
        for label in booking.quote.labels:
            ticket_id = uuid4()
            yield Ticket(
                id=ticket_id,
                created_at=booking.created_at + 2 * self._pause,
                booking_id=booking.id,
                seat=label,
                code=self._codes.sign(TicketClaim(ticket_id, booking.showtime_id, label)),
                status=TicketStatus.VALID,
            )

    async def _log(self, work: Work, showtime: Showtime, available: int, purchases: Sequence[Purchase]) -> None:
        """Log each hold and each booking at its moment, and announce all of them as one change."""
        held = [(purchase.at, "HELD", purchase.labels) for purchase in purchases]
        booked = [(purchase.at + self.takes, "BOOKED", purchase.labels) for purchase in purchases]
        rows: list[SeatChange] = []
        for version, (at, cause, labels) in enumerate(sorted(held + booked, key=lambda each: each[0]), start=1):
            available -= len(labels) if cause == SeatState.HELD.value else 0
            seats = dict.fromkeys(labels, cause)
            rows.append(
                SeatChange(
                    showtime_id=showtime.id, version=version, available=available, seats=seats, cause=cause, at=at
                )
            )
        await SeatChange.bulk_create(rows)
        await Showtime.filter(id=showtime.id).update(seat_version=len(rows))
        sold = {label: SeatState.BOOKED for purchase in purchases for label in purchase.labels}
        work.announce(SeatMapChange(showtime.id, 0, len(rows), available, sold))


def _claims(booking: Booking) -> Iterator[SeatClaim]:
    for label in booking.quote.labels:
        yield SeatClaim(showtime_id=booking.showtime_id, label=label, state=SeatState.BOOKED, booking_id=booking.id)


def _entries(capture: Capture) -> Iterator[LedgerEntry]:
    for cause, entries in (captured(capture.amount_minor), sold(capture.amount_minor)):
        movement = uuid4()
        for entry in entries:
            yield LedgerEntry(
                movement=movement,
                at=capture.created_at,
                cause=cause,
                account=entry.account,
                amount_minor=entry.minor,
                currency=capture.currency,
                capture_id=capture.id,
            )
