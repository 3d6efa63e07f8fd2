"""Cancellations: seats given back to the map, all or some, and what was paid for them given back by the policy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import clock
from domain.access import Actor
from domain.bookings import BookingStatus, check_cancellable, check_may_change, may_refund_freely
from domain.money import Money
from domain.payments import UNDER_WAY, CaptureFate, PaymentStatus
from domain.problems import CancellationRefused
from domain.refunds import RefundReason, percent_due, share_of
from domain.seat_maps import SeatState
from domain.tickets import TicketStatus
from domain.traces import Facts, Trace, facts
from domain.wrong_calls import BadUserInput, Forbidden
from models import seat_claims
from models.bookings import Booking, Ticket
from models.payments import Capture, Payment
from models.showtimes import Showtime
from resolvers import bookings, refunds
from resolvers.refunds import Wish
from resolvers.seat_maps import OpenMap, touch
from resolvers.unit_of_work import Work, unit_of_work


@dataclass(frozen=True)
class RefundQuote:
    """What would come back now for some seats: `kept` stays by the policy; `until` this holds. `refusal`: nothing would."""

    seats: list[str]
    worth: Money
    amount: Money
    percent: int
    until: datetime | None
    refusal: str | None

    @property
    def kept(self) -> Money:
        """What stays with the house."""
        return Money(self.worth.minor - self.amount.minor, self.worth.currency)


@dataclass(frozen=True)
class Override:
    """What staff decide above the policy: another share, and why."""

    percent: int
    note: str


async def quote(actor: Actor, booking_id: UUID, ticket_ids: Collection[UUID] | None) -> RefundQuote:
    """What would come back now for these tickets (None: all), by the policy the booking was made under."""
    booking = await bookings.visible(actor, booking_id)
    showtime = await Showtime.get(id=booking.showtime_id)
    now = clock.now()
    seats = await _seats(booking, ticket_ids)
    worth = Money(await _worth(booking, seats), booking.currency)
    try:
        status = bookings.status_now(booking, showtime)
        check_cancellable(status, used=await _any_used(booking, seats))
        percent = percent_due(booking.refund_policy, showtime.starts_at, now)
    except CancellationRefused as refusal:
        return RefundQuote(seats, worth, Money(0, worth.currency), 0, None, refusal.message)
    until = booking.refund_policy.until(showtime.starts_at, now)
    amount = Money(share_of(worth.minor, percent), worth.currency)
    return RefundQuote(seats, worth, amount, percent, until, None)


async def cancel(actor: Actor, booking_id: UUID, *, key: str | None = None) -> Booking:
    """Give a booking's seats back, and of what was paid for it the policy's share."""
    async with unit_of_work() as work:
        if first := await work.once(actor, "cancelBooking", key, [booking_id], booking_id):
            return await bookings.visible(actor, first)
        booking, opened = await bookings.lock(work, actor, booking_id)
        check_cancellable(booking.status, used=await _any_used(booking, booking.kept_seats))
        starts_at = opened.showtime.window.starts_at
        percent = percent_due(booking.refund_policy, starts_at, work.now)
        was, ordered = bookings.told_of(booking), None
        if booking.status is BookingStatus.PENDING:
            await _drop(work, booking, opened)
        else:
            wish = Wish(Money(0, booking.currency), RefundReason.CUSTOMER, by=actor.user_id)
            ordered = await _give_up(work, booking, opened, booking.kept_seats, percent, wish)
        trace = Trace("CANCEL_BOOKING", "Booking", booking_id, opened.showtime.venue_id)
        await work.record_change(actor, trace, was, _told_of(booking, ordered))
        await touch(work, booking.id)
    return booking


async def refund_tickets(
    actor: Actor,
    booking_id: UUID,
    ticket_ids: Sequence[UUID] | None,
    override: Override | None,
    *,
    key: str | None = None,
) -> Booking:
    """Give some tickets of a booking back (None: all): by the policy, or as staff decide."""
    async with unit_of_work() as work:
        if first := await work.once(actor, "refundTickets", key, [booking_id, ticket_ids, override], booking_id):
            return await bookings.visible(actor, first)
        seen = await bookings.visible(actor, booking_id)
        await _check_may_refund(actor, seen, override)
        opened = await OpenMap.to_look(work, seen.showtime_id, seen.quote.labels)
        booking = await Booking.get(id=booking_id)
        if booking.status is not BookingStatus.CONFIRMED:
            raise CancellationRefused(
                f"This booking is {booking.status.value.lower()}; it has no tickets to give back."
            )
        seats = await _seats(booking, ticket_ids)
        if override is None:
            check_cancellable(booking.status, used=await _any_used(booking, seats))
        percent = override.percent if override else _due(booking, opened, work)
        was, wish = bookings.told_of(booking), _wish(actor, booking, override)
        ordered = await _give_up(work, booking, opened, seats, percent, wish)
        trace = Trace("REFUND_TICKETS", "Booking", booking_id, opened.showtime.venue_id)
        await work.record_change(actor, trace, was, _told_of(booking, ordered))
        await touch(work, booking.id)
    return booking


def _wish(actor: Actor, booking: Booking, override: Override | None) -> Wish:
    reason = RefundReason.STAFF if override or actor.user_id != booking.user_id else RefundReason.CUSTOMER
    return Wish(Money(0, booking.currency), reason, note=override.note if override else None, by=actor.user_id)


def _told_of(booking: Booking, ordered: Wish | None) -> Facts:
    told = bookings.told_of(booking)
    if ordered is None:
        return told
    money = facts(refund=ordered.amount, kept_minor=ordered.kept)
    return {**told, **money, **facts(returned=ordered.seats, note=ordered.note)}


def _due(booking: Booking, opened: OpenMap, work: Work) -> int:
    return percent_due(booking.refund_policy, opened.showtime.window.starts_at, work.now)


async def _check_may_refund(actor: Actor, booking: Booking, override: Override | None) -> None:
    showtime = await Showtime.get(id=booking.showtime_id)
    if may_refund_freely(actor, showtime.venue_id):
        return
    if override is not None:
        raise Forbidden("Only those who may refund payments decide above the policy.")
    check_may_change(actor, booking.user_id)


async def withdraw(work: Work, booking: Booking, opened: OpenMap) -> None:
    """Give a confirmed booking's seats back whose money has gone back already."""
    await _free(booking, opened, booking.kept_seats)


async def cancel_for(work: Work, booking: Booking, opened: OpenMap, reason: RefundReason) -> None:
    """Cancel a booking for a reason that is not the customer's: all that is left of its money goes back."""
    if booking.status is BookingStatus.PENDING:
        await _drop(work, booking, opened)
    elif booking.status is BookingStatus.CONFIRMED:
        wish = Wish(Money(0, booking.currency), reason)
        await _give_up(work, booking, opened, booking.kept_seats, 100, wish)
    await touch(work, booking.id)


async def _drop(work: Work, booking: Booking, opened: OpenMap) -> None:
    """Cancel a booking that nobody has paid for."""
    await opened.read(booking.quote.labels)
    await seat_claims.free_holds([booking.hold_id])
    await opened.write(booking.quote.labels, SeatState.AVAILABLE, "CANCELLED")
    under_way = Payment.filter(booking_id=booking.id, status__in=list(UNDER_WAY))
    await under_way.update(status=PaymentStatus.CANCELLED)
    booking.status = BookingStatus.CANCELLED
    await booking.save(update_fields=["status"])


async def _give_up(
    work: Work, booking: Booking, opened: OpenMap, seats: Sequence[str], percent: int, wish: Wish
) -> Wish:
    """Free these seats and order so many percent of what they cost back; `wish` says why. What was ordered, in the end."""
    capture, wish = await _paid_with(booking), replace(wish, seats=tuple(seats))
    if capture is not None:
        # The capture before the booking, as everywhere: whoever settles a refund at this moment must not wait in a circle.
        worth = await _worth(booking, seats)
        amount = Money(share_of(worth, percent), booking.currency)
        wish = replace(wish, amount=amount, kept=worth - amount.minor)
        await refunds.order(work, capture, wish)
    await _free(booking, opened, seats)
    return wish


async def _free(booking: Booking, opened: OpenMap, seats: Sequence[str]) -> None:
    await opened.read(booking.quote.labels)
    await seat_claims.free_seats(booking.id, seats)
    await opened.write(seats, SeatState.AVAILABLE, "CANCELLED")
    await Ticket.filter(booking_id=booking.id, seat__in=list(seats)).update(status=TicketStatus.CANCELLED)
    booking.returned = [*(booking.returned or []), *seats]
    if not booking.kept_seats:
        booking.status = BookingStatus.CANCELLED
    await booking.save(update_fields=["returned", "status"])


async def _paid_with(booking: Booking) -> Capture | None:
    return await Capture.get_or_none(booking_id=booking.id, fate=CaptureFate.TICKET)


async def _worth(booking: Booking, seats: Collection[str]) -> int:
    """What was paid for these seats, in minor units; the last ones are worth whatever is left of the money."""
    shares = booking.quote.shares()
    worth = sum(shares[label] for label in seats)
    capture = await _paid_with(booking)
    return min(worth, capture.left.minor) if capture else 0


async def _seats(booking: Booking, ticket_ids: Collection[UUID] | None) -> list[str]:
    """The seats of these tickets; BadUserInput if any is none of this booking's that is still to be given back."""
    if ticket_ids is None:
        return booking.kept_seats
    tickets = await Ticket.filter(booking_id=booking.id).exclude(status=TicketStatus.CANCELLED)
    by_id = {ticket.id: ticket.seat for ticket in tickets}
    if not ticket_ids or len(set(ticket_ids)) < len(ticket_ids) or not by_id.keys() >= set(ticket_ids):
        raise BadUserInput("`tickets` must be tickets of this booking that are not cancelled, each once.")
    chosen = {by_id[each] for each in ticket_ids}
    return [label for label in booking.kept_seats if label in chosen]


async def _any_used(booking: Booking, seats: Collection[str]) -> bool:
    return await Ticket.exists(booking_id=booking.id, seat__in=list(seats), status=TicketStatus.USED)
