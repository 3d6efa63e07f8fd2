"""Deletions: an account goes, and what the law wants kept of it stays without a name."""

from datetime import datetime
from uuid import UUID

from adapters import Adapters
from domain.access import Actor
from domain.accounts import SessionEnding, check_deletable
from domain.bookings import BookingStatus
from domain.holds import HoldStatus
from domain.notices import Notice
from domain.offers import OfferStatus
from domain.payments import UNDER_WAY
from domain.problems import AccountNotDeletable
from domain.refunds import RefundReason
from domain.tasks import SendNotice
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.bookings import Booking, Hold
from models.deletions import end_codes, forget, forget_payer
from models.locks import lock_row
from models.offers import Offer
from models.payments import Payment
from models.users import User
from resolvers import cancellations, holds, passwords, sessions
from resolvers.seat_maps import OpenMap
from resolvers.unit_of_work import Work, unit_of_work


async def delete(actor: Actor, password: str | None, *, adapters: Adapters) -> datetime:
    """Delete the actor's account, and say when: seats held are free, sessions end, and nothing tells who they were.

    AccountNotDeletable for the staff, and while money of theirs is on its way. Tickets stay valid for whoever has them.
    """
    user = await passwords.person(actor)
    await passwords.confirm(actor, user, password, adapters)
    check_deletable(user.roles)
    # Two transactions: whoever buys has a share of the person's row, and must not wait for a seat map while that is waited for.
    async with unit_of_work() as work:
        await _give_back_seats(work, user.id)
        await _check_no_money_is_moving(user.id)
        await forget_payer(user.id)
    async with unit_of_work() as work:
        await _forget(work, actor, user.id)
    return work.now


async def _forget(work: Work, actor: Actor, user_id: UUID) -> None:
    await end_codes(user_id, work.now)  # before the person's row, as everywhere: who has a code wants that next
    user = await lock_row(User, user_id)
    if user.deleted_at is not None:
        raise Unauthenticated
    check_deletable(user.roles)
    await sessions.end_all(work, user_id, SessionEnding.DELETED)
    if address := user.email or user.phone:
        await work.enqueue(SendNotice(user_id, Notice.ACCOUNT_DELETED, address, user.language))
    await forget(user, work.now)
    await work.record(actor, Trace("DELETE_ACCOUNT", "User", user_id))


async def _give_back_seats(work: Work, user_id: UUID) -> None:
    """Free all seats that are neither paid for nor being paid for; map by map, so that two never wait in a circle."""
    held = Hold.filter(user_id=user_id, status=HoldStatus.ACTIVE)
    unpaid = Booking.filter(user_id=user_id, status=BookingStatus.PENDING)
    where = {row.showtime_id for rows in (await held, await unpaid) for row in rows}
    for showtime_id in sorted(where):
        opened = await OpenMap.to_look(work, showtime_id)
        await opened.read(None)  # what has lapsed is given back by that
        for booking in await unpaid.filter(showtime_id=showtime_id):
            if not await Payment.exists(booking_id=booking.id, status__in=list(UNDER_WAY)):
                await cancellations.cancel_for(work, booking, opened, RefundReason.CUSTOMER)
        for hold in await held.filter(showtime_id=showtime_id):
            await holds.let_go(opened, hold)


async def _check_no_money_is_moving(user_id: UUID) -> None:
    if await Payment.exists(booking__user_id=user_id, status__in=list(UNDER_WAY)):
        raise AccountNotDeletable("A payment of yours is under way: finish it or cancel it first.")
    if await Offer.exists(booking__user_id=user_id, status=OfferStatus.OPEN):
        raise AccountNotDeletable("Seats are offered to you for money that came late: take them or decline them first.")
