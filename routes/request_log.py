"""An id for every request, in its log lines and in its answer, and one log line when it is over."""

import re
import secrets
import time

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

PATH_LIMIT = 200

_USABLE_ID = re.compile(rb"[A-Za-z0-9-]{8,64}")
_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")

log = structlog.get_logger(__name__)


class RequestLog:
    """ASGI middleware for requests and websockets; it is the outermost, so that nothing is answered without it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one websocket, or the life of the server."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        clear_contextvars()  # a kept-alive connection may bring those of the request before
        bind_contextvars(request_id=request_id)
        answer = _Answer(send, request_id)
        began = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except Exception:
            log.exception("request_failed")
            if not await answer.fail(scope["type"]):
                raise
        finally:
            _log_request(scope, answer.status, time.perf_counter() - began)
            clear_contextvars()


class _Answer:
    """What is sent in answer to one request: it carries the request's id, and its status is remembered."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        if message["type"] in _STARTS:
            self.status = message.get("status", 101)
            others = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-request-id"]
            message["headers"] = [*others, (b"x-request-id", self._id.encode())]
        await self._send(message)

    async def fail(self, kind: str) -> bool:
        """Tell the client that we are at fault; false when an answer has begun, which then has to be cut off."""
        if kind == "websocket":
            await self._send({"type": "websocket.close", "code": 1011})
            return True
        if self.status:
            return False
        body = orjson.dumps({"error": "Something went wrong on our side.", "requestId": self._id})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        return True


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            return str(value, "ascii") if _USABLE_ID.fullmatch(value) else None
    return None


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    """One line a request; its query string stays out, which is where people put what is nobody's business."""
    path = scope["path"][:PATH_LIMIT]
    tell = log.debug if path.startswith("/health") else log.info
    method = scope.get("method", "WEBSOCKET")
    tell("request", method=method, path=path, status=status or 499, milliseconds=round(seconds * 1000, 2))
