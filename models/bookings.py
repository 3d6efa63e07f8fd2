"""Holds, the bookings they become, and the tickets of a booking."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.access import Actor, Reach
from domain.bookings import BookingStatus
from domain.holds import HoldStatus
from domain.layouts import SeatKind
from domain.money import Money
from domain.pricing import PricePart, Quote, QuoteLine, base_line
from domain.refunds import RefundPolicy, read_policy
from domain.tickets import TicketStatus
from models.base import Row, sql
from models.reach import seen_by, within
from models.showtimes import Showtime
from models.users import User

# Of each seat its label, its kind and its base, then its further parts, each with its amount and words; a row that
# begins with no label has the parts for the whole sale. Of old rows, which have no parts, the base is the whole price.
StoredLines: TypeAlias = list[list[str | int | list[str | int]]]
WHOLE_SALE = ""


class Hold(Row):
    """Seats set aside for a person: lines is the quote, honoured until the hold ends."""

    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.RESTRICT)
    user_id: UUID
    showtime: ForeignKeyFieldInstance[Showtime] = fields.ForeignKeyField("models.Showtime", on_delete=fields.RESTRICT)
    showtime_id: UUID
    status = fields.CharEnumField(HoldStatus, max_length=16)
    expires_at = fields.DatetimeField()
    grace_given = fields.BooleanField(default=False)
    lines: fields.Field[StoredLines] = fields.JSONField()
    currency = fields.CharField(max_length=3)

    class Meta:
        table = "holds"
        indexes = (("user_id", "status", "expires_at"), ("showtime_id", "user_id"))

    @property
    def quote(self) -> Quote:
        """What the seats cost, as promised when the hold was made."""
        return read_quote(self.lines, self.currency)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Hold"]:
        """The holds this actor may know of: their own."""
        return cls.all() if actor.is_system else cls.filter(user_id=actor.user_id)


class Booking(Row):
    """A purchase: version grows with every change of it or of its payments.

    `policy` is the venue's refund ladder as it was when the booking was made; `returned` are seats given up since.
    `age_at_the_door` is the age in years that the film asks for and nobody has proved; None: nothing to check.
    """

    reference = fields.CharField(max_length=12, unique=True)
    user: ForeignKeyFieldInstance[User] = fields.ForeignKeyField("models.User", on_delete=fields.RESTRICT)
    user_id: UUID
    showtime: ForeignKeyFieldInstance[Showtime] = fields.ForeignKeyField("models.Showtime", on_delete=fields.RESTRICT)
    showtime_id: UUID
    hold: ForeignKeyFieldInstance[Hold] = fields.ForeignKeyField("models.Hold", on_delete=fields.RESTRICT)
    hold_id: UUID
    status = fields.CharEnumField(BookingStatus, max_length=16)
    expires_at = fields.DatetimeField()
    lines: fields.Field[StoredLines] = fields.JSONField()
    currency = fields.CharField(max_length=3)
    policy: fields.Field[list[list[int]] | None] = fields.JSONField(null=True)
    returned: fields.Field[list[str] | None] = fields.JSONField(null=True)
    age_at_the_door = fields.IntField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "bookings"
        unique_together = (("hold",),)
        indexes = (
            ("user_id", "created_at"),
            ("showtime_id", "user_id"),
            ("showtime_id", "created_at"),
            ("status", "created_at"),
            ("created_at",),
        )

    @property
    def quote(self) -> Quote:
        """What the seats cost, copied from the hold."""
        return read_quote(self.lines, self.currency)

    @property
    def total(self) -> Money:
        """What the booking costs."""
        return self.quote.total

    @property
    def refund_policy(self) -> RefundPolicy:
        """How much comes back when, as promised when the booking was made."""
        return read_policy(self.policy)

    @property
    def kept_seats(self) -> list[str]:
        """The seats that have not been given up, in the order of the quote."""
        return [label for label in self.quote.labels if label not in (self.returned or [])]

    @classmethod
    async def next_version(cls, booking_id: UUID) -> int:
        """Take the booking's next version, which every change of it or of its payments has."""
        rows = await sql("UPDATE bookings SET version = version + 1 WHERE id = $1 RETURNING version", booking_id)
        return int(str(rows[0]["version"]))

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Booking"]:
        """The bookings this actor may see: their own, and those of the venues whose customers they serve."""
        return cls.filter(seen_by(actor, "user_id", "showtime"))

    @classmethod
    def within(cls, reach: Reach) -> QuerySet["Booking"]:
        """The bookings of these venues."""
        return cls.filter(within(reach, "showtime"))

    @classmethod
    def in_status(cls, bookings: QuerySet["Booking"], status: BookingStatus, now: datetime) -> QuerySet["Booking"]:
        """Those that stand there at a moment: `status_at` of the domain, said to the database."""
        if status is BookingStatus.PENDING:
            return bookings.filter(status=status, expires_at__gt=now)
        if status is BookingStatus.EXPIRED:
            return bookings.filter(Q(status=status) | Q(status=BookingStatus.PENDING, expires_at__lte=now))
        if status is BookingStatus.CONFIRMED:
            return bookings.filter(status=status, showtime__ends_at__gt=now)
        if status is BookingStatus.COMPLETED:
            over = Q(status=BookingStatus.CONFIRMED, showtime__ends_at__lte=now)
            return bookings.filter(Q(status=status) | over)
        return bookings.filter(status=status)


class Ticket(Row):
    """Admits one person to one seat: code is the signed text of its QR."""

    booking: ForeignKeyFieldInstance[Booking] = fields.ForeignKeyField("models.Booking", on_delete=fields.RESTRICT)
    booking_id: UUID
    seat = fields.CharField(max_length=8)
    code = fields.CharField(max_length=255, unique=True)
    status = fields.CharEnumField(TicketStatus, max_length=16)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tickets"
        unique_together = (("booking", "seat"),)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Ticket"]:
        """The tickets of the bookings this actor may see."""
        return cls.filter(seen_by(actor, "booking__user_id", "booking__showtime"))


def write_quote(quote: Quote) -> StoredLines:
    """A quote's lines as they are stored."""
    stored: StoredLines = []
    for line in quote.lines:
        if line.part is PricePart.BASE:
            stored.append([str(line.label), str(line.kind), line.minor])
            continue
        if line.label is None and (not stored or stored[-1][0] != WHOLE_SALE):
            stored.append([WHOLE_SALE])
        stored[-1].append([line.part.value, line.minor, line.text])
    return stored


def read_quote(lines: StoredLines, currency: str) -> Quote:
    """A quote from its stored lines."""
    return Quote(currency, tuple(line for stored in lines for line in _lines_of(stored)))


def _lines_of(stored: list[str | int | list[str | int]]) -> Iterator[QuoteLine]:
    label, *parts = stored
    seat, kind = None, None
    if label != WHOLE_SALE:
        of_kind, base, *parts = parts
        seat, kind = str(label), SeatKind(str(of_kind))
        yield base_line(seat, kind, int(str(base)))
    for each in parts:
        if not isinstance(each, list):
            raise ValueError(f"{each!r} is no part of a price.")
        part, minor, text = each
        yield QuoteLine(PricePart(str(part)), int(minor), str(text), seat, kind)
