"""One secret, many keys: what is signed for one purpose is worth nothing for another.

Every purpose has its keys, the newest first: it makes whatever is new, while those of the secrets before it still read
what they have made.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from settings import SECRET_BYTES, MissingSettings, Settings

_ID_BYTES = 6


@dataclass(frozen=True)
class Key:
    """A key for one purpose; its `id` (12 hex digits) tells it from others and nothing about it."""

    id: str
    secret: bytes = field(repr=False)


def key_for(purpose: str, secret_key: str) -> bytes:
    """The 32-byte key for one purpose; MissingSettings if the secret is too short to be safe."""
    secret = secret_key.encode()
    if len(secret) < SECRET_BYTES:
        raise MissingSettings(f"SECRET_KEY and PREVIOUS_SECRET_KEYS: each needs {SECRET_BYTES} bytes or more.")
    return hmac.digest(secret, b"marquee/" + purpose.encode(), "sha256")


def keys_for(purpose: str, settings: Settings) -> Sequence[Key]:
    """The keys for one purpose, the newest first; MissingSettings if one of the secrets is too short."""
    secrets = [settings.secret_key, *settings.previous_keys]
    return [_named(key_for(purpose, secret)) for secret in dict.fromkeys(secrets)]


def _named(secret: bytes) -> Key:
    return Key(hmac.digest(secret, b"marquee/key-id", "sha256")[:_ID_BYTES].hex(), secret)
