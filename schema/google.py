"""Signing in with Google, and linking it to an account."""

from typing import Annotated

import strawberry

from domain.access import Permission
from resolvers import google
from schema.context import Info
from schema.gate import gate, public
from schema.problems import EmailUnverified, GoogleRefused, InvalidCredentials, LastWayIn, NotOffered
from schema.sessions import SECOND_FACTOR, Session
from schema.users import User

IdToken = Annotated[
    str, strawberry.argument(description="The `credential` that Google's button gives your page: a signed ID token.")
]
Nonce = Annotated[
    str | None,
    strawberry.argument(
        description="The nonce your page gave Google for this one sign-in; the token must have the same."
    ),
]
SignInWithGoogleResult = Annotated[
    Session | GoogleRefused | EmailUnverified | InvalidCredentials | NotOffered,
    strawberry.union("SignInWithGoogleResult", description="A new session, or why there is none."),
]
LinkGoogleResult = Annotated[
    User | GoogleRefused | NotOffered,
    strawberry.union("LinkGoogleResult", description="You, with one more way in, or why not."),
]
UnlinkGoogleResult = Annotated[
    User | LastWayIn,
    strawberry.union("UnlinkGoogleResult", description="You, with Google no longer a way in, or why it stays."),
]


@strawberry.type
class GoogleMutation:
    @strawberry.mutation(
        extensions=[public()],
        description="Log in with Google: into the account it is linked to, or the one with the same verified e-mail address, "
        "which is linked by this and told so, or else into a new account of a CUSTOMER. An account whose address nobody has "
        "verified is never taken over.",
    )
    async def sign_in_with_google(
        self,
        info: Info,
        id_token: IdToken,
        nonce: Nonce = None,
        second_factor: Annotated[str | None, strawberry.argument(description=SECOND_FACTOR)] = None,
    ) -> SignInWithGoogleResult:
        context = info.context
        given = await google.sign_in(
            id_token, nonce, adapters=context.adapters, device=context.device, second_factor=second_factor
        )
        return Session.of(given)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Let a Google account, of whatever address, be a way into your account. You are told.",
    )
    async def link_google(self, info: Info, id_token: IdToken, nonce: Nonce = None) -> LinkGoogleResult:
        context = info.context
        return User.of(await google.link(context.actor, id_token, nonce, adapters=context.adapters), context.actor)

    @strawberry.mutation(
        extensions=[gate(Permission.PROFILE_WRITE)],
        description="Let Google be no way into your account any more, unless it is the only one.",
    )
    async def unlink_google(self, info: Info) -> UnlinkGoogleResult:
        return User.of(await google.unlink(info.context.actor), info.context.actor)
