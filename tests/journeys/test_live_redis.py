"""Redis may die, freeze or lose things: sales go on, and every map is right again."""

import asyncio
import time
from collections.abc import Sequence

import pytest
import redis

from tests.journeys.house import House, OpenHouse
from tests.journeys.people import Answer, a_customer, map_of
from tests.journeys.storm import at_rest, customers, gather_viewers, rage, stop
from tests.journeys.test_live_storm import STORMY
from tests.journeys.viewers import Viewer
from tests.services import free_port
from tests.valkey import ValkeyServer

HEALED_SECONDS = 3.0
PROMPT_SECONDS = 1.5  # below what Redis is away; the machine may be busy with other tests


@pytest.fixture(autouse=True)
def only_where_there_are_two_servers(backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("One process of SQLite needs no Redis; tests/subscriptions has the wire itself.")


def nearly_the_slowest(took: Sequence[float]) -> float:
    """What 99 of 100 calls did not exceed."""
    assert len(took) > 20, "too few calls to say anything"
    return sorted(took)[int(len(took) * 0.99)]


def tell(valkey: ValkeyServer, *command: str) -> object:
    """Say something to Valkey as its operator would."""
    with redis.Redis.from_url(valkey.url, socket_timeout=2) as client:
        return client.execute_command(*command)


async def all_reach(viewers: Sequence[Viewer], version: int, seconds: float) -> None:
    """Wait until nobody's map is older than this version."""
    deadline = time.monotonic() + seconds
    while late := [viewer.version for viewer in viewers if viewer.version is None or viewer.version < version]:
        assert time.monotonic() < deadline, f"{len(late)} maps are still at {sorted(set(late), key=str)}, not {version}"
        await asyncio.sleep(0.02)


async def healed(house: House, viewers: Sequence[Viewer]) -> None:
    """Redis is back: whatever has happened until now is soon on every map, though the storm goes on."""
    await all_reach(viewers, (await map_of(house.server, house.showtimes[0]))["version"], HEALED_SECONDS)


async def test_killed_for_two_seconds_in_the_middle(start_house: OpenHouse, valkey_server: ValkeyServer) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url, **STORMY)
    viewers, tasks = await gather_viewers(house, 50)
    people = await customers(house, 8)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=5))
    await asyncio.sleep(1)
    valkey_server.kill()
    await asyncio.sleep(2)
    valkey_server.start()
    await healed(house, viewers)
    took = await raging
    await at_rest(house, viewers)
    assert nearly_the_slowest(took) < PROMPT_SECONDS
    assert {viewer.snapshots for viewer in viewers} == {1}, "what was missed is told as changes"
    await stop(tasks)


async def test_frozen_for_five_seconds_delays_no_hold(start_house: OpenHouse, valkey_server: ValkeyServer) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url, **STORMY)
    viewers, tasks = await gather_viewers(house, 20)
    people = await customers(house, 8)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=6.5))
    await asyncio.sleep(0.5)
    valkey_server.pause()
    await asyncio.sleep(5)
    valkey_server.resume()
    await healed(house, viewers)
    took = await raging
    await at_rest(house, viewers)
    assert nearly_the_slowest(took) < PROMPT_SECONDS
    await stop(tasks)


async def test_connections_that_are_cut_again_and_again(start_house: OpenHouse, valkey_server: ValkeyServer) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url, **STORMY)
    viewers, tasks = await gather_viewers(house, 20)
    people = await customers(house, 6)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=3))
    cut = 0
    while not raging.done():
        await asyncio.sleep(0.4)
        for kind in ("pubsub", "normal"):
            cut += int(str(await asyncio.to_thread(tell, valkey_server, "CLIENT", "KILL", "TYPE", kind)))
    took = await raging
    await at_rest(house, viewers)
    assert cut >= 10, "there was to be something to cut"
    assert nearly_the_slowest(took) < PROMPT_SECONDS
    await stop(tasks)


async def test_without_redis_from_the_start_a_change_on_one_server_is_on_the_other_s_maps_in_two_seconds(
    start_house: OpenHouse,
) -> None:
    house = await start_house(servers=2, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    viewers, tasks = await gather_viewers(house, 6)
    ana = await a_customer(house.servers[0])
    for seat in ("A1", "B2", "C3"):
        hold = await ana.hold(house.showtimes[0], [seat])
        await all_show(viewers, seat, "HELD", within=2.0)
        await ana.release(hold["id"])
    await all_show(viewers, "C3", "AVAILABLE", within=2.0)
    await at_rest(house, viewers)
    await stop(tasks)


async def test_without_redis_from_the_start_a_storm_is_sold_as_fast(start_house: OpenHouse) -> None:
    house = await start_house(servers=2, redis_url=f"redis://127.0.0.1:{free_port()}/0", **STORMY)
    viewers, tasks = await gather_viewers(house, 20)
    took = await rage(await customers(house, 8), house.showtimes[0], seconds=3)
    await at_rest(house, viewers)
    assert nearly_the_slowest(took) < PROMPT_SECONDS
    await stop(tasks)


async def all_show(viewers: Sequence[Viewer], seat: str, state: str, within: float) -> None:
    """Wait until everybody sees this seat in this state."""
    deadline = time.monotonic() + within
    while any(viewer.seats[seat] != state for viewer in viewers):
        assert time.monotonic() < deadline, f"{seat} is not {state} on every map after {within} s"
        await asyncio.sleep(0.02)


async def hold_that_nobody_is_told_of(house: House, valkey: ValkeyServer, seat: str) -> Answer:
    """A hold whose announcement, and nothing else, Valkey refuses to pass on; no connection breaks."""
    ana = await a_customer(house.servers[0])
    await asyncio.to_thread(tell, valkey, "ACL", "SETUSER", "default", "-publish")
    hold = await ana.hold(house.showtimes[0], [seat])
    assert hold["__typename"] == "Hold"
    return hold


async def test_the_last_change_before_a_silence_arrives_although_it_was_lost(
    start_house: OpenHouse, valkey_server: ValkeyServer
) -> None:
    house = await start_house(servers=2, redis_url=valkey_server.url)
    viewers, tasks = await gather_viewers(house, 6)
    await hold_that_nobody_is_told_of(house, valkey_server, "F7")
    await all_show(viewers, "F7", "HELD", within=2.0)
    assert {(viewer.version, viewer.snapshots, len(viewer.faults)) for viewer in viewers} == {(1, 1, 0)}
    await stop(tasks)


async def test_without_reconcile_it_would_not_and_the_next_change_brings_both(
    start_house: OpenHouse, valkey_server: ValkeyServer
) -> None:
    """The control of the test above: the change is really lost; and whoever hears the next one learns of the gap."""
    house = await start_house(servers=2, redis_url=valkey_server.url, RECONCILE_SECONDS="600")
    viewers, tasks = await gather_viewers(house, 6)
    far = [viewer for viewer in viewers if viewer.server is house.servers[1]]
    await hold_that_nobody_is_told_of(house, valkey_server, "F7")
    await asyncio.sleep(2.0)
    assert {viewer.seats["F7"] for viewer in far} == {"AVAILABLE"}
    await asyncio.to_thread(tell, valkey_server, "ACL", "SETUSER", "default", "+publish")
    ben = await a_customer(house.servers[0])
    await ben.hold(house.showtimes[0], ["F8"])
    await all_show(viewers, "F8", "HELD", within=2.0)
    assert {(viewer.seats["F7"], viewer.snapshots, len(viewer.faults)) for viewer in viewers} == {("HELD", 1, 0)}
    await stop(tasks)
