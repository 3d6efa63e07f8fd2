"""Bookings: a hold becomes a purchase, and is confirmed when it is paid."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import clock
from adapters.ticket_codes import TicketCodes
from domain.access import Actor, Permission
from domain.accounts import normal_email
from domain.age import AgeUnknown
from domain.bookings import (
    BookingStatus,
    check_may_change,
    new_reference,
    normal_reference,
    status_at as booking_status_at,
)
from domain.holds import HoldStatus
from domain.problems import FieldProblem, InvalidInput
from domain.seat_maps import SeatState
from domain.showtimes import ShowtimeStatus, check_on_sale, status_at
from domain.tickets import TicketClaim, TicketStatus
from domain.traces import Facts, Trace, facts
from domain.wrong_calls import NotFound
from models import seat_claims
from models.bookings import Booking, Hold, Ticket
from models.showtimes import Showtime
from models.users import User
from resolvers import ages, holds
from resolvers.pages import Page, page
from resolvers.seat_maps import OpenMap
from resolvers.unit_of_work import Work, unit_of_work

NOWHERE = UUID(int=0)


@dataclass(frozen=True)
class Sought:
    """Which bookings to find; None does not matter."""

    reference: str | None = None
    email: str | None = None
    showtime_id: UUID | None = None
    status: BookingStatus | None = None

    def for_showtime(self, showtime_id: UUID | None) -> "Sought":
        """Only those for this showtime; none if there is no such showtime."""
        return replace(self, showtime_id=showtime_id or NOWHERE)


async def one(actor: Actor, booking_id: UUID) -> Booking | None:
    """A booking the actor may see."""
    return await Booking.visible_to(actor).get_or_none(id=booking_id)


def status_now(booking: Booking, showtime: Showtime) -> BookingStatus:
    """A booking's status at this moment."""
    return booking_status_at(booking.status, booking.expires_at, showtime.ends_at, clock.now())


async def mine(actor: Actor, first: int | None, after: str | None) -> Page[Booking]:
    """A page of the actor's own bookings, the newest first."""
    return await page(Booking.filter(user_id=actor.user_id), ["-created_at"], first, after)


async def find(actor: Actor, sought: Sought, first: int | None, after: str | None) -> Page[Booking]:
    """A page of the bookings of the venues whose customers the actor serves, the newest first."""
    query = Booking.within(actor.reach(Permission.BOOKING_SEARCH))
    if sought.reference is not None:
        query = query.filter(reference=normal_reference(sought.reference) or "")
    if sought.email is not None:
        query = query.filter(user_id__in=await _people_with(sought.email))
    if sought.showtime_id is not None:
        query = query.filter(showtime_id=sought.showtime_id)
    if sought.status is not None:
        query = Booking.in_status(query, sought.status, clock.now())
    return await page(query, ["-created_at"], first, after)


async def _people_with(email: str) -> list[UUID]:
    """Whose address this is: one person's or nobody's."""
    person = await User.get_or_none(email=normal_email(email) or "")
    return [person.id] if person else []


async def book(
    actor: Actor,
    hold_id: UUID,
    ticket_codes: TicketCodes,
    coupon_code: str | None = None,
    *,
    age_unknown: AgeUnknown = AgeUnknown.DOOR,
    key: str | None = None,
) -> Booking:
    """Turn a live hold into a booking that waits for its payment until the hold's end; one that costs nothing is done."""
    async with unit_of_work() as work:
        booking_id = uuid4()
        if first := await work.once(actor, "createBooking", key, [hold_id, coupon_code], booking_id):
            return await Booking.get(id=first)
        hold, opened = await holds.lock_for_booking(work, actor, hold_id)
        check_on_sale(opened.showtime.window, work.now)
        age_at_the_door = await ages.check(opened.showtime, hold.user_id, age_unknown)
        if coupon_code is not None:
            raise InvalidInput([FieldProblem(("couponCode",), "This coupon is not known here.")])
        hold.status = HoldStatus.BOOKED
        await hold.save(update_fields=["status"])
        booking = await _write(work, booking_id, hold, age_at_the_door)
        if booking.total.minor == 0:
            await take_held(work, booking, opened, ticket_codes)
        told = {**facts(reference=booking.reference), **told_of(booking)}
        await work.record(actor, Trace("CREATE_BOOKING", "Booking", booking_id, opened.showtime.venue_id, after=told))
        return booking


def told_of(booking: Booking) -> Facts:
    """What traces tell of a booking."""
    return facts(status=booking.status, seats=booking.kept_seats, total=booking.total)


async def _write(work: Work, booking_id: UUID, hold: Hold, age_at_the_door: int | None) -> Booking:
    showtime = await Showtime.get(id=hold.showtime_id).select_related("venue")
    return await Booking.create(
        id=booking_id,
        created_at=work.now,
        reference=await _unused_reference(),
        user_id=hold.user_id,
        showtime_id=hold.showtime_id,
        hold_id=hold.id,
        status=BookingStatus.PENDING,
        expires_at=hold.expires_at,
        lines=hold.lines,
        currency=hold.currency,
        policy=showtime.venue.refund_policy,
        age_at_the_door=age_at_the_door,
    )


async def _unused_reference() -> str:
    reference = new_reference()
    while await Booking.exists(reference=reference):
        reference = new_reference()
    return reference


async def visible(actor: Actor, booking_id: UUID) -> Booking:
    """A booking the actor may see; NotFound if there is none."""
    booking = await one(actor, booking_id)
    if booking is None:
        raise NotFound
    return booking


async def lock(work: Work, actor: Actor, booking_id: UUID) -> tuple[Booking, OpenMap]:
    """A booking the actor may change, with its seat map locked; NotFound if there is none, Forbidden if they only see it."""
    seen = await visible(actor, booking_id)
    check_may_change(actor, seen.user_id)
    opened = await OpenMap.to_look(work, seen.showtime_id, seen.quote.labels)
    return await Booking.get(id=booking_id), opened


async def confirm(work: Work, booking: Booking, opened: OpenMap, ticket_codes: TicketCodes) -> bool:
    """Turn paid seats into tickets; False if they can no longer be had."""
    if booking.status is BookingStatus.PENDING:
        await take_held(work, booking, opened, ticket_codes)
    elif _may_still_be_had(work, booking, opened):
        await seat_claims.claim_booked(booking.showtime_id, booking.quote.labels, booking.id)
        await Hold.filter(id=booking.hold_id).update(status=HoldStatus.BOOKED)
        await _sold(work, booking, opened, ticket_codes)
    else:
        return False
    return True


async def prolong_once(booking: Booking, until: datetime) -> None:
    """Let an unpaid booking wait until a moment at least, if it was not prolonged before."""
    hold = await Hold.get(id=booking.hold_id)
    if booking.status is not BookingStatus.PENDING or hold.grace_given:
        return
    longer = max(hold.expires_at, until)
    await Hold.filter(id=hold.id).update(expires_at=longer, grace_given=True)
    await Booking.filter(id=booking.id).update(expires_at=longer)
    await seat_claims.prolong(hold.id, longer)


def is_to_come(work: Work, opened: OpenMap) -> bool:
    """Whether the showtime has neither begun nor been cancelled."""
    return status_at(opened.showtime.window, work.now) is ShowtimeStatus.SCHEDULED


def _may_still_be_had(work: Work, booking: Booking, opened: OpenMap) -> bool:
    free = all(opened.seats.state_of(label) is SeatState.AVAILABLE for label in booking.quote.labels)
    return booking.status is BookingStatus.EXPIRED and is_to_come(work, opened) and free


async def take_held(work: Work, booking: Booking, opened: OpenMap, ticket_codes: TicketCodes) -> None:
    """Turn the seats that a booking's hold keeps into tickets."""
    await opened.read(booking.quote.labels)
    await seat_claims.pass_to_booking(booking.hold_id, booking.id)
    await _sold(work, booking, opened, ticket_codes)


async def _sold(work: Work, booking: Booking, opened: OpenMap, ticket_codes: TicketCodes) -> None:
    await opened.write(booking.quote.labels, SeatState.BOOKED, "BOOKED")
    booking.status = BookingStatus.CONFIRMED
    await booking.save(update_fields=["status"])
    await _issue_tickets(work, booking, ticket_codes)


async def _issue_tickets(work: Work, booking: Booking, ticket_codes: TicketCodes) -> None:
    for label in booking.quote.labels:
        ticket_id = uuid4()
        await Ticket.create(
            id=ticket_id,
            created_at=work.now,
            booking_id=booking.id,
            seat=label,
            code=ticket_codes.sign(TicketClaim(ticket_id, booking.showtime_id, label)),
            status=TicketStatus.VALID,
        )
