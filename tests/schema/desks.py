"""Desks that ask for shared answers, and the shelf between them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
import pytest

import clock
from schema.answers import Answer
from schema.calls import Call, Calls
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.schema.asking import Asker, asker

MAP = "query Map($id: ID!) { showtime(id: $id) { status onSale seatMap { version available seats { label state } } } }"
MOVIES = "{ movies { totalCount nodes { title status } } }"
VENUES = """{ venues { nodes {
  name priceTerms { taxName } refundPolicy { hours percent } paymentMethods { provider } screens { name capacity layout }
} } }"""
SHOWTIMES = (
    "{ showtimes { nodes { id startsAt status onSale movie { title } screen { name venue { city timezone } } } } }"
)


@dataclass
class Shelf:
    """A shared cache in memory."""

    values: dict[str, bytes] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        self.values[key] = value
        self.seconds.append(seconds)


@dataclass
class Desk:
    """Asks for shared answers."""

    calls: Calls

    async def __call__(self, query: str, **variables: object) -> dict[str, Any]:
        answer = await self.answer(query, **variables)
        assert answer is not None
        return orjson.loads(answer.body)["data"]

    async def answer(self, query: str, **variables: object) -> Answer | None:
        return await self.calls.find(await self.calls.read(Call(query, variables, None)))

    @property
    def made(self) -> int:
        return self.calls.answers_given["made"]

    @property
    def kept(self) -> int:
        return self.calls.answers_given["kept"]


@pytest.fixture
def ask(database: Database) -> Asker:
    return asker(database.settings)


@pytest.fixture
def desk(ask: Asker) -> Desk:
    return Desk(ask.calls)


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def move(**how_much: float) -> None:
        moment = clock.now() + timedelta(**how_much)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move
