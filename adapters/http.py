"""The one HTTP client of this process: time limits on everything, redirects followed nowhere."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx2

SECONDS = 10.0


class HttpError(Exception):
    """The other side could not be reached, or did not answer in time."""


class Http:
    """Posts and gets; made when the process starts and closed when it ends."""

    def __init__(self) -> None:
        self._client = httpx2.AsyncClient(timeout=SECONDS, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a body; the status of the answer. HttpError when there is none."""
        try:
            answer = await self._client.post(url, content=body, headers=dict(headers))
        except httpx2.HTTPError as problem:
            raise HttpError(f"{url} did not answer: {problem!r}") from problem
        return answer.status_code

    async def get(self, url: str, headers: Mapping[str, str]) -> bytes:
        """The body that is there; HttpError when there is no answer, or another than 200."""
        try:
            answer = await self._client.get(url, headers=dict(headers))
        except httpx2.HTTPError as problem:
            raise HttpError(f"{url} did not answer: {problem!r}") from problem
        if answer.status_code != 200:
            raise HttpError(f"{url} answered {answer.status_code}.")
        return answer.content
