"""What a bare Starlette does with the same bytes: run as `python -m bench.yardsticks PORT FILE [on]` in a process of its own.

And what the kernel takes for them, with nothing above it.
"""

import json
import socket
import sys
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from routes.serving import uvicorn_config
from settings import Settings


def app(body: bytes, message: str) -> Starlette:
    """A server that does one thing at each address, and nothing else."""
    return Starlette(routes=[*answers(body), *live(message)])


def answers(body: bytes) -> list[BaseRoute]:
    """`POST /graphql` answers with the bytes; `POST /encode` encodes the same content each time."""
    content = json.loads(body)

    async def answer(request: Request) -> Response:
        await request.json()
        return Response(body, media_type="application/json")

    async def encode(request: Request) -> Response:
        await request.json()
        return JSONResponse(content)

    return [Route("/graphql", answer, methods=["POST"]), Route("/encode", encode, methods=["POST"])]


def live(message: str) -> list[BaseRoute]:
    """`/graphql` as a websocket gets `message` whenever `/tell` is called: one `send_text` after the other."""
    viewers: set[WebSocket] = set()

    async def watch(websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        try:
            await websocket.receive_text()
            await websocket.send_text('{"type":"connection_ack"}')
            viewers.add(websocket)
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            viewers.discard(websocket)

    async def tell(request: Request) -> Response:
        for viewer in list(viewers):
            await viewer.send_text(message)
        return Response(b"")

    return [Route("/tell", tell), WebSocketRoute("/graphql", watch)]


def kernel_floor(message: bytes, sockets: int, rounds: int) -> float:
    """Seconds of this thread's CPU for each send of these bytes to one of so many loopback sockets."""
    senders, receivers, cpu = [], [], 0.0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(sockets):
            receivers.append(socket.create_connection(listener.getsockname()))
            senders.append(listener.accept()[0])
            senders[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(rounds):
        began = time.thread_time()
        for sender in senders:
            sender.send(message)
        cpu += time.thread_time() - began
        for receiver in receivers:
            receiver.recv(len(message), socket.MSG_WAITALL)
    for each in (*senders, *receivers):
        each.close()
    return cpu / (sockets * rounds)


if __name__ == "__main__":
    settings = Settings(_env_file=None, port=int(sys.argv[1]), log_level="WARNING")
    content = Path(sys.argv[2]).read_bytes()
    config = uvicorn_config(app(content, content.decode()), settings)
    config.ws_per_message_deflate = sys.argv[3:] == ["on"]
    uvicorn.Server(config).run()
