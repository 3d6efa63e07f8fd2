"""Passwords: changing one, and another for one that is forgotten."""

from typing import Annotated

import strawberry

from domain.access import Permission
from resolvers import passwords
from schema.code_problems import CodeRefused
from schema.codes import CodeSent, RequestCodeResult
from schema.context import Info
from schema.gate import gate, public
from schema.problems import InvalidCredentials, InvalidInput
from schema.users import User


@strawberry.input(description="Whose password is forgotten.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The e-mail address of the account, in any case.")


@strawberry.input(description="Another password, and the code that allows it.")
class ResetPasswordInput:
    email: str = strawberry.field(description="The address that the code was sent to.")
    code: str = strawberry.field(description="The six digits of the letter; spaces do not matter.")
    new_password: str = strawberry.field(description="8 to 1,000 characters of any kind, not all of them spaces.")


@strawberry.input(description="Another password, and the one it is for.")
class ChangePasswordInput:
    current_password: str | None = strawberry.field(
        default=None,
        description="Your password. Left out by who has none yet, within ten minutes of logging in.",
    )
    new_password: str = strawberry.field(description="8 to 1,000 characters of any kind, not all of them spaces.")


@strawberry.type(description="The password is another now, the e-mail address is verified, and nobody is logged in.")
class PasswordReset:
    sessions_ended: int = strawberry.field(description="How many log-ins this has ended; log in with the new password.")


ResetPasswordResult = Annotated[
    PasswordReset | CodeRefused | InvalidInput,
    strawberry.union("ResetPasswordResult", description="That the password is another, or why it is not."),
]
ChangePasswordResult = Annotated[
    User | InvalidCredentials | InvalidInput,
    strawberry.union("ChangePasswordResult", description="Whose password is another now, or why it is not."),
]


@strawberry.type
class PasswordMutation:
    @strawberry.mutation(
        extensions=[public()],
        description="Have a code sent to an e-mail address, for another password. Unknown addresses get the same answer, "
        "and no letter.",
    )
    async def request_password_reset(
        self, info: Info, input: Annotated[RequestPasswordResetInput, strawberry.argument(description="Whose.")]
    ) -> RequestCodeResult:
        return CodeSent.of(
            await passwords.request_reset(input.email, adapters=info.context.adapters, device=info.context.device)
        )

    @strawberry.mutation(
        extensions=[public()],
        description="Set another password with a code. It ends all sessions of the account, on every device, and tells the "
        "owner; a second factor stays on. Phones and Google accounts linked before the address was ever verified go.",
    )
    async def reset_password(
        self,
        info: Info,
        input: Annotated[ResetPasswordInput, strawberry.argument(description="The code, and the new password.")],
    ) -> ResetPasswordResult:
        context = info.context
        ended = await passwords.reset(
            input.email, input.code, input.new_password, adapters=context.adapters, device=context.device
        )
        return PasswordReset(sessions_ended=ended)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Change your password. Your other sessions end at once, this one stays.",
    )
    async def change_password(
        self, info: Info, input: Annotated[ChangePasswordInput, strawberry.argument(description="Both passwords.")]
    ) -> ChangePasswordResult:
        actor, adapters = info.context.actor, info.context.adapters
        user = await passwords.change(actor, input.current_password, input.new_password, adapters=adapters)
        return User.of(user, actor)
