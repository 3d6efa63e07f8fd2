"""Showtimes: one movie on one screen at one time."""

from datetime import date as Date, datetime  # noqa: N812  # fields are called `date`
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import showtimes as domain
from domain.catalogue import SHOWTIMES
from domain.money import Money as Price
from domain.price_terms import PriceTerms
from resolvers import showtimes
from schema.context import Info
from schema.enums import publish
from schema.gate import shared
from schema.ids import global_id, parse_id
from schema.money import Money
from schema.movies import Movie
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.seat_maps import SeatMap
from schema.shapes import register
from schema.venues import Screen

if TYPE_CHECKING:
    from models.showtimes import Showtime as ShowtimeRow

publish(
    domain.ShowtimeStatus,
    "Where a showtime stands in time.",
    {
        "SCHEDULED": "It is still to come.",
        "ONGOING": "It is running.",
        "COMPLETED": "It is over.",
        "CANCELLED": "It will not take place.",
    },
)


@strawberry.type(description="One movie on one screen at one time.")
class Showtime(Node):
    language: str | None = strawberry.field(description="The language it is shown in.")
    format: str | None = strawberry.field(description="How it is shown: 2D, 3D, IMAX …")
    status: domain.ShowtimeStatus = strawberry.field(description="Where it stands now.")
    on_sale: bool = strawberry.field(description="Whether its seats can be held now.")
    base_price: Money = strawberry.field(
        description="What a STANDARD seat costs now, without what the venue's `priceTerms` add; other kinds may cost more."
    )
    row_id: strawberry.Private[UUID]
    window: strawberry.Private[domain.Window]
    price: strawberry.Private[Price]
    terms: strawberry.Private[PriceTerms]
    movie_id: strawberry.Private[UUID]
    screen_id: strawberry.Private[UUID]
    venue_id: strawberry.Private[UUID]

    @strawberry.field(description="The movie that is shown.")
    async def movie(self, info: Info) -> Movie:
        return Movie.of(await info.context.loaders.movie.load(self.movie_id))

    @strawberry.field(description="Where it is shown.")
    async def screen(self, info: Info) -> Screen:
        return Screen.of(await info.context.loaders.screen.load(self.screen_id))

    @strawberry.field(description="When it starts, in the venue's time zone.")
    async def starts_at(self, info: Info) -> datetime:
        return await self._local(info, self.window.starts_at)

    @strawberry.field(description="When it ends, in the venue's time zone.")
    async def ends_at(self, info: Info) -> datetime:
        return await self._local(info, self.window.ends_at)

    @strawberry.field(
        description="When its seats go on sale, in the venue's time zone; null: they are since it was put on."
    )
    async def sales_open_at(self, info: Info) -> datetime | None:
        opening = self.window.sales_open_at
        return None if opening is None else await self._local(info, opening)

    @strawberry.field(description="Its seats now. To see every change as it happens, subscribe to `seatMap`.")
    async def seat_map(self, info: Info) -> SeatMap:
        return SeatMap.of(await info.context.loaders.seat_map.load(self.row_id), self.price, self.terms)

    async def _local(self, info: Info, instant: datetime) -> datetime:
        venue = await info.context.loaders.venue.load(self.venue_id)
        return domain.local_time(instant, venue.timezone)

    @classmethod
    def of(cls, row: "ShowtimeRow") -> "Showtime":
        """The shape of a showtime, as it stands at this moment."""
        status, on_sale = showtimes.standing_now(row)
        return cls(
            id=global_id("Showtime", row.id),
            language=row.language,
            format=row.format,
            status=status,
            on_sale=on_sale,
            base_price=Money.of(row.base_price),
            row_id=row.id,
            window=row.window,
            price=row.base_price,
            terms=row.terms,
            movie_id=row.movie_id,
            screen_id=row.screen_id,
            venue_id=row.venue_id,
        )


register("Showtime", Showtime.of)


@strawberry.input(description="Which showtimes to list; what is not given does not matter.")
class ShowtimeFilter:
    movie_id: strawberry.ID | None = strawberry.field(default=None, description="Of this movie.")
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="At this venue.")
    date: Date | None = strawberry.field(default=None, description="On this day, on the venue's calendar.")

    on_sale: bool | None = strawberry.field(
        default=None, description="true: only those whose seats can be held now; false: only the others."
    )

    def wanted(self) -> showtimes.Wanted:
        """The filter with its ids read; an id that is none matches nothing."""
        wanted = showtimes.Wanted(day=self.date, on_sale=self.on_sale)
        if self.movie_id is not None:
            wanted = wanted.of(parse_id("Movie", self.movie_id))
        return wanted if self.venue_id is None else wanted.at(parse_id("Venue", self.venue_id))


@strawberry.type
class ShowtimeQuery:
    @strawberry.field(
        extensions=[shared(SHOWTIMES)],
        description="Showtimes, the earliest first. Without `date` only those that are not over yet.",
    )
    async def showtimes(
        self,
        filter: Annotated[ShowtimeFilter | None, strawberry.argument(description="Which ones.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Showtime]:
        wanted = (filter or ShowtimeFilter()).wanted()
        return connection(await showtimes.find(wanted, first, after), Showtime.of)

    @strawberry.field(extensions=[shared(SHOWTIMES)], description="A showtime by its id; null if there is none.")
    async def showtime(
        self, id: Annotated[strawberry.ID, strawberry.argument(description="The showtime's id.")]
    ) -> Showtime | None:
        uuid = parse_id("Showtime", id)
        row = await showtimes.one(uuid) if uuid else None
        return Showtime.of(row) if row else None
