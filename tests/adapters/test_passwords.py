"""Passwords of every kind are told apart, and hashing them lets everybody else go on."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import bcrypt
import pytest

from adapters.passwords import Passwords

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(4)


@pytest.mark.parametrize(
    "password", ["popcorn-ana", "p" * 72, "p" * 73, "p" * 1_000, "😀" * 19, "nul\x00inside", "\x00", "", "half\ud83d"]
)
async def test_a_password_matches_itself_only(passwords: Passwords, password: str) -> None:
    known = await passwords.hash(password)
    assert len(known) <= 100
    assert await passwords.matches(password, known)
    assert not await passwords.matches(password + "x", known)
    assert not await passwords.matches("x" + password, known)


async def test_no_byte_of_a_long_password_is_ignored(passwords: Passwords) -> None:
    known = await passwords.hash("p" * 72 + "one")
    assert not await passwords.matches("p" * 72 + "two", known)
    assert not await passwords.matches("p" * 72, known)
    nul = await passwords.hash("before\x00after")
    assert not await passwords.matches("before\x00other", nul)
    assert not await passwords.matches("before", nul)


async def test_the_same_letter_typed_in_two_ways_is_the_same(passwords: Passwords) -> None:
    assert await passwords.matches("caf\u00e9-noir", await passwords.hash("cafe\u0301-noir"))


async def test_the_same_password_has_another_hash_every_time(passwords: Passwords) -> None:
    assert await passwords.hash("popcorn") != await passwords.hash("popcorn")


async def test_nobodys_password_is_compared_as_dearly_as_anybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same one call of bcrypt at the same cost: an unknown address cannot be told by the time it takes."""
    passwords, costs = Passwords(5), []
    real = bcrypt.checkpw

    def counted(password: bytes, known: bytes) -> bool:
        costs.append(known[:7])
        return real(password, known)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    known = await passwords.hash("popcorn-ana")
    assert not await passwords.matches("wrong", known)
    assert not await passwords.matches("wrong", None)
    assert costs == [b"$2b$05$", b"$2b$05$"]


@pytest.mark.alone
async def test_fifty_at_once_use_few_threads_and_do_not_hold_up_the_loop() -> None:
    """Measured against the same work done on the loop itself, which stands still all the while."""
    passwords = Passwords(8)
    known = await passwords.hash("popcorn-ana")
    begun = time.perf_counter()
    bcrypt.checkpw(b"popcorn-ana", known.encode())
    one = time.perf_counter() - begun
    checks = asyncio.gather(*(passwords.matches("popcorn-ana", known) for _ in range(50)))
    longest, threads = 0.0, 0
    others = sum(thread.name.startswith("password") for thread in threading.enumerate())
    while not checks.done():
        begun = time.perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, time.perf_counter() - begun)
        threads = max(threads, sum(thread.name.startswith("password") for thread in threading.enumerate()))
    assert await checks == [True] * 50
    assert longest < max(0.1, 25 * one), "the loop stood still for half of the work"
    assert 0 <= threads - others <= max(2, len_of_pool(passwords))


def len_of_pool(passwords: Passwords) -> int:
    pool: ThreadPoolExecutor = passwords._threads
    return pool._max_workers
