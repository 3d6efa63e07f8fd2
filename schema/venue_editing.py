"""What managers do with venues."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import problems
from domain.access import Permission
from domain.price_terms import WantedTerms
from domain.venues import VenueDetails
from resolvers import venues
from schema.context import Info
from schema.gate import gate
from schema.given import given
from schema.ids import require_id
from schema.nodes import Problem
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, Shaper
from schema.scalars import Amount
from schema.venues import Venue

NAME = "What it is called: 1 to 200 characters; no two venues have the same name."
ADDRESS = "Street and number."
CITY = "The city it is in."
TIMEZONE = 'The IANA name of its time zone: "Asia/Kolkata".'
CURRENCY = 'The ISO 4217 code of its currency: "INR".'
UNCHANGED = " Left out: as it is."
FIXED = " Fixed once the venue has had a showtime."


@strawberry.type(description="The venue has, or had, showtimes: its time zone and its currency stay as they are.")
class VenueInUse(Problem):
    pass


VENUE_IN_USE = Shaper(problems.VenueInUse, VenueInUse)


@strawberry.input(description="A new venue.")
class CreateVenueInput:
    name: str = strawberry.field(description=NAME)
    timezone: str = strawberry.field(description=TIMEZONE)
    currency: str = strawberry.field(description=CURRENCY)
    address: str | None = strawberry.field(default=None, description=ADDRESS)
    city: str | None = strawberry.field(default=None, description=CITY)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Changes of a venue: what is left out stays as it is, null takes a value away.")
class UpdateVenueInput:
    venue_id: strawberry.ID = strawberry.field(description="Which venue; an unknown one is NOT_FOUND.")
    name: str | None = strawberry.field(default=UNSET, description=NAME + UNCHANGED)
    timezone: str | None = strawberry.field(default=UNSET, description=TIMEZONE + FIXED + UNCHANGED)
    currency: str | None = strawberry.field(default=UNSET, description=CURRENCY + FIXED + UNCHANGED)
    address: str | None = strawberry.field(default=UNSET, description=ADDRESS + UNCHANGED)
    city: str | None = strawberry.field(default=UNSET, description=CITY + UNCHANGED)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="All price terms of a venue, in its currency: what is left out is not charged any more.")
class SetPriceTermsInput:
    venue_id: strawberry.ID = strawberry.field(description="Which venue; an unknown one is NOT_FOUND.")
    booking_fee: Amount | None = strawberry.field(default=None, description="What is charged for each seat besides.")
    tax_name: str | None = strawberry.field(
        default=None, description='What the tax is called: "GST"; up to 40 characters. A tax above 0 must have a name.'
    )
    tax_percent: Amount | None = strawberry.field(
        default=None, description='The tax in percent, at most two decimals: "18", "12.5".'
    )
    tax_included: bool = strawberry.field(
        default=False,
        description="true: seats and fees have the tax in them and cost what they cost; false: it is added.",
    )
    round_to: Amount | None = strawberry.field(
        default=None, description='Round every total to a multiple of this, half up: "1.00", "1000".'
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


CreateVenueResult = Annotated[
    Venue | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateVenueResult", description="The new venue, or why there is none."),
]
UpdateVenueResult = Annotated[
    Venue | InvalidInput | VenueInUse | IdempotencyConflict,
    strawberry.union("UpdateVenueResult", description="The venue as it is now, or why it stays as it was."),
]
SetPriceTermsResult = Annotated[
    Venue | InvalidInput | IdempotencyConflict,
    strawberry.union("SetPriceTermsResult", description="The venue with its terms, or why they stay as they were."),
]
NewVenue = Annotated[CreateVenueInput, strawberry.argument(description="The venue.")]
VenueChanges = Annotated[UpdateVenueInput, strawberry.argument(description="Which venue, and what to change.")]
NewTerms = Annotated[SetPriceTermsInput, strawberry.argument(description="Which venue, and all of its terms.")]


@strawberry.type
class VenueMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.VENUE_WRITE)], description="Open a new venue; it begins without screens."
    )
    async def create_venue(self, info: Info, input: NewVenue) -> CreateVenueResult:
        wanted = VenueDetails(input.name, input.timezone, input.currency, input.address, input.city)
        return Venue.of(await venues.add(info.context.actor, wanted, key=info.context.key(input.idempotency_key)))

    @strawberry.mutation(extensions=[gate(Permission.VENUE_WRITE)], description="Change some details of a venue.")
    async def update_venue(self, info: Info, input: VenueChanges) -> UpdateVenueResult:
        venue_id = require_id("Venue", input.venue_id)
        changes = given(input, besides=("venue_id", "idempotency_key"))
        key = info.context.key(input.idempotency_key)
        return Venue.of(await venues.edit(info.context.actor, venue_id, changes, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.VENUE_WRITE)],
        description="Say what a venue adds to the price of its seats. Its showtimes that are not over are sold so from now "
        "on, and those who watch their maps are sent them anew; holds and bookings keep the price they were promised.",
    )
    async def set_price_terms(self, info: Info, input: NewTerms) -> SetPriceTermsResult:
        venue_id = require_id("Venue", input.venue_id)
        wanted = WantedTerms(
            input.booking_fee,
            input.tax_name,
            input.tax_percent,
            tax_included=input.tax_included,
            round_to=input.round_to,
        )
        key = info.context.key(input.idempotency_key)
        return Venue.of(await venues.set_price_terms(info.context.actor, venue_id, wanted, key=key))
