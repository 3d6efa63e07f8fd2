"""Inviting people to work here, and accepting it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain.access import Permission, Role
from domain.staffing import InvitationStatus
from resolvers import invitations
from resolvers.invitations import Newcomer
from schema.context import Info
from schema.enums import publish
from schema.gate import gate, public
from schema.ids import global_id, require_id
from schema.nodes import Node
from schema.pagination import After, Connection, First, connection
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, InvitationOver, StaffingRefused
from schema.sessions import Session
from schema.users import User
from schema.venues import Venue

if TYPE_CHECKING:
    from models.staff import Invitation as InvitationRow

publish(
    InvitationStatus,
    "What has become of an invitation.",
    {
        "OPEN": "It can be accepted.",
        "ACCEPTED": "Whoever was asked works here now.",
        "WITHDRAWN": "It was taken back.",
        "EXPIRED": "Nobody accepted it in time.",
    },
)


@strawberry.type(description="Somebody asked by e-mail to join the staff. Only those who may write users see any.")
class Invitation(Node):
    email: str = strawberry.field(description="Where it was sent.")
    roles: list[Role] = strawberry.field(description="The roles that whoever accepts gets.")
    status: InvitationStatus = strawberry.field(description="What has become of it.")
    created_at: datetime = strawberry.field(description="When it was sent, in UTC.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted, in UTC.")
    venue_ids: strawberry.Private[list[UUID]]
    sender_id: strawberry.Private[UUID]

    @strawberry.field(description="Where whoever accepts will work.")
    async def venues(self, info: Info) -> list[Venue]:
        return [Venue.of(row) for row in await info.context.loaders.venue.load_many(self.venue_ids)]

    @strawberry.field(description="Who sent it.")
    async def invited_by(self, info: Info) -> User:
        return User.of(await info.context.loaders.user.load(self.sender_id), info.context.actor)

    @classmethod
    def of(cls, row: "InvitationRow") -> "Invitation":
        """The shape of an invitation."""
        return cls(
            id=global_id("Invitation", row.id),
            email=row.email,
            roles=[role for role in Role if role in row.roles],
            status=invitations.status_now(row),
            created_at=row.created_at,
            expires_at=row.expires_at,
            venue_ids=sorted(row.venues),
            sender_id=row.invited_by_id,
        )


@strawberry.input(description="Whom to ask, and for what.")
class InviteStaffInput:
    email: str = strawberry.field(
        description="Their e-mail address; the invitation is sent there, and is for nobody else."
    )
    roles: list[Role] = strawberry.field(description="The roles they will have; one at least that works here.")
    venue_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Where they will work, if they are STAFF or MANAGER; an unknown one is NOT_FOUND.",
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Which invitation.")
class WithdrawInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="An unknown one is NOT_FOUND.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="The invitation, and what a new account needs.")
class AcceptInvitationInput:
    token: str = strawberry.field(description="What the e-mail says.")
    name: str | None = strawberry.field(
        default=None, description="What you want to be called; not asked of those who have an account."
    )
    password: str | None = strawberry.field(
        default=None, description="8 to 1,000 characters; not asked of those who have an account."
    )


InviteStaffResult = Annotated[
    Invitation | StaffingRefused | InvalidInput | IdempotencyConflict,
    strawberry.union("InviteStaffResult", description="The invitation, on its way, or why nobody is invited."),
]
WithdrawInvitationResult = Annotated[
    Invitation | InvitationOver | StaffingRefused | IdempotencyConflict,
    strawberry.union("WithdrawInvitationResult", description="The invitation, worth nothing, or why it stands."),
]
AcceptInvitationResult = Annotated[
    Session | InvitationOver | InvalidInput,
    strawberry.union("AcceptInvitationResult", description="A session of whoever works here now, or why they do not."),
]
WhomToInvite = Annotated[InviteStaffInput, strawberry.argument(description="Whom to ask, and for what.")]
WhatToWithdraw = Annotated[WithdrawInvitationInput, strawberry.argument(description="Which invitation.")]
WhatToAccept = Annotated[AcceptInvitationInput, strawberry.argument(description="The invitation, and who you are.")]


@strawberry.type
class InvitationQuery:
    @strawberry.field(
        extensions=[gate(Permission.USER_WRITE)], description="Who has been asked to work here, the newest first."
    )
    async def invitations(
        self,
        info: Info,
        open: Annotated[bool | None, strawberry.argument(description="Only those that can still be accepted.")] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Invitation]:
        actor = info.context.actor
        return connection(await invitations.find(actor, is_open=bool(open), first=first, after=after), Invitation.of)


@strawberry.type
class InvitationMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)],
        description="Ask somebody by e-mail to join the staff, with these roles, at these venues. Only a super administrator "
        "invites administrators.",
    )
    async def invite_staff(self, info: Info, input: WhomToInvite) -> InviteStaffResult:
        context = info.context
        venues = [require_id("Venue", venue_id) for venue_id in input.venue_ids]
        days, key = context.adapters.settings.invitation_days, context.key(input.idempotency_key)
        return Invitation.of(await invitations.invite(context.actor, input.email, input.roles, venues, days, key=key))

    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)], description="Take an invitation back that nobody has accepted."
    )
    async def withdraw_invitation(self, info: Info, input: WhatToWithdraw) -> WithdrawInvitationResult:
        invitation_id, key = require_id("Invitation", input.invitation_id), info.context.key(input.idempotency_key)
        return Invitation.of(await invitations.withdraw(info.context.actor, invitation_id, key=key))

    @strawberry.mutation(
        extensions=[public()],
        description="Join the staff. Without an account, one is made, with this name and password. With an account of that e-mail "
        "address, be logged in to it (UNAUTHENTICATED otherwise, FORBIDDEN as somebody else or before the address is verified): "
        "it keeps its roles and gets those of the invitation; the session goes on with the tokens of the answer. Works once.",
    )
    async def accept_invitation(self, info: Info, input: WhatToAccept) -> AcceptInvitationResult:
        context = info.context
        newcomer = Newcomer(input.name, input.password)
        return Session.of(
            await invitations.accept(context.actor, input.token, newcomer, context.adapters, context.device)
        )
