"""Profiles: what people change of themselves, and what the staff corrects."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.access import Actor
from domain.checks import Checks
from domain.preferences import read_preferences, write_preferences
from domain.profiles import Profile, check_changes, check_date_of_birth, differing
from domain.traces import Trace
from domain.wrong_calls import NotFound, Unauthenticated
from models.locks import lock_row
from models.users import User
from resolvers.unit_of_work import unit_of_work


async def edit(actor: Actor, changes: Mapping[str, Any], *, key: str | None = None) -> User:
    """Change some of what the actor has said of themselves; the rest stays as it is."""
    if actor.user_id is None:
        raise Unauthenticated
    async with unit_of_work() as work:
        if await work.once(actor, "updateProfile", key, changes, actor.user_id):
            return await User.get(id=actor.user_id)
        user = await lock_row(User, actor.user_id)
        if user.deleted_at is not None:
            raise Unauthenticated
        before = profile_of(user)
        after = check_changes(before, changes, work.now.date())
        if changed := differing(before, after):
            user.name, user.date_of_birth = after.name, after.date_of_birth
            user.preferences = write_preferences(after.preferences)
            await user.save(update_fields=["name", "date_of_birth", "preferences"])
            await work.record(actor, Trace("UPDATE_PROFILE", "User", user.id, after={"changed": changed}))
    return user


async def correct_date_of_birth(actor: Actor, user_id: UUID, born: date | None, *, key: str | None = None) -> User:
    """Have the staff put a date of birth right; None: it is not known after all."""
    async with unit_of_work() as work:
        if await work.once(actor, "correctDateOfBirth", key, [user_id, born], user_id):
            return await User.get(id=user_id)
        user = await lock_row(User, user_id)
        if user.deleted_at is not None:
            raise NotFound
        checks = Checks()
        check_date_of_birth(checks, born, work.now.date())
        checks.done()
        before, after = ({"dateOfBirth": day.isoformat() if day else None} for day in (user.date_of_birth, born))
        user.date_of_birth = born
        await user.save(update_fields=["date_of_birth"])
        await work.record(actor, Trace("CORRECT_DATE_OF_BIRTH", "User", user.id, before=before, after=after))
    return user


def profile_of(user: User) -> Profile:
    """What a person has said of themselves."""
    return Profile(user.name, user.date_of_birth, read_preferences(user.preferences))
