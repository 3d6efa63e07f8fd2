"""The operations feed over several servers: whoever watches at one sees what was done at all, once and in order."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from domain.access import Role
from models.database import connect, disconnect
from models.users import User
from tests.databases import settings_for
from tests.journeys.house import House, OpenHouse
from tests.journeys.people import Person, a_customer
from tests.journeys.viewers import socket, subscribe

FEED = "subscription { auditFeed { id action who { id } } }"
LOG = """query ($after: String) { auditLog(first: 100, after: $after) {
  nodes { id action who { id } address } pageInfo { endCursor hasNextPage } } }"""
BUYERS = 6


async def an_administrator(house: House, database_url: str) -> Person:
    person = await a_customer(house.server)
    await connect(settings_for(database_url))
    await User.all().order_by("-created_at").first().update(role_names=[Role.ADMIN.value])
    await disconnect()
    await asyncio.sleep(2)  # for as long a role may be remembered
    return person


async def watch(house: House, person: Person, server: int, seen: list[Any]) -> None:
    async with socket(house.servers[server % len(house.servers)], person.token) as connection:
        async for event in subscribe(connection, FEED, {}):
            seen.append(event["data"]["auditFeed"])  # noqa: PERF401 - who waits for them looks into the list


async def whole_log(person: Person) -> list[Any]:
    """Everything, the oldest first."""
    entries: list[Any] = []
    after = None
    while True:
        page = (await person.ask(LOG, after=after))["auditLog"]
        entries += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return entries[::-1]


async def trade(buyer: Person, showtime: str, seats: list[str]) -> None:
    """Book and think better of it."""
    booking = await buyer.book((await buyer.hold(showtime, seats))["id"])
    assert (await buyer.cancel(booking["id"]))["status"] == "CANCELLED"


def seats(row: int) -> list[str]:
    return [f"{'ABCDEFGH'[row]}{seat}" for seat in (1, 2)]


async def test_every_watcher_sees_what_is_done_anywhere(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house(servers=2)
    admin = await an_administrator(house, database_url)
    seen: list[list[Any]] = [[], []]
    async with AsyncExitStack() as stack:
        for number, each in enumerate(seen):
            task = asyncio.create_task(watch(house, admin, number, each))
            stack.callback(task.cancel)
        buyers = [await a_customer(house.servers[number % len(house.servers)]) for number in range(BUYERS)]
        for seat in range(1, 20):  # until each watcher has found where the log is
            await trade(buyers[0], house.showtimes[0], [f"J{seat}"])
            await asyncio.sleep(0.3)
            if all(seen):
                break
        await asyncio.gather(*(trade(each, house.showtimes[0], seats(row)) for row, each in enumerate(buyers)))
        log = await whole_log(admin)
        assert [entry["action"] for entry in log].count("CANCEL_BOOKING") > BUYERS
        assert {entry["address"] for entry in log} <= {None, "127.0.0.1"}
        async with asyncio.timeout(15):
            while any(each[-1]["id"] != log[-1]["id"] for each in seen):  # noqa: ASYNC110 - a list knows no event
                await asyncio.sleep(0.1)
        ids = [entry["id"] for entry in log]
        for each in seen:
            mine = [entry["id"] for entry in each]
            assert mine == ids[ids.index(mine[0]) :]
