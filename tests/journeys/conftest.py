"""Started servers for stories: with a small house, and with a sale that waits for its money."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

import pytest

from tests.journeys.house import LIST, House, OpenHouse, open_house
from tests.journeys.people import Person
from tests.journeys.tills import AtCheckout, sale_at_checkout
from tests.servers import StartServer


@pytest.fixture
async def start_house(
    database_url: str, live_url: str, backend: str, start_server: StartServer
) -> AsyncIterator[OpenHouse]:
    """Starts a house: `await start_house(showtimes=3, servers=2, HOLD_MINUTES="0.05")`; settings by name.

    It has no rules about seats unless it is given some: stories name whichever they like.
    """
    async with AsyncExitStack() as stack:

        async def start(
            showtimes: int = 1, servers: int = 1, redis_url: str = live_url, currency: str = "INR", **env: str
        ) -> House:
            await open_house(database_url, showtimes, currency)
            many = 1 if backend == "sqlite" else servers
            settings = {"SEAT_RULES": "", **env}
            opening = [start_server(database_url=database_url, redis_url=redis_url, env=settings) for _ in range(many)]
            running = [await stack.enter_async_context(server) for server in opening]
            nodes = (await Person(running[0]).ask(LIST))["showtimes"]["nodes"]
            return House(running, [node["id"] for node in nodes])

        yield start


@pytest.fixture
def at_checkout(database_url: str, live_url: str, start_server: StartServer) -> AtCheckout:
    """Begins a sale: `async with at_checkout(provider, JOBS="false") as sale`; settings by name."""
    return partial(sale_at_checkout, start_server, database_url, live_url)
