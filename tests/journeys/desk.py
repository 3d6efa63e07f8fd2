"""Somebody at GraphiQL, and the saved operations there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.viewers import socket, subscribe
from tests.operations import saved_operations
from tests.servers import Server

OPERATIONS = {operation.name: operation for operation in saved_operations()}


@dataclass
class Desk:
    """Somebody at GraphiQL: opens operations by name, fills in what earlier answers gave."""

    server: Server
    known: dict[str, str] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    token: str | None = None

    async def run(self, name: str) -> Any:
        """The one root field of an operation's answer."""
        self.opened.add(name)
        operation = OPERATIONS[name]
        variables = operation.filled(self.known)
        return root_of(await self.server.execute(operation.query, variables, token=self.token))

    @asynccontextmanager
    async def watch(self, name: str) -> AsyncIterator[AsyncIterator[Any]]:
        """The root field of each event of a subscription."""
        self.opened.add(name)
        operation = OPERATIONS[name]
        async with socket(self.server, self.token) as connection:
            events = subscribe(connection, operation.query, operation.filled(self.known))
            async with aclosing(events):
                yield (root_of(event) async for event in events)


def root_of(answer: dict[str, Any]) -> Any:
    """What the answer says; a refusal or an error is none."""
    assert answer.get("errors") is None, answer
    [value] = answer["data"].values()
    assert not isinstance(value, dict) or "message" not in value, value
    return value


async def after(events: AsyncIterator[Any]) -> Any:
    """The next event, if it comes in time."""
    return await asyncio.wait_for(anext(events), 15)
