"""Venues and their screens."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import price_terms
from domain.catalogue import VENUES
from domain.refunds import read_policy
from resolvers import venue_terms, venues
from schema.checkouts import PaymentMethod, payment_method
from schema.context import Info
from schema.gate import shared
from schema.ids import global_id, parse_id
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.price_terms import PriceTerms
from schema.refunds import RefundStep
from schema.shapes import register

if TYPE_CHECKING:
    from models.venues import Screen as ScreenRow, Venue as VenueRow

LAYOUT = """The seats, drawn as lines of text, the front row first: a row's name (A to ZZ), a space, then one letter a place.
`s` standard, `p` premium, `v` VIP, `w` wheelchair, `c` companion; `.` or a space is no seat: an aisle, a corner.
`S`, `P`, `V` are halves of love seats: two equal capitals side by side are one, sold together only.
An empty line is a cross aisle. A line `[Balcony]` begins a section. In each row the seats are numbered 1, 2, 3 …
from the left; a seat's label is its row and number: "F7". At most 2,000 seats, 200 lines of up to 200 places."""


@strawberry.type(description="A cinema. All its times are in one time zone, all its prices in one currency.")
class Venue(Node):
    name: str = strawberry.field(description="What it is called.")
    address: str | None = strawberry.field(description="Street and number.")
    city: str | None = strawberry.field(description="The city it is in.")
    timezone: str = strawberry.field(description='The IANA name of its time zone: "Asia/Kolkata".')
    currency: str = strawberry.field(description='The ISO 4217 code of the currency of all its prices: "INR".')
    row: strawberry.Private["VenueRow"]
    row_id: strawberry.Private[UUID]
    terms: strawberry.Private[price_terms.PriceTerms]

    @strawberry.field(description="What it adds to the price of its seats: fees, a tax, rounding.")
    def price_terms(self) -> PriceTerms:
        return PriceTerms.of(self.terms, self.currency)

    @strawberry.field(
        description="How much comes back when, for a booking made now; the longest notice first. A booking keeps the policy it "
        "was made under: Booking.refundPolicy."
    )
    def refund_policy(self) -> list[RefundStep]:
        return RefundStep.all_of(read_policy(self.row.refund_policy))

    @strawberry.field(description="How one can pay here.")
    def payment_methods(self, info: Info) -> list[PaymentMethod]:
        found = venue_terms.offered(self.row, self.row.currency, info.context.adapters.gateways)
        return [payment_method(provider) for provider in found]

    @strawberry.field(description="Its screens, by name.")
    async def screens(self, info: Info) -> list["Screen"]:
        return [Screen.of(row) for row in await info.context.loaders.screens.load(self.row_id)]

    @classmethod
    def of(cls, row: "VenueRow") -> "Venue":
        """The shape of a venue."""
        return cls(
            id=global_id("Venue", row.id),
            name=row.name,
            address=row.address,
            city=row.city,
            timezone=row.timezone,
            currency=row.currency,
            row=row,
            row_id=row.id,
            terms=row.terms,
        )


@strawberry.type(description="A room of a venue, with seats.")
class Screen(Node):
    name: str = strawberry.field(description="What it is called within its venue.")
    venue_id: strawberry.Private[UUID]
    layout_id: strawberry.Private[UUID]

    @strawberry.field(description="The venue it belongs to.")
    async def venue(self, info: Info) -> Venue:
        return Venue.of(await info.context.loaders.venue.load(self.venue_id))

    @strawberry.field(description="How many seats it has.")
    async def capacity(self, info: Info) -> int:
        return (await info.context.loaders.layout.load(self.layout_id)).capacity

    @strawberry.field(description=LAYOUT)
    async def layout(self, info: Info) -> str:
        return (await info.context.loaders.layout.load(self.layout_id)).drawing

    @classmethod
    def of(cls, row: "ScreenRow") -> "Screen":
        """The shape of a screen."""
        return cls(id=global_id("Screen", row.id), name=row.name, venue_id=row.venue_id, layout_id=row.layout_id)


register("Venue", Venue.of)
register("Screen", Screen.of)


@strawberry.type
class VenueQuery:
    @strawberry.field(extensions=[shared(VENUES)], description="Venues by name.")
    async def venues(
        self,
        search: Annotated[
            str | None, strawberry.argument(description="Part of the name or of the city, in any case.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Venue]:
        return connection(await venues.find(search, first, after), Venue.of)

    @strawberry.field(extensions=[shared(VENUES)], description="A venue by its id; null if there is none.")
    async def venue(
        self, id: Annotated[strawberry.ID, strawberry.argument(description="The venue's id.")]
    ) -> Venue | None:
        uuid = parse_id("Venue", id)
        row = await venues.one(uuid) if uuid else None
        return Venue.of(row) if row else None
