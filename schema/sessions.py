"""Sessions: making an account, logging in, staying logged in, and logging out."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from domain.access import Actor, Permission
from domain.accounts import Registration
from resolvers import accounts, sessions
from resolvers.sessions import LoggedIn
from schema.context import Info
from schema.gate import gate, public
from schema.problems import EmailTaken, InvalidCredentials, InvalidInput, SessionEnded
from schema.users import User

SECOND_FACTOR = (
    "The code that your authenticator app shows, or a recovery code; only needed once InvalidCredentials says "
    "`secondFactorNeeded`. No code works twice."
)


@strawberry.type(description="What a log-in gives: who you are, and the two tokens that prove it.")
class Session:
    user: User = strawberry.field(description="The person who is logged in.")
    access_token: str = strawberry.field(
        description="Send it as `Authorization: Bearer <accessToken>`, with HTTP requests and in `connection_init`."
    )
    access_token_expires_at: datetime = strawberry.field(description="When the access token dies, in UTC.")
    refresh_token: str = strawberry.field(
        description="Gives the next session tokens, once. Keep it secret; using one twice ends the whole session."
    )

    @classmethod
    def of(cls, given: LoggedIn) -> "Session":
        """The shape of a log-in; the person sees all of themselves."""
        return cls(
            user=User.of(given.user, Actor(user_id=given.user.id)),
            access_token=given.access_token,
            access_token_expires_at=given.access_token_expires_at,
            refresh_token=given.refresh_token,
        )


@strawberry.input(description="A new account.")
class RegisterInput:
    name: str = strawberry.field(description="What you want to be called: 1 to 200 characters.")
    email: str = strawberry.field(description="Your e-mail address; upper and lower case are the same.")
    password: str = strawberry.field(description="8 to 1,000 characters of any kind, not all of them spaces.")
    date_of_birth: date | None = strawberry.field(
        default=None,
        description="When you were born, for films with a least age; it can be told later, with `updateProfile`.",
    )


@strawberry.input(description="Who you are, and the proof of it.")
class LoginInput:
    email: str = strawberry.field(description="The e-mail address of your account, in any case.")
    password: str = strawberry.field(description="Your password.")
    second_factor: str | None = strawberry.field(default=None, description=SECOND_FACTOR)


RegisterResult = Annotated[
    Session | EmailTaken | InvalidInput,
    strawberry.union("RegisterResult", description="A session of the new account, or why there is none."),
]
LoginResult = Annotated[
    Session | InvalidCredentials,
    strawberry.union("LoginResult", description="A new session, or why there is none."),
]
RefreshSessionResult = Annotated[
    Session | SessionEnded,
    strawberry.union("RefreshSessionResult", description="The session with its next tokens, or its end."),
]


@strawberry.type
class SessionMutation:
    @strawberry.mutation(
        extensions=[public()], description="Make an account and log in with it. Everybody begins as a CUSTOMER."
    )
    async def register(
        self, info: Info, input: Annotated[RegisterInput, strawberry.argument(description="The new account.")]
    ) -> RegisterResult:
        context = info.context
        wanted = Registration(input.name, input.email, input.password, input.date_of_birth)
        return Session.of(await accounts.register(wanted, adapters=context.adapters, device=context.device))

    @strawberry.mutation(
        extensions=[public()],
        description="Log in. An unknown address and a wrong password get the same answer after the same time.",
    )
    async def login(
        self, info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who you are.")]
    ) -> LoginResult:
        context = info.context
        given = await sessions.log_in(
            input.email,
            input.password,
            adapters=context.adapters,
            device=context.device,
            second_factor=input.second_factor,
        )
        return Session.of(given)

    @strawberry.mutation(
        extensions=[public()],
        description="Get the next tokens of a session. A refresh token works once; using it again ends the session, "
        "and its access tokens and websockets with it, and tells its owner. There is no grace: if the answer was lost, log in "
        "again.",
    )
    async def refresh_session(
        self,
        info: Info,
        refresh_token: Annotated[str, strawberry.argument(description="The newest refresh token of the session.")],
    ) -> RefreshSessionResult:
        context = info.context
        return Session.of(await sessions.refresh(refresh_token, adapters=context.adapters, device=context.device))

    @strawberry.mutation(
        extensions=[gate(Permission.SESSION_END)],
        description="Log out: this session's tokens die at once and its websockets close. True, always.",
    )
    async def logout(
        self,
        info: Info,
        everywhere: Annotated[
            bool | None, strawberry.argument(description="End all your sessions, on every device.")
        ] = False,
    ) -> bool:
        return await sessions.log_out(info.context.actor, everywhere=bool(everywhere))
