"""What several fields wait for at once: one that gives up takes nobody along."""

from tests.databases import Database
from tests.factories.movies import make_movie
from tests.schema.asking import asker, codes

# `showtimes` refuses its cursor, and graphql-core gives up the fields beside it; `genres` of the same movie is waited for in two places.
TWICE = """{ movies {
    nodes { genres }
    edges { node { genres showtimes(after: "no cursor") { totalCount } } }
} }"""


async def test_a_field_that_is_given_up_leaves_the_others_their_answer(database: Database) -> None:
    await make_movie("Stalker", genres=["Drama"])
    await make_movie("Solaris", genres=["Drama"])
    ask = asker(database.settings)
    for _ in range(5):
        answer = await ask(TWICE)
        assert answer["data"] is None
        assert set(codes(answer)) == {"BAD_USER_INPUT"}
