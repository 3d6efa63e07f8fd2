"""Every way the business can say no. The docstring is the message, fit to show to a person.

A Problem is a refusal that a client which did everything right can still meet: a member of its mutation's union.
A call that is itself wrong is a WrongCall, in `domain.wrong_calls`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class Problem(Exception):
    """This cannot be done."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        super().__init__(self.message)


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one value; `path` is where it stands within the input."""

    path: tuple[str, ...]
    message: str


class EmailTaken(Problem):
    """There is already an account with this e-mail address."""


class PhoneTaken(Problem):
    """There is already an account with this phone number."""


class StaffingRefused(Problem):
    """This is not yours to decide."""


class InvitationOver(Problem):
    """This invitation cannot be accepted any more."""


class InvalidCredentials(Problem):
    """The e-mail address or the password is wrong."""

    def __init__(self, message: str | None = None, *, second_factor_needed: bool = False) -> None:
        super().__init__(message)
        self.second_factor_needed = second_factor_needed


class NotOffered(Problem):
    """This house does not offer that."""


class GoogleRefused(Problem):
    """This is no valid word of Google; please sign in with Google again."""


class EmailUnverified(Problem):
    """There is an account with this e-mail address that nobody has verified: verify it or reset its password first."""


class LastWayIn(Problem):
    """This is your only way in: set a password first."""


class SecondFactorRefused(Problem):
    """That is not the code of now; please wait for the next one."""


class CodeRefused(Problem):
    """This code is not right, or no longer good; please ask for a new one."""


class TooSoon(Problem):
    """A code has been sent already; please wait before you ask for the next one."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class InvalidInput(Problem):
    """Some of the values given cannot be accepted."""

    def __init__(self, fields: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.fields = list(fields)


class AccountNotDeletable(Problem):
    """This account cannot be deleted now."""


class SessionEnded(Problem):
    """This session has ended; please log in again."""


class SeatsUnavailable(Problem):
    """Some of these seats have just been taken."""

    def __init__(self, seats: Sequence[str]) -> None:
        super().__init__()
        self.seats = list(seats)


class SeatSelectionRefused(Problem):
    """These seats cannot be sold together."""

    def __init__(self, message: str, rule: str, seats: Sequence[str], suggestion: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.seats = list(seats)
        self.suggestion = list(suggestion) if suggestion is not None else None


class TooManySeats(Problem):
    """That is more seats than one hold may have."""

    def __init__(self, limit: int, message: str | None = None) -> None:
        super().__init__(message or f"A hold may have at most {limit} seats.")
        self.limit = limit


class NotEnoughSeats(Problem):
    """There are not that many free seats here any more."""


class NotOnSale(Problem):
    """This showtime is not on sale."""

    def __init__(self, message: str | None = None, minimum_age: int | None = None) -> None:
        super().__init__(message)
        self.minimum_age = minimum_age


class HoldExpired(Problem):
    """The hold has ended and its seats are free again."""


class HoldBooked(Problem):
    """This hold has already become a booking."""

    def __init__(self, booking_id: UUID) -> None:
        super().__init__()
        self.booking_id = booking_id


class HoldLimitReached(Problem):
    """That is the limit for holds."""

    def __init__(self, message: str, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class PaymentRefused(Problem):
    """This payment cannot be started."""


class CancellationRefused(Problem):
    """This booking cannot be cancelled."""


class RefundRefused(Problem):
    """This money cannot go back."""


class OfferOver(Problem):
    """This offer is over: its seats are free again, and the money is on its way back."""


class ShowtimeNotCancellable(Problem):
    """This showtime cannot be cancelled any more."""


class IdempotencyConflict(Problem):
    """This idempotency key was used before with another input."""


class MovieInUse(Problem):
    """This movie has showtimes; it can be closed, but not deleted."""


class VenueInUse(Problem):
    """This venue has showtimes; its time zone and its currency stay as they are."""


class ShowtimeOverlaps(Problem):
    """The screen is taken at that time."""

    def __init__(self, showtime_id: UUID) -> None:
        super().__init__()
        self.showtime_id = showtime_id
