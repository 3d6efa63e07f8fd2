"""The second step: a code works once, a recovery code once, ten wrong ones are enough, and the owner hears of it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pyotp
import pytest

import clock
from adapters import Adapters, adapters_from
from domain.access import Actor
from domain.problems import InvalidCredentials, SecondFactorRefused
from domain.wrong_calls import RateLimited, Unauthenticated
from models.audit_log import AuditEntry
from models.tasks import QueuedTask
from models.users import Session, User
from models.ways_in import SecondFactor
from resolvers import second_factors, sessions
from resolvers.sessions import Device, LoggedIn
from settings import Settings
from tests.databases import Database
from tests.factories.users import PASSWORD, actor_of, make_customer
from tests.resolvers.sale_fixtures import Later

LAPTOP = Device("A laptop", "192.0.2.8")
NEEDED = "Now the code of your app, or a recovery code."
WRONG = "That is not the code of now; please wait for the next one."


@dataclass
class Owner:
    """Somebody with an app, and a pen."""

    user: User
    adapters: Adapters
    later: Later
    secret: str = ""
    paper: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        return actor_of(self.user)

    @property
    def code(self) -> str:
        """What the app shows now."""
        return pyotp.TOTP(self.secret).at(clock.now())

    @property
    def wrong(self) -> str:
        """Six digits that the app shows neither now nor a step beside."""
        near = {pyotp.TOTP(self.secret).at(clock.now() + timedelta(seconds=30 * steps)) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)

    async def set_up(self) -> None:
        self.secret = (await second_factors.start(self.actor, self.adapters)).secret
        self.paper = tuple(await second_factors.confirm(self.actor, self.code, self.adapters))
        self.later(seconds=30)

    async def log_in(self, second_factor: str | None = None, password: str = PASSWORD) -> LoggedIn:
        email = str(self.user.email)
        return await sessions.log_in(
            email, password, adapters=self.adapters, device=LAPTOP, second_factor=second_factor
        )

    async def refused(self, second_factor: str | None = None, password: str = PASSWORD) -> tuple[str, bool]:
        """Why no session begins, and whether it is for the second factor."""
        before = await Session.all().count()
        with pytest.raises(InvalidCredentials) as refusal:
            await self.log_in(second_factor, password)
        assert await Session.all().count() == before
        return refusal.value.message, refusal.value.second_factor_needed


@pytest.fixture
async def ana(database: Database, later: Later) -> Owner:
    adapters = adapters_from(database.settings)
    later()
    return Owner(await make_customer(password_hash=await adapters.passwords.hash(PASSWORD)), adapters, later)


async def notices() -> list[str]:
    return [task.body["notice"] for task in await QueuedTask.filter(kind="send-notice").order_by("created_at")]


async def traces() -> list[str]:
    return [entry.action for entry in await AuditEntry.all().order_by("number") if entry.action != "LOG_IN"]


async def test_nothing_counts_before_the_first_code(ana: Owner) -> None:
    new = await second_factors.start(ana.actor, ana.adapters)
    assert (await ana.log_in()).user == ana.user
    kept = await SecondFactor.get()
    assert (kept.confirmed_at, kept.recovery_hashes) == (None, [])
    assert new.secret not in kept.sealed_secret
    assert new.address.startswith(
        f"otpauth://totp/Marquee:{str(ana.user.email).replace('@', '%40')}?secret={new.secret}"
    )
    assert new.picture.startswith("data:image/svg+xml;base64,")
    assert await notices() == []


async def test_starting_again_makes_the_first_secret_worthless(ana: Owner) -> None:
    ana.secret = (await second_factors.start(ana.actor, ana.adapters)).secret
    await second_factors.start(ana.actor, ana.adapters)
    with pytest.raises(SecondFactorRefused):
        await second_factors.confirm(ana.actor, ana.code, ana.adapters)
    assert (await SecondFactor.get()).confirmed_at is None
    await ana.set_up()
    assert await SecondFactor.all().count() == 1


async def test_the_first_right_code_sets_it_up_and_gives_ten_recovery_codes(ana: Owner) -> None:
    await ana.set_up()
    kept = await SecondFactor.get()
    assert (len(set(ana.paper)), len(set(kept.recovery_hashes)), kept.tries) == (10, 10, 0)
    assert not set(ana.paper) & set(kept.recovery_hashes)
    assert (await notices(), await traces()) == (["SECOND_FACTOR_ON"], ["CONFIRM_SECOND_FACTOR"])
    for again in (
        second_factors.start(ana.actor, ana.adapters),
        second_factors.confirm(ana.actor, ana.code, ana.adapters),
    ):
        with pytest.raises(SecondFactorRefused):
            await again
    assert await SecondFactor.get() == kept


async def test_a_log_in_asks_for_it_only_after_the_right_password(ana: Owner) -> None:
    await ana.set_up()
    assert await ana.refused() == (NEEDED, True)
    assert await ana.refused("") == (NEEDED, True)
    assert await ana.refused(ana.wrong) == (WRONG, True)
    assert await ana.refused(ana.code, password="wrong-password") == (
        "The e-mail address or the password is wrong.",
        False,
    )
    assert (await ana.log_in(ana.code)).user == ana.user


async def test_no_code_works_twice_nor_one_before_it(ana: Owner) -> None:
    await ana.set_up()
    before = pyotp.TOTP(ana.secret).at(clock.now() - timedelta(seconds=30))
    code = f" {ana.code[:3]} {ana.code[3:]} "
    await ana.log_in(code)
    assert await ana.refused(code) == (WRONG, True)
    assert await ana.refused(before) == (WRONG, True)
    ana.later(seconds=60)
    assert (await ana.log_in(ana.code)).user == ana.user


async def test_the_code_that_set_it_up_does_not_log_in(ana: Owner) -> None:
    ana.secret = (await second_factors.start(ana.actor, ana.adapters)).secret
    code = ana.code
    await second_factors.confirm(ana.actor, code, ana.adapters)
    assert await ana.refused(code) == (WRONG, True)


async def test_twenty_log_ins_at_once_with_one_code_are_one(ana: Owner) -> None:
    await ana.set_up()
    code = ana.code
    outcomes = await asyncio.gather(*(ana.log_in(code) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 1
    refused = [type(outcome) for outcome in outcomes if not isinstance(outcome, LoggedIn)]
    assert (refused.count(InvalidCredentials), refused.count(RateLimited)) == (10, 9)
    assert await Session.all().count() == 1


async def test_ten_wrong_codes_are_enough_however_many_come_at_once(ana: Owner) -> None:
    """The right code, among the last of forty guesses, is not looked at; a quarter of an hour later it works."""
    await ana.set_up()
    outcomes = await asyncio.gather(*(ana.log_in(ana.wrong) for _ in range(40)), return_exceptions=True)
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(InvalidCredentials), kinds.count(RateLimited)) == (10, 30)
    for given in (ana.code, ana.paper[0]):
        with pytest.raises(RateLimited):
            await ana.log_in(given)
    with pytest.raises(RateLimited):
        await second_factors.end(ana.actor, ana.code, ana.adapters)
    assert await ana.refused() == (NEEDED, True)
    ana.later(minutes=16)
    assert (await ana.log_in(ana.code)).user == ana.user


async def test_right_codes_are_not_counted_and_forgive_no_wrong_ones(ana: Owner) -> None:
    await ana.set_up()
    for _ in range(9):
        await ana.refused(ana.wrong)
    await ana.log_in(ana.code)
    ana.later(seconds=60)
    await ana.log_in(ana.code)
    assert (await SecondFactor.get()).tries == 9
    await ana.refused(ana.wrong)
    with pytest.raises(RateLimited):
        await ana.log_in(ana.wrong)


async def test_a_recovery_code_works_once_and_its_owner_is_told(ana: Owner) -> None:
    await ana.set_up()
    spoken = ana.paper[3].lower().replace("-", " ")
    assert (await ana.log_in(spoken)).user == ana.user
    assert await notices() == ["SECOND_FACTOR_ON", "RECOVERY_CODE_USED"]
    assert await traces() == ["CONFIRM_SECOND_FACTOR", "RECOVERY_CODE_USED"]
    assert await ana.refused(ana.paper[3]) == (WRONG, True)
    assert (await second_factors.standing_of([ana.user.id]))[ana.user.id].recovery_codes_left == 9
    assert (await ana.log_in(ana.paper[4])).user == ana.user


async def test_a_recovery_code_used_ten_times_at_once_is_one_log_in(ana: Owner) -> None:
    await ana.set_up()
    outcomes = await asyncio.gather(*(ana.log_in(ana.paper[0]) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(outcome, LoggedIn) for outcome in outcomes) == 1
    assert len((await SecondFactor.get()).recovery_hashes) == 9


async def test_new_recovery_codes_make_the_old_ones_worthless(ana: Owner) -> None:
    await ana.set_up()
    with pytest.raises(SecondFactorRefused):
        await second_factors.renew_recovery_codes(ana.actor, ana.wrong, ana.adapters)
    renewed = await second_factors.renew_recovery_codes(ana.actor, ana.code, ana.adapters)
    assert not set(renewed) & set(ana.paper)
    assert await traces() == ["CONFIRM_SECOND_FACTOR", "RENEW_RECOVERY_CODES"]
    assert await ana.refused(ana.paper[0]) == (WRONG, True)
    assert (await ana.log_in(renewed[0])).user == ana.user


async def test_it_ends_for_who_shows_it_once_more(ana: Owner) -> None:
    await ana.set_up()
    with pytest.raises(SecondFactorRefused):
        await second_factors.end(ana.actor, ana.wrong, ana.adapters)
    assert await SecondFactor.all().count() == 1
    assert await second_factors.end(ana.actor, ana.paper[0], ana.adapters) == ana.user
    assert await SecondFactor.all().count() == 0
    assert (await notices())[-1] == "SECOND_FACTOR_OFF"
    assert await traces() == ["CONFIRM_SECOND_FACTOR", "RECOVERY_CODE_USED", "END_SECOND_FACTOR"]
    assert (await ana.log_in()).user == ana.user
    with pytest.raises(SecondFactorRefused):
        await second_factors.end(ana.actor, ana.paper[1], ana.adapters)


async def test_guesses_at_setting_up_and_giving_up_are_counted_too(ana: Owner) -> None:
    ana.secret = (await second_factors.start(ana.actor, ana.adapters)).secret
    for _ in range(10):
        with pytest.raises(SecondFactorRefused):
            await second_factors.confirm(ana.actor, ana.wrong, ana.adapters)
    with pytest.raises(RateLimited):
        await second_factors.confirm(ana.actor, ana.code, ana.adapters)
    await second_factors.start(ana.actor, ana.adapters)
    assert (await SecondFactor.get()).tries == 10


async def test_nobody_s_second_factor_is_another_s(ana: Owner, later: Later) -> None:
    await ana.set_up()
    ben = Owner(await make_customer("Ben", ana.user.password_hash), ana.adapters, later)
    await ben.set_up()
    assert await ben.refused(ana.code) == (WRONG, True)
    assert await ben.refused(ana.paper[0]) == (WRONG, True)
    nobody = Actor.anonymous()
    for call in (second_factors.start(nobody, ana.adapters), second_factors.confirm(nobody, "", ana.adapters)):
        with pytest.raises(Unauthenticated):
            await call


async def test_a_locked_account_is_told_so_after_the_right_password_only(ana: Owner) -> None:
    await User.filter(id=ana.user.id).update(locked_at=clock.now())
    assert await ana.refused() == ("This account has been locked; please ask the house.", False)
    assert await ana.refused(password="wrong-password") == ("The e-mail address or the password is wrong.", False)


async def test_it_outlives_the_key_it_was_sealed_with(ana: Owner, settings: Settings) -> None:
    await ana.set_up()
    new = {"secret_key": "the secret of next year is long enough", "previous_secret_keys": settings.secret_key}
    rotated = adapters_from(settings.model_copy(update=new))
    assert [await second_factors.seal_again(rotated) for _ in range(2)] == [1, 0]
    ana.adapters = adapters_from(settings.model_copy(update={**new, "previous_secret_keys": ""}))
    assert (await ana.log_in(ana.code)).user == ana.user


async def test_who_loses_the_key_still_has_recovery_codes(ana: Owner, settings: Settings) -> None:
    await ana.set_up()
    ana.adapters = adapters_from(settings.model_copy(update={"secret_key": "a secret that sealed nothing, but long"}))
    assert await second_factors.seal_again(ana.adapters) == 0
    assert await ana.refused(ana.code) == (WRONG, True)
    assert (await ana.log_in(ana.paper[0])).user == ana.user
