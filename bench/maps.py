"""The map of 300 seats over HTTP: warm, cold, and with 100,000 past bookings, each beside its yardstick."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import orjson

from bench import http
from bench.figures import Figure, percentile
from bench.house import House, cpu_of, open_house
from bench.scale import scaled
from tests.services import free_port

CLIENTS = 16
READS = scaled(3_000, 100)
COLD_READS = scaled(400, 20)
PAST_BOOKINGS = 100_000
MAP = """query Map($id: ID!) { showtime(id: $id) { seatMap { version available seats {
  label kind state x price { amount currency } } } } }"""


async def measure() -> dict[str, list[Figure]]:
    """One seat map, warm and cold, then beside a hundred thousand bookings, then while it changes all the time."""
    figures: dict[str, list[Figure]] = {}
    async with open_house(showtimes=2, customers=1) as house:
        request = _request(house)
        body = (await http.run(house.server.port, [request], 1, keep_bodies=True)).bodies[0]
        ours, cpu = await _read(house.server.port, house.server.pid, [request] * READS)
        async with bare_starlette(body) as port:
            encoding = await http.run(port, [request.replace(b"/graphql", b"/encode", 1)] * READS, CLIENTS)
            bare = await http.run(port, [request] * READS, CLIENTS)
        figures["A map of 300 seats that has been asked for before"] = _warm(ours, encoding, bare)
        await _sell_the_past(house)
        later, later_cpu = await _read(house.server.port, house.server.pid, [request] * READS)
        figures["The same map after 100,000 bookings of other showtimes"] = [
            Figure("maps per second", later.per_second, "/s", ours.per_second, "the same map before"),
            Figure("CPU per map", later_cpu * 1000, "ms", cpu * 1000, "the same map before"),
        ]
    figures["A map of 300 seats, nothing remembered"] = await _cold()
    return figures


def _warm(ours: http.Load, encoding: http.Load, bare: http.Load) -> list[Figure]:
    encodes, gives = "Starlette, JSONResponse of the same dictionary", "Starlette, the same bytes"
    return [
        Figure("maps per second (at least 1 ×)", ours.per_second, "/s", encoding.per_second, encodes),
        Figure("maps per second", ours.per_second, "/s", bare.per_second, gives),
        Figure("p50", percentile(ours.seconds, 0.5) * 1000, "ms", percentile(encoding.seconds, 0.5) * 1000, encodes),
        Figure("p99", percentile(ours.seconds, 0.99) * 1000, "ms", percentile(encoding.seconds, 0.99) * 1000, encodes),
    ]


async def _cold() -> list[Figure]:
    """No answer is kept: each is executed; then with documents that nobody has sent before."""
    async with open_house(showtimes=1, customers=1, env={"ANSWER_CACHE_MEGABYTES": "0"}) as house:
        requests = [_request(house)] * COLD_READS
        strange = [_request(house, f"m{number}: ") for number in range(COLD_READS)]
        ours, cpu = await _read(house.server.port, house.server.pid, requests)
        unknown, _ = await _read(house.server.port, house.server.pid, strange)
        async with yardstick("bench.plain_strawberry", house.database_url) as (port, pid):
            plain, plain_cpu = await _read(port, pid, requests)
    beside = "the same schema, served by Strawberry as it comes"
    return [
        Figure("maps per second (at least 5 ×)", ours.per_second, "/s", plain.per_second, beside),
        Figure("CPU per map", cpu * 1000, "ms", plain_cpu * 1000, beside),
        Figure("the same in documents never sent before", unknown.per_second, "/s", plain.per_second, beside),
    ]


def _request(house: House, alias: str = "") -> bytes:
    document = MAP.replace("seatMap", f"{alias}seatMap", 1)
    return http.post("/graphql", orjson.dumps({"query": document, "variables": {"id": house.showtime_ids[0]}}))


async def _read(port: int, pid: int, requests: Sequence[bytes]) -> tuple[http.Load, float]:
    await http.run(port, requests[:100], CLIENTS)
    before = cpu_of(pid)
    load = await http.run(port, requests, CLIENTS)
    return load, (cpu_of(pid) - before) / len(requests)


@asynccontextmanager
async def bare_starlette(content: bytes) -> AsyncIterator[int]:
    """A bare Starlette that serves this content; its port."""
    with content_file(content) as file:
        async with yardstick("bench.yardsticks", file) as (port, _):
            yield port


@contextmanager
def content_file(content: bytes) -> Iterator[str]:
    """The path of a file with this content, as long as the block lasts."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file.name


@asynccontextmanager
async def yardstick(module: str, *arguments: str) -> AsyncIterator[tuple[int, int]]:
    """A module run as a server of its own; its port and its pid."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, str(port), *arguments)
    try:
        await until_open(port)
        yield port, process.pid
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
