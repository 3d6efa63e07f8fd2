"""Midnight at Platform Nine: the track itself turns into the number, around the clock under which two have stayed."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    blur,
    chance,
    circle,
    glow,
    gradient,
    grain,
    line,
    on_circle,
    paint,
    shape,
    tag,
)
from scripts.demo.posters.letters import Pen, lettering
from scripts.demo.posters.people import man, woman

NIGHT, LAMP, STEEL = "#0b1030", "#ffcf6b", "#dfe6ff"
# Up from the corner, around, and back into itself: a 9 of rails.
STEM = "M70 960C270 900 470 660 470 284"
TRACK = f"{STEM}A170 170 0 1 0 300 454C392 454 440 432 462 394"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("night", "#05071c", "#121a4e@45", "#2d2a6e@75", "#503a78"),
        gradient("floor", "#080b26@0/0", "#080b26@45/.9", "#080b26"),
        glow("clock", "#fffbe9", "#ffe7ad@60", "#ffc75a"),
        glow("halo", "#ffcf6b@0/.6", "#ffb84d@42/.2", "#ffcf6b@100/0"),
        tag("clipPath", circle(300, 284, 118, "#000"), id="face"),
        blur("soft", 10),
        paint("url(#night)"),
        circle(300, 284, 380, "url(#halo)"),
        _rain(),
        _track(),
        _clock(300, 284, 118),
        tag("rect", y=560, width=600, height=340, fill="url(#floor)"),
        grain(0.1, light=True),
        _words(),
    ))  # fmt: skip


def _rain() -> str:
    luck = chance("platform nine")
    drops = "".join(f"M{luck.randint(0, 620)} {luck.randint(0, 880)}l-4 {luck.randint(14, 34)}" for _ in range(120))
    return line(drops, "#9fb0ff", 1, opacity=0.3)


def _track() -> str:
    """Ballast, sleepers as the dashes of a wide line, and each rail as what a narrower line leaves of a wider one."""
    masks = ""
    for name, d in (("all", TRACK), ("stem", STEM)):
        masks += tag("mask", line(d, "#fff", 52) + line(d, "#000", 43), id=name)
    shade = line(TRACK, "#000", 100, opacity=0.4, filter="url(#soft)")
    return masks + shade + _rails(TRACK, "all") + _rails(STEM, "stem")


def _rails(d: str, name: str) -> str:
    bed = line(d, "#0a0e2b", 92) + line(d, "#7d5646", 78, stroke_dasharray="8 15")
    return bed + tag("g", line(d, STEEL, 60), mask=f"url(#{name})")


def _clock(x: float, y: float, radius: float) -> str:
    marks = ""
    for hour in range(12):
        inner = radius - (26 if hour % 3 == 0 else 17)
        (x1, y1), (x2, y2) = on_circle(x, y, inner, hour * 30), on_circle(x, y, radius - 9, hour * 30)
        marks += f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
    minute, hour_hand = on_circle(x, y, radius - 20, -97), on_circle(x, y, radius * 0.58, -92)
    floor = y + radius * 0.78
    two = man(x + 27, floor, 92, NIGHT) + woman(x - 30, floor, 84, NIGHT)
    return (
        circle(x, y, radius + 6, "#0a0e2b")
        + circle(x, y, radius, "url(#clock)")
        + line(marks, NIGHT, 4.5)
        + line(f"M{x} {y}L{minute[0]:.1f} {minute[1]:.1f}", NIGHT, 4.5, stroke_linecap="round")
        + line(f"M{x} {y}L{hour_hand[0]:.1f} {hour_hand[1]:.1f}", NIGHT, 8, stroke_linecap="round")
        + circle(x, y, 7, NIGHT)
        + tag("g", shape(f"M0 {floor}H600V600H0Z", NIGHT), two, clip_path="url(#face)")
    )


def _words() -> str:
    return (
        tagline("THE LAST TRAIN HAS GONE. THE NIGHT HAS NOT.", 300, 40, STEEL, width=430)
        + lettering("MIDNIGHT", (60, 672), (480, 74), Pen(8, 20), "#fff3d2")
        + lettering("AT PLATFORM", (60, 762), (330, 40), Pen(5, 11, 30), LAMP)
        + lettering("NINE", (412, 762), (128, 40), Pen(5, 11), LAMP)
        + billing(
            ("ARJUN MENON  HÉLÈNE VASSEUR  with OKA SATO as the night porter", "photography by BIRGIT LUND  music by DANTE ROCHA  a film by THU TRANG LE"),
            862, "#aab4e6", size=16,
        )
    )  # fmt: skip
