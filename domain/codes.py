"""Codes of six digits that prove somebody reads an e-mail address or a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

DIGITS: Final = 6
AN_HOUR: Final = timedelta(hours=1)
A_DAY: Final = timedelta(days=1)
MOST_PER_HOUR: Final = 5


class CodePurpose(StrEnum):
    """What a code is good for; it is good for nothing else."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    CHANGE_EMAIL = "CHANGE_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105  # the name of a purpose, no secret
    LOG_IN_BY_PHONE = "LOG_IN_BY_PHONE"
    LINK_PHONE = "LINK_PHONE"


TO_PHONES: Final = frozenset({CodePurpose.LOG_IN_BY_PHONE, CodePurpose.LINK_PHONE})
# Asked for by whoever knows the target: there is one code for it, whoever asked.
BY_ANYBODY: Final = frozenset({CodePurpose.RESET_PASSWORD, CodePurpose.LOG_IN_BY_PHONE})


@dataclass(frozen=True)
class CodeTerms:
    """How long a code lives, how often it may be tried, and how often a target may be sent one for one purpose."""

    life: timedelta
    attempts: int
    rest: timedelta
    per_day: int

    @property
    def per_hour(self) -> int:
        """Codes that one target may be sent within an hour."""
        return min(MOST_PER_HOUR, self.per_day)

    def next_at(self, sent: Sequence[datetime], now: datetime) -> datetime:
        """The first moment, `now` or later, at which the next code may go; `sent` are those of the last day, newest first."""
        limits = [(1, self.rest), (self.per_hour, AN_HOUR), (self.per_day, A_DAY)]
        return max([now, *(sent[count - 1] + pause for count, pause in limits if len(sent) >= count)])


def dynamically_truncated(digest: bytes) -> int:
    """The 31-bit number within a digest that RFC 4226 section 5.3 takes: where its last four bits point to."""
    offset = digest[-1] & 0xF
    return int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF


def digits_of(presented: str) -> str:
    """A code as people type it, "123 456" or "123-456", in its compared form; what is none stays wrong."""
    return "".join(letter for letter in presented[: 4 * DIGITS] if letter not in " -\u00a0\u2009\t")


def masked(target: str) -> str:
    """An address or a number that only its owner recognises: "a•••@example.com", "+84•••••••89"."""
    mailbox, at, domain = target.rpartition("@")
    if at:
        return f"{mailbox[:1]}•••@{domain}"
    return f"{target[:3]}{'•' * (len(target) - 5)}{target[-2:]}"
