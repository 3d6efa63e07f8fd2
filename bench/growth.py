"""How costs grow: with the showtimes of the house, with what was sold in the past, and with the viewers of one map."""

import json
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson

from bench import http
from bench.crowd import crowd, many_files
from bench.figures import Figure
from bench.holds import DOCUMENT
from bench.house import House, cpu_of, cpu_of_database, open_house, rss_of, until_idle
from bench.live import hold
from bench.scale import scaled
from schema.ids import global_id

RESULTS = Path(__file__).resolve().parent / "results"
SHOWTIMES = (10, *(scaled(size, least) for size, least in ((100, 20), (1_000, 40), (10_000, 80), (100_000, 160))))
CLAIMS = (100, scaled(10_000, 1_000), scaled(1_000_000, 2_000))
VIEWERS = (1, 10, *(scaled(size, least) for size, least in ((100, 11), (1_000, 20), (8_000, 40))))
SOLD = 100  # seats of each past showtime
TRIES = 200  # a hold of each pair of seats on ten showtimes
CLIENTS = 4
COSTS = ("a hold", "a page of a day's showtimes", "a page of all to come", "a map of 300 seats")
LIST = "query L($d: Date!) { showtimes(filter: {date: $d}, first: 20) { nodes { id startsAt movie { title } } } }"
COMING = "{ showtimes(first: 20) { nodes { id startsAt movie { title } } } }"
MAP = """query Map($id: ID!) { showtime(id: $id) { seatMap { version available seats {
  label kind state x price { amount currency } } } } }"""

Series = dict[int, dict[str, float]]  # size, and at it what each thing costs

MORE_SHOWTIMES = """
INSERT INTO showtimes (id, created_at, movie_id, venue_id, screen_id, layout_id, starts_at, ends_at, local_date,
 base_price_minor, currency, seat_version)
SELECT gen_random_uuid(), created_at, movie_id, venue_id, screen_id, layout_id, starts_at + n * interval '3 hours',
 ends_at + n * interval '3 hours', (starts_at + n * interval '3 hours')::date, base_price_minor, currency, 0
FROM (SELECT * FROM showtimes ORDER BY starts_at DESC LIMIT 1) one, generate_series(1, $1::int) n"""
PAST_SHOWTIMES = """
INSERT INTO showtimes (id, created_at, movie_id, venue_id, screen_id, layout_id, starts_at, ends_at, local_date,
 base_price_minor, currency, seat_version)
SELECT gen_random_uuid(), created_at, movie_id, venue_id, screen_id, layout_id, starts_at - n * interval '3 hours',
 ends_at - n * interval '3 hours', (starts_at - n * interval '3 hours')::date, base_price_minor, currency, 1
FROM (SELECT * FROM showtimes ORDER BY starts_at LIMIT 1) one, generate_series(100, 99 + $1::int) n"""
PAST_CLAIMS = """INSERT INTO seat_claims (showtime_id, label, state)
 SELECT s.id, 'X' || n, 'BOOKED' FROM showtimes s, generate_series(1, 100) n
 WHERE s.seat_version = 1 AND NOT EXISTS (SELECT 1 FROM seat_claims c WHERE c.showtime_id = s.id)"""
PAST_CHANGES = """INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at)
 SELECT DISTINCT showtime_id, 1, 50, '{}'::jsonb, 'BOOKED', now() FROM seat_claims WHERE state = 'BOOKED'
 ON CONFLICT DO NOTHING"""

# Every size begins with empty maps: otherwise its holds would pay for those of the sizes before.
EMPTIED = (
    "DELETE FROM seat_claims WHERE state = 'HELD'",
    (
        "WITH emptied AS (UPDATE showtimes SET seat_version = seat_version + 1"
        " WHERE id IN (SELECT showtime_id FROM holds WHERE status = 'ACTIVE') RETURNING id, seat_version)"
        " INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at)"
        " SELECT id, seat_version, 300, '{}'::jsonb, 'RELEASED', now() FROM emptied"
    ),
    "UPDATE holds SET status = 'RELEASED' WHERE status = 'ACTIVE'",
    "ANALYZE",
)


async def measure() -> dict[str, list[Figure]]:
    """Everything, and the numbers behind the plots in bench/results."""
    many_files()
    series = {"showtimes": await _showtimes(), "claims": await _claims(), "viewers": await _viewers()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "growth.json").write_text(json.dumps(series))
    return {f"Growing: {name}": _figures(found) for name, found in series.items()}


def _figures(series: Series) -> list[Figure]:
    """Each cost at each size, beside what it was at the smallest."""
    least = series[min(series)]
    return [
        Figure(f"{what}, at {size:,}", cost, "ms" if what in COSTS else "", least[what], "at the smallest size")
        for size, costs in series.items()
        for what, cost in costs.items()
    ]


async def _showtimes() -> Series:
    series: Series = {}
    async with open_house(showtimes=10, customers=TRIES, env=UNREMEMBERED) as house:
        for place, size in enumerate(SHOWTIMES):
            await _execute(house, MORE_SHOWTIMES, size - (SHOWTIMES[place - 1] if place else 10))
            series[size] = await _costs(house)
    return series


async def _claims() -> Series:
    series: Series = {}
    async with open_house(showtimes=10, customers=TRIES, env=UNREMEMBERED) as house:
        sold = 0
        for size in CLAIMS:
            await _execute(house, PAST_SHOWTIMES, (size - sold) // SOLD)
            await _execute(house, PAST_CLAIMS)
            await _execute(house, PAST_CHANGES)
            sold = size
            series[size] = await _costs(house)
    return series


UNREMEMBERED = {"ANSWER_CACHE_MEGABYTES": "0"}


async def _costs(house: House) -> dict[str, float]:
    """Milliseconds of CPU, server and database together, of each thing that people do."""
    for statement in EMPTIED:
        await _execute(house, statement)
    day = await _fetch(house, "SELECT (min(starts_at)::date)::text FROM showtimes WHERE starts_at > now()")
    holds = [_hold(house, house.showtimes[n % 10], pair_of_small_house(n // 10), n) for n in range(TRIES)]
    lists = [_query(LIST, {"d": day})] * TRIES
    coming = [_query(COMING, {})] * TRIES
    maps = [_query(MAP, {"id": house.showtime_ids[n % 10]}) for n in range(TRIES)]
    return {what: await _cost(house, each) for what, each in zip(COSTS, (holds, lists, coming, maps), strict=True)}


async def _cost(house: House, requests: list[bytes]) -> float:
    await until_idle(house.server.pid)
    before = cpu_of(house.server.pid) + cpu_of_database(house)
    load = await http.run(house.server.port, requests, CLIENTS, keep_bodies=True)
    refused = [body for body in load.bodies if b'"errors"' in body or b"Unavailable" in body]
    if refused:
        raise RuntimeError(f"Not answered: {refused[0][:300]!r}")
    return (cpu_of(house.server.pid) + cpu_of_database(house) - before) / len(requests) * 1000


async def _viewers() -> Series:
    series: Series = {}
    for size in VIEWERS:
        async with open_house(showtimes=1, customers=20, seats=1_976) as house:
            await until_idle(house.server.pid)
            empty = rss_of(house.server.pid)
            async with crowd(house.server.port, size, house.showtime_ids[0]) as viewers:
                await until_idle(house.server.pid)
                memory, before, seconds = rss_of(house.server.pid) - empty, cpu_of(house.server.pid), []
                changes = max(20, min(200, 2_000 // size))
                for number in range(changes):
                    await hold(house, 0, number)
                    await viewers.all_reach(number + 1)
                    seconds.append(viewers.last)
                cpu = cpu_of(house.server.pid) - before
        series[size] = {
            "milliseconds of CPU per change": cpu / changes * 1000,
            "microseconds of CPU per message": cpu / changes / size * 1e6,
            "MiB of memory": memory / 2**20,
        }
    return series


def pair_of_small_house(number: int) -> list[str]:
    """Two seats of a house of 15 rows of 20."""
    row, place = divmod(number, 10)
    return [f"{chr(65 + row)}{2 * place + 1}", f"{chr(65 + row)}{2 * place + 2}"]


def _hold(house: House, showtime: UUID, seats: list[str], customer: int) -> bytes:
    body = {"query": DOCUMENT, "variables": {"i": {"showtimeId": global_id("Showtime", showtime), "seats": seats}}}
    return http.post("/graphql", orjson.dumps(body), {"Authorization": f"Bearer {house.tokens[customer]}"})


def _query(document: str, variables: dict[str, str]) -> bytes:
    return http.post("/graphql", orjson.dumps({"query": document, "variables": variables}))


async def _execute(house: House, statement: str, *values: int) -> None:
    connection = await asyncpg.connect(house.database_url)
    await connection.execute(statement, *values)
    await connection.close()


async def _fetch(house: House, statement: str) -> str:
    connection = await asyncpg.connect(house.database_url)
    found: str = await connection.fetchval(statement)
    await connection.close()
    return found
