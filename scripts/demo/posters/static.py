"""Static: somebody who listens, seen only in the lines of a signal that has been on its way for forty years."""

import math

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import Point, along, chance, circle, glow, line, paint, rect, shape, tag
from scripts.demo.posters.letters import Pen, lettering

BLACK, PHOSPHOR, ALARM = "#070908", "#d9f2e0", "#ff3b22"
# Where the face falls back and where it comes forward: place, extent, by how much.
HOLLOWS = (
    (250, 312, 34, 21, 1.5), (350, 312, 36, 21, 1.3), (326, 356, 16, 40, 0.7), (296, 402, 28, 9, 0.9),
    (300, 438, 48, 11, 1.3), (300, 470, 30, 8, 0.6), (204, 414, 28, 46, 0.5), (384, 420, 50, 70, 0.5),
)  # fmt: skip
RIDGES = (
    (292, 356, 9, 40, 0.4), (256, 372, 24, 15, 0.25), (350, 376, 26, 18, 0.6), (300, 480, 20, 8, 0.3),
    (352, 284, 34, 7, 0.45), (302, 422, 26, 4, 0.3), (304, 451, 24, 4, 0.35),
)  # fmt: skip
TOP, FOOT, STEP = 96, 690, 7.9


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        glow("screen", "#17342b", "#0b1512@60", "#070908", y=0.42, radius=0.7),
        paint(BLACK),
        paint("url(#screen)"),
        _lines(),
        _noise(),
        _signal(),
        _words(),
    ))  # fmt: skip


def _light(x: float, y: float) -> float:
    """How bright the picture is at a point, from 0 to 1: a head with headphones before a black room."""
    bright = _face(x, y)
    if ((x - 300) / 250) ** 2 + ((y - 770) / 250) ** 2 < 1 and y > 480:
        bright = max(bright, 0.34 * max(0.0, 1 - abs(x - 180) / 260))
    if 152 < math.hypot(x - 300, (y - 310) * 0.84) < 172 and y < 300:
        bright = 0.95 if x < 320 else 0.55
    if _within(x, y, 150, 336, 27, 62) or _within(x, y, 450, 336, 27, 62):
        bright = 1.0 if x < 300 else 0.6
    return min(1.0, max(0.0, bright))


def _face(x: float, y: float) -> float:
    """The face: lit from the left, with hollows for eyes, nose and mouth."""
    if abs(x - 300) < 52 and 450 < y < 560:
        return 0.3 * max(0.0, 1 - abs(x - 268) / 70)
    if not _within(x, y, 300, 344, 112, 160):
        return 0.0
    hair = y < 232 + 0.0016 * (x - 300) ** 2
    light = 0.18 if hair else 0.92 - max(0.0, x - 250) / 190
    for hollow_x, hollow_y, wide, tall, deep in HOLLOWS:
        light -= deep * math.exp(-(((x - hollow_x) / wide) ** 2) - ((y - hollow_y) / tall) ** 2)
    for ridge_x, ridge_y, wide, tall, high in RIDGES:
        light += high * math.exp(-(((x - ridge_x) / wide) ** 2) - ((y - ridge_y) / tall) ** 2)
    return light


def _within(x: float, y: float, cx: float, cy: float, rx: float, ry: float) -> bool:
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1


def _lines() -> str:
    """Scan lines as thick as the picture is bright; here and there one has slipped."""
    luck, said, row = chance("static"), "", 0
    y: float = TOP
    while y < FOOT:
        slip = luck.choice((-26, 18, 34)) if luck.random() < 0.09 else 0
        said += _scan(y, slip)
        y, row = y + STEP, row + 1
    return shape(said, PHOSPHOR)


def _scan(y: float, slip: int) -> str:
    upper: list[Point] = []
    for x in range(40, 561, 8):
        half = 0.3 + 3.3 * _light(x - slip, y)
        if len(upper) > 1 and abs(upper[-1][1] - half) < 0.3 and abs(upper[-2][1] - half) < 0.3:
            upper[-1] = (x, half)
        else:
            upper.append((x, half))
    outline = [(x, y - half) for x, half in upper] + [(x, y + half) for x, half in reversed(upper)]
    return along(outline, closed=True)


def _noise() -> str:
    turbulence = tag("feTurbulence", type="turbulence", baseFrequency="0.9 0.35", numOctaves=1, seed=4)
    sparse = tag("feColorMatrix", values="0 0 0 0 .85 0 0 0 0 1 0 0 0 0 .9 0 0 0 5 -1.6")
    snow = tag("filter", turbulence, sparse, id="snow", x=0, y=0, width=1, height=1)
    return snow + rect(0, 0, 600, 900, "none", filter="url(#snow)", opacity=0.13)


def _signal() -> str:
    """The only colour: the lamp that says that somebody is calling."""
    rings = "".join(
        circle(150, 336, radius, "none", stroke=ALARM, stroke_width=2.2, opacity=opacity)
        for radius, opacity in ((20, 1), (34, 0.75), (50, 0.5), (68, 0.3))
    )
    return rings + circle(150, 336, 9, ALARM)


def _words() -> str:
    letters = lettering("STATIC", (40, 706), (520, 92), Pen(15, 16), PHOSPHOR)
    bands = ""
    slips = ((700, 30, 0), (730, 8, -12), (738, 30, 0), (768, 7, 18), (775, 33, 0))
    for index, (y, height, slip) in enumerate(slips):
        bands += tag("clipPath", tag("rect", y=y, width=600, height=height), id=f"band{index}")
        bands += tag("g", tag("use", href="#name", x=slip), clip_path=f"url(#band{index})")
    return (
        tag("defs", tag("g", letters, id="name"))
        + bands
        + tagline("THE CALL WAS SENT IN 1986. PLEASE HOLD.", 300, 60, ALARM, width=420)
        + line("M40 78H560", PHOSPHOR, 0.8, opacity=0.5)
        + billing(
            ("YUSUF ADEYEMI  KATARZYNA WOLNY  and the voice of MIRANDA COLE", "sound by JUN HASEGAWA  photography by PIA LINDQVIST  directed by OSCAR BRANDT"),
            862, "#8fb3a0", size=16,
        )
    )  # fmt: skip
