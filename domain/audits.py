"""What must be true of the books at any moment, what can be wrong with them, and how staff are told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.money import Money

# Work is allowed to take a moment: what is due is done by loops that look every second or less.
SLACK: Final = timedelta(seconds=60)
REFUND_TAKES: Final = timedelta(days=1)
MESSAGE_TAKES: Final = timedelta(minutes=10)
MESSAGE_TRIES: Final = 9  # between the first and the last of so many lie more than eight minutes
SHOWN_AT_MOST: Final = 100  # of each invariant


class Invariant(StrEnum):
    """Something that is true at any moment, whatever has happened before."""

    SEAT_SOLD_TWICE = "SEAT_SOLD_TWICE"
    BOOKING_WITHOUT_MONEY = "BOOKING_WITHOUT_MONEY"
    MONEY_WITHOUT_CAUSE = "MONEY_WITHOUT_CAUSE"
    TWO_CAUSES = "TWO_CAUSES"
    HOLD_PAST_ITS_END = "HOLD_PAST_ITS_END"
    REFUND_STUCK = "REFUND_STUCK"
    REFUND_ABOVE_CAPTURE = "REFUND_ABOVE_CAPTURE"
    LEDGER_UNBALANCED = "LEDGER_UNBALANCED"
    MESSAGE_STUCK = "MESSAGE_STUCK"
    DEAD_LETTERS = "DEAD_LETTERS"


PROMISES: Final[Mapping[Invariant, str]] = {
    Invariant.SEAT_SOLD_TWICE: "No seat is sold twice, and every seat that is sold has exactly its ticket.",
    Invariant.BOOKING_WITHOUT_MONEY: "Every confirmed booking was paid for, to the cent.",
    Invariant.MONEY_WITHOUT_CAUSE: "All money that came in bought tickets, waits on an open offer, or goes back.",
    Invariant.TWO_CAUSES: "No money does two things, and no booking is paid for twice.",
    Invariant.HOLD_PAST_ITS_END: "No hold and no offer keeps seats after its end.",
    Invariant.REFUND_STUCK: "Every refund goes through within a day, or is tried again.",
    Invariant.REFUND_ABOVE_CAPTURE: "Never does more money go back than came in.",
    Invariant.LEDGER_UNBALANCED: "The ledger balances, and says the same as the payments.",
    Invariant.MESSAGE_STUCK: "What a provider tells is applied within ten minutes.",
    Invariant.DEAD_LETTERS: "No message of a provider was given up.",
}

# What can be wrong, and how that is said. `of` names a booking by its reference, or a message.
FAULTS: Final[Mapping[str, str]] = {
    "TWO_TICKETS": "Seat {seat} has two live tickets for one showtime: of the bookings {of} and {other}.",
    "TICKET_WITHOUT_SEAT": "Booking {of} has a live ticket for seat {seat}, which is not marked as sold to it.",
    "SEAT_WITHOUT_TICKET": "Seat {seat} is marked as sold to booking {of}, which has no live ticket for it.",
    "NOT_PAID": "Booking {of} is confirmed, but no money of exactly its price, {minor}, bought its tickets.",
    "BOUGHT_NOTHING": "{minor} came for booking {of}, which has no live ticket; of it only {due} went back or was kept.",
    "OFFERED_NOTHING": "{minor} that came for booking {of} waits on an offer, but it does not have exactly one open offer.",
    "NOT_GOING_BACK": "{minor} that came for booking {of} bought nothing and must go back; ordered back is {due}.",
    "PAID_TWICE": "More than one payment buys the tickets of booking {of}, or is held for an offer to it.",
    "KEPT_AND_RETURNED": "Booking {of} is confirmed, but all the money that came for it, {minor}, goes back.",
    "OFFER_WITHOUT_MONEY": "Booking {of} has an open offer, but the money that came for it has another fate.",
    "HOLD_OVER": "A hold is still active after its end.",
    "SEAT_STILL_HELD": "Seat {seat} is still held after the hold's end.",
    "OFFER_OVER": "Booking {of} has an open offer after the offer's end.",
    "REFUND_FAILED": "A refund of {minor} for booking {of} failed, and nothing follows it.",
    "REFUND_WAITS": "A refund of {minor} for booking {of} has waited for more than a day.",
    "TOO_MUCH_BACK": "More goes back to booking {of} than the {minor} that came in one payment.",
    "ENTRIES_UNEVEN": "The entries of a movement of money of booking {of} do not cancel out: {minor} is left.",
    "NOT_IN_LEDGER": "The ledger does not have the {minor} that came for booking {of}.",
    "PROVIDER_OFF": "By the ledger the provider holds {due} of the {minor} that came for booking {of}; the payment disagrees.",
    "CUSTOMER_OFF": "By the ledger {due} of the {minor} that came for booking {of} has neither bought tickets nor goes back.",
    "MESSAGE_WAITS": "The message {of} has waited for more than ten minutes.",
    "MESSAGE_DEAD": "The message {of} could not be applied, and was given up.",
}


@dataclass(frozen=True)
class Named:
    """Something that clients can ask for by its kind and id."""

    kind: str
    id: UUID


@dataclass(frozen=True)
class Finding:
    """A row that is wrong: `fault` is one of FAULTS, the rest what that speaks of."""

    fault: str
    nodes: tuple[Named, ...]
    of: str = ""
    other: str = ""
    seat: str = ""
    minor: Money | None = None
    due: Money | None = None

    @property
    def message(self) -> str:
        """What is wrong, for staff: no personal data."""
        return FAULTS[self.fault].format(
            of=self.of or "(none)", other=self.other, seat=self.seat, minor=_said(self.minor), due=_said(self.due)
        )


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold: the message names the rows, `nodes` are those that can be asked for."""

    invariant: Invariant
    message: str
    nodes: tuple[Named, ...]


@dataclass(frozen=True)
class Check:
    """One invariant, and the first that break it."""

    invariant: Invariant
    violations: tuple[Violation, ...]

    @classmethod
    def of(cls, invariant: Invariant, findings: Sequence[Finding]) -> "Check":
        """What was found, told to staff."""
        return cls(invariant, tuple(Violation(invariant, found.message, found.nodes) for found in findings))


@dataclass(frozen=True)
class Report:
    """What an audit at a moment found: a check for every invariant."""

    at: datetime
    checks: tuple[Check, ...]

    @property
    def violations(self) -> list[Violation]:
        """All that is wrong."""
        return [violation for check in self.checks for violation in check.violations]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


def _said(money: Money | None) -> str:
    return f"{money.amount} {money.currency}" if money else ""
