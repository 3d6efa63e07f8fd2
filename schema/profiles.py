"""What people change of themselves, and what the staff corrects."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.access import Permission
from resolvers import deletions, profiles
from schema.context import Info
from schema.gate import gate
from schema.given import given_within
from schema.ids import require_id
from schema.payments import KEY
from schema.preferences import PreferencesInput
from schema.problems import AccountNotDeletable, IdempotencyConflict, InvalidCredentials, InvalidInput
from schema.users import User


@strawberry.input(description="Changes of your profile: what is left out stays as it is.")
class UpdateProfileInput:
    name: str | None = strawberry.field(
        default=UNSET, description="What you want to be called: 1 to 200 characters. Left out: as it is."
    )
    date_of_birth: date | None = strawberry.field(
        default=UNSET,
        description="When you were born, for films with a least age. You can say it once; afterwards only the staff can "
        "correct it. Left out: as it is.",
    )
    preferences: PreferencesInput | None = strawberry.field(
        default=UNSET, description="How you like it. Left out: as it is; null: all as usual."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="Whose date of birth is to be put right.")
class CorrectDateOfBirthInput:
    user_id: strawberry.ID = strawberry.field(description="Who was born then; an unknown person is NOT_FOUND.")
    date_of_birth: date | None = strawberry.field(
        default=None, description="The day, as a document says it; null: it is not known after all."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)


@strawberry.input(description="The proof that it is you who wants the account deleted.")
class DeleteAccountInput:
    password: str | None = strawberry.field(
        default=None, description="Your password. Left out by who has none, within ten minutes of logging in."
    )


@strawberry.type(description="The account is gone. The same address or phone can open a new one.")
class AccountDeleted:
    deleted_at: datetime = strawberry.field(description="Since when, in UTC.")


UpdateProfileResult = Annotated[
    User | InvalidInput | IdempotencyConflict,
    strawberry.union("UpdateProfileResult", description="You as you are now, or why all stays as it was."),
]
CorrectDateOfBirthResult = Annotated[
    User | InvalidInput | IdempotencyConflict,
    strawberry.union("CorrectDateOfBirthResult", description="The person, or why the day stays as it was."),
]
DeleteAccountResult = Annotated[
    AccountDeleted | AccountNotDeletable | InvalidCredentials,
    strawberry.union("DeleteAccountResult", description="That the account is gone, or why it is still there."),
]
ProfileChanges = Annotated[UpdateProfileInput, strawberry.argument(description="What to change.")]
Proof = Annotated[DeleteAccountInput, strawberry.argument(description="The proof that it is you.")]
Correction = Annotated[CorrectDateOfBirthInput, strawberry.argument(description="Whose, and which day.")]


@strawberry.type
class ProfileMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Change what you have said of yourself: your name, your date of birth (once), how you like it.",
    )
    async def update_profile(self, info: Info, input: ProfileChanges) -> UpdateProfileResult:
        context = info.context
        changes = given_within(input, besides=("idempotency_key",))
        row = await profiles.edit(context.actor, changes, key=context.key(input.idempotency_key))
        return User.of(row, context.actor)

    @strawberry.mutation(
        extensions=[gate(Permission.USER_WRITE)],
        description="Put somebody's date of birth right, having seen a document: they can say it only once themselves.",
    )
    async def correct_date_of_birth(self, info: Info, input: Correction) -> CorrectDateOfBirthResult:
        context, user_id = info.context, require_id("User", input.user_id)
        key = context.key(input.idempotency_key)
        row = await profiles.correct_date_of_birth(context.actor, user_id, input.date_of_birth, key=key)
        return User.of(row, context.actor)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Delete your account, for good. What you hold is free again, unpaid bookings are cancelled, all sessions end, "
        "and everything that says who you are goes. Bookings and payments stay, without a name, because the law wants "
        "them; tickets stay valid, so save them, or cancel first what you want the money back for.",
    )
    async def delete_account(self, info: Info, input: Proof) -> DeleteAccountResult:
        context = info.context
        gone = await deletions.delete(context.actor, input.password, adapters=context.adapters)
        return AccountDeleted(deleted_at=gone)
