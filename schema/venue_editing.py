"""What managers do with venues."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from domain import problems
from domain.access import Permission
from domain.venues import VenueDetails
from resolvers import venues
from schema.context import Info
from schema.gate import gate
from schema.given import given
from schema.ids import require_id
from schema.nodes import Problem
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, Shaper
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


CreateVenueResult = Annotated[
    Venue | InvalidInput | IdempotencyConflict,
    strawberry.union("CreateVenueResult", description="The new venue, or why there is none."),
]
UpdateVenueResult = Annotated[
    Venue | InvalidInput | VenueInUse | IdempotencyConflict,
    strawberry.union("UpdateVenueResult", description="The venue as it is now, or why it stays as it was."),
]
NewVenue = Annotated[CreateVenueInput, strawberry.argument(description="The venue.")]
VenueChanges = Annotated[UpdateVenueInput, strawberry.argument(description="Which venue, and what to change.")]


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
