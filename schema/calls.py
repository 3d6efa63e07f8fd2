"""One operation from text to payload, for any transport: paid for first, a query cut off in time, a mutation never."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult

from adapters.cache import SharedCache
from domain.wrong_calls import WrongCall
from schema.answers import Answer, Answers
from schema.audience import Audience, Member
from schema.audiences import Audiences
from schema.budgets import FREE, Purse
from schema.documents import refused
from schema.execution import CallContext, GuardedSchema
from schema.operation import Call, Operation, Payload, is_refusal, payload_of, refusal_code, retry_after
from schema.persisted import Persisted
from schema.shielding import shielded, within
from settings import Settings

__all__ = ["Answer", "Call", "Calls", "Operation", "Payload", "is_refusal", "refusal_code", "retry_after"]


class Calls:
    """Executes calls against the schema."""

    def __init__(
        self,
        schema: GuardedSchema,
        settings: Settings,
        nobody: Callable[[], CallContext],
        shared: SharedCache | None = None,
    ) -> None:
        self._schema = schema
        self._seconds = settings.operation_seconds
        self._persisted = Persisted(schema, settings, shared)
        self._audiences = Audiences(schema, nobody)
        self._answers = Answers(schema, settings, nobody, shared)

    async def read(self, call: Call, purse: Purse = FREE) -> Operation:
        """The operation the call asks for; a GraphQLError says why there is none."""
        with _refusing():
            await purse.pay(self._schema.cost_of_reading(call.query))
            text = await self._persisted.text_of(call.query, call.document_hash)
            document = self._schema.read(text)
            kind = document.operation(call.operation_name).operation
        if call.document_hash is not None:
            await self._persisted.keep(document, call.variables, call.document_hash, is_new=bool(call.query))
        return Operation(call if call.query else replace(call, query=text), document, kind)

    async def answer(self, operation: Operation, context: CallContext, purse: Purse = FREE) -> Payload:
        """Execute a query, or a mutation, which goes on although the caller goes away."""
        try:
            await purse.pay(self._cost(operation))
            if operation.kind is OperationType.MUTATION:
                return await shielded(self._execute(operation.call, context))
            return await within(self._seconds, self._execute(operation.call, context))
        except WrongCall as wrong:
            return self.refusal(refused(wrong), context.request_id)

    async def events(
        self, operation: Operation, context: CallContext, purse: Purse = FREE
    ) -> AsyncGenerator[Payload, None]:
        """Execute a subscription: one payload an event."""
        call = operation.call
        try:
            await purse.pay(self._cost(operation))
        except WrongCall as wrong:
            yield self.refusal(refused(wrong), context.request_id)
            return
        source = await self._schema.stream(
            call.query, dict(call.variables), context, operation_name=call.operation_name
        )
        try:
            async for result in source:
                if isinstance(result, ExecutionResult):
                    yield payload_of(result.data, result.errors or ())
        finally:
            await source.aclose()

    async def find(self, operation: Operation, purse: Purse = FREE) -> Answer | None:
        """The answer to a query that everybody is answered alike, encoded; None where it must be executed for each.

        A GraphQLError says why it is refused.
        """
        if operation.kind is not OperationType.QUERY:
            return None
        with _refusing():
            return await self._answers.find(operation, purse)

    @property
    def answers_given(self) -> Mapping[str, int]:
        """How many shared answers were kept, came from other processes, or had to be made."""
        return self._answers.given

    def is_shared(self, operation: Operation) -> bool:
        """Whether a subscription tells everybody the same."""
        return self._schema.sharing(operation.document, operation.call.operation_name) is not None

    async def join(
        self, operation: Operation, context: CallContext, member: Member, purse: Purse = FREE
    ) -> Audience[object] | Payload:
        """Let a member watch a shared subscription together with others; or the payload that says why not."""
        return await self._audiences.join(operation, context, member, purse)

    def refusal(self, error: GraphQLError, request_id: str) -> Payload:
        """The payload for a call that could not be read."""
        return payload_of(None, self._schema.public_errors([error], request_id))

    def _cost(self, operation: Operation) -> int:
        return self._schema.cost(operation.document, operation.call.variables, operation.call.operation_name)

    async def _execute(self, call: Call, context: CallContext) -> Payload:
        result = await self._schema.execute(
            call.query, dict(call.variables), context, operation_name=call.operation_name
        )
        return payload_of(result.data, result.errors or ())


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever is wrong with a call here has no place in its document, and becomes a GraphQL error as it is."""
    try:
        yield
    except WrongCall as wrong:
        raise refused(wrong) from wrong
