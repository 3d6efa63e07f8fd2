"""People, as far as whoever asks may see them."""

from datetime import date
from typing import TYPE_CHECKING

import strawberry

from domain.access import Actor, Role
from domain.accounts import may_see_contacts
from domain.preferences import read_preferences
from resolvers import accounts, bookings, holds
from schema.bookings import Booking, listed
from schema.context import Info
from schema.enums import publish
from schema.gate import public
from schema.holds import Hold
from schema.ids import global_id
from schema.nodes import Node
from schema.pagination import After, Connection, First
from schema.preferences import Preferences

if TYPE_CHECKING:
    from models.users import User as UserRow

publish(
    Role,
    "What kind of person an account belongs to; everybody begins as a CUSTOMER.",
    {
        "CUSTOMER": "Buys tickets.",
        "STAFF": "Works in a cinema.",
        "CONCIERGE": "Buys tickets for guests.",
        "EDITOR": "Writes what there is to read about movies.",
        "MANAGER": "Decides what is shown, where and when.",
        "ADMIN": "Runs the house: may do everything.",
        "SUPER_ADMIN": "Runs the house, its administrators included.",
    },
)


@strawberry.type(description="A person with an account.")
class User(Node):
    name: str = strawberry.field(description="What the person wants to be called.")
    email: str | None = strawberry.field(
        description="The e-mail address, in lower case; null unless it is your own or you are an administrator."
    )
    email_verified: bool | None = strawberry.field(
        description="Whether the owner has proved to read it; null unless it is your own or you are an administrator."
    )
    phone: str | None = strawberry.field(
        description="The phone number; null unless it is your own or you are an administrator."
    )
    roles: list[Role] = strawberry.field(description="What the person may do here.")
    date_of_birth: date | None = strawberry.field(
        description="When the person was born, if they have told; null unless it is you or you are an administrator."
    )
    preferences: Preferences | None = strawberry.field(
        description="How the person likes it; null unless it is you or you are an administrator."
    )
    # Whose bookings and holds to show: the person's, or nobody's to those who may not see them.
    owner: strawberry.Private[Actor]

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

    @classmethod
    def of(cls, row: "UserRow", actor: Actor) -> "User":
        """The shape of a person, as far as the actor may see them."""
        is_open = may_see_contacts(actor, row.id)
        return cls(
            id=global_id("User", row.id),
            name=row.name,
            email=row.email if is_open else None,
            email_verified=row.email_verified_at is not None if is_open else None,
            phone=row.phone if is_open else None,
            roles=[role for role in Role if role in row.roles],
            date_of_birth=row.date_of_birth if is_open else None,
            preferences=Preferences.of(read_preferences(row.preferences)) if is_open else None,
            owner=Actor(user_id=row.id) if is_open else Actor.anonymous(),
        )


@strawberry.type
class UserQuery:
    @strawberry.field(
        extensions=[public()], description="Who you are logged in as; null without a login, or when it has ended."
    )
    async def me(self, info: Info) -> User | None:
        actor = info.context.actor
        row = await accounts.me(actor)
        return User.of(row, actor) if row else None
