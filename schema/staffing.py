"""What administrators decide about people: roles, postings, locks."""

from typing import Annotated

import strawberry

from domain.access import Permission, Role
from resolvers import staffing
from schema.context import Info
from schema.gate import gate
from schema.ids import require_id
from schema.payments import KEY
from schema.problems import IdempotencyConflict, InvalidInput, StaffingRefused
from schema.users import User

WHO = "Which person; an unknown one is NOT_FOUND."


@strawberry.input(description="What a person may do here from now on.")
class SetRolesInput:
    user_id: strawberry.ID = strawberry.field(description=WHO)
    roles: list[Role] = strawberry.field(
        description="All the roles they shall have, one at least; others are taken away."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Where a member of staff works from now on.")
class PostStaffInput:
    user_id: strawberry.ID = strawberry.field(description=WHO)
    venue_ids: list[strawberry.ID] = strawberry.field(
        description="All the venues they shall be posted to; an unknown one is NOT_FOUND. Empty: none."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Whom to lock out, and why.")
class LockUserInput:
    user_id: strawberry.ID = strawberry.field(description=WHO)
    reason: str = strawberry.field(description="Why, for those who are asked about it: 1 to 300 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Whom to let in again.")
class UnlockUserInput:
    user_id: strawberry.ID = strawberry.field(description=WHO)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


SetRolesResult = Annotated[
    User | StaffingRefused | InvalidInput | IdempotencyConflict,
    strawberry.union("SetRolesResult", description="The person with these roles, or why they keep theirs."),
]
PostStaffResult = Annotated[
    User | StaffingRefused | IdempotencyConflict,
    strawberry.union("PostStaffResult", description="The person at these venues, or why they stay where they were."),
]
LockUserResult = Annotated[
    User | StaffingRefused | InvalidInput | IdempotencyConflict,
    strawberry.union("LockUserResult", description="The person, locked out, or why they are not."),
]
UnlockUserResult = Annotated[
    User | StaffingRefused | IdempotencyConflict,
    strawberry.union("UnlockUserResult", description="The person, who may log in again, or why they may not."),
]
WantedRoles = Annotated[SetRolesInput, strawberry.argument(description="Who, and which roles.")]
WantedPostings = Annotated[PostStaffInput, strawberry.argument(description="Who, and where.")]
WhomToLock = Annotated[LockUserInput, strawberry.argument(description="Whom, and why.")]
WhomToUnlock = Annotated[UnlockUserInput, strawberry.argument(description="Whom.")]


@strawberry.type
class StaffingMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)],
        description="Give a person roles and take others away. Only a super administrator decides over administrators, nobody "
        "over themselves, and the last super administrator stays. Who loses a role is logged out everywhere.",
    )
    async def set_roles(self, info: Info, input: WantedRoles) -> SetRolesResult:
        actor, key = info.context.actor, info.context.key(input.idempotency_key)
        row = await staffing.set_roles(actor, require_id("User", input.user_id), input.roles, key=key)
        return User.of(row, actor)

    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)],
        description="Post a member of staff, or a manager, to venues: they see and touch the bookings, the money and the "
        "programme of these, and of no other. Who loses a venue is logged out everywhere.",
    )
    async def post_staff(self, info: Info, input: WantedPostings) -> PostStaffResult:
        actor, key = info.context.actor, info.context.key(input.idempotency_key)
        venues = [require_id("Venue", venue_id) for venue_id in input.venue_ids]
        return User.of(await staffing.post(actor, require_id("User", input.user_id), venues, key=key), actor)

    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)],
        description="Lock a person out: they are logged out everywhere at once, their websockets close, and they are told. "
        "What they have booked stays theirs.",
    )
    async def lock_user(self, info: Info, input: WhomToLock) -> LockUserResult:
        actor, key = info.context.actor, info.context.key(input.idempotency_key)
        return User.of(await staffing.lock(actor, require_id("User", input.user_id), input.reason, key=key), actor)

    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)], description="Let a person in again; they log in anew."
    )
    async def unlock_user(self, info: Info, input: WhomToUnlock) -> UnlockUserResult:
        actor, key = info.context.actor, info.context.key(input.idempotency_key)
        return User.of(await staffing.unlock(actor, require_id("User", input.user_id), key=key), actor)
