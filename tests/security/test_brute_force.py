"""Ten thousand wrong passwords, by every way there is into a server: as many are compared as are allowed, and no more."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.servers import Server, StartServer
from tests.thoroughness import tries

logger = logging.getLogger(__name__)

ACCOUNT = "ana@marquee.test"
PASSWORD = "popcorn-and-a-film"
ALLOWED = 10
WINDOW = 15 * 60
ROOT_FIELDS = 20
ROUNDS = tries(60, thorough=2_500)  # of each of the four ways
AT_ONCE = 20
REGISTER = "mutation($i:RegisterInput!){register(input:$i){__typename}}"
LOG_IN = "mutation($i:LoginInput!){login(input:$i){__typename}}"

Way = Callable[[Server, int, str], Coroutine[None, None, Counter[str]]]


def wrong(number: int, email: str) -> dict[str, object]:
    # The same account, however it is written.
    spelt = (email, email.upper(), f" {email} ", email.title())[number % 4]
    return {"email": spelt, "password": f"wrong-{number}"}


def told(answer: Any) -> Counter[str]:
    """What an answer says of each try: a type, a code, or nothing where one refusal stands for a whole document."""
    answers = answer if isinstance(answer, list) else [answer]
    found: Counter[str] = Counter()
    for each in answers:
        found.update(value["__typename"] for value in (each.get("data") or {}).values())
        found.update(error["extensions"]["code"] for error in each.get("errors", ()))
    return found


async def by_requests(server: Server, rounds: int, email: str) -> Counter[str]:
    """One try a request, many requests at once, each with another invented origin."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Counter[str]:
        forged = {"X-Forwarded-For": f"203.0.113.{number % 256}", "X-Real-IP": f"198.51.100.{number % 256}"}
        async with gate:
            return told(await server.execute(LOG_IN, {"i": wrong(number, email)}, headers=forged))

    return sum(await asyncio.gather(*(one(number) for number in range(rounds))), Counter())


async def by_aliases(server: Server, rounds: int, email: str) -> Counter[str]:
    """Twenty tries a document."""
    found: Counter[str] = Counter()
    for first in range(0, rounds, ROOT_FIELDS):
        fields = [
            f'a{n}:login(input:{{email:"{email}",password:"wrong-{n}"}}){{__typename}}'
            for n in range(first, first + ROOT_FIELDS)
        ]
        found += told(await server.execute("mutation{" + " ".join(fields) + "}"))
    return found


async def by_batches(server: Server, rounds: int, email: str) -> Counter[str]:
    """A list of operations in one body."""
    found: Counter[str] = Counter()
    for first in range(0, rounds, 100):
        batch = [{"query": LOG_IN, "variables": {"i": wrong(n, email)}} for n in range(first, first + 100)]
        found += told((await server.client.post("/graphql", json=batch)).json())
    return found


async def by_sockets(server: Server, rounds: int, email: str) -> Counter[str]:
    """Several websockets, each with many operations under way."""
    share = [range(start, rounds, 4) for start in range(4)]
    return sum(await asyncio.gather(*(_socket(server, numbers, email) for numbers in share)), Counter())


async def _socket(server: Server, numbers: range, email: str) -> Counter[str]:
    found: Counter[str] = Counter()
    async with connect(server.ws_url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send('{"type":"connection_init"}')
        await socket.recv()
        for first in range(0, len(numbers), AT_ONCE):
            some = numbers[first : first + AT_ONCE]
            for number in some:
                payload = {"query": LOG_IN, "variables": {"i": wrong(number, email)}}
                await socket.send(orjson.dumps({"id": str(number), "type": "subscribe", "payload": payload}).decode())
            over = 0
            while over < len(some):
                message = orjson.loads(await socket.recv())
                over += message["type"] in ("complete", "error")
                if message["type"] != "complete":
                    payload = message["payload"]
                    found += told(payload if message["type"] == "next" else {"errors": payload})
    return found


WAYS: list[Way] = [by_requests, by_aliases, by_batches, by_sockets]


def allowed_between(begun: float, ended: float) -> int:
    """In memory the windows begin on the quarter hour: whoever tries just then has one more."""
    return ALLOWED + int(ended // WINDOW) - int(begun // WINDOW)


def processes_alone(servers: list[Server]) -> int:
    """How many count by themselves: on a machine so busy that Redis seems to be away for 0.3 seconds, each does."""
    return len(servers) if any("redis_away" in server.log() for server in servers) else 1


@pytest.fixture
async def servers(
    database_url: str, live_url: str, backend: str, start_server: StartServer
) -> AsyncIterator[list[Server]]:
    async with AsyncExitStack() as stack:
        started = [
            await stack.enter_async_context(
                start_server(database_url=database_url, redis_url=live_url, env={"RATE_LIMITS": "on"})
            )
            for _ in range(1 if backend == "sqlite" else 2)
        ]
        person = {"name": "Ana", "email": ACCOUNT, "password": PASSWORD}
        assert told(await started[0].execute(REGISTER, {"i": person})) == {"Session": 1}
        yield started


@pytest.mark.parametrize("email", [ACCOUNT, "nobody@marquee.test"], ids=["known", "unknown"])
async def test_however_they_come_no_more_passwords_are_compared_than_are_allowed(
    servers: list[Server], email: str
) -> None:
    watching = asyncio.create_task(others(servers))
    begun = time.time()
    first = told(await servers[0].execute(LOG_IN, {"i": wrong(0, email)}))
    assert first == {"InvalidCredentials": 1}
    tallies = await asyncio.gather(*(way(server, ROUNDS // len(servers), email) for server in servers for way in WAYS))
    found = sum(tallies, first)
    asked, answered = await stopped(watching)
    logger.warning("%d tries by each way: %s; others asked %d times", ROUNDS, dict(found), asked)
    assert found["InvalidCredentials"] <= allowed_between(begun, time.time()) * processes_alone(servers)
    assert set(found) == {"InvalidCredentials", "RATE_LIMITED", "BAD_USER_INPUT"}  # the last are the batches
    assert (answered, asked > 0) == (asked, True)
    for server in servers:
        # The owner waits too, but other people do not.
        code = told(await server.execute(LOG_IN, {"i": {"email": email, "password": PASSWORD}}))
        assert code == {"RATE_LIMITED": 1}
        person = {"name": "Bea", "email": f"bea{server.port}@marquee.test", "password": PASSWORD}
        assert told(await server.execute(REGISTER, {"i": person})) == {"Session": 1}


async def others(servers: list[Server]) -> tuple[int, int]:
    """Somebody who only looks, until told to stop: how often they asked, and how often they were answered."""
    asked = answered = 0
    try:
        while True:
            for server in servers:
                asked += 1
                answered += (await server.execute("{ movies { totalCount } }"))["data"] == {"movies": {"totalCount": 0}}
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return asked - 1 if asked > answered else asked, answered


async def stopped(watching: asyncio.Task[tuple[int, int]]) -> tuple[int, int]:
    watching.cancel()
    return await watching


async def test_without_the_limit_every_one_of_them_is_compared(
    database_url: str, live_url: str, start_server: StartServer
) -> None:
    """The control."""
    async with start_server(database_url=database_url, redis_url=live_url) as server:
        assert await by_requests(server, 40, ACCOUNT) == {"InvalidCredentials": 40}
        assert await by_aliases(server, 40, ACCOUNT) == {"InvalidCredentials": 40}
