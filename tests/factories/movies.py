"""Movies to show."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import clock
from models.movies import Movie, MovieGenre


async def make_movie(
    title: str | None = None,
    *,
    genres: Sequence[str] = (),
    opens_on: date | None = date(2020, 1, 1),
    closes_on: date | None = None,
    runtime_minutes: int | None = 120,
    age_restriction: int | None = None,
) -> Movie:
    """A movie that is showing, with a title of its own."""
    movie = await Movie.create(
        created_at=clock.now(),
        title=title or f"Movie {uuid4().hex[:8]}",
        runtime_minutes=runtime_minutes,
        age_restriction=age_restriction,
        opens_on=opens_on,
        closes_on=closes_on,
    )
    await MovieGenre.replace(movie.id, genres)
    return movie
