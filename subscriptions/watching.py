"""What a live field watches: where a watcher begins, and what comes after; for one watcher, or for thousands together."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from subscriptions import presence

ItemT = TypeVar("ItemT")

ONE_VIEWER = (None,)


@dataclass(frozen=True)
class Moment(Generic[ItemT]):
    """What brings a watcher to `version` who is at `since` or later (anywhere, if None); no item: nothing to tell."""

    since: int | None
    version: int
    item: ItemT | None


class Watched(Protocol[ItemT]):
    """One watcher's wish; those of the same topic differ only in where they begin."""

    @property
    def topic(self) -> str:
        """What is watched."""

    @property
    def after(self) -> int | None:
        """The version this watcher has already; None: nothing."""

    async def check(self) -> None:
        """Raise NotFound unless there is something to watch."""

    async def since(self, version: int | None) -> Moment[ItemT]:
        """What a watcher has missed who is at a version, or has nothing; as new as every commit before this call."""

    def changes(self) -> AbstractAsyncContextManager[AsyncIterator[Moment[ItemT]]]:
        """All that happens from now on, without gaps."""


async def told(watched: Watched[ItemT]) -> AsyncIterator[ItemT]:
    """All that one watcher is told. The stream is opened first, and what the beginning contains is dropped from it."""
    await watched.check()
    with presence.watched_by(watched.topic, ONE_VIEWER):
        async with watched.changes() as changes:
            moment = await watched.since(watched.after)
            position = moment.version
            if moment.item is not None:
                yield moment.item
            async for moment in changes:
                if moment.version > position and moment.item is not None:
                    position = moment.version
                    yield moment.item
