"""Sharing one execution among many changes nothing of what each is told."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings, strategies as st

from domain.seat_maps import SeatMap, SeatMapChange
from schema.audience import Audience
from subscriptions.watching import Moment
from tests.schema.viewing import EMPTY, Person, Shown, World, plain, settle, true_map

pytestmark = pytest.mark.once


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(["join", "return", "change", "change", "leave"]), max_size=25))
def test_shared_and_alone_everybody_is_told_the_same(seed: int, story: list[str]) -> None:
    asyncio.run(compare(seed, story))


async def compare(seed: int, story: list[str]) -> None:
    world = World(chance=random.Random(seed))
    audience = Audience(world.watched(), world.payload, lambda: None)
    guard = Person()
    await audience.join(guard, world.watched())
    couples: list[tuple[Person, list[bytes]]] = []
    alone: list[asyncio.Task[None]] = []
    for event in story:
        if event == "change":
            world.change()
        elif event == "leave" and couples:
            person, _ = couples[-1]
            audience.leave(person)
            alone[-1].cancel()
            del couples[-1], alone[-1]
        elif event != "leave":
            after = world.chance.randrange(-1, world.seat_map.version + 2) if event == "return" else None
            person, heard = Person(), list[bytes]()
            alone.append(asyncio.create_task(plain(world, after, heard)))
            await audience.join(person, world.watched(after))
            couples.append((person, heard))
        await settle()
    for person, heard in couples:
        assert person.heard == heard
    for task in alone:
        task.cancel()
    audience.leave(guard)


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**32))
def test_through_a_storm_of_comings_and_stoppages_every_map_is_right(seed: int) -> None:
    asyncio.run(rage(seed))


async def rage(seed: int) -> None:
    world = World(chance=(chance := random.Random(seed)))
    audience = Audience(world.watched(), world.payload, lambda: None)
    people = [Person(slow=chance.random() < 0.2) for _ in range(6)]
    begun: dict[Person, SeatMap] = {}
    joining = []
    for step in range(1 + chance.randrange(40)):
        if step % 4 == 0 and len(begun) < len(people):
            person = people[len(begun)]
            begun[person] = world.seat_map if chance.random() < 0.5 else EMPTY
            watched = world.watched(begun[person].version if chance.random() < 0.7 else None)
            joining.append(asyncio.create_task(audience.join(person, watched)))
        elif chance.random() < 0.6:
            world.change()
        else:
            person = chance.choice(people)
            person.hurry() if person.slow else setattr(person, "slow", True)
        await world.pause()
    await asyncio.gather(*joining)
    for person in people:
        person.hurry()
    await settle()
    for person, first in begun.items():
        assert person.map(first) == true_map(world)
    for person in begun:
        audience.leave(person)
    await settle()
    assert world.inboxes == set()


@pytest.fixture
def world() -> World:
    return World(chance=random.Random(7))


@pytest.fixture
async def audience(world: World) -> AsyncIterator[Audience[Shown]]:
    yield Audience(world.watched(), world.payload, lambda: None)
    await settle()


@pytest.fixture
def people() -> list[Person]:
    return [Person() for _ in range(1_000)]


async def test_a_thousand_come_at_once_and_see_one_change(
    world: World, audience: Audience[Shown], people: list[Person]
) -> None:
    world.change()
    await settle()
    world.executed.clear()
    await asyncio.gather(*(audience.join(person, world.watched()) for person in people))
    assert [type(item) for item in world.executed] == [SeatMap]
    world.change()
    await settle()
    assert [type(item) for item in world.executed] == [SeatMap, SeatMapChange]
    assert {person.map().__repr__() for person in people} == {true_map(world).__repr__()}


async def test_the_slow_are_told_what_they_missed_as_one_change_and_keep_nobody_waiting(
    world: World, audience: Audience[Shown]
) -> None:
    quick, slow = Person(), Person()
    for person in (quick, slow):
        await audience.join(person, world.watched())
    slow.slow = True
    for _ in range(20):
        world.change()
        await settle()
    assert (len(quick.heard), len(slow.heard), len(slow.ready)) == (21, 1, 1)
    slow.hurry()
    await settle()
    assert [orjson.loads(each)["version"] for each in slow.heard] == [0, 20]
    assert orjson.loads(slow.heard[1])["since"] == 0
    world.change()
    await settle()
    assert quick.heard[-1] is slow.heard[-1], "on the shared path again"


async def test_who_is_slow_from_the_start_gets_the_whole_map_in_the_end(
    world: World, audience: Audience[Shown]
) -> None:
    slow = Person(slow=True)
    await audience.join(slow, world.watched())
    world.change()
    await settle()
    slow.hurry()
    await settle()
    assert [orjson.loads(each)["version"] for each in slow.heard] == [1]
    assert slow.map() == true_map(world)


async def test_the_last_to_leave_ends_it(world: World) -> None:
    ends: list[str] = []
    audience = Audience(world.watched(), world.payload, lambda: ends.append("over"))
    one, other = Person(), Person()
    for person in (one, other):
        await audience.join(person, world.watched())
    audience.leave(one)
    await settle()
    assert (len(world.inboxes), ends) == (1, [])
    audience.leave(other)
    await settle()
    assert (len(world.inboxes), ends, audience.ended) == (0, ["over"], True)


async def test_who_leaves_while_the_beginning_is_made_hears_nothing(world: World, audience: Audience[Shown]) -> None:
    guard, person = Person(), Person()
    await audience.join(guard, world.watched())
    slowly = asyncio.Event()
    making, audience._make_payload = audience._make_payload, lambda item: slowly.wait()
    world.seat_map = replace(world.seat_map)
    joining = asyncio.create_task(audience.join(person, world.watched()))
    await settle()
    audience.leave(person)
    slowly.set()
    await joining
    audience._make_payload = making
    world.change()
    await settle()
    assert (person.heard, len(audience), len(guard.heard)) == ([], 1, 2)


@pytest.mark.parametrize("broken", ["payload", "changes"])
async def test_a_stream_that_breaks_ends_for_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    audience = Audience(world.watched(), world.payload, lambda: None)
    people = [Person(), Person()]
    for person in people:
        await audience.join(person, world.watched())

    async def fail(*_: object) -> bytes:
        raise RuntimeError("broken")

    if broken == "payload":
        audience._make_payload = fail
        world.change()
    else:
        for inbox in world.inboxes:
            monkeypatch.setattr(inbox, "_waiting", "nonsense")
            inbox._changed.set()
    await settle()
    assert [person.finished for person in people] == [True, True]
    assert audience.ended


async def test_a_stream_that_cannot_be_opened_lets_nobody_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = world.watched()

    @asynccontextmanager
    async def closed() -> AsyncIterator[AsyncIterator[Moment[Shown]]]:
        raise ConnectionError("Nobody is there.")
        yield

    monkeypatch.setattr(watched, "changes", closed)
    audience = Audience(watched, world.payload, lambda: None)
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(audience.join(Person(), world.watched()), 5)
    assert audience.ended
    assert len(audience) == 0


async def test_a_beginning_that_fails_is_the_joiner_s_own(world: World, audience: Audience[Shown]) -> None:
    guard = Person()
    await audience.join(guard, world.watched())
    original = audience._make_payload

    async def fail(item: Shown) -> bytes:
        raise RuntimeError("broken")

    world.seat_map = replace(world.seat_map)
    audience._make_payload = fail
    with pytest.raises(RuntimeError):
        await audience.join(Person(), world.watched())
    audience._make_payload = original
    world.change()
    await settle()
    assert (len(audience), len(guard.heard)) == (1, 2)
