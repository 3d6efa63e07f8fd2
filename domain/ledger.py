"""Double-entry bookkeeping: every movement of money is two entries that cancel out."""

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """Where money is, or to whom it is owed. Debits are above zero, credits below."""

    PROVIDER = "PROVIDER"  # what the gateways hold for us
    CUSTOMERS = "CUSTOMERS"  # owed to payers who have neither seats nor a refund yet: open offers
    SALES = "SALES"  # earned with tickets
    REFUNDS = "REFUNDS"  # owed to payers whose refund is on its way


class Cause(StrEnum):
    """Why money moved."""

    CAPTURED = "CAPTURED"  # it came in
    SOLD = "SOLD"  # it bought tickets
    REFUND_ORDERED = "REFUND_ORDERED"
    REFUND_PAID = "REFUND_PAID"  # it went out
    REFUND_BOUNCED = "REFUND_BOUNCED"  # it came back from a refund that failed after all


@dataclass(frozen=True)
class Entry:
    """One side of a movement, in minor units."""

    account: Account
    minor: int


Movement = tuple[Cause, tuple[Entry, Entry]]


def captured(minor: int) -> Movement:
    """Money came in, and is the payer's until it has bought something."""
    return Cause.CAPTURED, _move(Account.CUSTOMERS, Account.PROVIDER, minor)


def sold(minor: int) -> Movement:
    """The payer's money became ours."""
    return Cause.SOLD, _move(Account.SALES, Account.CUSTOMERS, minor)


def refund_ordered(minor: int, *, was_sold: bool) -> Movement:
    """Money that had bought tickets, or nothing, is to go back."""
    return Cause.REFUND_ORDERED, _move(Account.REFUNDS, Account.SALES if was_sold else Account.CUSTOMERS, minor)


def refund_paid(minor: int) -> Movement:
    """Money went back."""
    return Cause.REFUND_PAID, _move(Account.PROVIDER, Account.REFUNDS, minor)


def refund_bounced(minor: int) -> Movement:
    """A refund that was thought paid was not: the money is at the gateway again, and still owed."""
    return Cause.REFUND_BOUNCED, _move(Account.REFUNDS, Account.PROVIDER, minor)


def _move(credited: Account, debited: Account, minor: int) -> tuple[Entry, Entry]:
    if minor < 0:
        raise ValueError("A movement has no sign: its accounts say the direction.")
    return Entry(debited, minor), Entry(credited, -minor)
