"""Accounts: who people are, and how they become customers."""

from contextlib import suppress
from uuid import UUID

import clock
from adapters import Adapters
from adapters.passwords import Passwords
from domain.access import Actor, Role
from domain.accounts import Registration, check_registration, normal_email
from domain.attempts import AttemptKind
from domain.codes import CodePurpose
from domain.problems import EmailTaken, NotOffered, TooSoon
from domain.staffing import names_of
from domain.traces import Trace
from models.locks import lock_ranks
from models.users import User
from resolvers import attempts, codes, sessions
from resolvers.sessions import Device, LoggedIn
from resolvers.unit_of_work import Work, unit_of_work


async def me(actor: Actor) -> User | None:
    """The person who asks; None for somebody who has not logged in."""
    return await User.get_or_none(id=actor.user_id) if actor.user_id else None


async def one(actor: Actor, user_id: UUID) -> User | None:
    """A person the actor may look up."""
    return await User.visible_to(actor).get_or_none(id=user_id)


async def register(wanted: Registration, *, adapters: Adapters, device: Device) -> LoggedIn:
    """Make an account and log in with it; everybody begins as a customer, with an address yet to be verified.

    RateLimited after too many from one address: the answer tells whether an e-mail address is taken.
    """
    await attempts.check(adapters, AttemptKind.REGISTER, None, device.address)
    today = clock.now().date()
    person = check_registration(wanted.name, wanted.email, wanted.password, born=wanted.date_of_birth, today=today)
    password_hash = await adapters.passwords.hash(person.password)
    async with unit_of_work() as work:
        user = await _open(work, person, password_hash, Role.CUSTOMER)
        with suppress(NotOffered, TooSoon):
            await codes.send(work, CodePurpose.VERIFY_EMAIL, person.email, user_id=user.id, adapters=adapters)
        return await sessions.begin(work, user, adapters, device)


async def register_administrator(wanted: Registration, passwords: Passwords) -> User:
    """Make a super administrator's account; only for those who can run programs on this machine."""
    person = check_registration(wanted.name, wanted.email, wanted.password)
    password_hash = await passwords.hash(person.password)
    async with unit_of_work() as work:
        user = await _open(work, person, password_hash, Role.CUSTOMER)
        user.email_verified_at = work.now
        await user.save(update_fields=["email_verified_at"])
        await _appoint(work, user, frozenset({Role.SUPER_ADMIN}))
    return user


async def appoint_administrator(email: str) -> User | None:
    """Give an account the role of a super administrator; None if there is no such account."""
    async with unit_of_work() as work:
        await lock_ranks()
        user = await User.get_or_none(email=normal_email(email) or "")
        if user is not None:
            await _appoint(work, user, user.roles | {Role.SUPER_ADMIN})
    return user


async def _appoint(work: Work, user: User, roles: frozenset[Role]) -> None:
    before = user.roles
    user.role_names = names_of(roles)
    await user.save(update_fields=["role_names"])
    facts = Trace("CREATE_ADMIN", "User", user.id, before={"roles": names_of(before)}, after={"roles": names_of(roles)})
    await work.record(Actor.system(), facts)


async def _open(work: Work, person: Registration, password_hash: str, role: Role) -> User:
    user = await User.open(person, password_hash, role, work.now)
    if user is None:
        raise EmailTaken
    return user
