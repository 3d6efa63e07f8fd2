"""What the front door is given to work with, the same for HTTP and websockets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID, uuid4

from starlette.requests import HTTPConnection

from domain.access import Actor
from domain.wrong_calls import Forbidden
from resolvers.sessions import Device
from routes.attendance import Attendance
from schema.budgets import Budgets, Purse
from schema.calls import Calls
from schema.execution import CallContext
from settings import Settings


class Authenticated(Protocol):
    """Whom a token stands for, and until when."""

    @property
    def actor(self) -> Actor:
        """The person."""

    @property
    def expires_at(self) -> datetime:
        """When the token dies of itself."""


MakeContext: TypeAlias = Callable[[Actor, str, str | None, Device], CallContext]
Authenticate: TypeAlias = Callable[[str], Awaitable[Authenticated | None]]
ON_BEHALF_OF = "on-behalf-of"

ActFor: TypeAlias = Callable[[Actor, object], Awaitable[Actor]]
WatchSession: TypeAlias = Callable[[UUID, Callable[[], None]], Callable[[], None]]


async def for_nobody(actor: Actor, customer: object) -> Actor:
    """Where nobody acts for another."""
    raise Forbidden


@dataclass(frozen=True)
class Reception:
    """The settings, the schema's executor, and the four questions asked of the rest of the program."""

    settings: Settings
    calls: Calls
    make_context: MakeContext
    authenticate: Authenticate
    watch_session: WatchSession
    attendance: Attendance
    budgets: Budgets
    act_for: ActFor = for_nobody

    async def caller(self, actor: Actor, connection: HTTPConnection, customer: object) -> Actor:
        """Who calls from here: the person themselves, or the customer they name; Forbidden or NotFound if they may not."""
        here = replace(actor, address=device_of(connection).address)
        return here if customer is None else await self.act_for(here, customer)

    def purse_of(self, actor: Actor, address: str) -> Purse:
        """Who pays for what this caller asks for: the person, or, without a log-in, the network address."""
        person = actor.served_by or actor.user_id
        return self.budgets.of_address(address) if person is None else self.budgets.of_person(person)


def request_id_of(connection: HTTPConnection) -> tuple[str, bool]:
    """The id the middleware has given this request, or a new one; and whether it is new."""
    given: object = connection.scope.get("state", {}).get("request_id")
    return (given, False) if isinstance(given, str) else (uuid4().hex, True)


def device_of(connection: HTTPConnection) -> Device:
    """What the client calls itself, and its network address."""
    return Device(connection.headers.get("user-agent", ""), connection.client.host if connection.client else "")
