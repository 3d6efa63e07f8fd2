"""One secret, many keys: what is signed for one purpose is worth nothing for another."""

import hmac

from settings import SECRET_BYTES, MissingSettings


def key_for(purpose: str, secret_key: str) -> bytes:
    """The 32-byte key for one purpose; MissingSettings if the secret is too short to be safe."""
    secret = secret_key.encode()
    if len(secret) < SECRET_BYTES:
        raise MissingSettings(f"SECRET_KEY must be at least {SECRET_BYTES} bytes long.")
    return hmac.digest(secret, b"marquee/" + purpose.encode(), "sha256")
