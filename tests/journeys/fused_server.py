"""The server that dies as its fuse says, and that repeats in a second what else is repeated after minutes.

The fuse is a file in its working directory: `before commit 3` kills it before the third commit after the fuse was lit,
`after call 1` when the provider has answered the first call and nobody has written that down. Without a fuse it lives.
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.sqlite.client import SqliteTransactionWrapper

import server
from adapters.payments.razorpay import RazorpayGateway
from adapters.payments.stripe import StripeGateway
from adapters.payments.vnpay import VNPayGateway
from jobs import worker
from resolvers import inbox, reconciler, refunds

FUSE = Path("fuse")
seen: Counter[str] = Counter()
fuse = ""


def mortal(kind: str, work: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    """Work of this kind, which may be the last thing this process does, or does not do."""

    async def wrapped(*given: object, **more: object) -> object:
        moment = count(kind)
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = await work(*given, **more)
        if moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return wrapped


def count(kind: str) -> str:
    """When to die: "before" this work, "after" it, or not at all."""
    global fuse
    said = FUSE.read_text() if FUSE.exists() else ""
    if said != fuse:
        seen.clear()
        fuse = said
    seen[kind] += 1
    when, _, rest = said.partition(" ")
    return when if rest == f"{kind} {seen[kind]}" else ""


for wrapper in (TransactionWrapper, SqliteTransactionWrapper):
    wrapper.commit = mortal("commit", wrapper.commit)  # type: ignore[method-assign]
for gateway in (StripeGateway, RazorpayGateway, VNPayGateway):
    for call in ("open", "fetch", "refund"):
        setattr(gateway, call, mortal("call", getattr(gateway, call)))

SOON = timedelta(seconds=0.5)
worker.LEASE = inbox.LEASE = timedelta(seconds=3)  # what the dead had in hand is taken up soon
inbox.FIRST_PAUSE = reconciler.AGAIN = refunds.FIRST_PAUSE = refunds.FIRST_LOOK = SOON
reconciler.DOUBLINGS = 1

if __name__ == "__main__":
    sys.exit(server.main())
