"""E-mail addresses: proving one, and moving to another."""

from typing import Annotated

import strawberry

from domain.access import Permission
from resolvers import emails
from schema.code_problems import CodeRefused
from schema.codes import CodeSent, RequestCodeResult, RequestConfirmedCodeResult
from schema.context import Info
from schema.gate import gate
from schema.problems import EmailTaken
from schema.users import User


@strawberry.input(description="The proof that you read your e-mail.")
class VerifyEmailInput:
    code: str = strawberry.field(description="The six digits of the letter; spaces do not matter.")


@strawberry.input(description="The address you would like to have.")
class RequestEmailChangeInput:
    email: str = strawberry.field(description="The new address; the code goes there.")
    password: str | None = strawberry.field(
        default=None,
        description="Your password. Left out by who has none, within ten minutes of logging in.",
    )


@strawberry.input(description="The proof that you read the new address.")
class ChangeEmailInput:
    code: str = strawberry.field(description="The six digits of the letter to the new address.")


VerifyEmailResult = Annotated[
    User | CodeRefused,
    strawberry.union("VerifyEmailResult", description="Whose address is verified now, or why it is not."),
]
ChangeEmailResult = Annotated[
    User | CodeRefused | EmailTaken,
    strawberry.union("ChangeEmailResult", description="Whose address is another now, or why it is not."),
]


@strawberry.type
class EmailMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Have another code sent to your e-mail address; the first goes out when you register.",
    )
    async def request_email_code(self, info: Info) -> RequestCodeResult:
        return CodeSent.of(await emails.request_code(info.context.actor, adapters=info.context.adapters))

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)], description="Prove with a code that you read your e-mail address."
    )
    async def verify_email(
        self, info: Info, input: Annotated[VerifyEmailInput, strawberry.argument(description="The code.")]
    ) -> VerifyEmailResult:
        actor = info.context.actor
        return User.of(await emails.verify(actor, input.code, adapters=info.context.adapters), actor)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Have a code sent to an e-mail address you would like to have instead of yours. Nothing changes yet.",
    )
    async def request_email_change(
        self, info: Info, input: Annotated[RequestEmailChangeInput, strawberry.argument(description="The new address.")]
    ) -> RequestConfirmedCodeResult:
        context = info.context
        return CodeSent.of(
            await emails.request_change(context.actor, input.email, input.password, adapters=context.adapters)
        )

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Move to the address that the last such code was sent to. The old address is told.",
    )
    async def change_email(
        self, info: Info, input: Annotated[ChangeEmailInput, strawberry.argument(description="The code.")]
    ) -> ChangeEmailResult:
        actor = info.context.actor
        return User.of(await emails.change(actor, input.code, adapters=info.context.adapters), actor)
