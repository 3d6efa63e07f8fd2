"""What clients send, before anything believes it: JSON, the call within it, and the messages of a websocket.

The websocket speaks graphql-transport-ws (the PROTOCOL.md of enisdenjo/graphql-ws).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import orjson

from schema.calls import Call

SUBPROTOCOL = "graphql-transport-ws"
NESTING_MAX = 64
NUL = "\0"
ESCAPED_NUL = b"\\u0000"
SHA_256 = re.compile(r"[0-9a-f]{64}")

Json: TypeAlias = Mapping[str, object]


class CloseCode(IntEnum):
    """Why the server closes a websocket."""

    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429
    INTERNAL = 4500


class Malformed(Exception):
    """The bytes are not what they should be; the message is fit for the client."""


@dataclass(frozen=True)
class Init:
    """connection_init"""

    payload: Json


@dataclass(frozen=True)
class Ping:
    """ping; what came with it goes back in the pong."""

    payload: Json | None


@dataclass(frozen=True)
class Pong:
    """pong"""


@dataclass(frozen=True)
class Subscribe:
    """subscribe: start an operation of any kind."""

    id: str
    call: Call


@dataclass(frozen=True)
class Complete:
    """complete: the client wants no more of an operation."""

    id: str


Message: TypeAlias = Init | Ping | Pong | Subscribe | Complete


def decode(raw: bytes) -> object:
    """Parse JSON that is UTF-8, not deeply nested, and free of characters a database would choke on."""
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed("This is not valid JSON in UTF-8.") from error
    # Counting brackets is a cheap upper bound: almost no request needs the walk.
    if ESCAPED_NUL in raw or raw.count(b"[") + raw.count(b"{") > NESTING_MAX:
        _check(value)
    return value


def call_from(payload: object) -> Call:
    """The call within a request body or a subscribe message."""
    if not isinstance(payload, dict):
        raise Malformed("Send one JSON object with a `query`; lists of operations are not supported.")
    digest = _document_hash(payload)
    query = "" if digest and payload.get("query") is None else payload.get("query")
    if not isinstance(query, str) or not (query.strip() or digest):
        raise Malformed("`query` must be a string with a GraphQL document, if no hash stands for it.")
    name = payload.get("operationName")
    if not isinstance(name, str | None):
        raise Malformed("`operationName` must be a string or null.")
    return Call(query if query.strip() else "", _object(payload, "variables") or {}, name or None, digest)


def message_from(text: str) -> Message:
    """The message within a text frame."""
    message = decode(text.encode())
    if not isinstance(message, dict):
        raise Malformed("A message must be a JSON object.")
    match message.get("type"):
        case "connection_init":
            return Init(_object(message, "payload") or {})
        case "ping":
            return Ping(_object(message, "payload"))
        case "pong":
            _object(message, "payload")
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), call_from(message.get("payload")))
        case "complete":
            return Complete(_id(message))
    raise Malformed("Unknown message type.")


def _document_hash(payload: Json) -> str | None:
    """The SHA-256 a document is called by, in either of the ways that clients know."""
    named = {each for each in (_document_id(payload), _persisted_query(payload)) if each is not None}
    if len(named) > 1:
        raise Malformed("`documentId` and `extensions.persistedQuery` name different documents.")
    return named.pop() if named else None


def _document_id(payload: Json) -> str | None:
    """GraphQL over HTTP, persisted documents."""
    identifier = payload.get("documentId")
    if identifier is None or identifier == "":
        return None
    if not isinstance(identifier, str) or not identifier.startswith("sha256:"):
        raise Malformed("`documentId` must be `sha256:` and the hash of a document.")
    return _digest(identifier.removeprefix("sha256:"))


def _persisted_query(payload: Json) -> str | None:
    """Automatic persisted queries, as Apollo has them."""
    persisted = _object(_object(payload, "extensions") or {}, "persistedQuery")
    if persisted is None:
        return None
    if persisted.get("version") != 1:
        raise Malformed("`persistedQuery` must have `version` 1.")
    return _digest(persisted.get("sha256Hash"))


def _digest(value: object) -> str:
    if not isinstance(value, str) or not SHA_256.fullmatch(value):
        raise Malformed("The hash of a document must be a SHA-256 in 64 lower-case hex digits.")
    return value


def _object(holder: Json, name: str) -> Json | None:
    value = holder.get(name)
    if not isinstance(value, dict | None):
        raise Malformed(f"`{name}` must be an object or null.")
    return value


def _id(message: Json) -> str:
    identifier = message.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Malformed("`id` must be a string that is not empty.")
    return identifier


def _check(value: object) -> None:
    """Walk level by level, so that the nesting of the input is never the nesting of our calls."""
    level = [value]
    for _ in range(NESTING_MAX):
        if any(isinstance(each, str) and NUL in each for each in level):
            raise Malformed("A string may not contain the character NUL.")
        level = [inner for each in level for inner in _within(each)]
        if not level:
            return
    raise Malformed("This JSON is nested too deeply.")


def _within(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
