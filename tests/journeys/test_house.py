"""The manager's desk: viewers at all servers, counted as long as they are there, however they go."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from domain.access import Role
from tests.journeys.house import House, OpenHouse
from tests.journeys.people import Person, a_customer
from tests.journeys.staff import employed
from tests.journeys.viewers import Viewer, socket, subscribe

NOW = """subscription { houseNow {
  viewers holds heldSeats showtimes { viewers heldSeats bookedSeats showtime { id movie { title } } } } }"""
VIEWERS = 12


async def a_manager(house: House, database_url: str) -> Person:
    """Somebody who may read reports."""
    return await employed(await a_customer(house.server), Role.MANAGER, database_url)


@contextlib.asynccontextmanager
async def desk(house: House, manager: Person, server: int) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The house as one of the servers tells it."""
    async with socket(house.servers[server % len(house.servers)], manager.token) as connection:
        yield subscribe(connection, NOW, {})


async def until(events: AsyncIterator[dict[str, Any]], **wanted: int) -> dict[str, Any]:
    """The first event with these numbers."""
    async with asyncio.timeout(15):
        async for event in events:
            now: dict[str, Any] = event["data"]["houseNow"]
            if {name: now[name] for name in wanted} == wanted:
                return now
    raise AssertionError("the stream ended")


async def watch(house: House, count: int) -> list[asyncio.Task[None]]:
    """Viewers of two showtimes, spread over the servers."""
    people = [Viewer(house.servers[n % len(house.servers)], house.showtimes[n % 2]) for n in range(count)]
    tasks = [asyncio.create_task(person.watch()) for person in people]
    await asyncio.gather(*(asyncio.wait_for(person.joined.wait(), 15) for person in people))
    return tasks


async def gone(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_the_desk_counts_everybody_at_all_servers(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house(showtimes=2, servers=2, HOUSE_NOW_SECONDS="0.2")
    manager = await a_manager(house, database_url)
    async with desk(house, manager, 0) as here, desk(house, manager, 1) as there:
        tasks = await watch(house, VIEWERS)
        for events in (here, there):
            now = await until(events, viewers=VIEWERS)
            assert [each["viewers"] for each in now["showtimes"]] == [VIEWERS // 2] * 2
        ben = await a_customer(house.server)
        await ben.buy(house.showtimes[0], ["B1"])
        await ben.hold(house.showtimes[1], ["A1", "A2"])
        for events in (here, there):
            now = await until(events, holds=1, heldSeats=2)
            seats = {each["showtime"]["id"]: (each["heldSeats"], each["bookedSeats"]) for each in now["showtimes"]}
            assert seats == {house.showtimes[0]: (0, 1), house.showtimes[1]: (2, 0)}
        await gone(tasks[: VIEWERS // 2])
        for events in (here, there):
            await until(events, viewers=VIEWERS // 2)
        await gone(tasks[VIEWERS // 2 :])
        for events in (here, there):
            await until(events, viewers=0)


async def test_who_is_torn_away_leaves_nothing_behind(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house(HOUSE_NOW_SECONDS="0.2", WS_PING_SECONDS="0.5", WS_PING_TIMEOUT_SECONDS="0.5")
    manager = await a_manager(house, database_url)
    async with desk(house, manager, 0) as events, contextlib.AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(socket(house.server)) for _ in range(4)]
        query = "subscription ($id: ID!) { seatMap(showtimeId: $id) { __typename } }"
        for connection in connections:
            await anext(subscribe(connection, query, {"id": house.showtimes[0]}))
        await until(events, viewers=4)
        connections[0].transport.abort()  # no close frame, no end of the stream of bytes
        connections[1].transport.pause_reading()  # half open: nothing is answered any more
        await until(events, viewers=2)
        connections[1].transport.abort()


async def test_a_server_that_is_killed_takes_its_viewers_with_it(
    start_house: OpenHouse, database_url: str, backend: str
) -> None:
    house = await start_house(showtimes=2, servers=2, HOUSE_NOW_SECONDS="0.2")
    if backend == "sqlite":
        return  # one server has nobody to outlive it
    manager = await a_manager(house, database_url)
    async with desk(house, manager, 0) as events:
        tasks = await watch(house, VIEWERS)
        await until(events, viewers=VIEWERS)
        await house.servers[1].kill()
        await until(events, viewers=VIEWERS // 2)
        await gone(tasks)
        await until(events, viewers=0)
