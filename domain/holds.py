"""How long a hold lasts, how often it may be extended, and when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.age import AgeUnknown
from domain.problems import HoldExpired, HoldLimitReached
from domain.seating import SeatRules


class HoldStatus(StrEnum):
    """Where a hold stands; BOOKED: it has become a booking."""

    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    BOOKED = "BOOKED"


# BOOKED → EXPIRED: its booking was not paid in time. EXPIRED → BOOKED: the money came late, the seats were still free.
MOVES: Mapping[HoldStatus, frozenset[HoldStatus]] = {
    HoldStatus.ACTIVE: frozenset({HoldStatus.RELEASED, HoldStatus.EXPIRED, HoldStatus.BOOKED}),
    HoldStatus.BOOKED: frozenset({HoldStatus.EXPIRED}),
    HoldStatus.RELEASED: frozenset(),
    HoldStatus.EXPIRED: frozenset({HoldStatus.BOOKED}),
}


@dataclass(frozen=True)
class HoldTerms:
    """What the house allows: how long a hold lasts at a time and in all, how many at once, and of which seats.

    `seats_per_person` counts the seats, held and bought, that one person has of one showtime.
    """

    lasts: timedelta
    lasts_at_most: timedelta
    seats_at_most: int
    at_once: int
    grace: timedelta
    seats_per_person: int = 20
    rules: SeatRules = frozenset()
    age_unknown: AgeUnknown = AgeUnknown.DOOR

    def cap(self, made_at: datetime) -> datetime:
        """The end that no extension of a hold made then goes beyond."""
        return made_at + self.lasts_at_most

    @property
    def cap_minutes(self) -> int:
        """The longest a hold may last in all, in whole minutes."""
        return int(self.lasts_at_most / timedelta(minutes=1))


def expiry(terms: HoldTerms, now: datetime) -> datetime:
    """When a hold made now ends."""
    return now + min(terms.lasts, terms.lasts_at_most)


def extended_expiry(terms: HoldTerms, made_at: datetime, expires_at: datetime, now: datetime) -> datetime:
    """When a hold extended now ends: counted from the first grab, nobody resets the clock for ever.

    Raises HoldExpired after its end and HoldLimitReached when it already lasts to the cap.
    """
    if expires_at <= now:
        raise HoldExpired
    cap = terms.cap(made_at)
    if expires_at >= cap:
        raise HoldLimitReached(
            f"A hold may last {terms.cap_minutes} minutes in all, and this one does.", terms.cap_minutes
        )
    return max(expires_at, min(now + terms.lasts, cap))


def status_at(status: HoldStatus, expires_at: datetime, now: datetime) -> HoldStatus:
    """What a hold is at a moment: past its end it is over, whether or not a sweep has come by."""
    if status is HoldStatus.ACTIVE and expires_at <= now:
        return HoldStatus.EXPIRED
    return status


def check_room_for_one_more(terms: HoldTerms, live: int) -> None:
    """Raise HoldLimitReached if the person already has as many live holds as the house allows."""
    if live >= terms.at_once:
        raise HoldLimitReached(f"You may have {terms.at_once} holds at once.", terms.at_once)
