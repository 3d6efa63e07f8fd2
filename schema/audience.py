"""Viewers who are told the same things: each event is executed once, encoded once, and its bytes go to all of them.

Who joins is in one of four places: joining (the beginning is being made, and what happens meanwhile waits), ahead (the
beginning was newer than what the audience has been told), a member, or late (does not take anything at the moment; once
it does, it begins again from the version it has, so that what it missed is one change).
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from subscriptions import presence
from subscriptions.watching import Watched

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")

TOLD_AT_A_TIME = 250
PAYLOADS_KEPT = 8


class Member(Protocol):
    """One viewer, as an audience sees it."""

    def tell(self, payload: bytes) -> bool:
        """Hand over a payload at once, JSON; False if it is not taken."""

    def when_ready(self, ready: Callable[[], None]) -> None:
        """Call this once payloads can be taken again."""

    def finish(self, *, failed: bool) -> None:
        """Nothing more will come."""


@dataclass(frozen=True)
class _Told:
    version: int
    payload: bytes


class Audience(Generic[ItemT]):
    """Those who watch the same operation on the same topic."""

    def __init__(
        self,
        watched: Watched[ItemT],
        make_payload: Callable[[ItemT], Coroutine[object, object, bytes]],
        on_end: Callable[[], None],
    ) -> None:
        self._watched = watched
        self._make_payload = make_payload
        self._on_end = on_end
        self._position = -1
        self._joining: dict[Member, list[_Told]] = {}
        self._ahead: dict[Member, int] = {}
        self._members: dict[Member, None] = {}
        self._late: dict[Member, int | None] = {}
        self._payloads: OrderedDict[int, tuple[ItemT, asyncio.Task[bytes]]] = OrderedDict()
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self.ended = False
        self._life = self._spawn(self._live())

    def __len__(self) -> int:
        return len(self._joining) + len(self._ahead) + len(self._members) + len(self._late)

    async def join(self, member: Member, watched: Watched[ItemT]) -> None:
        """Take somebody in who wants to begin where `watched` does; whatever that raises, nobody has joined."""
        await self._join(member, watched.after)

    def leave(self, member: Member) -> None:
        """Tell them nothing more."""
        for place in (self._joining, self._ahead, self._members, self._late):
            place.pop(member, None)
        if not len(self):
            self._end()
            self._life.cancel()

    async def _join(self, member: Member, have: int | None) -> None:
        self._joining[member] = []
        try:
            await asyncio.shield(self._opened)
            moment = await self._watched.since(have)
            first = None if moment.item is None else await self._payload(moment.item)
        except BaseException:
            self.leave(member)
            raise
        waiting = self._joining.pop(member, None)
        if waiting is None:  # they have left meanwhile
            return
        news = [told for told in waiting if told.version > moment.version]
        self._begin(member, moment.since, news if first is None else [_Told(moment.version, first), *news])

    def _begin(self, member: Member, have: int | None, news: list[_Told]) -> None:
        """Tell somebody who has come to version `have` what is new to them, and find their place."""
        for told in news:
            if not member.tell(told.payload):
                self._be_late(member, have)
                return
            have = told.version
        if have is not None and have > self._position:
            self._ahead[member] = have
        else:
            self._members[member] = None

    def _be_late(self, member: Member, version: int | None) -> None:
        self._late[member] = version
        member.when_ready(partial(self._catch_up, member))

    def _catch_up(self, member: Member) -> None:
        if member in self._late:
            self._spawn(self._rejoin(member, self._late.pop(member)))

    async def _rejoin(self, member: Member, version: int | None) -> None:
        try:
            await self._join(member, version)
        except Exception:
            logger.exception("A late member of an audience could not be told what it missed")
            member.finish(failed=True)

    async def _live(self) -> None:
        failed = True
        try:
            with presence.watched_by(self._watched.topic, self):
                await self._tell_changes()
            failed = False
        except Exception as problem:
            logger.exception("An audience has lost its stream")
            if not self._opened.done():
                self._opened.set_exception(problem)
        finally:
            self._end()
            for member in [*self._joining, *self._ahead, *self._members, *self._late]:
                member.finish(failed=failed)

    async def _tell_changes(self) -> None:
        async with self._watched.changes() as changes:
            self._opened.set_result(None)
            async for moment in changes:
                if moment.item is not None:
                    await self._tell(_Told(moment.version, await self._payload(moment.item)))

    async def _tell(self, told: _Told) -> None:
        """Tell everybody, some at a time, so that other work is not kept waiting."""
        before, self._position = self._position, told.version
        for waiting in self._joining.values():
            waiting.append(told)
        members = list(self._members)
        self._tell_those_ahead(told)
        for first in range(0, len(members), TOLD_AT_A_TIME):
            for member in members[first : first + TOLD_AT_A_TIME]:
                if member in self._members and not member.tell(told.payload):
                    del self._members[member]
                    self._be_late(member, before)
            await asyncio.sleep(0)

    def _tell_those_ahead(self, told: _Told) -> None:
        for member, version in list(self._ahead.items()):
            if version <= told.version:
                del self._ahead[member]
                self._begin(member, version, [told] if version < told.version else [])

    async def _payload(self, item: ItemT) -> bytes:
        key = id(item)
        if key not in self._payloads:
            making = asyncio.get_running_loop().create_task(self._make_payload(item), context=Context())
            self._payloads[key] = (item, making)  # as long as the item is kept, nothing else has its id
            if len(self._payloads) > PAYLOADS_KEPT:
                self._payloads.popitem(last=False)
        try:
            return await asyncio.shield(self._payloads[key][1])
        except Exception:
            self._payloads.pop(key, None)
            raise

    def _end(self) -> None:
        if not self.ended:
            self.ended = True
            self._on_end()

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Begin a task that belongs to no request: not to its transaction, nor to its log lines."""
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
