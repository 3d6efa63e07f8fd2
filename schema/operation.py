"""What a client sent, what of it was understood, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import GraphQLError, OperationType

from schema.documents import Document

Payload: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Call:
    """What a client sent: a document or its SHA-256 or both, which of its operations, and the variables."""

    query: str  # empty where the hash stands for it
    variables: Mapping[str, object]
    operation_name: str | None
    document_hash: str | None = None


@dataclass(frozen=True)
class Operation:
    """A call whose document has been read; holding it keeps the document at hand."""

    call: Call
    document: Document
    kind: OperationType


def is_refusal(payload: Payload) -> bool:
    """Whether the operation was refused before it began: there is not even an empty `data`."""
    return "data" not in payload


def refusal_code(payload: Payload) -> str | None:
    """The code an operation was refused with before it began; None if it has begun."""
    errors = payload.get("errors")
    return str(errors[0]["extensions"]["code"]) if is_refusal(payload) and isinstance(errors, list) else None


def retry_after(payload: Payload) -> int | None:
    """In how many seconds it is worth trying again what was refused, in whole or in part."""
    errors = payload.get("errors")
    waits = [error["extensions"].get("retryAfter", 0) for error in errors] if isinstance(errors, list) else []
    return max(waits, default=0) or None


def payload_of(data: object, errors: Sequence[GraphQLError]) -> Payload:
    """The payload of a result; of an operation that never began only the errors."""
    formatted = [error.formatted for error in errors]
    if data is None and errors and all(error.path is None for error in errors):
        return {"errors": formatted}
    return {"data": data, "errors": formatted} if errors else {"data": data}
