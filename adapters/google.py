"""Sign in with Google: what an ID token says, once it is proved to be Google's word to us (OpenID Connect Core, 3.1.3.7)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import jwt

from adapters.google_keys import ALGORITHM, GoogleKeys
from adapters.http import Http
from domain.google import GoogleAccount, google_account
from domain.problems import GoogleRefused, NotOffered
from settings import Settings

ISSUERS: Final = frozenset({"accounts.google.com", "https://accounts.google.com"})
CLOCK_SKEW: Final = timedelta(seconds=10)  # how far Google's clock and ours may differ

_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "email", "email_verified"]
_LONGEST_TOKEN = 5_000  # Google's have about 1,200
_LONGEST_SUBJECT = 255

_READ_OPTIONS: jwt.types.Options = {
    "require": _CLAIMS,
    "enforce_minimum_key_length": True,
    # Judged by `_account`: the time comes in as an argument, and there may be several audiences of ours.
    "verify_exp": False,
    "verify_iat": False,
    "verify_aud": False,
}


class Google:
    """Reads ID tokens that were given to pages of ours; NotOffered where there are none."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self._client_ids = frozenset(settings.google_client_ids.replace(",", " ").split())
        self._keys = GoogleKeys(settings.google_keys_url, http)

    async def read(self, id_token: str, nonce: str | None, now: datetime) -> GoogleAccount:
        """Whose token this is; GoogleRefused unless Google signed it, lately, for us, and has verified the address.

        `nonce` is what our page gave Google for this one sign-in, if it gave anything.
        """
        if not self._client_ids:
            raise NotOffered
        try:
            key = await self._keys.key(_kid(id_token), now)
            claims: Mapping[str, object] = jwt.decode(id_token, key, algorithms=[ALGORITHM], options=_READ_OPTIONS)
        except (jwt.PyJWTError, ValueError) as problem:
            raise GoogleRefused from problem
        account = self._account(claims, now)
        if account is None or (nonce is not None and claims.get("nonce") != nonce):
            raise GoogleRefused
        if claims["email_verified"] is not True:
            raise GoogleRefused("Google has not verified this e-mail address.")
        return account

    def _account(self, claims: Mapping[str, object], now: datetime) -> GoogleAccount | None:
        issued, expires, audience, subject = (claims[name] for name in ("iat", "exp", "aud", "sub"))
        if claims["iss"] not in ISSUERS or not isinstance(audience, str) or audience not in self._client_ids:
            return None
        if type(issued) is not int or type(expires) is not int:
            return None
        skew, moment = CLOCK_SKEW.total_seconds(), now.timestamp()
        if issued > moment + skew or expires <= moment or not isinstance(subject, str):
            return None
        if not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
            return None
        return google_account(subject, str(claims["email"]), str(claims.get("name") or ""))


def _kid(id_token: str) -> str:
    """Which key a token says it was signed with, if it says it well; ValueError or PyJWTError otherwise."""
    if len(id_token) > _LONGEST_TOKEN or not id_token.isascii():
        raise ValueError("This is no ID token.")
    header = jwt.get_unverified_header(id_token)
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise ValueError("This is not signed as Google signs.")
    return kid
