"""Searching text in any case, in any language, on both databases."""

import unicodedata


def folded(text: str) -> str:
    """Text as it is compared: composed, without case. SQLite's own lower() knows only ASCII."""
    return unicodedata.normalize("NFC", text.casefold())
