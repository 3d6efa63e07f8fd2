"""The two tokens of a session: a short-lived access token (JWT) and a single-use refresh token."""

import base64
import binascii
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4

import jwt

from adapters.keys import Key, keys_for
from settings import Settings

ALGORITHM = "HS256"
ISSUER = "marquee"
ACCESS_AUDIENCE = "marquee-access"
CLOCK_SKEW = timedelta(seconds=10)  # how far the clocks of two of our machines may differ

_CLAIMS = ["iss", "aud", "sub", "sid", "iat", "exp", "jti"]
_LONGEST_TOKEN = 600  # ours have fewer than 450; more is not worth parsing
_UUID_BYTES = 16
_GENERATION_BYTES = 4
TOKENS_REMEMBERED = 5_000

_READ_OPTIONS: jwt.types.Options = {
    "require": _CLAIMS,
    "strict_aud": True,
    "enforce_minimum_key_length": True,
    # The time comes in as an argument, see `_claims`.
    "verify_exp": False,
    "verify_iat": False,
}


@dataclass(frozen=True)
class AccessClaims:
    """Who is calling, in which session, and until when they may."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class RefreshClaims:
    """An authentic refresh token: the generation says whether it is the session's newest."""

    session_id: UUID
    generation: int


class Tokens:
    """Writes tokens and reads them back; whatever this server did not write is None."""

    def __init__(self, settings: Settings) -> None:
        self._access_life = timedelta(minutes=settings.access_token_minutes)
        self._access_keys = {key.id: key for key in keys_for("access-token", settings)}
        self._refresh_keys = keys_for("refresh-token", settings)
        self._verified = lru_cache(maxsize=TOKENS_REMEMBERED)(self._verify)

    def issue_access(self, user_id: UUID, session_id: UUID, now: datetime) -> tuple[str, datetime]:
        """An access token and when it dies: a whole second, as JWTs count."""
        expires = math.ceil((now + self._access_life).timestamp())
        claims = {
            "iss": ISSUER,
            "aud": ACCESS_AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": expires,
            "jti": uuid4().hex,
        }
        newest = next(iter(self._access_keys.values()))
        token = jwt.encode(claims, newest.secret, ALGORITHM, headers={"kid": newest.id})
        return token, datetime.fromtimestamp(expires, UTC)

    def read_access(self, token: str, now: datetime) -> AccessClaims | None:
        """What an access token says, if it is ours and alive."""
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        try:
            payload = self._verified(token)
        except (jwt.PyJWTError, ValueError):
            return None
        return _claims(payload, now)

    def _verify(self, token: str) -> dict[str, object]:
        """What is signed in an access token; a client sends the same one with every call, so the last are remembered."""
        payload: dict[str, object] = jwt.decode(
            token,
            self._key_of(token).secret,
            algorithms=[ALGORITHM],
            audience=ACCESS_AUDIENCE,
            issuer=ISSUER,
            options=_READ_OPTIONS,
        )
        return payload

    def _key_of(self, token: str) -> Key:
        """The key that a token says it was signed with (`kid`, RFC 7515 section 4.1.4); InvalidTokenError for any but ours."""
        key = self._access_keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidTokenError("This was not signed with a key of ours.")
        return key

    def write_refresh(self, session_id: UUID, generation: int) -> str:
        """The refresh token of a session's generation."""
        body = session_id.bytes + generation.to_bytes(_GENERATION_BYTES)
        return _encode(body + hmac.digest(self._refresh_keys[0].secret, body, "sha256"))

    def read_refresh(self, token: str) -> RefreshClaims | None:
        """What a refresh token says, if it is ours; used ones are read too, so that reuse can be told."""
        raw = _decode(token)
        body = raw[: _UUID_BYTES + _GENERATION_BYTES]
        signature = raw[len(body) :]
        # All keys are tried, whichever fits: how long it takes tells nobody which one signed.
        fits = [hmac.compare_digest(signature, hmac.digest(key.secret, body, "sha256")) for key in self._refresh_keys]
        if not any(fits):
            return None
        return RefreshClaims(UUID(bytes=body[:_UUID_BYTES]), int.from_bytes(body[_UUID_BYTES:]))


def _claims(payload: dict[str, object], now: datetime) -> AccessClaims | None:
    issued, expires = payload["iat"], payload["exp"]
    if type(issued) is not int or type(expires) is not int:
        return None
    moment = now.timestamp()
    if issued > moment + CLOCK_SKEW.total_seconds() or expires <= moment:
        return None
    try:
        user_id, session_id = UUID(str(payload["sub"])), UUID(str(payload["sid"]))
        return AccessClaims(user_id, session_id, datetime.fromtimestamp(expires, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(token: str) -> bytes:
    """The bytes of a token; none if it is not exactly what `_encode` writes."""
    if len(token) > _LONGEST_TOKEN:
        return b""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""
    return raw if _encode(raw) == token else b""
