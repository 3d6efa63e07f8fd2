"""Offers: whose money came after their seats were sold is held the best equivalent ones, to take or to leave."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import clock
from adapters.ticket_codes import TicketCodes
from domain import ledger as movements
from domain.access import Actor
from domain.holds import HoldStatus
from domain.offers import OfferStatus, equivalent_seats
from domain.payments import CaptureFate
from domain.problems import OfferOver
from domain.refunds import RefundReason
from domain.seat_maps import SeatState
from domain.tasks import CloseOffer
from domain.traces import Trace, facts
from domain.wrong_calls import NotFound
from models import ledger, seat_claims, selections
from models.bookings import Booking, Hold, write_quote
from models.offers import Offer
from models.payments import Capture, Payment, decide
from models.sales import give_back
from resolvers import bookings, refunds, sales
from resolvers.refunds import Wish
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work

LASTS: Final = timedelta(minutes=15)


async def of(booking_id: UUID) -> Offer | None:
    """The booking's open offer, if it has one that is not over."""
    return await Offer.get_or_none(booking_id=booking_id, status=OfferStatus.OPEN, expires_at__gt=clock.now())


async def make(work: Work, booking: Booking, capture: Capture, opened: OpenMap) -> Offer | None:
    """Hold the best equivalent seats for a booking whose own are gone; None where there are none."""
    await opened.read(None, booking.user_id)
    kinds = [opened.layout.by_label[label].kind for label in booking.quote.labels]
    seats = equivalent_seats(opened.seats, kinds)
    if seats is None:
        return None
    until = min(work.now + LASTS, opened.showtime.window.starts_at)
    hold = await _hold(work, booking, opened, seats, until)
    booking.hold_id = hold.id
    await booking.save(update_fields=["hold_id"])
    offer = await Offer.create(
        id=uuid4(),
        created_at=work.now,
        booking_id=booking.id,
        capture_id=capture.id,
        hold_id=hold.id,
        status=OfferStatus.OPEN,
        expires_at=until,
    )
    await work.enqueue(CloseOffer(offer.id), at=until)
    return offer


async def _hold(work: Work, booking: Booking, opened: OpenMap, seats: list[str], until: object) -> Hold:
    """Hold the offered seats as if they had become a booking: nobody can extend, release or book them but by the offer."""
    quote = booking.quote.moved_to([opened.layout.by_label[label] for label in seats])
    hold = Hold(
        id=uuid4(),
        created_at=work.now,
        user_id=booking.user_id,
        showtime_id=booking.showtime_id,
        status=HoldStatus.BOOKED,
        expires_at=until,
        grace_given=True,
        lines=write_quote(quote),
        currency=quote.currency,
    )
    change = await opened.plan(seats, SeatState.HELD)
    await selections.place(hold, seats, change, "OFFERED")
    opened.written(change)
    return hold


async def accept(actor: Actor, booking_id: UUID, ticket_codes: TicketCodes, *, key: str | None = None) -> Booking:
    """Take the offered seats for the money that is here; OfferOver if it is too late."""
    async with unit_of_work() as work:
        if await work.once(actor, "acceptOffer", key, [booking_id], booking_id):
            return await Booking.get(id=booking_id)
        booking, opened = await bookings.lock(work, actor, booking_id)
        offer = await _open(work, booking)
        hold = await Hold.get(id=offer.hold_id)
        if hold.status is not HoldStatus.BOOKED:  # given back at a moment that our clock, or our wait, is behind of
            raise OfferOver
        was = bookings.told_of(booking)
        offer.status = OfferStatus.ACCEPTED
        await offer.save(update_fields=["status"])
        booking.lines = hold.lines
        await _sell(work, offer, booking)
        await booking.save(update_fields=["lines"])
        await bookings.take_held(work, booking, opened, ticket_codes)
        trace = Trace("ACCEPT_OFFER", "Booking", booking_id, opened.showtime.venue_id)
        await work.record_change(actor, trace, was, bookings.told_of(booking))
        await touch(work, booking.id)
    return booking


async def _sell(work: Work, offer: Offer, booking: Booking) -> None:
    capture = await decide(offer.capture_id, CaptureFate.TICKET)
    await ledger.post(movements.sold(capture.left.minor), capture.currency, work.now, capture_id=capture.id)
    await sales.note(await Payment.get(id=capture.payment_id), booking, work.now)
    if capture.refunding_minor:  # somebody gave a part back while the offer was open
        await give_back(capture.payment_id, capture.refunding_minor)


async def decline(actor: Actor, booking_id: UUID, *, key: str | None = None) -> Booking:
    """Leave the offered seats: they are free again, and the money goes back."""
    async with unit_of_work() as work:
        if await work.once(actor, "declineOffer", key, [booking_id], booking_id):
            return await Booking.get(id=booking_id)
        booking, opened = await bookings.lock(work, actor, booking_id)
        offer = await _open(work, booking)
        await end(work, offer, opened, OfferStatus.DECLINED)
        told = facts(offer=OfferStatus.DECLINED)
        await work.record(actor, Trace("DECLINE_OFFER", "Booking", booking_id, opened.showtime.venue_id, after=told))
        await touch(work, booking.id)
    return booking


async def _open(work: Work, booking: Booking) -> Offer:
    offer = await Offer.get_or_none(booking_id=booking.id, status=OfferStatus.OPEN)
    if offer is None and not await Offer.exists(booking_id=booking.id):
        raise NotFound("There is no offer for this booking.")
    if offer is None or offer.expires_at <= work.now:
        raise OfferOver
    return offer


async def close(offer_id: UUID) -> None:
    """Give up an offer whose time is over, and its money back; one that was answered stays as it is."""
    seen = await Offer.get(id=offer_id).select_related("booking")
    async with unit_of_work() as work:
        opened = await OpenMap.to_look(work, seen.booking.showtime_id)
        offer = await Offer.get(id=offer_id)
        if offer.status is OfferStatus.OPEN and offer.expires_at <= work.now:
            await end(work, offer, opened, OfferStatus.EXPIRED)
            await touch(work, offer.booking_id)


REASONS = {
    OfferStatus.DECLINED: RefundReason.OFFER_DECLINED,
    OfferStatus.EXPIRED: RefundReason.OFFER_EXPIRED,
}


async def end(
    work: Work, offer: Offer, opened: OpenMap, status: OfferStatus, reason: RefundReason | None = None
) -> None:
    """Free what is left of the offered seats, and order the money back."""
    offer.status = status
    await offer.save(update_fields=["status"])
    hold = await Hold.get(id=offer.hold_id)
    if hold.status is HoldStatus.BOOKED:
        await opened.read(hold.quote.labels)
        await seat_claims.free_holds([hold.id])
        await Hold.filter(id=hold.id).update(status=HoldStatus.EXPIRED)
        await opened.write(hold.quote.labels, SeatState.AVAILABLE, "RELEASED")
    capture = await decide(offer.capture_id, CaptureFate.REFUND)
    if capture.left.minor:
        await refunds.order(work, capture, Wish(capture.left, reason or REASONS[status]))
