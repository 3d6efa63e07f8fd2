"""The first administrator is made from the command line."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import clock
from adapters import adapters_from
from domain.access import Role
from domain.problems import InvalidInput
from models.database import connect, disconnect
from models.users import User
from resolvers import sessions
from scripts.create_admin import create_admin
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent


async def people(settings: Settings) -> list[User]:
    await connect(settings)
    try:
        return await User.all()
    finally:
        await disconnect()


async def test_a_new_administrator_can_log_in(settings: Settings) -> None:
    told = await create_admin(settings, "Root@Example.com", "Root", lambda: "popcorn-root")
    assert told == "Root@Example.com has a new account, and is an administrator."
    await connect(settings)
    adapters = adapters_from(settings)
    given = await sessions.log_in("root@example.com", "popcorn-root", adapters=adapters, device=sessions.Device())
    caller = await sessions.authenticate(given.access_token, adapters.tokens, clock.now())
    await disconnect()
    assert caller is not None
    assert caller.actor.roles == {Role.SUPER_ADMIN}


async def test_an_account_that_exists_is_promoted_and_nobody_is_asked_for_a_password(settings: Settings) -> None:
    await create_admin(settings, "root@example.com", "Root", lambda: "popcorn-root")
    [before] = await people(settings)

    def refuse() -> str:
        raise AssertionError

    told = await create_admin(settings, "ROOT@example.com", "Other", refuse)
    assert told == "ROOT@example.com has an account, and is an administrator now."
    [after] = await people(settings)
    assert (after.name, after.password_hash, after.roles) == ("Root", before.password_hash, {Role.SUPER_ADMIN})


async def test_wrong_values_are_refused(settings: Settings) -> None:
    with pytest.raises(InvalidInput):
        await create_admin(settings, "root", "Root", lambda: "popcorn-root")
    assert await people(settings) == []


@pytest.mark.once
def test_it_runs_from_the_command_line(settings: Settings, tmp_path: Path) -> None:
    def run(password: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scripts.create_admin", "root@example.com"],
            cwd=tmp_path,
            env={"DATABASE_URL": settings.database_url, "BCRYPT_ROUNDS": "4", "PYTHONPATH": str(ROOT)},
            input=password,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    refused = run("short\n")
    assert refused.returncode == 2
    assert refused.stderr == "password: A password has between 8 and 1,000 characters.\n"
    assert run("popcorn-root\n").returncode == 0
    [root] = asyncio.run(people(settings))
    assert (root.email, root.name, root.roles) == ("root@example.com", "Administrator", {Role.SUPER_ADMIN})
