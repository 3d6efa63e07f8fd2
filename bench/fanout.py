"""CPU per delivered change at 1,000 viewers, beside a raw Starlette websocket loop that sends the same text."""

import asyncio
import json
import resource
import time

import orjson
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import http
from bench.figures import Figure, percentile
from bench.holds import DOCUMENT, pair
from bench.house import House, cpu_of, open_house
from bench.maps import bare_starlette
from tests.journeys.viewers import WATCH

PROTOCOL = Subprotocol("graphql-transport-ws")
VIEWERS = 1_000
CHANGES = 20


async def measure() -> dict[str, list[Figure]]:
    """Twenty holds of two seats, each seen by 1,000 viewers."""
    _many_files()
    async with open_house(showtimes=1, customers=20, seats=1_976) as house:
        cpu, seconds, message = await _ours(house)
    async with bare_starlette(message.encode()) as port:
        raw = await _raw(port)
    beside = "Starlette, one send_text per viewer"
    return {
        f"One change to {VIEWERS:,} viewers": [
            Figure("CPU per delivered change", cpu * 1e6, "µs", raw * 1e6, beside),
            Figure("hold answered to last viewer told, p50", percentile(seconds, 0.5) * 1000, "ms"),
            Figure("hold answered to last viewer told, p99", percentile(seconds, 0.99) * 1000, "ms"),
        ]
    }


async def _ours(house: House) -> tuple[float, list[float], str]:
    viewers = [await _viewer(house) for _ in range(VIEWERS)]
    before, seconds, message = cpu_of(house.server.pid), [], ""
    for number in range(CHANGES):
        began = time.perf_counter()
        reading = asyncio.gather(*(viewer.recv() for viewer in viewers))
        given = {"showtimeId": house.showtime_ids[0], "seats": pair(number)}
        body = orjson.dumps({"query": DOCUMENT, "variables": {"i": given}})
        request = http.post("/graphql", body, {"Authorization": f"Bearer {house.tokens[number]}"})
        await http.run(house.server.port, [request], 1)
        message = str((await reading)[0])
        seconds.append(time.perf_counter() - began)
    cpu = (cpu_of(house.server.pid) - before) / (VIEWERS * CHANGES)
    await _leave(viewers)
    return cpu, seconds, message


async def _viewer(house: House) -> ClientConnection:
    connection = await connect(house.server.ws_url, subprotocols=[PROTOCOL], max_size=None, compression=None)
    await connection.send(json.dumps({"type": "connection_init"}))
    await connection.recv()
    payload = {"query": WATCH, "variables": {"id": house.showtime_ids[0], "after": None}}
    await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    await connection.recv()
    return connection


async def _raw(port: int) -> float:
    address = f"ws://127.0.0.1:{port}/graphql"
    viewers = [await connect(address, subprotocols=[PROTOCOL], compression=None) for _ in range(VIEWERS)]
    pid = _listener(port)
    before = cpu_of(pid)
    for _ in range(CHANGES):
        reading = asyncio.gather(*(viewer.recv() for viewer in viewers))
        await http.run(port, [http.get("/tell")], 1)
        await reading
    cpu = (cpu_of(pid) - before) / (VIEWERS * CHANGES)
    await _leave(viewers)
    return cpu


async def _leave(viewers: list[ClientConnection]) -> None:
    for viewer in viewers:
        viewer.transport.abort()
    await asyncio.sleep(0.5)


def _listener(port: int) -> int:
    for process in psutil.Process().children(recursive=True):
        if any(each.laddr[1] == port and each.status == "LISTEN" for each in process.net_connections("tcp")):
            return process.pid
    raise LookupError(f"Nobody listens on {port}.")


def _many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
