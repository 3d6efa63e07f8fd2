"""A machine whose clock is ten minutes wrong sells like the others."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.house import open_house
from tests.journeys.people import Person, a_customer, map_of, states
from tests.servers import StartServer

SKEWED = str(Path(__file__).with_name("skewed_server.py"))
LIST = "{ showtimes(first: 1) { nodes { id } } }"


@pytest.mark.parametrize("skew", [600, -600])
async def test_nothing_is_released_early_and_nothing_is_held_for_ever(
    database_url: str, live_url: str, start_server: StartServer, backend: str, skew: int
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite serves one process: there is only one clock.")
    await open_house(database_url, 1)
    env = {"HOLD_MINUTES": "0.1"}
    async with (
        start_server(database_url=database_url, redis_url=live_url, env=env) as right,
        start_server(database_url=database_url, redis_url=live_url, env=env, arguments=[SKEWED, str(skew)]) as wrong,
    ):
        showtime = (await Person(right).ask(LIST))["showtimes"]["nodes"][0]["id"]
        ana, ben = await a_customer(right), await a_customer(wrong)
        one, other = await ana.hold(showtime, ["A1"]), await ben.hold(showtime, ["B1"])
        for hold in (one, other):
            left = datetime.fromisoformat(hold["expiresAt"]) - datetime.now(UTC)
            assert timedelta(seconds=4) < left < timedelta(seconds=6.5)
        await asyncio.sleep(2)
        for server in (right, wrong):
            seen = states(await map_of(server, showtime))
            assert (seen["A1"], seen["B1"]) == ("HELD", "HELD")
        await asyncio.sleep(6)
        for server in (right, wrong):
            seen = states(await map_of(server, showtime))
            assert (seen["A1"], seen["B1"]) == ("AVAILABLE", "AVAILABLE")
        ben.server = right
        assert (await ben.ask("{ me { id } }"))["me"]["id"] == ben.id
