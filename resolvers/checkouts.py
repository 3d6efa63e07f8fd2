"""What a checkout page of ours shows of a payment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.bookings import BookingStatus
from domain.money import Money
from domain.payments import UNDER_WAY, PaymentProvider, PaymentStatus
from models.payments import Payment
from models.showtimes import Showtime
from resolvers import bookings


@dataclass(frozen=True)
class Checkout:
    """A payment and what it is for; `return_url` is where the payer came from."""

    payment_id: UUID
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
    return_url: str

    @property
    def is_open(self) -> bool:
        """Whether there is still something to decide."""
        return self.status in UNDER_WAY and self.booking_status is BookingStatus.PENDING


async def checkout(provider: PaymentProvider, ref: str) -> Checkout | None:
    """The payment behind a checkout address; None if there is none."""
    payment = await payment_named(provider, ref)
    if payment is None:
        return None
    booking = payment.booking
    showtime = await Showtime.get(id=booking.showtime_id).select_related("venue", "movie")
    return Checkout(
        payment_id=payment.id,
        ref=ref,
        movie=showtime.movie.title,
        venue=showtime.venue.name,
        starts_at=showtime.starts_at,
        timezone=showtime.venue.timezone,
        seats=booking.quote.labels,
        reference=booking.reference,
        amount=payment.amount,
        expires_at=booking.expires_at,
        booking_status=bookings.status_now(booking, showtime),
        status=payment.status,
        return_url=payment.return_url,
    )


async def payment_named(provider: PaymentProvider, ref: str) -> Payment | None:
    """A payment by its provider's name for it, its booking read; None if there is none."""
    if not ref.isprintable():
        return None
    return await Payment.get_or_none(provider=provider, provider_ref=ref).select_related("booking")
