"""Attempts: each is counted before it is looked at, so that no alias, socket or second server gives one more."""

import structlog

from adapters import Adapters
from domain.attempts import AttemptKind, allowances, network_of
from domain.wrong_calls import RateLimited

log = structlog.get_logger(__name__)


async def check(adapters: Adapters, kind: AttemptKind, target: str | None, address: str) -> None:
    """Count an attempt of somebody at `address` on `target`: an account, a number, a session, as it is compared.

    RateLimited, with the seconds to wait, when there were too many; it is the same whether or not there is such a
    target. The address comes first: one that may not try any more uses up nobody's account.
    """
    settings = adapters.settings
    allowed = allowances(kind, settings.tries_per_account, settings.tries_per_address)
    wait = await adapters.limiter.take(allowed.address, kind, "address", network_of(address)) if address else 0.0
    if not wait and target is not None:
        wait = await adapters.limiter.take(allowed.target, kind, "target", target)
    if wait:
        log.warning("too_many_attempts", kind=kind.value, seconds=round(wait))
        raise RateLimited(retry_after=wait)
