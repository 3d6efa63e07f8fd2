"""Every refusal of the domain as a member of unions: raised below, shaped here."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.schema.exception_handlers import ExceptionHandler

from domain import problems as domain
from domain.seating import SeatRule
from schema.enums import publish
from schema.nodes import Problem

publish(
    SeatRule,
    "A rule of the house about which seats may be sold together.",
    {
        "NO_LONELY_SEAT": "Nobody leaves a single free seat between taken ones, unless there is no better way in the row.",
        "COMPANION_WITH_WHEELCHAIR": "A companion seat goes with a wheelchair space beside it, in the same selection.",
        "LOVE_SEAT_IN_PAIRS": "The two halves of a love seat are sold together.",
    },
)


@strawberry.type(description="There is already an account with this e-mail address.")
class EmailTaken(Problem):
    pass


@strawberry.type(
    description="This is not yours to decide over this person, or the house would be left without an owner."
)
class StaffingRefused(Problem):
    pass


@strawberry.type(description="This invitation is over: accepted, withdrawn, expired, or none of this house's.")
class InvitationOver(Problem):
    pass


@strawberry.type(
    description="The e-mail address or the password is wrong; it does not say which. Or they are right, and more is needed."
)
class InvalidCredentials(Problem):
    second_factor_needed: bool = strawberry.field(
        description="True: the first proof was right. Send it again with `secondFactor`, a code of the app or a recovery "
        "code; if one was sent, it was wrong, or had been used."
    )


@strawberry.type(
    description="This house does not offer that: it has no such provider, or sends no e-mail or no text messages."
)
class NotOffered(Problem):
    pass


@strawberry.type(
    description="Google's token is not valid here, or has been used up by time: sign in with Google again."
)
class GoogleRefused(Problem):
    pass


@strawberry.type(
    description="There is an account with this e-mail address, but nobody has proved that it is theirs. Nothing was changed: "
    "verify the address or reset the password first."
)
class EmailUnverified(Problem):
    pass


@strawberry.type(description="There would be no way in left: set a password or link a phone first.")
class LastWayIn(Problem):
    pass


@strawberry.type(description="Nothing was changed about the second factor; the message says why.")
class SecondFactorRefused(Problem):
    pass


@strawberry.type(description="What is wrong with one value of the input.")
class FieldProblem:
    path: list[str] = strawberry.field(description='Where the value stands within the input: `["email"]`.')
    message: str = strawberry.field(description="What is wrong with it; fit to show beside the field.")


@strawberry.type(description="Some values of the input cannot be accepted; all of them are named at once.")
class InvalidInput(Problem):
    fields: list[FieldProblem] = strawberry.field(description="One entry for each value that is wrong.")


@strawberry.type(description="The account cannot be deleted now: you work here, or money of yours is on its way.")
class AccountNotDeletable(Problem):
    pass


@strawberry.type(description="The session is over: log in again.")
class SessionEnded(Problem):
    pass


@strawberry.type(description="Some of the seats have just been taken; none has been held for you.")
class SeatsUnavailable(Problem):
    seats: list[str] = strawberry.field(description="The labels of those that are taken.")


@strawberry.type(description="A rule of the house forbids this selection.")
class SeatSelectionRefused(Problem):
    rule: SeatRule = strawberry.field(description="Which rule.")
    seats: list[str] = strawberry.field(description="The labels of the seats the rule is about.")
    suggestion: list[str] | None = strawberry.field(
        description="The nearest selection that keeps all rules: hold it as it is. Null if there is none."
    )


@strawberry.type(description="More seats than one hold, or than one person for one showtime, may have.")
class TooManySeats(Problem):
    limit: int = strawberry.field(description="How many seats that is at most.")


@strawberry.type(description="There are not so many free seats of the kinds asked for.")
class NotEnoughSeats(Problem):
    pass


@strawberry.type(
    description="The showtime is not being sold: cancelled, started, or not opened yet; or not to you, who are too young."
)
class NotOnSale(Problem):
    minimum_age: int | None = strawberry.field(
        description="The film's least age in years, if that is the reason: on the day of the showtime you are younger, or "
        "the house wants to know your date of birth first (`updateProfile`). Null: the reason is another."
    )


@strawberry.type(description="The hold has ended; its seats are free again.")
class HoldExpired(Problem):
    pass


@strawberry.type(description="Too many holds at once, or this one has been extended as far as it goes.")
class HoldLimitReached(Problem):
    limit: int = strawberry.field(description="How many holds there may be at once, or how many minutes one may last.")


@strawberry.type(description="The payment cannot be started: paid already, one is under way, or not offered here.")
class PaymentRefused(Problem):
    pass


@strawberry.type(description="The booking can no longer be cancelled.")
class CancellationRefused(Problem):
    pass


@strawberry.type(description="This money cannot go back.")
class RefundRefused(Problem):
    pass


@strawberry.type(description="This offer is over: its seats are free again, and the money is on its way back.")
class OfferOver(Problem):
    pass


@strawberry.type(description="This showtime cannot be cancelled any more.")
class ShowtimeNotCancellable(Problem):
    pass


@strawberry.type(description="The idempotency key was used before with another input; nothing was done.")
class IdempotencyConflict(Problem):
    pass


class Shaper(ExceptionHandler):  # type: ignore[type-arg]  # its types are the attributes below
    """Turns one kind of domain problem into its GraphQL type; attributes of the same name are copied."""

    def __init__(self, problem: type[domain.Problem], shape: type[Problem], attributes: Sequence[str] = ()) -> None:
        self.exception_type = problem
        self.error_type = shape
        self._attributes = attributes

    def handle(self, exception: domain.Problem, *, field: object, info: object) -> Problem:
        """The refusal as the client sees it."""
        copied = {name: getattr(exception, name) for name in self._attributes}
        return self.error_type(message=exception.message, **copied)


class InvalidInputShaper(ExceptionHandler[domain.InvalidInput, InvalidInput]):
    """Turns wrong values into their GraphQL type, one by one."""

    def handle(self, exception: domain.InvalidInput, *, field: object, info: object) -> InvalidInput:
        """The refusal as the client sees it."""
        fields = [FieldProblem(path=list(wrong.path), message=wrong.message) for wrong in exception.fields]
        return InvalidInput(message=exception.message, fields=fields)


HANDLERS: list[ExceptionHandler[Any, Any]] = [
    Shaper(domain.EmailTaken, EmailTaken),
    Shaper(domain.StaffingRefused, StaffingRefused),
    Shaper(domain.InvitationOver, InvitationOver),
    Shaper(domain.InvalidCredentials, InvalidCredentials, ["second_factor_needed"]),
    Shaper(domain.NotOffered, NotOffered),
    Shaper(domain.GoogleRefused, GoogleRefused),
    Shaper(domain.EmailUnverified, EmailUnverified),
    Shaper(domain.LastWayIn, LastWayIn),
    Shaper(domain.SecondFactorRefused, SecondFactorRefused),
    InvalidInputShaper(),
    Shaper(domain.AccountNotDeletable, AccountNotDeletable),
    Shaper(domain.SessionEnded, SessionEnded),
    Shaper(domain.SeatsUnavailable, SeatsUnavailable, ["seats"]),
    Shaper(domain.SeatSelectionRefused, SeatSelectionRefused, ["rule", "seats", "suggestion"]),
    Shaper(domain.TooManySeats, TooManySeats, ["limit"]),
    Shaper(domain.NotEnoughSeats, NotEnoughSeats),
    Shaper(domain.NotOnSale, NotOnSale, ["minimum_age"]),
    Shaper(domain.HoldExpired, HoldExpired),
    Shaper(domain.HoldLimitReached, HoldLimitReached, ["limit"]),
    Shaper(domain.PaymentRefused, PaymentRefused),
    Shaper(domain.CancellationRefused, CancellationRefused),
    Shaper(domain.RefundRefused, RefundRefused),
    Shaper(domain.OfferOver, OfferOver),
    Shaper(domain.ShowtimeNotCancellable, ShowtimeNotCancellable),
    Shaper(domain.IdempotencyConflict, IdempotencyConflict),
]
