"""The few shapes that every poster is made of, as SVG text: pure functions, the same picture on every machine."""

import math
import random
from collections.abc import Iterable, Sequence
from html import escape

WIDTH, HEIGHT = 600, 900
Point = tuple[float, float]

SANS = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"
SERIF = "Georgia,'Times New Roman','Liberation Serif','DejaVu Serif',serif"


def number(value: float) -> str:
    """A coordinate with one decimal at most: a tenth of a pixel is all that an eye can see."""
    return f"{value:.1f}".removesuffix(".0").replace("-0.", "-.").removeprefix("0") or "0"


def tag(name: str, *children: str, **attributes: str | float) -> str:
    """An element; `stroke_width=2` becomes `stroke-width="2"`, and `class_` and the like lose their underscore."""
    said = "".join(f' {key.strip("_").replace("_", "-")}="{_text(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{''.join(children)}</{name}>" if children else f"<{name}{said}/>"


def _text(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.3f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> str:
    """A rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, fill=fill, **more)


def paint(fill: str, **more: str | float) -> str:
    """A colour over the whole sheet."""
    return tag("rect", width=WIDTH, height=HEIGHT, fill=fill, **more)


def circle(x: float, y: float, radius: float, fill: str, **more: str | float) -> str:
    """A disc."""
    return tag("circle", cx=x, cy=y, r=radius, fill=fill, **more)


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, **more: str | float) -> str:
    """An ellipse."""
    return tag("ellipse", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **more)


def shape(d: str, fill: str, **more: str | float) -> str:
    """A filled path."""
    return tag("path", d=d, fill=fill, **more)


def line(d: str, stroke: str, width: float, **more: str | float) -> str:
    """A path that is only drawn along."""
    return tag("path", d=d, fill="none", stroke=stroke, stroke_width=width, **more)


def along(points: Iterable[Point], *, closed: bool = False) -> str:
    """Straight lines from point to point."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + ("Z" if closed else "")


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A soft line through all the points."""
    many = len(points)
    said = f"M{number(points[0][0])} {number(points[0][1])}"
    for index in range(many if closed else many - 1):
        before, here, there, after = (
            points[(index + step) % many if closed else min(max(index + step, 0), many - 1)] for step in (-1, 0, 1, 2)
        )
        leave = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        arrive = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        said += "C" + " ".join(f"{number(x)} {number(y)}" for x, y in (leave, arrive, there))
    return said + ("Z" if closed else "")


def on_circle(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point of a circle at an angle: 0 is right, 90 is down."""
    return x + radius * math.cos(math.radians(degrees)), y + radius * math.sin(math.radians(degrees))


def gradient(id: str, *stops: str, down: bool = True) -> str:
    """Colours from the top down, or from left to right, each `colour` or `colour@percent` or `colour@percent/opacity`."""
    ends: dict[str, float] = {"x2": 0, "y2": 1} if down else {}
    return tag("linearGradient", *_stops(stops), id=id, **ends)


def glow(id: str, *stops: str, x: float = 0.5, y: float = 0.5, radius: float = 0.5) -> str:
    """Colours from a point outwards, said as those of a gradient."""
    return tag("radialGradient", *_stops(stops), id=id, cx=x, cy=y, r=radius)


def _stops(stops: Sequence[str]) -> Iterable[str]:
    for index, stop in enumerate(stops):
        colour, _, rest = stop.partition("@")
        place, _, opacity = rest.partition("/")
        at = float(place) / 100 if place else index / (len(stops) - 1)
        clear = {"stop_opacity": float(opacity)} if opacity else {}
        yield tag("stop", offset=at, stop_color=colour, **clear)


def blur(id: str, by: float) -> str:
    """A filter that softens."""
    soften = tag("feGaussianBlur", stdDeviation=by)
    return tag("filter", soften, id=id, x=-0.5, y=-0.5, width=2, height=2)


def shadow(id: str, x: float, y: float, by: float, opacity: float = 0.5, colour: str = "#000") -> str:
    """A filter that lifts a sheet of paper off the one below."""
    drop = tag("feDropShadow", dx=x, dy=y, stdDeviation=by, flood_color=colour, flood_opacity=opacity)
    return tag("filter", drop, id=id, x=-0.2, y=-0.2, width=1.4, height=1.4)


def grain(strength: float = 0.1, *, light: bool = False, size: float = 0.9) -> str:
    """The tooth of printed paper over the whole sheet."""
    tone = "1" if light else "0"
    noise = tag("feTurbulence", type="fractalNoise", baseFrequency=size, numOctaves=2, seed=7)
    matrix = f"0 0 0 0 {tone} 0 0 0 0 {tone} 0 0 0 0 {tone} 0 0 0 {number(strength * 24)} {number(-strength * 11)}"
    only = tag("feColorMatrix", values=matrix)
    filtered = tag("filter", noise, only, id="grain", x=0, y=0, width=1, height=1)
    return filtered + tag("rect", width=WIDTH, height=HEIGHT, filter="url(#grain)", opacity=0.16)


def chance(seed: str) -> random.Random:
    """Chance that falls out alike every time."""
    return random.Random(seed)


def words(text: str, x: float, y: float, size: float, fill: str, **more: str | float) -> str:
    """Text in a system face; `textLength`, in `more`, keeps it within its place whichever face that is."""
    fits = {"lengthAdjust": "spacingAndGlyphs"} if "textLength" in more else {}
    chosen: dict[str, str | float] = {"text_anchor": "middle", "font_family": SANS, **fits, **more}
    return tag("text", escape(text, quote=False), x=x, y=y, font_size=size, fill=fill, **chosen)


def sheet(title: str, story: str, *body: str) -> str:
    """The whole poster."""
    said = tag("title", escape(title, quote=False)) + tag("desc", escape(story, quote=False))
    picture = tag("svg", said, *body, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")
    return f"{picture}\n"
