"""Comparing text in any case, in any language."""

import unicodedata

LONGEST = 900  # what folding can make of the longest title


def folded(text: str) -> str:
    """Text as it is compared: composed, without case. SQLite's own lower() knows only ASCII."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def can_be_found(text: str) -> bool:
    """Whether folded text may be part of a row at all; PostgreSQL and SQLite refuse to look for the rest."""
    return len(text) <= LONGEST and not any(unicodedata.category(letter) == "Cs" or letter == "\0" for letter in text)
