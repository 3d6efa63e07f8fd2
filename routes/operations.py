"""The operations of one websocket, each in a task of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import orjson
from graphql import GraphQLError, OperationType
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected

from domain.access import Actor
from domain.wrong_calls import RateLimited
from resolvers.sessions import Device
from routes.protocol import Json, Subscribe
from routes.reception import Reception
from routes.viewers import Push, Viewer
from schema.audience import Audience
from schema.budgets import Purse
from schema.calls import Call, Operation, Payload, is_refusal
from schema.documents import refused
from schema.errors import masked
from schema.execution import CallContext

logger = logging.getLogger(__name__)

Send: TypeAlias = Callable[[Json], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Running:
    """An operation whose task has not ended, or which watches in an audience until it leaves.

    Nobody listens any more to a silent one. One that is not to be disturbed goes on although nobody listens: it is a
    mutation, or a stream that is tidying up after itself.
    """

    id: str
    request_id: str
    silent: bool = False
    undisturbed: bool = False
    leave: Callable[[], None] | None = None


class Operations:
    """Starts operations and silences them. A mutation that has begun is never cancelled."""

    def __init__(self, reception: Reception, send: Send, push: Push | None, request_id: str, device: Device) -> None:
        self._reception = reception
        self._send = send
        self._push = push
        self._request_id = request_id
        self._device = device
        self._heard: dict[str, Running] = {}
        self._tasks: dict[asyncio.Task[None], Running] = {}
        self._watching: set[Running] = set()
        self._started = 0

    def __contains__(self, operation_id: str) -> bool:
        return operation_id in self._heard

    def __len__(self) -> int:
        """How many tasks live or watch, those of silenced operations included: an id costs nothing, a task does."""
        return len(self._tasks) + len(self._watching)

    async def start(self, message: Subscribe, actor: Actor) -> None:
        """Begin an operation, or answer that too many are under way."""
        self._started += 1
        running = Running(message.id, f"{self._request_id}-{self._started}")
        self._heard[message.id] = running
        if len(self) >= self._reception.settings.ws_operations_max:
            error = refused(RateLimited("Too many operations at once on this connection."))
            await self._tell_payload(running, self._reception.calls.refusal(error, running.request_id))
            return
        self._begin(running, self._run(running, message.call, actor))

    def silence(self, operation_id: str) -> None:
        """Say nothing more of an operation, and stop it unless it is a mutation."""
        silenced = self._heard.pop(operation_id)
        silenced.silent = True
        self._stop_watching(silenced)
        for task, running in self._tasks.items():
            if running is silenced and not running.undisturbed:
                task.cancel()

    def silence_all(self) -> None:
        """Say nothing more of anything."""
        for operation_id in list(self._heard):
            self.silence(operation_id)

    async def stopped(self) -> None:
        """Silence everything and wait until all of it has ended, begun mutations and last words included."""
        self.silence_all()
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def _begin(self, running: Running, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks[task] = running
        task.add_done_callback(self._tasks.pop)

    async def _run(self, running: Running, call: Call, actor: Actor) -> None:
        try:
            await self._execute(running, call, actor)
            if running.leave is None:
                await self._tell(running, "complete")
        except (WebSocketDisconnect, WebSocketDisconnected):
            running.silent = True  # the client has gone; the socket is about to notice
        except Exception:
            logger.exception("An operation failed", extra={"request_id": running.request_id})
            await self._tell(running, "error", [masked(running.request_id)])

    async def _execute(self, running: Running, call: Call, actor: Actor) -> None:
        calls, purse = self._reception.calls, self._reception.purse_of(actor, self._device.address)
        try:
            operation = await calls.read(call, purse)
            answer = await calls.find(operation, purse)
        except GraphQLError as error:
            await self._tell_payload(running, calls.refusal(error, running.request_id))
            return
        running.undisturbed = operation.kind is OperationType.MUTATION
        if answer is not None:
            await self._tell(running, "next", orjson.Fragment(answer.body))
            return
        context = self._reception.make_context(actor, running.request_id, None, self._device)
        if operation.kind is not OperationType.SUBSCRIPTION:
            await self._tell_payload(running, await calls.answer(operation, context, purse))
            return
        if self._push is not None and calls.is_shared(operation):
            await self._watch(running, operation, context, push=self._push, purse=purse)
        else:
            await self._follow(running, operation, context, purse)

    async def _watch(
        self, running: Running, operation: Operation, context: CallContext, *, push: Push, purse: Purse
    ) -> None:
        """Join those who watch the same; the task ends, and the audience speaks to the client from now on."""
        viewer = Viewer(push, running.id, lambda failed: self._begin(running, self._finish(running, failed=failed)))
        joined = await self._reception.calls.join(operation, context, viewer, purse)
        if isinstance(joined, Audience):
            running.leave = partial(joined.leave, viewer)
            self._watching.add(running)
        else:
            await self._tell_payload(running, joined)

    async def _finish(self, running: Running, *, failed: bool) -> None:
        self._stop_watching(running)
        with suppress(WebSocketDisconnect, WebSocketDisconnected):
            await (
                self._tell(running, "error", [masked(running.request_id)])
                if failed
                else self._tell(running, "complete")
            )

    def _stop_watching(self, running: Running) -> None:
        if running.leave is not None:
            running.leave()
            running.leave = None
            self._watching.discard(running)

    async def _follow(self, running: Running, operation: Operation, context: CallContext, purse: Purse) -> None:
        """Take the events of a stream of one's own, each when the client has taken the one before."""
        events = self._reception.calls.events(operation, context, purse)
        try:
            async for payload in events:
                await self._tell_payload(running, payload)
        finally:
            running.undisturbed = True
            await events.aclose()

    async def _tell_payload(self, running: Running, payload: Payload) -> None:
        if is_refusal(payload):
            await self._tell(running, "error", payload["errors"])
        else:
            await self._tell(running, "next", payload)

    async def _tell(self, running: Running, kind: str, payload: object = None) -> None:
        if running.silent:
            return
        if kind != "next":  # the id is free again before the client learns that it is
            running.silent = True
            del self._heard[running.id]
        message: dict[str, object] = {"id": running.id, "type": kind}
        await self._send(message if payload is None else message | {"payload": payload})
