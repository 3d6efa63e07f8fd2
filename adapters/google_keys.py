"""Google's signing keys: fetched when one is wanted, kept for an hour, and never fetched often."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import jwt

from adapters.http import Http, HttpError
from domain.problems import GoogleRefused

KEPT_FOR: Final = timedelta(hours=1)  # then they are fetched anew, when next one is wanted
TRUSTED_FOR: Final = timedelta(days=1)  # without hearing from Google
REST: Final = timedelta(minutes=1)  # between two fetches, whatever key is asked for
REST_AFTER_TROUBLE: Final = timedelta(seconds=5)
ALGORITHM: Final = "RS256"
_SECONDS = 5.0
_LONG_AGO = timedelta(days=10_000)

logger = logging.getLogger(__name__)


class GoogleKeys:
    """The keys by their `kid`. Tokens with made-up ones cause one fetch a minute, and an outage of Google none of ours."""

    def __init__(self, url: str, http: Http) -> None:
        self._url = url
        self._http = http
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._heard_at: datetime | None = None
        self._rest_until: datetime | None = None
        self._fetching = asyncio.Lock()

    async def key(self, kid: str, now: datetime) -> jwt.PyJWK:
        """The key of this name; GoogleRefused if Google has none, or if Google cannot be asked."""
        if kid not in self._keys or self._age(now) >= KEPT_FOR:
            async with self._fetching:
                if kid not in self._keys or self._age(now) >= KEPT_FOR:
                    await self._fetch(now)
        if self._age(now) >= TRUSTED_FOR:
            raise GoogleRefused("Google cannot be asked now; please try again in a minute.")
        if kid not in self._keys:
            raise GoogleRefused
        return self._keys[kid]

    def _age(self, now: datetime) -> timedelta:
        return now - self._heard_at if self._heard_at else _LONG_AGO

    async def _fetch(self, now: datetime) -> None:
        if self._rest_until is not None and now < self._rest_until:
            return
        try:
            answer = await self._http.send("GET", self._url, headers={}, seconds=_SECONDS)
            if answer.status != 200:
                raise HttpError(f"{self._url} answered {answer.status}.")
            keys = _signing_keys(json.loads(answer.body))
        except (HttpError, jwt.PyJWTError, ValueError) as problem:
            self._rest_until = now + REST_AFTER_TROUBLE
            logger.warning("Google's keys could not be fetched", extra={"error": repr(problem)})
            return
        self._keys, self._heard_at, self._rest_until = keys, now, now + REST


def _signing_keys(answer: object) -> Mapping[str, jwt.PyJWK]:
    """The RSA keys of a JSON Web Key Set (RFC 7517) that are meant for signatures."""
    if not isinstance(answer, dict):
        raise ValueError("A key set is an object.")
    keys = jwt.PyJWKSet.from_dict(answer).keys
    fit = [key for key in keys if key.algorithm_name == ALGORITHM and key.public_key_use in ("sig", None)]
    return {key.key_id: key for key in fit if key.key_id}
