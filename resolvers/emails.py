"""E-mail addresses: proving that one is read by its owner, and moving to another."""

from adapters import Adapters
from domain.access import Actor
from domain.accounts import normal_email
from domain.attempts import AttemptKind
from domain.codes import CodePurpose
from domain.notices import Notice
from domain.problems import CodeRefused, EmailTaken, FieldProblem, InvalidInput, NotOffered
from domain.tasks import SendNotice
from domain.traces import Trace
from models.codes import Code
from models.locks import lock_row
from models.users import User
from resolvers import attempts, codes, passwords
from resolvers.codes import SentCode
from resolvers.passwords import NO_ADDRESS
from resolvers.unit_of_work import unit_of_work


async def request_code(actor: Actor, *, adapters: Adapters) -> SentCode:
    """Send a code to the address the person has."""
    user = await passwords.person(actor)
    if user.email is None:
        raise NotOffered("There is no e-mail address to verify in this account.")
    async with unit_of_work() as work:
        return await codes.send(work, CodePurpose.VERIFY_EMAIL, user.email, user_id=user.id, adapters=adapters)


async def verify(actor: Actor, code: str, *, adapters: Adapters) -> User:
    """Note that the address of an account is read by its owner."""
    user = await passwords.person(actor)
    email = user.email or ""
    tried = await codes.prove(code, CodePurpose.VERIFY_EMAIL, email, user_id=user.id, adapters=adapters)
    async with unit_of_work() as work:
        await codes.use(work, tried)
        user = await lock_row(User, user.id)
        if user.email != email:
            raise CodeRefused
        user.email_verified_at = work.now
        await user.save(update_fields=["email_verified_at"])
        await work.record(actor, Trace("VERIFY_EMAIL", "User", user.id))
    return user


async def request_change(actor: Actor, email: str, password: str | None, *, adapters: Adapters) -> SentCode:
    """Send a code to an address the person would like to have; a taken one is answered, and written to, like any other.

    RateLimited for who writes to one address after the other.
    """
    user = await passwords.person(actor)
    kept = normal_email(email)
    if kept is None:
        raise InvalidInput([FieldProblem(("email",), NO_ADDRESS)])
    await passwords.confirm(actor, user, password, adapters)
    await attempts.check(adapters, AttemptKind.REQUEST_CODE, str(user.id), actor.address)
    async with unit_of_work() as work:
        return await codes.send(work, CodePurpose.CHANGE_EMAIL, kept, user_id=user.id, adapters=adapters)


async def change(actor: Actor, code: str, *, adapters: Adapters) -> User:
    """Move to the address that the last code was sent to, and tell the old one; EmailTaken is said after the proof only."""
    user = await passwords.person(actor)
    asked = await Code.newest(CodePurpose.CHANGE_EMAIL, user.id)
    email = asked.target if asked else ""
    tried = await codes.prove(code, CodePurpose.CHANGE_EMAIL, email, user_id=user.id, adapters=adapters)
    async with unit_of_work() as work:
        await codes.use(work, tried)
        user = await lock_row(User, user.id)
        before, user.email, user.email_verified_at = user.email, email, work.now
        if not await user.save_unless_taken("email", "email_verified_at"):
            raise EmailTaken
        if before is not None and before != email:
            await work.enqueue(SendNotice(user.id, Notice.EMAIL_CHANGED, before))
        await work.record(actor, Trace("CHANGE_EMAIL", "User", user.id, None, {"email": before}, {"email": email}))
    return user
