"""Who shares an execution, through the real schema: the same messages as alone, and one audience for all who ask alike."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from domain.access import Actor
from resolvers import holds
from schema.audience import Audience
from schema.calls import Call
from schema.ids import global_id
from subscriptions import live
from subscriptions.bookings import BookingSource
from subscriptions.live import Live
from subscriptions.seat_maps import SeatMapSource
from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer
from tests.schema.asking import Asker, asker, codes

PLAIN = """subscription ($id: ID!, $after: Int) { seatMap(showtimeId: $id, afterVersion: $after) {
  __typename ... on SeatMap { version available seats { label state } }
  ... on SeatMapChange { since version available seats { label state } } } }"""
FRAGMENTS = """subscription Watch($id: ID!, $after: Int, $prices: Boolean = true) {
  map: seatMap(showtimeId: $id, afterVersion: $after) { ...Whole ...Part kind: __typename } }
fragment Whole on SeatMap { v: version seats { ...Seat price @include(if: $prices) { amount currency } } }
fragment Part on SeatMapChange { since v: version seats { label now: state } }
fragment Seat on Seat { label row number state }"""
DOCUMENTS = [PLAIN, FRAGMENTS]


@dataclass(eq=False)
class Member:
    heard: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, payload: bytes) -> bool:
        self.heard.append(orjson.loads(payload))
        return True

    def when_ready(self, ready: object) -> None:
        raise AssertionError("Never slow.")

    def finish(self, *, failed: bool) -> None:
        """The test is over."""


@pytest.fixture
async def ask(database: Database) -> AsyncIterator[Asker]:
    wire = Live("memory://", {"seat-map": SeatMapSource(), "booking": BookingSource()}, reconcile_seconds=0.2)
    await wire.start()
    replaced = live.current()
    live.use(wire)
    yield asker(database.settings)
    await wire.stop()
    live.use(replaced)


async def alone(ask: Asker, document: str, heard: list[dict[str, Any]], **variables: object) -> None:
    async for payload in ask.watch(document, **variables):
        heard.append(payload)  # noqa: PERF401 - a comprehension would show them only when the stream has ended


async def until(met: Any) -> None:
    async with asyncio.timeout(5):
        while not met():  # noqa: ASYNC110 - what is waited for is anything at all, and no event tells of it
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("document", DOCUMENTS, ids=["plain", "fragments"])
async def test_shared_and_alone_are_told_the_same(ask: Asker, document: str) -> None:
    await compare(ask, document, [None, 0, 2, 9, -1])


async def test_whatever_they_have_already(ask: Asker) -> None:
    chance = random.Random(7)
    for _ in range(6):
        begins = [chance.choice([None, *range(-1, 7)]) for _ in range(chance.randrange(1, 5))]
        await compare(ask, chance.choice(DOCUMENTS), begins)


async def compare(ask: Asker, document: str, begins: list[int | None]) -> None:
    ana, showtime = actor_of(await make_customer()), await make_showtime(rows=2)
    terms, id = holds.terms(ask.adapters.settings), global_id("Showtime", showtime.id)
    for _ in range(2):
        await holds.release(ana, (await holds.place(ana, showtime.id, ["A1"], terms)).id)
    couples: list[tuple[Member, list[dict[str, Any]]]] = []
    tasks, audiences = [], []
    for after in begins:
        member, heard = Member(), list[dict[str, Any]]()
        tasks.append(asyncio.create_task(alone(ask, document, heard, id=id, after=after)))
        audience = await ask.join(member, document, id=id, after=after)
        assert isinstance(audience, Audience)
        audiences.append((audience, member))
        couples.append((member, heard))
    await asyncio.sleep(0.05)
    for seats in (["B1"], ["B2", "B3"], ["A5"]):
        await holds.release(ana, (await holds.place(ana, showtime.id, seats, terms)).id)
        await asyncio.sleep(0.05)
    await until(lambda: all(len(member.heard) == len(heard) >= 6 for member, heard in couples))
    assert [member.heard for member, _ in couples] == [heard for _, heard in couples]
    assert len({audience for audience, _ in audiences}) == 1, "where one begins is no matter"
    for audience, member in audiences:
        audience.leave(member)
    for task in tasks:
        task.cancel()


async def test_other_variables_below_the_root_are_another_audience(ask: Asker) -> None:
    id = global_id("Showtime", (await make_showtime(rows=1)).id)
    with_prices, without = Member(), Member()
    one = await ask.join(with_prices, FRAGMENTS, id=id, prices=True)
    other = await ask.join(without, FRAGMENTS, id=id, prices=False)
    assert one is not other
    assert "price" in with_prices.heard[0]["data"]["map"]["seats"][0]
    assert "price" not in without.heard[0]["data"]["map"]["seats"][0]


async def test_what_is_not_there_lets_nobody_in(ask: Asker) -> None:
    for id in ("rubbish", global_id("Movie", (await make_showtime(rows=1)).movie_id)):
        refused = await ask.join(Member(), PLAIN, id=id)
        assert isinstance(refused, dict)
        assert codes(refused) == ["NOT_FOUND"]
        events = [event async for event in ask.watch(PLAIN, id=id)]
        assert events == [refused], "in the same words as to one who watches alone"
    assert live.current().health()["watchers"] == 0


@pytest.mark.parametrize(
    ("document", "is_shared"),
    [
        (PLAIN, True),
        (FRAGMENTS, True),
        ('subscription { booking(id: "x") { id } }', False),
        ("subscription { ...F } fragment F on Subscription { booking(id: 1) { id } }", False),
        ("subscription { nothing }", False),
    ],
)
async def test_only_what_says_so_is_shared(ask: Asker, document: str, is_shared: bool) -> None:
    assert ask.calls.is_shared(await ask.calls.read(Call(document, {}, None))) is is_shared


async def test_a_log_in_changes_nothing_of_what_is_shared(ask: Asker) -> None:
    id = global_id("Showtime", (await make_showtime(rows=1)).id)
    nobody, ana = Member(), Member()
    person: Actor = actor_of(await make_customer())
    assert await ask.join(nobody, PLAIN, id=id) is await ask.join(ana, PLAIN, person, id=id)
    assert nobody.heard == ana.heard
