"""What stands small on every poster: its one line, and who made the film; all of them are invented."""

from collections.abc import Sequence

from scripts.demo.posters.drawing import SANS, WIDTH, words

_NATURAL = 0.62  # how wide a letter of a sans face runs, of its size
_CONDENSED = 0.6  # the narrow letters of billing blocks
_WIDEST = 500
_LEADING = 1.14
_APART = "\u2003"  # two spaces would be drawn as one


def billing(
    lines: Sequence[str], y: float, fill: str, *, size: float = 19, x: float = WIDTH / 2, anchor: str = "middle"
) -> str:
    """The block of names at the foot, in letters twice as tall as wide; `y` is its last line's foot."""
    first = y - (len(lines) - 1) * size * _LEADING
    return "".join(
        words(
            text.replace("  ", _APART),
            x,
            first + index * size * _LEADING,
            size,
            fill,
            textLength=min(_WIDEST, len(text) * size * _NATURAL * _CONDENSED),
            text_anchor=anchor,
        )
        for index, text in enumerate(lines)
    )


def tagline(text: str, x: float, y: float, fill: str, *, width: float, size: float = 13, **more: str | float) -> str:
    """The line that says why to go, widely spaced; `width` is how far it runs."""
    chosen: dict[str, str | float] = {"font_family": SANS, "lengthAdjust": "spacing", **more}
    return words(text, x, y, size, fill, textLength=width, **chosen)
