"""Titles drawn stroke by stroke: the same letters on every machine, whatever fonts it has, and never too wide.

A glyph is the line a pen follows between 0 (top) and 100 (foot); how heavy the pen is and how wide the letters run
is up to each poster.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from scripts.demo.posters.drawing import Point, line as stroke, number

_STRAIGHT, _ROUND, _OPEN = 1.0, 0.72, 0.38


@dataclass(frozen=True)
class Glyph:
    """A letter: how wide it is, its line, and how much air its left and right sides need."""

    width: float
    line: str
    left: float = _STRAIGHT
    right: float = _STRAIGHT


_A = "M0,100 L38,0 L76,100 M14,65 L62,65"
GLYPHS = {
    "A": Glyph(76, _A, _OPEN, _OPEN),
    "À": Glyph(76, _A + " M26,-42 L44,-24", _OPEN, _OPEN),
    "Ã": Glyph(76, _A + " M12,-26 C20,-42 32,-40 38,-32 C44,-24 56,-22 64,-38", _OPEN, _OPEN),
    "B": Glyph(55, "M0,47 L30,47 A26,26.5 0 0 1 30,100 L0,100 L0,0 L27,0 A23,23.5 0 0 1 27,47", _STRAIGHT, _ROUND),
    "C": Glyph(78, "M78,17 A45,50 0 1 0 78,83", _ROUND, _OPEN),
    "D": Glyph(72, "M0,0 L24,0 A48,50 0 0 1 24,100 L0,100 Z", _STRAIGHT, _ROUND),
    "E": Glyph(50, "M50,0 L0,0 L0,100 L50,100 M0,49 L45,49", _STRAIGHT, _OPEN),
    "F": Glyph(47, "M47,0 L0,0 L0,100 M0,50 L42,50", _STRAIGHT, _OPEN),
    "G": Glyph(88, "M79,17 A45,50 0 1 0 88,54 L50,54", _ROUND, _ROUND),
    "H": Glyph(66, "M0,0 L0,100 M66,0 L66,100 M0,49 L66,49"),
    "I": Glyph(0, "M0,0 L0,100"),
    "J": Glyph(38, "M38,0 L38,70 A19,30 0 0 1 0,72", _OPEN),
    "K": Glyph(60, "M0,0 L0,100 M57,0 L0,58 M18,40 L60,100", _STRAIGHT, _OPEN),
    "L": Glyph(46, "M0,0 L0,100 L46,100", _STRAIGHT, _OPEN),
    "M": Glyph(84, "M0,100 L6,0 L42,80 L78,0 L84,100"),
    "N": Glyph(68, "M0,100 L0,0 L68,100 L68,0"),
    "O": Glyph(92, "M46,0 A46,50 0 1 1 46,100 A46,50 0 1 1 46,0 Z", _ROUND, _ROUND),
    "P": Glyph(53, "M0,100 L0,0 L26,0 A27,28 0 0 1 26,56 L0,56", _STRAIGHT, _OPEN),
    "Q": Glyph(92, "M46,0 A46,50 0 1 1 46,100 A46,50 0 1 1 46,0 Z M58,66 L92,104", _ROUND, _ROUND),
    "R": Glyph(56, "M0,100 L0,0 L26,0 A27,27 0 0 1 26,54 L0,54 M26,54 L56,100", _STRAIGHT, _OPEN),
    "S": Glyph(54, "M51,17 C45,4 36,0 27,0 C12,0 2,10 2,24 C2,40 14,45 27,49 C42,53 54,60 54,75 C54,91 43,100 27,100 "
               "C14,100 4,93 0,80", _ROUND, _ROUND),
    "T": Glyph(58, "M0,0 L58,0 M29,0 L29,100", _OPEN, _OPEN),
    "U": Glyph(64, "M0,0 L0,66 A32,34 0 0 0 64,66 L64,0"),
    "V": Glyph(74, "M0,0 L37,100 L74,0", _OPEN, _OPEN),
    "W": Glyph(108, "M0,0 L27,100 L54,8 L81,100 L108,0", _OPEN, _OPEN),
    "X": Glyph(64, "M0,0 L64,100 M64,0 L0,100", _OPEN, _OPEN),
    "Y": Glyph(66, "M0,0 L33,50 L66,0 M33,50 L33,100", _OPEN, _OPEN),
    "Z": Glyph(58, "M2,0 L58,0 L0,100 L60,100", _OPEN, _OPEN),
    "’": Glyph(0, "M0,0 L0,24", _OPEN, _OPEN),
    "-": Glyph(30, "M0,52 L30,52", _OPEN, _OPEN),
}  # fmt: skip
_TOKEN = re.compile(r"([MLCAZ])|(-?[\d.]+)")


@dataclass(frozen=True)
class Pen:
    """How a line of letters is drawn: `weight` in pixels, `tracking` between straight sides, `space` between words."""

    weight: float
    tracking: float = 0
    space: float = 0
    slant: float = 0


def title(text: str, at: Point, size: Point, pen: Pen) -> str:
    """The path of a line of letters that fills a box to the pixel: `at` is its left top, `size` its width and height."""
    (left, top), (width, height) = at, size
    gaps = [_gap(before, after, pen) for before, after in pairwise(text)]
    lean = abs(pen.slant) * height
    free = width - pen.weight - sum(gaps) - lean
    natural = sum(GLYPHS[letter].width for letter in text if letter != " ")
    wide, tall = free / natural, (height - pen.weight) / 100
    if wide <= 0:
        raise ValueError(f"{text!r} does not fit into {width:.0f} pixels.")
    x, y, said = left + pen.weight / 2, top + pen.weight / 2, ""
    foot = top + height
    for letter, gap in zip(text, [*gaps, 0], strict=True):
        if letter != " ":
            said += _placed(GLYPHS[letter].line, (x, y), (wide, tall), pen.slant, foot)
            x += GLYPHS[letter].width * wide
        x += gap
    return said


def lettering(text: str, at: Point, size: Point, pen: Pen, colour: str, **more: str | float) -> str:
    """A line of letters, drawn."""
    chosen: dict[str, str | float] = {"stroke_linecap": "square", "stroke_miterlimit": 3, **more}
    return stroke(title(text, at, size, pen), colour, pen.weight, **chosen)


def _gap(before: str, after: str, pen: Pen) -> float:
    """From the middle of one letter's last stroke to the middle of the next one's first; a space has half on each side."""
    if " " in (before, after):
        return (pen.space or pen.weight + 2 * pen.tracking) / 2
    return pen.weight + pen.tracking * (GLYPHS[before].right + GLYPHS[after].left) / 2


def _placed(line: str, at: Point, scale: Point, slant: float, foot: float) -> str:
    """A glyph's line moved, stretched and leant over."""
    tokens = [command or value for command, value in _TOKEN.findall(line)]
    said, index, command = "", 0, "M"
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            said += command
            index += 1
            continue
        if command == "A":
            rx, ry = float(tokens[index]) * scale[0], float(tokens[index + 1]) * scale[1]
            said += f"{number(rx)} {number(ry)} {' '.join(tokens[index + 2 : index + 5])} "
            index += 5
        y = at[1] + float(tokens[index + 1]) * scale[1]
        x = at[0] + float(tokens[index]) * scale[0] + slant * (foot - y)
        said += f"{number(x)} {number(y)} "
        index += 2
    return said.replace(" Z", "Z").replace(" M", "M").replace(" L", "L").replace(" A", "A").replace(" C", "C").rstrip()
