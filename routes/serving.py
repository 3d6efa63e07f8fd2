"""How uvicorn is set up, and a websocket that does not wait for clients who never read."""

import logging
from asyncio import BaseTransport, TimerHandle

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from settings import Settings

FAREWELL_SECONDS = 2.0
BACKLOG = 2048

# At INFO uvicorn writes each websocket's whole address, query string included; our own log has the requests.
socket_logger = logging.getLogger("uvicorn.sockets")
socket_logger.setLevel(logging.WARNING)


class AbortingWS(WebSocketsSansIOProtocol):
    """Closes for certain: a closing handshake waits to write, and whoever does not read would hold it for ever."""

    _abort_timer: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.logger = self.conn.logger = socket_logger

    def connection_lost(self, exc: Exception | None) -> None:
        if self._abort_timer is not None:
            self._abort_timer.cancel()
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
        if message["type"] == "websocket.close":
            self._abort_after(self.close_timeout + FAREWELL_SECONDS)

    def _abort_after(self, seconds: float) -> None:
        timer = self._abort_timer
        if self.disconnected or (timer is not None and timer.when() < self.loop.time() + seconds):
            return
        if timer is not None:
            timer.cancel()
        self._abort_timer = self.loop.call_later(seconds, self.transport.abort)


def uvicorn_config(app: ASGIApp | str, settings: Settings) -> Config:
    """The server's configuration; a string names the function that makes the app, which workers need."""
    return Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        backlog=BACKLOG,
        lifespan="on",
        ws=AbortingWS,
        ws_max_size=settings.ws_max_message_bytes,
        ws_ping_interval=settings.ws_ping_seconds,
        ws_ping_timeout=settings.ws_ping_timeout_seconds,
        # Deflate costs 40 kB a socket, and our messages are small.
        ws_per_message_deflate=False,
        # Otherwise a request on a kept-alive connection starts with the context variables of the one before it.
        reset_contextvars=True,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=settings.forwarded_allow_ips,
        server_header=False,
        access_log=False,
        log_config=None,
    )
