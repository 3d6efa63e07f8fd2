"""One client's websocket: its log-in and its end, in the words of graphql-transport-ws."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from clock import now
from domain.access import Actor
from domain.wrong_calls import WrongCall
from routes.guard import bearer_token
from routes.operations import Operations
from routes.protocol import (
    SUBPROTOCOL,
    CloseCode,
    Complete,
    Init,
    Json,
    Malformed,
    Message,
    Ping,
    Subscribe,
    message_from,
)
from routes.reception import ON_BEHALF_OF, Authenticated, Reception, device_of
from routes.viewers import push_of

logger = logging.getLogger(__name__)


class Closing(Exception):
    """The socket must be closed, and this is why."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Socket:
    """One websocket. When `serve` returns, nothing of it is left."""

    def __init__(self, websocket: WebSocket, reception: Reception, request_id: str) -> None:
        self._websocket = websocket
        self._reception = reception
        self._request_id = request_id
        self.operations = Operations(reception, self._send, push_of(websocket), request_id, device_of(websocket))
        self._actor: Actor | None = None
        self._initialised = self._over = False
        self._closing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch: Callable[[], None] | None = None
        self._admitted: UUID | None = None

    async def serve(self) -> None:
        """Accept the client and answer its messages until it goes or must go."""
        await self._websocket.accept(SUBPROTOCOL)
        wait = self._reception.settings.ws_init_seconds
        self._end_after(wait, CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout")
        try:
            while (event := await self._websocket.receive())["type"] != "websocket.disconnect":
                if not self._over:
                    await self._hear(event.get("text"))
        finally:
            await self._leave()

    def end(self, code: CloseCode, reason: str) -> None:
        """Close the socket now; what is under way says nothing more."""
        if not self._over:
            self._over = True
            self.operations.silence_all()
            self._closing = asyncio.create_task(self._close(code, reason))

    async def _hear(self, text: str | None) -> None:
        try:
            if text is None:
                raise Malformed("A message must be text.")
            await self._handle(message_from(text))
        except Malformed as error:
            self.end(CloseCode.BAD_REQUEST, str(error))
        except Closing as error:
            self.end(error.code, error.reason)
        except (WebSocketDisconnect, WebSocketDisconnected):
            self._over = True
        except Exception:
            logger.exception("A websocket failed", extra={"request_id": self._request_id})
            self.end(CloseCode.INTERNAL, "Internal server error")

    async def _handle(self, message: Message) -> None:
        match message:
            case Init():
                await self._initialise(message.payload)
            case Ping():
                await self._send({"type": "pong"} | ({} if message.payload is None else {"payload": message.payload}))
            case Subscribe():
                await self._subscribe(message)
            case Complete() if message.id in self.operations:
                self.operations.silence(message.id)

    async def _initialise(self, payload: Json) -> None:
        if self._initialised:
            raise Closing(CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
        self._initialised = True
        self._stop_timer()
        given = {key.lower(): value for key, value in payload.items()}
        if given.get("authorization") in (None, ""):
            actor = Actor.anonymous()
        else:
            actor = self._admit(await self._authenticated(given["authorization"]))
        try:
            self._actor = await self._reception.caller(actor, self._websocket, given.get(ON_BEHALF_OF))
        except WrongCall as problem:
            raise Closing(CloseCode.FORBIDDEN, problem.message) from problem
        await self._send({"type": "connection_ack"})

    async def _authenticated(self, authorization: object) -> Authenticated:
        token = bearer_token(authorization) if isinstance(authorization, str) else None
        found = await self._reception.authenticate(token) if token else None
        if found is None:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden")
        return found

    def _admit(self, person: Authenticated) -> Actor:
        """The socket outlives neither the token that opened it nor that token's session."""
        user_id = person.actor.user_id
        if user_id is not None:
            if not self._reception.attendance.admit(user_id):
                raise Closing(CloseCode.TRY_AGAIN_LATER, "Too many open connections of yours; please close some")
            self._admitted = user_id
        left = (person.expires_at - now()).total_seconds()
        self._end_after(left, CloseCode.FORBIDDEN, "The access token has expired")
        if person.actor.session_id is not None:
            self._unwatch = self._reception.watch_session(
                person.actor.session_id, lambda: self.end(CloseCode.FORBIDDEN, "The session has ended")
            )
        return person.actor

    async def _subscribe(self, message: Subscribe) -> None:
        if self._actor is None:
            raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
        if message.id in self.operations:
            raise Closing(CloseCode.SUBSCRIBER_EXISTS, f"Subscriber for {message.id[:64]} already exists")
        await self.operations.start(message, self._actor)

    async def _send(self, message: Json) -> None:
        if not self._over:
            await self._websocket.send_text(orjson.dumps(message).decode())

    async def _close(self, code: CloseCode, reason: str) -> None:
        try:
            await self._websocket.close(code, reason)
        except (WebSocketDisconnect, WebSocketDisconnected):
            logger.debug("The client left before it could be told why")

    async def _leave(self) -> None:
        self._over = True
        self._stop_timer()
        if self._unwatch is not None:
            self._unwatch()
        if self._admitted is not None:
            self._reception.attendance.leave(self._admitted)
        await self.operations.stopped()
        if self._closing is not None:
            await self._closing

    def _end_after(self, seconds: float, code: CloseCode, reason: str) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(seconds, 0), self.end, code, reason)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
