"""Starting, stopping, several processes: what an operator does."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.journeys.house import OpenHouse, open_house
from tests.journeys.people import Person, a_customer, map_of, states
from tests.journeys.viewers import WATCH, socket, subscribe
from tests.servers import ROOT, started_server

LIST = "{ showtimes(first: 1) { nodes { id } } }"


def run_server(directory: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Start a server that must refuse; what it said."""
    environment = {"PATH": os.environ["PATH"], **env}
    return subprocess.run(
        [sys.executable, str(ROOT / "server.py")],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


async def listen_to_the_end(watching: ClientConnection) -> None:
    async with asyncio.timeout(12):
        while True:
            await watching.recv()


async def test_a_stopping_server_tells_its_viewers_to_come_back_and_keeps_what_it_acknowledged(
    start_house: OpenHouse,
) -> None:
    house = await start_house()
    people = [await a_customer(house.server) for _ in range(5)]
    async with socket(house.server) as watching:
        events = subscribe(watching, WATCH, {"id": house.showtimes[0], "after": None})
        await anext(events)
        asked = [person.hold(house.showtimes[0], [f"A{n + 1}"]) for n, person in enumerate(people)]
        answering = asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0.02)
        stopping = asyncio.create_task(house.server.stop())
        with pytest.raises(ConnectionClosed) as closed:
            await listen_to_the_end(watching)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code in (1001, 1012)
        assert await stopping < 12
        answers = await answering
    await house.server.start()
    seats = states(await map_of(house.server, house.showtimes[0]))
    for answer in answers:
        if isinstance(answer, dict):
            assert {seats[label] for label in answer["seats"]} == {"HELD"}


async def test_two_workers_serve_one_cinema(database_url: str, live_url: str, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite serves one process.")
    await open_house(database_url, 1)
    arguments = ["server.py", "--workers", "2"]
    async with started_server(database_url=database_url, redis_url=live_url, arguments=arguments) as server:
        showtime = (await Person(server).ask(LIST))["showtimes"]["nodes"][0]["id"]
        people = [await a_customer(server) for _ in range(8)]
        outcomes = await asyncio.gather(*(person.hold(showtime, ["C1", "C2"]) for person in people))
        assert sorted(outcome["__typename"] for outcome in outcomes) == ["Hold"] + ["SeatsUnavailable"] * 7
        assert await server.stop() < 15


async def test_a_second_server_on_the_same_file_is_refused(
    start_house: OpenHouse, backend: str, tmp_path: Path
) -> None:
    if backend != "sqlite":
        pytest.skip("PostgreSQL serves any number.")
    house = await start_house()
    url = house.server.env["DATABASE_URL"]
    second = await asyncio.to_thread(run_server, tmp_path, DATABASE_URL=url, PORT="9")
    assert second.returncode == 2
    assert "already serving" in second.stderr
    assert "Traceback" not in second.stderr
    assert (await Person(house.server).ask("{ me { id } }"))["me"] is None


@pytest.mark.once
@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ENVIRONMENT": "production"}, ["SECRET_KEY", "SANDBOX_WEBHOOK_SECRET", "PUBLIC_URL"]),
        ({"SECRET_KEY": "short"}, ["SECRET_KEY"]),
        ({"WORKERS": "2"}, ["WORKERS", "postgres://"]),
        ({"PORT": "many"}, ["PORT"]),
        ({"HOLD_MINUTES": "-1"}, ["HOLD_MINUTES"]),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path: Path, env: dict[str, str], said: list[str]) -> None:
    refused = run_server(tmp_path, **env)
    assert refused.returncode == 2
    assert all(name in refused.stderr for name in said)
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data").exists()
