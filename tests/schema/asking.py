"""Asking the real schema, without a server: documents in, payloads out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters import Adapters, adapters_from
from domain.access import Actor
from resolvers.sessions import Device
from schema import build_schema
from schema.audience import Audience, Member
from schema.calls import Call, Calls, Operation
from schema.context import Context
from schema.execution import GuardedSchema
from schema.loaders import Loaders
from settings import Settings

Payload = dict[str, Any]


@dataclass(frozen=True)
class Asker:
    """Executes documents as anybody."""

    calls: Calls
    adapters: Adapters

    async def __call__(
        self, query: str, actor: Actor | None = None, *, key: str | None = None, **variables: object
    ) -> Payload:
        """The answer to a query or a mutation."""
        return await self.calls.answer(await self._read(query, variables), context_of(self.adapters, actor, key))

    async def watch(self, query: str, actor: Actor | None = None, **variables: object) -> AsyncIterator[Payload]:
        """Each event of a subscription."""
        events = self.calls.events(await self._read(query, variables), context_of(self.adapters, actor, None))
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()

    async def _read(self, query: str, variables: dict[str, object]) -> Operation:
        return await self.calls.read(Call(query, variables, None))

    async def join(
        self, member: Member, query: str, actor: Actor | None = None, **variables: object
    ) -> Audience[object] | Payload:
        """Watch a shared subscription together with others."""
        return await self.calls.join(await self._read(query, variables), context_of(self.adapters, actor, None), member)


def asker(settings: Settings, shared: Any = None) -> Asker:
    """Somebody who asks the schema of these settings."""
    adapters = adapters_from(settings)
    schema = _schema_of(
        settings.model_copy(update={"database_url": ""})
    )  # every test has another, and no limit is there
    calls = Calls(schema, settings, lambda: context_of(adapters, None, None), shared)
    return Asker(calls, adapters)


@cache
def _schema_of(settings: Settings) -> GuardedSchema:
    """To build it takes longer than most tests do; what it remembers is documents, which are the same for everybody."""
    return build_schema(settings)


def context_of(adapters: Adapters, actor: Actor | None, key: str | None) -> Context:
    return Context(actor or Actor.anonymous(), adapters, "request", key, Device("", "192.0.2.9"), Loaders())


def codes(payload: Payload) -> list[str]:
    """The codes of a payload's errors."""
    return [error["extensions"]["code"] for error in payload.get("errors", [])]
