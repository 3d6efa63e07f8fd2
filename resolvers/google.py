"""Signing in with Google: finding the account, linking it, or making it; never taking one over."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import clock
from adapters import Adapters
from domain.access import Actor, Role
from domain.accounts import IdentityProvider, Registration, WayIn
from domain.attempts import AttemptKind
from domain.google import GoogleAccount
from domain.notices import Notice
from domain.problems import EmailUnverified, GoogleRefused, LastWayIn
from domain.tasks import SendNotice
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.users import User
from models.ways_in import Identity
from resolvers import attempts, sessions
from resolvers.sessions import Device, LoggedIn
from resolvers.unit_of_work import Work, unit_of_work


async def sign_in(
    id_token: str, nonce: str | None, *, adapters: Adapters, device: Device, second_factor: str | None = None
) -> LoggedIn:
    """A session for whom Google vouches: of the account it is linked to, of the one with this address, or of a new one.

    An account whose address nobody has verified may be somebody else's trap: EmailUnverified, and nothing changes.
    """
    await attempts.check(adapters, AttemptKind.GOOGLE, None, device.address)
    account = await adapters.google.read(id_token, nonce, clock.now())
    async with unit_of_work() as work:
        known = await Identity.of_google(account.subject)
        if known is not None:
            return await sessions.begin(work, known.user, adapters, device, WayIn.GOOGLE, second_factor)
        user = await User.get_or_none(email=account.email) or await _open(work, account)
        if user.email_verified_at is None:
            raise EmailUnverified
        given = await sessions.begin(work, user, adapters, device, WayIn.GOOGLE, second_factor)
        await _link(work, Actor(user.id, address=device.address), user, account)
        return given


async def link(actor: Actor, id_token: str, nonce: str | None, *, adapters: Adapters) -> User:
    """Let a Google account be a way in for the person who is logged in; GoogleRefused if it is somebody else's."""
    if actor.user_id is None:
        raise Unauthenticated
    await attempts.check(adapters, AttemptKind.GOOGLE, str(actor.user_id), actor.address)
    account = await adapters.google.read(id_token, nonce, clock.now())
    async with unit_of_work() as work:
        user = await User.get(id=actor.user_id)
        await _link(work, actor, user, account)
        return user


async def unlink(actor: Actor) -> User:
    """Let Google be no way in any more; LastWayIn if there would be none left."""
    if actor.user_id is None:
        raise Unauthenticated
    async with unit_of_work() as work:
        if await Identity.unlink_google(actor.user_id):
            await work.record(actor, Trace("UNLINK_GOOGLE", "User", actor.user_id))
        elif await Identity.exists(user_id=actor.user_id, provider=IdentityProvider.GOOGLE):
            raise LastWayIn
        return await User.get(id=actor.user_id)


async def ways_in_of(user_ids: list[UUID]) -> Mapping[UUID, list[WayIn]]:
    """By which ways people may log in; two statements for any number of them."""
    linked = await Identity.filter(user_id__in=user_ids, provider=IdentityProvider.GOOGLE).values_list(
        "user_id", flat=True
    )
    people = await User.filter(id__in=user_ids)
    return {person.id: _ways_in(person, linked) for person in people}


def _ways_in(person: User, linked: Sequence[object]) -> list[WayIn]:
    open_to_them = {
        WayIn.PASSWORD: person.password_hash is not None,
        WayIn.PHONE: person.phone is not None,
        WayIn.GOOGLE: person.id in linked,
    }
    return [way for way, is_open in open_to_them.items() if is_open]


async def _open(work: Work, account: GoogleAccount) -> User:
    """A new customer; or the one that a twin of this call has just made."""
    wanted = Registration(account.name, account.email, password="")
    opened = await User.open(wanted, None, Role.CUSTOMER, work.now, verified_at=work.now)
    return opened or await User.get(email=account.email)


async def _link(work: Work, actor: Actor, user: User, account: GoogleAccount) -> None:
    """Link, unless it is linked so already: a twin of this call may have come first."""
    if await Identity.link_google(user.id, account, work.now):
        await work.record(actor, Trace("LINK_GOOGLE", "User", user.id))
        if user.created_at != work.now:
            await work.enqueue(SendNotice(user.id, Notice.GOOGLE_LINKED))
        return
    known = await Identity.of_google(account.subject)
    if known is None:
        raise GoogleRefused("Another Google account is linked to this one: sign in with that, or unlink it first.")
    if known.user_id != user.id:
        raise GoogleRefused("This Google account is linked to another account here.")
