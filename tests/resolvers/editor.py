"""An administrator at work on the catalogue."""

from typing import Any

import pytest

from domain.access import Actor, Role
from models.idempotency import IdempotencyAnswer
from models.movies import Movie, MovieGenre
from models.venues import Screen, SeatLayout, Venue
from tests.databases import Database
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker

Answer = dict[str, Any]
REFUSAL = "... on Problem { __typename message }"
SHAPES = {
    "Movie": "id title description runtimeMinutes genres ageRestriction posterUrl tmdbId opensOn closesOn status",
    "Venue": "id name address city timezone currency screens { name }",
    "Screen": "id name capacity layout venue { name }",
}
MOVIE = {
    "title": "The Long Take",
    "description": "One shot,\nno cut.",
    "runtimeMinutes": 97,
    "genres": ["Drama", "Crime"],
    "ageRestriction": 16,
    "posterUrl": "/posters/the-long-take.svg",
    "tmdbId": 4711,
    "opensOn": "2026-01-01",
    "closesOn": "2026-12-31",
}
VENUE = {
    "name": "Aurora",
    "timezone": "Asia/Kolkata",
    "currency": "INR",
    "address": "1 Main Street",
    "city": "Mumbai",
}
DRAWING = "[Stalls]\nA ss.wc\n\n[Balcony]\nB pp.vv"


class Editor:
    """An administrator at work."""

    def __init__(self, ask: Asker, actor: Actor) -> None:
        self.ask = ask
        self.actor = actor

    async def do(self, mutation: str, **given: object) -> Answer:
        """The answer's data: the thing, or a refusal with its __typename."""
        answer = await self.raw(mutation, **given)
        assert "errors" not in answer, answer
        return dict(answer["data"][mutation])

    async def raw(self, mutation: str, **given: object) -> Answer:
        kind = mutation[0].upper() + mutation[1:]
        noun = mutation.removeprefix("create").removeprefix("update").removeprefix("delete")
        fields = "... on InvalidInput { fields { path message } }"
        shape = f"... on {noun} {{ {SHAPES[noun]} }} {fields}"
        if mutation == "deleteMovie":
            shape = "... on DeletedMovie { movieId }"
        document = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ {shape} {REFUSAL} }} }}"
        return await self.ask(document, self.actor, input=given)


@pytest.fixture
async def editor(database: Database) -> Editor:
    return Editor(asker(database.settings), actor_of(await make_staff(Role.ADMIN)))


def wrong(answer: Answer) -> list[list[str]]:
    """The paths that an InvalidInput names."""
    assert answer["__typename"] == "InvalidInput", answer
    assert all(field["message"].endswith(".") for field in answer["fields"])
    return [field["path"] for field in answer["fields"]]


async def rows() -> list[object]:
    """Everything the catalogue has."""
    movies = await Movie.all().order_by("id").values()
    genres = await MovieGenre.all().order_by("id").values()
    venues = await Venue.all().order_by("id").values()
    screens = await Screen.all().order_by("id").values()
    return [movies, genres, venues, screens, await SeatLayout.all().count(), await IdempotencyAnswer.all().count()]
