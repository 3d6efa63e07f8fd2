"""Redis may die, freeze or lose things: sales go on, and every map is right again."""

import asyncio
import time

import pytest

from tests.journeys.conftest import OpenHouse
from tests.journeys.people import a_customer
from tests.journeys.storm import at_rest, customers, gather_viewers, rage, stop
from tests.journeys.test_live_storm import STORMY
from tests.services import ValkeyServer, free_port


@pytest.fixture(autouse=True)
def only_where_there_are_two_servers(backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("One process of SQLite needs no Redis; tests/subscriptions has the wire itself.")


async def test_killed_for_two_seconds_in_the_middle(start_house: OpenHouse, valkey_server: ValkeyServer) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url, **STORMY)
    viewers, tasks = await gather_viewers(house, 50)
    people = await customers(house, 8)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=7))
    await asyncio.sleep(1.5)
    valkey_server.kill()
    await asyncio.sleep(2)
    valkey_server.start()
    took = sorted(await raging)
    await at_rest(house, viewers)
    assert took[int(len(took) * 0.99)] < 1.0
    await stop(tasks)


async def test_frozen_for_five_seconds_delays_no_hold(start_house: OpenHouse, valkey_server: ValkeyServer) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url, **STORMY)
    viewers, tasks = await gather_viewers(house, 20)
    people = await customers(house, 8)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=7))
    await asyncio.sleep(1)
    valkey_server.pause()
    await asyncio.sleep(5)
    valkey_server.resume()
    took = sorted(await raging)
    await at_rest(house, viewers)
    assert took[int(len(took) * 0.99)] < 1.0
    await stop(tasks)


async def test_without_redis_from_the_start_a_change_on_one_server_is_on_the_other_s_maps_in_two_seconds(
    start_house: OpenHouse,
) -> None:
    house = await start_house(servers=2, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    viewers, tasks = await gather_viewers(house, 6)
    ana = await a_customer(house.servers[0])
    for seat in ("A1", "B2", "C3"):
        hold = await ana.hold(house.showtimes[0], [seat])
        held_at = time.monotonic()
        while any(viewer.seats[seat] != "HELD" for viewer in viewers):
            assert time.monotonic() - held_at < 2.0, "reconcile is late"
            await asyncio.sleep(0.02)
        await ana.release(hold["id"])
    await asyncio.sleep(2)
    await at_rest(house, viewers)
    await stop(tasks)
