"""What one process was told of a document, others find in Redis; and nothing that was not meant."""

from types import SimpleNamespace

import pytest
import redis.asyncio as redis

from tests.routes.documents import HELLO, NOT_FOUND, WORK, Ask, apollo, ask, by_post, digest_of, only_error
from tests.routes.toy import toy_server
from tests.valkey import ValkeyServer

__all__ = ["ask"]

pytestmark = pytest.mark.once


async def test_what_one_process_registered_another_finds(redis_url: str, ask: Ask) -> None:
    async with toy_server(redis_url=redis_url) as here, toy_server(redis_url=redis_url) as there:
        assert only_error(await ask(there, apollo(HELLO))) == NOT_FOUND
        await ask(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert await ask(there, apollo(HELLO, variables={"n": "Ben"})) == {"data": {"hello": "hello Ben"}}
        async with redis.Redis.from_url(redis_url) as client:
            assert await client.keys("*") == [f"marquee:document:{digest_of(HELLO)}".encode()]
            assert 0 < await client.ttl(f"marquee:document:{digest_of(HELLO)}") <= 3600
            await client.flushall()
        assert await ask(there, apollo(HELLO, variables={"n": "Cem"})) == {"data": {"hello": "hello Cem"}}


async def test_processes_without_redis_do_not(redis_url: str) -> None:
    """The control of the one above."""
    async with toy_server() as here, toy_server(redis_url=redis_url) as there:
        await by_post(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert only_error(await by_post(there, apollo(HELLO))) == NOT_FOUND


async def test_a_text_registered_again_is_told_again(redis_url: str) -> None:
    """Redis has lost it, and this process has not: whoever sends the text was sent for it by a process that has."""
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        for _ in range(2):
            await client.flushall()
            await by_post(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
            assert len(await client.keys("*")) == 1


async def test_what_somebody_put_into_redis_must_be_what_was_meant(redis_url: str) -> None:
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        await client.set(f"marquee:document:{digest_of(HELLO)}", WORK)
        assert only_error(await by_post(here, apollo(HELLO))) == NOT_FOUND
        assert here.ledger.begun == 0


async def test_refusals_tell_redis_nothing(redis_url: str, ask: Ask) -> None:
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        for payload in (apollo("{nope}", query="{nope}"), apollo("{hello}", query=WORK), {"query": "{hello}"}):
            await ask(here, payload)
        assert await client.keys("*") == []


async def test_one_process_fills_redis_only_so_fast(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.persisted.time", SimpleNamespace(monotonic=lambda: 600.0))
    async with toy_server(redis_url=redis_url) as here, redis.Redis.from_url(redis_url) as client:
        texts = [f'{{hello(name:"{number}")}}' for number in range(70)]
        for text in texts:
            await by_post(here, apollo(text, query=text))
        assert len(await client.keys("*")) == 60
        assert await by_post(here, apollo(texts[-1])) == {"data": {"hello": "hello 69"}}


async def test_without_redis_clients_notice_nothing(valkey_server: ValkeyServer, ask: Ask) -> None:
    async with toy_server(redis_url=valkey_server.url) as here:
        here.shared._circuit._patience = 0.05
        valkey_server.pause()
        assert only_error(await ask(here, apollo(HELLO))) == NOT_FOUND
        assert "data" in await ask(here, apollo(HELLO, query=HELLO, variables={"n": "Ana"}))
        assert "data" in await ask(here, apollo(HELLO, variables={"n": "Ana"}))
        valkey_server.kill()
        here.shared._circuit._asked_again_at = 0.0
        assert only_error(await ask(here, apollo("{hello}"))) == NOT_FOUND
        assert "data" in await ask(here, apollo("{hello}", query="{hello}"))
