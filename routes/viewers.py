"""One viewer of a shared subscription: its name for it, in front of what everybody is told."""

from collections.abc import Callable
from typing import Protocol, cast

import orjson
from starlette.websockets import WebSocket

from routes.serving import PUSH


class Push(Protocol):
    """A websocket that takes a message at once or not at all."""

    def push(self, head: bytes, body: bytes, end: bytes) -> bool:
        """Send a text message of three parts now; False, and nothing is sent, while the client is slow."""

    def when_writable(self, ready: Callable[[], None]) -> None:
        """Call this once the client takes something again."""


def push_of(websocket: WebSocket) -> Push | None:
    """The server's way to send without waiting, if it has one."""
    return cast("Push | None", websocket.scope.get("extensions", {}).get(PUSH))


class Viewer:
    """A member of an audience."""

    __slots__ = ("_head", "_on_end", "_push")

    def __init__(self, push: Push, operation_id: str, on_end: Callable[[bool], None]) -> None:
        self._push = push
        self._head = b'{"type":"next","id":' + orjson.dumps(operation_id) + b',"payload":'
        self._on_end = on_end

    def tell(self, payload: bytes) -> bool:
        """Send a payload as the operation's next."""
        return self._push.push(self._head, payload, b"}")

    def when_ready(self, ready: Callable[[], None]) -> None:
        """Call this once the client takes something again."""
        self._push.when_writable(ready)

    def finish(self, *, failed: bool) -> None:
        """Say that the operation is over."""
        self._on_end(failed)
