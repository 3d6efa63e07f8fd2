"""Passwords: changing one that is known, and another for one that is forgotten."""

from typing import Final

import clock
from adapters import Adapters
from domain.access import Actor
from domain.accounts import LONGEST_PASSWORD, SessionEnding, check_password, is_fresh, normal_email
from domain.attempts import AttemptKind
from domain.codes import CodePurpose
from domain.notices import Notice
from domain.problems import CodeRefused, FieldProblem, InvalidCredentials, InvalidInput
from domain.tasks import SendNotice
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.codes import TriedCode
from models.locks import lock_row
from models.users import Session, User
from models.ways_in import Identity, SecondFactor
from resolvers import attempts, codes, sessions
from resolvers.codes import SentCode
from resolvers.sessions import Device
from resolvers.unit_of_work import Work, unit_of_work

NO_ADDRESS: Final = "This is not an e-mail address."
WRONG_PASSWORD: Final = "This is not your password."  # noqa: S105  # a message
LOG_IN_AGAIN: Final = "Please log in again first, so that it is certain who you are."


async def request_reset(email: str, *, adapters: Adapters, device: Device) -> SentCode:
    """Send a code for another password; unknown addresses are answered alike, after the same work."""
    kept = _address(email)
    await attempts.check(adapters, AttemptKind.REQUEST_CODE, None, device.address)
    user = await User.get_or_none(email=kept)
    async with unit_of_work() as work:
        owner = user.id if user else None
        return await codes.send(work, CodePurpose.RESET_PASSWORD, kept, user_id=owner, adapters=adapters)


async def reset(email: str, code: str, new_password: str, *, adapters: Adapters, device: Device) -> int:
    """Set another password with a code, end all sessions, and say how many those were.

    The address is verified by it. Nobody is logged in, and a second factor stays on, unless nobody had proved the address
    when it was set up: a stranger who registered it first would keep the owner out for ever.
    """
    kept = _address(email)
    check_password(new_password, "newPassword")
    await attempts.check(adapters, AttemptKind.TRY_CODE, kept, device.address)
    tried = await codes.prove(code, CodePurpose.RESET_PASSWORD, kept, adapters=adapters)
    new = await adapters.passwords.hash(new_password)
    async with unit_of_work() as work:
        user = await _owner(work, tried, kept)
        if user.email_verified_at is None:
            await _forget_other_ways_in(user)
        user.password_hash = new
        user.email_verified_at = user.email_verified_at or work.now
        await user.save(update_fields=["password_hash", "email_verified_at", "phone"])
        await work.enqueue(SendNotice(user.id, Notice.PASSWORD_CHANGED))
        await work.record(Actor(user_id=user.id, address=device.address), Trace("RESET_PASSWORD", "User", user.id))
        return await sessions.end_all(work, user.id, SessionEnding.CREDENTIALS_CHANGED)


async def change(actor: Actor, current: str | None, new_password: str, *, adapters: Adapters) -> User:
    """Set another password, which ends the person's other sessions; who has none yet needs a fresh log-in instead."""
    check_password(new_password, "newPassword")
    user = await person(actor)
    await confirm(actor, user, current, adapters)
    new = await adapters.passwords.hash(new_password)
    async with unit_of_work() as work:
        if not await User.take_password(user.id, user.password_hash, new):
            raise InvalidCredentials(WRONG_PASSWORD)  # somebody was quicker: it was right a moment ago
        await sessions.end_all(work, user.id, SessionEnding.CREDENTIALS_CHANGED, besides=actor.session_id)
        await work.enqueue(SendNotice(user.id, Notice.PASSWORD_CHANGED))
        await work.record(actor, Trace("CHANGE_PASSWORD", "User", user.id))
    return await User.get(id=user.id)


async def person(actor: Actor) -> User:
    """Who asks; Unauthenticated for nobody in particular."""
    user = await User.get_or_none(id=actor.user_id) if actor.user_id else None
    if user is None:
        raise Unauthenticated
    return user


async def confirm(
    actor: Actor, user: User, password: str | None, adapters: Adapters, *, fresh_will_do: bool = False
) -> None:
    """Make sure that it is the owner who asks, not somebody at an open screen; InvalidCredentials if that is not proved.

    The password proves it; where there is none, or `fresh_will_do`, so does a session that has just begun. Guesses count
    as those of logging in do.
    """
    if password is None and (fresh_will_do or user.password_hash is None):
        session = await Session.get_or_none(id=actor.session_id) if actor.session_id else None
        if session is None or not is_fresh(session.created_at, clock.now()):
            raise InvalidCredentials(LOG_IN_AGAIN)
        return
    await attempts.check(adapters, AttemptKind.LOG_IN, user.email or str(user.id), actor.address)
    given = password or ""
    known = user.password_hash if len(given) <= LONGEST_PASSWORD else None
    if not await adapters.passwords.matches(given[:LONGEST_PASSWORD], known):
        raise InvalidCredentials(WRONG_PASSWORD)


async def _owner(work: Work, tried: TriedCode, email: str) -> User:
    """Whose account a proved code is for, locked; CodeRefused where there is none, or its address is another by now."""
    await codes.use(work, tried)
    user = await lock_row(User, tried.user_id) if tried.user_id else None
    if user is None or user.email != email:
        raise CodeRefused
    return user


async def _forget_other_ways_in(user: User) -> None:
    """Whoever made this account had not proved its address: what they linked to it, and asked for, is not the owner's."""
    user.phone = None
    await Identity.filter(user_id=user.id).delete()
    await SecondFactor.filter(user_id=user.id).delete()


def _address(email: str) -> str:
    kept = normal_email(email)
    if kept is None:
        raise InvalidInput([FieldProblem(("email",), NO_ADDRESS)])
    return kept
