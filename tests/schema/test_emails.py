"""E-mail addresses: verified by their owner, changed by their owner, and nobody learns who has which."""

import asyncio
from collections import Counter

import pytest

from domain.access import Actor, Role
from models.codes import Code
from models.users import User
from schema.ids import global_id
from tests.factories.post import wrong
from tests.factories.users import actor_of, make_staff
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.ways_in import ANA, Door, ana, door, everything, notices, traces

__all__ = ["ana", "door", "later"]

EMAIL, NEW = ANA["email"], "ana@elsewhere.example"


async def ask_for_change(door: Door, ana: Actor, email: str = NEW) -> str:
    assert await door.kind("requestEmailChange", ana, email=email.upper(), password=ANA["password"]) == "CodeSent"
    return await door.post.code_for(email)


async def test_a_registration_sends_the_code_that_verifies_its_address(door: Door, ana: Actor) -> None:
    (letter,) = await door.post.delivered()
    assert (letter.to, letter.subject) == (EMAIL, "Confirm your e-mail address")
    before = await everything()
    assert await door.kind("verifyEmail", ana, code=wrong(await door.post.code_for(EMAIL))) == "CodeRefused"
    assert (await everything())["User"] == before["User"]
    code = await door.post.code_for(EMAIL)
    assert (await door.call("verifyEmail", ana, code=code))["emailVerified"] is True
    assert await door.kind("verifyEmail", ana, code=code) == "CodeRefused"
    assert await traces() == [("VERIFY_EMAIL", {}, {})]


async def test_another_code_is_sent_after_a_minute(door: Door, ana: Actor, later: Later) -> None:
    first = await door.post.code_for(EMAIL)
    soon = await door.call("requestEmailCode", ana)
    row = await Code.get()
    assert soon["__typename"] == "TooSoon"
    assert soon["retryAt"] > row.created_at.isoformat()
    later(seconds=61)
    sent = await door.call("requestEmailCode", ana)
    assert (sent["__typename"], sent["sentTo"]) == ("CodeSent", "a•••@example.com")
    assert await door.kind("verifyEmail", ana, code=first) == "CodeRefused"
    assert await door.kind("verifyEmail", ana, code=await door.post.code_for(EMAIL)) == "User"


async def test_a_code_verifies_the_address_it_was_sent_to_only(door: Door, ana: Actor) -> None:
    code = await door.post.code_for(EMAIL)
    await User.all().update(email=NEW)
    assert await door.kind("verifyEmail", ana, code=code) == "CodeRefused"
    assert (await User.get()).email_verified_at is None


async def test_who_has_no_address_is_told_so(door: Door, ana: Actor) -> None:
    await User.all().update(email=None)
    refused = await door.call("requestEmailCode", ana)
    assert refused == {"__typename": "NotOffered", "message": "There is no e-mail address to verify in this account."}


async def test_only_the_owner_and_administrators_see_whether_an_address_is_verified(door: Door, ana: Actor) -> None:
    query, id = "query ($id: ID!) { node(id: $id) { ... on User { emailVerified } } }", global_id("User", ana.user_id)
    admin = actor_of(await make_staff(Role.ADMIN))
    assert [(await door.ask(query, actor, id=id))["data"]["node"] for actor in (ana, admin)] == [
        {"emailVerified": False}
    ] * 2
    others = [Actor.anonymous(), actor_of(await make_staff(Role.MANAGER))]
    assert [(await door.ask(query, actor, id=id))["data"]["node"] for actor in others] == [None, None]


async def test_a_change_is_proved_at_the_new_address_and_told_to_the_old(door: Door, ana: Actor) -> None:
    await door.post.delivered()
    code = await ask_for_change(door, ana)
    assert (await User.get()).email == EMAIL
    assert [letter.to for letter in await door.post.delivered()] == [EMAIL, NEW]
    changed = await door.call("changeEmail", ana, code=code)
    assert (changed["email"], changed["emailVerified"]) == (NEW, True)
    assert await notices() == [("EMAIL_CHANGED", EMAIL)]
    assert await traces() == [("CHANGE_EMAIL", {"email": EMAIL}, {"email": NEW})]
    last = (await door.post.delivered())[-1]
    assert (last.to, last.subject) == (EMAIL, "Your e-mail address has been changed")
    assert await door.kind("login", email=NEW, password=ANA["password"]) == "Session"
    assert await door.kind("login", email=EMAIL, password=ANA["password"]) == "InvalidCredentials"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"email": NEW, "password": "wrong-password"}, "InvalidCredentials"),
        ({"email": NEW, "password": ""}, "InvalidCredentials"),
        ({"email": NEW}, "InvalidCredentials"),
        ({"email": "no address", "password": ANA["password"]}, "InvalidInput"),
        ({"email": "ana@x.example\nBcc: eve@x.example", "password": ANA["password"]}, "InvalidInput"),
    ],
)
async def test_a_wish_that_is_refused_changes_nothing(door: Door, ana: Actor, given: dict[str, str], kind: str) -> None:
    before = await everything()
    assert await door.kind("requestEmailChange", ana, **given) == kind
    assert await everything() == before


async def test_a_taken_address_is_told_to_who_has_proved_to_read_it_only(door: Door, ana: Actor, later: Later) -> None:
    await door.come_in("register", **(ANA | {"email": NEW, "name": "Ben"}))
    later(days=2)
    free = await door.call("requestEmailChange", ana, email="free@elsewhere.example", password=ANA["password"])
    taken = await door.call("requestEmailChange", ana, email=NEW, password=ANA["password"])
    assert (free["sentTo"], taken["sentTo"]) == ("f•••@elsewhere.example", "a•••@elsewhere.example")
    assert [{**answer, "sentTo": "", "expiresAt": "", "resendAt": ""} for answer in (free, taken)] == [
        {"__typename": "CodeSent", "sentTo": "", "expiresAt": "", "resendAt": ""}
    ] * 2
    code = await door.post.code_for(NEW)
    assert await door.kind("changeEmail", ana, code=wrong(code)) == "CodeRefused"
    before = await everything()
    refused = await door.call("changeEmail", ana, code=code)
    assert refused == {"__typename": "EmailTaken", "message": "There is already an account with this e-mail address."}
    after = await everything()
    assert {kind: after[kind] for kind in after if kind != "Code"} == {
        kind: before[kind] for kind in before if kind != "Code"
    }


async def test_the_last_address_asked_for_is_the_one(door: Door, ana: Actor) -> None:
    first = await ask_for_change(door, ana)
    second = await ask_for_change(door, ana, "other@elsewhere.example")
    assert await door.kind("changeEmail", ana, code=first) == "CodeRefused"
    assert (await door.call("changeEmail", ana, code=second))["email"] == "other@elsewhere.example"


async def test_of_ten_who_want_one_address_and_have_its_codes_one_gets_it(door: Door, later: Later) -> None:
    people = [await door.come_in("register", **(ANA | {"email": f"{number}@example.com"})) for number in range(5)]
    codes = []
    for person in people:
        codes.append(await ask_for_change(door, person))
        later(seconds=61)
    outcomes = await asyncio.gather(
        *(door.kind("changeEmail", person, code=code) for person, code in zip(people, codes, strict=True))
    )
    assert Counter(outcomes) == {"User": 1, "EmailTaken": 4}
    assert await User.filter(email=NEW).count() == 1


async def test_another_s_code_is_worth_nothing(door: Door, ana: Actor) -> None:
    code = await ask_for_change(door, ana)
    ben = await door.come_in("register", **(ANA | {"email": "ben@example.com"}))
    assert await door.kind("changeEmail", ben, code=code) == "CodeRefused"
    assert (await door.call("changeEmail", ana, code=code))["email"] == NEW
