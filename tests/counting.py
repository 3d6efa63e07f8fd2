"""How much work something is: counted in calls of functions, so that a busy machine changes nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MOST = 250_000  # calls: a tenth of a second of Python on an old machine


class Calls:
    """Functions called, of Python and of C."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.count += event in ("call", "c_call")


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts what is called in the block."""
    calls, before = Calls(), sys.getprofile()
    sys.setprofile(calls)
    try:
        yield calls
    finally:
        sys.setprofile(before)
