"""Processes and their wire, in memory or over Valkey, and viewers of one showtime."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from subscriptions.live import Live
from tests.subscriptions.ledger import NEVER, Ledger, Viewer, World

SHOWTIME = UUID("00000000-0000-4000-8000-000000000042")
TOPIC = f"seat-map:{SHOWTIME}"


@pytest.fixture(params=["memory", "valkey"])
def url(request: pytest.FixtureRequest) -> str:
    return "memory://" if request.param == "memory" else str(request.getfixturevalue("redis_url"))


@pytest.fixture
def reconcile_seconds(request: pytest.FixtureRequest) -> float:
    """So long that nothing in a test is healed by it, unless the test asks for it."""
    return float(getattr(request, "param", NEVER))


@pytest.fixture
async def world(url: str, reconcile_seconds: float) -> AsyncIterator[World]:
    """In memory one process announces and watches; on Valkey there are two."""
    ledger = Ledger()
    here = Live(url, {"seat-map": ledger}, reconcile_seconds=reconcile_seconds)
    there = here if url.startswith("memory") else Live(url, {"seat-map": ledger}, reconcile_seconds=reconcile_seconds)
    processes = {id(live): live for live in (here, there)}.values()
    for live in processes:
        await live.start()
    yield World(ledger, here, there)
    for live in processes:
        await live.stop()


def viewers(world: World, number: int, showtime_id: UUID = SHOWTIME) -> list[Viewer]:
    return [Viewer(world.ledger, showtime_id) for _ in range(number)]
