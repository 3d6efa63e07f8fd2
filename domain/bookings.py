"""The life of a booking: its states, the moves between them, when one may be cancelled, and by whom."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.access import Actor, Permission
from domain.problems import CancellationRefused
from domain.wrong_calls import Forbidden


class BookingStatus(StrEnum):
    """Where a booking stands."""

    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"


# EXPIRED → CONFIRMED: money that arrives late still buys the seats while nobody else has them.
MOVES: Mapping[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.PENDING: frozenset({BookingStatus.CONFIRMED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.CANCELLED, BookingStatus.COMPLETED}),
    BookingStatus.EXPIRED: frozenset({BookingStatus.CONFIRMED}),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

# No 0 and O, no 1 and I: a reference is read aloud and typed.
REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 6


def may_become(status: BookingStatus, target: BookingStatus) -> bool:
    """Whether a booking may move from one status to another."""
    return target in MOVES[status]


def status_at(status: BookingStatus, expires_at: datetime, showtime_ends_at: datetime, now: datetime) -> BookingStatus:
    """What a booking is at a moment: unpaid past its time it has expired, watched it is completed."""
    if status is BookingStatus.PENDING and expires_at <= now:
        return BookingStatus.EXPIRED
    if status is BookingStatus.CONFIRMED and showtime_ends_at <= now:
        return BookingStatus.COMPLETED
    return status


def check_cancellable(status: BookingStatus, *, used: bool) -> None:
    """Raise CancellationRefused, saying why, unless there is something left to cancel."""
    if not may_become(status, BookingStatus.CANCELLED):
        raise CancellationRefused(f"This booking is {status.value.lower()}; there is nothing to cancel.")
    if used:
        raise CancellationRefused("A ticket of this booking has been used.")


def check_may_change(actor: Actor, owner_id: UUID) -> None:
    """Raise Forbidden for a booking of somebody else, unless the actor may act for anybody: to find is not to change."""
    if actor.user_id != owner_id and not actor.may(Permission.BOOKING_READ_ANY):
        raise Forbidden


def may_refund_freely(actor: Actor, venue_id: UUID) -> bool:
    """Whether the actor may give money back above the policy, for anybody's booking at this venue, saying why."""
    return actor.may_at(Permission.PAYMENT_REFUND, venue_id)


def normal_reference(text: str) -> str | None:
    """A reference as it is kept, whatever case it was typed in; None if it is none."""
    reference = text.strip().upper()
    return reference if len(reference) == REFERENCE_LENGTH and set(reference) <= set(REFERENCE_LETTERS) else None


def new_reference() -> str:
    """A short, unambiguous name for people: six letters and digits, drawn at random."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
