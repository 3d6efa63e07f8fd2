"""The fault matrix as people read it, in the last lines of the tests' output."""

from collections.abc import Iterator

import pytest

CELL = "matrix"
WIDTH = 26


def write_matrix(reporter: pytest.TerminalReporter) -> None:
    """A line for each situation and provider: how the money ended, told in each way. Nothing if no cell was tried."""
    cells = {tuple(cell[:3]): cell[3] for cell in _cells(reporter)}
    if not cells:
        return
    ways = list(dict.fromkeys(way for _, way, _ in cells))
    reporter.section("money in trouble: how every captured cent ended")
    reporter.write_line(_row("situation", "provider", *ways))
    for situation, provider in dict.fromkeys((situation, provider) for situation, _, provider in sorted(cells)):
        reporter.write_line(_row(situation, provider, *(cells.get((situation, way, provider), "?") for way in ways)))


def _cells(reporter: pytest.TerminalReporter) -> Iterator[tuple[str, ...]]:
    for report in reporter.stats.get("passed", []):
        yield from (value for name, value in getattr(report, "user_properties", ()) if name == CELL)


def _row(*texts: str) -> str:
    return "".join(text.ljust(WIDTH if number != 1 else 10) for number, text in enumerate(texts)).rstrip()
