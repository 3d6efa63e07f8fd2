"""Nine Seconds of Silence: the one thing on the tape between two stretches of noise."""

import math

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import chance, circle, grain, line, paint, rect, shape, tag
from scripts.demo.posters.letters import Pen, lettering

BONE, BLACK, RED = "#e9e4d8", "#141414", "#d3121d"
MIDDLE, PITCH = 452, 13


def picture() -> str:
    """The poster, back to front."""
    return "".join((paint(BONE), _scale(), _wave(), _knife(372), _words(), grain(0.12)))


def _scale() -> str:
    """The seconds of the tape; those that nobody was meant to hear are red."""
    ticks = "".join(f"M{10 + index * PITCH / 2:.1f} {676 if index % 10 == 0 else 682}V690" for index in range(91))
    loud = line(f"M0 {MIDDLE - 232}H600M0 {MIDDLE + 232}H600", BLACK, 0.6, opacity=0.3, stroke_dasharray="2 5")
    return loud + line(ticks, BLACK, 1.2) + rect(315, 680, 114, 10, RED)


def _wave() -> str:
    """A recording as bars, loud on both sides of nine places that have none."""
    luck, bars = chance("silence"), ""
    for index in range(46):
        x = 10 + index * PITCH
        away = abs(x - 372) - 58
        if away < 0:
            continue
        swell = 0.45 + 0.3 * math.sin(index * 0.7) + 0.25 * math.sin(index * 1.9 + 1)
        half = (34 + 190 * max(0.06, swell) * luck.uniform(0.7, 1.1)) * min(1.0, 0.35 + away / 110)
        bars += f"M{x} {MIDDLE - half:.1f}V{MIDDLE + half:.1f}"
    still = line(f"M320 {MIDDLE}H424", BLACK, 1.6)
    return line(bars, BLACK, 7.5, stroke_linecap="round") + still


def _knife(x: float) -> str:
    blade = shape(
        f"M{x - 8} 300L{x - 8} 500C{x - 8} 540 {x - 2} 568 {x + 7} 596C{x + 9} 560 {x + 9} 520 {x + 9} 300Z", RED
    )
    handle = tag("rect", x=x - 9, y=196, width=19, height=94, rx=5, fill=RED)
    guard = tag("rect", x=x - 14, y=289, width=29, height=9, rx=3, fill=RED)
    rivets = "".join(circle(x + 0.5, y, 3, BONE) for y in (216, 242, 268))
    edge = line(f"M{x + 3.5} 304V560", BONE, 1.4, opacity=0.7)
    return blade + handle + guard + rivets + edge


def _words() -> str:
    return (
        lettering("NINE", (42, 46), (250, 84), Pen(17, 11), BLACK, stroke_miterlimit=2)
        + lettering("SECONDS", (42, 146), (250, 44), Pen(9, 8), BLACK)
        + tagline("A CRIME IS A KIND OF SOUND", 558, 62, BLACK, width=190, size=11, text_anchor="end", font_weight="bold")
        + tagline("REEL 4  TAKE 2  00:31 – 00:40", 558, 80, RED, width=190, size=11, text_anchor="end", font_weight="bold")
        + rect(42, 700, 516, 5, BLACK)
        + lettering("OF SILENCE", (42, 726), (516, 74), Pen(15, 12, 40), BLACK, stroke_miterlimit=2)
        + billing(
            ("GABRIEL NYSTRÖM  AMARA OKONJO  with PETER DUVAL as the conductor", "sound by IRINA PAVLOVA  photography by LUCAS BERG  a film by MINA TAKAHARA"),
            862, BLACK, size=16, x=42, anchor="start",
        )
    )  # fmt: skip
