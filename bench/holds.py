"""Holds per second over HTTP, beside a plain asyncpg loop on the same database, by turns.

The loop does what a hold that is right must do and nothing else, in as few and as lean statements as we can write by
hand: it locks the person and the map, reads what decides, writes hold, claims and log, and commits.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import orjson

import clock
from bench import http
from bench.figures import Figure, percentile
from bench.house import ENV, House, cpu_of, cpu_of_database, open_house
from bench.scale import scaled
from tests.servers import started_server

CLIENTS = 16
MANY = scaled(1_000, 50)
HOLDS = 3 * MANY
SINGLE = scaled(900, 50)
RIVALS = 200
TURNS = 3
DOCUMENT = "mutation H($i: HoldSeatsInput!) { holdSeats(input: $i) { __typename ... on Hold { id expiresAt } } }"


async def measure() -> dict[str, list[Figure]]:
    """Over 1,000 showtimes, on one, and 200 rivals for two seats."""
    async with open_house(showtimes=MANY + 3, customers=400, seats=1_976) as house:
        spread = [(house.showtimes[number % MANY], number // MANY) for number in range(HOLDS)]
        single = [(house.showtimes[MANY], number) for number in range(SINGLE)]
        raw = [(house.showtimes[MANY + 1], number) for number in range(SINGLE)]
        await _over_http(house, spread[:200], first_pair=500)  # warm
        figures = {
            f"Holds over {MANY:,} showtimes": await _side_by_side(house, spread, spread, 0, 100),
            "Holds on one showtime": await _side_by_side(house, single, raw, 0, 0),
        }
        figures[f"{RIVALS} rivals for two seats"] = await _rivals(house)
    figures["Holds with two server processes"] = await _two_processes()
    return figures


async def _side_by_side(
    house: House, holds: Sequence[tuple[UUID, int]], raw: Sequence[tuple[UUID, int]], first: int, raw_first: int
) -> list[Figure]:
    application = database = 0.0
    load, yardstick = http.Load(), http.Load()
    for turn in range(TURNS):
        application, database = application - cpu_of(house.server.pid), database - cpu_of_database(house)
        load.add(await _over_http(house, holds[turn::TURNS], first))
        application, database = application + cpu_of(house.server.pid), database + cpu_of_database(house)
        yardstick.add(await _plain_loop(house, raw[turn::TURNS], raw_first))
    beside = "asyncpg, lean statements by hand, no HTTP, no GraphQL"
    p50, p99 = (
        (percentile(load.seconds, share) * 1000, percentile(yardstick.seconds, share) * 1000) for share in (0.5, 0.99)
    )
    count = len(holds)
    return [
        Figure("holds per second", load.per_second, "/s", yardstick.per_second, beside),
        Figure("p50", p50[0], "ms", p50[1], beside),
        Figure("p99", p99[0], "ms", p99[1], beside),
        Figure(
            "CPU per hold, application and database (at most 1.5 ms)", (application + database) / count * 1000, "ms"
        ),
        Figure("CPU of the application alone", application / count * 1000, "ms"),
        Figure("CPU of the database alone", database / count * 1000, "ms"),
    ]


async def _two_processes() -> list[Figure]:
    """The same load by one server, and shared by two, all of it on this machine; by turns, twice each."""
    async with (
        open_house(showtimes=MANY, customers=400, seats=1_976) as house,
        started_server(database_url=house.database_url, env=ENV) as second,
    ):
        servers = (house, replace(house, server=second))
        for place, server in enumerate(servers):
            await _share((server,), 400 + place)
        one, two = http.Load(), http.Load()
        for turn in range(2):
            one.add(await _share(servers[:1], 2 * turn))
            two.add(await _share(servers, 2 * turn + 1))
    return [
        Figure("holds per second", two.per_second, "/s", one.per_second, "one process"),
        Figure("p99", percentile(two.seconds, 0.99) * 1000, "ms", percentile(one.seconds, 0.99) * 1000, "one process"),
    ]


async def _share(houses: Sequence[House], pair_number: int) -> http.Load:
    """One hold on every showtime, shared by these servers."""
    showtimes, count = houses[0].showtimes, len(houses)
    began, load = time.perf_counter(), http.Load()
    for each in await asyncio.gather(
        *(
            _over_http(house, [(id, 0) for id in showtimes[place::count]], pair_number, CLIENTS // count)
            for place, house in enumerate(houses)
        )
    ):
        load.seconds += each.seconds
    load.wall = time.perf_counter() - began
    return load


async def _over_http(
    house: House, holds: Sequence[tuple[UUID, int]], first_pair: int, clients: int = CLIENTS
) -> http.Load:
    ids = dict(zip(house.showtimes, house.showtime_ids, strict=True))
    requests = [
        _request(house.tokens[number % len(house.tokens)], ids[showtime], pair(first_pair + place))
        for number, (showtime, place) in enumerate(holds)
    ]
    load = await http.run(house.server.port, requests, clients, keep_bodies=True)
    refused = [body for body in load.bodies if b'"Hold"' not in body]
    if refused:
        raise RuntimeError(f"{len(refused)} holds were refused: {refused[0][:300]!r} {house.server.log()[-1500:]}")
    return load


async def _rivals(house: House) -> list[Figure]:
    showtime = house.showtime_ids[MANY + 2]
    requests = [_request(house.tokens[number], showtime, ["A1", "A2"]) for number in range(RIVALS)]
    load = await http.run(house.server.port, requests, RIVALS, keep_bodies=True)
    winners = sum(b'"Hold"' in body for body in load.bodies)
    return [
        Figure("until the last has its answer", load.wall, "s"),
        Figure("winners", float(winners), "", 1.0, "one"),
    ]


def pair(number: int) -> list[str]:
    """Two seats of a house of 26 rows of 76, never the same for two numbers below 988."""
    row, place = divmod(number, 38)
    return [f"{chr(65 + row)}{2 * place + 1}", f"{chr(65 + row)}{2 * place + 2}"]


def _request(token: str, showtime: str, seats: list[str]) -> bytes:
    body = {"query": DOCUMENT, "variables": {"i": {"showtimeId": showtime, "seats": seats}}}
    return http.post("/graphql", orjson.dumps(body), {"Authorization": f"Bearer {token}"})


async def _plain_loop(house: House, holds: Sequence[tuple[UUID, int]], first: int) -> http.Load:
    connections = [await asyncpg.connect(house.database_url) for _ in range(CLIENTS)]
    users = [row["id"] for row in await connections[0].fetch("SELECT id FROM users")]
    waiting, load = iter(enumerate(holds)), http.Load()

    async def client(connection: asyncpg.Connection) -> None:
        for number, (showtime, place) in waiting:
            began = time.perf_counter()
            await _hold(connection, users[number % len(users)], showtime, pair(first + place))
            load.seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client(connection) for connection in connections))
    load.wall = time.perf_counter() - began
    for connection in connections:
        await connection.close()
    return load


LOCK = """WITH person AS MATERIALIZED (SELECT pg_advisory_xact_lock($2))
UPDATE showtimes SET seat_version = seat_version + 1 FROM person WHERE id = $1 RETURNING seat_version"""
READ = """SELECT
 (SELECT available FROM seat_changes WHERE showtime_id = $1 AND version = $2),
 (SELECT MIN(expires_at) FROM seat_claims WHERE showtime_id = $1),
 (SELECT STRING_AGG(label, ' ') FROM seat_claims WHERE showtime_id = $1 AND label IN ($3, $4)),
 (SELECT COUNT(*) FROM holds h LEFT JOIN bookings b ON b.hold_id = h.id WHERE h.user_id = $5 AND h.expires_at > $6
  AND (h.status = 'ACTIVE' OR (h.status = 'BOOKED' AND b.status = 'PENDING')))"""
WRITE = """WITH hold AS (
 INSERT INTO holds (id, created_at, user_id, showtime_id, status, expires_at, grace_given, lines, currency)
 VALUES ($1, $2, $3, $4, 'ACTIVE', $5, false, $6, 'INR')
), claims AS (
 INSERT INTO seat_claims (showtime_id, label, state, hold_id, expires_at)
 VALUES ($4, $7, 'HELD', $1, $5), ($4, $8, 'HELD', $1, $5)
)
INSERT INTO seat_changes (showtime_id, version, available, seats, cause, at) VALUES ($4, $9, $10, $11, 'HELD', $2)"""


async def _hold(connection: asyncpg.Connection, user: UUID, showtime: UUID, seats: list[str]) -> None:
    now, hold = clock.now(), uuid4()
    until, lines = now + timedelta(minutes=60), json.dumps([[label, "STANDARD", 25000] for label in seats])
    log = json.dumps(dict.fromkeys(seats, "HELD"))
    async with connection.transaction():
        version = await connection.fetchval(LOCK, showtime, user.int >> 65)
        available, first_end, taken, _ = await connection.fetchrow(READ, showtime, version - 1, *seats, user, now)
        if taken or (first_end and first_end <= now):
            raise RuntimeError("The plain loop asks for free seats of maps where nothing has ended.")
        left = (available or 0) - 2
        await connection.execute(WRITE, hold, now, user, showtime, until, lines, *seats, version, left, log)
