"""The house that is measured: a server on a durable PostgreSQL, with as many showtimes and customers as wanted."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import psutil

import clock
from adapters import adapters_from
from models.database import connect, disconnect, migrate
from models.movies import Movie
from models.showtimes import Showtime
from models.users import Session, User
from models.venues import Screen, SeatLayout, Venue
from schema.ids import global_id
from settings import Settings
from tests import services
from tests.servers import Server, started_server

ROWS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNLIMITED = {
    "HOLDS_PER_PERSON": "1000000",
    "SEATS_PER_PERSON": "1000000",
    "BCRYPT_ROUNDS": "4",
    "HOLD_MINUTES": "60",
    "HOLD_MAX_MINUTES": "60",
}
SECRET = "a-secret-for-the-bench-of-32-bytes!!"
ENV = {**UNLIMITED, "SECRET_KEY": SECRET}
IDLE_SECONDS, IDLE_CPU = 0.5, 0.03  # less CPU than this in so much time is no work


@dataclass(frozen=True)
class House:
    """A running server, its database (and the pid of that), its showtimes and the access tokens of its customers."""

    server: Server
    database_url: str
    database_pid: int
    showtimes: list[UUID]
    tokens: list[str]

    @property
    def showtime_ids(self) -> list[str]:
        """The showtimes as clients name them."""
        return [global_id("Showtime", showtime) for showtime in self.showtimes]


@asynccontextmanager
async def open_house(
    *, showtimes: int, customers: int, seats: int = 300, redis_url: str = "", env: Mapping[str, str] | None = None
) -> AsyncIterator[House]:
    """A house that closes without a trace; `env` are further settings of its server."""
    with services.postgres(durable=True) as server:
        url = server.create()
        settings = Settings(_env_file=None, database_url=url, secret_key=SECRET, demo=False)
        await migrate(settings)
        await connect(settings)
        made = await fill(showtimes, seats)
        tokens = await _customers(settings, customers)
        await disconnect()
        pid = await _postmaster(url)
        async with started_server(database_url=url, redis_url=redis_url, env={**ENV, **(env or {})}) as running:
            yield House(running, url, pid, made, tokens)


async def _postmaster(database_url: str) -> int:
    connection = await asyncpg.connect(database_url)
    found = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).ppid()
    await connection.close()
    return found


async def fill(count: int, seats: int) -> list[UUID]:
    """So many showtimes on one screen of so many seats, in the database that is connected."""
    now = clock.now()
    venue = await Venue.create(created_at=now, name="Bench", timezone="Asia/Kolkata", currency="INR")
    width = -(-seats // len(ROWS)) if seats > 520 else 20
    drawing = "\n".join(f"{row} {'s' * width}" for row in ROWS[: -(-seats // width)])
    layout = await SeatLayout.create(created_at=now, drawing=drawing, capacity=seats)
    screen = await Screen.create(created_at=now, name="1", venue=venue, layout=layout)
    movie = await Movie.create(created_at=now, title="Bench", runtime_minutes=100)
    rows = [
        Showtime(
            id=uuid4(),
            created_at=now,
            movie_id=movie.id,
            venue_id=venue.id,
            screen_id=screen.id,
            layout_id=layout.id,
            starts_at=now + timedelta(days=1, hours=2 * number),
            ends_at=now + timedelta(days=1, hours=2 * number + 2),
            local_date=(now + timedelta(days=1)).date(),
            base_price_minor=25000,
            currency="INR",
        )
        for number in range(count)
    ]
    await Showtime.bulk_create(rows, batch_size=500)
    return [row.id for row in rows]


async def _customers(settings: Settings, count: int) -> list[str]:
    now, tokens = clock.now(), adapters_from(settings).tokens
    users = [
        User(id=uuid4(), created_at=now, name="B", email=f"{number}@bench.test", role_names=["CUSTOMER"])
        for number in range(count)
    ]
    await User.bulk_create(users, batch_size=500)
    later = now + timedelta(days=1)
    sessions = [Session(id=uuid4(), created_at=now, user_id=user.id, expires_at=later, used_at=now) for user in users]
    await Session.bulk_create(sessions, batch_size=500)
    return [tokens.issue_access(session.user_id, session.id, now)[0] for session in sessions]


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process and those it started have used."""
    process = psutil.Process(pid)
    return sum(_seconds(each) for each in [process, *process.children(recursive=True)])


async def until_idle(pid: int) -> None:
    """Wait until a process has little to do; TimeoutError after a minute of work."""
    async with asyncio.timeout(60):
        before = -1.0
        while (now := cpu_of(pid)) - before > IDLE_CPU:
            before = now
            await asyncio.sleep(IDLE_SECONDS)


def rss_of(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(psutil.Process(pid).memory_info().rss)


def cpu_of_database(house: House) -> float:
    """Seconds of CPU that the house's PostgreSQL has used, with the connections that have ended."""
    ended = psutil.Process(house.database_pid).cpu_times()
    return cpu_of(house.database_pid) + float(ended.children_user + ended.children_system)


def _seconds(process: psutil.Process) -> float:
    try:
        # The CPU clock of another process, in nanoseconds on Linux; psutil knows only hundredths of a second.
        return time.clock_gettime((~process.pid << 3) | 2)
    except OSError:
        return _rounded_seconds(process)


def _rounded_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
