"""What editors do with movies."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import problems
from domain.access import Permission
from domain.movies import MovieDetails
from resolvers import movies
from schema.context import Info
from schema.gate import gate
from schema.given import given
from schema.ids import require_id
from schema.movies import Movie
from schema.nodes import Problem
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, Shaper

TITLE = "What it is called: 1 to 300 characters."
DESCRIPTION = "What it is about, in a paragraph: up to 5,000 characters."
RUNTIME = "How long it runs, in minutes; showtimes without an end of their own last as long."
GENRES = "Up to 10 kinds of movie, in the order in which they are to be shown."
AGE = "The least age in years; null: open to all."
POSTER = "Where its poster is: an `https://` address, or a path on this server."
TMDB = "Its id at The Movie Database; no two movies have the same."
OPENS = "Its first day; without one it is COMING_SOON."
CLOSES = "Its last day; without one it is open-ended."
UNCHANGED = " Left out: as it is."


@strawberry.type(description="The movie has, or had, showtimes. Give it a last day instead of deleting it.")
class MovieInUse(Problem):
    pass


MOVIE_IN_USE = Shaper(problems.MovieInUse, MovieInUse)


@strawberry.type(description="The movie is no longer there.")
class DeletedMovie:
    movie_id: strawberry.ID = strawberry.field(description="The id it had.")


@strawberry.input(description="A new movie.")
class CreateMovieInput:
    title: str = strawberry.field(description=TITLE)
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    runtime_minutes: int | None = strawberry.field(default=None, description=RUNTIME)
    genres: list[str] | None = strawberry.field(default=None, description=GENRES)
    age_restriction: int | None = strawberry.field(default=None, description=AGE)
    poster_url: str | None = strawberry.field(default=None, description=POSTER)
    tmdb_id: int | None = strawberry.field(default=None, description=TMDB)
    opens_on: date | None = strawberry.field(default=None, description=OPENS)
    closes_on: date | None = strawberry.field(default=None, description=CLOSES)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Changes of a movie: what is left out stays as it is, null takes a value away.")
class UpdateMovieInput:
    movie_id: strawberry.ID = strawberry.field(description="Which movie; an unknown one is NOT_FOUND.")
    title: str | None = strawberry.field(default=UNSET, description=TITLE + UNCHANGED)
    description: str | None = strawberry.field(default=UNSET, description=DESCRIPTION + UNCHANGED)
    runtime_minutes: int | None = strawberry.field(default=UNSET, description=RUNTIME + UNCHANGED)
    genres: list[str] | None = strawberry.field(default=UNSET, description=GENRES + UNCHANGED)
    age_restriction: int | None = strawberry.field(default=UNSET, description=AGE + UNCHANGED)
    poster_url: str | None = strawberry.field(default=UNSET, description=POSTER + UNCHANGED)
    tmdb_id: int | None = strawberry.field(default=UNSET, description=TMDB + UNCHANGED)
    opens_on: date | None = strawberry.field(default=UNSET, description=OPENS + UNCHANGED)
    closes_on: date | None = strawberry.field(default=UNSET, description=CLOSES + UNCHANGED)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which movie to delete.")
class DeleteMovieInput:
    movie_id: strawberry.ID = strawberry.field(description="An unknown one is NOT_FOUND.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateMovieResult = Annotated[
    Movie | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateMovieResult", description="The new movie, or why there is none."),
]
UpdateMovieResult = Annotated[
    Movie | InvalidInput | IdempotencyConflict,
    strawberry.union("UpdateMovieResult", description="The movie as it is now, or why it stays as it was."),
]
DeleteMovieResult = Annotated[
    DeletedMovie | MovieInUse | IdempotencyConflict,
    strawberry.union("DeleteMovieResult", description="The id of what is gone, or why it stays."),
]
NewMovie = Annotated[CreateMovieInput, strawberry.argument(description="The movie.")]
MovieChanges = Annotated[UpdateMovieInput, strawberry.argument(description="Which movie, and what to change.")]
MovieToDelete = Annotated[DeleteMovieInput, strawberry.argument(description="Which movie.")]


@strawberry.type
class MovieMutation:
    @strawberry.mutation(extensions=[gate(Permission.MOVIE_WRITE)], description="Put a new movie into the catalogue.")
    async def create_movie(self, info: Info, input: NewMovie) -> CreateMovieResult:
        wanted = replace(MovieDetails(input.title), **given(input, besides=("idempotency_key",)))
        return Movie.of(await movies.add(info.context.actor, wanted, key=info.context.key(input.idempotency_key)))

    @strawberry.mutation(extensions=[gate(Permission.MOVIE_WRITE)], description="Change some details of a movie.")
    async def update_movie(self, info: Info, input: MovieChanges) -> UpdateMovieResult:
        movie_id = require_id("Movie", input.movie_id)
        changes = given(input, besides=("movie_id", "idempotency_key"))
        key = info.context.key(input.idempotency_key)
        return Movie.of(await movies.edit(info.context.actor, movie_id, changes, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.MOVIE_WRITE)],
        description="Take a movie that never had a showtime out of the catalogue.",
    )
    async def delete_movie(self, info: Info, input: MovieToDelete) -> DeleteMovieResult:
        movie_id = require_id("Movie", input.movie_id)
        await movies.delete(info.context.actor, movie_id, key=info.context.key(input.idempotency_key))
        return DeletedMovie(movie_id=input.movie_id)
