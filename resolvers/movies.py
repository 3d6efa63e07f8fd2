"""Movies: finding them, and what their editors do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import clock
from domain.access import Actor
from domain.catalogue import MOVIES
from domain.movies import MovieDetails, check_movie
from domain.problems import FieldProblem, InvalidInput, MovieInUse
from domain.showtimes import MovieStatus
from domain.traces import Trace, facts
from models.catalogue import touch
from models.locks import lock_everybody, lock_row
from models.movies import Movie, MovieGenre
from models.search import containing, found
from models.showtimes import Showtime
from resolvers.dependencies import on_time
from resolvers.pages import Page, page
from resolvers.unit_of_work import unit_of_work


@dataclass(frozen=True)
class Wanted:
    """Which movies to list; None does not matter."""

    search: str | None = None
    genre: str | None = None
    status: MovieStatus | None = None
    day: date | None = None


async def find(wanted: Wanted, first: int | None, after: str | None) -> Page[Movie]:
    """A page of movies by title, in any case."""
    query = containing(Movie, "title_folded", wanted.search)
    if wanted.genre is not None:
        query = Movie.of_genre(query, wanted.genre)
    if wanted.status is not None:
        query = Movie.in_status(query, wanted.status, today())
    if wanted.day is not None:
        query = Showtime.shown_on(query, wanted.day)
    return await page(query, ["title_folded"], first, after)


async def one(movie_id: UUID) -> Movie | None:
    """A movie."""
    return await Movie.get_or_none(id=movie_id)


def status_now(movie: Movie) -> MovieStatus:
    """Whether a movie is coming, showing or over today."""
    return movie.status_on(today())


def today() -> date:
    """The day it is in UTC."""
    day = clock.now().date()
    on_time(datetime.combine(day + timedelta(days=1), time(), UTC))
    return day


async def add(actor: Actor, wanted: MovieDetails, *, key: str | None = None) -> Movie:
    """Put a new movie into the catalogue."""
    details = check_movie(wanted)
    async with unit_of_work() as work:
        movie = Movie(id=uuid4(), created_at=work.now)
        if first := await work.once(actor, "createMovie", key, asdict(wanted), movie.id):
            return await found(Movie, first)
        await lock_everybody()
        await _write(movie, details)
        await work.record(actor, Trace("CREATE_MOVIE", "Movie", movie.id, after=facts(**asdict(details))))
    return movie


async def edit(actor: Actor, movie_id: UUID, changes: Mapping[str, Any], *, key: str | None = None) -> Movie:
    """Change some details of a movie; the others stay as they are."""
    async with unit_of_work() as work:
        if await work.once(actor, "updateMovie", key, [movie_id, changes], movie_id):
            return await found(Movie, movie_id)
        await lock_everybody()
        movie = await lock_row(Movie, movie_id)
        before = await _details(movie)
        after = check_movie(replace(before, **changes))
        await _write(movie, after)
        trace = Trace("UPDATE_MOVIE", "Movie", movie_id)
        await work.record_change(actor, trace, facts(**asdict(before)), facts(**asdict(after)))
    return movie


async def delete(actor: Actor, movie_id: UUID, *, key: str | None = None) -> None:
    """Take a movie out of the catalogue; MovieInUse once it has had a showtime."""
    async with unit_of_work() as work:
        if await work.once(actor, "deleteMovie", key, movie_id, movie_id):
            return
        movie = await lock_row(Movie, movie_id)
        if await Showtime.exists(movie_id=movie_id):
            raise MovieInUse
        details = await _details(movie)
        await movie.delete()
        await touch(MOVIES)
        await work.record(actor, Trace("DELETE_MOVIE", "Movie", movie_id, before=facts(**asdict(details))))


async def _details(movie: Movie) -> MovieDetails:
    return MovieDetails(
        title=movie.title,
        description=movie.description,
        runtime_minutes=movie.runtime_minutes,
        genres=await MovieGenre.of(movie.id),
        age_restriction=movie.age_restriction,
        poster_url=movie.poster_url,
        tmdb_id=movie.tmdb_id,
        opens_on=movie.opens_on,
        closes_on=movie.closes_on,
    )


async def _write(movie: Movie, details: MovieDetails) -> None:
    if details.tmdb_id is not None and await Movie.exclude(id=movie.id).filter(tmdb_id=details.tmdb_id).exists():
        raise InvalidInput([FieldProblem(("tmdbId",), "Another movie has this id.")])
    values = asdict(details)
    genres = values.pop("genres")
    await movie.update_from_dict(values).save()
    await MovieGenre.replace(movie.id, genres)
    await touch(MOVIES)
