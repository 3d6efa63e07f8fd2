"""Codes and invitations: both are derived from a row with a key, so that no database or queue ever holds one."""

import base64
import binascii
import hmac
from uuid import UUID

from adapters.keys import Key, keys_for
from domain.codes import DIGITS, CodePurpose, dynamically_truncated
from settings import Settings

_UUID_BYTES = 16
_DIGEST_BYTES = 32
_TOKEN_LENGTH = 64  # base64 of 48 bytes


class Codes:
    """Writes the code of a row and the token of an invitation, and says whether one presented is right.

    What was sent before the secret changed is right as long as the secret before it is believed.
    """

    def __init__(self, settings: Settings) -> None:
        self._code_keys = keys_for("code", settings)
        self._invitation_keys = keys_for("invitation", settings)

    def write(self, code_id: UUID, purpose: CodePurpose, target: str) -> str:
        """The six digits of a code: RFC 4226 section 5.3 over HMAC-SHA256 of its row, its purpose and its target."""
        return _code(self._code_keys[0], code_id, purpose, target)

    def is_right(self, presented: str, code_id: UUID, purpose: CodePurpose, target: str) -> bool:
        """Whether these are the digits; takes as long for any that are not."""
        given = presented.encode("utf-8", "surrogatepass")
        codes = [_code(key, code_id, purpose, target).encode() for key in self._code_keys]
        return any(hmac.compare_digest(given, code) for code in codes)

    def write_invitation(self, invitation_id: UUID) -> str:
        """The token that proves somebody was sent this invitation."""
        return _invitation(self._invitation_keys[0], invitation_id)

    def read_invitation(self, token: str) -> UUID | None:
        """Which invitation a token was written for; None for whatever was not written here."""
        if len(token) != _TOKEN_LENGTH or not token.isascii():
            return None
        try:
            raw = base64.urlsafe_b64decode(token)
        except (binascii.Error, ValueError):
            return None
        if len(raw) != _UUID_BYTES + _DIGEST_BYTES:
            return None
        invitation_id = UUID(bytes=raw[:_UUID_BYTES])
        tokens = [_invitation(key, invitation_id) for key in self._invitation_keys]
        return invitation_id if any(hmac.compare_digest(token, written) for written in tokens) else None


def _code(key: Key, code_id: UUID, purpose: CodePurpose, target: str) -> str:
    message = code_id.bytes + purpose.value.encode() + b"\0" + target.encode()
    number = dynamically_truncated(hmac.digest(key.secret, message, "sha256"))
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def _invitation(key: Key, invitation_id: UUID) -> str:
    digest = hmac.digest(key.secret, invitation_id.bytes, "sha256")
    return base64.urlsafe_b64encode(invitation_id.bytes + digest).decode()
