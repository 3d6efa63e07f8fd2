"""What a bare Starlette does with what Redis publishes: run as `python -m bench.raw_pubsub PORT REDIS_URL`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio as redis
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from routes.serving import uvicorn_config
from settings import Settings

CHANNEL = "bench"


def app(redis_url: str) -> Starlette:
    """Every viewer gets what is published, one `send_text` after the other."""
    viewers: set[WebSocket] = set()

    async def watch(websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        await websocket.receive_text()
        await websocket.send_text('{"type":"connection_ack"}')
        viewers.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            viewers.discard(websocket)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        telling = asyncio.create_task(tell(redis_url, viewers))
        yield
        telling.cancel()

    return Starlette(routes=[WebSocketRoute("/graphql", watch)], lifespan=lifespan)


async def tell(redis_url: str, viewers: set[WebSocket]) -> None:
    """Send whatever is published to all of them."""
    async with redis.Redis.from_url(redis_url, protocol=2) as client, client.pubsub() as listening:
        await listening.subscribe(CHANNEL)
        async for message in listening.listen():
            if message["type"] == "message":
                for viewer in list(viewers):
                    await viewer.send_text(message["data"].decode())


if __name__ == "__main__":
    settings = Settings(_env_file=None, port=int(sys.argv[1]), log_level="WARNING")
    uvicorn.Server(uvicorn_config(app(sys.argv[2]), settings)).run()
