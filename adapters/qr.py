"""Pictures of QR codes: drawn beside the event loop, each once as long as it is remembered."""

import asyncio
import base64
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import groupby
from typing import Literal

import segno

QUIET_ZONE = 4  # modules; with less, readers may not find the code
PICTURES_KEPT = 1_000


class QrPictures:
    """Draws texts as QR codes, one at a time: choosing a mask takes milliseconds that no seat map should wait for."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="qr")
        self._drawn = lru_cache(maxsize=PICTURES_KEPT)(picture)

    async def of(self, text: str) -> str:
        """The picture of a text."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._drawn, text)

    async def of_secret(self, text: str) -> str:
        """The picture of any text as a `data:` address; remembered nowhere."""
        drawn = await asyncio.get_running_loop().run_in_executor(self._thread, picture, text, "byte")
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def picture(text: str, mode: Literal["alphanumeric", "byte"] = "alphanumeric") -> str:
    """A QR code as an SVG element: dark on light, its quiet zone included, as large as whoever shows it wants.

    The text must be of the compact alphanumeric mode (capital letters, digits), unless it is to be `byte`; error
    correction is M.
    """
    code = segno.make_qr(text, error="m", mode=mode, boost_error=False)
    rows = [list(map(bool, row)) for row in code.matrix_iter(border=QUIET_ZONE)]
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{_outline(rows)}"/></svg>'
    )


def _outline(rows: Sequence[Sequence[bool]]) -> str:
    """The dark modules as a path, one rectangle for each run of them."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _dark_runs(row))


def _dark_runs(row: Iterable[bool]) -> Iterable[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    x = 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            yield x, length
        x += length
