"""`python -m bench [start execute holds maps mixed fanout propagation reconnect idle deflate growth pages webhooks login]`: measure, print, and write the figures to docs/performance.md."""

import os
import platform
import sys
from pathlib import Path

import uvloop

import clock
from bench import (
    deflate,
    execute,
    fanout,
    growth,
    holds,
    idle,
    login,
    maps,
    mixed,
    pages,
    propagation,
    reconnect,
    start,
    webhooks,
)
from bench.figures import table
from bench.scale import SCALE

MEASUREMENTS = {
    "start": start.measure,
    "execute": execute.measure,
    "holds": holds.measure,
    "maps": maps.measure,
    "mixed": mixed.measure,
    "fanout": fanout.measure,
    "propagation": propagation.measure,
    "reconnect": reconnect.measure,
    "idle": idle.measure,
    "deflate": deflate.measure,
    "growth": growth.measure,
    "pages": pages.measure,
    "webhooks": webhooks.measure,
    "login": login.measure,
}
PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


async def main(names: list[str]) -> None:
    """Run the measurements one after the other."""
    sections = []
    for name in names or MEASUREMENTS:
        for title, figures in (await MEASUREMENTS[name]()).items():
            sections.append(table(title, figures))
            print(sections[-1], flush=True)
    if not names and SCALE == 1:
        write(sections)


def write(sections: list[str]) -> None:
    """Put the figures into the page, between its marks."""
    text = PAGE.read_text()
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    said = f"Measured on {clock.now():%Y-%m-%d} on {machine}; clients, server and database share the machine."
    PAGE.write_text(f"{head}{BEGIN}\n{said}\n\n" + "\n".join(sections) + f"{END}{tail}")


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
