"""The schema as it is served: limits before validation, documents remembered, errors in the contract's words."""

import logging
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Protocol, cast

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exception_handlers import ExceptionHandler
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryType

from domain.problems import BadUserInput
from schema.compiled import CompilingExecutor
from schema.documents import Document, Documents, refused
from schema.errors import public, wrong_call
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

    def read(self, text: str) -> Document:
        """The document of this text; a GraphQLError says why there is none."""
        return self._documents.read(text)

    def refusals(self, document: Document, context: ExecutionContext) -> list[GraphQLError]:
        """Why the operation may not be executed; empty when it may."""
        call = cast("CallContext | None", context.context)
        if call is not None and call.idempotency_key is not None and document.effects(context.operation_name) > 1:
            return [refused(BadUserInput(SEVERAL_EFFECTS))]
        return self._documents.refusals(document, context.variables or {})

    def public_errors(self, errors: Iterable[GraphQLError], request_id: str) -> list[GraphQLError]:
        """These errors as the client may see them."""
        return [public(error, request_id, suggestions=self._suggestions) for error in errors]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log what is our fault, once, and put every error into its public words, in place."""
        call = cast("CallContext | None", execution_context.context if execution_context else None)
        request_id = call.request_id if call is not None else ""
        for error in errors:
            if wrong_call(error) is None:
                _log(error, request_id, execution_context)
        errors[:] = self.public_errors(errors, request_id)


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


def _log(error: GraphQLError, request_id: str, context: ExecutionContext | None) -> None:
    """Never the document's text: people write passwords into it."""
    text = (context.query if context else None) or ""
    logger.error(
        "Unexpected error in %s",
        (context.operation_name if context else None) or "an unnamed operation",
        exc_info=error.original_error or error,
        extra={"request_id": request_id, "document": sha256(text.encode()).hexdigest()[:16]},
    )
