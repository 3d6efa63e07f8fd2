"""The schema as it is served: limits before validation, documents remembered, errors in the contract's words."""

import logging
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol, cast

import strawberry
from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor, create_source_event_stream
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exception_handlers import ExceptionHandler
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryType
from strawberry.utils.await_maybe import await_maybe

from domain.wrong_calls import BadUserInput
from schema.compiled import CompilingExecutor
from schema.documents import Document, Documents, refused
from schema.errors import public, wrong_call
from schema.sharing import Sharing
from settings import Settings

logger = logging.getLogger(__name__)

SEVERAL_EFFECTS = (
    "The header Idempotency-Key needs a document with one mutation field; use `idempotencyKey` in each input."
)


class CallContext(Protocol):
    """What execution itself needs of a request's context."""

    request_id: str
    idempotency_key: str | None


class GuardedSchema(strawberry.Schema):
    """A Strawberry schema with our limits and our errors, over any transport."""

    def __init__(
        self,
        settings: Settings,
        *,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        types: Iterable[type | StrawberryType] = (),
        config: StrawberryConfig | None = None,
        exception_handlers: Iterable[ExceptionHandler[Any]] = (),
        schema_directives: Iterable[object] = (),
    ) -> None:
        super().__init__(
            query=query,
            mutation=mutation,
            subscription=subscription,
            types=types,
            config=config,
            exception_handlers=exception_handlers,
            schema_directives=schema_directives,
            extensions=[lambda: _Guard(self)],
            execution_context_class=CompilingExecutor,
        )
        self._suggestions = settings.introspection
        self._documents = Documents(self._schema, settings)

    @cached_property
    def text(self) -> str:
        """The schema in the schema language."""
        return self.as_str()

    def read(self, text: str) -> Document:
        """The document of this text; a GraphQLError says why there is none."""
        return self._documents.read(text)

    def cost_of_reading(self, text: str) -> int:
        """What it costs to understand a document, in points of cost: nothing where it is remembered."""
        return self._documents.cost_of_reading(text)

    def cost(self, document: Document, variables: Mapping[str, object], name: str | None) -> int:
        """What an operation of the document costs with these variables, in points."""
        return self._documents.cost(document, variables, name)

    def faults(self, document: Document, variables: Mapping[str, object]) -> list[GraphQLError]:
        """Why a document may not be executed with these variables, whoever asks; empty when it may."""
        return self._documents.refusals(document, variables)

    def refusals(self, document: Document, context: ExecutionContext) -> list[GraphQLError]:
        """Why the operation may not be executed; empty when it may."""
        call = cast("CallContext | None", context.context)
        if call is not None and call.idempotency_key is not None and document.effects(context.operation_name) > 1:
            return [refused(BadUserInput(SEVERAL_EFFECTS))]
        return self.faults(document, context.variables or {})

    def sharing(self, document: Document, name: str | None) -> Sharing | None:
        """How an operation of the document may be shared by those who send it, if it may."""
        return document.sharing(self._schema, name)

    async def open_stream(
        self, document: Document, variables: dict[str, object], context: CallContext, name: str | None
    ) -> "OpenStream | list[GraphQLError]":
        """What `stream` does before the first event: limits, validation, gates and the source; or why there is none."""
        if errors := self._documents.refusals(document, variables):
            return errors
        executor = self.execution_context_class.build(
            self._schema, document.node, context_value=context, raw_variable_values=variables, operation_name=name
        )
        if isinstance(executor, list):
            return executor
        source = await await_maybe(create_source_event_stream(executor))
        if isinstance(source, ExecutionResult):
            return list(source.errors or ())
        return OpenStream(executor, cast("AsyncIterable[object]", source))

    def public_errors(self, errors: Iterable[GraphQLError], request_id: str) -> list[GraphQLError]:
        """These errors as the client may see them."""
        return [public(error, request_id, suggestions=self._suggestions) for error in errors]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Put every error into its public words, in place; Strawberry calls this."""
        call = cast("CallContext | None", execution_context.context if execution_context else None)
        text, name = (execution_context.query, execution_context.operation_name) if execution_context else (None, None)
        self.publish(errors, call.request_id if call is not None else "", text, name)

    def publish(self, errors: list[GraphQLError], request_id: str, text: str | None, name: str | None) -> None:
        """Log what is our fault, once, and put every error into its public words, in place."""
        for error in errors:
            if wrong_call(error) is None:
                _log(error, request_id, text, name)
        errors[:] = self.public_errors(errors, request_id)


@dataclass(frozen=True)
class OpenStream:
    """A subscription whose source is open, and what executes each of its events."""

    executor: Executor[Any]
    source: AsyncIterable[object]

    async def execute(self, event: object) -> ExecutionResult:
        """The result of one event."""
        result = self.executor.build_per_event_executor(event).execute_operation(False)
        return cast("ExecutionResult", await await_maybe(result))


class _Guard(SchemaExtension):
    """Puts a document that was read before, and what is known of it, into one execution."""

    def __init__(self, schema: GuardedSchema) -> None:
        self._schema = schema

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if context.query:
            self._document = self._schema.read(context.query)
            context.graphql_document = self._document.node
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        context.pre_execution_errors = self._schema.refusals(self._document, context)
        yield


def _log(error: GraphQLError, request_id: str, text: str | None, name: str | None) -> None:
    """Never the document's text: people write passwords into it."""
    logger.error(
        "Unexpected error in %s",
        name or "an unnamed operation",
        exc_info=error.original_error or error,
        extra={"request_id": request_id, "document": sha256((text or "").encode()).hexdigest()[:16]},
    )
