"""Small figures, cut out: each stands with its feet on a point and is as tall as it is told."""

from scripts.demo.posters.drawing import circle, ellipse, shape, tag


def _standing(x: float, y: float, height: float, *parts: str, flip: bool = False) -> str:
    scale = height / 100
    turn = "" if not flip else "-"
    return tag("g", *parts, transform=f"translate({x:g} {y:g}) scale({turn}{scale:g} {scale:g})")


def man(x: float, y: float, height: float, fill: str, *, flip: bool = False) -> str:
    """In hat and coat, a suitcase in one hand."""
    return _standing(
        x, y, height,
        shape("M-7 -94C-7 -100 7 -100 7 -94L12 -93C13 -91 -13 -91 -12 -93Z", fill),
        ellipse(0.5, -88, 6, 7.4, fill),
        shape("M-5 -82L5 -82C14 -79 15 -70 15 -60L14 -38L16 -24L-13 -24L-13 -42C-15 -58 -16 -76 -5 -82Z", fill),
        shape("M-10 -25L-1 -25L-2 -2L4 0L-9 0ZM2 -25L12 -25L9 -2L15 0L3 0Z", fill),
        shape("M12 -44L17 -44L18 -34L26 -34L26 -14L10 -14L10 -34L14 -34Z", fill),
        flip=flip,
    )  # fmt: skip


def woman(x: float, y: float, height: float, fill: str, *, flip: bool = False) -> str:
    """In a long coat, her scarf in the wind."""
    return _standing(
        x, y, height,
        ellipse(0, -86, 6, 7, fill),
        circle(-6, -91, 4.6, fill),
        shape("M-4 -81C-18 -82 -26 -74 -38 -78C-32 -70 -20 -70 -6 -75Z", fill),
        shape("M-4 -80L4 -80C11 -77 11 -66 9 -56L17 -16L-16 -16L-8 -56C-11 -66 -11 -77 -4 -80Z", fill),
        shape("M-7 -17L-1 -17L-2 -2L3 0L-7 0ZM3 -17L8 -17L7 -2L12 0L3 0Z", fill),
        flip=flip,
    )  # fmt: skip
