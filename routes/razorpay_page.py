"""The page that leads a payer on to Razorpay: plain HTML with one form, which works without JavaScript."""

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.payments.razorpay import RazorpayGateway
from resolvers.checkouts import Checkout
from routes.checkout import way_back

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "web"), autoescape=True)
_NO_SUCH = "<!doctype html><title>Not found</title><h1>There is no such payment.</h1>"
PATH = "/checkout/razorpay/{order_id}"


LookUp: TypeAlias = Callable[[str], Awaitable[Checkout | None]]


def razorpay_routes(gateway: RazorpayGateway, look_up: LookUp) -> list[Route]:
    """The page of an order, by Razorpay's name for it; `look_up` gives None for an order that is none of ours."""

    async def show(request: Request) -> Response:
        order_id = request.path_params["order_id"]
        checkout = await look_up(order_id)
        return HTMLResponse(_NO_SUCH, 404) if checkout is None else _page(gateway, order_id, checkout)

    return [Route(PATH, show, methods=["GET"])]


def _page(gateway: RazorpayGateway, order_id: str, checkout: Checkout) -> Response:
    nonce = secrets.token_urlsafe(16)
    hosted = gateway.hosted(order_id, checkout.payment_id, checkout.amount, checkout.reference)
    html = _PAGES.get_template("razorpay.html").render(
        checkout=checkout, hosted=hosted, back=_back(checkout.return_url), nonce=nonce
    )
    rules = (
        "default-src 'none'",
        f"style-src 'nonce-{nonce}'",
        f"form-action {hosted.origin}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    headers = {
        "Content-Security-Policy": "; ".join(rules),
        # Razorpay takes payments from the websites it knows only, so it must see where its visitor comes from.
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, headers=headers)


def _back(url: str) -> str:
    """Where the payer came from, if that is an address a link may have."""
    return url if url.startswith(("https://", "http://")) else way_back(url)
