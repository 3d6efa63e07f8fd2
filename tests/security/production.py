"""A server as the public meets it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.servers import Server, StartServer

ADDRESS = "https://tickets.example"
PROXY = "127.0.0.1"
FROM_TLS = {"X-Forwarded-Proto": "https"}  # what the proxy in front adds
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-secret-of-this-test-alone-0123456789",
    "SANDBOX_WEBHOOK_SECRET": "another-secret-of-this-test",
    "PUBLIC_URL": ADDRESS,
    "FORWARDED_ALLOW_IPS": PROXY,
    "INTROSPECTION": "false",
    "RATE_LIMITS": "on",
}


@asynccontextmanager
async def in_production(start: StartServer, database_url: str, **env: str) -> AsyncIterator[Server]:
    """A server in earnest, behind a proxy that speaks TLS: its client is that proxy."""
    async with start(database_url=database_url, env=PRODUCTION | env) as server:
        server.client.headers.update(FROM_TLS)
        yield server
