"""What a client sent, what of it was understood, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import GraphQLError, OperationType

from domain.problems import PersistedQueryNotFound
from schema.documents import Document
from schema.errors import INTERNAL

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


def is_internal(payload: Payload) -> bool:
    """Whether an operation was refused through a fault of ours."""
    return _has_code(payload, INTERNAL)


def is_unregistered(payload: Payload) -> bool:
    """Whether an operation was refused only because its text must come along: no fault of anybody's."""
    return _has_code(payload, PersistedQueryNotFound.code)


def payload_of(data: object, errors: Sequence[GraphQLError]) -> Payload:
    """The payload of a result; of an operation that never began only the errors."""
    formatted = [error.formatted for error in errors]
    if data is None and errors and all(error.path is None for error in errors):
        return {"errors": formatted}
    return {"data": data, "errors": formatted} if errors else {"data": data}


def _has_code(payload: Payload, code: str) -> bool:
    errors = payload.get("errors")
    return isinstance(errors, list) and any(error["extensions"]["code"] == code for error in errors)
