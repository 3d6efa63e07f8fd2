"""All audiences of this process, by what their members ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import orjson
from graphql import GraphQLError

from schema.audience import Audience, Member
from schema.budgets import FREE, JOINING, Purse
from schema.execution import CallContext, GuardedSchema, OpenStream
from schema.operation import Operation, Payload, payload_of
from schema.streams import LiveStream

SORTED = orjson.OPT_SORT_KEYS

Key: TypeAlias = tuple[str, str | None, str, bytes]


class _Refused(Exception):
    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class _SharedStream:
    opened: OpenStream
    source: LiveStream[object, object]


class Audiences:
    """Takes viewers in: those of the same operation and the same topic sit together."""

    def __init__(self, schema: GuardedSchema, nobody: Callable[[], CallContext]) -> None:
        self._schema = schema
        self._nobody = nobody
        self._audiences: dict[Key, Audience[object]] = {}

    async def join(
        self, operation: Operation, context: CallContext, member: Member, purse: Purse = FREE
    ) -> Audience[object] | Payload:
        """Let a member watch; or the payload that says why not. The member's own rights and arguments are checked."""
        try:
            await purse.pay(JOINING)
            stream = await self._open(operation, context)
            watched = stream.source.open()
            await watched.check()
            audience = await self._audience(operation, watched.topic, purse)
            await audience.join(member, watched)
        except Exception as problem:  # noqa: BLE001 - whatever it is becomes the viewer's answer, as in any operation
            return self._refusal(problem, operation, context)
        return audience

    async def _open(self, operation: Operation, context: CallContext) -> _SharedStream:
        call = operation.call
        opened = await self._schema.open_stream(operation.document, dict(call.variables), context, call.operation_name)
        if isinstance(opened, OpenStream) and isinstance(opened.source, LiveStream):
            return _SharedStream(opened, opened.source)
        if isinstance(opened, OpenStream):
            raise TypeError("A shared subscription field must return a LiveStream.")
        raise _Refused(opened)

    async def _audience(self, operation: Operation, topic: str, purse: Purse) -> Audience[object]:
        sharing = self._schema.sharing(operation.document, operation.call.operation_name)
        inner = {
            name: value
            for name, value in operation.call.variables.items()
            if sharing is not None and name in sharing.inner_variables
        }
        key = (operation.document.text, operation.call.operation_name, topic, orjson.dumps(inner, option=SORTED))
        if key not in self._audiences:
            await purse.pay(
                self._schema.cost(operation.document, operation.call.variables, operation.call.operation_name)
            )
            stream = await self._open(operation, self._nobody())
            if key not in self._audiences:
                make = partial(self._payload, stream, operation)
                self._audiences[key] = Audience(stream.source.open(), make, partial(self._forget, key))
        return self._audiences[key]

    def _forget(self, key: Key) -> None:
        del self._audiences[key]

    async def _payload(self, stream: _SharedStream, operation: Operation, item: object) -> bytes:
        result = await stream.opened.execute(await stream.source.shape(item))
        errors = list(result.errors or ())
        self._schema.publish(errors, "", operation.document.text, operation.call.operation_name)
        return orjson.dumps(payload_of(result.data, errors))

    def _refusal(self, problem: Exception, operation: Operation, context: CallContext) -> Payload:
        errors = problem.errors if isinstance(problem, _Refused) else [_as_graphql(problem)]
        self._schema.publish(errors, context.request_id, operation.document.text, operation.call.operation_name)
        return payload_of(None, errors)


def _as_graphql(problem: Exception) -> GraphQLError:
    return problem if isinstance(problem, GraphQLError) else GraphQLError(str(problem), original_error=problem)
