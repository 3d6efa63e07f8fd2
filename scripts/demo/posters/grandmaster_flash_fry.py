"""Grandmaster Flash Fry: the king in a cook's hat, on a board that is being served."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    Point,
    along,
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
)  # fmt: skip
from scripts.demo.posters.letters import Pen, title

MINT, CREAM, TOMATO, BLACK, YOLK = "#19b5a5", "#fff4dc", "#f0402f", "#1d1a26", "#ffc928"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        gradient("king", "#4a4560", "#2a2638@40", "#121019", down=False),
        gradient("flame", "#ffe45c", "#ff9a1f@50", "#f0402f"),
        gradient("hat", "#ffffff", "#f3ead8@60", "#cfc3ad", down=False),
        glow("yolk", "#fff0a0", "#ffc928@45", "#f79a12", x=0.4, y=0.36, radius=0.65),
        shadow("lift", 0, 8, 6, 0.35, "#06332f"),
        paint(MINT),
        _burst(),
        _board(),
        _pan(),
        _flames(),
        _king(),
        tag("g", _egg(128, 470, 0.72, -14), _egg(486, 432, 0.58, 16), filter="url(#lift)"),
        grain(0.09),
        _words(),
    ))  # fmt: skip


def _burst() -> str:
    said = ""
    for step in range(20):
        (x1, y1), (x2, y2) = on_circle(300, 380, 900, step * 18 + 3), on_circle(300, 380, 900, step * 18 + 12)
        said += f"M300 380L{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}Z"
    return shape(said, "#3fd0bd", opacity=0.75)


def _board() -> str:
    """Squares that run away from us to the edge of the table."""
    dark = ""
    for row in range(5):
        for column in range(-4, 12):
            if (row + column) % 2:
                corners = ((column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1))
                dark += along([_on_board(x, y) for x, y in corners], closed=True)
    return tag("rect", y=560, width=600, height=340, fill=CREAM) + shape(dark, TOMATO) + line("M0 560H600", BLACK, 5)


def _on_board(column: float, row: float) -> Point:
    depth = 1 + row * 0.55
    return 300 + (column - 4) * 62 * depth, 470 + 90 * depth


def _flames() -> str:
    said = ""
    for x, height, wide in (
        (196, 120, 34),
        (404, 126, 34),
        (226, 190, 42),
        (374, 196, 42),
        (258, 150, 40),
        (342, 150, 40),
    ):
        top = 674 - height
        said += (
            f"M{x - wide} 674C{x - wide - 10} {674 - height * 0.45:.0f} {x - 6} {674 - height * 0.5:.0f} {x + 4} {top}"
            f"C{x + 12} {674 - height * 0.6:.0f} {x + wide + 12} {674 - height * 0.4:.0f} {x + wide} 674Z"
        )
    return shape(said, "url(#flame)", stroke=BLACK, stroke_width=4, stroke_linejoin="round")


def _pan() -> str:
    edge: dict[str, str | float] = {"stroke": BLACK, "stroke_width": 5}
    return (
        shape("M470 668L660 622L664 650L480 702Z", "#37324a", stroke_linejoin="round", **edge)
        + ellipse(300, 690, 204, 40, "#37324a", **edge)
        + ellipse(300, 682, 186, 30, "#17141f")
    )


def _king() -> str:
    body = (
        "M230 668C230 640 252 634 258 620C276 560 280 500 276 452L250 446C240 442 240 428 250 424L270 418"
        "C258 396 246 372 236 330L364 330C354 372 342 396 330 418L350 424C360 428 360 442 350 446L324 452"
        "C320 500 324 560 342 620C348 634 370 640 370 668Z"
    )
    foot = "M212 706C212 680 224 668 240 666H360C376 668 388 680 388 706C388 716 212 716 212 706Z"
    hat = (
        "M238 334V262C206 262 186 236 194 208C200 184 226 172 246 180C252 152 276 138 300 138C324 138 348 152 354 180"
        "C374 172 400 184 406 208C414 236 394 262 362 262V334C330 346 270 346 238 334Z"
    )
    face = (
        ellipse(276, 362, 7, 9, CREAM) + ellipse(324, 362, 7, 9, CREAM) + circle(278, 364, 3.6, BLACK) + circle(326, 364, 3.6, BLACK)
        + line("M262 346L290 352M338 346L310 352", CREAM, 4.5, stroke_linecap="round")
        + line("M284 392C294 386 306 386 316 392", CREAM, 4, stroke_linecap="round")
    )  # fmt: skip
    pleats = line("M262 262V324M288 254V330M314 254V330M340 262V324", "#b9ab93", 3, stroke_linecap="round")
    cross = line("M300 138V92M280 112H320", YOLK, 11)
    edge: dict[str, str | float] = {"stroke": BLACK, "stroke_width": 5, "stroke_linejoin": "round"}
    return tag(
        "g",
        ellipse(300, 712, 112, 14, BLACK, opacity=0.35), line("M300 138V88M276 110H324", BLACK, 19), cross,
        shape(body, "url(#king)", **edge), shape(foot, "url(#king)", **edge),
        line("M232 690C262 700 338 700 368 690M262 436H338M250 656C280 664 320 664 350 656", "#6d6788", 4, stroke_linecap="round"),
        shape(hat, "url(#hat)", **edge), pleats, face,
    )  # fmt: skip


def _egg(x: float, y: float, size: float, turn: float) -> str:
    white = "M-78 8C-92 -28 -58 -44 -44 -62C-26 -86 16 -78 34 -66C60 -58 92 -42 84 -8C96 22 66 44 42 48C26 70 -18 72 -36 54C-60 52 -82 36 -78 8Z"
    return tag(
        "g", shape(white, "#fffdf5", stroke=BLACK, stroke_width=6), circle(4, -4, 33, "url(#yolk)", stroke=BLACK, stroke_width=5),
        line("M-14 -14C-10 -24 -2 -28 6 -28", "#fff", 6, stroke_linecap="round"),
        transform=f"translate({x} {y}) rotate({turn}) scale({size})",
    )  # fmt: skip


def _words() -> str:
    said = tagline("CHECK. MATE. SERVE.", 300, 54, BLACK, width=300, size=16, font_weight="bold")
    said += _comic("GRANDMASTER", 712, 42, Pen(10, 7, slant=0.14), CREAM)
    said += _comic("FLASH FRY", 768, 66, Pen(17, 9, 40, slant=0.14), YOLK)
    return said + billing(
        ("HUGO BELMONTE  TEMPERANCE OKAFOR  and CHEF DRAGAN as himself", "food by PAOLO RIZZI  openings by S. R. NAIR  directed by FLEUR DE WIT"),
        886, BLACK, size=15,
    )  # fmt: skip


def _comic(text: str, y: float, height: float, pen: Pen, colour: str) -> str:
    """Letters with an outline, and under them the same in black."""
    d = title(text, (46, y), (508, height), pen)
    soft = {"stroke_linejoin": "round", "stroke_linecap": "round"}
    return (
        line(d, BLACK, pen.weight + 10, transform="translate(5 6)", **soft)
        + line(d, BLACK, pen.weight + 9, **soft)
        + line(d, colour, pen.weight, **soft)
    )
