"""Another password: by a code for who has forgotten theirs, by the old one for who knows it."""

import asyncio
import logging
from collections import Counter

import pytest

import clock
from domain.accounts import SessionEnding
from models.codes import Code
from models.tasks import QueuedTask
from models.users import Session, User
from models.ways_in import Identity, SecondFactor
from subscriptions import sessions as open_sessions
from tests.factories.post import wrong
from tests.factories.users import actor_of
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.ways_in import ANA, NEW_PASSWORD, Door, alive, door, everything, notices, traces

__all__ = ["door", "later"]

EMAIL = ANA["email"]


async def ask_for_code(door: Door, email: str = EMAIL) -> str:
    assert await door.kind("requestPasswordReset", email=email.upper()) == "CodeSent"
    return await door.post.code_for(email)


async def reset(door: Door, code: str, password: str = NEW_PASSWORD, email: str = EMAIL) -> str:
    return await door.kind("resetPassword", email=email, code=code, newPassword=password)


async def can_log_in(door: Door, password: str) -> bool:
    return await door.kind("login", email=EMAIL, password=password) == "Session"


async def test_a_reset_sets_the_password_ends_every_session_and_tells_the_owner(door: Door) -> None:
    told: list[str] = []
    for number in range(3):
        actor = (
            await door.come_in("register", **ANA)
            if number == 0
            else await door.come_in("login", email=EMAIL, password=ANA["password"])
        )
        assert actor.session_id is not None
        open_sessions.watch(actor.session_id, lambda: told.append("closed"))
    code = await ask_for_code(door)
    answer = await door.call("resetPassword", email=EMAIL, code=f" {code[:3]} {code[3:]}", newPassword=NEW_PASSWORD)
    assert answer == {"__typename": "PasswordReset", "sessionsEnded": 3}
    assert told == ["closed"] * 3
    assert (await alive(), {row.ended_because for row in await Session.all()}) == (
        0,
        {SessionEnding.CREDENTIALS_CHANGED},
    )
    assert [await can_log_in(door, password) for password in (ANA["password"], NEW_PASSWORD)] == [False, True]
    assert (await User.get()).email_verified_at is not None
    assert (await notices(), await traces()) == ([("PASSWORD_CHANGED", "")], [("RESET_PASSWORD", {}, {})])
    assert [mail.subject for mail in await door.post.delivered()][-1] == "Your password has been changed"


async def test_what_is_refused_changes_nothing(door: Door) -> None:
    await door.come_in("register", **ANA)
    code = await ask_for_code(door)
    before = await everything()
    assert await reset(door, code, "short") == "InvalidInput"
    assert await reset(door, code, email="no address") == "InvalidInput"
    assert await everything() == before
    assert await reset(door, wrong(code)) == "CodeRefused"
    after = await everything()
    assert [code.pop("attempts") for code in before.pop("Code") + after.pop("Code")].count(1) == 1
    assert after == before


async def test_an_unknown_address_is_answered_like_a_known_one(door: Door, later: Later) -> None:
    """The same answers, limits, rows and tasks: only no letter goes."""
    await door.come_in("register", **ANA)
    await door.post.delivered()
    later(days=2)
    told = {}
    for email in (EMAIL, "zoe@example.com"):
        before = await QueuedTask.all().count()
        answers = [await door.call("requestPasswordReset", email=email) for _ in range(2)]
        answers += [await door.call("resetPassword", email=email, code="000000", newPassword=NEW_PASSWORD)] * 2
        row = await Code.filter(target=email, purpose="RESET_PASSWORD").get()
        told[email] = (answers, row.attempts, await QueuedTask.all().count() - before)
        assert [answer["__typename"] for answer in answers] == ["CodeSent", "TooSoon", "CodeRefused", "CodeRefused"]
        assert answers[0].pop("sentTo") == f"{email[0]}•••@example.com"
        for answer in answers:
            for moment in ("expiresAt", "resendAt", "retryAt"):
                answer.pop(moment, None)
    assert told[EMAIL] == told["zoe@example.com"]
    written_to = [message.to for message in await door.post.delivered()]
    assert written_to == [EMAIL, EMAIL]  # at the registration, and now


async def test_an_unknown_address_costs_the_same_work(
    door: Door, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same statements in the same order, and no password is hashed for either."""
    await door.come_in("register", **ANA)
    hashed: list[str] = []
    monkeypatch.setattr(door.post.adapters.passwords, "hash", hashed.append)
    work = []
    for email in (EMAIL, "zoe@example.com"):
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "tortoise.db_client"):
            await door.kind("requestPasswordReset", email=email)
            assert await reset(door, "000000", email=email) == "CodeRefused"
        work.append([record.getMessage().split("[")[0].split(":")[0][:60] for record in caplog.records])
    assert len(work[0]) >= 3
    assert work[0] == work[1]
    assert hashed == []


async def test_a_code_for_nobody_is_never_good(door: Door) -> None:
    """Whoever guesses it, or registers the address afterwards, has no use of it."""
    await door.kind("requestPasswordReset", email=EMAIL)
    row = await Code.get()
    await door.come_in("register", **ANA)
    code = door.post.adapters.codes.write(row.id, row.purpose, row.target)
    assert await reset(door, code) == "CodeRefused"
    assert await can_log_in(door, ANA["password"])


async def test_a_code_sent_to_an_address_that_was_left_is_good_for_nobody(door: Door) -> None:
    await door.come_in("register", **ANA)
    code = await ask_for_code(door)
    await User.all().update(email="ana@elsewhere.example")
    assert await reset(door, code) == "CodeRefused"
    await door.come_in("register", **(ANA | {"name": "Zoe"}))
    assert await reset(door, code) == "CodeRefused"


async def test_of_twenty_resets_at_once_with_one_code_no_more_than_one_is_done(door: Door) -> None:
    await door.come_in("register", **ANA)
    code = await ask_for_code(door)
    outcomes = await asyncio.gather(*(reset(door, code, f"{NEW_PASSWORD}-{number}") for number in range(20)))
    assert Counter(outcomes) == {"PasswordReset": 1, "CodeRefused": 19}
    assert [name for name, _ in await notices()] == ["PASSWORD_CHANGED"]
    assert await can_log_in(door, f"{NEW_PASSWORD}-{outcomes.index('PasswordReset')}")


@pytest.mark.parametrize("was_verified", [False, True])
async def test_who_proves_an_address_first_inherits_nobody_s_ways_in(door: Door, was_verified: bool) -> None:
    """Somebody registers with Ana's address and links their own phone: when she comes, it opens nothing any more."""
    await door.come_in("register", **ANA)
    user = await User.get()
    user.phone, user.email_verified_at = "+84912345678", clock.now() if was_verified else None
    await user.save()
    await Identity.create(user=user, provider="GOOGLE", subject="eve", created_at=clock.now())
    await SecondFactor.create(user=user, sealed_secret="eve's", confirmed_at=clock.now(), created_at=clock.now())
    assert await reset(door, await ask_for_code(door)) == "PasswordReset"
    left = ("+84912345678", 1, 1) if was_verified else (None, 0, 0)
    assert ((await User.get()).phone, await Identity.all().count(), await SecondFactor.all().count()) == left


async def test_changing_the_password_ends_the_other_sessions_only(door: Door) -> None:
    here = await door.come_in("register", **ANA)
    await door.come_in("login", email=EMAIL, password=ANA["password"])
    given = {"currentPassword": ANA["password"], "newPassword": NEW_PASSWORD}
    assert (await door.call("changePassword", here, **given))["email"] == EMAIL
    assert [session.id for session in await Session.filter(ended_at=None)] == [here.session_id]
    assert [await can_log_in(door, password) for password in (ANA["password"], NEW_PASSWORD)] == [False, True]
    assert (await notices(), await traces()) == ([("PASSWORD_CHANGED", "")], [("CHANGE_PASSWORD", {}, {})])


@pytest.mark.parametrize(
    ("current", "new", "kind"),
    [
        ("wrong-password", NEW_PASSWORD, "InvalidCredentials"),
        ("", NEW_PASSWORD, "InvalidCredentials"),
        (None, NEW_PASSWORD, "InvalidCredentials"),
        ("p" * 50_000, NEW_PASSWORD, "InvalidCredentials"),
        (ANA["password"], "short", "InvalidInput"),
        (ANA["password"], " " * 20, "InvalidInput"),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(door: Door, current: str | None, new: str, kind: str) -> None:
    here = await door.come_in("register", **ANA)
    before = await everything()
    assert await door.kind("changePassword", here, currentPassword=current, newPassword=new) == kind
    assert await everything() == before


async def test_of_ten_changes_at_once_one_is_done(door: Door) -> None:
    here = await door.come_in("register", **ANA)
    changes = [{"currentPassword": ANA["password"], "newPassword": f"{NEW_PASSWORD}-{number}"} for number in range(10)]
    outcomes = await asyncio.gather(*(door.kind("changePassword", here, **given) for given in changes))
    assert Counter(outcomes) == {"User": 1, "InvalidCredentials": 9}
    assert await can_log_in(door, f"{NEW_PASSWORD}-{outcomes.index('User')}")


async def test_who_has_no_password_sets_one_soon_after_logging_in(door: Door, later: Later) -> None:
    here = await door.come_in("register", **ANA)
    await User.all().update(password_hash=None)
    for given in ({"currentPassword": ""}, {"currentPassword": ANA["password"]}):
        assert await door.kind("changePassword", here, **given, newPassword=NEW_PASSWORD) == "InvalidCredentials"
    assert (
        await door.kind("changePassword", actor_of(await User.get()), newPassword=NEW_PASSWORD) == "InvalidCredentials"
    )
    later(minutes=10)
    assert await door.kind("changePassword", here, newPassword=NEW_PASSWORD) == "InvalidCredentials"
    later(minutes=-1)
    assert await door.kind("changePassword", here, newPassword=NEW_PASSWORD) == "User"
    assert await can_log_in(door, NEW_PASSWORD)


async def test_a_locked_account_is_told_so_to_its_owner_only(door: Door) -> None:
    await door.come_in("register", **ANA)
    await User.all().update(locked_at=clock.now())
    right = await door.call("login", email=EMAIL, password=ANA["password"])
    assert right == {
        "__typename": "InvalidCredentials",
        "message": "This account has been locked; please ask the house.",
    }
    wrong_one = await door.call("login", email=EMAIL, password="wrong-password")
    assert wrong_one["message"] == "The e-mail address or the password is wrong."
    assert await reset(door, await ask_for_code(door)) == "PasswordReset"
    assert (await can_log_in(door, NEW_PASSWORD), await alive()) == (False, 0)
