"""Codes of six digits that prove somebody reads an e-mail address or a phone."""

from enum import StrEnum


class CodePurpose(StrEnum):
    """What a code is good for; it is good for nothing else."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    CHANGE_EMAIL = "CHANGE_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105  # the name of a purpose, no secret
    LOG_IN_BY_PHONE = "LOG_IN_BY_PHONE"
    LINK_PHONE = "LINK_PHONE"
