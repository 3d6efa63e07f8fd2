"""Passwords as bcrypt hashes, made and compared beside the event loop."""

import asyncio
import base64
import hmac
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import bcrypt

_PURPOSE = b"marquee/password"
_HASH_LENGTH = 31  # characters of a bcrypt hash after its salt

Result = TypeVar("Result")


class Passwords:
    """Hashes passwords at a cost of `rounds`, leaving at least one processor to everybody else."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._nobodys_hash = bcrypt.gensalt(rounds).decode() + "." * _HASH_LENGTH
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(max(1, processors - 1), thread_name_prefix="password")

    async def hash(self, password: str) -> str:
        """The text to keep of a password."""
        return await self._beside(lambda: bcrypt.hashpw(_digest(password), bcrypt.gensalt(self._rounds)).decode())

    async def matches(self, password: str, known: str | None) -> bool:
        """Whether this is the password; where there is none to match, saying so takes just as long."""
        found = known or self._nobodys_hash
        same = await self._beside(lambda: bcrypt.checkpw(_digest(password), found.encode()))
        return same and known is not None

    async def _beside(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _digest(password: str) -> bytes:
    """What bcrypt is given: it takes 72 bytes at most, and a password may have more.

    Every password is hashed first, not only the long ones, so that no short password can equal a long one's digest;
    keyed, so that digests leaked elsewhere cannot be tried here. Normalised, because keyboards differ.
    """
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.digest(_PURPOSE, text, "sha256"))
