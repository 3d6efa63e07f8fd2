"""One operation from text to payload, for any transport: a mutation that has begun runs to its end."""

from collections.abc import AsyncGenerator, Callable

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult

from domain.problems import WrongCall
from schema.audience import Audience, Member
from schema.audiences import Audiences
from schema.documents import refused
from schema.execution import CallContext, GuardedSchema
from schema.operation import Call, Operation, Payload, is_internal, is_refusal, payload_of
from schema.shielding import shielded

__all__ = ["Call", "Calls", "Operation", "Payload", "is_internal", "is_refusal"]


class Calls:
    """Executes calls against the schema."""

    def __init__(self, schema: GuardedSchema, nobody: Callable[[], CallContext]) -> None:
        self._schema = schema
        self._audiences = Audiences(schema, nobody)

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
                    yield payload_of(result.data, result.errors or ())
        finally:
            await source.aclose()

    def is_shared(self, operation: Operation) -> bool:
        """Whether a subscription tells everybody the same."""
        return self._schema.sharing(operation.document, operation.call.operation_name) is not None

    async def join(self, operation: Operation, context: CallContext, member: Member) -> Audience[object] | Payload:
        """Let a member watch a shared subscription together with others; or the payload that says why not."""
        return await self._audiences.join(operation, context, member)

    def refusal(self, error: GraphQLError, request_id: str) -> Payload:
        """The payload for a call that could not be read."""
        return payload_of(None, self._schema.public_errors([error], request_id))

    async def _execute(self, call: Call, context: CallContext) -> Payload:
        result = await self._schema.execute(
            call.query, dict(call.variables), context, operation_name=call.operation_name
        )
        return payload_of(result.data, result.errors or ())
