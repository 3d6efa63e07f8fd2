"""People, as far as whoever asks may see them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import strawberry

from domain.access import Actor, Role
from domain.accounts import may_see_contacts
from resolvers import accounts, bookings, holds
from schema.bookings import Booking, listed
from schema.context import Info
from schema.enums import publish
from schema.gate import public
from schema.holds import Hold
from schema.ids import global_id
from schema.nodes import Node
from schema.pagination import After, Connection, First
from schema.venues import Venue

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


@strawberry.type(description="A person with an account.")
class User(Node):
    name: str = strawberry.field(description="What the person wants to be called.")
    email: str | None = strawberry.field(
        description="The e-mail address, in lower case; null unless it is your own or you are an administrator. Here and "
        "below, a concierge sees of customers what administrators see."
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
    row_id: strawberry.Private[UUID]
    sees_postings: strawberry.Private[bool]
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

    @strawberry.field(
        description="Where a member of staff is posted to: the venues whose bookings and money are theirs to see; by name. "
        "Empty unless it is you or you are an administrator."
    )
    async def venues(self, info: Info) -> list[Venue]:
        rows = await info.context.loaders.postings.load(self.row_id) if self.sees_postings else []
        return [Venue.of(row) for row in rows]

    @classmethod
    def of(cls, row: "UserRow", actor: Actor) -> "User":
        """The shape of a person, as far as the actor may see them."""
        is_open = may_see_contacts(actor, row.id, is_staff=row.is_staff)
        return cls(
            id=global_id("User", row.id),
            name=row.name,
            email=row.email if is_open else None,
            phone=row.phone if is_open else None,
            roles=[role for role in Role if role in row.roles],
            created_at=row.created_at if is_open else None,
            locked_at=row.locked_at if is_open else None,
            locked_because=row.locked_because if is_open else None,
            row_id=row.id,
            sees_postings=is_open,
            owner=Actor(user_id=row.id) if is_open else Actor.anonymous(),
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
