"""The harness that starts servers, tried on a stand-in: it waits, kills, restarts and leaves nothing behind."""

import asyncio
import os
import signal
from pathlib import Path

import httpx2
import pytest

from tests.servers import DidNotStart, Server, StartServer, started_server

pytestmark = pytest.mark.once

STAND_IN = """
import asyncio, json, os, signal, sys, time
print("starting", os.environ.get("GREETING"), os.environ.get("SECRET_OF_THIS_MACHINE"), os.getcwd(), flush=True)
if "--broken" in sys.argv:
    sys.exit("a setting is missing")
began = time.monotonic()

async def serve(reader, writer):
    head = await reader.readuntil(b"\\r\\n\\r\\n")
    lines = head.decode().lower().split("\\r\\n")
    length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
    token = next((line[15:] for line in lines if line.startswith("authorization:")), None)
    sent = json.loads(await reader.readexactly(length) or "null")
    status = "200 OK" if time.monotonic() - began > 0.3 else "503 Not Yet"
    body = json.dumps({"data": {"sent": sent, "token": token, "pid": os.getpid()}}).encode()
    writer.write(f"HTTP/1.1 {status}\\r\\nconnection: close\\r\\ncontent-length: {len(body)}\\r\\n\\r\\n".encode() + body)
    await writer.drain()
    writer.close()

async def main():
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with await asyncio.start_server(serve, os.environ["HOST"], int(os.environ["PORT"])):
        await stopped.wait()
    print("stopped well", flush=True)

asyncio.run(main())
"""


@pytest.fixture(params=["cold", "warm"])
def begin(request: pytest.FixtureRequest) -> StartServer:
    """Both ways in which a server begins: nobody may notice which it was."""
    return started_server if request.param == "cold" else request.getfixturevalue("start_server")


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "stand_in.py"
    path.write_text(STAND_IN)
    return str(path)


async def pid_of(server: Server) -> int:
    return (await server.execute("{ pid }"))["data"]["pid"]


async def test_it_is_ready_when_the_block_begins_and_gone_when_it_ends(
    begin: StartServer, program: str, tmp_path: Path
) -> None:
    async with begin(database_url="sqlite://x", arguments=[program], directory=tmp_path) as server:
        assert (await server.client.get("/health/ready")).status_code == 200
        pid = await pid_of(server)
        assert pid == server.pid
    assert not server.running
    assert "stopped well" in server.log()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_an_operation_carries_its_variables_and_token(begin: StartServer, program: str) -> None:
    async with begin(database_url="sqlite://x", arguments=[program]) as server:
        answer = await server.execute("query Q { me }", {"a": 1}, token="abc")
    assert answer["data"]["sent"] == {"query": "query Q { me }", "variables": {"a": 1}}
    assert answer["data"]["token"] == "bearer abc"


async def test_killed_and_restarted_it_keeps_its_port(begin: StartServer, program: str) -> None:
    async with begin(database_url="sqlite://x", arguments=[program]) as server:
        first = await pid_of(server)
        await server.kill()
        assert not server.running
        with pytest.raises(httpx2.TransportError):
            await pid_of(server)
        await server.start()
        assert await pid_of(server) != first
        assert await server.stop() < 5
        assert server.log().count("starting") == 2
        assert server.log().count("stopped well") == 1


async def test_a_frozen_server_does_not_answer_and_then_does(begin: StartServer, program: str) -> None:
    async with begin(database_url="sqlite://x", arguments=[program]) as server:
        server.send_signal(signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await pid_of(server)
        server.send_signal(signal.SIGCONT)
        assert await pid_of(server) == server.pid


async def test_a_server_that_does_not_start_says_why(begin: StartServer, program: str) -> None:
    with pytest.raises(DidNotStart, match="a setting is missing"):
        async with begin(database_url="sqlite://x", arguments=[program, "--broken"]):
            raise AssertionError("it has started")


async def test_it_gets_our_settings_and_nothing_of_the_machines(
    begin: StartServer, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THIS_MACHINE", "42")
    settings = {"GREETING": "hello"}
    async with begin(database_url="sqlite://x", env=settings, arguments=[program]) as server:
        assert "starting hello None /" in server.log()
        assert str(Path(__file__).parent.parent) not in server.log()


async def test_two_neighbours_do_not_hash_alike(start_server: StartServer, tmp_path: Path) -> None:
    """Two servers that were told apart only by their pids would hide what one must not tell the other by `hash`."""
    path = tmp_path / "hashing.py"
    path.write_text(STAND_IN.replace('"starting"', 'hash("starting")'))
    said = []
    for _ in range(2):
        async with start_server(database_url="sqlite://x", arguments=[str(path)]) as server:
            said.append(server.log().split()[0])
    assert len(set(said)) == 2
