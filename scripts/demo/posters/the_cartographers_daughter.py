"""The Cartographer's Daughter: the island that no chart has is the daughter's own face, and she sails in it."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    SERIF,
    Point,
    circle,
    ellipse,
    glow,
    gradient,
    grain,
    line,
    on_circle,
    paint,
    shape,
    smooth,
    tag,
    words,
)

PAPER, INK, RUST = "#ecdcb9", "#17354d", "#b5432a"
FACE: tuple[Point, ...] = (
    (262, 92), (318, 96), (362, 122), (388, 164), (395, 205), (394, 226), (391, 240), (400, 262), (417, 290),
    (426, 305), (424, 313), (408, 318), (402, 322), (403, 331), (412, 341), (411, 348), (401, 353), (409, 360),
    (408, 369), (398, 376), (397, 386), (403, 399), (399, 417), (382, 430), (352, 429), (331, 428), (319, 440),
    (317, 466), (324, 496), (352, 522), (397, 540), (424, 566), (396, 590), (330, 583), (276, 604), (214, 596),
    (160, 610), (132, 588), (170, 560), (206, 530), (216, 500), (196, 478), (158, 486), (118, 470), (78, 492),
    (92, 452), (130, 424), (86, 430), (46, 404), (98, 388), (122, 352), (84, 330), (118, 298), (132, 250),
    (144, 188), (186, 122),
)  # fmt: skip


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("sea", "#2f8f8f", "#13556b@55", "#0b2b45"),
        glow("age", "#fff3d6@0/.9", "#ecdcb9@60/0", "#8a6234@100/.55", radius=0.75),
        tag("defs", tag("path", id="coast", d=smooth(FACE, closed=True)))
        + tag("clipPath", tag("use", href="#coast"), id="island"),
        paint(PAPER),
        _lines_of_the_wind(),
        _coast(),
        paint("url(#age)"),
        _sea(),
        grain(0.1),
        _rose(470, 640, 62),
        _frame(),
        _words(),
    ))  # fmt: skip


def _lines_of_the_wind() -> str:
    rays = "".join("M470 640L{:.0f} {:.0f}".format(*on_circle(470, 640, 1100, step * 11.25)) for step in range(32))
    other = "".join("M96 170L{:.0f} {:.0f}".format(*on_circle(96, 170, 1100, step * 22.5 + 4)) for step in range(16))
    depths = "".join(
        words(str(depth), x, y, 12, INK, font_family=SERIF, font_style="italic", opacity=0.5)
        for depth, x, y in ((14, 492, 176), (31, 520, 262), (9, 466, 232), (47, 545, 420), (22, 486, 500), (63, 70, 260),
                            (38, 64, 560), (12, 118, 122), (55, 236, 668), (27, 360, 662), (18, 470, 96), (71, 545, 340))
    )  # fmt: skip
    return line(rays, INK, 0.8, opacity=0.22) + line(other, RUST, 0.8, opacity=0.22) + depths


def _coast() -> str:
    """Soundings as lines around the land: wide strokes in ink, each covered but for its edge."""
    return "".join(
        _edge(INK, width + 1.6, opacity=0.55) + _edge("#dfcb9f" if width == 28 else PAPER, width)
        for width in (118, 84, 54, 28)
    )


def _edge(colour: str, width: float, **more: str | float) -> str:
    return tag("use", href="#coast", fill="none", stroke=colour, stroke_width=width, stroke_linejoin="round", **more)


def _sea() -> str:
    waves = "".join(
        f"M{30 + 17 * (row % 2)} {y}" + "q10 -7 20 0t20 0" * 10 for row, y in enumerate(range(110, 620, 26))
    )
    below = paint("url(#sea)") + line(waves, "#bfe6dc", 1.3, opacity=0.3)
    hollow = _edge("#04182a", 30, opacity=0.4, transform="translate(9 13)")
    inside = tag("g", below, hollow, _boat(), clip_path="url(#island)")
    return inside + _edge("#fff8e6", 4) + _edge(INK, 1, opacity=0.5)


def _boat() -> str:
    wake = "M352 500C322 462 250 440 205 380C180 345 200 300 255 284L262 288C214 306 198 344 220 376C262 430 334 446 362 498Z"
    return (
        shape(wake, "#e9fbf4", opacity=0.55)
        + ellipse(262, 290, 46, 6, "#062033", opacity=0.45)
        + shape("M226 276L300 276C296 290 288 294 278 294L246 294C236 294 230 288 226 276Z", "#3a1c14")
        + shape("M262 178C300 206 308 244 300 266L266 268Z", "#fff3d8")
        + shape("M257 168C232 206 224 240 224 266L257 268Z", "#d0492c")
        + line("M261 160L261 278", "#3a1c14", 3.4)
        + shape("M261 160L284 167L261 174Z", "#d0492c")
    )


def _rose(x: float, y: float, radius: float) -> str:
    """A compass rose: eight points, each half in ink."""
    said = circle(x, y, radius, PAPER, stroke=INK, stroke_width=1.4) + circle(x, y, radius - 6, "none", stroke=INK)
    for step, reach in ((45, 0.72), (0, 1.22)):
        for turn in range(0, 360, 90):
            tip, left, right = (
                on_circle(x, y, radius * far, turn + step + side) for far, side in ((reach, 0), (0.24, -45), (0.24, 45))
            )
            for wing, fill in ((left, PAPER), (right, INK if step == 0 else RUST)):
                d = f"M{x} {y}L{wing[0]:.1f} {wing[1]:.1f}L{tip[0]:.1f} {tip[1]:.1f}Z"
                said += shape(d, fill, stroke=INK, stroke_width=0.9)
    return said + circle(x, y, 5, RUST, stroke=INK)


def _frame() -> str:
    scale = "".join(line(f"M{x} 22V28M{x} 872V878", INK, 24, opacity=0.85) for x in range(60, 560, 48))
    return (
        tag("rect", x=22, y=22, width=556, height=856, fill="none", stroke=INK, stroke_width=1.6)
        + tag("rect", x=28, y=28, width=544, height=844, fill="none", stroke=INK, stroke_width=0.8)
        + scale
    )


def _words() -> str:
    return (
        tagline("SOME PLACES ARE LEFT OUT ON PURPOSE", 300, 62, INK, width=440, font_family=SERIF)
        + words("The Cartographer’s", 300, 742, 50, INK, font_family=SERIF, font_style="italic", textLength=400)
        + words("DAUGHTER", 300, 808, 76, INK, font_family=SERIF, textLength=480)
        + billing(
            ("MAREK OYELARAN  INÊS TAVARES  and SOLVEIG DAHL as the mother", "charts by TOMÁS ARRIETA  music by LEILA HADDAD  written and directed by NADIA FERREIRA"),
            858, INK, size=15,
        )
    )  # fmt: skip
