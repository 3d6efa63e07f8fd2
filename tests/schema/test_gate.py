"""A gate: whoever does not hold the permission is turned away before anything is done."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import strawberry

from adapters import adapters_from
from domain.access import PERMISSIONS, Actor, Permission, Role
from resolvers.sessions import Device
from schema.context import Context
from schema.execution import GuardedSchema
from schema.gate import gate, public
from schema.loaders import Loaders
from tests.databases import settings_for

pytestmark = pytest.mark.once

done: list[str] = []


@strawberry.type
class Query:
    @strawberry.field(extensions=[gate(Permission.MOVIE_WRITE)])
    def at_once(self) -> bool:
        done.append("atOnce")
        return True

    @strawberry.field(extensions=[gate(Permission.MOVIE_WRITE)])
    async def later(self) -> bool:
        done.append("later")
        return True

    @strawberry.field(extensions=[public()])
    async def open(self) -> bool:
        return True


@strawberry.type
class Mutation:
    @strawberry.mutation(extensions=[gate(Permission.MOVIE_WRITE)])
    async def write(self) -> bool:
        done.append("write")
        return True


@strawberry.type
class Subscription:
    @strawberry.subscription(extensions=[gate(Permission.MOVIE_WRITE)])
    async def watch(self) -> AsyncIterator[bool]:
        done.append("watch")
        yield True

    @strawberry.subscription(extensions=[public()])
    async def look(self) -> AsyncIterator[bool]:
        yield True


FIELDS = {
    "atOnce": "{ atOnce }",
    "later": "{ later }",
    "write": "mutation { write }",
    "watch": "subscription { watch }",
}


@pytest.fixture
def toy() -> GuardedSchema:
    done.clear()
    return GuardedSchema(settings_for("sqlite://unused"), query=Query, mutation=Mutation, subscription=Subscription)


async def codes_of(schema: GuardedSchema, document: str, actor: Actor) -> list[str]:
    settings = settings_for("sqlite://unused")
    context = Context(actor, adapters_from(settings), "request", None, Device("", "192.0.2.9"), Loaders())
    results = [result async for result in await schema.stream(document, {}, context)]
    assert len(results) == 1
    return [error.extensions["code"] for error in results[0].errors or []]


def acting_as(role: Role) -> Actor:
    return Actor(user_id=uuid4(), roles=frozenset({role}))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("role", Role)
async def test_only_who_holds_the_permission_gets_through(toy: GuardedSchema, field: str, role: Role) -> None:
    may = Permission.MOVIE_WRITE in PERMISSIONS[role]
    assert await codes_of(toy, FIELDS[field], acting_as(role)) == ([] if may else ["FORBIDDEN"])
    assert done == ([field] if may else [])


@pytest.mark.parametrize("field", FIELDS)
async def test_nobody_gets_through_without_a_login(toy: GuardedSchema, field: str) -> None:
    assert await codes_of(toy, FIELDS[field], Actor.anonymous()) == ["UNAUTHENTICATED"]
    assert done == []


@pytest.mark.parametrize("field", FIELDS)
async def test_a_login_without_a_role_is_not_enough(toy: GuardedSchema, field: str) -> None:
    assert await codes_of(toy, FIELDS[field], Actor(user_id=uuid4())) == ["FORBIDDEN"]
    assert done == []


@pytest.mark.parametrize("document", ["{ open }", "subscription { look }"])
async def test_what_is_open_is_open_to_all(toy: GuardedSchema, document: str) -> None:
    for actor in (Actor.anonymous(), acting_as(Role.CUSTOMER), acting_as(Role.SUPER_ADMIN)):
        assert await codes_of(toy, document, actor) == []


def test_the_permission_is_in_the_sdl_once_however_many_schemas_there_are(toy: GuardedSchema) -> None:
    again = GuardedSchema(settings_for("sqlite://unused"), query=Query, mutation=Mutation, subscription=Subscription)
    for printed in (toy.as_str(), again.as_str()):
        assert printed.count('@requires(permission: "movie:write")') == len(FIELDS)
        assert "open: Boolean!\n" in printed
