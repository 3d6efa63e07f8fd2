"""Asking the real schema, without a server: documents in, payloads out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from adapters import Adapters, adapters_from
from domain.access import Actor
from resolvers.sessions import Device
from schema import build_schema
from schema.calls import Call, Calls, Operation
from schema.context import Context
from schema.loaders import Loaders
from schema.persisted import Persisted
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
        return await self.calls.answer(await self._read(query, variables), self._context(actor, key))

    async def watch(self, query: str, actor: Actor | None = None, **variables: object) -> AsyncIterator[Payload]:
        """Each event of a subscription."""
        events = self.calls.events(await self._read(query, variables), self._context(actor, None))
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()

    async def _read(self, query: str, variables: dict[str, object]) -> Operation:
        return await self.calls.read(Call(query, variables, None))

    def _context(self, actor: Actor | None, key: str | None) -> Context:
        return Context(actor or Actor.anonymous(), self.adapters, "request", key, Device("", "192.0.2.9"), Loaders())


def asker(settings: Settings) -> Asker:
    """Somebody who asks the schema of these settings."""
    schema = build_schema(settings)
    return Asker(Calls(schema, Persisted(schema, settings)), adapters_from(settings))


def codes(payload: Payload) -> list[str]:
    """The codes of a payload's errors."""
    return [error["extensions"]["code"] for error in payload.get("errors", [])]
