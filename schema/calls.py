"""One operation from text to payload, for any transport: a mutation that has begun runs to its end."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult

from domain.problems import PersistedQueryNotFound, WrongCall
from schema.documents import Document, refused
from schema.errors import INTERNAL
from schema.execution import CallContext, GuardedSchema
from schema.persisted import Persisted
from schema.shielding import shielded

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


class Calls:
    """Executes calls against the schema."""

    def __init__(self, schema: GuardedSchema, persisted: Persisted) -> None:
        self._schema = schema
        self._persisted = persisted

    async def read(self, call: Call) -> Operation:
        """The operation the call asks for; a GraphQLError says why there is none."""
        text = await self._persisted.text_of(call.query, call.document_hash)
        document = self._schema.read(text)
        try:
            kind = document.operation(call.operation_name).operation
        except WrongCall as wrong:
            raise refused(wrong) from wrong
        if call.document_hash is not None:
            await self._persisted.keep(document, call.variables, call.document_hash, is_new=bool(call.query))
        return Operation(call if call.query else replace(call, query=text), document, kind)

    async def answer(self, operation: Operation, context: CallContext) -> Payload:
        """Execute a query, or a mutation, which goes on although the caller goes away."""
        execution = self._execute(operation.call, context)
        return await (shielded(execution) if operation.kind is OperationType.MUTATION else execution)

    async def events(self, operation: Operation, context: CallContext) -> AsyncGenerator[Payload, None]:
        """Execute a subscription: one payload an event."""
        call = operation.call
        source = await self._schema.stream(
            call.query, dict(call.variables), context, operation_name=call.operation_name
        )
        try:
            async for result in source:
                if isinstance(result, ExecutionResult):
                    yield _payload(result.data, result.errors or ())
        finally:
            await source.aclose()

    def refusal(self, error: GraphQLError, request_id: str) -> Payload:
        """The payload for a call that could not be read."""
        return _payload(None, self._schema.public_errors([error], request_id))

    async def _execute(self, call: Call, context: CallContext) -> Payload:
        result = await self._schema.execute(
            call.query, dict(call.variables), context, operation_name=call.operation_name
        )
        return _payload(result.data, result.errors or ())


def is_refusal(payload: Payload) -> bool:
    """Whether the operation was refused before it began: there is not even an empty `data`."""
    return "data" not in payload


def is_internal(payload: Payload) -> bool:
    """Whether an operation was refused through a fault of ours."""
    return _has_code(payload, INTERNAL)


def is_unregistered(payload: Payload) -> bool:
    """Whether an operation was refused only because its text must come along: no fault of anybody's."""
    return _has_code(payload, PersistedQueryNotFound.code)


def _has_code(payload: Payload, code: str) -> bool:
    errors = payload.get("errors")
    return isinstance(errors, list) and any(error["extensions"]["code"] == code for error in errors)


def _payload(data: object, errors: Sequence[GraphQLError]) -> Payload:
    formatted = [error.formatted for error in errors]
    if data is None and errors and all(error.path is None for error in errors):
        return {"errors": formatted}
    return {"data": data, "errors": formatted} if errors else {"data": data}
