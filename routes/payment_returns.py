"""Where providers send the payer's browser back to: what it brings is checked, the provider asked, and it is led home."""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters import Adapters
from domain.access import Actor
from domain.problems import PaymentRefused
from domain.wrong_calls import NotFound
from resolvers import payments
from resolvers.holds import terms
from resolvers.settlement import House
from routes.guard import Refusal, read_body
from routes.webhooks import gateway_named

BODY_LIMIT = 10_000
MOST_FIELDS = 60


def payment_return_routes(adapters: Adapters) -> list[Route]:
    """`GET` and `POST /payments/{provider}/return/{payment_id}`, as providers of either habit call it."""
    house = House(adapters.ticket_codes, terms(adapters.settings))

    async def come_back(request: Request) -> Response:
        gateway = gateway_named(adapters, request.path_params["provider"])
        payment_id: UUID = request.path_params["payment_id"]
        payment = await payments.one(Actor.system(), payment_id)
        if gateway is None or payment is None or payment.provider is not gateway.provider:
            return _page("Not found", "There is no such payment.", 404)
        try:
            proof = await _proof(request)
            await payments.confirm(Actor.system(), payment_id, proof, adapters.gateways, house)
        except (Refusal, NotFound):
            return _page("Not understood", "This is not what a checkout brings back.", 400)
        except PaymentRefused as problem:
            return _page("Not believed", problem.message, 400)
        return RedirectResponse(payment.return_url or adapters.settings.address, status_code=303)

    return [Route("/payments/{provider}/return/{payment_id:uuid}", come_back, methods=["GET", "POST"])]


async def _proof(request: Request) -> Mapping[str, str]:
    """What came with the browser: the fields of the form or of the address, and the raw query under "query"."""
    try:
        body = (await read_body(request, BODY_LIMIT)).decode()
        posted = dict(parse_qsl(body, max_num_fields=MOST_FIELDS))
        asked = dict(parse_qsl(request.url.query, max_num_fields=MOST_FIELDS))
    except ValueError as problem:
        raise Refusal(400, "Send a form.") from problem
    return {**asked, **posted, "query": request.url.query}


def _page(title: str, text: str, status: int) -> Response:
    html = f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}"
    return HTMLResponse(html, status, {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"})
