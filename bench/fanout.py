"""One change to 100, 1,000 and 8,000 viewers of one map, beside a raw Starlette websocket loop that sends the same text."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import psutil

from bench import http
from bench.crowd import Crowd, crowd, many_files
from bench.figures import Figure, percentile
from bench.house import House, cpu_of, open_house, rss_of, until_idle
from bench.live import hold
from bench.maps import bare_starlette
from bench.scale import scaled
from bench.yardsticks import kernel_floor
from routes.serving import frame_header

FEW, MANY, MOST = scaled(100, 5), scaled(1_000, 10), scaled(8_000, 20)
RUNS = ((FEW, 1), (MANY, 1), (MANY, 2), (MOST, 1))  # viewers, and pairs of seats that one change is about
CHANGES, UNWATCHED = 20, 100
MESSAGES = scaled(10_000, 100)  # fewer than this tell little: smaller crowds see more changes
AT_MOST = {MANY: " (at most 1.25 ×)", MOST: " (at most 1.5 ×)"}
BESIDE = "Starlette, one send_text per viewer"


@dataclass(frozen=True)
class Told:
    """What telling a crowd took: seconds of CPU a message, seconds a change until the last had it, bytes a viewer."""

    cpu: float
    seconds: list[float]
    memory: float
    message: bytes


async def measure(runs: Sequence[tuple[int, int]] = RUNS) -> dict[str, list[Figure]]:
    """Holds of two seats, and of four, each seen by all viewers of its showtime."""
    many_files()
    figures, few = {}, 0.0
    for size, pairs in runs:
        async with open_house(showtimes=2, customers=CHANGES, seats=1_976) as house:
            alone = await _unwatched(house, pairs)
            ours = await _ours(house, size, pairs)
        async with bare_starlette(ours.message) as port:
            raw = await _raw(port, size)
        few = few or ours.cpu
        found = _figures(size, ours, raw, alone)
        if size != runs[0][0]:
            flat = f"the same at {runs[0][0]:,} viewers"
            found.append(Figure("CPU per delivered message, again", ours.cpu * 1e6, "µs", few * 1e6, flat))
        figures[f"One change of {2 * pairs} seats to {size:,} viewers"] = found
    return figures


def _figures(size: int, ours: Told, raw: Told, alone: float) -> list[Figure]:
    micro, shared = raw.cpu * 1e6, ours.cpu - alone / size
    found = [
        Figure(f"CPU per delivered message{AT_MOST.get(size, '')}", ours.cpu * 1e6, "µs", micro, BESIDE),
        Figure("the same without the hold itself", shared * 1e6, "µs", micro, BESIDE),
        Figure("CPU of a hold that nobody watches", alone * 1000, "ms"),
    ]
    for name, share in (("asked to last viewer told, p50", 0.5), ("the slowest of them", 1.0)):
        seconds, beside = percentile(ours.seconds, share), percentile(raw.seconds, share)
        found.append(Figure(name, seconds * 1000, "ms", beside * 1000, BESIDE))
    if size == MANY:
        floor = kernel_floor(frame_header(len(ours.message)) + ours.message, size, CHANGES)
        found.append(Figure("CPU of that Starlette per message", micro, "µs", floor * 1e6, "socket.send and no more"))
    if size == MOST:
        name = "memory per idle viewer (at most 25 KiB)"
        found.append(Figure(name, ours.memory / 1024, "KiB", raw.memory / 1024, BESIDE))
    return found


async def _unwatched(house: House, pairs: int) -> float:
    """Seconds of CPU of one hold on a showtime without viewers; the server is warm for both afterwards."""
    async with crowd(house.server.port, 10, house.showtime_ids[1]):
        for number in range(CHANGES):
            await hold(house, 1, number, pairs)
    await until_idle(house.server.pid)
    before = cpu_of(house.server.pid)
    for number in range(CHANGES, CHANGES + UNWATCHED):
        await hold(house, 1, number, pairs)
    return (cpu_of(house.server.pid) - before) / UNWATCHED


async def _ours(house: House, size: int, pairs: int) -> Told:
    coming = crowd(house.server.port, size, house.showtime_ids[0])

    async def change(viewers: Crowd, number: int) -> None:
        await hold(house, 0, number, pairs)
        await viewers.all_reach(number + 1)

    return await _told(house.server.pid, coming, change, max(CHANGES, MESSAGES // size))


async def _raw(port: int, size: int) -> Told:
    async def change(viewers: Crowd, number: int) -> None:
        await http.run(port, [http.get("/tell")], 1)
        await viewers.all_have(number + 1)

    async with crowd(port, 10, raw=True) as few:
        await change(few, 0)
    return await _told(_listener(port), crowd(port, size, raw=True), change, max(CHANGES, MESSAGES // size))


async def _told(
    pid: int,
    coming: AbstractAsyncContextManager[Crowd],
    change: Callable[[Crowd, int], Awaitable[None]],
    changes: int,
) -> Told:
    await until_idle(pid)
    seconds, empty = [], rss_of(pid)
    async with coming as viewers:
        await until_idle(pid)
        memory, before, messages = rss_of(pid) - empty, cpu_of(pid), viewers.messages
        for number in range(changes):
            began = time.perf_counter()
            await change(viewers, number)
            seconds.append(viewers.last - began)
        cpu, told = cpu_of(pid) - before, viewers.messages - messages
    if told != changes * len(viewers.viewers):
        raise RuntimeError(f"{len(viewers.viewers)} viewers of {changes} changes had {told} messages.")
    return Told(cpu / told, seconds, memory / len(viewers.viewers), viewers.text)


def _listener(port: int) -> int:
    for process in psutil.Process().children(recursive=True):
        if any(each.laddr[1] == port and each.status == "LISTEN" for each in process.net_connections("tcp")):
            return process.pid
    raise LookupError(f"Nobody listens on {port}.")
