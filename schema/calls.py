"""One operation from text to payload, for any transport: a mutation that has begun runs to its end."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult

from domain.problems import WrongCall
from schema.documents import Document, refused
from schema.errors import INTERNAL
from schema.execution import CallContext, GuardedSchema
from schema.shielding import shielded

Payload: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Call:
    """What a client sent: a document, which of its operations, and the variables."""

    query: str
    variables: Mapping[str, object]
    operation_name: str | None


@dataclass(frozen=True)
class Operation:
    """A call whose document has been read; holding it keeps the document at hand."""

    call: Call
    document: Document
    kind: OperationType


class Calls:
    """Executes calls against the schema."""

    def __init__(self, schema: GuardedSchema) -> None:
        self._schema = schema

    def read(self, call: Call) -> Operation:
        """The operation the call asks for; a GraphQLError says why there is none."""
        document = self._schema.read(call.query)
        try:
            return Operation(call, document, document.operation(call.operation_name).operation)
        except WrongCall as wrong:
            raise refused(wrong) from wrong

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
    errors = payload["errors"]
    return isinstance(errors, list) and any(error["extensions"]["code"] == INTERNAL for error in errors)


def _payload(data: object, errors: Sequence[GraphQLError]) -> Payload:
    formatted = [error.formatted for error in errors]
    if data is None and errors and all(error.path is None for error in errors):
        return {"errors": formatted}
    return {"data": data, "errors": formatted} if errors else {"data": data}
