"""The Last Projectionist: a house full of everyone he ever knew, and only the light is real."""

from scripts.demo.posters.billing import billing, tagline
from scripts.demo.posters.drawing import (
    SERIF,
    blur,
    chance,
    circle,
    glow,
    gradient,
    grain,
    line,
    number,
    on_circle,
    paint,
    shape,
    tag,
    words,
)  # fmt: skip

CREAM, AMBER, BLACK = "#fbeecb", "#e2a54a", "#0d0906"


def picture() -> str:
    """The poster, back to front."""
    return "".join((
        glow("room", "#4a3018", "#22150b@55", "#0d0906", x=0.5, y=0.3, radius=0.8),
        gradient("beam", "#fff8df@0/.98", "#ffe3a3@30/.66", "#e2a54a@75/.3", "#c98530@100/.12"),
        glow("lens", "#fffef4", "#fff1bf@40", "#ffd37a@100/0"),
        gradient("foot", "#0d0906@0/0", "#0d0906@40/.94", "#0d0906"),
        blur("soft", 5),
        blur("mild", 1.2),
        paint("url(#room)"),
        _reel(300, 208, 150),
        _beam(),
        _booth(),
        _audience(),
        tag("rect", y=640, width=600, height=260, fill="url(#foot)"),
        grain(0.14, light=True),
        _words(),
    ))  # fmt: skip


def _reel(x: float, y: float, radius: float) -> str:
    """A reel behind it all, like a moon."""
    holes = "".join(circle(*on_circle(x, y, radius * 0.56, turn * 60 - 90), radius * 0.25, "#000") for turn in range(6))
    cut = tag("mask", paint("#fff"), holes, circle(x, y, radius * 0.09, "#000"), id="holes")
    wound = "".join(
        circle(x, y, radius - 5 - ring * 5, "none", stroke="#5e3d1c", stroke_width=1.4) for ring in range(3)
    )
    return cut + tag("g", circle(x, y, radius, "#7d5424") + wound, mask="url(#holes)", opacity=0.85)


def _beam() -> str:
    luck = chance("dust in the beam")
    inner = "".join(
        f"M300 214L{x} 700L{x + w} 700Z" for x, w in ((40, 60), (150, 34), (230, 70), (352, 40), (430, 66), (530, 30))
    )
    motes = "".join(
        circle(300 + luck.uniform(-1, 1) * (y - 205) * 0.6, y, luck.choice((0.9, 1.3, 2)), "#fff6d8", opacity=0.75)
        for y in (luck.randint(240, 620) for _ in range(80))
    )
    return (
        shape("M292 210L308 210L680 720L-80 720Z", "url(#beam)", filter="url(#soft)")
        + shape(inner, "#fff3c8", opacity=0.14, filter="url(#soft)")
        + motes
        + circle(300, 208, 92, "url(#lens)")
    )


def _booth() -> str:
    """The old man beside his machine, small, against his own light."""
    return (
        shape("M252 232H348V246H252Z", BLACK)
        + shape("M284 196L316 196L316 220L284 220Z", BLACK)
        + circle(300, 208, 8, "#fffef4")
        + circle(291, 178, 17, "none", stroke=BLACK, stroke_width=5)
        + circle(317, 186, 11, "none", stroke=BLACK, stroke_width=4)
        + shape("M294 220H306L314 246H286Z", BLACK)
        + shape("M342 246C342 214 346 202 358 200C370 202 378 214 378 246Z", BLACK)
        + circle(357, 189, 10.5, BLACK)
        + shape("M344 186C346 174 368 174 371 185L341 188Z", BLACK)
        + line("M350 212L318 206", BLACK, 6, stroke_linecap="round")
    )


def _audience() -> str:
    """Rows of heads, the nearer the darker; in the far ones one can see through."""
    said = ""
    for row, (y, size, fill, opacity) in enumerate(
        ((520, 15, "#a8763a", 0.5), (552, 20, "#7a5226", 0.72), (596, 27, "#452c13", 0.9), (654, 38, "#1d1209", 1))
    ):
        luck, people, rims = chance(f"row {row}"), "", ""
        x: float = -10 - size
        while x < 620 + size:
            head, hat = size * luck.uniform(0.86, 1.1), luck.random()
            people += _shoulders(x, y, head) + _oval(x, y, head, head * 1.15)
            people += (
                _fedora(x, y, head) if hat < 0.2 else _oval(x, y - head * 1.3, head / 2, head / 2) if hat < 0.4 else ""
            )
            rims += "" if hat < 0.4 else _rim(x, y, head)
            x += size * luck.uniform(2.9, 3.5)
        said += tag("g", shape(people, fill) + line(rims, "#ffe2a6", 1.8, opacity=0.6), opacity=opacity)
    return said


def _oval(x: float, y: float, wide: float, tall: float) -> str:
    arc = f"a{number(wide)} {number(tall)} 0 1 1"
    return f"M{number(x - wide)} {number(y)}{arc} {number(2 * wide)} 0{arc} {number(-2 * wide)} 0Z"


def _shoulders(x: float, y: float, head: float) -> str:
    left, right, top, foot = (
        number(each) for each in (x - head * 1.75, x + head * 1.75, y + head * 0.6, y + head * 2.1)
    )
    return f"M{left} {foot}C{left} {top} {right} {top} {right} {foot}V900H{left}Z"


def _fedora(x: float, y: float, head: float) -> str:
    left, right, band, top = (number(each) for each in (x - head, x + head, y - head * 0.5, y - head * 1.85))
    return (
        _oval(x, y - head * 0.5, head * 1.6, head * 0.26) + f"M{left} {band}C{left} {top} {right} {top} {right} {band}Z"
    )


def _rim(x: float, y: float, head: float) -> str:
    """The light of the beam on the crown of a head."""
    left, right, at = (number(each) for each in (x - head * 0.6, x + head * 0.6, y - head * 0.92))
    return f"M{left} {at}A{number(head)} {number(head * 1.15)} 0 0 1 {right} {at}"


def _words() -> str:
    return (
        tagline("ONE MORE REEL. EVERYONE IS COMING.", 300, 40, CREAM, width=370, font_family=SERIF)
        + words("The Last", 300, 752, 40, AMBER, font_family=SERIF, font_style="italic", textLength=150)
        + words("PROJECTIONIST", 300, 812, 62, CREAM, font_family=SERIF, textLength=510)
        + billing(
            ("ANDRZEJ MALINOWSKI  with CHIARA BASSI  OMAR FAROUK  and EVERYONE HE EVER KNEW", "photography by JONAS ÅKE  music by MARGIT SOMOGYI  directed by ELIAS PRADO"),
            866, "#b8955c", size=15,
        )
    )  # fmt: skip
