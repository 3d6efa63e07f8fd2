"""Movies: finding them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import clock
from domain.showtimes import MovieStatus
from models.movies import Movie
from models.search import folded
from models.showtimes import Showtime
from resolvers.pages import Page, page


@dataclass(frozen=True)
class Wanted:
    """Which movies to list; None does not matter."""

    search: str | None = None
    genre: str | None = None
    status: MovieStatus | None = None
    day: date | None = None


async def find(wanted: Wanted, first: int | None, after: str | None) -> Page[Movie]:
    """A page of movies by title."""
    query = Movie.all()
    if wanted.search:
        query = query.filter(title_folded__contains=folded(wanted.search))
    if wanted.genre is not None:
        query = Movie.of_genre(query, wanted.genre)
    if wanted.status is not None:
        query = Movie.in_status(query, wanted.status, today())
    if wanted.day is not None:
        query = Showtime.shown_on(query, wanted.day)
    return await page(query, ["title"], first, after)


async def one(movie_id: UUID) -> Movie | None:
    """A movie."""
    return await Movie.get_or_none(id=movie_id)


def status_now(movie: Movie) -> MovieStatus:
    """Whether a movie is coming, showing or over today."""
    return movie.status_on(today())


def today() -> date:
    """The day it is in UTC."""
    return clock.now().date()
