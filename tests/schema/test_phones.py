"""Phones: a way in for who has no account yet, and one more for who has."""

import asyncio
from collections import Counter

import pytest

import clock
from domain.access import Actor, Role
from domain.accounts import WayIn
from models.audit_log import AuditEntry
from models.codes import Code
from models.users import Session, User
from tests.databases import Database
from tests.factories.post import wrong
from tests.factories.users import make_staff
from tests.resolvers.sale_fixtures import Later, later
from tests.schema.ways_in import ANA, Door, ana, door, door_of, everything, notices, traces

__all__ = ["ana", "door", "later"]

PHONE = "+84912345678"
WRITTEN = {"phone": "0912 345 678", "region": "VN"}


async def code_of(door: Door) -> str:
    answer = await door.call("requestPhoneCode", **WRITTEN)
    assert (answer["__typename"], answer["sentTo"]) == ("CodeSent", "+84•••••••78")
    return await door.post.code_for(PHONE)


async def link_code(door: Door, actor: Actor, **given: str) -> str:
    assert await door.kind("requestPhoneLink", actor, **WRITTEN, **given) == "CodeSent"
    return await door.post.code_for(PHONE)


async def test_a_new_number_becomes_a_customer_under_the_name_it_gives(door: Door) -> None:
    code = await code_of(door)
    nameless = await door.call("logInWithPhone", phone=PHONE, code=code)
    assert [field["path"] for field in nameless["fields"]] == [["name"]]
    assert await door.kind("logInWithPhone", phone=PHONE, code=code, name=" ") == "InvalidInput"
    assert (await User.all().count(), (await Code.get()).attempts) == (0, 0)
    given = await door.call("logInWithPhone", **WRITTEN, code=code, name=" Minh ")
    assert given["user"] == {
        "id": given["user"]["id"],
        "name": "Minh",
        "email": None,
        "emailVerified": False,
        "phone": PHONE,
    }
    user, session = await User.get(), await Session.get()
    assert (user.roles, user.password_hash, user.search_folded) == ({Role.CUSTOMER}, None, f"minh\n{PHONE}")
    assert (session.way_in, session.address) == (WayIn.PHONE, "192.0.2.9")
    assert await door.kind("logInWithPhone", phone=PHONE, code=code, name="Minh") == "CodeRefused"


async def test_asking_for_the_name_lets_nobody_guess_more_often(door: Door) -> None:
    code = await code_of(door)
    for _ in range(5):
        assert await door.kind("logInWithPhone", phone=PHONE, code=code) == "InvalidInput"
        assert await door.kind("logInWithPhone", phone=PHONE, code=wrong(code), name="Minh") == "CodeRefused"
    assert await door.kind("logInWithPhone", phone=PHONE, code=code, name="Minh") == "CodeRefused"
    assert (await User.all().count(), (await Code.get()).attempts) == (0, 5)


async def test_a_known_number_logs_in_and_keeps_its_name(door: Door, ana: Actor, later: Later) -> None:
    await User.all().update(phone=PHONE)
    later(minutes=2)
    given = await door.call("logInWithPhone", phone=PHONE, code=await code_of(door), name="Somebody else")
    assert (given["user"]["name"], given["user"]["email"]) == ("Ana", ANA["email"])
    assert (await User.all().count(), await Session.filter(way_in=WayIn.PHONE).count()) == (1, 1)
    entry = await AuditEntry.all().order_by("-number").first()
    assert entry is not None
    assert (entry.action, entry.after) == ("LOG_IN", {"wayIn": "PHONE"})


async def test_of_twenty_log_ins_at_once_with_one_code_one_makes_an_account(door: Door) -> None:
    code = await code_of(door)
    outcomes = await asyncio.gather(
        *(door.kind("logInWithPhone", phone=PHONE, code=code, name=f"Minh {number}") for number in range(20))
    )
    counts = Counter(outcomes)
    assert (counts["Session"], sum(counts.values())) == (1, 20)
    assert set(counts) == {"Session", "CodeRefused"}
    assert (await User.all().count(), await Session.all().count()) == (1, 1)


async def test_known_and_unknown_numbers_are_answered_alike(door: Door) -> None:
    await make_staff()
    await User.all().update(phone=PHONE)
    answers = []
    for phone in (PHONE, "+84912345679"):
        answers.append([await door.kind("requestPhoneCode", phone=phone) for _ in range(2)])
        answers[-1].append(await door.kind("logInWithPhone", phone=phone, code="000000"))
    assert answers == [["CodeSent", "TooSoon", "CodeRefused"]] * 2
    assert [text.to for text in await door.post.delivered()] == [PHONE, "+84912345679"]


@pytest.mark.parametrize(
    "given", [{"phone": "0912 345 678"}, {"phone": "+1 800 555 0199"}, {"phone": "ana", "region": "VN"}]
)
async def test_what_is_no_mobile_number_is_refused_everywhere(door: Door, ana: Actor, given: dict[str, str]) -> None:
    before = await everything()
    for mutation, actor, more in (
        ("requestPhoneCode", None, {}),
        ("logInWithPhone", None, {"code": "123456"}),
        ("requestPhoneLink", ana, {}),
        ("linkPhone", ana, {"code": "123456"}),
    ):
        answer = await door.call(mutation, actor, **given, **more)
        assert [field["path"] for field in answer["fields"]] == [["phone"]]
    assert await everything() == before


async def test_a_locked_account_gets_no_session_and_the_code_stays_unused(door: Door, ana: Actor) -> None:
    await User.all().update(phone=PHONE, locked_at=clock.now())
    answer = await door.call("logInWithPhone", phone=PHONE, code=await code_of(door))
    assert answer == {
        "__typename": "InvalidCredentials",
        "message": "This account has been locked; please ask the house.",
    }
    assert await Session.filter(way_in=WayIn.PHONE).count() == 0
    assert await door.kind("logInWithPhone", phone=PHONE, code="000000") == "CodeRefused"


async def test_a_phone_is_linked_by_its_code_and_the_owner_is_told(door: Door, ana: Actor) -> None:
    await User.all().update(phone="+84912345670")
    code = await link_code(door, ana)
    assert (await User.get()).phone == "+84912345670"
    assert (await door.call("linkPhone", ana, **WRITTEN, code=code))["phone"] == PHONE
    assert (await User.get()).search_folded == f"ana\n{ANA['email']}\n{PHONE}"
    assert await notices() == [("PHONE_LINKED", "")]
    assert await traces() == [("LINK_PHONE", {"phone": "+84912345670"}, {"phone": PHONE})]


async def test_a_code_to_link_does_not_log_in_nor_the_other_way_round(door: Door, ana: Actor) -> None:
    linking, entering = await link_code(door, ana), ""
    assert await door.kind("logInWithPhone", phone=PHONE, code=linking, name="Eve") == "CodeRefused"
    entering = await code_of(door)
    if entering != linking:
        assert await door.kind("linkPhone", ana, phone=PHONE, code=entering) == "CodeRefused"
    assert await User.all().count() == 1


async def test_a_taken_number_is_told_to_who_has_proved_to_have_it_only(door: Door, ana: Actor) -> None:
    await make_staff()
    await User.filter(name="Sam").update(phone=PHONE)
    code = await link_code(door, ana)
    assert await door.kind("linkPhone", ana, phone=PHONE, code=wrong(code)) == "CodeRefused"
    before = (await everything())["User"]
    answer = await door.call("linkPhone", ana, phone=PHONE, code=code)
    assert answer == {"__typename": "PhoneTaken", "message": "There is already an account with this phone number."}
    assert (await everything())["User"] == before
    assert (await notices(), await traces()) == ([], [])


async def test_linking_needs_a_fresh_log_in_or_the_password(door: Door, ana: Actor, later: Later) -> None:
    later(minutes=10)
    before = await everything()
    stale = await door.call("requestPhoneLink", ana, **WRITTEN)
    assert (stale["__typename"], stale["message"]) == (
        "InvalidCredentials",
        "Please log in again first, so that it is certain who you are.",
    )
    assert await door.kind("requestPhoneLink", ana, **WRITTEN, password="wrong-password") == "InvalidCredentials"
    assert await everything() == before
    code = await link_code(door, ana, password=ANA["password"])
    assert await door.kind("linkPhone", ana, **WRITTEN, code=code) == "User"


async def test_nobody_has_one_number_or_address_after_the_other_written_to(database: Database) -> None:
    """Each is written to for the first time; who asks for all of them is stopped, and pays for nobody else."""
    door = door_of(database, rate_limits=True, tries_per_account=6)
    ana = await door.come_in("register", **ANA)
    ben = await door.come_in("register", **(ANA | {"email": "ben@example.com"}))
    for mutation, target in (("requestPhoneLink", "+8491234567{}"), ("requestEmailChange", "zoe{}@example.com")):
        name = "phone" if mutation == "requestPhoneLink" else "email"
        given = [{name: target.format(number), "password": ANA["password"]} for number in range(5)]
        actor = ana if name == "phone" else ben
        assert [await door.codes_of(mutation, actor, **each) for each in given] == [[], [], []] + [["RATE_LIMITED"]] * 2
    assert await Code.exclude(purpose="VERIFY_EMAIL").count() == 6


async def test_who_came_by_phone_gets_an_address_and_a_password(door: Door) -> None:
    minh = await door.come_in("logInWithPhone", **WRITTEN, code=await code_of(door), name="Minh")
    assert await door.kind("requestEmailChange", minh, email=ANA["email"]) == "CodeSent"
    changed = await door.call("changeEmail", minh, code=await door.post.code_for(ANA["email"]))
    assert (changed["email"], changed["emailVerified"], await notices()) == (ANA["email"], True, [])
    assert await door.kind("changePassword", minh, newPassword=ANA["password"]) == "User"
    assert await door.kind("login", email=ANA["email"], password=ANA["password"]) == "Session"
