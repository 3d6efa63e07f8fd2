"""The way in: `python server.py` prepares the database and serves, with one process or several."""

import argparse
import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import structlog
from pydantic import ValidationError
from starlette.applications import Starlette
from uvicorn import Server
from uvicorn.supervisors import Multiprocess

import clock
import telemetry
from adapters import adapters_from
from composition import check_operations, compose
from domain.payments import PaymentProvider
from jobs import AN_HOUR, Loop, every
from models import database
from routes.serving import uvicorn_config
from scripts import demo
from settings import MissingSettings, Settings, settings_from_environment

log = structlog.get_logger(__name__)


class AlreadyServing(Exception):
    """Another server is working on this SQLite file."""


def create() -> Starlette:
    """The application, for this process and for each worker."""
    settings = settings_from_environment()
    telemetry.configure(settings)
    if settings.environment == "production" and PaymentProvider.SANDBOX.value in settings.providers:
        log.warning("SANDBOX is enabled: whoever opens its checkout page pays nothing. See PAYMENT_PROVIDERS.")
    for name, unsent in (("MAIL_URL", settings.mail_url), ("SMS_URL", settings.sms_url)):
        if settings.environment == "production" and not unsent:
            log.warning("What needs this setting is answered with NotOffered. See docs/ways-in.md.", not_set=name)
    return compose(settings, demo_loops(settings))


def demo_loops(settings: Settings) -> dict[str, Loop]:
    """A demo cinema that stays open has two weeks of showtimes ahead, and a crowd, every day."""
    if settings.environment == "production" or not settings.demo:
        return {}
    return {"demo.programme": every(AN_HOUR, lambda: demo.keep_open(settings, clock.now()))}


async def prepare(settings: Settings) -> bool:
    """Bring the tables up to date and fill an empty development database; whether the demo cinema is there."""
    await database.migrate(settings)
    await database.connect(settings)
    try:
        return await demo.load(settings, adapters_from(settings).passwords, clock.now())
    finally:
        await database.disconnect()


@contextmanager
def only_server_of(settings: Settings) -> Iterator[None]:
    """SQLite serves one process at a time: refuse to be the second."""
    path = settings.sqlite_path
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".serving").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise AlreadyServing(f"Another Marquee is already serving {path.name}; stop it first.") from taken
        yield


def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    check_operations(settings)
    with only_server_of(settings):
        has_demo = anyio.run(prepare, settings)
        if has_demo:
            print(demo.welcome(settings), flush=True)
        config = uvicorn_config("server:create", settings)
        if settings.workers > 1:
            socket = config.bind_socket()
            Multiprocess(config, sockets=[socket]).run()
        else:
            Server(config).run()


def main() -> int:
    """Run from the command line; says in one line what is wrong with the settings."""
    parser = argparse.ArgumentParser(description="Serve Marquee, the box office API for cinemas.")
    parser.add_argument("--workers", type=int, help="number of processes (PostgreSQL only)")
    chosen = parser.parse_args()
    try:
        given = {} if chosen.workers is None else {"workers": chosen.workers}
        settings = settings_from_environment(**given)
        telemetry.configure(settings)
        serve(settings)
    except (MissingSettings, AlreadyServing) as problem:
        print(f"Marquee cannot start: {problem}", file=sys.stderr)
        return 2
    except ValidationError as problem:
        for error in problem.errors():
            name = "_".join(str(part) for part in error["loc"]).upper()
            print(f"Marquee cannot start: {name} {error['msg']}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
