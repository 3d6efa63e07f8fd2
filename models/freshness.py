"""How new a thing must be: versions as of now, asked for by many at once and read by one query.

The answer comes from a read that began after the question, so it misses no commit that was made before. Whatever is
kept in memory is shown only if it is at least as new as this: no message that was lost or late can make it wrong.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass
from uuid import UUID

from models.base import as_uuid, on_sqlite, sql

_CATALOGUE = " UNION ALL SELECT part, version FROM catalogue_versions"
_POSTGRES = (
    "SELECT id::text AS name, seat_version AS version FROM showtimes WHERE id = ANY(string_to_array($1, ',')::uuid[])"
)
_SQLITE = "SELECT id AS name, seat_version AS version FROM showtimes WHERE id IN (SELECT value FROM json_each($1))"


@dataclass(frozen=True)
class Versions:
    """The versions of some seat maps and of all parts of the catalogue; what has never changed may be missing."""

    seat_maps: Mapping[UUID, int]
    catalogue: Mapping[str, int]


class Barrier:
    """One read at a time; who asks meanwhile is answered together by the next."""

    def __init__(self) -> None:
        self._asked: set[UUID] = set()
        self._answer: asyncio.Future[Versions] | None = None
        self._reading: asyncio.Task[None] | None = None

    async def versions(self, showtime_ids: Iterable[UUID]) -> Versions:
        """The versions of these seat maps, of others perhaps too; those that do not exist are missing."""
        loop = asyncio.get_running_loop()
        if self._answer is None or self._answer.get_loop() is not loop:
            self._asked, self._answer = set(), loop.create_future()
            if self._reading is None or self._reading.done() or self._reading.get_loop() is not loop:
                # Of nobody's transaction and nobody's request.
                self._reading = loop.create_task(self._read(), name="freshness", context=Context())
        self._asked.update(showtime_ids)
        return await asyncio.shield(self._answer)

    async def _read(self) -> None:
        while (answer := self._answer) is not None:
            asked, self._answer = self._asked, None
            try:
                found = await _versions(asked)
            except Exception as problem:  # noqa: BLE001 - nothing is swallowed: everybody who asked gets it
                answer.set_exception(problem)
                answer.exception()  # perhaps nobody waits any more
            else:
                answer.set_result(found)


async def _versions(showtime_ids: Iterable[UUID]) -> Versions:
    ids = list(map(str, showtime_ids))
    statement, given = (_SQLITE, json.dumps(ids)) if on_sqlite() else (_POSTGRES, ",".join(ids))
    found = {str(row["name"]): int(str(row["version"])) for row in await sql(statement + _CATALOGUE, given)}
    return Versions({as_uuid(id): found[id] for id in ids if id in found}, found)


_barrier = Barrier()


async def versions(showtime_ids: Iterable[UUID]) -> Versions:
    """Versions that are at least as new as every commit before this call."""
    return await _barrier.versions(showtime_ids)
