"""Google's accounts: keys that sign ID tokens and are replaced, and the address where they are published."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import clock
from tests.doubles.provider import Provider

CLIENT_ID = "1234-marquee.apps.googleusercontent.example"
KEYS = "/oauth2/v3/certs"


@cache
def private_key(kid: str) -> RSAPrivateKey:
    """The key of this name: made once a run, because that takes a while."""
    return generate_private_key(65537, 2048)


class GoogleServer(Provider):
    """What Google knows and says; `kids` are the keys it publishes, the last of which signs.

    `instead` is what it answers in their place.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kids = ["key-1"]
        self.instead: str | None = None

    def settings_env(self) -> dict[str, str]:
        """What a server of Marquee needs to believe this Google."""
        return {"GOOGLE_CLIENT_IDS": f"another.example,{CLIENT_ID}", "GOOGLE_KEYS_URL": f"{self.url}{KEYS}"}

    def routes(self) -> Sequence[Route]:
        """Where the keys are."""

        async def keys(request: Request) -> Response:
            if self.instead is not None:
                return Response(self.instead.encode("latin-1"), media_type="application/json")
            return JSONResponse({"keys": [published(kid) for kid in self.kids]})

        return [Route(KEYS, keys)]

    @property
    def fetches(self) -> int:
        """How often somebody has asked for the keys."""
        return sum(call.path == KEYS for call in self.calls)

    def id_token(
        self,
        *,
        now: datetime | None = None,
        kid: str | None = None,
        header: Mapping[str, object] | None = None,
        **claims: object,
    ) -> str:
        """What Google's button gives a page; a claim that is `...` is left out."""
        moment = now or clock.now()
        said: dict[str, object] = {
            "iss": "https://accounts.google.com",
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "sub": "110169484474386276334",
            "email": "ana@example.com",
            "email_verified": True,
            "name": "Ana Ruiz",
            "iat": int(moment.timestamp()),
            "exp": int((moment + timedelta(hours=1)).timestamp()),
            **claims,
        }
        kept = {name: value for name, value in said.items() if value is not ...}
        name = kid or self.kids[-1]
        return jwt.encode(kept, private_key(name), "RS256", {"kid": name, **(header or {})})


def published(kid: str) -> dict[str, str]:
    """A key as RFC 7517 shows it."""
    numbers = private_key(kid).public_key().public_numbers()
    return {"kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": _number(numbers.n), "e": _number(numbers.e)}


def by_hand(header: Mapping[str, object], claims: Mapping[str, object], secret: bytes = b"") -> str:
    """A token whose header says whatever a forger likes; signed as HS256 with a secret, if there is one."""
    signed = ".".join(_text(json.dumps(part).encode()) for part in (header, claims))
    signature = jwt.get_algorithm_by_name("HS256").sign(signed.encode(), secret) if secret else b""
    return f"{signed}.{_text(signature)}"


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
