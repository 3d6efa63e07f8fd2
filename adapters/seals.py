"""Secrets that must be read again, sealed at rest: AES-GCM, bound to whose they are and what they are for."""

import base64
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.keys import keys_for
from settings import Settings

_NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: random ones, far fewer than 2^32 of them under one key


class Seals:
    """Seals texts for one purpose with the newest key, and opens what any key that still holds has sealed."""

    def __init__(self, purpose: str, settings: Settings) -> None:
        self._ciphers = {key.id: AESGCM(key.secret) for key in keys_for(purpose, settings)}
        self.newest = next(iter(self._ciphers))

    def seal(self, text: str, owner_id: UUID) -> str:
        """A text as it is kept: the key's id, a dot, and what only its owner's row can be opened with."""
        nonce = os.urandom(_NONCE_BYTES)
        closed = self._ciphers[self.newest].encrypt(nonce, text.encode(), owner_id.bytes)
        return f"{self.newest}.{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def open(self, sealed: str, owner_id: UUID) -> str | None:
        """The text again; None if its key is gone, or if it was not sealed here for this owner."""
        id, _, closed = sealed.partition(".")
        if id not in self._ciphers:
            return None
        try:
            raw = base64.urlsafe_b64decode(closed)
            return self._ciphers[id].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner_id.bytes).decode()
        except (InvalidTag, ValueError):
            return None
