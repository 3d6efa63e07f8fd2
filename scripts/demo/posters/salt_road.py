"""Salt Road: four lorries, and a desert that is larger than anybody's money."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    blur,
    chance,
    circle,
    glow,
    gradient,
    grain,
    line,
    number,
    paint,
    rect,
    shape,
    smooth,
    tag,
)
from scripts.demo.posters.letters import Pen, lettering

RUST, SAND, SALT, DARK = "#b5361c", "#f0a860", "#fff1dc", "#3a0f14"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("sky", "#6d1020", "#b92f1f@32", "#ee6f2d@58", "#ffc06a"),
        gradient("far", "#b3402a", "#8f2a22"),
        gradient("flat", "#f7c489", "#ffeccf@20", "#f3d3aa@60", "#d99f6c"),
        gradient("disc", "#fff6d8", "#ffd98a@60", "#ffab54"),
        glow("heat", "#ffe3a0@0/.8", "#ffb35c@50/.25", "#ffb35c@100/0"),
        gradient("cast", "#5a1f12@0/.75", "#7a3a1e@100/0"),
        blur("soft", 7),
        paint("url(#sky)"),
        circle(300, 420, 330, "url(#heat)"),
        _sun(),
        _mountains(),
        tag("rect", y=520, width=600, height=380, fill="url(#flat)"),
        _road(),
        _convoy(),
        grain(0.13),
        _words(),
    ))  # fmt: skip


def _sun() -> str:
    """A sun cut into bands where it nears the ground."""
    slats = "".join(rect(100, y, 400, height, "#000") for y, height in ((420, 3), (442, 5), (464, 8), (487, 12)))
    cut = tag("mask", paint("#fff") + slats, id="slats")
    return cut + circle(300, 398, 168, "url(#disc)", mask="url(#slats)")


def _mountains() -> str:
    luck, said = chance("salt"), ""
    for base, height, fill in ((505, 60, "#a53a2a"), (516, 34, "#7c2420")):
        points = [(x, base - luck.uniform(0.1, 1) * height * (0.35 + abs(x - 300) / 420)) for x in range(-20, 640, 36)]
        d = "M-20 530" + "".join(f"L{x} {number(y)}" for x, y in points) + "L640 530Z"
        said += shape(d, fill)
    return said


def _road() -> str:
    cracks = chance("cracks")
    lines = ""
    for _ in range(80):
        y = 540 + 340 * cracks.random() ** 1.6
        x, step = cracks.uniform(-20, 600), (y - 515) / 5
        lines += smooth([(x + i * step, y + cracks.uniform(-0.14, 0.14) * step) for i in range(3)])
    tyres = "".join(
        line(
            f"M{302 + 6 * lane:.0f} 524C{300 + 20 * lane:.0f} 600 {290 + 90 * lane:.0f} 740 {270 + 190 * lane:.0f} 910",
            "#8a4a2c",
            width,
            opacity=0.32,
        )
        for lane, width in ((-1.5, 5), (-0.9, 6), (-0.3, 7), (0.3, 7), (0.9, 6), (1.5, 5))
    )
    return line(lines, "#a8683e", 1.1, opacity=0.5) + tyres


def _convoy() -> str:
    """Four lorries side by side that come at us, the dust of each behind it."""
    said = ""
    for x, y, size in ((170, 566, 0.62), (430, 574, 0.66), (254, 612, 0.9), (364, 640, 1.12)):
        said += _dust(x, y, size) + _lorry(x, y, size)
    return said


def _dust(x: float, y: float, size: float) -> str:
    luck = chance(f"dust {x}")
    puffs = "".join(
        circle(
            x + luck.uniform(-50, 50) * size,
            y - luck.uniform(0, 52) * size,
            luck.uniform(10, 30) * size,
            "#ffdcae",
            opacity=0.5,
        )
        for _ in range(9)
    )
    return tag("g", puffs, filter="url(#soft)")


def _lorry(x: float, y: float, size: float) -> str:
    return tag(
        "g",
        shape("M-30 0H30L62 150H-30Z", "url(#cast)"),
        shape("M-27 -76H27V-18H-27Z", "#5b1518"), shape("M-27 -76H27L24 -82H-24Z", "#7c2420"),
        shape("M-22 -54H22L26 -30V-8H-26V-30Z", DARK), shape("M-18 -50H18L21 -34H-21Z", "#ffcf8a"),
        rect(-29, -14, 58, 8, "#1f070a"), rect(-26, -6, 11, 9, "#12040a"), rect(15, -6, 11, 9, "#12040a"),
        circle(-18, -18, 4.6, "#fff6d8"), circle(18, -18, 4.6, "#fff6d8"),
        circle(-18, -18, 12, "#fff6d8", opacity=0.25), circle(18, -18, 12, "#fff6d8", opacity=0.25),
        line("M-8 -26H8M-8 -22H8", "#8f2a22", 2), line("M31 -40V-84M-31 -40V-84", "#1f070a", 4),
        transform=f"translate({x} {y}) scale({size})",
    )  # fmt: skip


def _words() -> str:
    return (
        tagline("ELEVEN HUNDRED KILOMETRES. NO LAW. NO SHADE.", 300, 58, SALT, width=440)
        + lettering("SALT ROAD", (40, 82), (520, 136), Pen(17, 15, 52), SALT, stroke_miterlimit=2.2)
        + billing(
            ("KOFI ANSAH  LUZ QUISPE  TARIQ AL-SALEM  and RENATA ROSSI", "stunts by THE BRAKE SISTERS  music by BABAK OMIDI  directed by JOAQUÍN REYES"),
            868, DARK, size=17,
        )
    )  # fmt: skip
