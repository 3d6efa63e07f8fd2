"""How often somebody may try: to prove who they are, to guess a code, to make an account."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

IPV6_NETWORK_BITS: Final = 64  # what one customer of a provider has at least (RFC 6177)
ADDRESSES_REMEMBERED: Final = 4_096


class AttemptKind(StrEnum):
    """What is tried."""

    LOG_IN = "LOG_IN"
    REGISTER = "REGISTER"
    REFRESH = "REFRESH"
    REQUEST_CODE = "REQUEST_CODE"
    TRY_CODE = "TRY_CODE"
    SECOND_FACTOR = "SECOND_FACTOR"
    GOOGLE = "GOOGLE"
    INVITATION = "INVITATION"


@dataclass(frozen=True)
class Allowance:
    """So many of something in so many seconds."""

    amount: int
    seconds: int


@dataclass(frozen=True)
class Allowances:
    """How often one target (an account, a number, a session) may be tried, and how often one network may try."""

    target: Allowance
    address: Allowance


@dataclass(frozen=True)
class Usage:
    """What has been used of an allowance: in the window before this one, and in this one, and when each is over."""

    before: int
    before_ends_in: float
    now: int
    now_ends_in: float


_MINUTE: Final = 60
_QUARTER: Final = 15 * _MINUTE


def allowances(kind: AttemptKind, per_target: int, per_address: int) -> Allowances:
    """What is allowed of a kind, where an account may be tried `per_target` times in 15 minutes.

    An address stands for a household, a campus or a phone network, so it may do more; asking for a code costs money
    and bothers whoever gets it, so it may be done less.
    """
    guesses = Allowances(Allowance(per_target, _QUARTER), Allowance(per_address, _QUARTER))
    table = {
        AttemptKind.LOG_IN: guesses,
        AttemptKind.REGISTER: Allowances(Allowance(per_target, 10 * _MINUTE), Allowance(per_address, 10 * _MINUTE)),
        AttemptKind.REFRESH: Allowances(Allowance(60, _MINUTE), Allowance(10 * per_address, _QUARTER)),
        AttemptKind.REQUEST_CODE: Allowances(
            Allowance(max(per_target // 2, 1), _QUARTER), Allowance(max(per_address // 2, 1), _QUARTER)
        ),
        AttemptKind.TRY_CODE: guesses,
        AttemptKind.SECOND_FACTOR: guesses,
        AttemptKind.GOOGLE: guesses,
        AttemptKind.INVITATION: guesses,
    }
    return table[kind]


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def network_of(address: str) -> str:
    """Whom an address stands for: itself, or of IPv6 the network, because whoever has one address has 2^64 of them."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS)}/{IPV6_NETWORK_BITS}"


def seconds_until_free(allowance: Allowance, usage: Usage, wanted: int = 1) -> float:
    """When `wanted` more may be used, if nobody uses any until then.

    The window slides: what was used in the one before counts by the part of it that is still within the last
    `allowance.seconds`.
    """
    room = allowance.amount - wanted
    if usage.now <= room:
        return _until_faded(usage.before, usage.before_ends_in, room - usage.now, allowance.seconds)
    return usage.now_ends_in + _until_faded(usage.now, allowance.seconds, room, allowance.seconds)


def _until_faded(count: int, ends_in: float, room: int, seconds: int) -> float:
    """When a window that ends in `ends_in` weighs no more than `room`, its weight being rounded down."""
    return max(0.0, ends_in - (room + 1) * seconds / count) if count else 0.0
