"""The second step of logging in: setting it up, asking for it, and doing without the app when it is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters import Adapters, authenticator
from domain.access import Actor, Role
from domain.notices import Notice
from domain.problems import FieldProblem, InvalidCredentials, InvalidInput, SecondFactorRefused
from domain.second_factors import (
    SECOND_FACTOR_ROLES,
    TRIES_WITHIN,
    Proof,
    app_code,
    hash_of,
    new_recovery_codes,
    recovery_code,
    without,
)
from domain.tasks import SendNotice
from domain.traces import Trace
from domain.wrong_calls import RateLimited, Unauthenticated
from models.staff import HouseRule
from models.users import User
from models.ways_in import SecondFactor
from resolvers.unit_of_work import StandingRefusal, Work, unit_of_work


@dataclass(frozen=True)
class NewSecondFactor:
    """An app about to be set up: its secret, its `otpauth://` address, and that as a picture."""

    secret: str
    address: str
    picture: str


@dataclass(frozen=True)
class SecondFactorStanding:
    """Whether a person has a second factor, owes one to the house, and how many recovery codes are left."""

    enabled: bool
    needed: bool
    recovery_codes_left: int


async def demand(work: Work, actor: Actor, given: str | None, adapters: Adapters) -> None:
    """Let a person pass who has no second factor, or shows it; InvalidCredentials says that it is missing or wrong.

    A wrong one is counted: what this transaction wrote before stays written.
    """
    factor = await _confirmed(actor)
    if factor is None:
        return
    if given is None or not given.strip():
        raise InvalidCredentials("Now the code of your app, or a recovery code.", second_factor_needed=True)
    if await _prove(work, actor, factor, given, adapters) is None:
        wrong = "That is not the code of now; please wait for the next one."
        raise StandingRefusal(InvalidCredentials(wrong, second_factor_needed=True))


async def start(actor: Actor, adapters: Adapters) -> NewSecondFactor:
    """A new secret for an app; nothing counts until `confirm`. SecondFactorRefused if one is set up."""
    user_id, secret = _person(actor), authenticator.new_secret()
    async with unit_of_work() as work:
        user = await User.get(id=user_id)
        if not await SecondFactor.start(user_id, adapters.seals.seal(secret, user_id), work.now):
            raise SecondFactorRefused("Your second factor is set up already; end it first.")
    address = authenticator.address(secret, user.email or user.phone or user.name)
    return NewSecondFactor(secret, address, await adapters.qr.of_secret(address))


async def confirm(actor: Actor, code: str, adapters: Adapters) -> list[str]:
    """Let the app count from now on, after its first code was right; the recovery codes, to be shown this once."""
    user_id, recovery_codes = _person(actor), new_recovery_codes()
    async with unit_of_work() as work:
        factor = await SecondFactor.get_or_none(user_id=user_id, confirmed_at=None)
        if factor is None:
            raise SecondFactorRefused("There is nothing to confirm: start first, unless it is set up already.")
        if await _prove(work, actor, factor, code, adapters) is not Proof.APP_CODE:
            raise StandingRefusal(SecondFactorRefused())
        factor.confirmed_at = work.now
        await factor.save(update_fields=["confirmed_at"])
        await factor.keep_recovery_codes([hash_of(each, user_id) for each in recovery_codes])
        await work.record(actor, Trace("CONFIRM_SECOND_FACTOR", "User", user_id))
        await work.enqueue(SendNotice(user_id, Notice.SECOND_FACTOR_ON))
    return recovery_codes


async def end(actor: Actor, given: str, adapters: Adapters) -> User:
    """Do without a second factor from now on; only for who shows it once more."""
    async with unit_of_work() as work:
        factor = await _shown(work, actor, given, adapters)
        await factor.delete()
        await work.record(actor, Trace("END_SECOND_FACTOR", "User", factor.user_id))
        await work.enqueue(SendNotice(factor.user_id, Notice.SECOND_FACTOR_OFF))
        return await User.get(id=factor.user_id)


async def renew_recovery_codes(actor: Actor, given: str, adapters: Adapters) -> list[str]:
    """Ten new recovery codes in the place of all before; only for who shows their second factor once more."""
    recovery_codes = new_recovery_codes()
    async with unit_of_work() as work:
        factor = await _shown(work, actor, given, adapters)
        await factor.keep_recovery_codes([hash_of(each, factor.user_id) for each in recovery_codes])
        await work.record(actor, Trace("RENEW_RECOVERY_CODES", "User", factor.user_id))
    return recovery_codes


async def required_roles() -> list[Role]:
    """The roles that owe the house a second factor."""
    return [Role(name) for name in await HouseRule.value_of(SECOND_FACTOR_ROLES)]


async def require(actor: Actor, roles: Sequence[Role]) -> list[Role]:
    """Have everybody of these roles, and of no others, keep only a customer's rights until they set one up."""
    if Role.CUSTOMER in roles:
        raise InvalidInput([FieldProblem(("roles",), "Customers choose for themselves.")])
    wanted = [role for role in Role if role in roles]
    async with unit_of_work() as work:
        before = await HouseRule.put(SECOND_FACTOR_ROLES, [role.value for role in wanted], work.now)
        after = [role.value for role in wanted]
        trace = Trace("REQUIRE_SECOND_FACTOR", "House", before={"roles": before}, after={"roles": after})
        await work.record(actor, trace)
    return wanted


async def standing_of(user_ids: list[UUID]) -> Mapping[UUID, SecondFactorStanding]:
    """How people stand with their second factors; at most three statements for any number of them."""
    factors, owing = await SecondFactor.confirmed(user_ids), set(await required_roles())
    people = await User.filter(id__in=user_ids)
    return {
        person.id: SecondFactorStanding(
            enabled=person.id in factors,
            needed=bool(person.roles & owing),
            recovery_codes_left=len(factors[person.id].recovery_hashes) if person.id in factors else 0,
        )
        for person in people
    }


async def seal_again(adapters: Adapters) -> int:
    """Seal with the newest key what was sealed with those before it, so that they can be given up; how many."""
    done = 0
    for factor in await SecondFactor.sealed_with_others(adapters.seals.newest):
        secret = adapters.seals.open(factor.sealed_secret, factor.user_id)
        if secret is not None:
            await factor.seal_again(adapters.seals.seal(secret, factor.user_id))
            done += 1
    return done


async def _confirmed(actor: Actor) -> SecondFactor | None:
    user_id = _person(actor)
    return (await SecondFactor.confirmed([user_id])).get(user_id)


async def _shown(work: Work, actor: Actor, given: str, adapters: Adapters) -> SecondFactor:
    factor = await _confirmed(actor)
    if factor is None:
        raise SecondFactorRefused("You have no second factor.")
    if await _prove(work, actor, factor, given, adapters) is None:
        raise StandingRefusal(SecondFactorRefused())
    return factor


async def _prove(work: Work, actor: Actor, factor: SecondFactor, given: str, adapters: Adapters) -> Proof | None:
    """What was shown, used up by this; None if it is wrong, or was used before. RateLimited after too many wrong ones."""
    if not await factor.take_try(work.now):
        wait = (factor.tries_since or work.now) + TRIES_WITHIN - work.now
        raise RateLimited("Too many wrong codes; please try again later.", retry_after=wait.total_seconds())
    if (code := app_code(given)) is not None:
        secret = adapters.seals.open(factor.sealed_secret, factor.user_id)
        step = authenticator.step_of(secret, code, work.now) if secret else None
        proof = Proof.APP_CODE if step is not None and await factor.use_step(step) else None
    else:
        proof = Proof.RECOVERY_CODE if await _use_recovery_code(work, actor, factor, given) else None
    if proof is not None:
        await factor.give_try_back()
    return proof


async def _use_recovery_code(work: Work, actor: Actor, factor: SecondFactor, given: str) -> bool:
    code = recovery_code(given)
    left = without(factor.recovery_hashes, hash_of(code, factor.user_id)) if code else None
    if left is None:
        return False
    await factor.keep_recovery_codes(left)
    await work.record(actor, Trace("RECOVERY_CODE_USED", "User", factor.user_id, after={"left": len(left)}))
    await work.enqueue(SendNotice(factor.user_id, Notice.RECOVERY_CODE_USED))
    return True


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Unauthenticated
    return actor.user_id
