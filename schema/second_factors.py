"""The second factor: setting it up, giving it up, and whom the house asks for one."""

from typing import Annotated

import strawberry

from domain.access import Permission, Role
from resolvers import second_factors
from schema.context import Info
from schema.gate import gate
from schema.problems import InvalidInput, SecondFactorRefused
from schema.users import User


@strawberry.type(description="An authenticator app about to be set up. Nothing counts until `confirmSecondFactor`.")
class NewSecondFactor:
    secret: str = strawberry.field(
        description="What the app must know, in base32, to be typed where there is no camera."
    )
    uri: str = strawberry.field(
        description="The `otpauth://` address that apps understand: RFC 6238, six digits, 30 s."
    )
    qr: str = strawberry.field(description="The address as a QR picture: a `data:` address for an `<img>`.")


@strawberry.type(description="Recovery codes, for the day the app is lost. They are shown this once, and never again.")
class RecoveryCodes:
    codes: list[str] = strawberry.field(
        description="Each stands for one code of the app, once. Upper or lower case and dashes do not matter."
    )


@strawberry.type(description="Whom the house asks for a second factor.")
class SecondFactorRule:
    roles: list[Role] = strawberry.field(
        description="Who has one of these roles and no second factor has only the rights of a CUSTOMER until it is set up."
    )


@strawberry.input(description="The first code of an app that is being set up.")
class ConfirmSecondFactorInput:
    code: str = strawberry.field(description="What the app shows now: six digits.")


@strawberry.input(description="The second factor, shown once more.")
class SecondFactorInput:
    code: str = strawberry.field(description="What the app shows now, or a recovery code, which is used up by this.")


@strawberry.input(description="Whom the house is to ask for a second factor.")
class RequireSecondFactorInput:
    roles: list[Role] = strawberry.field(description="All roles that owe one from now on; none: nobody does.")


StartSecondFactorResult = Annotated[
    NewSecondFactor | SecondFactorRefused,
    strawberry.union("StartSecondFactorResult", description="What the app must know, or why there is none."),
]
ConfirmSecondFactorResult = Annotated[
    RecoveryCodes | SecondFactorRefused,
    strawberry.union("ConfirmSecondFactorResult", description="The recovery codes, or why the app does not count yet."),
]
EndSecondFactorResult = Annotated[
    User | SecondFactorRefused,
    strawberry.union("EndSecondFactorResult", description="You, without a second factor, or why you still have it."),
]
RenewRecoveryCodesResult = Annotated[
    RecoveryCodes | SecondFactorRefused,
    strawberry.union(
        "RenewRecoveryCodesResult", description="The new recovery codes, or why the old ones still count."
    ),
]
RequireSecondFactorResult = Annotated[
    SecondFactorRule | InvalidInput,
    strawberry.union("RequireSecondFactorResult", description="The rule as it is now, or why it cannot be."),
]
Shown = Annotated[SecondFactorInput, strawberry.argument(description="The second factor, shown once more.")]


@strawberry.type
class SecondFactorQuery:
    @strawberry.field(
        extensions=[gate(Permission.HOUSE_WRITE)],
        description="Whom the house asks for a second factor. Each person finds their own standing in `me { secondFactor }`.",
    )
    async def second_factor_rule(self) -> SecondFactorRule:
        return SecondFactorRule(roles=await second_factors.required_roles())


@strawberry.type
class SecondFactorMutation:
    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Begin to set up an authenticator app: show the QR, then confirm with the app's first code. Beginning again "
        "gives another secret, and the one before is worth nothing.",
    )
    async def start_second_factor(self, info: Info) -> StartSecondFactorResult:
        new = await second_factors.start(info.context.actor, info.context.adapters)
        return NewSecondFactor(secret=new.secret, uri=new.address, qr=new.picture)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Let the app count: from now on every log-in asks for one of its codes, or for a recovery code. You are told.",
    )
    async def confirm_second_factor(
        self,
        info: Info,
        input: Annotated[ConfirmSecondFactorInput, strawberry.argument(description="The app's first code.")],
    ) -> ConfirmSecondFactorResult:
        context = info.context
        return RecoveryCodes(codes=await second_factors.confirm(context.actor, input.code, context.adapters))

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Do without a second factor from now on. If the house asks for one, you keep a CUSTOMER's rights only. You "
        "are told.",
    )
    async def end_second_factor(self, info: Info, input: Shown) -> EndSecondFactorResult:
        context = info.context
        return User.of(await second_factors.end(context.actor, input.code, context.adapters), context.actor)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Ten new recovery codes; those before are worth nothing then.",
    )
    async def renew_recovery_codes(self, info: Info, input: Shown) -> RenewRecoveryCodesResult:
        context = info.context
        return RecoveryCodes(
            codes=await second_factors.renew_recovery_codes(context.actor, input.code, context.adapters)
        )

    @strawberry.mutation(
        extensions=[gate(Permission.HOUSE_WRITE)],
        description="Ask everybody of these roles, and nobody else, for a second factor. Within two seconds those without one "
        "have only the rights of a CUSTOMER, until they set it up; nobody is logged out.",
    )
    async def require_second_factor(
        self,
        info: Info,
        input: Annotated[RequireSecondFactorInput, strawberry.argument(description="Whom to ask for one.")],
    ) -> RequireSecondFactorResult:
        return SecondFactorRule(roles=await second_factors.require(info.context.actor, input.roles))
