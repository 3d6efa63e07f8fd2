"""Staff: their roles, their postings, and locking people out; every decision leaves a trace, and the house keeps an owner."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from domain import staffing as rules
from domain.access import POSTED, Actor, Permission, Role
from domain.accounts import SessionEnding
from domain.notices import Notice
from domain.staffing import Member, loses, names_of
from domain.tasks import SendNotice
from domain.traces import Facts, Trace
from domain.wrong_calls import Forbidden, NotFound
from models.locks import lock_ranks
from models.search import found
from models.staff import Posting, holding
from models.users import User
from models.venues import Venue
from resolvers import sessions
from resolvers.unit_of_work import Work, unit_of_work


async def set_roles(actor: Actor, user_id: UUID, roles: Collection[Role], *, key: str | None = None) -> User:
    """Have a person hold exactly these roles; what is taken away ends their sessions, and postings that stand for nothing."""
    wanted = rules.check_wanted_roles(roles)
    async with unit_of_work() as work:
        if await work.once(actor, "setRoles", key, [user_id, names_of(wanted)], user_id):
            return await found(User, user_id)
        decider, user = await _decide(actor, user_id)
        before = user.roles
        rules.check_roles(decider, member(user), wanted)
        if before == wanted:
            return user
        if Role.SUPER_ADMIN in before - wanted:
            await keep_an_owner(user.id)
        user.role_names = names_of(wanted)
        await user.save(update_fields=["role_names"])
        if not wanted & POSTED:
            await Posting.filter(user_id=user_id).delete()
        if loses(before, wanted):
            await sessions.end_all(work, user_id, SessionEnding.CREDENTIALS_CHANGED)
        await _record(work, actor, "SET_ROLES", user_id, {"roles": names_of(before)}, {"roles": names_of(wanted)})
    return user


async def post(actor: Actor, user_id: UUID, venues: Collection[UUID], *, key: str | None = None) -> User:
    """Post a member of staff to exactly these venues; losing one ends their sessions."""
    wanted = frozenset(venues)
    async with unit_of_work() as work:
        if await work.once(actor, "postStaff", key, [user_id, sorted(wanted)], user_id):
            return await found(User, user_id)
        decider, user = await _decide(actor, user_id)
        rules.check_touch(decider, member(user))
        rules.check_posting(user.roles, wanted)
        await check_venues(wanted)
        before = await Posting.of(user_id)
        await Posting.filter(user_id=user_id, venue_id__in=list(before - wanted)).delete()
        await Posting.add(user_id, wanted - before, work.now)
        if before - wanted:
            await sessions.end_all(work, user_id, SessionEnding.CREDENTIALS_CHANGED)
        await _record(work, actor, "POST_STAFF", user_id, {"venues": _texts(before)}, {"venues": _texts(wanted)})
    return user


async def lock(actor: Actor, user_id: UUID, reason: str, *, key: str | None = None) -> User:
    """Lock a person out: their sessions end now, and none begins until they are let in again."""
    why = rules.check_reason(reason)
    async with unit_of_work() as work:
        if await work.once(actor, "lockUser", key, [user_id, why], user_id):
            return await found(User, user_id)
        decider, user = await _decide(actor, user_id)
        rules.check_touch(decider, member(user))
        if user.locked_at is not None:
            return user
        if Role.SUPER_ADMIN in user.roles:
            await keep_an_owner(user_id)
        user.locked_at, user.locked_because = work.now, why
        await user.save(update_fields=["locked_at", "locked_because"])
        await sessions.end_all(work, user_id, SessionEnding.LOCKED)
        await work.enqueue(SendNotice(user_id, Notice.ACCOUNT_LOCKED))
        await _record(work, actor, "LOCK_USER", user_id, {"locked": False}, {"locked": True, "because": why})
    return user


async def unlock(actor: Actor, user_id: UUID, *, key: str | None = None) -> User:
    """Let a person in again: they log in anew."""
    async with unit_of_work() as work:
        if await work.once(actor, "unlockUser", key, [user_id], user_id):
            return await found(User, user_id)
        decider, user = await _decide(actor, user_id)
        rules.check_touch(decider, member(user))
        if user.locked_at is None:
            return user
        user.locked_at = user.locked_because = None
        await user.save(update_fields=["locked_at", "locked_because"])
        # One that began while the lock was being written must not come to life.
        await sessions.end_all(work, user_id, SessionEnding.LOCKED)
        await _record(work, actor, "UNLOCK_USER", user_id, {"locked": True}, {"locked": False})
    return user


async def keep_an_owner(besides: UUID) -> None:
    """Raise StaffingRefused where nobody besides this person is a super administrator who can log in.

    Whoever takes one away calls this first, in the same transaction: of two who do so at once, one waits for the other.
    """
    await lock_ranks()
    others = await User.filter(id__in=await holding(Role.SUPER_ADMIN), locked_at=None, deleted_at=None)
    rules.check_somebody_is_left(len([other for other in others if other.id != besides]))


async def decider_of(actor: Actor) -> Member:
    """Who decides, with the roles they still have, until the transaction ends; Forbidden if those do not allow it."""
    await lock_ranks()
    user = await User.get_or_none(id=actor.user_id, locked_at=None, deleted_at=None)
    if user is None or not (still := replace(actor, roles=actor.roles & user.roles)).may(Permission.USER_WRITE):
        raise Forbidden
    return Member(user.id, still.roles)


async def check_venues(venues: Collection[UUID]) -> None:
    """Raise NotFound unless all of these venues are there."""
    if await Venue.filter(id__in=list(venues)).count() < len(set(venues)):
        raise NotFound


def member(user: User) -> Member:
    """A person as the rules see them."""
    return Member(user.id, user.roles)


async def _decide(actor: Actor, user_id: UUID) -> tuple[Member, User]:
    decider = await decider_of(actor)
    user = await User.get_or_none(id=user_id, deleted_at=None)
    if user is None:
        raise NotFound
    return decider, user


async def _record(work: Work, actor: Actor, action: str, user_id: UUID, before: Facts, after: Facts) -> None:
    await work.record(actor, Trace(action, "User", user_id, before=before, after=after))


def _texts(ids: Collection[UUID]) -> list[str]:
    return sorted(str(id) for id in ids)
