"""The sandbox's checkout page: plain HTML that works without JavaScript, and the decision posted to it."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import orjson
from jinja2 import Environment, FileSystemLoader
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message

import clock
from adapters.payments.base import BadSignature
from adapters.payments.sandbox import SIGNATURE, SandboxGateway
from domain.payments import PaymentProvider
from domain.problems import PaymentRefused
from domain.showtimes import local_time
from resolvers import checkouts, sandbox
from resolvers.checkouts import Checkout
from resolvers.sandbox import Decision, Outcome
from routes.guard import Refusal, read_body

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "web"), autoescape=True)
_SAID: Mapping[str, str] = {
    Outcome.SUCCEED: "Thank you. Your payment is being confirmed.",
    Outcome.FAIL: "The card was declined.",
    Outcome.CANCEL: "The payment was cancelled.",
}
LONGEST_DELAY = 3600.0
MOST_REPEATS = 20
BODY_LIMIT = 10_000
LONGEST_PATH = 500
PATH = "/sandbox/checkout/{ref}"


class BadDecision(ValueError):
    """What was posted is no decision; the message says what to send."""


def checkout_routes(gateway: SandboxGateway) -> list[Route]:
    """The page, the door its form posts to, and what the sandbox tells those who ask, as a provider's API would."""

    async def told(request: Request) -> Response:
        try:
            gateway.check(request.url.path.encode(), request.headers.get(SIGNATURE, ""))
        except BadSignature as problem:
            return _refusal(401, str(problem))
        return JSONResponse({"events": await sandbox.events(request.path_params["ref"])})

    return [
        Route(PATH, show, methods=["GET"]),
        Route(PATH, decide, methods=["POST"]),
        Route("/sandbox/payments/{ref}", told, methods=["GET"]),
    ]


async def show(request: Request) -> Response:
    """What is to be paid, until when, and what has become of it."""
    checkout = await checkouts.checkout(PaymentProvider.SANDBOX, request.path_params["ref"])
    if checkout is None:
        return HTMLResponse("<!doctype html><title>Not found</title><h1>There is no such payment.</h1>", 404)
    said = request.query_params.get("said", "")
    back = way_back(request.query_params.get("return", ""))
    return _page(checkout, request.url.path, back, _SAID.get(said, "") if checkout.is_open else "")


async def decide(request: Request) -> Response:
    """Take the payer's decision; a browser is shown the page again, others get JSON."""
    try:
        fields = await _fields(request)
        decision = read_decision(fields)
        if not await sandbox.decide(request.path_params["ref"], decision):
            return _refusal(404, "There is no such payment.")
    except Refusal as refusal:
        return _refusal(refusal.status, refusal.message)
    except BadDecision as problem:
        return _refusal(400, str(problem))
    except PaymentRefused as problem:
        return _refusal(409, problem.message)
    if "text/html" in request.headers.get("accept", ""):
        back = way_back(request.query_params.get("return", ""))
        query = urlencode({"said": decision.outcome.value} | ({"return": back} if back else {}))
        return RedirectResponse(f"{request.url.path}?{query}", status_code=303)
    return JSONResponse({"ok": True, "outcome": decision.outcome.value}, status_code=202)


def way_back(path: str) -> str:
    """The path that the payer came from; empty unless it surely lies on this server.

    Browsers drop tabs and line breaks from an address and read a backslash as a slash: "/\\t/elsewhere" leads elsewhere.
    """
    ours = path.startswith("/") and not path.startswith("//")
    return path if ours and "\\" not in path and path.isprintable() and len(path) <= LONGEST_PATH else ""


async def _fields(request: Request) -> Mapping[str, object]:
    """What was posted, as a form of either kind or as JSON, and what stands in the address."""
    body = await read_body(request, BODY_LIMIT)
    kind = request.headers.get("content-type", "")
    try:
        if kind.startswith("multipart/form-data"):
            posted: object = await _multipart(request, body)
        elif kind.startswith("application/json"):
            posted = orjson.loads(body)
        else:
            posted = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except (ValueError, HTTPException) as problem:
        raise BadDecision("The body is neither a form nor JSON.") from problem
    if not isinstance(posted, dict):
        raise BadDecision("Send a JSON object.")
    return {**request.query_params, **posted}


async def _multipart(request: Request, body: bytes) -> dict[str, str]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    form = await Request(request.scope, receive).form(max_files=0, max_fields=20)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def read_decision(fields: Mapping[str, object]) -> Decision:
    """The decision in posted fields; BadDecision says which of them is wrong."""
    outcome = str(fields.get("outcome"))
    if outcome not in set(Outcome):
        raise BadDecision("`outcome` must be succeed, fail or cancel.")
    repeat = _number(fields, "repeat", 1.0, 1.0, MOST_REPEATS)
    if repeat != int(repeat):
        raise BadDecision("`repeat` must be a whole number.")
    delay = timedelta(seconds=_number(fields, "delay_seconds", 0.0, 0.0, LONGEST_DELAY))
    return Decision(Outcome(outcome), delay, int(repeat), _flag(fields, "reorder"), _flag(fields, "lose"))


def _flag(fields: Mapping[str, object], name: str) -> bool:
    value = str(fields.get(name, "false")).lower()
    if value not in ("true", "false", "1", "0", "on", "off", ""):
        raise BadDecision(f"`{name}` must be true or false.")
    return value in ("true", "1", "on")


def _number(fields: Mapping[str, object], name: str, default: float, least: float, most: float) -> float:
    try:
        value = float(str(fields.get(name, default)) or default)
    except ValueError as problem:
        raise BadDecision(f"`{name}` must be a number.") from problem
    if not least <= value <= most:
        raise BadDecision(f"`{name}` must be between {least:g} and {most:g}.")
    return value


def _page(checkout: Checkout, path: str, back: str, said: str) -> Response:
    nonce = secrets.token_urlsafe(16)
    seconds_left = max(0, round((checkout.expires_at - clock.now()).total_seconds()))
    minutes, seconds = divmod(seconds_left, 60)
    starts_at = local_time(checkout.starts_at, checkout.timezone).strftime("%A %d %B %Y, %H:%M")
    html = _PAGES.get_template("checkout.html").render(
        checkout=checkout,
        said=said,
        path=path,
        back=back,
        nonce=nonce,
        starts_at=starts_at,
        ends=int(checkout.expires_at.timestamp()),
        minutes=minutes,
        seconds=seconds,
    )
    rules = ("default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'nonce-{nonce}'", "form-action 'self'")
    policy = "; ".join((*rules, "base-uri 'none'", "frame-ancestors 'none'"))
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status_code=status)
