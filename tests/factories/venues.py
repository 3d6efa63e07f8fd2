"""Venues to act in."""

from uuid import uuid4

import clock
from models.venues import Venue


async def make_venue(
    name: str | None = None, *, timezone: str = "Asia/Kolkata", currency: str = "INR", city: str | None = None
) -> Venue:
    """A cinema without screens, with a name of its own."""
    name = name or f"Aurora {uuid4().hex[:8]}"
    return await Venue.create(created_at=clock.now(), name=name, city=city, timezone=timezone, currency=currency)
