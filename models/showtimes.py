"""Showtimes, and the lock that makes each seat map single-writer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.queryset import QuerySet

from domain.money import Money
from domain.price_terms import PriceTerms
from domain.scheduling import LONGEST_SHOW
from domain.showtimes import Window
from domain.wrong_calls import NotFound
from models.base import Row, SqlRow, as_day, as_instant, as_uuid, key_of, on_sqlite, sql
from models.movies import Movie
from models.price_terms import NOTHING_STORED, StoredTerms, read_terms, terms_from
from models.venues import Screen, SeatLayout, Venue


class Showtime(Row):
    """One movie on one screen at one time: local_date is its day on the venue's calendar."""

    movie: ForeignKeyFieldInstance[Movie] = fields.ForeignKeyField("models.Movie", on_delete=fields.RESTRICT)
    movie_id: UUID
    venue: ForeignKeyFieldInstance[Venue] = fields.ForeignKeyField("models.Venue", on_delete=fields.RESTRICT)
    venue_id: UUID
    screen: ForeignKeyFieldInstance[Screen] = fields.ForeignKeyField("models.Screen", on_delete=fields.RESTRICT)
    screen_id: UUID
    layout: ForeignKeyFieldInstance[SeatLayout] = fields.ForeignKeyField("models.SeatLayout", on_delete=fields.RESTRICT)
    layout_id: UUID
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    local_date = fields.DateField()
    sales_open_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    language = fields.CharField(max_length=40, null=True)
    format = fields.CharField(max_length=40, null=True)
    base_price_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    price_terms: fields.Field[StoredTerms] = fields.JSONField(default=dict, db_default=NOTHING_STORED)
    seat_version = fields.IntField(default=0)

    class Meta:
        table = "showtimes"
        indexes = (
            ("movie_id", "starts_at"),
            ("screen_id", "starts_at"),
            ("local_date", "starts_at"),
            ("venue_id", "local_date"),
            ("venue_id", "starts_at"),
            ("starts_at",),
        )

    @classmethod
    def shown_on(cls, movies: QuerySet[Movie], day: date) -> QuerySet[Movie]:
        """Those of the movies that are shown on a day, on each venue's own calendar."""
        shown = cls.filter(local_date=day, cancelled_at=None).values("movie_id")
        return movies.filter(id__in=Subquery(shown))

    @classmethod
    def sold_at(cls, showtimes: QuerySet["Showtime"], now: datetime, *, sold: bool) -> QuerySet["Showtime"]:
        """Those that are on sale at a moment, or those that are not: `on_sale` of the domain, said to the database."""
        opened = Q(sales_open_at__isnull=True) | Q(sales_open_at__lte=now)
        on_sale = opened & Q(starts_at__gt=now) & Q(cancelled_at__isnull=True)
        return showtimes.filter(on_sale if sold else ~on_sale)

    @classmethod
    def to_come(cls, now: datetime) -> QuerySet["Showtime"]:
        """Those that are not over. None runs longer than the longest show: so the index by start leaves out the past."""
        return cls.filter(ends_at__gt=now, starts_at__gt=now - LONGEST_SHOW)

    @classmethod
    def around(cls, screen_id: UUID, window: Window, margin: timedelta) -> QuerySet["Showtime"]:
        """What else needs a screen within `margin` of a window."""
        near = cls.filter(starts_at__lt=window.ends_at + margin, ends_at__gt=window.starts_at - margin)
        return near.filter(screen_id=screen_id, cancelled_at=None).order_by("starts_at")

    @property
    def window(self) -> Window:
        """The times that decide whether it is on sale."""
        return Window(self.starts_at, self.ends_at, self.sales_open_at, self.cancelled_at is not None)

    @property
    def base_price(self) -> Money:
        """What a standard seat costs, without what the terms add."""
        return Money(self.base_price_minor, self.currency)

    @property
    def terms(self) -> PriceTerms:
        """What is added to the price of a seat."""
        return read_terms(self.price_terms)


@dataclass(frozen=True)
class LockedShowtime:
    """A showtime whose seat map nobody else can change until this transaction ends; `version` is its map's.

    `day` is its day on the venue's calendar, `minimum_age` that of its film, in years.
    """

    id: UUID
    venue_id: UUID
    version: int
    layout_id: UUID
    window: Window
    base_price: Money
    terms: PriceTerms
    day: date
    minimum_age: int | None


_LOCK = """
UPDATE showtimes SET seat_version = seat_version + $2 WHERE id = $1
RETURNING id, venue_id, seat_version, layout_id, starts_at, ends_at, sales_open_at, cancelled_at, base_price_minor, currency,
 price_terms, local_date, (SELECT age_restriction FROM movies WHERE movies.id = movie_id) AS minimum_age"""


# The person's lock is held before the row's: an update locks a row when it has been joined, and so after the wait.
_LOCK_WITH_PERSON = _LOCK.replace("UPDATE", "WITH person AS MATERIALIZED (SELECT pg_advisory_xact_lock($3))\nUPDATE", 1)
_LOCK_WITH_PERSON = _LOCK_WITH_PERSON.replace("WHERE", "FROM person WHERE", 1)


async def lock_next_version(showtime_id: UUID, person: UUID | None = None) -> LockedShowtime:
    """Lock the seat map and take its next version, in one write; NotFound if there is no such showtime.

    A write locks alike on both databases: PostgreSQL's row, SQLite's file. A refusal rolls the version back. With a
    `person`, their holds are nobody else's to count until this transaction ends either; SQLite has one writer anyway.
    """
    return await _lock(showtime_id, step=1, person=person)


async def lock(showtime_id: UUID) -> LockedShowtime:
    """Lock the seat map and keep its version, for work that may turn out to change nothing."""
    return await _lock(showtime_id, step=0)


async def advance(showtime_id: UUID) -> None:
    """Take one more version of a seat map that is already locked."""
    await sql("UPDATE showtimes SET seat_version = seat_version + 1 WHERE id = $1", showtime_id)


async def _lock(showtime_id: UUID, step: int, person: UUID | None = None) -> LockedShowtime:
    if person is None or on_sqlite():
        found = await sql(_LOCK, showtime_id, step)
    else:
        found = await sql(_LOCK_WITH_PERSON, showtime_id, step, key_of(person))
    if not found:
        raise NotFound
    return _locked(found[0])


def _locked(row: SqlRow) -> LockedShowtime:
    opened, cancelled = row["sales_open_at"], row["cancelled_at"]
    window = Window(
        as_instant(row["starts_at"]),
        as_instant(row["ends_at"]),
        as_instant(opened) if opened is not None else None,
        cancelled is not None,
    )
    return LockedShowtime(
        as_uuid(row["id"]),
        as_uuid(row["venue_id"]),
        int(str(row["seat_version"])),
        as_uuid(row["layout_id"]),
        window,
        Money(int(str(row["base_price_minor"])), str(row["currency"])),
        terms_from(str(row["price_terms"])),
        as_day(row["local_date"]),
        int(str(row["minimum_age"])) if row["minimum_age"] is not None else None,
    )


async def versions_of(showtime_ids: list[UUID]) -> dict[UUID, int]:
    """The seat-map version of each of these showtimes."""
    rows = await Showtime.filter(id__in=showtime_ids).values_list("id", "seat_version")
    return dict(rows)
