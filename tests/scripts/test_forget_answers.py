"""What was changed behind the servers' backs is forgotten on command."""

from models.database import connect, disconnect
from models.freshness import versions
from models.movies import Movie
from schema.calls import Call, Calls
from scripts.forget_answers import forget
from settings import Settings
from tests.factories.movies import make_movie
from tests.schema.asking import asker

MOVIES = "{ movies { nodes { title } } }"


async def answer(calls: Calls) -> bytes:
    found = await calls.find(await calls.read(Call(MOVIES, {}, None)))
    assert found is not None
    return found.body


async def test_all_servers_answer_anew(settings: Settings) -> None:
    calls = asker(settings).calls
    await connect(settings)
    await make_movie(title="Before")
    first = await answer(calls)
    await Movie.all().update(title="Behind our back", title_folded="behind our back")
    assert await answer(calls) == first, "nobody has told them: the control"
    await disconnect()
    await forget(settings)
    await connect(settings)
    try:
        assert b"Behind our back" in await answer(calls)
        assert set((await versions([])).catalogue) >= {"movies", "venues", "showtimes"}
    finally:
        await disconnect()
