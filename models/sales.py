"""What was sold, line by line: written with the booking's confirmation, marked when its money goes back."""

from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.sales import Figures, Line, Period, beginning_of
from models.base import SqlRow, as_day, as_instant, as_uuid, sql
from models.movies import Movie
from models.payments import Payment
from models.venues import Venue


class Sale(Model):
    """The seats that one payment bought: local_date and local_hour are on the venue's calendar and clocks."""

    id = fields.BigIntField(primary_key=True, generated=True)
    payment: ForeignKeyFieldInstance[Payment] = fields.ForeignKeyField("models.Payment", on_delete=fields.RESTRICT)
    payment_id: UUID
    venue: ForeignKeyFieldInstance[Venue] = fields.ForeignKeyField("models.Venue", on_delete=fields.RESTRICT)
    venue_id: UUID
    movie: ForeignKeyFieldInstance[Movie] = fields.ForeignKeyField("models.Movie", on_delete=fields.RESTRICT)
    movie_id: UUID
    sold_at = fields.DatetimeField()
    local_hour = fields.DatetimeField()
    local_date = fields.DateField()
    tickets = fields.SmallIntField()
    amount_minor = fields.BigIntField()
    refunded_minor = fields.BigIntField(default=0)
    currency = fields.CharField(max_length=3)

    class Meta:
        table = "sales"
        unique_together = (("payment",),)
        indexes = (("venue_id", "local_date"),)


# PostgreSQL adds integers up to decimals of any size, which are told as 5E+4.
_LINES = """
SELECT {point} AS point, movie_id, COUNT(*) AS bookings, SUM(tickets) AS tickets,
 CAST(SUM(amount_minor) AS BIGINT) AS revenue, CAST(SUM(refunded_minor) AS BIGINT) AS refunded
FROM sales WHERE venue_id = $1 AND local_date >= $2 AND local_date <= $3 GROUP BY {point}, movie_id"""
_HOURS = _LINES.format(point="local_hour")
_DAYS = _LINES.format(point="local_date")


async def lines(venue: Venue, period: Period) -> list[Line]:
    """What was sold, by movie and by hour, or by day where the period is longer."""
    rows = await sql(_HOURS if period.is_hourly else _DAYS, venue.id, period.first, period.last)
    return [_line(row, venue, is_hourly=period.is_hourly) for row in rows]


async def give_back(payment_id: UUID, minor: int) -> None:
    """So much of what a payment has paid for tickets goes back."""
    await sql("UPDATE sales SET refunded_minor = refunded_minor + $2 WHERE payment_id = $1", payment_id, minor)


def _line(row: SqlRow, venue: Venue, *, is_hourly: bool) -> Line:
    at = as_instant(row["point"]) if is_hourly else beginning_of(as_day(row["point"]), venue.timezone)
    counts = (int(str(row[name])) for name in ("bookings", "tickets", "revenue", "refunded"))
    return Line(at, as_uuid(row["movie_id"]), Figures(*counts))
