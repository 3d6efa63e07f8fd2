"""Orbital Waltz: two stations on one orbit, and the figure that they have danced."""

import math

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    Point,
    blur,
    chance,
    circle,
    glow,
    gradient,
    grain,
    line,
    paint,
    rect,
    shape,
    smooth,
    tag,
)  # fmt: skip
from scripts.demo.posters.letters import Pen, lettering, title

PLUM, ROSE, GOLD, PEARL = "#1a0b2e", "#ff8fa3", "#ffd9a0", "#fff3ea"
CENTER: Point = (300, 348)


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("space", "#0d0620", "#2a1145@45", "#5a1f5e@78", "#a63d6a"),
        glow("planet", "#ffd2b0", "#ff9a8a@55", "#b0406e@86", "#5a1f5e", x=0.5, y=0.06, radius=0.75),
        glow("air", "#ff9fb0@86/0", "#ffb7a8@93/.7", "#ffb7a8@100/0", radius=0.5),
        gradient("thread", "#ffe9c4", "#ff9fb0@50", "#b98cff"),
        glow("heart", "#ffb7c8@0/.45", "#ff8fa3@50/.14", "#ff8fa3@100/0"),
        blur("soft", 4),
        paint("url(#space)"),
        _stars(),
        circle(*CENTER, 300, "url(#heart)"),
        circle(300, 1180, 600, "url(#air)"),
        circle(300, 1180, 552, "url(#planet)"),
        _dance(),
        _station(*_at(0.0, 0), 38, GOLD),
        _station(*_at(math.pi, 0), 218, PEARL),
        grain(0.08, light=True),
        _words(),
    ))  # fmt: skip


def _stars() -> str:
    luck = chance("orbit")
    return "".join(
        circle(
            luck.randint(0, 600),
            luck.randint(84, 620),
            luck.choice((0.7, 0.9, 1.3, 1.8)),
            PEARL,
            opacity=luck.choice((0.4, 0.7, 0.9)),
        )
        for _ in range(110)
    )


def _at(angle: float, turn: float) -> Point:
    """Where on its way a dancer is; each round is the last one, turned a little."""
    far = 214 * math.cos(angle), 92 * math.sin(angle)
    lean = turn - 0.62
    return (
        CENTER[0] + far[0] * math.cos(lean) - far[1] * math.sin(lean),
        CENTER[1] + far[0] * math.sin(lean) + far[1] * math.cos(lean),
    )


def _dance() -> str:
    rounds = ""
    for index in range(16):
        turn = index * math.pi / 16
        points = [_at(step * math.pi / 7, turn) for step in range(14)]
        rounds += smooth(points, closed=True)
    lead = smooth([_at(step * math.pi / 7, 0) for step in range(14)], closed=True)
    return (
        line(rounds, "url(#thread)", 1.1, opacity=0.75)
        + line(lead, PEARL, 7, opacity=0.4, filter="url(#soft)")
        + line(lead, PEARL, 2.6)
    )


def _station(x: float, y: float, turn: float, light: str) -> str:
    """A hub, a ring and two wings of solar cells."""
    cells = "".join(
        rect(side * 25 - 15, -11, 30, 22, "#3b2a78", stroke=light, stroke_width=1.6)
        + line(f"M{side * 25 - 5} -11V11M{side * 25 + 5} -11V11M{side * 25 - 15} 0H{side * 25 + 15}", light, 0.8)
        for side in (-1.25, 1.25)
    )
    return tag(
        "g",
        circle(0, 0, 40, light, opacity=0.3, filter="url(#soft)"), line("M-20 0H20", light, 4), cells,
        rect(-8, -24, 16, 48, light, rx=7), circle(0, 0, 13, PLUM, stroke=light, stroke_width=4), circle(0, 0, 4, ROSE),
        shape("M-7 -24H7L3 -33H-3Z", light), line("M0 24V36", light, 2),
        transform=f"translate({x:.1f} {y:.1f}) rotate({turn})",
    )  # fmt: skip


def _words() -> str:
    orbital = title("ORBITAL", (62, 690), (476, 60), Pen(15, 18))
    return (
        tagline("KEEP YOUR DISTANCE. TO THE CENTIMETRE.", 300, 60, GOLD, width=400)
        + line(orbital, PEARL, 15, stroke_linecap="square")
        + line(orbital, PLUM, 3.4)
        + lettering("WALTZ", (62, 770), (476, 44), Pen(5, 46), PLUM)
        + billing(
            ("NAOMI LINDGREN  RAFAEL CASTELLÓ  and the voice of GWEN ABERNATHY", "dances by KIRA SOLOVEY  music by EMEKA EZE  directed by HANA YOSHIDA"),
            868, "#4a1338", size=16,
        )
    )  # fmt: skip
