"""Seat maps to try rules on."""

from collections.abc import Mapping
from uuid import UUID

from domain.layouts import Layout
from domain.seat_maps import SeatMap, SeatState


def map_of(layout: Layout, taken: Mapping[str, SeatState]) -> SeatMap:
    """A map at its first version."""
    return SeatMap(UUID(int=1), 1, layout, taken)
