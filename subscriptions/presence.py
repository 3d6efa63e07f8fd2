"""How many watch a topic, in all processes: each tells the others its numbers, and is forgotten when it falls silent.

Nobody is counted in and out: whoever lets viewers watch stands here for as long as they do, and is asked how many
there are. So a viewer that vanishes leaves nothing behind.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from uuid import uuid4

import telemetry
from subscriptions.wire import Wire

CHANNEL = "presence"
SILENCES_MAX = 3

Numbers = Mapping[str, int]

_crowds: dict[str, dict[object, Sized]] = {}


@contextmanager
def watched_by(topic: str, crowd: Sized) -> Iterator[None]:
    """While inside, so many watch the topic as the crowd has members at the time of asking."""
    ticket = object()
    _crowds.setdefault(topic, {})[ticket] = crowd
    try:
        yield
    finally:
        del _crowds[topic][ticket]
        if not _crowds[topic]:
            del _crowds[topic]


def here() -> Numbers:
    """How many watch each topic in this process."""
    counted = {topic: sum(map(len, crowds.values())) for topic, crowds in _crowds.items()}
    return {topic: number for topic, number in counted.items() if number}


class Presence:
    """What the processes last said of their viewers."""

    def __init__(self, wire: Wire, every: float, count: Callable[[], Numbers] = here) -> None:
        self._wire = wire
        self._every = every
        self._count = count
        self._name = uuid4().hex
        self._heard: dict[str, tuple[float, Numbers]] = {}
        self._had_viewers = False
        self._subscribed = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._telling: telemetry.Supervised | None = None

    async def start(self) -> None:
        """Begin to listen, and to tell."""
        self._listening = self._wire.spawn(self._listen(), "presence")
        self._telling = telemetry.supervise("live.presence", self._tell_for_ever)
        await self._subscribed.wait()

    async def stop(self) -> None:
        """Tell the others that nobody watches here any more, and be silent."""
        if self._telling is None or self._listening is None:
            return
        await self._telling.stop()
        await self._tell({})
        self._listening.cancel()
        await asyncio.wait([self._listening])

    def viewers(self) -> Numbers:
        """How many watch each topic: here at this moment, elsewhere by the last word of each process."""
        oldest = time.monotonic() - SILENCES_MAX * self._every
        self._heard = {name: heard for name, heard in self._heard.items() if heard[0] > oldest}
        total = Counter(self._count())
        for _, numbers in self._heard.values():
            total.update(numbers)
        return total

    async def _tell_for_ever(self) -> None:
        while True:
            numbers = self._count()
            if numbers or self._had_viewers:
                await self._tell(numbers)
            await asyncio.sleep(self._every)

    async def _tell(self, numbers: Numbers) -> None:
        with self._wire.surviving("presence_untold", CHANNEL):
            message = json.dumps({"from": self._name, "viewers": dict(numbers)})
            await self._wire.broadcast.publish(CHANNEL, message)
            self._had_viewers = bool(numbers)

    async def _listen(self) -> None:
        # Broadcast.subscribe breaks when it is cancelled halfway, so `start` waits for it.
        try:
            async with self._wire.broadcast.subscribe(CHANNEL) as subscriber:
                self._subscribed.set()
                while True:
                    message = await subscriber.get()
                    with self._wire.surviving("presence_not_understood", CHANNEL):
                        self._hear(json.loads(message.message))
        finally:
            self._subscribed.set()

    def _hear(self, said: Mapping[str, object]) -> None:
        name, numbers = said["from"], said["viewers"]
        if not isinstance(name, str) or not isinstance(numbers, dict):
            raise TypeError("This is no word of a process.")
        if name != self._name:
            self._heard[name] = (time.monotonic(), {str(topic): int(number) for topic, number in numbers.items()})


_of_process: list[Presence] = []


def use(instance: Presence | None) -> None:
    """Make this the presence of the process."""
    _of_process[:] = [] if instance is None else [instance]


def viewers() -> Numbers:
    """How many watch each topic, as far as this process knows."""
    return _of_process[0].viewers() if _of_process else here()
