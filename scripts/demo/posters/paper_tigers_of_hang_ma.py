"""Paper Tigers of Hàng Mã: the tiger is nothing but folded paper, and it is awake."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    WIDTH,
    Point,
    along,
    chance,
    circle,
    ellipse,
    glow,
    gradient,
    grain,
    line,
    paint,
    rect,
    shadow,
    shape,
    tag,
)  # fmt: skip
from scripts.demo.posters.letters import Pen, lettering

NIGHT, GOLD, CREAM = "#10213f", "#ffb52e", "#fff0d0"
TANGERINE = ("#ff7a1a", "#f45f12", "#ff9a3a", "#d9480f", "#ffb35c", "#b93708", "#ff8a2a")
# One half of the face, from its middle line (x 0) to its right, in the folds of one sheet.
FOLDS: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("#d9480f", ((96, -176), (176, -226), (204, -120))),
    ("#7e2307", ((122, -170), (170, -200), (184, -132))),
    ("#ff9a3a", ((0, -190), (96, -176), (58, -96), (0, -120))),
    ("#f45f12", ((96, -176), (204, -120), (150, -62), (58, -96))),
    ("#ff7a1a", ((204, -120), (236, -4), (162, -8), (150, -62))),
    ("#d9480f", ((236, -4), (214, 96), (140, 74), (162, -8))),
    ("#ffb35c", ((58, -96), (150, -62), (128, -34), (44, -40))),
    ("#ff8a2a", ((0, -120), (58, -96), (44, -40), (34, 40), (0, 60))),
    ("#b93708", ((44, -40), (60, 10), (34, 40))),
    ("#f7ddb0", ((60, 10), (162, -8), (140, 74), (96, 86), (34, 40))),
    ("#fff0d0", ((34, 40), (96, 86), (104, 140), (50, 128), (0, 96), (0, 60))),
    ("#e9c48b", ((96, 86), (140, 74), (214, 96), (160, 164), (104, 140))),
    ("#f7ddb0", ((104, 140), (160, 164), (84, 214), (50, 128))),
    ("#e9c48b", ((0, 150), (50, 128), (84, 214), (0, 232))),
    ("#c8285a", ((0, 42), (40, 44), (22, 72), (0, 84))),
    ("#10213f", ((0, 96), (50, 128), (0, 112))),
)  # fmt: skip
STRIPES: tuple[tuple[Point, ...], ...] = (
    ((0, -186), (14, -150), (0, -128)), ((30, -184), (44, -140), (30, -116), (18, -150)),
    ((236, -4), (186, -22), (232, -34)), ((226, 46), (170, 30), (230, 22)), ((206, 96), (160, 76), (218, 72)),
    ((204, -120), (160, -92), (212, -90)), ((0, -112), (26, -96), (0, -84)), ((0, -76), (22, -62), (0, -52)),
    ((92, -156), (120, -112), (84, -120)), ((128, -150), (146, -104), (112, -108)),
)  # fmt: skip


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("night", "#081226", "#14305c@45", "#2b5470@80", "#d96a3a"),
        glow("warm", "#ff9a3a@0/.75", "#ff7a1a@45/.25", "#ff7a1a@100/0"),
        glow("fire", "#fff8d0", "#ffd24a@45", "#ff8a1f"),
        shadow("lift", 0, 8, 7, 0.45, "#040a18"),
        paint("url(#night)"),
        _lanterns(),
        circle(300, 372, 330, "url(#warm)"),
        tag("defs", tag("g", _half(), id="half")),
        tag(
            "g", tag("use", href="#half"), tag("use", href="#half", transform="scale(-1 1)"),
            transform="translate(300 352) scale(1.04)", filter="url(#lift)",
        ),
        _roofs(),
        grain(0.1),
        _words(),
    ))  # fmt: skip


def _half() -> str:
    sheets = "".join(shape(along(points, closed=True), fill, stroke=fill, stroke_width=0.8) for fill, points in FOLDS)
    stripes = "".join(shape(along(points, closed=True), "#1b1330") for points in STRIPES)
    eye = (
        shape("M52 -8L92 -32L140 -28L112 4L72 14Z", "#1b1330")
        + shape("M64 -7L94 -25L128 -22L108 0L76 7Z", "url(#fire)")
        + shape("M92 -25L104 -24L100 3L94 4Z", "#1b1330")
    )
    whiskers = line("M70 104L190 84M74 114L196 116M70 124L186 146", CREAM, 2.2, opacity=0.9)
    return sheets + stripes + eye + whiskers


def _lanterns() -> str:
    luck, said = chance("hang ma"), ""
    for index in range(15):
        x, y, size = (luck.randint(14, 120), luck.randint(480, 586))[index % 2], 90 + index * 34, luck.uniform(0.4, 1.1)
        colour = ("#ff5a36", "#ffb52e", "#ff7aa2")[index % 3]
        said += tag(
            "g",
            line("M0 -400V-24", CREAM, 0.8, opacity=0.35), circle(0, 0, 52, "url(#warm)", opacity=0.8),
            rect(-9, -27, 18, 6, "#7e2307"), ellipse(0, 0, 25, 22, colour),
            ellipse(0, 0, 15, 22, "none", stroke="#fff0d0", opacity=0.5), ellipse(0, 0, 5, 22, "none", stroke="#fff0d0", opacity=0.5),
            rect(-9, 21, 18, 5, "#7e2307"), line("M-4 26V46M0 26V52M4 26V46", colour, 2),
            transform=f"translate({x} {y}) scale({size:.2f})", opacity=f"{0.45 + size / 2:.2f}",
        )  # fmt: skip
    return said


def _roofs() -> str:
    """The old quarter at the tiger's feet: narrow houses with bent eaves, in two layers of paper."""
    luck, said = chance("roofs"), ""
    for base, fill in ((622, "#123a63"), (668, "#091730")):
        x, houses, windows = -30, "", ""
        while x < WIDTH + 30:
            wide, top = luck.randrange(44, 74, 2), base - luck.randint(0, 44)
            half = wide // 2
            houses += f"M{x} 900V{top}H{x + wide}V900Z"
            houses += f"M{x - 13} {top - 3}Q{x + 4} {top - 4} {x + half} {top - 34}Q{x + wide - 4} {top - 4} {x + wide + 13} {top - 3}L{x + wide + 4} {top + 6}H{x - 4}Z"
            windows += "".join(f"M{x + at} {top + 20}v11" for at in range(13, wide - 8, 14) if luck.random() < 0.6)
            x += wide + 2 * luck.randint(-3, 0)
        said += tag("g", shape(houses, fill) + line(windows, GOLD, 6, opacity=0.9), filter="url(#lift)")
    return said


def _words() -> str:
    return (
        tagline("ONE NIGHT A YEAR, PAPER REMEMBERS", 300, 48, CREAM, width=400)
        + lettering("PAPER TIGERS", (50, 716), (500, 62), Pen(12, 11, 34), GOLD)
        + lettering("OF HÀNG MÃ", (140, 802), (320, 26), Pen(5, 13, 24), CREAM)
        + billing(
            ("with the voices of VŨ MINH CHÂU  ĐỖ LAN ANH  BẢO LONG", "paper by THE LANTERN WORKSHOP  music by HỒ THU  directed by NGUYỄN HẢI YẾN"),
            880, "#b9cbe6", size=15,
        )
    )  # fmt: skip
