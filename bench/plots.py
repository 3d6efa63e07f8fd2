"""Draws docs/growth/*.png from what `python -m bench growth` has measured: run as `python -m bench.plots`."""

import json
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from bench.growth import RESULTS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "growth"
AXES = {
    "showtimes": ("showtimes in the database", "ms of CPU, server and database"),
    "claims": ("seats sold in the past", "ms of CPU, server and database"),
    "viewers": ("viewers of one map", "µs of CPU a message · ms a change · MiB"),
}
INK, PAPER, COLOURS = "#22242a", "#ffffff", ("#c2410c", "#0f766e", "#ca8a04", "#4338ca")


def draw(name: str, series: dict[str, dict[str, float]]) -> None:
    """One picture: a line for each cost, sizes on a logarithmic axis."""
    x_label, y_label = AXES[name]
    figure, axes = plt.subplots(figsize=(8, 4.5), dpi=150, facecolor=PAPER)
    sizes = [int(size) for size in series]
    for colour, cost in zip(COLOURS, next(iter(series.values())), strict=False):
        values = [costs[cost] for costs in series.values()]
        axes.plot(sizes, values, marker="o", linewidth=2, color=colour, label=cost)
    axes.set_xscale("log")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    if name == "viewers":
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.grid(alpha=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.tight_layout()
    FOLDER.mkdir(exist_ok=True)
    figure.savefig(FOLDER / f"{name}.png")


if __name__ == "__main__":
    mpl.use("Agg")
    plt.rcParams.update({"text.color": INK, "axes.labelcolor": INK, "font.size": 10})
    for each, found in json.loads((RESULTS / "growth.json").read_text()).items():
        draw(each, found)
