"""Live, ready and well: three questions with three answers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
from starlette.applications import Starlette

import telemetry
from routes.health import Component, Down, Facts, Health

pytestmark = pytest.mark.once


class World:
    """A database and a live wire that do what the test says."""

    def __init__(self) -> None:
        self.database: Callable[[], object] = dict
        self.live: Callable[[], object] = dict
        self.asked = 0
        self.health = Health(
            "1.2.3",
            [Component("database", self._database, required=True), Component("live", self._live)],
        )

    async def _database(self) -> Facts:
        self.asked += 1
        found = self.database()
        return await found if asyncio.iscoroutine(found) else found

    async def _live(self) -> Facts:
        return self.live()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(Starlette(routes=world.health.routes))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def fail(error: Exception) -> Callable[[], object]:
    def check() -> object:
        raise error

    return check


async def test_live_whatever_happens(world: World, client: httpx2.AsyncClient) -> None:
    world.database = fail(OSError())
    answer = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert world.asked == 0


async def test_ready_from_the_start_until_it_leaves(world: World, client: httpx2.AsyncClient) -> None:
    answers = [await client.get("/health/ready")]
    world.health.started()
    answers.append(await client.get("/health/ready"))
    world.health.leaving()
    answers.append(await client.get("/health/ready"))
    assert [answer.status_code for answer in answers] == [503, 200, 503]
    assert [answer.json()["status"] for answer in answers] == ["starting", "ready", "draining"]


async def test_not_ready_without_a_database(world: World, client: httpx2.AsyncClient) -> None:
    world.health.started()
    world.database = fail(OSError())
    assert (await client.get("/health/ready")).status_code == 503
    world.database, world.live = dict, fail(OSError())
    assert (await client.get("/health/ready")).status_code == 200


async def test_all_is_well(world: World, client: httpx2.AsyncClient) -> None:
    world.health.started()
    world.live = lambda: {"watchers": 7}
    answer = await client.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["status"], body["state"], body["version"]) == ("ok", "ready", "1.2.3")
    assert body["components"]["database"]["status"] == "ok"
    assert body["components"]["live"]["watchers"] == 7
    assert 0 <= body["uptime_seconds"] < 5


async def test_without_the_database_it_is_down(world: World, client: httpx2.AsyncClient) -> None:
    world.database = fail(ConnectionRefusedError("postgres at 10.0.0.7 refused marquee:hunter2"))
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert answer.json()["components"]["database"] == {"status": "down", "error": "ConnectionRefusedError"}
    assert "hunter2" not in answer.text


async def test_without_redis_it_is_degraded_and_serves_on(world: World, client: httpx2.AsyncClient) -> None:
    world.live = fail(Down(connected=False, watchers=3))
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["components"]["live"] == {"status": "down", "connected": False, "watchers": 3}


async def test_a_hanging_database_is_given_one_second_and_asked_once(world: World, client: httpx2.AsyncClient) -> None:
    let_go = asyncio.Event()

    async def hang() -> Facts:
        await let_go.wait()
        return {}

    world.database = hang
    began = time.monotonic()
    answers = await asyncio.gather(*(client.get("/health") for _ in range(10)))
    assert 0.9 < time.monotonic() - began < 4
    assert {answer.status_code for answer in answers} == {503}
    assert answers[0].json()["components"]["database"]["error"] == "no answer within 1 s"
    assert world.asked == 1
    let_go.set()
    await asyncio.sleep(0)
    assert (await client.get("/health")).status_code == 200


async def test_a_crashing_background_loop_shows(world: World, client: httpx2.AsyncClient) -> None:
    """F38."""

    async def work() -> None:
        raise ValueError("ana@marquee.test")

    loop = telemetry.supervise("sweeps", work)
    await asyncio.sleep(0.01)
    answer = await client.get("/health")
    await loop.stop()
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    [shown] = answer.json()["background_loops"]
    assert (shown["name"], shown["state"], shown["last_error"]) == ("sweeps", "restarting", "ValueError")
    assert (await client.get("/health")).json()["status"] == "ok"
