"""Mango Season: three sisters, as different as three fruits can be that hang on one branch."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    circle,
    ellipse,
    glow,
    gradient,
    grain,
    line,
    on_circle,
    paint,
    shadow,
    shape,
    tag,
)
from scripts.demo.posters.letters import Pen, lettering

SUN, PINK, LEAF, DARK = "#ffc526", "#e0245e", "#1d7a4c", "#5a1233"
MANGO = "M6 -128C70 -128 112 -72 108 -2C104 66 58 122 -4 128C-62 130 -104 90 -106 28C-108 -40 -62 -126 6 -128Z"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        glow("sun", "#fff1a8", "#ffd23e@45", "#ffb01f", y=0.42, radius=0.75),
        gradient("first", "#ffd23a", "#ff8a1f@60", "#e8402f"),
        gradient("second", "#ff9f2e", "#f2405a@60", "#a91d5c"),
        gradient("third", "#d8e04a", "#f3b72c@55", "#ee6a2a"),
        shadow("lift", 5, 9, 5, 0.3, "#7a2b00"),
        paint("url(#sun)"),
        _rays(),
        tag("g", _leaves(), filter="url(#lift)"),
        tag("g", _fruit(178, 360, -8, 1.06, "first", _shy()), filter="url(#lift)"),
        tag("g", _fruit(430, 340, 9, 1.0, "third", _stern()), filter="url(#lift)"),
        tag("g", _fruit(306, 500, 3, 1.12, "second", _laughing()), filter="url(#lift)"),
        grain(0.08),
        _words(),
    ))  # fmt: skip


def _rays() -> str:
    said = ""
    for step in range(24):
        (x1, y1), (x2, y2) = on_circle(300, 400, 900, step * 15), on_circle(300, 400, 900, step * 15 + 7.5)
        said += f"M300 400L{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}Z"
    return shape(said, "#fff6c9", opacity=0.34)


def _leaf(x: float, y: float, length: float, turn: float, fill: str) -> str:
    blade = shape("M0 0C22 -26 74 -30 120 0C74 26 22 22 0 0Z", fill)
    vein = line(
        "M6 0C40 -5 80 -5 112 0M34 -3L50 -15M34 -3L48 9M58 -4L74 -15M58 -4L72 9M82 -3L94 -11", "#fff", 1.6, opacity=0.3
    )
    return tag("g", blade, vein, transform=f"translate({x} {y}) rotate({turn}) scale({length / 120:.2f})")


def _leaves() -> str:
    branch = line("M-20 120C120 70 240 150 330 112S520 50 640 96", "#6b3a1f", 15, stroke_linecap="round")
    stems = line(
        "M190 116C188 170 184 200 184 248M318 116C322 220 312 320 308 390M424 92C430 140 432 170 428 232", "#55702a", 7
    )
    placed = (
        (110, 100, 190, 168, LEAF), (86, 106, 170, 212, "#2f9a5c"), (150, 110, 170, 62, "#14603c"), (216, 120, 190, 18, LEAF),
        (300, 118, 180, 128, "#2f9a5c"), (330, 112, 170, 40, "#14603c"), (396, 98, 200, 196, "#1b6d45"), (452, 82, 190, 20, LEAF),
        (470, 84, 180, 64, "#2f9a5c"), (540, 84, 150, -24, "#14603c"), (250, 124, 150, -52, "#2f9a5c"), (420, 92, 140, -60, LEAF),
        (40, 104, 130, -40, LEAF), (560, 86, 160, 100, LEAF),
    )  # fmt: skip
    return branch + stems + "".join(_leaf(*leaf) for leaf in placed)


def _fruit(x: float, y: float, turn: float, size: float, skin: str, face: str) -> str:
    """A mango with a face: skin, the light on it, freckles."""
    shine = shape(
        "M-70 -20C-66 -66 -40 -98 -10 -108C-38 -78 -54 -46 -56 -6C-58 10 -72 4 -70 -20Z", "#fff", opacity=0.45
    )
    freckles = "".join(
        circle(fx, fy, 2, "#7a1d22", opacity=0.4)
        for fx, fy in ((70, -50), (80, -34), (66, -30), (-40, 96), (-24, 104), (50, 86))
    )
    cheeks = ellipse(-54, 34, 17, 12, "#ff2d55", opacity=0.38) + ellipse(56, 34, 17, 12, "#ff2d55", opacity=0.38)
    cap = ellipse(6, -126, 13, 7, "#55702a")
    return tag(
        "g", shape(MANGO, f"url(#{skin})"), shine, freckles, cheeks, cap, face,
        transform=f"translate({x} {y}) rotate({turn}) scale({size})",
    )  # fmt: skip


def _shy() -> str:
    """Eyes closed, a flower behind her ear."""
    petals = "".join(circle(*on_circle(72, -84, 15, turn * 72), 11, "#fff") for turn in range(5))
    lines = line(
        "M-58 2C-50 14 -32 14 -24 2M22 2C30 14 48 14 56 2M-58 2L-66 -2M-50 9L-56 16M56 2L64 -2M50 9L56 16",
        DARK,
        5,
        stroke_linecap="round",
    )
    brows = line("M-62 -22C-50 -32 -34 -32 -24 -26M22 -26C34 -32 50 -32 60 -22", DARK, 5, stroke_linecap="round")
    mouth = line("M-18 46C-8 56 10 56 20 44", PINK, 7, stroke_linecap="round")
    return lines + brows + mouth + petals + circle(72, -84, 8, SUN)


def _stern() -> str:
    """Glasses, one brow up, earrings."""
    glasses = line(
        "M-64 0A27 27 0 1 0 -10 0A27 27 0 1 0 -64 0M10 0A27 27 0 1 0 64 0A27 27 0 1 0 10 0M-10 -4C-4 -10 4 -10 10 -4M-64 -4L-84 -14M64 -4L102 -14",
        DARK,
        5,
    )
    eyes = circle(-34, 2, 8, DARK) + circle(40, 2, 8, DARK) + circle(-31, -1, 2.6, "#fff") + circle(43, -1, 2.6, "#fff")
    brows = line("M-66 -44C-52 -56 -30 -52 -16 -44M16 -36L60 -38", DARK, 6, stroke_linecap="round")
    mouth = line("M-16 56L22 50", DARK, 7, stroke_linecap="round")
    rings = circle(-103, 44, 9, "none", stroke=PINK, stroke_width=5) + circle(
        103, 40, 9, "none", stroke=PINK, stroke_width=5
    )
    return glasses + eyes + brows + mouth + rings


def _laughing() -> str:
    """The youngest: a wide laugh, a leaf for a plait."""
    eyes = line("M-60 4C-52 -14 -32 -14 -24 4M24 4C32 -14 52 -14 60 4", DARK, 7, stroke_linecap="round")
    brows = line("M-64 -30C-52 -44 -34 -44 -24 -36M24 -36C34 -44 52 -44 64 -30", DARK, 5, stroke_linecap="round")
    mouth = shape("M-44 34C-30 40 30 40 44 34C42 78 -42 78 -44 34Z", DARK) + shape(
        "M-38 37C-26 42 26 42 38 37L35 48C20 51 -20 51 -35 48Z", "#fff"
    )
    tongue = shape("M-20 62C-8 54 10 54 22 62C12 70 -12 70 -20 62Z", "#ff5d7d")
    return eyes + brows + mouth + tongue + circle(0, -34, 7, "#fff3c4")


def _words() -> str:
    soft = {"stroke_linejoin": "round", "stroke_linecap": "round"}
    return (
        tagline("THREE SISTERS. ONE ORCHARD. NOBODY TOUCH THE PICKLES.", 300, 672, DARK, width=470, font_weight="bold")
        + lettering("MANGO", (58, 692), (484, 92), Pen(22, 12), PINK, **soft)
        + lettering("SEASON", (62, 798), (476, 36), Pen(9, 22), DARK, **soft)
        + billing(
            ("SHREYA IYER  ANJALI KOTHARI  ZOYA RAHMAN  and USHA DESHPANDE as the cook", "written by MEHER IRANI  music by THE COURTYARD BAND  directed by FARAH LOBO"),
            876, DARK, size=15,
        )
    )  # fmt: skip
