"""The least that a webhook can cost: `python -m bench.bare_webhooks PORT FILE` verifies a signature and inserts a row.

The file names the database and the secret, a line each. Nothing is read, redacted, looked up or applied.
"""

import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from routes.serving import uvicorn_config
from settings import Settings

TABLE = "CREATE TABLE bare_webhooks (event_id text PRIMARY KEY, body text NOT NULL, at timestamptz DEFAULT now())"
WRITE = "INSERT INTO bare_webhooks (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING"


def app(database_url: str, secret: str) -> Starlette:
    """One door: `POST /webhooks/stripe`."""
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database_url) as pool:
            await pool.execute(TABLE)
            pools.append(pool)
            yield

    async def receive(request: Request) -> JSONResponse:
        body = await request.body()
        moment, _, given = request.headers["stripe-signature"].removeprefix("t=").partition(",v1=")
        expected = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, given):
            return JSONResponse({"error": "forged"}, 401)
        await pools[0].execute(WRITE, json.loads(body)["id"], body.decode())
        return JSONResponse({"ok": True})

    return Starlette(routes=[Route("/webhooks/stripe", receive, methods=["POST"])], lifespan=lifespan)


if __name__ == "__main__":
    database_url, secret = Path(sys.argv[2]).read_text().split("\n")
    settings = Settings(_env_file=None, port=int(sys.argv[1]), log_level="WARNING")
    uvicorn.Server(uvicorn_config(app(database_url, secret), settings)).run()
