"""`python -m jobs`: the background work alone, for installations that run it apart from their servers (JOBS=false)."""

import asyncio
import signal
from contextlib import suppress

import telemetry
from adapters import adapters_from
from composition import resources
from settings import settings_from_environment


async def main() -> None:
    """Work until SIGTERM or SIGINT."""
    settings = settings_from_environment().model_copy(update={"jobs": True})
    telemetry.configure(settings)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
    async with resources(settings, adapters_from(settings), {}):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
