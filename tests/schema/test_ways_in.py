"""Second factors, Google and sessions over GraphQL: what clients are told, and what they must do next."""

from typing import Any
from uuid import uuid4

import pyotp
import pytest

import clock
from domain.access import Actor, Role
from models.users import Session, User
from models.ways_in import SecondFactor
from resolvers import second_factors
from schema.ids import global_id
from tests.databases import Database
from tests.factories.users import PASSWORD, actor_of, make_customer, make_staff
from tests.schema.asking import Asker, asker, codes

LOGIN = """mutation ($input: LoginInput!) { login(input: $input) {
  __typename
  ... on Session { user { secondFactor { enabled needed recoveryCodesLeft } waysIn } }
  ... on InvalidCredentials { message secondFactorNeeded }
} }"""
START = (
    "mutation { startSecondFactor { __typename ... on NewSecondFactor { secret uri qr } ... on Problem { message } } }"
)
CONFIRM = """mutation ($code: String!) { confirmSecondFactor(input: {code: $code}) {
  __typename ... on RecoveryCodes { codes } ... on Problem { message }
} }"""
END = """mutation ($code: String!) { endSecondFactor(input: {code: $code}) {
  __typename ... on User { secondFactor { enabled } } ... on Problem { message }
} }"""
RENEW = """mutation ($code: String!) { renewRecoveryCodes(input: {code: $code}) {
  __typename ... on RecoveryCodes { codes } ... on Problem { message }
} }"""
REQUIRE = """mutation ($roles: [Role!]!) { requireSecondFactor(input: {roles: $roles}) {
  __typename ... on SecondFactorRule { roles } ... on InvalidInput { fields { path } }
} }"""
RULE = "{ secondFactorRule { roles } }"
STANDING = "{ me { secondFactor { enabled needed recoveryCodesLeft } waysIn } }"
PERSON = "query ($id: ID!) { node(id: $id) { ... on User { secondFactor { enabled } waysIn } } }"
SESSIONS = "{ sessions { id device address wayIn startedAt lastUsedAt expiresAt isCurrent } }"
END_SESSION = "mutation ($id: ID!) { endSession(input: {sessionId: $id}) }"
NODE = "query ($id: ID!) { node(id: $id) { __typename ... on ActiveSession { device isCurrent } } }"
GOOGLE = "mutation ($token: String!) { signInWithGoogle(idToken: $token) { __typename ... on Problem { message } } }"


@pytest.fixture
def ask(database: Database) -> Asker:
    return asker(database.settings)


async def root(ask: Asker, query: str, actor: Actor | None = None, **variables: object) -> Any:
    """The one root field of an answer without errors."""
    answer = await ask(query, actor, **variables)
    assert "errors" not in answer, answer
    (value,) = answer["data"].values()
    return value


async def with_password(ask: Asker) -> User:
    return await make_customer(password_hash=await ask.adapters.passwords.hash(PASSWORD))


async def test_a_second_factor_from_its_start_to_its_end(ask: Asker) -> None:
    ana = await with_password(ask)
    me, login = actor_of(ana), {"email": str(ana.email), "password": PASSWORD}
    new = await root(ask, START, me)
    code = pyotp.TOTP(new["secret"]).at(clock.now())
    assert new["uri"] == pyotp.parse_uri(new["uri"]).provisioning_uri()
    assert (await root(ask, CONFIRM, me, code="12 34"))["__typename"] == "SecondFactorRefused"
    confirmed = await root(ask, CONFIRM, me, code=code)
    assert (confirmed["__typename"], len(confirmed["codes"])) == ("RecoveryCodes", 10)
    assert (await root(ask, START, me))["message"] == "Your second factor is set up already; end it first."

    assert await root(ask, LOGIN, input=login) == {
        "__typename": "InvalidCredentials",
        "message": "Now the code of your app, or a recovery code.",
        "secondFactorNeeded": True,
    }
    wrong = await root(ask, LOGIN, input={**login, "secondFactor": code})
    assert (wrong["message"], wrong["secondFactorNeeded"]) == (
        "That is not the code of now; please wait for the next one.",
        True,
    )
    unproved = await root(ask, LOGIN, input={**login, "password": "wrong", "secondFactor": confirmed["codes"][0]})
    assert (unproved["message"], unproved["secondFactorNeeded"]) == (
        "The e-mail address or the password is wrong.",
        False,
    )
    given = await root(ask, LOGIN, input={**login, "secondFactor": confirmed["codes"][0]})
    assert given["user"]["secondFactor"] == {"enabled": True, "needed": False, "recoveryCodesLeft": 9}
    renewed = await root(ask, RENEW, me, code=confirmed["codes"][1])
    assert (await root(ask, END, me, code=confirmed["codes"][2]))["__typename"] == "SecondFactorRefused"
    assert await root(ask, END, me, code=renewed["codes"][0]) == {
        "__typename": "User",
        "secondFactor": {"enabled": False},
    }
    assert (await root(ask, LOGIN, input=login))["__typename"] == "Session"


async def test_eleven_wrong_codes_are_too_many(ask: Asker) -> None:
    ana = await with_password(ask)
    await root(ask, START, actor_of(ana))
    for _ in range(10):
        assert (await root(ask, CONFIRM, actor_of(ana), code="x"))["__typename"] == "SecondFactorRefused"
    assert codes(await ask(CONFIRM, actor_of(ana), code="x")) == ["RATE_LIMITED"]


async def test_who_owes_the_house_a_second_factor_is_told_what_to_do(ask: Asker) -> None:
    admin, manager = await make_staff(Role.ADMIN), await make_staff(Role.MANAGER)
    assert await root(ask, REQUIRE, actor_of(admin), roles=["MANAGER"]) == {
        "__typename": "SecondFactorRule",
        "roles": ["MANAGER"],
    }
    assert await root(ask, RULE, actor_of(admin)) == {"roles": ["MANAGER"]}
    assert (await root(ask, REQUIRE, actor_of(admin), roles=["CUSTOMER"]))["fields"] == [{"path": ["roles"]}]

    now = clock.now()
    session = await Session.create(created_at=now, user=manager, used_at=now, expires_at=now.replace(year=2999))
    me = await Session.owner(session.id, now)
    refused = await ask("{ payments { totalCount } }", me)
    assert [(error["extensions"]["code"], error["message"]) for error in refused["errors"]] == [
        ("FORBIDDEN", "Set up your second factor first: the house requires one of your role.")
    ]
    beyond = await ask("{ auditReport { clean } }", me)
    assert [error["message"] for error in beyond["errors"]] == ["Your role does not allow this."]
    assert await root(ask, STANDING, me) == {
        "secondFactor": {"enabled": False, "needed": True, "recoveryCodesLeft": 0},
        "waysIn": [],
    }
    secret = (await root(ask, START, me))["secret"]
    await root(ask, CONFIRM, me, code=pyotp.TOTP(secret).at(clock.now()))
    whole = await Session.owner(session.id, clock.now())
    assert await root(ask, "{ payments { totalCount } }", whole) == {"totalCount": 0}


async def test_how_somebody_logs_in_is_theirs_to_know_and_the_administrators(ask: Asker) -> None:
    ana, ben = await with_password(ask), await make_customer("Ben")
    await second_factors.start(actor_of(ana), ask.adapters)
    known = {"secondFactor": {"enabled": False}, "waysIn": ["PASSWORD"]}
    wanted = global_id("User", ana.id)
    for who in (ana, await make_staff(Role.ADMIN)):
        assert await root(ask, PERSON, actor_of(who), id=wanted) == known
    for stranger in (actor_of(ben), actor_of(await make_staff(Role.MANAGER)), Actor.anonymous()):
        assert await root(ask, PERSON, stranger, id=wanted) is None


async def test_people_see_and_end_their_sessions(ask: Asker) -> None:
    ana, ben = await make_customer(), await make_customer("Ben")
    now = clock.now()
    facts = {"created_at": now, "used_at": now, "expires_at": now.replace(year=2999), "address": "192.0.2.8"}
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"
    here, there = [await Session.create(user=ana, device=agent, **facts) for _ in range(2)]
    me = await Session.owner(here.id, now)
    shown = {each["id"]: each for each in await root(ask, SESSIONS, me)}
    assert set(shown) == {global_id("ActiveSession", each.id) for each in (here, there)}
    assert shown[global_id("ActiveSession", here.id)] == {
        "id": global_id("ActiveSession", here.id),
        "device": "Firefox on Linux",
        "address": "192.0.2.8",
        "wayIn": "PASSWORD",
        "startedAt": now.isoformat(),
        "lastUsedAt": now.isoformat(),
        "expiresAt": now.replace(year=2999).isoformat(),
        "isCurrent": True,
    }
    other = global_id("ActiveSession", there.id)
    assert await root(ask, NODE, me, id=other) == {
        "__typename": "ActiveSession",
        "device": "Firefox on Linux",
        "isCurrent": False,
    }
    for stranger in (actor_of(ben), actor_of(await make_staff(Role.ADMIN))):
        assert await root(ask, NODE, stranger, id=other) is None
        assert codes(await ask(END_SESSION, stranger, id=other)) == ["NOT_FOUND"]
    for id in ("x", global_id("ActiveSession", uuid4()), global_id("User", ana.id)):
        assert codes(await ask(END_SESSION, me, id=id)) == ["NOT_FOUND"]
    assert await Session.filter(ended_at=None).count() == 2
    assert [await root(ask, END_SESSION, me, id=other) for _ in range(2)] == [True, True]
    assert await root(ask, NODE, me, id=other) is None
    assert await root(ask, "mutation { endOtherSessions }", me) == 0
    assert [each["isCurrent"] for each in await root(ask, SESSIONS, me)] == [True]


async def test_a_house_without_google_says_so(ask: Asker) -> None:
    assert await root(ask, GOOGLE, token="whatever") == {
        "__typename": "NotOffered",
        "message": "This house does not offer that.",
    }
    ana = await make_customer()
    assert (await root(ask, 'mutation { linkGoogle(idToken: "x") { __typename } }', actor_of(ana)))[
        "__typename"
    ] == "NotOffered"
    assert (await root(ask, "mutation { unlinkGoogle { __typename } }", actor_of(ana)))["__typename"] == "User"
    assert await SecondFactor.all().count() == 0
