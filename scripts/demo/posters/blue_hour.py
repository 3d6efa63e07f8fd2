"""Blue Hour: one stroke across the window, and there is the morning."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    blur,
    chance,
    circle,
    ellipse,
    gradient,
    grain,
    line,
    paint,
    shadow,
    shape,
    tag,
)  # fmt: skip
from scripts.demo.posters.letters import Pen, lettering

WIPE = "M660 120C420 70 120 80 98 190C80 290 512 224 512 352C512 474 120 392 112 520C108 566 140 590 206 596"
NIGHT = ("#0c1f47", "#0a1838", "#071129")
DAWN = ("#d77f86", "#a8557a", "#5f3468")


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("late", "#0a1a44", "#16367a@55", "#2a5aa0"),
        gradient("early", "#6fbfe6", "#bfe0e6@18", "#ffe3b8@34", "#ffb27a@50", "#ff7f6a@70"),
        gradient("dark", "#050b1e@0/0", "#050b1e@42/.94", "#050b1e"),
        shadow("lift", 6, 10, 6, 0.5, "#020817"),
        blur("soft", 2.2),
        tag("mask", line(WIPE, "#fff", 116, stroke_linejoin="round"), id="wiped"),
        _city("url(#late)", NIGHT, "#ffd98a", 0.75),
        _mist(),
        tag("g", _city("url(#early)", DAWN, "#fff0c9", 0.5), mask="url(#wiped)"),
        _edges(),
        _cleaner(),
        tag("rect", y=640, width=600, height=260, fill="url(#dark)"),
        grain(0.08, light=True),
        _words(),
    ))  # fmt: skip


def _city(sky: str, layers: tuple[str, ...], lit: str, glow: float) -> str:
    """The same towers at any hour: three rows, the nearest darkest, with some windows lit."""
    said = paint(sky) + circle(452, 338, 46, "#fff6dc", opacity=glow - 0.2)
    for row, fill in enumerate(layers):
        luck = chance(f"towers {row}")
        x, d, windows = -20, "", ""
        while x < 620:
            wide, tall = luck.randint(36, 80), luck.randint(120, 430) - row * 95
            top = 650 + row * 40 - tall
            d += f"M{x} 900V{top}h{wide}V900Z"
            if luck.random() < 0.3:
                d += f"M{x + wide // 2 - 2} {top}v-{luck.randint(20, 50)}h4v60Z"
            windows += "".join(
                f"M{x + luck.randrange(7, wide - 6, 9)} {top + luck.randrange(14, 200, 14)}h4" for _ in range(3 + row)
            )
            x += wide + luck.randint(-4, 8)
        said += shape(d, fill) + line(windows, lit, 6, opacity=glow)
    return said


def _mist() -> str:
    """What the night has left on the glass."""
    luck = chance("drops")
    drops = "".join(
        ellipse(
            luck.randint(0, 600),
            luck.randint(60, 660),
            luck.choice((1.6, 2.2, 3)),
            luck.choice((2.4, 3.4, 4.6)),
            "#cfe3ff",
            opacity=0.32,
        )
        for _ in range(70)
    )
    return paint("#16306a", opacity=0.32) + drops


def _edges() -> str:
    """Water at the rim of the stroke, and what runs down from it."""
    rim = tag("mask", line(WIPE, "#fff", 121) + line(WIPE, "#000", 115), id="rim")
    runs = "".join(
        line(f"M{x} {y}v{length}", "#e8f4ff", 2.4, opacity=0.55, stroke_linecap="round")
        + ellipse(x, y + length, 2.6, 4.4, "#e8f4ff", opacity=0.8)
        for x, y, length in (
            (176, 172, 40),
            (330, 140, 62),
            (448, 136, 30),
            (240, 342, 46),
            (300, 346, 26),
            (470, 470, 58),
            (330, 494, 40),
            (236, 502, 24),
        )
    )
    return rim + tag("g", line(WIPE, "#eaf6ff", 124, opacity=0.75), mask="url(#rim)") + runs


def _cleaner() -> str:
    """Somebody on two ropes, seen from inside, the rubber blade still on the glass."""
    cloth, bright = "#060d26", "#ff9f4a"
    blade = line("M212 536L222 656", cloth, 10, stroke_linecap="round") + line("M207 536L217 656", "#ffd9ae", 3.4)
    body = (
        line("M322 -10V600M344 -10V600", cloth, 3.2)
        + line("M318 590C286 594 256 596 220 598", cloth, 18, stroke_linecap="round")
        + shape("M302 574C310 548 358 548 366 574L372 668C352 680 316 680 298 668Z", cloth)
        + line("M356 584C384 606 390 640 386 668", cloth, 17, stroke_linecap="round")
        + shape("M298 662H372L370 742C366 764 350 764 348 744L336 700L326 748C322 766 304 766 302 748Z", cloth)
        + circle(334, 534, 22, cloth)
        + shape("M309 530C309 498 359 498 359 530C359 536 309 536 309 530Z", bright)
        + shape(
            "M307 594L366 594L367 606L306 606ZM303 634L370 634L371 646L302 646ZM316 558H325V594H316ZM345 558H354V594H345Z",
            bright,
        )
        + shape("M374 670H406L401 712H379Z", bright)
        + line("M376 670C382 652 398 652 404 670", cloth, 2.6)
    )
    return tag("g", blade, body, filter="url(#lift)")


def _words() -> str:
    return (
        tagline("FORTY MINUTES A DAY, THE CITY IS THEIRS", 300, 812, "#cfe0ff", width=410)
        + lettering("BLUE HOUR", (60, 746), (480, 44), Pen(3.2, 22, 58), "#f4f8ff")
        + billing(
            ("a documentary by ANNELIES BOONE and SAMIR KHOURY", "photography by WEN LI  sound by ODA STRAND  edited by PATRICE MBEKI"),
            866, "#8ea6d6", size=16,
        )
    )  # fmt: skip
