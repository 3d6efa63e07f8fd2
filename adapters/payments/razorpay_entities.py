"""What Razorpay's JSON says of orders, payments and refunds, as values; https://razorpay.com/docs/api."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from domain.money import Money

Json = Mapping[str, object]
LONGEST_NAME = 255
LARGEST = 2**63 - 1  # what the database can count


@dataclass(frozen=True)
class RazorpayOrder:
    """What was to be paid. We alone write an order's notes, so they may be believed."""

    id: str
    payment_id: UUID | None

    @classmethod
    def read(cls, entity: object) -> Self:
        """From an `order`; ValueError if it is none."""
        fields = _fields(entity)
        return cls(name_in(fields, "id"), uuid_in(_notes(fields), "payment_id"))


@dataclass(frozen=True)
class RazorpayPayment:
    """One attempt of a payer to pay an order.

    `named` tells whether its notes name one of our payments: they come from the payer's browser, so that is no proof.
    """

    id: str
    order_id: str | None
    amount: Money
    status: str
    is_captured: bool
    created_at: int
    named: bool

    @classmethod
    def read(cls, entity: object) -> Self:
        """From a `payment`; ValueError if it is none."""
        fields = _fields(entity)
        return cls(
            id=name_in(fields, "id"),
            order_id=name_in(fields, "order_id") if fields.get("order_id") else None,
            amount=_money(fields),
            status=name_in(fields, "status"),
            is_captured=fields.get("captured") is True,
            created_at=_number(fields, "created_at"),
            named=uuid_in(_notes(fields), "payment_id") is not None,
        )


@dataclass(frozen=True)
class RazorpayRefund:
    """Money on its way back. Only a shop can write a refund's notes, so they may be believed."""

    id: str
    capture_ref: str
    amount: Money
    status: str
    created_at: int
    refund_id: UUID | None
    payment_id: UUID | None

    @classmethod
    def read(cls, entity: object) -> Self:
        """From a `refund`; ValueError if it is none."""
        fields = _fields(entity)
        notes = _notes(fields)
        return cls(
            id=name_in(fields, "id"),
            capture_ref=name_in(fields, "payment_id"),
            amount=_money(fields),
            status=name_in(fields, "status"),
            created_at=_number(fields, "created_at"),
            refund_id=uuid_in(notes, "refund_id") or uuid_in(fields, "receipt"),
            payment_id=uuid_in(notes, "payment_id"),
        )


def name_in(fields: Json, key: str) -> str:
    """A name that can be kept; ValueError if there is none."""
    value = fields.get(key)
    if not (isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()):
        raise ValueError(f"`{key}` is no name.")
    return value


def uuid_in(fields: Json, key: str) -> UUID | None:
    """An id of ours; None if it is anything else."""
    value = fields.get(key)
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _fields(entity: object) -> Json:
    if not isinstance(entity, Mapping):
        raise ValueError("An entity is missing.")
    return entity


def _notes(fields: Json) -> Json:
    """An entity's notes; Razorpay sends none as an empty list."""
    notes = fields.get("notes")
    return notes if isinstance(notes, Mapping) else {}


def _number(fields: Json, key: str) -> int:
    value = fields.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ValueError(f"`{key}` is no number.")
    return value


def _money(fields: Json) -> Money:
    """Razorpay counts in the smallest unit of ISO 4217, as we do: paise for INR, yen for JPY, fils for KWD."""
    currency = name_in(fields, "currency")
    if not (currency.isascii() and currency.isalpha() and currency.isupper() and len(currency) == 3):
        raise ValueError("`currency` is none.")
    return Money(_number(fields, "amount"), currency)
