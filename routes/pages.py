"""The pages made of files: the seat picker, the admin desk and GraphiQL, as Vite has built them into web/dist.

None of them is needed for the API. Where they have not been built, a plain page stands in and says how to build them.
"""

import mimetypes
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from routes.plain_page import PlainPage

WEB = Path(__file__).resolve().parent.parent / "web"
DIST = WEB / "dist"
# Addresses of the picker's own views: it finds its way by them, so each gets the same page.
VIEWS = ("/movies/{id}", "/showtimes/{id}", "/bookings", "/bookings/{id}", "/account", "/account/password")

_ONLY_OURS = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: https:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join((*_ONLY_OURS, "style-src 'self'"))
# GraphiQL's editor writes its colours into style elements of its own.
EDITOR_POLICY = "; ".join((*_ONLY_OURS, "style-src 'self' 'unsafe-inline'"))
_A_YEAR = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"
_ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

mimetypes.add_type("text/javascript", ".js")


class _Assets(StaticFiles):
    """Files whose names change with their contents, each compressed when it was built."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for ever."""
        takes_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        is_zipped = takes_gzip and self.lookup_path(f"{path}.gz")[1] is not None
        response = await super().get_response(f"{path}.gz" if is_zipped else path, scope)
        if is_zipped:
            response.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = _A_YEAR
        response.headers["Content-Security-Policy"] = POLICY  # a worker has the policy of its own file
        return response


@dataclass(frozen=True)
class Pages:
    """Which page answers a browser, and the routes that serve the rest."""

    folder: Path
    plain: PlainPage = field(default_factory=PlainPage.read)

    @classmethod
    def found(cls) -> Self:
        """The pages as they were built."""
        return cls(DIST)

    @property
    def are_built(self) -> bool:
        """Whether there is more than the plain page."""
        return (self.folder / "index.html").is_file()

    def picker(self) -> Response:
        """The seat picker."""
        return self._page("index.html", POLICY)

    def desk(self) -> Response:
        """The admin desk."""
        return self._page("desk.html", POLICY)

    def graphiql(self) -> Response:
        """GraphiQL."""
        return self._page("graphiql.html", EDITOR_POLICY)

    def routes(self) -> list[BaseRoute]:
        """The views of the pages, and the files they are made of."""

        files = _Assets(directory=self.folder, check_dir=False)

        async def picker(request: Request) -> Response:
            return self.picker()

        async def desk(request: Request) -> Response:
            return self.desk()

        async def element(request: Request) -> Response:
            response = await files.get_response("seat-map.js", request.scope)
            response.headers.update({"Cache-Control": _AN_HOUR, **_ANYWHERE})
            return response

        async def icon(request: Request) -> Response:
            return FileResponse(WEB / "public" / "favicon.svg", headers={"Cache-Control": _AN_HOUR})

        async def posters(request: Request) -> Response:
            return poster(str(request.path_params["name"]))

        views: list[BaseRoute] = [Route(path, picker) for path in VIEWS]
        views += [Route("/desk", desk), Route("/favicon.svg", icon), Route("/posters/{name}.svg", posters)]
        if self.are_built:
            views += [Route("/seat-map.js", element), Mount("/assets", _Assets(directory=self.folder / "assets"))]
        return views

    def _page(self, name: str, policy: str) -> Response:
        if not self.are_built:
            return self.plain.response()
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
        return FileResponse(self.folder / name, headers=headers, media_type="text/html")


def poster(name: str) -> Response:
    """A picture of the demo cinema."""
    file = WEB / "posters" / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not file.is_file():
        return Response(status_code=404)
    picture_only = "default-src 'none'; style-src 'unsafe-inline'"
    headers = {"Cache-Control": _AN_HOUR, "Content-Security-Policy": picture_only}
    return FileResponse(file, headers=headers | {"Cross-Origin-Resource-Policy": "cross-origin"})
