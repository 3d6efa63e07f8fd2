"""The front door, /graphql: HTTP and websockets into the schema, and a page for people who come with a browser."""

import logging
from collections.abc import Mapping

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from adapters.cache import SharedCache
from adapters.limiter import Limiter, Unlimited
from domain.access import Actor
from domain.wrong_calls import BadUserInput, OperationTimedOut, PersistedQueryNotFound, RateLimited, WrongCall
from resolvers.sessions import Device
from routes.attendance import Attendance
from routes.guard import (
    JSON,
    Format,
    Refusal,
    bearer_token,
    check_content_type,
    check_is_no_forgery,
    is_welcome,
    negotiate,
    read_body,
    wants_page,
)
from routes.pages import Pages
from routes.protocol import SUBPROTOCOL, CloseCode, Malformed, call_from, decode
from routes.reception import (
    ON_BEHALF_OF,
    ActFor,
    Authenticate,
    MakeContext,
    Reception,
    WatchSession,
    device_of,
    for_nobody,
    request_id_of,
)
from routes.sockets import Socket
from schema.budgets import Budgets
from schema.calls import Answer, Call, Calls, Operation, Payload, is_refusal, refusal_code, retry_after
from schema.documents import refused
from schema.errors import INTERNAL, masked, told
from schema.execution import GuardedSchema
from settings import Settings

logger = logging.getLogger(__name__)

REQUEST_ID = "X-Request-ID"
METHODS = ("GET", "POST")
NOBODY = Actor.anonymous()
# Of operations that were refused before they began; the others' is the format's.
STATUSES = {INTERNAL: 500, RateLimited.code: 429, OperationTimedOut.code: 503, PersistedQueryNotFound.code: 200}
CROWDED = Refusal(429, "Too many open connections from your network; please close some.", {"Retry-After": "5"})


class GraphQLApp:
    """An ASGI application for one path; everything it needs is given to it."""

    def __init__(
        self,
        schema: GuardedSchema,
        settings: Settings,
        *,
        make_context: MakeContext,
        authenticate: Authenticate,
        watch_session: WatchSession,
        act_for: ActFor = for_nobody,
        shared: SharedCache | None = None,
        limiter: Limiter | None = None,
        pages: Pages | None = None,
    ) -> None:
        calls = Calls(schema, settings, lambda: make_context(Actor.anonymous(), "", None, Device("", "")), shared)
        self._attendance = Attendance(settings)
        budgets = Budgets(settings, limiter or Unlimited())
        self._reception = Reception(
            settings, calls, make_context, authenticate, watch_session, self._attendance, budgets, act_for
        )
        self._pages = pages or Pages.found()
        self.sockets: set[Socket] = set()

    @property
    def answers_given(self) -> Mapping[str, int]:
        """How many shared answers were kept, came from other processes, or had to be made."""
        return self._reception.calls.answers_given

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._serve_socket(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        request_id, is_new = request_id_of(request)
        response = await self._respond(request, request_id)
        if is_new:
            response.headers[REQUEST_ID] = request_id
        await response(scope, receive, send)

    async def _respond(self, request: Request, request_id: str) -> Response:
        try:
            return await self._answer(request, request_id)
        except Refusal as refusal:
            return _refuse(refusal, request_id)
        except Malformed as error:
            return _refuse(Refusal(400, str(error)), request_id)
        except Exception:
            logger.exception("A request failed", extra={"request_id": request_id})
            return _json({"errors": [masked(request_id)]}, 500)

    async def _answer(self, request: Request, request_id: str) -> Response:
        if request.method not in METHODS:
            raise Refusal(405, "Send operations by POST, or queries by GET.", {"Allow": ", ".join(METHODS)})
        if wants_page(request) and self._reception.settings.introspection:
            return self._pages.graphiql()
        form = negotiate(request.headers.get("accept"))
        call = await self._call_of(request)
        answer = await self._perform(request, call, request_id)
        if isinstance(answer, Answer):
            return self._shared_response(request, call, answer, form)
        response = _json(answer, _status(answer, form), form.media_type)
        if (seconds := retry_after(answer)) is not None:
            response.headers["Retry-After"] = str(seconds)
        return response

    def _shared_response(self, request: Request, call: Call, answer: Answer, form: Format) -> Response:
        """What everybody gets; asked for by GET and hash, browsers and proxies may keep it too."""
        headers = {"Content-Type": f"{form.media_type}; charset=utf-8", "Cache-Control": "no-store"}
        if request.method == "GET" and call.document_hash is not None:
            seconds = 0 if answer.seat_maps else self._reception.settings.http_cache_seconds
            headers |= {"ETag": answer.etag, "Vary": "Accept", "Cache-Control": f"public, max-age={seconds}"}
            if answer.etag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
        return Response(answer.body, headers=headers)

    async def _call_of(self, request: Request) -> Call:
        if request.method == "POST":
            check_content_type(request)
            settings = self._reception.settings
            return call_from(decode(await read_body(request, settings.max_body_bytes, settings.read_seconds)))
        asked = request.query_params
        objects = {name: decode(asked[name].encode()) for name in ("variables", "extensions") if asked.get(name)}
        call = call_from({name: asked.get(name) for name in ("query", "documentId", "operationName")} | objects)
        if call.query and self._reception.settings.environment == "production":
            check_is_no_forgery(request)
        return call

    async def _perform(self, request: Request, call: Call, request_id: str) -> Payload | Answer:
        calls, device = self._reception.calls, device_of(request)
        everybody = self._reception.purse_of(NOBODY, device.address)
        try:
            operation = await calls.read(call, everybody)
            _check_kind(operation, request.method)
            if (answer := await calls.find(operation, everybody)) is not None:
                return answer
        except GraphQLError as error:
            return calls.refusal(error, request_id)
        key = request.headers.get("idempotency-key")
        try:
            actor = await self._actor_of(request)
        except WrongCall as problem:
            return calls.refusal(refused(problem), request_id)
        context = self._reception.make_context(actor, request_id, key, device)
        return await calls.answer(operation, context, self._reception.purse_of(actor, device.address))

    async def _actor_of(self, request: Request) -> Actor:
        """Whoever the token stands for, or the customer they act for; without a living token, nobody in particular."""
        token = bearer_token(request.headers.get("authorization"))
        person = await self._reception.authenticate(token) if token else None
        actor = person.actor if person else Actor.anonymous()
        return await self._reception.caller(actor, request, request.headers.get(ON_BEHALF_OF))

    async def _serve_socket(self, websocket: WebSocket) -> None:
        request_id, _ = request_id_of(websocket)
        refusal, address = self._refusal_of(websocket), device_of(websocket).address
        try:
            if refusal is not None:
                await websocket.send_denial_response(_refuse(refusal, request_id))
            elif SUBPROTOCOL not in websocket.scope["subprotocols"]:
                await websocket.accept()
                await websocket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
            elif not self._attendance.enter(address):
                await websocket.send_denial_response(_refuse(CROWDED, request_id))
            else:
                await self._welcome(Socket(websocket, self._reception, request_id), address)
        except (OSError, WebSocketDisconnect):
            logger.debug("A client left during the handshake")

    async def _welcome(self, socket: Socket, address: str) -> None:
        self.sockets.add(socket)
        try:
            await socket.serve()
        finally:
            self.sockets.discard(socket)
            self._attendance.leave(address)

    def _refusal_of(self, websocket: WebSocket) -> Refusal | None:
        settings = self._reception.settings
        if not is_welcome(websocket, settings):
            return Refusal(403, "Pages of this origin may not connect; see ALLOWED_ORIGINS.")
        if len(self.sockets) >= settings.ws_sockets_max:
            return Refusal(503, "Too many open connections; please try again later.", {"Retry-After": "5"})
        return None


def _check_kind(operation: Operation, method: str) -> None:
    if method == "GET" and operation.kind is not OperationType.QUERY:
        raise Refusal(405, "Only queries may be sent by GET.", {"Allow": "POST"})
    if operation.kind is OperationType.SUBSCRIPTION:
        raise refused(BadUserInput("Subscriptions are served over a websocket at this address."))


def _status(payload: Payload, form: Format) -> int:
    if not is_refusal(payload):
        return 200
    return STATUSES.get(refusal_code(payload) or "", form.refused_status)


def _refuse(refusal: Refusal, request_id: str) -> Response:
    error = told(refusal.message, refusal.code, request_id)
    response = _json({"errors": [error]}, refusal.status)
    response.headers.update(refusal.headers)
    return response


def _json(payload: Payload, status: int, media_type: str = JSON) -> Response:
    headers = {"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "no-store"}
    return Response(orjson.dumps(payload), status, headers)
