"""Screens with seats."""

from uuid import uuid4

import clock
from domain.layouts import parse_layout
from models.venues import Screen, SeatLayout, Venue
from tests.factories.venues import make_venue

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def drawn(rows: int, seats_a_row: int = 10) -> str:
    """A drawing of so many rows of standard seats."""
    return "\n".join(f"{LETTERS[row]} {'s' * seats_a_row}" for row in range(rows))


async def make_layout(drawing: str = drawn(10)) -> SeatLayout:
    """A drawing as it is kept."""
    return await SeatLayout.create(created_at=clock.now(), drawing=drawing, capacity=len(parse_layout(drawing).seats))


async def make_screen(venue: Venue | None = None, *, drawing: str = drawn(10), name: str | None = None) -> Screen:
    """A screen of 100 standard seats, A1 to K10, in a venue of its own if none is given."""
    return await Screen.create(
        created_at=clock.now(),
        venue=venue or await make_venue(),
        layout=await make_layout(drawing),
        name=name or f"Screen {uuid4().hex[:8]}",
    )
