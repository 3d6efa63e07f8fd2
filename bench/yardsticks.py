"""What a bare Starlette does with the same bytes: run as `python -m bench.yardsticks PORT FILE` in a process of its own."""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from routes.serving import uvicorn_config
from settings import Settings


def app(body: bytes, message: str) -> Starlette:
    """`POST /graphql` answers with the bytes; `/graphql` as a websocket gets `message` whenever `/tell` is called."""
    viewers: set[WebSocket] = set()

    async def answer(request: Request) -> Response:
        await request.json()
        return Response(body, media_type="application/json")

    async def watch(websocket: WebSocket) -> None:
        await websocket.accept("graphql-transport-ws")
        viewers.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            viewers.discard(websocket)

    async def tell(request: Request) -> Response:
        for viewer in list(viewers):
            await viewer.send_text(message)
        return Response(b"")

    return Starlette(
        routes=[
            Route("/graphql", answer, methods=["POST"]),
            Route("/tell", tell),
            WebSocketRoute("/graphql", watch),
        ]
    )


if __name__ == "__main__":
    settings = Settings(_env_file=None, port=int(sys.argv[1]), log_level="WARNING")
    content = Path(sys.argv[2]).read_bytes()
    uvicorn.Server(uvicorn_config(app(content, content.decode()), settings)).run()
