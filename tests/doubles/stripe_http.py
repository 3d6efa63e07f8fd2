"""How Stripe's API is spoken: forms with nested names, keys that make a repetition safe, lists in pages, refusals."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from tests.doubles.stripe_objects import VERSION, error

LONGEST_KEY = 255
LONGEST_PAGE = 100


class Refused(Exception):
    """An answer that is no 200. `executed`: it came out of the work itself, so it is kept under the call's key."""

    def __init__(self, status: int, body: dict, *, executed: bool = False) -> None:
        super().__init__(body)
        self.status = status
        self.body = body
        self.executed = executed


def invalid(message: str, code: str | None = None, param: str | None = None, *, status: int = 400) -> Refused:
    """A call that Stripe refuses before it does anything."""
    return Refused(status, error("invalid_request_error", message, code, param))


def nested(pairs: Iterable[tuple[str, str]]) -> dict:
    """`a[b][0]=x` as {"a": {"b": ["x"]}}."""
    tree: dict = {}
    for name, value in pairs:
        *path, last = re.findall(r"[^\[\]]+", name)
        place = tree
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return _lists(tree)


def _lists(part: object) -> object:
    if not isinstance(part, dict):
        return part
    if part and all(name.isdigit() for name in part):
        return [_lists(part[name]) for name in sorted(part, key=int)]
    return {name: _lists(value) for name, value in part.items()}


def required(params: Mapping, *names: str) -> None:
    """Refuse a call without these."""
    for name in names:
        if name not in params:
            raise invalid(f"Missing required param: {name}.", "parameter_missing", name)


def only(params: Mapping, *names: str) -> None:
    """Refuse a call with any other than these."""
    for name in params:
        if name not in names:
            raise invalid(f"Received unknown parameter: {name}", "parameter_unknown", name)


def page_of(kept: Sequence[dict], params: Mapping, url: str, *filters: str) -> dict:
    """A page of a list, the latest first."""
    only(params, "limit", "starting_after", "created", "expand", *filters)
    limit = int(params.get("limit", 10))
    if not 1 <= limit <= LONGEST_PAGE:
        raise invalid("This value must be between 1 and 100.", "parameter_invalid_integer", "limit")
    fitting = [one for one in reversed(kept) if _fits(one, params, filters)]
    if after := params.get("starting_after"):
        names = [one["id"] for one in fitting]
        if after not in names:
            raise invalid(f"No such object: '{after}'", "resource_missing", "starting_after")
        fitting = fitting[names.index(after) + 1 :]
    return {"object": "list", "url": url, "has_more": len(fitting) > limit, "data": fitting[:limit]}


def _fits(one: Mapping, params: Mapping, filters: Sequence[str]) -> bool:
    moment, asked = one["created"], params.get("created", {})
    within = (
        moment >= int(asked.get("gte", moment))
        and moment > int(asked.get("gt", moment - 1))
        and moment <= int(asked.get("lte", moment))
        and moment < int(asked.get("lt", moment + 1))
    )
    return within and all(one[name] == params[name] for name in filters if name in params)


class Door:
    """Who may call, and what a repeated call is answered."""

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key
        self._kept: dict[str, tuple[object, int, bytes]] = {}
        self.busy_keys: set[str] = set()  # their first call is still under way

    async def answer(self, request: Request, work: Callable[[str, str, dict], dict]) -> Response:
        """What `work(path, params)` comes to, under the rules of idempotency."""
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        try:
            self._let_in(request)
            params = nested(parse_qsl(await self._form(request), keep_blank_values=True))
            call = (request.url.path, json.dumps(params, sort_keys=True))
            if key and (kept := self._repeated(key, call)):
                return _response(*kept, key, replayed=True)
            status, body = 200, _written(work(request.method, request.url.path, params))
        except Refused as refused:
            status, body = refused.status, _written(refused.body)
            if not refused.executed:
                return _response(status, body, key)
        if key:
            self._kept[key] = (call, status, body)
        return _response(status, body, key)

    def forget_keys(self) -> None:
        """As Stripe may when they are 24 hours old."""
        self._kept.clear()

    async def _form(self, request: Request) -> str:
        if request.method != "POST":
            return request.url.query
        if request.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise invalid("Stripe's API is form-encoded.")
        return (await request.body()).decode()

    def _let_in(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            given = base64.b64decode(given).decode().partition(":")[0]
        if given != self._secret_key:
            masked = f"{given[:8]}{'*' * 8}{given[-4:]}"
            raise invalid(f"Invalid API Key provided: {masked}", status=401)

    def _repeated(self, key: str, call: object) -> tuple[int, bytes] | None:
        if len(key) > LONGEST_KEY:
            raise invalid("Idempotency keys are at most 255 characters long.")
        if key in self.busy_keys:
            message = "There is currently another in-progress request using this Stripe-Idempotency-Key"
            raise Refused(409, error("idempotency_error", message, "idempotency_key_in_use"))
        if key not in self._kept:
            return None
        first, status, body = self._kept[key]
        if first != call:
            message = f"Keys for idempotent requests can only be used with the same parameters: '{key}'."
            raise Refused(400, error("idempotency_error", message))
        return status, body


def _written(body: dict) -> bytes:
    return json.dumps(body, indent=2).encode()


def _response(status: int, body: bytes, key: str, *, replayed: bool = False) -> Response:
    headers = {"request-id": f"req_{uuid4().hex[:14]}", "stripe-version": VERSION}
    if key:
        headers["idempotency-key"] = key
    if replayed:
        headers["idempotent-replayed"] = "true"
    return Response(body, status, headers, media_type="application/json")
