"""The map of 300 seats over HTTP, beside bare Starlette with the same bytes; and with 100,000 past bookings."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson

from bench import http
from bench.figures import Figure, percentile
from bench.house import House, cpu_of, open_house
from tests.services import free_port

CLIENTS = 16
READS = 1_500
PAST_BOOKINGS = 100_000
MAP = """query Map($id: ID!) { showtime(id: $id) { seatMap { version available seats {
  label kind state x price { amount currency } } } } }"""


async def measure() -> dict[str, list[Figure]]:
    """One seat map read again and again."""
    async with open_house(showtimes=2, customers=1) as house:
        request = _request(house)
        body = (await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0]
        ours, cpu = await _read(house, request)
        async with bare_starlette(body) as port:
            bare = await http.run(port, [request] * READS, CLIENTS)
        await _sell_the_past(house)
        later, later_cpu = await _read(house, request)
    beside = "Starlette answering with the same bytes"
    return {
        "A map of 300 seats": [
            Figure("maps per second", ours.per_second, "/s", bare.per_second, beside),
            Figure("p50", percentile(ours.seconds, 0.5) * 1000, "ms", percentile(bare.seconds, 0.5) * 1000, beside),
            Figure("p99", percentile(ours.seconds, 0.99) * 1000, "ms", percentile(bare.seconds, 0.99) * 1000, beside),
        ],
        "The same map after 100,000 bookings of other showtimes": [
            Figure("maps per second", later.per_second, "/s", ours.per_second, "the same map before"),
            Figure("CPU per map", later_cpu * 1000, "ms", cpu * 1000, "the same map before"),
        ],
    }


def _request(house: House) -> bytes:
    return http.post("/graphql", orjson.dumps({"query": MAP, "variables": {"id": house.showtime_ids[0]}}))


async def _read(house: House, request: bytes) -> tuple[http.Load, float]:
    await http.run(house.server.port, [request] * 200, CLIENTS)
    before = cpu_of(house.server.pid)
    load = await http.run(house.server.port, [request] * READS, CLIENTS)
    return load, (cpu_of(house.server.pid) - before) / READS


@asynccontextmanager
async def bare_starlette(content: bytes) -> AsyncIterator[int]:
    """A bare Starlette that serves this content; its port."""
    port = free_port()
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.yardsticks", str(port), file.name)
        try:
            await until_open(port)
            yield port
        finally:
            process.terminate()
            await process.wait()


async def until_open(port: int) -> None:
    """Wait until somebody listens there."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("The yardstick did not start.")


async def _sell_the_past(house: House) -> None:
    """100,000 booked seats of 200 past showtimes, as an old house has them."""
    connection = await asyncpg.connect(house.database_url)
    await connection.execute(
        "INSERT INTO showtimes (id, created_at, movie_id, venue_id, screen_id, layout_id, starts_at, ends_at,"
        " local_date, base_price_minor, currency, seat_version)"
        " SELECT gen_random_uuid(), created_at, movie_id, venue_id, screen_id, layout_id,"
        " starts_at - n * interval '1 day', ends_at - n * interval '1 day', local_date - n,"
        " base_price_minor, currency, 0 FROM (SELECT * FROM showtimes LIMIT 1) one, generate_series(30, 229) n"
    )
    await connection.execute(
        "INSERT INTO seat_claims (showtime_id, label, state)"
        " SELECT id, 'X' || n, 'BOOKED' FROM showtimes, generate_series(1, 500) n WHERE starts_at < now()"
    )
    await connection.execute("ANALYZE")
    count = await connection.fetchval("SELECT count(*) FROM seat_claims")
    await connection.close()
    if count < PAST_BOOKINGS:
        raise RuntimeError(f"Only {count} seats were sold.")
