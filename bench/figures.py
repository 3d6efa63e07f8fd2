"""What a measurement gives, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; `yardstick` is the same value of what it is compared with."""

    name: str
    value: float
    unit: str
    yardstick: float | None = None
    beside: str = ""

    def line(self) -> str:
        """The figure as a row of a Markdown table."""
        ratio = f"{self.value / self.yardstick:.2f} ×" if self.yardstick else ""
        yardstick = f"{_shown(self.yardstick)} {self.unit}" if self.yardstick is not None else ""
        return f"| {self.name} | {_shown(self.value)} {self.unit} | {yardstick} | {ratio} | {self.beside} |"


def table(title: str, figures: Sequence[Figure]) -> str:
    """All figures of one measurement as a Markdown section."""
    head = f"### {title}\n\n| what | Marquee | yardstick | ratio | the yardstick is |\n|---|---|---|---|---|\n"
    return head + "\n".join(figure.line() for figure in figures) + "\n"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
