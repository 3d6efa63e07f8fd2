"""Invitations: derived from a row with a key, so that no database or queue ever holds one."""

import base64
import binascii
import hmac
from uuid import UUID

from adapters.keys import key_for
from settings import Settings

_UUID_BYTES = 16
_DIGEST_BYTES = 32
_TOKEN_LENGTH = 64  # base64 of 48 bytes


class Codes:
    """Writes the token of an invitation, and says whether one presented is right."""

    def __init__(self, settings: Settings) -> None:
        self._invitation_key = key_for("invitation", settings.secret_key)

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
