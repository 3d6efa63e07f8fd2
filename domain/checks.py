"""Checking what somebody typed: every value that is wrong is named, all of them at once."""

import re
import unicodedata
from typing import Final

from domain.problems import FieldProblem, InvalidInput

_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})  # controls, halves of characters, line ends
_ADDRESS: Final = re.compile(r"(https://[\w.-]+(:\d{1,5})?|/(?!/))[!#-;=?-\[\]-~]*", re.ASCII)


class Checks:
    """The problems found so far; a path is where the value stands in the input, as clients call it."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def refuse(self, message: str, *path: str) -> None:
        """Note what is wrong with one value."""
        self._found.append(FieldProblem(path, message))

    def required(self, text: str | None, longest: int, *path: str) -> str:
        """A text as it is kept, which there must be."""
        kept = self.optional(text, longest, *path)
        if text is None or not text.strip():
            self.refuse("This cannot be empty.", *path)
        return kept or ""

    def optional(self, text: str | None, longest: int, *path: str) -> str | None:
        """A text as it is kept, without spaces around it; None for an empty one."""
        if text is None or not text.strip():
            return None
        kept = unicodedata.normalize("NFC", text.strip()) if len(text) <= 2 * longest else text
        if len(kept) > longest:
            self.refuse(f"This may have at most {longest:,} characters.", *path)
        elif any(unicodedata.category(letter) in _UNPRINTABLE for letter in kept if letter != "\n"):
            self.refuse("This has characters that cannot be shown.", *path)
        return kept

    def between(self, number: int | None, least: int, most: int, *path: str) -> None:
        """A number within limits, if there is one."""
        if number is not None and not least <= number <= most:
            self.refuse(f"This must be between {least:,} and {most:,}.", *path)

    def address(self, url: str | None, longest: int, *path: str) -> str | None:
        """Where something is: an https address, or a path on this server."""
        kept = self.optional(url, longest, *path)
        if kept is not None and not _ADDRESS.fullmatch(kept):
            self.refuse('This must be an https:// address or a path such as "/posters/static.svg".', *path)
        return kept

    def done(self) -> None:
        """Raise InvalidInput if anything was wrong."""
        if self._found:
            raise InvalidInput(self._found)
