"""Answers that are the same for everybody, kept as the bytes they are sent in.

Each remembers the versions of what it is made of. Before it is given away again those are compared with the database
as of now, so an answer is never older than a commit that was made before it was asked for, on any process.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from uuid import UUID

import orjson
import structlog

import clock
from adapters.cache import SharedCache
from domain.catalogue import SHOWTIMES
from domain.wrong_calls import WrongCall
from resolvers.dependencies import Versions, noting, versions
from schema.budgets import FREE, KEPT, Purse
from schema.execution import CallContext, GuardedSchema
from schema.operation import Operation, payload_of
from schema.sharing import Sharing
from schema.shielding import within
from settings import Settings
from subscriptions.flights import Flights

log = structlog.get_logger(__name__)
logger = logging.getLogger(__name__)

NOTHING_ASKED: list[UUID] = []
SORTED = orjson.OPT_SORT_KEYS


@dataclass(frozen=True)
class Answer:
    """An encoded payload, what it is made of and at which versions, and until when it holds at most."""

    body: bytes
    catalogue: Mapping[str, int]
    seat_maps: Mapping[UUID, int]
    until: datetime

    @property
    def etag(self) -> str:
        """A strong validator of the bytes (RFC 9110, section 8.8.3)."""
        return f'"{blake2b(self.body, digest_size=16).hexdigest()}"'

    def holds(self, versions: Versions) -> bool:
        """Whether nothing it is made of has changed by these versions."""
        return all(self.catalogue[part] >= versions.catalogue.get(part, 0) for part in self.catalogue) and all(
            self.seat_maps[id] >= versions.seat_maps.get(id, 0) for id in self.seat_maps
        )


class Answers:
    """The answers this process keeps, and those that processes keep together where there is Redis."""

    def __init__(
        self,
        schema: GuardedSchema,
        settings: Settings,
        nobody: Callable[[], CallContext],
        shared: SharedCache | None = None,
    ) -> None:
        self._schema = schema
        self._settings = settings
        self._nobody = nobody
        self._shared = shared
        self._kept = _Kept(settings.answer_cache_megabytes * 1_000_000)
        self._making: Flights[bytes, Answer | None] = Flights()
        self._dialect = sha256(schema.text.encode()).digest()
        self.given = {"kept": 0, "shared": 0, "made": 0}

    async def find(self, operation: Operation, purse: Purse = FREE) -> Answer | None:
        """The answer to a shared query; None where it must be executed for each, as when there are errors in it.

        RateLimited where it cannot be paid for, OperationTimedOut where it takes too long to make.
        """
        try:
            return await self._find(operation, purse)
        except WrongCall:
            raise
        except Exception:  # the execution for each meets the same fault, and words it
            logger.exception("A shared answer could not be found")
            return None

    async def _find(self, operation: Operation, purse: Purse) -> Answer | None:
        sharing = self._schema.sharing(operation.document, operation.call.operation_name)
        key = self._key(operation) if sharing is not None and self._kept.capacity else None
        if sharing is None or key is None:
            return None
        for joins in (self._making.is_under_way(key), False):
            kept = self._kept.get(key)
            if kept is not None and await self._still_holds(kept):
                await purse.pay(KEPT)
                return self._give("kept", kept, operation)
            await purse.pay(
                self._schema.cost(operation.document, operation.call.variables, operation.call.operation_name)
            )
            found = await self._making.share(key, lambda: self._make(key, operation, sharing))
            if found is None or not joins:
                return found
            # It had begun before we asked, and may be older than what we must show; what comes next has not.
        return None

    async def _make(self, key: bytes, operation: Operation, sharing: Sharing) -> Answer | None:
        found = await self._from_others(key)
        if found is not None:
            self._kept.put(key, found)
            return self._give("shared", found, operation)
        made = await self._execute(operation, sharing)
        if made is not None:
            self._kept.put(key, made)
            self._give("made", made, operation)
            if self._shared is not None:
                seconds = (made.until - clock.now()).total_seconds()
                await self._shared.put(_name(key), _packed(made), seconds)
        return made

    async def _execute(self, operation: Operation, sharing: Sharing) -> Answer | None:
        call, now = operation.call, clock.now()
        if self._schema.faults(operation.document, call.variables):
            return None
        before = await versions(NOTHING_ASKED)
        with noting() as noted:
            execution = self._schema.execute(
                operation.document.text, dict(call.variables), self._nobody(), operation_name=call.operation_name
            )
            result = await within(self._settings.operation_seconds, execution)
        if result.errors:
            return None
        until = now + timedelta(seconds=self._seconds(sharing, shows_seats=bool(noted.seat_maps)))
        if noted.until is not None:
            until = min(until, noted.until)
        catalogue = {part: before.catalogue.get(part, 0) for part in sharing.made_of}
        return Answer(orjson.dumps(payload_of(result.data, ())), catalogue, noted.seat_maps, until)

    async def _still_holds(self, answer: Answer) -> bool:
        return clock.now() < answer.until and answer.holds(await versions(answer.seat_maps))

    async def _from_others(self, key: bytes) -> Answer | None:
        packed = await self._shared.get(_name(key)) if self._shared is not None else None
        found = _unpacked(packed) if packed is not None else None
        return found if found is not None and await self._still_holds(found) else None

    def _seconds(self, sharing: Sharing, *, shows_seats: bool) -> float:
        if shows_seats:
            return self._settings.answer_seat_map_seconds
        listed = SHOWTIMES in sharing.made_of
        return self._settings.answer_showtimes_seconds if listed else self._settings.answer_catalogue_seconds

    def _give(self, how: str, answer: Answer, operation: Operation) -> Answer:
        self.given[how] += 1
        if self._settings.answer_trace:
            log.info("answer", how=how, operation=operation.call.operation_name, bytes=len(answer.body))
        return answer

    def _key(self, operation: Operation) -> bytes | None:
        call = operation.call
        try:
            variables = orjson.dumps([call.operation_name, call.variables], option=SORTED)
        except TypeError:  # a number beyond what JSON parsers agree on
            return None
        return blake2b(self._dialect + operation.document.digest + variables, digest_size=24).digest()


class _Kept:
    """Answers by key, at most so many bytes of them; the least recently used leave first."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0

    def get(self, key: bytes) -> Answer | None:
        if key in self._answers:
            self._answers.move_to_end(key)
        return self._answers.get(key)

    def put(self, key: bytes, answer: Answer) -> None:
        if (replaced := self._answers.pop(key, None)) is not None:
            self._bytes -= _weight(replaced)
        self._answers[key] = answer
        self._bytes += _weight(answer)
        while self._bytes > self.capacity:
            self._bytes -= _weight(self._answers.popitem(last=False)[1])


def _weight(answer: Answer) -> int:
    return len(answer.body) + 1_000


def _name(key: bytes) -> str:
    return f"answer:{key.hex()}"


def _packed(answer: Answer) -> bytes:
    maps = {str(id): version for id, version in answer.seat_maps.items()}
    return orjson.dumps([answer.catalogue, maps, answer.until.isoformat()]) + b"\n" + answer.body


def _unpacked(packed: bytes) -> Answer | None:
    head, _, body = packed.partition(b"\n")
    try:
        catalogue, maps, until = orjson.loads(head)
        return Answer(body, catalogue, {UUID(id): v for id, v in maps.items()}, datetime.fromisoformat(until))
    except (ValueError, TypeError, AttributeError):  # another version of this program wrote it
        return None
