"""People, as far as whoever asks may see them."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import strawberry

from domain.access import Actor, Role
from domain.accounts import may_see_all_of, may_see_contacts
from domain.preferences import read_preferences
from resolvers import accounts, bookings, holds
from resolvers.second_factors import SecondFactorStanding
from schema.bookings import Booking, listed
from schema.context import Info
from schema.enums import publish
from schema.gate import public
from schema.holds import Hold
from schema.ids import global_id
from schema.nodes import Node
from schema.pagination import After, Connection, First
from schema.preferences import Preferences
from schema.venues import Venue
from schema.ways_in import WayIn

if TYPE_CHECKING:
    from models.users import User as UserRow

publish(
    Role,
    "What kind of person an account belongs to; everybody begins as a CUSTOMER.",
    {
        "CUSTOMER": "Buys tickets.",
        "STAFF": "Works in a cinema.",
        "CONCIERGE": "Finds customers, and buys tickets for them.",
        "EDITOR": "Writes what there is to read about movies.",
        "MANAGER": "Decides what is shown, where and when.",
        "ADMIN": "Runs the house: may do everything.",
        "SUPER_ADMIN": "Runs the house, its administrators included.",
    },
)


@strawberry.type(description="Whether a person shows a second factor when they log in.")
class SecondFactorStatus:
    enabled: bool = strawberry.field(description="Whether an authenticator app is set up.")
    needed: bool = strawberry.field(
        description="Whether the house asks for one because of the person's roles: without it they have only the rights of a "
        "CUSTOMER."
    )
    recovery_codes_left: int = strawberry.field(description="How many recovery codes have not been used.")

    @classmethod
    def of(cls, standing: SecondFactorStanding) -> "SecondFactorStatus":
        """The shape of a person's standing."""
        return cls(enabled=standing.enabled, needed=standing.needed, recovery_codes_left=standing.recovery_codes_left)


@strawberry.type(description="A person with an account.")
class User(Node):
    name: str = strawberry.field(description="What the person wants to be called.")
    email: str | None = strawberry.field(
        description="The e-mail address, in lower case; null unless it is your own or you are an administrator. Here and "
        "below, a concierge sees of customers what administrators see."
    )
    email_verified: bool | None = strawberry.field(
        description="Whether the owner has proved to read it; null unless it is your own or you are an administrator."
    )
    phone: str | None = strawberry.field(
        description="The phone number; null unless it is your own or you are an administrator."
    )
    roles: list[Role] = strawberry.field(description="What the person may do here.")
    created_at: datetime | None = strawberry.field(
        description="When the account was made, in UTC; null unless it is your own or you are an administrator."
    )
    locked_at: datetime | None = strawberry.field(
        description="Since when the person is locked out, in UTC; null if they are not, or unless you are an administrator."
    )
    locked_because: str | None = strawberry.field(
        description="Why the person is locked out; null if they are not, or unless you are an administrator."
    )
    date_of_birth: date | None = strawberry.field(
        description="When the person was born, if they have told; null unless it is you or you are an administrator."
    )
    preferences: Preferences | None = strawberry.field(
        description="How the person likes it; null unless it is you or you are an administrator."
    )
    # Whose bookings and holds to show: the person's, or nobody's to those who may not see them.
    owner: strawberry.Private[Actor]
    # Whose account it is; None for those to whom that is no business.
    known_as: strawberry.Private[UUID | None]

    @strawberry.field(
        description="What the person has booked, the newest first; empty unless it is you or you are an administrator."
    )
    async def bookings(self, info: Info, first: First = 20, after: After = None) -> Connection[Booking]:
        return await listed(info, await bookings.mine(self.owner, first, after))

    @strawberry.field(
        description="The seats the person is holding now; empty unless it is you or you are an administrator."
    )
    async def holds(self) -> list[Hold]:
        return [Hold.of(row) for row in await holds.mine(self.owner)]

    @strawberry.field(
        description="Where a member of staff is posted to: the venues whose bookings and money are theirs to see; by name. "
        "Empty unless it is you or you are an administrator."
    )
    async def venues(self, info: Info) -> list[Venue]:
        rows = await info.context.loaders.postings.load(self.known_as) if self.known_as else []
        return [Venue.of(row) for row in rows]

    @strawberry.field(
        description="How the person stands with a second factor; null unless it is you or you are an administrator."
    )
    async def second_factor(self, info: Info) -> SecondFactorStatus | None:
        if self.known_as is None:
            return None
        return SecondFactorStatus.of(await info.context.loaders.second_factor.load(self.known_as))

    @strawberry.field(
        description="By which ways the person can log in; empty unless it is you or you are an administrator."
    )
    async def ways_in(self, info: Info) -> list[WayIn]:
        return await info.context.loaders.ways_in.load(self.known_as) if self.known_as else []

    @classmethod
    def of(cls, row: "UserRow", actor: Actor) -> "User":
        """The shape of a person, as far as the actor may see them."""
        is_open = may_see_contacts(actor, row.id, is_staff=row.is_staff)
        is_known = may_see_all_of(actor, row.id)
        return cls(
            id=global_id("User", row.id),
            name=row.name,
            email=row.email if is_open else None,
            email_verified=row.email_verified_at is not None if is_open else None,
            phone=row.phone if is_open else None,
            roles=[role for role in Role if role in row.roles],
            created_at=row.created_at if is_open else None,
            locked_at=row.locked_at if is_open else None,
            locked_because=row.locked_because if is_open else None,
            date_of_birth=row.date_of_birth if is_known else None,
            preferences=Preferences.of(read_preferences(row.preferences)) if is_known else None,
            owner=Actor(user_id=row.id) if is_open else Actor.anonymous(),
            known_as=row.id if is_known else None,
        )


@strawberry.type
class UserQuery:
    @strawberry.field(
        extensions=[public()],
        description="Who you are logged in as; null without a login, or when it has ended. Whoever acts for a customer, by "
        "the header `On-Behalf-Of`, is that customer here.",
    )
    async def me(self, info: Info) -> User | None:
        actor = info.context.actor
        row = await accounts.me(actor)
        return User.of(row, actor) if row else None
