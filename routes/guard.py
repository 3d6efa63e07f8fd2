"""The checks in front of GraphQL over HTTP: what is refused here has not been executed, and says why in JSON."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from domain.wrong_calls import BadUserInput, Forbidden, NotFound, OperationTimedOut, RateLimited
from schema.errors import told
from settings import Settings

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
PATIENCE = 100
OPERATION = {"query", "documentId", "extensions"}  # any of these in an address asks for one
CODES = {
    403: Forbidden.code,
    404: NotFound.code,
    408: OperationTimedOut.code,
    429: RateLimited.code,
    503: RateLimited.code,
}
# A page of another origin can send these only after asking us first, by a preflight that we answer with no.
NOT_SIMPLE = ("apollo-require-preflight", "x-apollo-operation-name", "x-requested-with")
READ_SECONDS = 10.0
UTF_8 = ("charset=utf-8", "charset=utf8")


class Refusal(Exception):
    """A request that is refused, with the status to refuse it with."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, dict(headers or {})

    @property
    def code(self) -> str:
        """What GraphQL clients are told besides the status."""
        return CODES.get(self.status, BadUserInput.code)


@dataclass(frozen=True)
class Format:
    """The media type of an answer, and the status of an operation that was refused before it began.

    GraphQL over HTTP gives refused operations a 4xx; a client that accepts only `application/json` is promised the
    200 of old, so that it looks into the body.
    """

    media_type: str
    refused_status: int = 400


@dataclass(frozen=True)
class _Offer:
    """One media type a client accepts."""

    media_type: str
    quality: float


async def refuse(request: Request, problem: Exception) -> Response:
    """What a request is told that fits no route of ours, in the same words as everywhere."""
    status, detail = (problem.status_code, problem.detail) if isinstance(problem, HTTPException) else (500, "")
    error = told(f"{detail}.", Refusal(status, detail).code, str(request.scope.get("state", {}).get("request_id", "")))
    return JSONResponse({"errors": [error]}, status, getattr(problem, "headers", None))


def negotiate(accept: str | None) -> Format:
    """The best format the client accepts; among equals the one made for GraphQL."""
    if accept is None or not accept.strip():
        return Format(JSON)
    offers = [offer for offer in map(_offer, accept.split(",")) if offer.quality > 0]
    offers.sort(key=lambda offer: (-offer.quality, offer.media_type != GRAPHQL_RESPONSE))
    for offer in offers:
        if offer.media_type == GRAPHQL_RESPONSE:
            return Format(GRAPHQL_RESPONSE)
        if offer.media_type == JSON:
            return Format(JSON, refused_status=200)
        if offer.media_type in ("*/*", "application/*"):
            return Format(JSON)
    raise Refusal(406, f"This endpoint answers with {GRAPHQL_RESPONSE} or {JSON}.")


def wants_page(request: Request) -> bool:
    """Whether this is a browser that came to look, not to ask."""
    accepted = request.headers.get("accept", "")
    return request.method == "GET" and HTML in accepted and not OPERATION & request.query_params.keys()


def check_content_type(request: Request) -> None:
    """JSON and nothing else: a form, or text, is what a foreign page could send without being asked (CSRF)."""
    media_type, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charsets = [each for each in parameters if each.startswith("charset=")]
    if media_type != JSON or any(each.replace('"', "") not in UTF_8 for each in charsets):
        raise Refusal(415, f"Send the operation as {JSON} in UTF-8.", {"Accept": JSON})


def check_is_no_forgery(request: Request) -> None:
    """Where the public is: a query by GET needs what no foreign page can send without asking, or its hash (CSRF).

    It changes nothing and there are no cookies, so this guards against what may come to lie in front of us one day.
    """
    is_json = request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON
    if not is_json and not any(name in request.headers for name in NOT_SIMPLE):
        raise Refusal(400, f"Queries by GET need a `Content-Type: {JSON}`, or call them by their hash, or use POST.")


async def read_body(request: Request, most: int, seconds: float = READ_SECONDS) -> bytes:
    """The body, as long as it is no longer than allowed and comes within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, most)
    except TimeoutError as slow:
        message = f"The body took longer than {seconds:g} seconds to come."
        raise Refusal(408, message, {"Connection": "close"}) from slow


async def _read(request: Request, most: int) -> bytes:
    """The rest of a body that is too long is read and thrown away, within reason.

    A client that still writes would not see our answer otherwise.
    """
    length, body = 0, bytearray()
    async for chunk in request.stream():
        length += len(chunk)
        if length <= most:
            body += chunk
        elif length > most * PATIENCE:
            raise Refusal(413, f"The body is larger than {most} bytes.", {"Connection": "close"})
    if length > most:
        raise Refusal(413, f"The body is larger than {most} bytes.")
    return bytes(body)


def bearer_token(authorization: str | None) -> str | None:
    """The token of an Authorization header."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def is_welcome(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the page that opens a websocket, if it is a page at all, is ours or one that is allowed."""
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    allowed = {each.strip().rstrip("/").lower() for each in (*settings.allowed_origins.split(","), settings.address)}
    if "*" in allowed or (origin and origin.lower() in allowed):
        return True
    try:
        host = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    return bool(host) and host == connection.headers.get("host", "").lower()


def _offer(text: str) -> _Offer:
    media_type, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return _Offer(media_type, float(quality))
    except ValueError:
        return _Offer(media_type, 0.0)
