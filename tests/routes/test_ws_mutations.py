"""Mutations whose client goes away at any moment, on a real database (reliability T1, F8)."""

import asyncio
import random
import time
from contextlib import suppress

import pytest
import strawberry
from websockets.exceptions import ConnectionClosed

import clock
from models import Movie
from models.database import connect, disconnect
from resolvers.unit_of_work import unit_of_work
from schema import shielding
from schema.execution import GuardedSchema
from settings import Settings
from tests.databases import Database
from tests.routes.toy import Toy, toy_server, ws
from tests.routes.toy_schema import Context
from tests.thoroughness import tries

TRIES = tries(1_200, thorough=3_000)
SOCKETS = 60
LONGEST = 0.02


@strawberry.type
class Query:
    @strawberry.field
    async def written(self) -> int:
        return await Movie.all().count()


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: strawberry.Info[Context, None]) -> str:
        ledger = info.context.ledger
        ledger.begun += 1
        async with unit_of_work() as work:
            await Movie.create(title="Stalker", created_at=work.now)
        ledger.ended += 1
        return str(clock.now())


def writing_schema(settings: Settings) -> GuardedSchema:
    return GuardedSchema(settings, query=Query, mutation=Mutation)


async def fickle_socket(toy: Toy, times: int, chance: random.Random) -> int:
    """Sends mutations and gives each up, or all of them by vanishing; how many were acknowledged all the same."""
    acknowledged = 0
    answered = asyncio.Event()
    async with ws(toy) as client:
        await client.init()

        async def listen() -> None:
            nonlocal acknowledged
            with suppress(ConnectionClosed):
                async for message in client.connection:
                    acknowledged += '"next"' in message
                    if '"patient"' in message:
                        answered.set()

        listening = asyncio.create_task(listen())
        for number in range(times):
            await client.subscribe("mutation{write}", str(number))
            await asyncio.sleep(chance.random() * LONGEST)
            if chance.random() < 0.9:
                await client.send({"id": str(number), "type": "complete"})
        await client.subscribe("mutation{write}", "patient")
        await answered.wait()
        client.connection.transport.abort()
        await listening
    return acknowledged


async def fickle_posts(toy: Toy, times: int, chance: random.Random) -> int:
    """The same over HTTP: the connection is reset while the answer is awaited."""
    body = b'{"query":"mutation{write}"}'
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    for _ in range(times):
        async with toy.connection() as (_, writer):
            writer.write(head.encode() + body)
            await asyncio.sleep(chance.random() * LONGEST)
            writer.transport.abort()
    return 0


@pytest.mark.alone
async def test_a_thousand_mutations_given_up_at_random_moments(database: Database) -> None:
    await disconnect()  # a slow machine shall only be slow: nobody here loses patience with the pool
    await connect(database.settings.model_copy(update={"database_acquire_seconds": 60.0}))
    chance = random.Random(2)
    async with toy_server(writing_schema) as toy:
        sockets = (fickle_socket(toy, TRIES // SOCKETS, chance) for _ in range(SOCKETS))
        acknowledged = sum(await asyncio.gather(*sockets, *(fickle_posts(toy, 20, chance) for _ in range(10))))
        assert await shielding.drained(60)
        await toy.until(lambda: not toy.app.sockets)
        began = time.perf_counter()
        answer = await toy.post("mutation{write}")
        assert time.perf_counter() - began < 3
        assert "errors" not in answer
        assert toy.ledger.begun > TRIES // 2
        assert toy.ledger.begun == toy.ledger.ended
        assert await toy.post("{written}") == {"data": {"written": toy.ledger.ended}}
        assert SOCKETS <= acknowledged <= toy.ledger.ended
