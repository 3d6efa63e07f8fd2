"""What a person is told of their own account, so that nothing happens to it behind their back."""

from enum import StrEnum


class Notice(StrEnum):
    """One kind of news about an account."""

    REFRESH_TOKEN_REUSED = "REFRESH_TOKEN_REUSED"  # noqa: S105  # the name of an event, no secret
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105  # the name of an event, no secret
    EMAIL_CHANGED = "EMAIL_CHANGED"
    PHONE_LINKED = "PHONE_LINKED"
    GOOGLE_LINKED = "GOOGLE_LINKED"
    SECOND_FACTOR_ON = "SECOND_FACTOR_ON"
    SECOND_FACTOR_OFF = "SECOND_FACTOR_OFF"
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    ACCOUNT_DELETED = "ACCOUNT_DELETED"
