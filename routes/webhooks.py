"""The door for payment providers: what is signed is applied, once."""

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import Adapters
from adapters.payments.base import BadSignature
from domain.payments import PaymentProvider
from resolvers import payments
from resolvers.holds import terms
from routes.guard import Refusal, read_body

log = structlog.get_logger(__name__)


def webhook_routes(adapters: Adapters) -> list[Route]:
    """`POST /webhooks/{provider}` for every enabled gateway."""
    settings = adapters.settings
    hold_terms = terms(settings)

    async def receive(request: Request) -> Response:
        name = request.path_params["provider"].upper()
        gateway = adapters.gateways.get(PaymentProvider(name)) if name in PaymentProvider.__members__ else None
        if gateway is None:
            return _refusal(404, "No such provider is enabled here.")
        try:
            body = await read_body(request, settings.max_body_bytes)
            event = gateway.read(body, {key.lower(): value for key, value in request.headers.items()})
        except Refusal as refusal:
            return _refusal(refusal.status, refusal.message)
        except BadSignature as problem:
            log.warning("A webhook was refused", provider=name, reason=str(problem))
            return _refusal(401, str(problem))
        await payments.settle(event, adapters.ticket_codes, hold_terms)
        return JSONResponse({"ok": True})

    return [Route("/webhooks/{provider}", receive, methods=["POST"])]


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status_code=status)
