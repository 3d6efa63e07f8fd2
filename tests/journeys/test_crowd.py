"""The crowd of the benches sees what people see: every change, in order, and a fault where there is one."""

import asyncio
import json
import os
import sys
import time

import pytest

from bench import crowd as crowds
from bench.crowd import PONG, TEXT, Crowd, Viewer, crowd, frame
from bench.house import cpu_of
from routes.serving import frame_header
from tests.journeys.house import OpenHouse
from tests.journeys.people import Person, a_customer, map_of, states

pytestmark = pytest.mark.once

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
ACK = b'{"type":"connection_ack"}'
PING = 0x89


async def hold_some(person: Person, showtime_id: str, seats: list[list[str]]) -> None:
    for labels in seats:
        assert (await person.hold(showtime_id, labels))["__typename"] == "Hold"


async def test_five_viewers_see_every_change(start_house: OpenHouse) -> None:
    house = await start_house(HOLDS_PER_PERSON="50")
    ana, showtime = await a_customer(house.server), house.showtimes[0]
    async with crowd(house.server.port, 5, showtime, keep_maps=True) as viewers:
        for number, labels in enumerate([["A1"], ["B1", "B2"], ["C3", "C4", "C5"]], 1):
            await hold_some(ana, showtime, [labels])
            await viewers.all_reach(number)
            assert [viewer.messages for viewer in viewers.viewers] == [1 + number] * 5
        truth = states(await map_of(house.server, showtime))
        assert list(truth.values()).count("HELD") == 6
        assert [viewer.seats for viewer in viewers.viewers] == [truth] * 5
        assert viewers.messages == 20
        with pytest.raises(TimeoutError, match="5 of 5 viewers wait in vain"):
            await viewers.all_reach(4, seconds=0.2)


async def test_who_comes_with_a_version_gets_what_was_missed(start_house: OpenHouse) -> None:
    house = await start_house(HOLDS_PER_PERSON="50")
    ana, showtime = await a_customer(house.server), house.showtimes[0]
    await hold_some(ana, showtime, [["A1"], ["A2"], ["A3", "A4"]])
    async with crowd(house.server.port, 5, showtime, after=1, keep_maps=True) as viewers:
        missed = dict.fromkeys(["A2", "A3", "A4"], "HELD")
        assert [(viewer.version, viewer.messages, viewer.seats) for viewer in viewers.viewers] == [(3, 1, missed)] * 5


async def test_a_crowd_whose_server_ends_waits_for_nothing(start_house: OpenHouse) -> None:
    house = await start_house()
    async with crowd(house.server.port, 5, house.showtimes[0]) as viewers:
        waiting = asyncio.create_task(viewers.all_reach(1))
        await asyncio.sleep(0)
        await house.server.kill()
        with pytest.raises(RuntimeError, match=r"hung up|closed"):
            await waiting


async def test_a_large_crowd_calls_from_several_addresses(
    start_house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowds, "PER_ADDRESS", 2)
    house = await start_house(WS_SOCKETS_PER_ADDRESS="2")
    async with crowd(house.server.port, 5, house.showtimes[0]) as viewers:
        sources = [viewer.transport.get_extra_info("sockname")[0] for viewer in viewers.viewers]
    assert sources == ["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.3"]


class Wire(asyncio.Transport):
    """Stands for a transport: remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)


def alone() -> tuple[Crowd, Viewer, Wire]:
    """A crowd of one who is told things by hand."""
    watching, wire = Crowd(frame(TEXT, b"{}"), keep_maps=True), Wire()
    viewer = Viewer(watching)
    watching.viewers.append(viewer)
    viewer.connection_made(wire)
    return watching, viewer, wire


def event(version: int, seats: dict[str, str], since: int | None = None) -> bytes:
    told = {"version": version, "seats": [{"label": label, "state": state} for label, state in seats.items()]}
    told |= {} if since is None else {"since": since}
    text = {"id": "1", "type": "next", "payload": {"data": {"seatMap": told}}}
    return json.dumps(text, separators=(",", ":")).encode()


def framed(text: bytes) -> bytes:
    return frame_header(len(text)) + text


@pytest.mark.parametrize("seats", [1, 4, 2_000], ids=["of 7 bits", "of 16 bits", "of 64 bits"])
@pytest.mark.parametrize("step", [1, 7, 1_000_000])
def test_frames_of_every_length_however_they_are_cut(seats: int, step: int) -> None:
    watching, viewer, wire = alone()
    everything = {f"A{number}": "HELD" for number in range(seats)}
    data = UPGRADED + framed(ACK) + bytes((PING, 2)) + b"hi" + framed(event(7, everything))
    for start in range(0, len(data), step):
        viewer.data_received(data[start : start + step])
    assert (viewer.messages, viewer.version, viewer.seats) == (1, 7, everything)
    assert wire.written[2:] == [watching.subscribe, frame(PONG, b"hi")]


async def fault_of(*told: bytes) -> str:
    """What a crowd says is wrong with these messages; empty if nothing is."""
    watching, viewer, _ = alone()
    viewer.data_received(UPGRADED + framed(ACK) + b"".join(map(framed, told)))
    try:
        await watching.until(bool, 0.01)
    except RuntimeError as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize(
    ("since", "version", "fault"),
    [
        (5, 6, ""),
        (3, 6, ""),  # a change may begin before the version it meets
        (6, 7, "6 to 7 does not follow 5"),  # a gap
        (4, 5, "4 to 5 does not follow 5"),  # told twice
    ],
)
async def test_a_change_that_does_not_follow_is_a_fault(since: int, version: int, fault: str) -> None:
    assert await fault_of(event(5, {"A1": "AVAILABLE"}), event(version, {"A1": "HELD"}, since)) == fault


async def test_what_is_no_event_is_a_fault() -> None:
    assert (await fault_of(b'{"id":"1","type":"error","payload":[]}')).startswith("Not an event")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a clock for each process")
def test_the_cpu_of_a_process_is_not_rounded() -> None:
    used = time.process_time()
    assert cpu_of(os.getpid()) >= used
