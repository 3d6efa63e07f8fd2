"""A map that is read by many while 200 holds a second change it: how fast, and never older than what was seen."""

import asyncio
import re
import time
from dataclasses import dataclass, field

import orjson

from bench import http
from bench.figures import Figure, percentile
from bench.holds import DOCUMENT, pair
from bench.house import House, open_house
from bench.scale import scaled

READERS = 16
HOLDS_PER_SECOND = 200
SECONDS = scaled(5)
SEAT_PAIRS = 980
MAP = """query Map($id: ID!) { showtime(id: $id) { seatMap { version available seats {
  label kind state x price { amount currency } } } } }"""
VERSION = re.compile(rb'"version":(\d+)')


@dataclass
class Seen:
    """What all readers and buyers together have seen."""

    acknowledged: int = 0
    holds: int = 0
    behind: int = 0
    seconds: list[float] = field(default_factory=list)


async def measure() -> dict[str, list[Figure]]:
    """Readers as fast as they can, buyers at a fixed rate, on one showtime of 1,976 seats."""
    async with open_house(showtimes=1, customers=SEAT_PAIRS, seats=1_976) as house:
        seen = Seen()
        ends = time.perf_counter() + SECONDS
        await asyncio.gather(_buy(house, seen, ends), *(_look(house, seen, ends) for _ in range(READERS)))
    title = f"A map of 1,976 seats while it changes {HOLDS_PER_SECOND} times a second"
    return {
        title: [
            Figure("holds per second", seen.holds / SECONDS, "/s", float(HOLDS_PER_SECOND), "asked for"),
            Figure("maps per second", len(seen.seconds) / SECONDS, "/s"),
            Figure("p50 of a map", percentile(seen.seconds, 0.5) * 1000, "ms"),
            Figure("p99 of a map", percentile(seen.seconds, 0.99) * 1000, "ms"),
            Figure("maps older than a hold that had been answered", float(seen.behind), "", 0.0, "none"),
        ]
    }


async def _look(house: House, seen: Seen, ends: float) -> None:
    request = http.post("/graphql", orjson.dumps({"query": MAP, "variables": {"id": house.showtime_ids[0]}}))
    async with http.connection(house.server.port) as ask:
        last = 0
        while (began := time.perf_counter()) < ends:
            least = max(last, seen.acknowledged)
            body = await ask(request)
            seen.seconds.append(time.perf_counter() - began)
            found = VERSION.search(body)
            last = int(found[1]) if found else -1
            seen.behind += last < least


async def _buy(house: House, seen: Seen, ends: float) -> None:
    buying, began = [], time.perf_counter()
    for number in range(SEAT_PAIRS):
        if time.perf_counter() >= ends:
            break
        buying.append(asyncio.create_task(_hold(house, seen, number)))
        await asyncio.sleep(max(0.0, began + (number + 1) / HOLDS_PER_SECOND - time.perf_counter()))
    await asyncio.gather(*buying)


async def _hold(house: House, seen: Seen, number: int) -> None:
    given = {"showtimeId": house.showtime_ids[0], "seats": pair(number)}
    body = orjson.dumps({"query": DOCUMENT, "variables": {"i": given}})
    async with http.connection(house.server.port) as ask:
        answer = await ask(http.post("/graphql", body, {"Authorization": f"Bearer {house.tokens[number]}"}))
    if b'"Hold"' not in answer:
        raise RuntimeError(f"A hold was refused: {answer[:300]!r}")
    # Versions are given out without gaps: when so many holds have been answered, the map is at least this new.
    seen.holds += 1
    seen.acknowledged = seen.holds
