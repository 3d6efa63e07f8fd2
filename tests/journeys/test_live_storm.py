"""Every viewer's map is right: through a storm, through coming and going, on several servers."""

import asyncio

from tests.journeys.conftest import OpenHouse
from tests.journeys.storm import at_rest, customers, gather_viewers, rage, stop
from tests.journeys.viewers import Viewer

STORMY = {"HOLD_MINUTES": "0.03", "PAYMENT_GRACE_MINUTES": "0.01", "HOLDS_PER_PERSON": "50"}


async def test_fifty_who_join_at_once_see_every_change_once_and_in_order(start_house: OpenHouse) -> None:
    house = await start_house(servers=2, **STORMY)
    viewers, tasks = await gather_viewers(house, 50)
    await rage(await customers(house, 8), house.showtimes[0], seconds=5)
    await at_rest(house, viewers)
    assert all(viewer.version and viewer.version > 50 for viewer in viewers)
    await stop(tasks)


async def test_who_joins_in_the_middle_of_the_storm_misses_nothing(start_house: OpenHouse) -> None:
    house = await start_house(servers=2, **STORMY)
    people = await customers(house, 6)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=4))
    everybody: list[Viewer] = []
    tasks: list[asyncio.Task[None]] = []
    for _ in range(10):
        viewers, watching = await gather_viewers(house, 3)
        everybody += viewers
        tasks += watching
        await asyncio.sleep(0.2)
    await raging
    await at_rest(house, everybody)
    await stop(tasks)


async def test_who_leaves_and_returns_is_told_exactly_what_was_missed(start_house: OpenHouse) -> None:
    house = await start_house(servers=2, **STORMY)
    people = await customers(house, 6)
    viewers = [Viewer(house.servers[n % len(house.servers)], house.showtimes[0]) for n in range(8)]
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=5))

    async def come_and_go(viewer: Viewer, pause: float) -> None:
        while not raging.done():
            watching = asyncio.create_task(viewer.watch())
            await asyncio.sleep(pause)
            await stop([watching])
            await asyncio.sleep(pause / 2)

    await asyncio.gather(*(come_and_go(viewer, 0.2 + 0.07 * n) for n, viewer in enumerate(viewers)))
    await raging
    tasks = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await at_rest(house, viewers)
    snapshots = sum(viewer.snapshots for viewer in viewers)
    assert snapshots == len(viewers), "only the very first event of each may be a whole map"
    await stop(tasks)


async def test_a_version_that_was_never_reached_gets_a_whole_map(start_house: OpenHouse) -> None:
    house = await start_house()
    for version in (999, -1):
        viewer = Viewer(house.server, house.showtimes[0], version=version)
        watching = asyncio.create_task(viewer.watch())
        await asyncio.wait_for(viewer.joined.wait(), 5)
        assert (viewer.version, viewer.snapshots, len(viewer.seats)) == (0, 1, 200)
        await stop([watching])
