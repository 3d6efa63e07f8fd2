"""Cancelling a showtime: every hold is released, every booking cancelled, and all the money goes back."""

from uuid import UUID

from domain.access import Actor, Permission
from domain.bookings import BookingStatus
from domain.catalogue import SHOWTIMES
from domain.holds import HoldStatus
from domain.offers import OfferStatus
from domain.problems import ShowtimeNotCancellable
from domain.refunds import RefundReason
from domain.traces import Trace, facts
from domain.wrong_calls import NotFound
from models.bookings import Booking, Hold
from models.catalogue import touch as touch_catalogue
from models.offers import Offer
from models.showtimes import Showtime
from resolvers import cancellations, holds, offers
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work

WAITING = (BookingStatus.PENDING, BookingStatus.CONFIRMED)


async def cancel(actor: Actor, showtime_id: UUID, *, key: str | None = None) -> Showtime:
    """Cancel a showtime that is not over; one that is cancelled stays so. Money that comes later goes back as well."""
    async with unit_of_work() as work:
        if await work.once(actor, "cancelShowtime", key, [showtime_id], showtime_id):
            return await Showtime.get(id=showtime_id)
        seen = await Showtime.get_or_none(id=showtime_id)
        if seen is None or not actor.may_at(Permission.SHOWTIME_WRITE, seen.venue_id):
            raise NotFound
        opened = await OpenMap.to_look(work, showtime_id)
        showtime = await Showtime.get(id=showtime_id)
        if showtime.cancelled_at is not None:
            return showtime
        if showtime.ends_at <= work.now:
            raise ShowtimeNotCancellable("This showtime is over.")
        showtime.cancelled_at = work.now
        await showtime.save(update_fields=["cancelled_at"])
        cancelled = await _empty(work, opened)
        told = facts(cancelled_at=work.now, cancelled_bookings=cancelled)
        await work.record(actor, Trace("CANCEL_SHOWTIME", "Showtime", showtime_id, showtime.venue_id, after=told))
        await touch_catalogue(SHOWTIMES)
    return showtime


async def _empty(work: Work, opened: OpenMap) -> int:
    """Give every seat back; how many bookings are cancelled by that."""
    here = opened.showtime.id
    for offer in await Offer.filter(booking__showtime_id=here, status=OfferStatus.OPEN):
        await offers.end(work, offer, opened, OfferStatus.DECLINED, RefundReason.SHOWTIME_CANCELLED)
        await touch(work, offer.booking_id)
    bookings = await Booking.filter(showtime_id=here, status__in=WAITING)
    for booking in bookings:
        await cancellations.cancel_for(work, booking, opened, RefundReason.SHOWTIME_CANCELLED)
    for hold in await Hold.filter(showtime_id=here, status=HoldStatus.ACTIVE):
        await opened.read(hold.quote.labels)
        await holds.let_go(opened, hold)
    return len(bookings)
