"""Who counts: exactly, in one process and in several, and also while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import redis.asyncio as redis
import time_machine

from adapters.limiter import Discreet, Limiter, MemoryLimiter, SharedLimiter, Unlimited, limiter_from
from domain.attempts import Allowance
from settings import Settings
from tests.valkey import ValkeyServer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("new_window")]
TEN = Allowance(10, 900)
SECRET = "a secret of thirty-two bytes or more"
PATIENT = 5.0  # a busy machine is not what is tested
MORNING = 1_777_000_500  # a moment that divides by 900


@asynccontextmanager
async def shared(url: str, patience: float = PATIENT, pause: float = 60.0) -> AsyncIterator[SharedLimiter]:
    limiter = SharedLimiter(url, patience=patience, pause=pause)
    yield limiter
    await limiter.close()


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[Limiter]:
    if request.param == "memory":
        yield MemoryLimiter()
        return
    async with shared(request.getfixturevalue("redis_url")) as limiter:
        yield limiter


async def taken(limiter: Limiter, who: str, times: int = 1, allowance: Allowance = TEN) -> list[bool]:
    return [not await limiter.take(allowance, who) for _ in range(times)]


async def test_so_many_and_no_more(limiter: Limiter) -> None:
    assert await taken(limiter, "ana", 12) == [True] * 10 + [False] * 2
    assert await taken(limiter, "bea") == [True]


async def test_all_at_once_are_no_more(limiter: Limiter) -> None:
    waits = await asyncio.gather(*(limiter.take(TEN, "ana") for _ in range(100)))
    assert waits.count(0.0) == 10


async def test_more_than_there_ever_is(limiter: Limiter) -> None:
    assert await limiter.take(TEN, "ana", amount=11) > 0
    assert await limiter.take(TEN, "ana", amount=10) == 0


async def test_several_at_a_time(limiter: Limiter) -> None:
    assert [not await limiter.take(TEN, "ana", amount=4) for _ in range(3)] == [True, True, False]
    assert await limiter.take(TEN, "ana", amount=2) == 0


async def test_who_waits_as_long_as_told_may_try_again(limiter: Limiter) -> None:
    two = Allowance(2, 2)
    assert await taken(limiter, "ana", 2, two) == [True, True]
    wait = await limiter.take(two, "ana")
    assert 0 < wait <= 4
    await asyncio.sleep(wait + 0.05)
    assert await taken(limiter, "ana", 1, two) == [True]


async def test_after_a_burst_there_is_one_try_at_a_time() -> None:
    limiter = MemoryLimiter()
    with time_machine.travel(MORNING, tick=False) as clock:
        assert await taken(limiter, "ana", 11) == [True] * 10 + [False]
        assert await limiter.take(TEN, "ana") == 900
        clock.shift(901)
        assert await taken(limiter, "ana", 2) == [True, False]
        wait = await limiter.take(TEN, "ana")
        clock.shift(wait + 0.1)
        assert await taken(limiter, "ana", 2) == [True, False]
        clock.shift(2 * 900)
        assert await taken(limiter, "ana", 11) == [True] * 10 + [False]


async def test_two_processes_count_as_one(redis_url: str) -> None:
    async with shared(redis_url) as here, shared(redis_url) as there:
        waits = await asyncio.gather(*(each.take(TEN, "ana") for each in (here, there) for _ in range(50)))
    assert waits.count(0.0) == 10


async def test_a_thousand_at_once_do_not_look_like_a_redis_that_is_away(redis_url: str) -> None:
    """Ten thousand wrong passwords over two servers have shown it: a client has a hundred connections, then it fails."""
    async with shared(redis_url) as here, shared(redis_url) as there:
        waits = await asyncio.gather(*(each.take(TEN, "ana") for each in (here, there) for _ in range(1_000)))
        assert waits.count(0.0) == 10
        assert not here._circuit._failing
        assert not there._circuit._failing


async def test_two_processes_without_redis_do_not() -> None:
    """The control."""
    assert [await taken(MemoryLimiter(), "ana", 10) for _ in range(2)] == [[True] * 10] * 2


async def frozen(server: ValkeyServer) -> None:
    server.pause()


async def killed(server: ValkeyServer) -> None:
    server.kill()


@pytest.mark.parametrize("trouble", [frozen, killed])
async def test_when_redis_goes_away_what_was_counted_here_still_counts(
    valkey_server: ValkeyServer, trouble: Callable[[ValkeyServer], Awaitable[None]]
) -> None:
    async with shared(valkey_server.url) as limiter:
        assert await taken(limiter, "ana", 7) == [True] * 7
        limiter._circuit._patience = 0.05
        await trouble(valkey_server)
        assert await taken(limiter, "ana", 5) == [True] * 3 + [False] * 2
        assert await taken(limiter, "bea", 11) == [True] * 10 + [False]


async def test_a_redis_that_hangs_is_waited_for_once(valkey_server: ValkeyServer) -> None:
    async with shared(valkey_server.url, patience=0.3) as limiter:
        valkey_server.pause()
        began = time.monotonic()
        waits = [await limiter.take(Allowance(1000, 60), "ana") for _ in range(300)]
        assert waits == [0.0] * 300
        assert time.monotonic() - began < 45, "300 waits of 0.3 s would be a minute and a half"
        valkey_server.resume()


async def test_after_the_pause_redis_counts_again(valkey_server: ValkeyServer) -> None:
    async with shared(valkey_server.url, pause=0.2) as limiter, shared(valkey_server.url) as other:
        valkey_server.kill()
        assert await taken(limiter, "ana") == [True]
        valkey_server.start()
        await asyncio.sleep(0.3)
        assert await taken(limiter, "bea", 10) == [True] * 10
        assert await taken(other, "bea") == [False]


async def test_redis_learns_nobodys_name(redis_url: str) -> None:
    limiter = limiter_from(Settings(_env_file=None, redis_url=redis_url, secret_key=SECRET))
    assert isinstance(limiter, Discreet)
    assert await limiter.take(TEN, "LOG_IN", "target", "ana@marquee.test") == 0
    async with redis.Redis.from_url(redis_url) as client:
        (key,) = await client.keys("*")
        assert key.startswith(b"marquee:limits:")
        assert b"ana" not in key
        assert 0 < await client.pttl(key) <= 2 * 900_000
    await limiter.close()


async def test_names_that_could_be_taken_for_another_are_not() -> None:
    limiter = Discreet(MemoryLimiter(), SECRET)
    one = Allowance(1, 60)
    assert [await limiter.take(one, *who) for who in (("a", "bc"), ("ab", "c"), ("a", "b", "c"), ("\ud800",))] == [
        0
    ] * 4
    assert await limiter.take(one, "a", "bc") > 0


async def test_off_means_off() -> None:
    limiter = limiter_from(Settings(_env_file=None, rate_limits=False))
    assert isinstance(limiter, Unlimited)
    assert await taken(limiter, "ana", 100) == [True] * 100


async def test_a_hundred_thousand_names_do_not_make_the_next_one_slow() -> None:
    """The storage looks through its keys with every use: in one of them these would be walked through again and again."""
    limiter = MemoryLimiter()
    for number in range(2_000):
        await limiter.take(TEN, f"{number}@marquee.test")
    walked = max(len(storage.expirations) for storage in limiter._storages)
    assert sum(len(storage.expirations) for storage in limiter._storages) == 2_000
    assert walked < 2_000 / 64 * 3
