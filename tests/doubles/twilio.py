"""Twilio's API for text messages on loopback."""

import base64
from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.provider import Provider

SID, TOKEN = "AC0123456789abcdef0123456789abcdef", "token-for-tests"
REFUSED = {"code": 21211, "message": "Invalid 'To' Phone Number: +84912345678", "status": 400}


class Twilio(Provider):
    """Takes messages, except to the numbers it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, str]] = []
        self.refused: set[str] = set()

    def routes(self) -> Sequence[Route]:
        """Where messages are posted."""
        return [Route("/2010-04-01/Accounts/{sid}/Messages.json", self._take, methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        known = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {known}" or request.path_params["sid"] != SID:
            return JSONResponse({"code": 20003, "message": "Authenticate", "status": 401}, 401)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form["To"] in self.refused:
            return JSONResponse(REFUSED, 400)
        self.messages.append(form)
        return JSONResponse({"sid": f"SM{len(self.messages):032}", "status": "queued"}, 201)
