"""Every viewer's map is right: through a storm, through coming and going, on several servers."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.house import House, OpenHouse
from tests.journeys.rows import rows
from tests.journeys.storm import LABELS, at_rest, customers, rage, stop
from tests.journeys.viewers import Viewer

STORMY = {"HOLD_MINUTES": "0.03", "PAYMENT_GRACE_MINUTES": "0.01", "HOLDS_PER_PERSON": "50"}
EVERYTHING = {"HELD", "RELEASED", "EXPIRED", "BOOKED", "CANCELLED"}
LOG = "SELECT version, available, seats, cause FROM seat_changes ORDER BY version"


@dataclass
class Witness(Viewer):
    """A viewer who remembers every map they have had: version, number of free seats, states."""

    had: list[tuple[int, int, dict[str, str]]] = field(default_factory=list)

    def take(self, event: dict[str, Any]) -> None:
        super().take(event)
        assert self.version is not None
        self.had.append((self.version, self.available, dict(self.seats)))


@dataclass
class History:
    """What the log says the map was at every version."""

    maps: list[dict[str, str]]
    available: list[int]
    causes: set[str]


def witnesses(house: House, count: int) -> list[Witness]:
    """People spread over the servers who are about to look."""
    return [Witness(house.servers[n % len(house.servers)], house.showtimes[0]) for n in range(count)]


async def join(viewers: Sequence[Viewer]) -> list[asyncio.Task[None]]:
    """Let them all look in the same instant."""
    tasks = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await asyncio.wait_for(asyncio.gather(*(viewer.joined.wait() for viewer in viewers)), 30)
    return tasks


async def history(database_url: str) -> History:
    """The log of the only showtime, played from its beginning; no version may be missing in it, or be there twice."""
    found = History([dict.fromkeys(LABELS, "AVAILABLE")], [len(LABELS)], set())
    for number, (version, available, seats, cause) in enumerate(await rows(database_url, LOG), 1):
        assert version == number
        found.maps.append({**found.maps[-1], **json.loads(str(seats))})
        found.available.append(int(str(available)))
        found.causes.add(str(cause))
    return found


async def test_fifty_who_join_at_once_see_every_change_once_and_in_order(
    start_house: OpenHouse, database_url: str
) -> None:
    house = await start_house(servers=2, **STORMY)
    viewers = witnesses(house, 50)
    tasks = await join(viewers)
    await rage(await customers(house, 10), house.showtimes[0], seconds=5)
    await at_rest(house, viewers)
    await stop(tasks)
    truth = await history(database_url)
    assert len(truth.maps) > 50
    # Where the machine is slow, money comes after its hold, and seats are offered for it.
    assert truth.causes - {"OFFERED"} == EVERYTHING, "the storm was to have everything in it"
    for viewer in viewers:
        assert viewer.snapshots == 1, "nobody needs a second whole map"
        for version, available, seats in viewer.had:
            assert (available, seats) == (truth.available[version], truth.maps[version]), version


async def test_who_joins_in_the_middle_of_the_storm_misses_nothing(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house(servers=2, **STORMY)
    people = await customers(house, 6)
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=4))
    everybody: list[Witness] = []
    tasks: list[asyncio.Task[None]] = []
    while not raging.done():
        some = witnesses(house, 4)
        tasks += await join(some)
        everybody += some
        await asyncio.sleep(0.1)
    await raging
    await at_rest(house, everybody)
    await stop(tasks)
    truth = await history(database_url)
    assert len({viewer.had[0][0] for viewer in everybody}) > 5, "they were to join at different versions"
    for viewer in everybody:
        for version, _, seats in viewer.had:
            wrong = {label for label, state in truth.maps[version].items() if seats[label] != state}
            # A whole map shows a lapsed hold's seats as free already; the log does when a sweep has come by.
            assert all((seats[seat], truth.maps[version][seat]) == ("AVAILABLE", "HELD") for seat in wrong), version


async def test_who_leaves_and_returns_is_told_exactly_what_was_missed(start_house: OpenHouse) -> None:
    house = await start_house(servers=2, **STORMY)
    people = await customers(house, 6)
    viewers = [Viewer(house.servers[n % len(house.servers)], house.showtimes[0]) for n in range(8)]
    raging = asyncio.create_task(rage(people, house.showtimes[0], seconds=5))
    returns = [0] * len(viewers)

    async def come_and_go(number: int, pause: float) -> None:
        while not raging.done():
            watching = asyncio.create_task(viewers[number].watch())
            await asyncio.sleep(pause)
            await stop([watching])
            returns[number] += 1
            await asyncio.sleep(pause / 2)

    await asyncio.gather(*(come_and_go(number, 0.2 + 0.07 * number) for number in range(len(viewers))))
    await raging
    tasks = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await at_rest(house, viewers)
    assert min(returns) > 2
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
