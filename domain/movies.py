"""What is known of a movie, and what of it makes sense."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.checks import Checks
from domain.search import folded

LONGEST_TITLE: Final = 300
LONGEST_DESCRIPTION: Final = 5_000
LONGEST_ADDRESS: Final = 500
LONGEST_GENRE: Final = 60
MOST_GENRES: Final = 10
LONGEST_RUNTIME: Final = 1_000
OLDEST_AGE: Final = 99
LARGEST_NUMBER: Final = 2**31 - 1


@dataclass(frozen=True)
class MovieDetails:
    """A movie as its editor describes it; it shows from `opens_on` to `closes_on`, both included."""

    title: str
    description: str | None = None
    runtime_minutes: int | None = None
    genres: Sequence[str] | None = ()
    age_restriction: int | None = None
    poster_url: str | None = None
    tmdb_id: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None


def check_movie(wanted: MovieDetails) -> MovieDetails:
    """The details as they are kept; InvalidInput names every one that is wrong."""
    checks = Checks()
    kept = replace(
        wanted,
        title=checks.required(wanted.title, LONGEST_TITLE, "title"),
        description=checks.optional(wanted.description, LONGEST_DESCRIPTION, "description"),
        genres=_genres(checks, wanted.genres or ()),
        poster_url=checks.address(wanted.poster_url, LONGEST_ADDRESS, "posterUrl"),
    )
    checks.between(wanted.runtime_minutes, 1, LONGEST_RUNTIME, "runtimeMinutes")
    checks.between(wanted.age_restriction, 0, OLDEST_AGE, "ageRestriction")
    checks.between(wanted.tmdb_id, 1, LARGEST_NUMBER, "tmdbId")
    if wanted.closes_on is not None and (wanted.opens_on is None or wanted.closes_on < wanted.opens_on):
        checks.refuse("The last day cannot be before the first.", "closesOn")
    checks.done()
    return kept


def _genres(checks: Checks, genres: Sequence[str]) -> list[str]:
    if len(genres) > MOST_GENRES:
        checks.refuse(f"A movie has at most {MOST_GENRES} genres.", "genres")
        return []
    kept = [checks.required(genre, LONGEST_GENRE, "genres", str(place)) for place, genre in enumerate(genres)]
    compared = [folded(genre) for genre in kept]
    for place, genre in enumerate(compared):
        if genre and genre in compared[:place]:
            checks.refuse("This genre is already in the list.", "genres", str(place))
    return kept
