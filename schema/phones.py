"""Phones: logging in with one, and linking one to an account."""

from typing import Annotated

import strawberry

from domain.access import Permission
from resolvers import phones
from resolvers.phones import Written
from schema.code_problems import CodeRefused, PhoneTaken
from schema.codes import CodeSent, RequestCodeResult, RequestConfirmedCodeResult
from schema.context import Info
from schema.gate import gate, public
from schema.problems import InvalidCredentials, InvalidInput
from schema.sessions import SECOND_FACTOR, Session
from schema.users import User

PHONE = 'The number of a mobile phone: "+84 912 345 678", or as it is written in its `region`.'
REGION = 'The country, in two letters ("VN"), of a number written without the country\'s prefix.'
CODE = "The six digits of the text message; spaces do not matter."


@strawberry.input(description="The phone to log in with.")
class RequestPhoneCodeInput:
    phone: str = strawberry.field(description=PHONE)
    region: str | None = strawberry.field(default=None, description=REGION)


@strawberry.input(description="A phone, and the code it was sent.")
class LogInWithPhoneInput:
    phone: str = strawberry.field(description=PHONE)
    region: str | None = strawberry.field(default=None, description=REGION)
    code: str = strawberry.field(description=CODE)
    name: str | None = strawberry.field(
        default=None, description="What you want to be called; needed the first time, when it makes your account."
    )
    second_factor: str | None = strawberry.field(default=None, description=SECOND_FACTOR)


@strawberry.input(description="The phone you would like to log in with.")
class RequestPhoneLinkInput:
    phone: str = strawberry.field(description=PHONE)
    region: str | None = strawberry.field(default=None, description=REGION)
    password: str | None = strawberry.field(
        default=None, description="Your password; not needed within ten minutes of logging in."
    )


@strawberry.input(description="A phone, and the code it was sent.")
class LinkPhoneInput:
    phone: str = strawberry.field(description=PHONE)
    region: str | None = strawberry.field(default=None, description=REGION)
    code: str = strawberry.field(description=CODE)


LogInWithPhoneResult = Annotated[
    Session | CodeRefused | InvalidCredentials | InvalidInput,
    strawberry.union("LogInWithPhoneResult", description="A new session, or why there is none."),
]
LinkPhoneResult = Annotated[
    User | CodeRefused | InvalidInput | PhoneTaken,
    strawberry.union("LinkPhoneResult", description="Whose phone this is now, or why it is not."),
]


@strawberry.type
class PhoneMutation:
    @strawberry.mutation(
        extensions=[public()],
        description="Have a code sent to a mobile phone, to log in with. A number without an account gets the same.",
    )
    async def request_phone_code(
        self, info: Info, input: Annotated[RequestPhoneCodeInput, strawberry.argument(description="The phone.")]
    ) -> RequestCodeResult:
        return CodeSent.of(
            await phones.request_code(
                Written(input.phone, input.region), adapters=info.context.adapters, device=info.context.device
            )
        )

    @strawberry.mutation(
        extensions=[public()],
        description="Log in with a phone. Who has no account becomes a CUSTOMER, under the `name` given; without one the "
        "answer is InvalidInput, and the same code works again.",
    )
    async def log_in_with_phone(
        self, info: Info, input: Annotated[LogInWithPhoneInput, strawberry.argument(description="Phone and code.")]
    ) -> LogInWithPhoneResult:
        context, phone = info.context, Written(input.phone, input.region)
        return Session.of(
            await phones.log_in(
                phone,
                input.code,
                input.name,
                adapters=context.adapters,
                device=context.device,
                second_factor=input.second_factor,
            )
        )

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Have a code sent to a mobile phone that you would like to log in with. Nothing changes yet.",
    )
    async def request_phone_link(
        self, info: Info, input: Annotated[RequestPhoneLinkInput, strawberry.argument(description="The phone.")]
    ) -> RequestConfirmedCodeResult:
        context, phone = info.context, Written(input.phone, input.region)
        return CodeSent.of(await phones.request_link(context.actor, phone, input.password, adapters=context.adapters))

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Make this phone a way into your account, instead of the one before. You are told of it.",
    )
    async def link_phone(
        self, info: Info, input: Annotated[LinkPhoneInput, strawberry.argument(description="Phone and code.")]
    ) -> LinkPhoneResult:
        context, phone = info.context, Written(input.phone, input.region)
        return User.of(await phones.link(context.actor, phone, input.code, adapters=context.adapters), context.actor)
