"""Venues, their screens, and the layouts of seats that screens have had."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.fields.relational import ForeignKeyFieldInstance

from domain.layouts import Layout, parse_layout
from domain.price_terms import PriceTerms
from domain.search import LONGEST, folded
from models.base import Row
from models.price_terms import NOTHING_STORED, StoredTerms, read_terms


class Venue(Row):
    """A cinema: all its prices are in one currency, all its times in one zone.

    `refund_policy` is its ladder, `payment_providers` those that it offers; None: the usual ladder, all of them.
    """

    name = fields.CharField(max_length=200, unique=True)
    address = fields.CharField(max_length=300, null=True)
    city = fields.CharField(max_length=100, null=True)
    timezone = fields.CharField(max_length=64)
    currency = fields.CharField(max_length=3)
    search_folded = fields.CharField(max_length=LONGEST)
    refund_policy: fields.Field[list[list[int]] | None] = fields.JSONField(null=True)
    payment_providers: fields.Field[list[str] | None] = fields.JSONField(null=True)
    price_terms: fields.Field[StoredTerms] = fields.JSONField(default=dict, db_default=NOTHING_STORED)

    class Meta:
        table = "venues"

    @property
    def terms(self) -> PriceTerms:
        """What it adds to the price of a seat."""
        return read_terms(self.price_terms)

    async def save(self, *args: Any, **options: Any) -> None:
        """Write the row, its name and city also in the form that searches compare."""
        self.search_folded = folded(f"{self.name}\n{self.city or ''}")
        await super().save(*args, **options)


class SeatLayout(Row):
    """A drawing of seats: never changed once written, so that showtimes keep the seats they were sold with."""

    drawing = fields.TextField()
    capacity = fields.IntField()

    class Meta:
        table = "seat_layouts"

    @property
    def layout(self) -> Layout:
        """The seats, read from the drawing once per process."""
        return parsed(self.drawing)


class Screen(Row):
    """A room with seats: layout is what new showtimes are sold with."""

    venue: ForeignKeyFieldInstance[Venue] = fields.ForeignKeyField("models.Venue", on_delete=fields.RESTRICT)
    venue_id: UUID
    name = fields.CharField(max_length=100)
    layout: ForeignKeyFieldInstance[SeatLayout] = fields.ForeignKeyField("models.SeatLayout", on_delete=fields.RESTRICT)
    layout_id: UUID

    class Meta:
        table = "screens"
        unique_together = (("venue", "name"),)


@lru_cache(maxsize=512)
def parsed(drawing: str) -> Layout:
    """The layout of a drawing; drawings never change, so each is parsed once."""
    return parse_layout(drawing)
