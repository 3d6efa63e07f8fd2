"""5,000 viewers dropped at once and back within seconds, while seats go on being held: is every map right?"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
import orjson

from bench import http
from bench.crowd import Crowd, crowd, many_files
from bench.figures import Figure
from bench.holds import pair
from bench.house import House, cpu_of, open_house
from bench.live import hold
from bench.scale import scaled

VIEWERS = scaled(5_000, 20)
EVERY = 0.1
BEFORE = 5  # changes that everybody has seen before the drop
KNOWN = 4  # the version that those who return still have; they know what was held by then
MAP = "query Map($id: ID!) { showtime(id: $id) { seatMap { version seats { label state } } } }"
# The versions are read by one statement only; the log by whoever missed something, and once by each hold.
READS = """SELECT (coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::int FROM pg_stat_user_tables WHERE relname = $1"""


@dataclass(frozen=True)
class Counted:
    """What the server has done so far: maps, versions and parts of the log it has read, and seconds of CPU."""

    maps: int
    versions: int
    log: int
    cpu: float


async def measure(viewers: int = VIEWERS) -> dict[str, list[Figure]]:
    """Everybody is dropped; half come back for the whole map, half for what they missed."""
    many_files()
    async with open_house(showtimes=1, customers=300, seats=1_976) as house:
        async with crowd(house.server.port, viewers, house.showtime_ids[0], keep_maps=True) as watching:
            for number in range(BEFORE):
                await hold(house, 0, number)
            await watching.all_reach(BEFORE)
            before = await _counted(house)
            dropped = time.perf_counter()
        figures = await _storm(house, viewers, before, dropped)
    return {f"{viewers:,} viewers dropped and back": figures}


async def _storm(house: House, viewers: int, before: Counted, dropped: float) -> list[Figure]:
    enough = asyncio.Event()
    holding = asyncio.create_task(_hold_on(house, enough))
    port, showtime, half = house.server.port, house.showtime_ids[0], viewers // 2
    async with AsyncExitStack() as stack:
        coming = (
            crowd(port, half, showtime, keep_maps=True),
            crowd(port, viewers - half, showtime, after=KNOWN, keep_maps=True),
        )
        crowds = await asyncio.gather(*(stack.enter_async_context(each) for each in coming))
        seconds, cpu = time.perf_counter() - dropped, cpu_of(house.server.pid)
        enough.set()
        await holding  # the last hold has been answered: nothing changes any more
        version, truth = await _map(house)
        for each in crowds:
            await each.all_reach(version)
        wrong = sum(_wrong(each, version, truth) for each in crowds)
        after = await _counted(house)
    return [
        Figure("until the last was back (at most 10 s)", seconds, "s"),
        Figure("changes meanwhile", float(version - BEFORE), ""),
        Figure("maps that are wrong in the end", float(wrong), "", 0.0, "none"),
        Figure("CPU per viewer, the holds included", (cpu - before.cpu) / viewers * 1e6, "µs"),
        Figure("maps read from the database", float(after.maps - before.maps), ""),
        Figure("reads of versions", float(after.versions - before.versions), ""),
        Figure("reads of the log", float(after.log - before.log - (version - BEFORE)), ""),
    ]


async def _hold_on(house: House, enough: asyncio.Event) -> None:
    number = BEFORE
    while not enough.is_set():
        await hold(house, 0, number)
        number += 1
        await asyncio.sleep(EVERY)


def _wrong(crowd: Crowd, version: int, truth: dict[str, str]) -> int:
    """How many do not see the truth; who came for what was missed had, until then, the map of version `KNOWN`."""
    held = {label: "HELD" for number in range(KNOWN) for label in pair(number)}
    known = dict.fromkeys(truth, "AVAILABLE") | held
    return sum(viewer.version != version or known | (viewer.seats or {}) != truth for viewer in crowd.viewers)


async def _map(house: House) -> tuple[int, dict[str, str]]:
    request = http.post("/graphql", orjson.dumps({"query": MAP, "variables": {"id": house.showtime_ids[0]}}))
    answer = orjson.loads((await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0])
    found = answer["data"]["showtime"]["seatMap"]
    return found["version"], {seat["label"]: seat["state"] for seat in found["seats"]}


async def _counted(house: House) -> Counted:
    await asyncio.sleep(2)  # PostgreSQL counts with a delay
    cpu = cpu_of(house.server.pid)
    async with http.connection(house.server.port) as ask:
        health = orjson.loads(await ask(http.get("/health")))
    connection = await asyncpg.connect(house.database_url)
    versions, log = [await connection.fetchval(READS, name) for name in ("catalogue_versions", "seat_changes")]
    await connection.close()
    return Counted(health["components"]["answers"]["maps_read"], versions, log, cpu)
