"""What surrounds every answer: headers that tell browsers what they may do with it, and the way to HTTPS."""

import structlog
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from domain.wrong_calls import Forbidden
from schema.errors import told
from settings import Settings

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    # Whatever is no page must not become one; pages bring policies of their own.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}  # RFC 6797; a year, and no word about other subdomains
PLAIN = ("http", "ws")
# Asked from this side of TLS: by balancers, and by our own sandbox. What is signed needs no other proof.
INSIDE = ("/health/", "/webhooks/", "/sandbox/payments/")

log = structlog.get_logger(__name__)


def is_served_by_tls(settings: Settings) -> bool:
    """Whether this is in earnest, and browsers reach it by HTTPS."""
    return settings.environment == "production" and settings.public_url.startswith("https://")


class SecurityHeaders:
    """Adds the headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        headers = HEADERS | (HSTS if is_served_by_tls(settings) else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [pair for pair in self._headers if pair[0] not in names]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class HttpsOnly:
    """Sends whoever comes by plain HTTP to the public address, and refuses plain websockets.

    TLS ends in a proxy, which says so in X-Forwarded-Proto; uvicorn believes it if FORWARDED_ALLOW_IPS names it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._address = settings.address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("scheme") not in PLAIN or f"{scope['path']}/".startswith(INSIDE):
            await self._app(scope, receive, send)
            return
        _explain(Headers(scope=scope))
        if scope["type"] == "websocket":
            error = told(
                "Websockets are served by wss here.", Forbidden.code, str(scope["state"].get("request_id", ""))
            )
            refusal = JSONResponse({"errors": [error]}, 403)
            await WebSocket(scope, receive, send).send_denial_response(refusal)
            return
        await RedirectResponse(self._same_place(scope), 308)(scope, receive, send)

    def _same_place(self, scope: Scope) -> str:
        """Where this request belongs; the host is ours, whatever the client called us."""
        path = (scope.get("raw_path") or b"").decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        return self._address + (path if path.startswith("/") else "/") + (f"?{query}" if query else "")


def _explain(headers: Headers) -> None:
    """A proxy that nobody has named would be sent to itself for ever: its operator must be able to find out why."""
    if headers.get("x-forwarded-proto", "").lower() == "https":
        log.warning("forwarded_header_not_believed", header="X-Forwarded-Proto", setting="FORWARDED_ALLOW_IPS")
