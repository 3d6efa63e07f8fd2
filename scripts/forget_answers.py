"""Make every server forget the answers it keeps for everybody: `python -m scripts.forget_answers`.

For when the catalogue was changed behind their backs, in the database itself.
"""

import asyncio

from domain.catalogue import MOVIES, SHOWTIMES, VENUES
from models.catalogue import touch
from models.database import connect, disconnect
from resolvers.unit_of_work import unit_of_work
from settings import Settings, settings_from_environment


async def forget(settings: Settings) -> None:
    """Raise the version of every part of the catalogue: whatever is kept is older now."""
    await connect(settings)
    try:
        async with unit_of_work():
            for part in (MOVIES, SHOWTIMES, VENUES):
                await touch(part)
    finally:
        await disconnect()


if __name__ == "__main__":
    asyncio.run(forget(settings_from_environment()))
