"""5,000 viewers dropped at once and back within seconds, while seats go on being held: is every map right?"""

import asyncio
import time

import asyncpg
import orjson

from bench import http
from bench.crowd import Crowd, crowd, many_files
from bench.figures import Figure
from bench.house import House, cpu_of, open_house
from bench.live import hold

VIEWERS = 5_000
WITHIN = 10.0
EVERY = 0.1
MAP = "query Map($id: ID!) { showtime(id: $id) { seatMap { version seats { label state } } } }"
# This table is read by one statement only.
VERSIONS = """SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables
 WHERE relname = 'catalogue_versions'"""


async def measure(viewers: int = VIEWERS) -> dict[str, list[Figure]]:
    """Everybody is dropped; half come back for the whole map, half for what they missed."""
    many_files()
    async with open_house(showtimes=1, customers=300, seats=1_976) as house:
        async with crowd(house.server.port, viewers, house.showtime_ids[0], keep_maps=True) as before:
            for number in range(5):
                await hold(house, 0, number)
            await before.all_reach(5)
        figures = await _storm(house, viewers)
    return {f"{viewers:,} viewers dropped and back": figures}


async def _storm(house: House, viewers: int) -> list[Figure]:
    reads, cpu, began = await _reads(house), cpu_of(house.server.pid), time.perf_counter()
    holding = asyncio.create_task(_hold_on(house))
    showtime, half = house.showtime_ids[0], viewers // 2
    async with (
        crowd(house.server.port, half, showtime, keep_maps=True) as anew,
        crowd(house.server.port, viewers - half, showtime, after=4, keep_maps=True) as returning,
    ):
        seconds, cpu = time.perf_counter() - began, cpu_of(house.server.pid) - cpu
        holding.cancel()
        version, truth = await _map(house)
        for each in (anew, returning):
            await each.all_reach(version)
        wrong = _wrong(anew, truth) + _wrong(returning, truth)
        after = await _reads(house)
    return [
        Figure("until the last was back (at most 10 s)", seconds, "s"),
        Figure("changes meanwhile", float(version - 5), ""),
        Figure("maps that are wrong in the end", float(wrong), "", 0.0, "none"),
        Figure("CPU per viewer", cpu / viewers * 1e6, "µs"),
        Figure("maps read from the database", float(after[0] - reads[0]), ""),
        Figure("reads of versions", float(after[1] - reads[1]), ""),
    ]


async def _hold_on(house: House) -> None:
    for number in range(5, 900):
        await hold(house, 0, number)
        await asyncio.sleep(EVERY)


def _wrong(crowd: Crowd, truth: dict[str, str]) -> int:
    """How many do not see the truth; who came for what they missed knows only of those seats, the others were free."""
    free = dict.fromkeys(truth, "AVAILABLE")
    first = {label: "HELD" for label in truth if label in FIRST}
    return sum({**free, **first, **(viewer.seats or {})} != truth for viewer in crowd.viewers)


FIRST = {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"}  # held by version 4


async def _map(house: House) -> tuple[int, dict[str, str]]:
    request = http.post("/graphql", orjson.dumps({"query": MAP, "variables": {"id": house.showtime_ids[0]}}))
    answer = orjson.loads((await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0])
    found = answer["data"]["showtime"]["seatMap"]
    return found["version"], {seat["label"]: seat["state"] for seat in found["seats"]}


async def _reads(house: House) -> tuple[int, int]:
    """Maps and versions read so far."""
    await asyncio.sleep(2)  # PostgreSQL counts with a delay
    async with http.connection(house.server.port) as ask:
        health = orjson.loads(await ask(http.get("/health")))
    connection = await asyncpg.connect(house.database_url)
    versions: int = await connection.fetchval(VERSIONS)
    await connection.close()
    return health["components"]["answers"]["maps_read"], versions
