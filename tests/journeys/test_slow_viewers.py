"""Viewers who do not read, in an audience of those who do: they delay nobody, miss nothing, or are sent away."""

import asyncio
import json
import socket as sockets
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.journeys.house import House, OpenHouse
from tests.journeys.people import a_customer
from tests.journeys.storm import at_rest, gather_viewers, stop
from tests.journeys.viewers import Viewer

pytestmark = [pytest.mark.once, pytest.mark.alone]

COPIES = 90  # of the whole map, asked for and not read: more than all buffers on the way hold
WIDE = " ".join(f"l{number}: label s{number}: state" for number in range(14))
WATCH = f"""subscription ($id: ID!, $after: Int) {{
  seatMap(showtimeId: $id, afterVersion: $after) {{
    __typename
    ... on SeatMap {{ version available seats {{ label state {WIDE} }} }}
    ... on SeatMapChange {{ since version available seats {{ label state }} }}
  }}
}}"""


async def slow_connection(house: House) -> ClientConnection:
    """A client with a small window, which has asked for a great deal and reads nothing."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", house.server.port))
    connection = await connect(
        house.server.ws_url,
        sock=raw,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        max_size=None,
        max_queue=1,
        ping_interval=None,
        compression=None,
    )
    await connection.send(json.dumps({"type": "connection_init"}))
    assert json.loads(await connection.recv())["type"] == "connection_ack"
    for number in range(COPIES):
        payload = {"query": WATCH, "variables": {"id": house.showtimes[0], "after": None}}
        await connection.send(json.dumps({"id": str(number), "type": "subscribe", "payload": payload}))
    return connection


async def heard(connection: ClientConnection, version: int) -> dict[str, list[dict[str, Any]]]:
    """Everything until each of the copies has come to this version."""
    found: dict[str, list[dict[str, Any]]] = {str(number): [] for number in range(COPIES)}
    while any(not events or events[-1]["version"] < version for events in found.values()):
        message = json.loads(await asyncio.wait_for(connection.recv(), 20))
        assert message["type"] == "next", message
        found[message["id"]].append(message["payload"]["data"]["seatMap"])
    return found


async def rage(house: House, changes: int) -> None:
    ana = await a_customer(house.server)
    for number in range(changes // 2):
        hold = await ana.hold(house.showtimes[0], [f"A{1 + number % 10}"])
        assert hold["__typename"] == "Hold", hold
        await ana.release(hold["id"])


async def test_who_reads_again_is_told_what_was_missed_as_one_change(start_house: OpenHouse) -> None:
    house = await start_house(WS_STUCK_SECONDS="60")
    viewers, tasks = await gather_viewers(house, 5)
    slow = await slow_connection(house)
    await asyncio.sleep(0.5)
    await rage(house, 40)
    await at_rest(house, viewers)
    assert all(viewer.events == 1 + 40 for viewer in viewers), "those who read get every change by itself"
    found = await heard(slow, 40)
    late = [events for events in found.values() if len(events) < 41]
    assert late, "nobody was slow: the test shows nothing"
    for events in found.values():
        viewer = Viewer(house.server, house.showtimes[0])
        for event in events:
            viewer.take(event)
        assert (viewer.seats, viewer.faults) == (viewers[0].seats, [])
    await slow.close()
    await stop(tasks)


async def test_who_stays_stuck_is_sent_away_with_a_word_that_says_come_back(start_house: OpenHouse) -> None:
    house = await start_house(WS_STUCK_SECONDS="0.5")
    viewers, tasks = await gather_viewers(house, 5)
    slow = await slow_connection(house)
    await rage(house, 10)
    await at_rest(house, viewers)
    await asyncio.sleep(1)
    with pytest.raises(ConnectionClosed) as closed:
        await heard(slow, 10_000)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1013
    await rage(house, 10)
    await at_rest(house, viewers)
    await stop(tasks)
