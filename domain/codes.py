"""Codes of six digits that prove somebody reads an e-mail address or a phone."""

from enum import StrEnum
from typing import Final

DIGITS: Final = 6


class CodePurpose(StrEnum):
    """What a code is good for; it is good for nothing else."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    CHANGE_EMAIL = "CHANGE_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105  # the name of a purpose, no secret
    LOG_IN_BY_PHONE = "LOG_IN_BY_PHONE"
    LINK_PHONE = "LINK_PHONE"


def dynamically_truncated(digest: bytes) -> int:
    """The 31-bit number within a digest that RFC 4226 section 5.3 takes: where its last four bits point to."""
    offset = digest[-1] & 0xF
    return int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
