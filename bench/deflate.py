"""What compressing each websocket message costs the server: a browser offers it by itself, and we decline."""

import asyncio
from contextlib import AsyncExitStack

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import http
from bench.crowd import many_files
from bench.figures import Figure
from bench.house import cpu_of, rss_of, until_idle
from bench.maps import content_file, yardstick
from bench.scale import scaled

VIEWERS = scaled(500, 20)
CHANGES = 40
SEATS = ",".join(f'{{"label":"F{number}","state":"HELD"}}' for number in range(4))
MESSAGE = (
    f'{{"id":"1","type":"next","payload":{{"data":{{"seatMap":{{"__typename":"SeatMapChange","since":41,'
    f'"version":42,"available":96,"seats":[{SEATS}]}}}}}}}}'
)


async def measure() -> dict[str, list[Figure]]:
    """The raw Starlette loop twice: without deflate, and with what a browser's default offer makes of it."""
    many_files()
    memory, cpu = await _told("off")
    deflated_memory, deflated_cpu = await _told("on")
    beside = "the same with permessage-deflate, as browsers offer it"
    return {
        "Declining to compress": [
            Figure("memory per idle viewer, Starlette", memory / 1024, "KiB", deflated_memory / 1024, beside),
            Figure("CPU per message, Starlette", cpu * 1e6, "µs", deflated_cpu * 1e6, beside),
        ]
    }


async def _told(deflate: str) -> tuple[float, float]:
    """Bytes an idle viewer, and seconds of CPU a message."""
    async with AsyncExitStack() as stack:
        file = stack.enter_context(content_file(MESSAGE.encode()))
        port, pid = await stack.enter_async_context(yardstick("bench.yardsticks", file, deflate))
        await _viewer(port, deflate)
        await until_idle(pid)
        empty = rss_of(pid)
        viewers = [await _viewer(port, deflate) for _ in range(VIEWERS)]
        await until_idle(pid)
        memory, before = rss_of(pid) - empty, cpu_of(pid)
        for _ in range(CHANGES):
            await http.run(port, [http.get("/tell")], 1)
            await asyncio.gather(*(viewer.recv() for viewer in viewers))
        cpu = cpu_of(pid) - before
        for viewer in viewers:
            viewer.transport.abort()
    return memory / VIEWERS, cpu / VIEWERS / CHANGES


async def _viewer(port: int, deflate: str) -> ClientConnection:
    connection = await connect(
        f"ws://127.0.0.1:{port}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        compression="deflate" if deflate == "on" else None,
    )
    await connection.send("{}")
    await connection.recv()
    return connection
