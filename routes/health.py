"""Whether this process lives, whether it should get requests, and how its parts are."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

import telemetry

CHECK_SECONDS = 1.0
NEVER_CACHED = {"Cache-Control": "no-store"}

Facts = Mapping[str, object]


class Down(Exception):
    """A part does not work; what is known about it may be shown to anyone."""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts


class Component:
    """A part of the server with a way to ask how it is: the check returns facts, or raises."""

    def __init__(self, name: str, check: Callable[[], Awaitable[Facts]], *, required: bool = False) -> None:
        self.name = name
        self.required = required
        self._check = check
        self._asking: asyncio.Task[Facts] | None = None

    async def report(self) -> Facts:
        """How it is now; a check that hangs is left to finish, and no second one is started beside it."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name=f"health.{self.name}")
        done, _ = await asyncio.wait({self._asking}, timeout=CHECK_SECONDS)
        if not done:
            return {"status": "down", "error": f"no answer within {CHECK_SECONDS:g} s"}
        return self._asking.result()

    async def _ask(self) -> Facts:
        began = time.perf_counter()
        try:
            facts = await self._check()
        except Down as down:
            return {"status": "down", **down.facts}
        except Exception as error:  # noqa: BLE001 - any failure means the same here; its text is not for everybody
            return {"status": "down", "error": type(error).__name__}
        return {"status": "ok", "milliseconds": round((time.perf_counter() - began) * 1000, 2), **facts}


class Health:
    """The health of this process; the composition root says when it is ready and when it is leaving."""

    def __init__(self, version: str, components: Sequence[Component]) -> None:
        self._version = version
        self._components = components
        self._began = time.monotonic()
        self._state = "starting"

    def started(self) -> None:
        """From now on requests are welcome."""
        self._state = "ready"

    def leaving(self) -> None:
        """From now on requests should go elsewhere."""
        self._state = "draining"

    @property
    def routes(self) -> list[BaseRoute]:
        """The three doors."""
        return [
            Route("/health", self._overall),
            Route("/health/live", self._live),
            Route("/health/ready", self._ready),
        ]

    async def _live(self, _request: Request) -> JSONResponse:
        return _json(200, {"status": "ok"})

    async def _ready(self, _request: Request) -> JSONResponse:
        if self._state != "ready":
            return _json(503, {"status": self._state})
        reports = await _reports([component for component in self._components if component.required])
        working = all(report["status"] == "ok" for report in reports.values())
        return _json(200 if working else 503, {"status": "ready" if working else "down"})

    async def _overall(self, _request: Request) -> JSONResponse:
        reports = await _reports(self._components)
        loops = telemetry.background_loops()
        status = self._verdict(reports, loops)
        body = {
            "status": status,
            "state": self._state,
            "version": self._version,
            "uptime_seconds": round(time.monotonic() - self._began, 1),
            "components": reports,
            "background_loops": loops,
        }
        return _json(503 if status == "down" else 200, body)

    def _verdict(self, reports: Mapping[str, Facts], loops: Sequence[Facts]) -> str:
        failed = {name for name, report in reports.items() if report["status"] != "ok"}
        if any(component.required and component.name in failed for component in self._components):
            return "down"
        unsteady = any(not loop["steady"] for loop in loops)
        return "degraded" if failed or unsteady else "ok"


async def _reports(components: Sequence[Component]) -> dict[str, Facts]:
    reports = await asyncio.gather(*(component.report() for component in components))
    return {component.name: report for component, report in zip(components, reports, strict=True)}


def _json(status: int, body: Facts) -> JSONResponse:
    return JSONResponse(body, status, NEVER_CACHED)
