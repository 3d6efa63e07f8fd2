"""How long a refused log-in takes for an address that has an account and for one that has none: nobody may tell them apart."""

import random
import statistics
import time

import clock
from adapters import Adapters, adapters_from
from bench.figures import Figure
from bench.house import SECRET
from domain.access import Role
from domain.problems import InvalidCredentials
from models.database import connect, disconnect, migrate
from models.users import User
from resolvers import sessions
from resolvers.sessions import Device
from settings import Settings
from tests import services

ROUNDS = 60
ACCOUNTS = 200
PASSWORD = "popcorn-and-a-film"
BROWSER = Device("bench", "192.0.2.1")


async def measure() -> dict[str, list[Figure]]:
    """Medians of wrong passwords, known and unknown addresses by turns; the control compares known ones with known ones."""
    with services.postgres(durable=True) as server:
        settings = Settings(
            _env_file=None, database_url=server.create(), secret_key=SECRET, demo=False, rate_limits=False
        )
        await migrate(settings)
        await connect(settings)
        try:
            figures = await _figures(adapters_from(settings))
        finally:
            await disconnect()
    return {"A log-in that is refused, bcrypt and its read on PostgreSQL included": figures}


async def _figures(adapters: Adapters) -> list[Figure]:
    known = await _accounts(await adapters.passwords.hash(PASSWORD))
    unknown = [f"nobody-{number}@marquee.test" for number in range(ACCOUNTS)]
    took: dict[str, list[float]] = {"known": [], "unknown": [], "control": []}
    for _ in range(ROUNDS):
        turns = [("known", known), ("unknown", unknown), ("control", known)]
        random.shuffle(turns)
        for name, addresses in turns:
            took[name].append(await _refused(random.choice(addresses), adapters))
    medians = {name: statistics.median(times) for name, times in took.items()}
    beside = "an address with an account"
    return [
        Figure("an address without an account", medians["unknown"], "ms", medians["known"], beside),
        Figure("an address with an account, again (control)", medians["control"], "ms", medians["known"], beside),
    ]


async def _accounts(password_hash: str) -> list[str]:
    emails = [f"somebody-{number}@marquee.test" for number in range(ACCOUNTS)]
    for email in emails:
        await User.create(
            created_at=clock.now(),
            name="Somebody",
            email=email,
            password_hash=password_hash,
            role_names=[Role.CUSTOMER.value],
        )
    return emails


async def _refused(email: str, adapters: Adapters) -> float:
    """Milliseconds until a wrong password is refused."""
    began = time.perf_counter()
    try:
        await sessions.log_in(email, "wrong-" + PASSWORD, adapters=adapters, device=BROWSER)
    except InvalidCredentials:
        return (time.perf_counter() - began) * 1000
    raise AssertionError("A wrong password was right.")
