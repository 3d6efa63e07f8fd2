"""What the audit log looks like to clients: names by loaders, subjects as far as they may be seen, a feed as it grows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.connection import get_connections

from domain.access import Actor, Role
from domain.traces import Trace
from resolvers import movies, subjects, venues
from resolvers.unit_of_work import unit_of_work
from schema.ids import global_id
from schema.node import _READERS
from subscriptions import audit_feed
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.sale import open_sale
from tests.factories.users import actor_of, make_customer, make_staff
from tests.factories.venues import make_venue
from tests.schema.asking import Asker, asker, codes

LOG = """query ($filter: AuditLogFilter, $first: Int) { auditLog(filter: $filter, first: $first) { totalCount nodes {
  id action address subjectKind subjectId venue { name } who { name email } servedCustomer { name }
  subject { __typename id } changes { name before after } } } }"""
ACTIVITY = "query ($filter: StaffActivityFilter) { staffActivity(filter: $filter) { count user { name } actions { action count } } }"
FEED = "subscription ($filter: AuditLogFilter) { auditFeed(filter: $filter) { action who { name } subject { id } } }"


@dataclass(frozen=True)
class World:
    """An administrator, and a way to ask."""

    admin: Actor
    ask: Asker

    async def log(self, actor: Actor | None = None, first: int = 20, **filter: object) -> list[dict[str, Any]]:
        answer = await self.ask(LOG, actor or self.admin, filter=filter, first=first)
        assert "errors" not in answer, answer
        return list(answer["data"]["auditLog"]["nodes"])


@pytest.fixture
async def world(database: Database) -> World:
    admin = actor_of(await make_staff(Role.ADMIN, name="Ada"))
    return World(Actor(admin.user_id, admin.roles, address="192.0.2.44"), asker(database.settings))


async def trace(actor: Actor, *traces: Trace) -> None:
    async with unit_of_work() as work:
        for each in traces:
            await work.record(actor, each)


async def test_an_entry_tells_who_did_what_to_what(world: World) -> None:
    movie = await make_movie("Dawn")
    await movies.edit(world.admin, movie.id, {"age_restriction": 16, "genres": ["Drama", "War"]})
    [entry] = await world.log()
    id = global_id("Movie", movie.id)
    assert entry == {
        "id": entry["id"],
        "action": "UPDATE_MOVIE",
        "address": "192.0.2.44",
        "subjectKind": "Movie",
        "subjectId": id,
        "venue": None,
        "who": {"name": "Ada", "email": entry["who"]["email"]},
        "servedCustomer": None,
        "subject": {"__typename": "Movie", "id": id},
        "changes": [
            {"name": "genres", "before": None, "after": "Drama, War"},
            {"name": "ageRestriction", "before": None, "after": "16"},
        ],
    }
    again = await world.ask("query ($id: ID!) { node(id: $id) { __typename id } }", world.admin, id=entry["id"])
    assert again == {"data": {"node": {"__typename": "AuditEntry", "id": entry["id"]}}}


async def test_money_is_told_with_its_currency_and_what_is_gone_is_null(world: World) -> None:
    movie = await make_movie("Dusk")
    await movies.delete(world.admin, movie.id)
    [gone] = await world.log(subjectId=global_id("Movie", movie.id))
    assert (gone["subject"], gone["subjectId"]) == (None, global_id("Movie", movie.id))
    venue = await make_venue(currency="INR")
    wanted = venues.WantedTerms("30.00", "GST", "18")
    await venues.set_price_terms(world.admin, venue.id, wanted)
    [terms] = await world.log(venueId=global_id("Venue", venue.id))
    told = {each["name"]: (each["before"], each["after"]) for each in terms["changes"]}
    assert told == {
        "bookingFeeMinor": ("0", "3000"),
        "currency": ("INR", "INR"),
        "taxName": (None, "GST"),
        "taxPercent": ("0", "18"),
    }
    assert terms["venue"] == {"name": venue.name}


async def test_a_manager_sees_names_but_no_addresses_and_only_their_venues(world: World) -> None:
    venue, other = await make_venue(), await make_venue()
    for each in (venue, other):
        await trace(world.admin, Trace("DO", "Venue", each.id, each.id))
    manager = Actor((await make_staff(Role.MANAGER)).id, frozenset({Role.MANAGER}), venues=frozenset({venue.id}))
    [entry] = await world.log(manager)
    assert (entry["venue"]["name"], entry["who"]) == (venue.name, {"name": "Ada", "email": None})
    for who in (actor_of(await make_customer()), actor_of(await make_staff(Role.STAFF))):
        assert codes(await world.ask(LOG, who)) == ["FORBIDDEN"]
    assert codes(await world.ask(LOG)) == ["UNAUTHENTICATED"]


async def test_subjects_are_looked_up_as_nodes_are(world: World) -> None:
    assert set(subjects.ROWS) == set(_READERS) - {
        "AuditEntry",
        "ActiveSession",
    }  # which its owner sees, and nobody else
    ana = await make_customer("Ana")
    sale = await open_sale(world.ask.adapters.settings)
    hold = await sale.hold("A1")
    await trace(
        world.admin, Trace("SEE", "User", ana.id), Trace("SEE", "Hold", hold.id), Trace("SEE", "Session", ana.id)
    )
    seen = [entry["subject"] for entry in await world.log()]
    assert seen == [None, None, {"__typename": "User", "id": global_id("User", ana.id)}]


@pytest.mark.parametrize("text", ["nobody", "\0", "\ud800", "", "x" * 500])
async def test_what_no_entry_has_is_not_found(world: World, text: str) -> None:
    await trace(world.admin, Trace("DO", "Movie", uuid4()))
    for name in ("action", "address", "userId", "servedId", "subjectId", "venueId"):
        answer = await world.ask(LOG, world.admin, filter={name: text})
        assert codes(answer) in ([], ["BAD_USER_INPUT"]), answer
        if not codes(answer):
            assert answer["data"]["auditLog"] == {"totalCount": 0, "nodes": []}


async def test_a_page_asks_the_database_as_often_as_an_entry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [actor_of(await make_staff(name=f"Sam{number}")) for number in range(5)]
    for number in range(20):
        movie, venue = await make_movie(f"Film {number}"), await make_venue()
        who = people[number % 5]
        served = Actor(people[number % 4].user_id, served_by=who.user_id)
        await trace(served, Trace("DO", ("Movie", "Venue")[number % 2], (movie, venue)[number % 2].id, venue.id))
    asked: list[str] = []
    count_statements(monkeypatch, asked)
    assert len(await world.log(first=2)) == 2
    few = len(asked)
    asked.clear()
    assert len(await world.log(first=20)) == 20
    assert len(asked) == few <= 6  # the page, its count, people, venues, and the two kinds of subjects


def count_statements(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    """Note every statement that Tortoise sends for a read."""
    client = get_connections().get("default")
    real: Callable[..., Awaitable[Any]] = client.execute_query

    async def noting(statement: str, *values: Any) -> Any:
        asked.append(statement)
        return await real(statement, *values)

    monkeypatch.setattr(client, "execute_query", noting)


async def test_activity_names_people(world: World) -> None:
    sam = actor_of(await make_staff(name="Sam"))
    await trace(sam, Trace("SELL", "Booking", uuid4()), Trace("SELL", "Booking", uuid4()))
    answer = await world.ask(ACTIVITY, world.admin, filter=None)
    assert answer["data"]["staffActivity"] == [
        {"count": 2, "user": {"name": "Sam"}, "actions": [{"action": "SELL", "count": 2}]}
    ]
    nobody = await world.ask(ACTIVITY, world.admin, filter={"userId": "x"})
    assert nobody["data"]["staffActivity"] == []
    turned = {"since": "2026-11-21T00:00:00Z", "until": "2026-11-20T00:00:00Z"}
    assert codes(await world.ask(ACTIVITY, world.admin, filter=turned)) == ["BAD_USER_INPUT"]


async def test_the_feed_tells_what_its_watcher_may_read(world: World) -> None:
    venue, other = await make_venue(), await make_venue()
    manager = Actor((await make_staff(Role.MANAGER)).id, frozenset({Role.MANAGER}), venues=frozenset({venue.id}))
    seen: dict[str, list[Any]] = {"everything": [], "here": [], "sold": []}

    async def watch(name: str, actor: Actor, filter: dict[str, Any]) -> None:
        async for event in world.ask.watch(FEED, actor, filter=filter):
            seen[name].append(event["data"]["auditFeed"]["action"])
            assert event["data"]["auditFeed"]["who"] == {"name": "Ada"}

    watchers = [
        asyncio.create_task(watch("everything", world.admin, {})),
        asyncio.create_task(watch("here", manager, {})),
        asyncio.create_task(watch("sold", world.admin, {"action": "SELL"})),
    ]
    async with asyncio.timeout(10):
        while not any(feed._seen >= 0 for feed in audit_feed._feeds.values()):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)  # until they know where the log is
    await trace(world.admin, Trace("SELL", "Venue", venue.id, venue.id), Trace("MOVE", "Venue", other.id, other.id))
    await trace(world.admin, Trace("SELL", "Venue", other.id, other.id), Trace("KEEP", "Movie", UUID(int=1)))
    async with asyncio.timeout(10):
        while len(seen["everything"]) < 4:  # noqa: ASYNC110 - a list knows no event
            await asyncio.sleep(0.01)
    assert seen == {"everything": ["SELL", "MOVE", "SELL", "KEEP"], "here": ["SELL"], "sold": ["SELL", "SELL"]}
    for task in watchers:
        task.cancel()
    await asyncio.wait(watchers)
    assert audit_feed._feeds == {}
