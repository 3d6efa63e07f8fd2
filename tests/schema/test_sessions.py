"""People over GraphQL: what a log-in gives, who sees what of whom, and which input is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from adapters import Adapters, adapters_from
from domain.access import Actor, Role
from models.users import Session, User
from resolvers import sessions
from resolvers.sessions import Device
from schema import build_schema
from schema.context import Context
from schema.ids import global_id
from schema.loaders import Loaders
from tests.databases import Database
from tests.factories.users import actor_of, make_customer, make_staff

Answer = dict[str, Any]
Ask = Callable[..., Awaitable[Answer]]

SESSION = """
fragment Given on Session {
  accessToken accessTokenExpiresAt refreshToken
  user { id name email phone roles bookings { nodes { id } totalCount } holds { id } }
}"""
REGISTER = (
    """mutation ($input: RegisterInput!) {
  register(input: $input) {
    __typename ...Given ... on Problem { message } ... on InvalidInput { fields { path message } }
  }
}"""
    + SESSION
)
LOGIN = (
    "mutation ($input: LoginInput!) { login(input: $input) { __typename ...Given ... on Problem { message } } }"
    + SESSION
)
REFRESH = (
    "mutation ($token: String!) { refreshSession(refreshToken: $token) { __typename ...Given ... on Problem { message } } }"
    + SESSION
)
ME = "{ me { id name email phone roles bookings { nodes { id } totalCount } holds { id } } }"
ANA = {"name": " Ana Ruiz", "email": "Ana@Example.com", "password": "popcorn-ana"}


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


@pytest.fixture
def ask(adapters: Adapters) -> Ask:
    schema = build_schema(adapters.settings)

    async def answer(query: str, actor: Actor | None = None, **variables: object) -> Answer:
        asked_by = actor or Actor.anonymous()
        context = Context(asked_by, adapters, "request", None, Device("A browser", "192.0.2.9"), Loaders())
        result = await schema.execute(query, variables, context)
        return {"data": result.data, "codes": [(error.extensions or {})["code"] for error in result.errors or []]}

    return answer


async def test_registering_gives_a_session_and_all_of_oneself(ask: Ask, adapters: Adapters) -> None:
    given = (await ask(REGISTER, input=ANA))["data"]["register"]
    user = await User.get()
    assert given["__typename"] == "Session"
    assert given["user"] == {
        "id": global_id("User", user.id),
        "name": "Ana Ruiz",
        "email": "ana@example.com",
        "phone": None,
        "roles": ["CUSTOMER"],
        "bookings": {"nodes": [], "totalCount": 0},
        "holds": [],
    }
    session = await Session.get()
    assert (session.device, session.address) == ("A browser", "192.0.2.9")
    expires_at = adapters.tokens.read_access(given["accessToken"], session.created_at)
    assert expires_at is not None
    assert given["accessTokenExpiresAt"] == expires_at.expires_at.isoformat()
    assert adapters.tokens.read_refresh(given["refreshToken"]) is not None


async def test_refused_registrations_say_why(ask: Ask) -> None:
    wrong = (await ask(REGISTER, input={"name": " ", "email": "ana", "password": "short"}))["data"]["register"]
    assert wrong["__typename"] == "InvalidInput"
    assert [field["path"] for field in wrong["fields"]] == [["name"], ["email"], ["password"]]
    await ask(REGISTER, input=ANA)
    taken = (await ask(REGISTER, input=ANA))["data"]["register"]
    assert taken == {
        "__typename": "EmailTaken",
        "message": "There is already an account with this e-mail address.",
    }
    assert await User.all().count() == 1


@pytest.mark.parametrize(
    "privileged", [{"role": "ADMIN"}, {"roles": ["ADMIN"]}, {"roleNames": ["ADMIN"]}, {"id": "1"}, {"userId": "1"}]
)
async def test_nobody_gives_themselves_a_role(ask: Ask, privileged: dict[str, object]) -> None:
    answer = await ask(REGISTER, input=ANA | privileged)
    assert answer == {"data": None, "codes": ["BAD_USER_INPUT"]}
    assert await User.all().count() == 0


async def test_logging_in_and_refreshing(ask: Ask) -> None:
    await ask(REGISTER, input=ANA)
    given = (await ask(LOGIN, input={"email": "ANA@example.com", "password": "popcorn-ana"}))["data"]["login"]
    assert (given["__typename"], given["user"]["email"]) == ("Session", "ana@example.com")
    following = (await ask(REFRESH, token=given["refreshToken"]))["data"]["refreshSession"]
    assert (following["__typename"], following["user"]["email"]) == ("Session", "ana@example.com")
    for token in (given["refreshToken"], following["refreshToken"], "garbage"):
        ended = (await ask(REFRESH, token=token))["data"]["refreshSession"]
        assert ended == {"__typename": "SessionEnded", "message": "This session has ended; please log in again."}


async def test_an_unknown_address_is_refused_like_a_wrong_password(ask: Ask) -> None:
    await ask(REGISTER, input=ANA)
    wrong = await ask(LOGIN, input={"email": ANA["email"], "password": "popcorn-eve"})
    unknown = await ask(LOGIN, input={"email": "eve@example.com", "password": "popcorn-ana"})
    assert wrong == unknown
    assert wrong["data"]["login"]["__typename"] == "InvalidCredentials"


async def test_logging_out_needs_a_login(ask: Ask, adapters: Adapters) -> None:
    assert (await ask("mutation { logout }"))["codes"] == ["UNAUTHENTICATED"]
    here = (await ask(REGISTER, input=ANA))["data"]["register"]
    await ask(LOGIN, input={"email": ANA["email"], "password": ANA["password"]})
    caller = await sessions.authenticate(here["accessToken"], adapters.tokens, (await User.get()).created_at)
    assert caller is not None
    assert await ask("mutation { logout }", caller.actor) == {"data": {"logout": True}, "codes": []}
    assert await Session.filter(ended_at=None).count() == 1
    assert (await ask("mutation { logout(everywhere: null) }", caller.actor))["data"] == {"logout": True}
    assert await Session.filter(ended_at=None).count() == 1
    assert (await ask("mutation { logout(everywhere: true) }", caller.actor))["data"] == {"logout": True}
    assert await Session.filter(ended_at=None).count() == 0


async def test_me_is_who_asks_and_null_for_nobody(ask: Ask) -> None:
    assert await ask(ME) == {"data": {"me": None}, "codes": []}
    ana = await make_customer()
    me = (await ask(ME, actor_of(ana)))["data"]["me"]
    assert (me["id"], me["email"]) == (global_id("User", ana.id), ana.email)


async def test_people_are_seen_again_by_themselves_and_administrators_only(ask: Ask) -> None:
    ana, ben, admin = await make_customer(), await make_customer("Ben"), await make_staff(Role.ADMIN)
    query = "query ($id: ID!) { node(id: $id) { ... on User { name email bookings { totalCount } } } }"
    seen = {"name": "Ana", "email": ana.email, "bookings": {"totalCount": 0}}
    wanted = global_id("User", ana.id)
    assert (await ask(query, actor_of(ana), id=wanted))["data"]["node"] == seen
    assert (await ask(query, actor_of(admin), id=wanted))["data"]["node"] == seen
    for stranger in (actor_of(ben), actor_of(await make_staff(Role.MANAGER)), Actor.anonymous()):
        assert await ask(query, stranger, id=wanted) == {"data": {"node": None}, "codes": []}


@pytest.mark.parametrize(("first", "codes"), [(0, []), (100, []), (-1, ["BAD_USER_INPUT"]), (101, ["BAD_USER_INPUT"])])
async def test_ones_bookings_come_in_pages(ask: Ask, first: int, codes: list[str]) -> None:
    ana = await make_customer()
    query = "query ($first: Int) { me { bookings(first: $first) { nodes { id } } } }"
    assert (await ask(query, actor_of(ana), first=first))["codes"] == codes
