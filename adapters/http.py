"""The one HTTP client of this process: time limits on everything, redirects followed nowhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx2

SECONDS = 10.0


class HttpError(Exception):
    """The other side could not be reached, or did not answer in time."""


@dataclass(frozen=True)
class HttpAnswer:
    """What the other side said."""

    status: int
    body: bytes


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
        return (await self.send("POST", url, body=body, headers=headers)).status

    async def send(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str], seconds: float = SECONDS
    ) -> HttpAnswer:
        """Call somebody; what they answer. HttpError when all of it is not here after `seconds`."""
        try:
            # The client's own limit is for each wait on the socket: an answer that drips in could take for ever.
            async with asyncio.timeout(seconds):
                answer = await self._client.request(method, url, content=body, headers=dict(headers), timeout=seconds)
        except (httpx2.HTTPError, TimeoutError) as problem:
            raise HttpError(f"{url} did not answer: {problem!r}") from problem
        return HttpAnswer(answer.status_code, answer.content)
