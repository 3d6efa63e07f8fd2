"""The Understudy: the curtain has not gone up, and somebody is already behind it."""

import math

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    SERIF,
    blur,
    circle,
    ellipse,
    glow,
    gradient,
    grain,
    line,
    number,
    paint,
    rect,
    shadow,
    shape,
    tag,
    words,
)  # fmt: skip

BLOOD, PALE = "#8f0d18", "#f3e7da"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("cloth", "#2b0206", "#a81420@28", "#d0303a@46", "#8a0c17@68", "#1c0104", down=False),
        gradient("dusk", "#000@0/.72", "#000@30/.1", "#000@58/.05", "#000@78/.82", "#000"),
        glow("skin", "#fff3e4", "#e2cbb6@55", "#7b5a4e", x=0.62, y=0.42, radius=0.6),
        glow("iris", "#0a0a0a@0", "#0a0a0a@34", "#5d7f77@36", "#9fc3b4@70", "#2b423d"),
        glow("lamp", "#ff9a7a@0/.4", "#ff6a50@100/0", x=0.5, y=0.42, radius=0.55),
        blur("soft", 6),
        shadow("lift", -4, 6, 5, 0.8),
        paint("#030102"),
        _face(),
        _folds(-20, 252),
        _folds(620, 352),
        paint("url(#lamp)"),
        _fingers(),
        paint("url(#dusk)"),
        grain(0.12),
        _words(),
    ))  # fmt: skip


def _face() -> str:
    """Half of a face in the gap: brow, eye, cheek, the corner of a mouth."""
    eye = (
        shape("M238 372C262 342 322 338 352 372C326 398 266 400 238 372Z", "#fffaf3")
        + tag("clipPath", shape("M238 372C262 342 322 338 352 372C326 398 266 400 238 372Z", "#000"), id="lids")
        + tag("g", circle(300, 369, 27, "url(#iris)") + circle(309, 360, 5, "#fff"), clip_path="url(#lids)")
        + line("M238 372C262 340 322 336 354 372", "#1c0a0a", 6, stroke_linecap="round")
        + line("M240 374C266 402 326 400 352 374", "#5b2d2a", 2.5)
    )
    return (
        rect(200, 150, 200, 520, "url(#skin)")
        + shape("M200 150H400V262C340 216 262 226 200 300Z", "#120708")
        + shape("M232 332C262 304 318 300 360 320C322 312 272 318 236 340Z", "#1c0a0a")
        + ellipse(294, 372, 74, 42, "#7d4b43", opacity=0.35, filter="url(#soft)")
        + eye
        + line("M352 372C372 420 378 462 352 486", "#6b4238", 4, opacity=0.7, filter="url(#soft)")
        + shape("M272 548C296 530 322 540 332 544C342 538 352 538 366 544V566C330 580 298 572 272 548Z", "#861522")
        + line("M272 548C300 554 336 552 366 552", "#4a0a12", 2.4)
        + shape("M200 590C240 628 300 640 400 606V680H200Z", "#120708")
        + line(
            "M266 398C262 436 270 462 264 500C262 520 266 536 264 552",
            "#140606",
            5,
            opacity=0.8,
            stroke_linecap="round",
        )
        + line("M282 404C280 424 284 440 280 466", "#140606", 3, opacity=0.7, stroke_linecap="round")
    )


def _folds(outer: float, inner: float) -> str:
    """Half of the curtain: folds that lean away from the gap, from the wall at `outer` to the edge at `inner`."""
    folds, said = 6, ""
    step = (inner - outer) / folds
    for index in range(folds):
        here, there = outer + index * step - step * 0.4, outer + (index + 1) * step
        bulge = -34 * ((index + 1) / folds) ** 2 * math.copysign(1, step)
        more = {"filter": "url(#lift)"} if index == folds - 1 else {}
        said += shape(f"{_edge(there, bulge)}L{number(here)} 900L{number(here)} 0Z", "url(#cloth)", **more)
    return said


def _edge(x: float, bulge: float) -> str:
    lean = 8 * math.copysign(1, bulge)
    return (
        f"M{number(x - lean)} 0C{number(x)} 200 {number(x + bulge)} 280 {number(x + bulge)} 400"
        f"S{number(x)} 660 {number(x - lean * 2)} 900"
    )


def _fingers() -> str:
    """Four pale fingers on the edge of the cloth."""
    said = ""
    for index, (y, length) in enumerate(((452, 50), (480, 60), (508, 57), (535, 44))):
        tip = 374 + length
        said += tag(
            "g",
            shape(
                f"M366 {y}C366 {y - 16} 386 {y - 15} {tip - 12} {y - 13}C{tip + 8} {y - 11} {tip + 8} {y + 11} {tip - 12} {y + 12}C386 {y + 14} 366 {y + 14} 366 {y}Z",
                "#e9d5c3",
            ),
            shape(
                f"M{tip - 14} {y - 8}C{tip + 2} {y - 8} {tip + 4} {y + 6} {tip - 12} {y + 7}C{tip - 19} {y + 4} {tip - 20} {y - 5} {tip - 14} {y - 8}Z",
                "#b98d85",
            ),
            line(f"M{374 + length * 0.42:.0f} {y - 9}q4 9 0 18", "#a9877a", 1.6),
            transform=f"rotate({index * 3 - 4} 366 {y})",
        )
    return tag("g", said, filter="url(#lift)")


def _words() -> str:
    return (
        tagline("SHE KNOWS YOUR LINES", 300, 70, PALE, width=300, font_family=SERIF, size=16)
        + words("THE", 300, 700, 26, PALE, font_family=SERIF, textLength=62, font_style="italic")
        + words("UNDERSTUDY", 300, 772, 74, PALE, font_family=SERIF, textLength=510)
        + line("M180 796H420", "#c9252f", 2)
        + billing(
            ("ELEANOR VOSS  IDRIS BELLAMY  and CLARICE MONTGOMERY as the prompter", "costumes by PILAR OCHOA  music by ANTON HRUBY  written and directed by RUTH KESSLER"),
            862, "#c9a9a0", size=16,
        )
    )  # fmt: skip
