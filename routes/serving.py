"""How uvicorn is set up, and a websocket that does not wait for clients who never read."""

import logging
import struct
from asyncio import BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson
from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from domain.wrong_calls import BadUserInput
from routes.mailbox import Mailbox
from schema.errors import told
from settings import Settings

FAREWELL_SECONDS = 2.0
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 15
STUCK_SECONDS = 30.0
HEAD_SECONDS = 10.0
PUSH = "marquee.push"  # the ASGI extension under which a socket offers `push`
TEXT = 0x81
SWITCHING_PROTOCOLS = 101

# At INFO uvicorn writes each websocket's whole address, query string included; our own log has the requests.
socket_logger = logging.getLogger("uvicorn.sockets")
socket_logger.setLevel(logging.WARNING)


class AbortingWS(WebSocketsSansIOProtocol):
    """Closes for certain: a closing handshake waits to write, and whoever does not read would hold it for ever."""

    _abort_timer: TimerHandle | None = None
    _stuck_timer: TimerHandle | None = None
    _on_writable: tuple[Callable[[], None], ...] = ()

    def push(self, head: bytes, body: bytes, end: bytes) -> bool:
        """Send a text message now, without a task that waits; False, and nothing is sent, while the client is slow.

        The same frame that ASGI's `send` makes, without its layers: thousands get one body within a frame of their own.
        """
        if not self.writable.is_set():
            return False
        if not (self.close_sent or self.disconnected or self.transport.is_closing()):
            self.transport.write(frame_header(len(head) + len(body) + len(end)) + head + body + end)
        return True

    def when_writable(self, ready: Callable[[], None]) -> None:
        """Call this once the client takes something again."""
        self._on_writable += (ready,)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == SWITCHING_PROTOCOLS:
            extensions: dict[str, Any] = self.scope["extensions"]  # uvicorn's type knows of no extensions but its own
            extensions[PUSH] = self

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck_timer = self.loop.call_later(getattr(self.config, "stuck_seconds", STUCK_SECONDS), self._give_up)

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()
        waiting, self._on_writable = self._on_writable, ()
        for ready in waiting:
            ready()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  # whatever uvicorn passes on
        super().__init__(*given, **named)
        self.queue = Mailbox()  # type: ignore[assignment]

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.logger = self.conn.logger = socket_logger

    def connection_lost(self, exc: Exception | None) -> None:
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        self._stop_waiting()
        self._on_writable = ()
        if (scope := getattr(self, "scope", None)) is not None:
            scope["extensions"].pop(PUSH, None)  # a circle: nothing must wait for the garbage collector
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()

    def shutdown(self) -> None:
        super().shutdown()
        self._abort_after(FAREWELL_SECONDS)

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._abort_after(FAREWELL_SECONDS)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._forget_handshake()
        elif message["type"] == "websocket.close":
            self._abort_after(self.close_timeout + FAREWELL_SECONDS)

    def _forget_handshake(self) -> None:
        """Let go of what was said before the first message: it is a fifth of what an idle viewer costs."""
        del self.request, self.response
        headers = self.scope["headers"]
        if isinstance(headers, list):
            headers.clear()

    def _stop_waiting(self) -> None:
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()
            self._stuck_timer = None

    def _give_up(self) -> None:
        if not (self.close_sent or self.transport.is_closing()):
            self.conn.fail(CloseCode.TRY_AGAIN_LATER, "You do not keep up; please connect again")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
            self._abort_after(FAREWELL_SECONDS)

    def _abort_after(self, seconds: float) -> None:
        timer = self._abort_timer
        if self.disconnected or (timer is not None and timer.when() < self.loop.time() + seconds):
            return
        if timer is not None:
            timer.cancel()
        self._abort_timer = self.loop.call_later(seconds, self.transport.abort)


class PromptHttp(HttpToolsProtocol):
    """Waits for a request's head only so long: whoever sends it letter by letter would hold a connection for ever."""

    _head_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait_for_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for_head()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so like everything else that is wrong: in JSON, with a code."""
        body = orjson.dumps({"errors": [told(msg, BadUserInput.code, "")]})
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._head_timer = self.loop.call_later(
            getattr(self.config, "head_seconds", HEAD_SECONDS), self.transport.close
        )

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class PatientConfig(Config):
    """uvicorn's configuration, how long a client may take nothing while something waits for it, and how long it may
    take to say what it wants.
    """

    stuck_seconds = STUCK_SECONDS
    head_seconds = HEAD_SECONDS


@lru_cache(maxsize=4096)
def frame_header(size: int) -> bytes:
    """The header of an unmasked text frame with this many bytes (RFC 6455, section 5.2)."""
    if size < 126:
        return bytes((TEXT, size))
    return struct.pack("!BBH", TEXT, 126, size) if size < 65_536 else struct.pack("!BBQ", TEXT, 127, size)


def uvicorn_config(app: ASGIApp | str, settings: Settings) -> Config:
    """The server's configuration; a string names the function that makes the app, which workers need."""
    config = PatientConfig(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        backlog=BACKLOG,
        lifespan="on",
        http=PromptHttp,
        ws=AbortingWS,
        ws_max_size=settings.ws_max_message_bytes,
        ws_ping_interval=settings.ws_ping_seconds,
        ws_ping_timeout=settings.ws_ping_timeout_seconds,
        # Deflate costs 40 kB a socket, and our messages are small.
        ws_per_message_deflate=False,
        # Otherwise a request on a kept-alive connection starts with the context variables of the one before it.
        reset_contextvars=True,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        server_header=False,
        access_log=False,
        log_config=None,
    )
    config.stuck_seconds = settings.ws_stuck_seconds
    config.head_seconds = settings.read_seconds
    return config
