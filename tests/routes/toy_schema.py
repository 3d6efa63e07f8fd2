"""A small schema with all that can go wrong, and a ledger of what really happened in it."""

import asyncio
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from domain.access import Actor
from domain.problems import NotOnSale
from domain.wrong_calls import Forbidden
from schema.execution import GuardedSchema
from settings import Settings

caller: ContextVar[str] = ContextVar("caller", default="nobody")


@dataclass
class Ledger:
    """What really happened in the schema."""

    begun: int = 0
    ended: int = 0
    cancelled: int = 0
    streams: int = 0
    saw: list[str] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Context:
    actor: Actor
    request_id: str
    idempotency_key: str | None
    address: str
    ledger: Ledger


@strawberry.type
class Item:
    id: int
    name: str
    owner: "Item | None" = None

    @strawberry.field
    def items(self, first: int = 20) -> list["Item"]:
        return [Item(id=number, name="inner") for number in range(min(first, 3))]


Day = NewType("Day", str)


def _read_day(value: object) -> Day:
    raise ValueError(f"not a day: {value}")


DAY = strawberry.scalar(name="Day", parse_value=_read_day, serialize=str)


@strawberry.input
class Wish:
    name: str
    password: str
    day: Day | None = None
    amounts: list[int] = strawberry.field(default_factory=list)


Info = strawberry.Info[Context, None]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def whoami(self, info: Info) -> str:
        """The actor's session, and who left a mark in the context variables before."""
        mark = caller.get()
        session = info.context.actor.session_id
        caller.set(str(session))
        return f"{session} after {mark}"

    @strawberry.field
    def address(self, info: Info) -> str:
        return info.context.address

    @strawberry.field
    def items(self, first: int = 20) -> list[Item]:
        return [Item(id=number, name="outer") for number in range(min(first, 3))]

    @strawberry.field
    def wish(self, wish: Wish) -> str:
        return wish.name

    @strawberry.field
    def boom(self) -> str:
        raise RuntimeError("secret db password=hunter2")

    @strawberry.field
    def maybe(self) -> str | None:
        raise RuntimeError("secret db password=hunter2")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden

    @strawberry.field
    def unexpected_problem(self) -> str | None:
        raise NotOnSale

    @strawberry.field
    async def slow(self, info: Info) -> str:
        info.context.ledger.begun += 1
        await info.context.ledger.release.wait()
        return "done"

    @strawberry.field
    def large(self, kilobytes: int) -> str:
        return "x" * kilobytes * 1000


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def work(self, info: Info, seconds: float = 0.0) -> str:
        ledger = info.context.ledger
        ledger.begun += 1
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            ledger.cancelled += 1
            raise
        ledger.ended += 1
        return info.context.idempotency_key or "no key"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: Info, to: int = 1_000_000, pause: float = 0.0) -> AsyncGenerator[int, None]:
        ledger = info.context.ledger
        ledger.streams += 1
        try:
            for number in range(to):
                yield number
                await asyncio.sleep(pause)
        finally:
            await asyncio.sleep(0)  # tidying up takes its time
            ledger.streams -= 1

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("secret db password=hunter2")

    @strawberry.subscription
    async def refuses(self) -> AsyncGenerator[int, None]:
        raise Forbidden
        yield 1

    @strawberry.subscription
    async def lingers(self, info: Info) -> AsyncGenerator[int, None]:
        """A stream that takes long to tidy up."""
        info.context.ledger.streams += 1
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            await info.context.ledger.release.wait()
            info.context.ledger.streams -= 1

    @strawberry.subscription
    async def flood(self, info: Info) -> AsyncGenerator[str, None]:
        info.context.ledger.streams += 1
        try:
            while True:
                yield "x" * 200_000
        finally:
            info.context.ledger.streams -= 1


def toy_schema(settings: Settings) -> GuardedSchema:
    config = StrawberryConfig(scalar_map={Day: DAY})
    return GuardedSchema(settings, query=Query, mutation=Mutation, subscription=Subscription, config=config)
