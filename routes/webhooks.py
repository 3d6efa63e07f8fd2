"""The door for payment providers: what is signed is kept and answered at once, and applied afterwards."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import Adapters
from adapters.payments.base import Answer, BadSignature, Delivery, Gateway, Receipt
from domain.payments import PaymentProvider
from resolvers import inbox
from routes.guard import Refusal, read_body

log = structlog.get_logger(__name__)

LONGEST_QUERY = 4_000
ALARMING = (Receipt.UNKNOWN, Receipt.WRONG_AMOUNT)


def webhook_routes(adapters: Adapters) -> list[Route]:
    """`POST /webhooks/{provider}` for every enabled gateway; `GET` for those that call with a query string."""
    limit, seconds = adapters.settings.max_body_bytes, adapters.settings.read_seconds

    async def receive(request: Request) -> Response:
        gateway = gateway_named(adapters, request.path_params["provider"])
        if gateway is None or (request.method == "GET" and not request.url.query):
            return _refusal(404, "No such provider is enabled here.")
        try:
            body = await read_body(request, limit, seconds)
        except Refusal as refusal:
            return _refusal(refusal.status, refusal.message)
        if len(request.url.query) > LONGEST_QUERY:
            return _refusal(414, "That is more than any provider says.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        return _answered(await _received(gateway, Delivery(body, request.url.query, headers)))

    return [Route("/webhooks/{provider}", receive, methods=["GET", "POST"])]


def gateway_named(adapters: Adapters, name: str) -> Gateway | None:
    """The enabled gateway of this name, in any case."""
    known = name.upper() in PaymentProvider.__members__
    return adapters.gateways.get(PaymentProvider(name.upper())) if known else None


async def _received(gateway: Gateway, delivery: Delivery) -> Answer:
    try:
        message = gateway.read(delivery)
    except BadSignature as problem:
        log.warning("A webhook was refused", provider=gateway.provider.value, reason=str(problem))
        return gateway.answer(Receipt.FORGED)
    receipt = await inbox.receive(message, gateway.provider)
    if receipt in ALARMING:
        log.warning("A webhook is odd", provider=gateway.provider.value, kind=message.kind, receipt=receipt.value)
    return gateway.answer(receipt)


def _answered(answer: Answer) -> JSONResponse:
    return JSONResponse(dict(answer.body), status_code=answer.status)


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status_code=status)
