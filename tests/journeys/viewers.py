"""Viewers of live maps: a graphql-transport-ws client of a few lines, and the map it folds."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.servers import Server

WATCH = """
subscription Watch($id: ID!, $after: Int) {
  seatMap(showtimeId: $id, afterVersion: $after) {
    __typename
    ... on SeatMap { version available seats { label state } }
    ... on SeatMapChange { since version available seats { label state } }
  }
}"""


@asynccontextmanager
async def socket(server: Server, token: str | None = None) -> AsyncIterator[ClientConnection]:
    """An acknowledged websocket."""
    async with connect(
        server.ws_url, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=None, open_timeout=20
    ) as connection:
        payload = {"Authorization": f"Bearer {token}"} if token else None
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await connection.recv())["type"] == "connection_ack"
        yield connection


async def subscribe(
    connection: ClientConnection, query: str, variables: Mapping[str, object], id: str = "1"
) -> AsyncIterator[dict[str, Any]]:
    """The payloads of one operation, until it is complete or the socket closes."""
    payload = {"query": query, "variables": dict(variables)}
    await connection.send(json.dumps({"id": id, "type": "subscribe", "payload": payload}))
    async for text in connection:
        message = json.loads(text)
        if message.get("id") != id:
            continue
        if message["type"] != "next":
            return
        yield message["payload"]


@dataclass
class Viewer:
    """Somebody who watches one map: replaces it on SeatMap, patches it on SeatMapChange, and needs no more."""

    server: Server
    showtime_id: str
    version: int | None = None
    available: int = -1
    seats: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    events: int = 0
    snapshots: int = 0
    joined: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        """Watch until cancelled; comes back with `afterVersion` when the connection breaks."""
        while True:
            try:
                async with socket(self.server) as connection:
                    variables = {"id": self.showtime_id, "after": self.version}
                    async for payload in subscribe(connection, WATCH, variables):
                        self.take(payload["data"]["seatMap"])
                        self.joined.set()
            except (ConnectionClosed, OSError, AssertionError, TimeoutError):
                await asyncio.sleep(0.1)

    def take(self, event: dict[str, Any]) -> None:
        """Fold one event into the map; a gap or a repetition is a fault."""
        self.events += 1
        if event["__typename"] == "SeatMap":
            self.snapshots += 1
            self.seats = {seat["label"]: seat["state"] for seat in event["seats"]}
        else:
            if self.version is None or event["since"] > self.version:
                self.faults.append(f"{event['since']} does not follow {self.version}")
            if self.version is not None and event["version"] <= self.version:
                self.faults.append(f"{event['version']} came again after {self.version}")
            self.seats.update({seat["label"]: seat["state"] for seat in event["seats"]})
        self.version, self.available = event["version"], event["available"]
