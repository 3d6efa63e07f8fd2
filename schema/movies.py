"""Movies: what is on, what is coming, what was."""

from datetime import date as Date  # noqa: N812  # fields are called `date`
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import showtimes as domain
from domain.catalogue import MOVIES, SHOWTIMES
from resolvers import movies, showtimes
from schema.context import Info
from schema.enums import publish
from schema.gate import shared
from schema.ids import global_id, parse_id
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.shapes import register, shape_of

if TYPE_CHECKING:
    from models.movies import Movie as MovieRow
    from schema.showtimes import Showtime

publish(
    domain.MovieStatus,
    "Whether a movie is yet to come, showing, or over: today, by its first and last day.",
    {
        "COMING_SOON": "Its first day is yet to come, or not known.",
        "NOW_SHOWING": "Today lies between its first and its last day, both included.",
        "ENDED": "Its last day is over.",
    },
)
Day = Annotated[Date | None, strawberry.argument(description="Only on this day, on the venue's calendar.")]
AtVenue = Annotated[strawberry.ID | None, strawberry.argument(description="Only at this venue.")]


@strawberry.type(description="A movie.")
class Movie(Node):
    title: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What it is about, in a paragraph.")
    runtime_minutes: int | None = strawberry.field(description="How long it runs, in minutes.")
    age_restriction: int | None = strawberry.field(description="The least age in years; null: open to all.")
    status: domain.MovieStatus = strawberry.field(description="Whether it is coming, showing or over today.")
    poster_url: str | None = strawberry.field(description="Where its poster is.")
    tmdb_id: int | None = strawberry.field(description="Its id at The Movie Database.")
    opens_on: Date | None = strawberry.field(description="Its first day; null: not known yet.")
    closes_on: Date | None = strawberry.field(description="Its last day; null: open-ended.")
    row_id: strawberry.Private[UUID]

    @strawberry.field(description="What kinds of movie it is.")
    async def genres(self, info: Info) -> list[str]:
        return await info.context.loaders.genres.load(self.row_id)

    @strawberry.field(
        description="When and where it is shown, the earliest first. Without `date` only what is not over yet."
    )
    async def showtimes(
        self,
        date: Day = None,
        venue_id: AtVenue = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Annotated["Showtime", strawberry.lazy("schema.showtimes")]]:
        wanted = showtimes.Wanted(movie_id=self.row_id, day=date)
        if venue_id is not None:
            wanted = wanted.at(parse_id("Venue", venue_id))
        return connection(await showtimes.find(wanted, first, after), shape_of("Showtime"))

    @classmethod
    def of(cls, row: "MovieRow") -> "Movie":
        """The shape of a movie, as it stands today."""
        return cls(
            id=global_id("Movie", row.id),
            title=row.title,
            description=row.description,
            runtime_minutes=row.runtime_minutes,
            age_restriction=row.age_restriction,
            status=movies.status_now(row),
            poster_url=row.poster_url,
            tmdb_id=row.tmdb_id,
            opens_on=row.opens_on,
            closes_on=row.closes_on,
            row_id=row.id,
        )


register("Movie", Movie.of)


@strawberry.input(description="Which movies to list; what is not given does not matter.")
class MovieFilter:
    genre: str | None = strawberry.field(default=None, description='One of its genres, in any case: "drama".')
    status: domain.MovieStatus | None = strawberry.field(default=None, description="Coming, showing or over today.")
    date: Date | None = strawberry.field(default=None, description="Shown on that day somewhere.")


@strawberry.type
class MovieQuery:
    @strawberry.field(extensions=[shared(MOVIES, SHOWTIMES)], description="Movies by title, in any case.")
    async def movies(
        self,
        search: Annotated[str | None, strawberry.argument(description="Part of the title, in any case.")] = None,
        filter: Annotated[MovieFilter | None, strawberry.argument(description="Which ones.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Movie]:
        given = filter or MovieFilter()
        wanted = movies.Wanted(search=search, genre=given.genre, status=given.status, day=given.date)
        return connection(await movies.find(wanted, first, after), Movie.of)

    @strawberry.field(extensions=[shared(MOVIES)], description="A movie by its id; null if there is none.")
    async def movie(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The movie's id.")]
    ) -> Movie | None:
        uuid = parse_id("Movie", id)
        row = await movies.one(uuid) if uuid else None
        return Movie.of(row) if row else None
