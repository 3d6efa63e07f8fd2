"""What too much looks like to a client: a code, a status and the seconds to wait, over HTTP and websockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from adapters.limiter import MemoryLimiter
from schema.budgets import Budgets
from tests.routes.toy import Toy, toy_server, ws

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("new_window")]
RESPONSE = "application/graphql-response+json"
ITEMS = "{items(first:100){id name}}"  # 201 points, and 2 to read it
HELLO = "{hello}"


@asynccontextmanager
async def limited(points: int, **settings: Any) -> AsyncIterator[Toy]:
    """A toy whose people have so many points a minute, and whose addresses have five times as many."""
    async with toy_server(cost_per_minute=points, **settings) as toy:
        budgets = Budgets(toy.app._reception.settings, MemoryLimiter())
        object.__setattr__(toy.app._reception, "budgets", budgets)
        yield toy


async def ask(toy: Toy, query: str = ITEMS, accept: str = RESPONSE, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.post(toy.url, json={"query": query}, headers={"Accept": accept, **headers})


@pytest.mark.parametrize("accept", [RESPONSE, "application/json", "*/*"])
async def test_an_address_that_asks_for_too_much_is_told_when_to_come_back(accept: str) -> None:
    async with limited(100) as toy:
        given = [await ask(toy, accept=accept) for _ in range(4)]
        assert [answer.status_code for answer in given] == [200, 200, 429, 429]
        (error,) = given[-1].json()["errors"]
        assert error["message"] == "Your operations cost too much in a minute; please slow down."
        assert error["extensions"].keys() == {"code", "requestId", "retryAfter"}
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert 1 <= error["extensions"]["retryAfter"] <= 120
        assert given[-1].headers["retry-after"] == str(error["extensions"]["retryAfter"])
        assert "retry-after" not in given[0].headers


async def test_an_invented_origin_is_nobody_else() -> None:
    async with limited(100) as toy:
        given = [await ask(toy, **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(5)]
        assert [answer.status_code for answer in given] == [200, 200, 429, 429, 429]


async def test_behind_our_own_proxy_everybody_is_somebody() -> None:
    """The control."""
    async with limited(100, forwarded_allow_ips="127.0.0.1") as toy:
        given = [await ask(toy, **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(5)]
        assert [answer.status_code for answer in given] == [200] * 5
        forged = [await ask(toy, **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.99"}) for number in range(4)]
        assert [answer.status_code for answer in forged] == [200, 200, 429, 429], "only what our proxy added counts"


async def test_a_person_pays_for_themselves_wherever_they_are() -> None:
    async with limited(410) as toy:
        for name in ("ana", "bea"):
            toy.log_in(name)
        given = [await ask(toy, Authorization="Bearer ana") for _ in range(4)]
        assert [answer.status_code for answer in given] == [200, 200, 429, 429]
        assert (await ask(toy, Authorization="Bearer bea")).status_code == 200
        assert (await ask(toy)).status_code == 200


async def test_a_socket_is_no_way_around() -> None:
    async with limited(410) as toy:
        toy.log_in("ana")
        assert [(await ask(toy, Authorization="Bearer ana")).status_code for _ in range(2)] == [200, 200]
        async with ws(toy) as first, ws(toy) as second:
            for client in (first, second):
                await client.init(Authorization="Bearer ana")
                await client.subscribe(ITEMS)
                message = await client.hear()
                assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
                assert message["payload"][0]["extensions"]["retryAfter"] >= 1


async def test_a_subscription_is_paid_for_when_it_begins() -> None:
    async with limited(15) as toy:
        toy.log_in("ana")
        async with ws(toy) as client:
            await client.init(Authorization="Bearer ana")
            refused = 0
            for number in range(30):
                await client.subscribe("subscription{count(to:1)}", str(number))
                while (message := await client.hear())["type"] == "next":
                    pass
                refused += message["type"] == "error"
        assert 10 <= refused < 30
        assert toy.ledger.streams == 0


async def test_what_cannot_be_understood_is_paid_for_too() -> None:
    async with limited(100) as toy:
        nonsense = "{" + " ".join(f"nope{number}" for number in range(100)) + "}"
        statuses = [(await ask(toy, nonsense + " " * number)).status_code for number in range(8)]
        assert statuses[:5] == [400] * 5
        assert statuses[-1] == 429


async def test_small_operations_use_a_minute_up_too() -> None:
    async with limited(10) as toy:
        statuses = [(await ask(toy, HELLO)).status_code for _ in range(60)]
        assert statuses[:20] == [200] * 20
        assert statuses[-1] == 429


async def test_limits_that_are_off_count_nothing() -> None:
    async with limited(1, rate_limits=False) as toy:
        assert [(await ask(toy)).status_code for _ in range(5)] == [200] * 5
