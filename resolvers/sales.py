"""Sales: noted as they are made, and reported."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import clock
from domain.access import Actor, Permission
from domain.sales import Report, add_up, hour_of, period
from domain.showtimes import local_date
from domain.wrong_calls import NotFound
from models import sales
from models.bookings import Booking
from models.payments import Payment
from models.sales import Sale
from models.showtimes import Showtime
from models.venues import Venue


@dataclass(frozen=True)
class VenueReport:
    """What was sold at a venue."""

    venue: Venue
    report: Report


async def note(payment: Payment, booking: Booking, sold_at: datetime) -> None:
    """Write down what a payment has bought, in the transaction in which it does."""
    showtime = await Showtime.get(id=booking.showtime_id).select_related("venue")
    await sale_of(payment, booking, showtime, sold_at=sold_at).save()


def sale_of(payment: Payment, booking: Booking, showtime: Showtime, *, sold_at: datetime) -> Sale:
    """What a payment has bought, still to be written; the showtime's venue has been read."""
    zone = showtime.venue.timezone
    return Sale(
        payment_id=payment.id,
        venue_id=showtime.venue_id,
        movie_id=showtime.movie_id,
        sold_at=sold_at,
        local_hour=hour_of(sold_at, zone),
        local_date=local_date(sold_at, zone),
        tickets=len(booking.quote.labels),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
    )


async def at_venue(actor: Actor, venue_id: UUID, first: date | None, last: date | None) -> VenueReport:
    """What was sold at a venue of the actor's between two days on its calendar, both included; today's without any."""
    venue = await Venue.get_or_none(id=venue_id)
    if venue is None or not actor.may_at(Permission.REPORT_READ, venue_id):
        raise NotFound
    days = period(first, last, local_date(clock.now(), venue.timezone))
    return VenueReport(venue, add_up(await sales.lines(venue, days)))
