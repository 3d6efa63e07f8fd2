"""What can be done to a connection: a proxy that can be frozen, as a router that forgets or a host that hangs does."""

import asyncio
from contextlib import suppress
from typing import Self


class FreezingProxy:
    """Relays TCP to a port of this machine until it is frozen; then nothing moves, and nothing is closed."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._open_gate = asyncio.Event()
        self._gates: set[asyncio.Event] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open_gate.set()

    @property
    def url(self) -> str:
        """The address that leads through here."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def freeze(self) -> None:
        """Let nothing through, on old connections and new ones."""
        self._open_gate.clear()
        self.forget()

    def forget(self) -> None:
        """Let nothing through on the connections that exist; new ones work."""
        for gate in self._gates:
            gate.clear()

    def thaw(self) -> None:
        """Let everything through again, also what has waited."""
        self._open_gate.set()
        for gate in self._gates:
            gate.set()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._open_gate.wait()
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            gate = asyncio.Event()
            gate.set()
            self._gates.add(gate)
            try:
                await asyncio.gather(_pump(reader, far_writer, gate), _pump(far_reader, writer, gate))
            finally:
                self._gates.discard(gate)
                far_writer.close()
        except (OSError, asyncio.CancelledError):
            pass  # either end is gone, or the test is over
        finally:
            writer.close()
            self._tasks.discard(task)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            await gate.wait()
            writer.write(chunk)
            await writer.drain()
    writer.close()
