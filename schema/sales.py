"""What was sold, for those who run a house."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.access import Permission
from domain.money import Money as Sum
from domain.sales import Figures
from domain.showtimes import local_time
from resolvers import sales
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.money import Money
from schema.movies import Movie


@strawberry.type(description="What was sold in one hour or on one day.")
class SalesPoint:
    at: datetime = strawberry.field(description="When the hour or the day began, in the venue's time zone.")
    tickets: int = strawberry.field(description="How many tickets were sold.")
    revenue: Money = strawberry.field(description="What was paid for them.")


@strawberry.type(description="What was sold of one movie.")
class MovieSales:
    tickets: int = strawberry.field(description="How many tickets were sold.")
    revenue: Money = strawberry.field(description="What was paid for them.")
    movie_id: strawberry.Private[UUID]

    @strawberry.field(description="The movie.")
    async def movie(self, info: Info) -> Movie:
        return Movie.of(await info.context.loaders.movie.load(self.movie_id))


@strawberry.type(
    description="What was sold at a venue, counted when its payment succeeded. Bookings cancelled since are counted too: "
    "`refunded` says how much of the revenue has gone back. Money that bought nothing is not counted."
)
class Sales:
    tickets: int = strawberry.field(description="How many tickets were sold.")
    bookings: int = strawberry.field(description="How many bookings were paid for.")
    revenue: Money = strawberry.field(description="What was paid for them.")
    refunded: Money = strawberry.field(description="How much of this revenue has gone back, or is on its way.")
    by_hour: list[SalesPoint] = strawberry.field(
        description="The same by the hour, in order; hours without sales are left out. By the day if more than 3 days "
        "were asked for."
    )
    by_movie: list[MovieSales] = strawberry.field(description="The same by movie, the highest revenue first.")

    @classmethod
    def of(cls, found: sales.VenueReport) -> "Sales":
        """The shape of a report, in its venue's currency and time zone."""
        report, venue = found.report, found.venue
        return cls(
            tickets=report.total.tickets,
            bookings=report.total.bookings,
            revenue=_paid(report.total, venue.currency),
            refunded=Money.of(Sum(report.total.refunded, venue.currency)),
            by_hour=_points(report.by_time, venue.timezone, venue.currency),
            by_movie=[
                MovieSales(movie_id=movie_id, tickets=sold.tickets, revenue=_paid(sold, venue.currency))
                for movie_id, sold in report.by_movie
            ],
        )


def _points(by_time: Sequence[tuple[datetime, Figures]], timezone: str, currency: str) -> list[SalesPoint]:
    return [
        SalesPoint(at=local_time(at, timezone), tickets=sold.tickets, revenue=_paid(sold, currency))
        for at, sold in by_time
    ]


def _paid(sold: Figures, currency: str) -> Money:
    return Money.of(Sum(sold.revenue, currency))


@strawberry.type
class SalesQuery:
    @strawberry.field(
        extensions=[gate(Permission.REPORT_READ)],
        description="What was sold at a venue: today, or on the days between `from` and `to`. An unknown venue is "
        "NOT_FOUND; days in the wrong order, or more than 92 of them, are BAD_USER_INPUT.",
    )
    async def sales(
        self,
        info: Info,
        venue_id: Annotated[strawberry.ID, strawberry.argument(description="Where.")],
        from_: Annotated[
            date | None,
            strawberry.argument(name="from", description="The first day, on the venue's calendar; null: the last one."),
        ] = None,
        to: Annotated[
            date | None, strawberry.argument(description="The last day, on the venue's calendar; null: today.")
        ] = None,
    ) -> Sales:
        return Sales.of(await sales.at_venue(info.context.actor, require_id("Venue", venue_id), from_, to))
