"""Refunds: why money goes back, how much of it by the venue's ladder, and how far a refund has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from domain.checks import Checks
from domain.money import Money
from domain.problems import CancellationRefused, FieldProblem, InvalidInput

STEPS_AT_MOST: Final = 10
HOURS_AT_MOST: Final = 24 * 365
LONGEST_NOTE: Final = 500
ATTEMPTS: Final = 3  # how often a refund that the provider failed is tried in all


class RefundReason(StrEnum):
    """Why money goes back."""

    CUSTOMER = "CUSTOMER"  # asked for, under the policy
    STAFF = "STAFF"  # given by staff, who said why
    WRONG_AMOUNT = "WRONG_AMOUNT"
    DOUBLE_PAYMENT = "DOUBLE_PAYMENT"
    SEATS_GONE = "SEATS_GONE"
    OFFER_DECLINED = "OFFER_DECLINED"
    OFFER_EXPIRED = "OFFER_EXPIRED"
    BOOKING_CANCELLED = "BOOKING_CANCELLED"
    SHOWTIME_CANCELLED = "SHOWTIME_CANCELLED"
    SHOWTIME_STARTED = "SHOWTIME_STARTED"
    AT_PROVIDER = "AT_PROVIDER"  # made in the provider's own dashboard


class RefundStatus(StrEnum):
    """How far a refund has come; the later one of two wins, so any order of news ends alike."""

    PENDING = "PENDING"  # the provider has yet to be asked
    PROCESSING = "PROCESSING"  # the provider has taken it
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"  # banks reject refunds days after they succeeded


_ORDER = tuple(RefundStatus)


def may_become(status: RefundStatus, target: RefundStatus) -> bool:
    """Whether news of `target` moves a refund on."""
    return _ORDER.index(target) > _ORDER.index(status)


@dataclass(frozen=True)
class RefundStep:
    """Who cancels at least so many hours before the start gets so many percent back."""

    hours: int
    percent: int


@dataclass(frozen=True)
class RefundPolicy:
    """A venue's ladder, the longest notice first. A booking keeps the one it was made under."""

    steps: tuple[RefundStep, ...]

    def percent_at(self, starts_at: datetime, now: datetime) -> int | None:
        """The share that comes back now; None when it is too late to cancel."""
        notice = starts_at - now
        if notice <= timedelta(0):
            return None
        return next((step.percent for step in self.steps if notice >= timedelta(hours=step.hours)), None)

    def until(self, starts_at: datetime, now: datetime) -> datetime | None:
        """Until when the share that comes back now stays; None when it is too late to cancel."""
        notice = starts_at - now
        if notice <= timedelta(0):
            return None
        hours = next((step.hours for step in self.steps if notice >= timedelta(hours=step.hours)), None)
        return None if hours is None else starts_at - timedelta(hours=hours)


# All of it until the film begins: what a venue has that never said otherwise.
UNTIL_THE_START = RefundPolicy((RefundStep(0, 100),))


def check_policy(steps: Sequence[RefundStep]) -> RefundPolicy:
    """The ladder of these steps; InvalidInput unless longer notice never gives less, each notice being named once."""
    wrong: list[FieldProblem] = []
    if not 1 <= len(steps) <= STEPS_AT_MOST:
        wrong.append(FieldProblem(("steps",), f"A policy has between 1 and {STEPS_AT_MOST} steps."))
    for number, step in enumerate(steps):
        if not 0 <= step.hours <= HOURS_AT_MOST:
            wrong.append(FieldProblem(("steps", str(number), "hours"), f"Between 0 and {HOURS_AT_MOST} hours."))
        if not 0 <= step.percent <= 100:
            wrong.append(FieldProblem(("steps", str(number), "percent"), "Between 0 and 100 percent."))
    ladder = sorted(steps, key=lambda step: -step.hours)
    if len({step.hours for step in steps}) < len(steps):
        wrong.append(FieldProblem(("steps",), "Two steps have the same notice."))
    elif any(early.percent < late.percent for early, late in pairwise(ladder)):
        wrong.append(FieldProblem(("steps",), "Longer notice may not give less back."))
    if wrong:
        raise InvalidInput(wrong)
    return RefundPolicy(tuple(ladder))


def percent_due(policy: RefundPolicy, starts_at: datetime, now: datetime) -> int:
    """The share that comes back now; CancellationRefused when it is too late."""
    percent = policy.percent_at(starts_at, now)
    if percent is None and now >= starts_at:
        raise CancellationRefused("A booking can be cancelled until its showtime starts.")
    if percent is None:
        raise CancellationRefused("It is too late to cancel under the policy this booking was made with.")
    return percent


def share_of(minor: int, percent: int) -> int:
    """So many percent of an amount, rounded half up to the minor unit."""
    return (minor * percent + 50) // 100


@dataclass(frozen=True)
class Goodwill:
    """Money given back for nothing: so much, or all that is left (None), and why."""

    amount: Money | None
    note: str


def check_goodwill(amount: str | None, reason: str, currency: str) -> Goodwill:
    """What staff want to give back; InvalidInput names what is wrong with it."""
    checks = Checks()
    note = checks.required(reason, LONGEST_NOTE, "reason")
    money = None
    if amount is not None:
        try:
            money = Money.parse(amount, currency)
        except ValueError:
            money = Money(0, currency)
        if money.minor <= 0:
            example = Money(12_500, currency).amount
            checks.refuse(f'This must be an amount of {currency} above 0, such as "{example}".', "amount")
    checks.done()
    return Goodwill(money, note)


def spread(minor: int, left: Sequence[int]) -> list[int]:
    """An amount taken from what is left in several places: all of the first, then all of the next, and so on."""
    parts: list[int] = []
    for here in left:
        parts.append(min(here, minor - sum(parts)))
    return parts


def write_policy(policy: RefundPolicy) -> list[list[int]]:
    """A ladder as it is stored."""
    return [[step.hours, step.percent] for step in policy.steps]


def read_policy(steps: Sequence[Sequence[int]] | None) -> RefundPolicy:
    """A ladder from its stored form; without one, all of it until the start."""
    return RefundPolicy(tuple(RefundStep(hours, percent) for hours, percent in steps)) if steps else UNTIL_THE_START
