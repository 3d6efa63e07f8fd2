"""What to call a device: a person recognises “Firefox on Windows”, not what a browser calls itself."""

from collections.abc import Sequence
from typing import Final

UNKNOWN: Final = "Unknown device"
LONGEST_OTHER: Final = 60

# In this order: most browsers also claim to be those below them.
_BROWSERS: Sequence[tuple[str, str]] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Sequence[tuple[str, str]] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def readable(agent: str) -> str:
    """A device by its browser and system; a program by the first word of its name, as it gave it."""
    browser = _first(_BROWSERS, agent)
    system = _first(_SYSTEMS, agent)
    if browser and system:
        return f"{browser} on {system}"
    words = agent.split()
    return browser or (words[0][:LONGEST_OTHER] if words else UNKNOWN)


def _first(known: Sequence[tuple[str, str]], agent: str) -> str | None:
    return next((name for mark, name in known if mark in agent), None)
