"""Codes and invitations: both are derived from a row with a key, so that no database or queue ever holds one."""

import base64
import binascii
import hmac
from uuid import UUID

from adapters.keys import key_for
from domain.codes import DIGITS, CodePurpose, dynamically_truncated
from settings import Settings

_UUID_BYTES = 16
_DIGEST_BYTES = 32
_TOKEN_LENGTH = 64  # base64 of 48 bytes


class Codes:
    """Writes the code of a row and the token of an invitation, and says whether one presented is right."""

    def __init__(self, settings: Settings) -> None:
        self._code_key = key_for("code", settings.secret_key)
        self._invitation_key = key_for("invitation", settings.secret_key)

    def write(self, code_id: UUID, purpose: CodePurpose, target: str) -> str:
        """The six digits of a code: RFC 4226 section 5.3 over HMAC-SHA256 of its row, its purpose and its target."""
        message = code_id.bytes + purpose.value.encode() + b"\0" + target.encode()
        number = dynamically_truncated(hmac.digest(self._code_key, message, "sha256"))
        return f"{number % 10**DIGITS:0{DIGITS}d}"

    def is_right(self, presented: str, code_id: UUID, purpose: CodePurpose, target: str) -> bool:
        """Whether these are the digits; takes as long for any that are not."""
        return hmac.compare_digest(presented.encode("utf-8", "surrogatepass"), self.write(code_id, purpose, target).encode())

    def write_invitation(self, invitation_id: UUID) -> str:
        """The token that proves somebody was sent this invitation."""
        digest = hmac.digest(self._invitation_key, invitation_id.bytes, "sha256")
        return base64.urlsafe_b64encode(invitation_id.bytes + digest).decode()

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
        return invitation_id if hmac.compare_digest(token, self.write_invitation(invitation_id)) else None
