"""A profile as its owner, the staff and everybody else see it."""

from domain.access import Role
from models.users import User
from schema.ids import global_id
from tests.databases import Database
from tests.factories.users import actor_of, make_customer, make_staff
from tests.schema.asking import asker, codes

PROFILE = """... on User { name dateOfBirth preferences {
  language notifications { booking { email sms } reminders { email sms } offers { email sms } }
  seats { kinds position aisle } } }"""
UPDATE = f"""mutation ($input: UpdateProfileInput!) {{ updateProfile(input: $input) {{
  __typename {PROFILE} ... on InvalidInput {{ fields {{ path message }} }} }} }}"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ {PROFILE} }} }}"


async def test_a_profile_is_told_as_it_was_said(database: Database) -> None:
    ask, ana = asker(database.settings), actor_of(await make_customer())
    seats = {"kinds": ["VIP", "STANDARD"], "position": "BACK", "aisle": True}
    preferences = {"language": "HI", "notifications": {"offers": {"sms": True}}, "seats": seats}
    given = {"dateOfBirth": "1990-05-01", "preferences": preferences}
    found = (await ask(UPDATE, ana, input=given))["data"]["updateProfile"]
    by_email = {"email": True, "sms": False}
    assert found == {
        "__typename": "User",
        "name": "Ana",
        "dateOfBirth": "1990-05-01",
        "preferences": {
            "language": "HI",
            "notifications": {
                "booking": by_email,
                "reminders": by_email,
                "offers": {"email": False, "sms": True},
            },
            "seats": seats | {"kinds": ["STANDARD", "VIP"]},
        },
    }
    found = (await ask(UPDATE, ana, input={"preferences": {"language": None}}))["data"]["updateProfile"]
    assert (found["preferences"]["language"], found["preferences"]["seats"]["position"]) == (None, "BACK")
    found = (await ask(UPDATE, ana, input={"name": None}))["data"]["updateProfile"]
    assert [each["path"] for each in found["fields"]] == [["name"]]


async def test_a_day_that_does_not_exist_is_a_wrong_call(database: Database) -> None:
    ask, ana = asker(database.settings), actor_of(await make_customer())
    for day in ("1990-02-30", "1990-5-1", "yesterday"):
        assert codes(await ask(UPDATE, ana, input={"dateOfBirth": day})) == ["BAD_USER_INPUT"]


async def test_only_the_owner_and_administrators_see_it(database: Database) -> None:
    ask, user = asker(database.settings), await make_customer()
    await User.filter(id=user.id).update(date_of_birth="1990-05-01", preferences={"language": "vi"})
    for role, sees in ((Role.ADMIN, True), (Role.STAFF, False), (Role.CUSTOMER, False)):
        other = actor_of(await make_staff(role))
        node = (await ask(NODE, other, id=global_id("User", user.id)))["data"]["node"]
        assert (node is not None and node["dateOfBirth"] == "1990-05-01") is sees
        assert (node is not None and node["preferences"]["language"] == "VI") is sees
    me = (await ask(NODE, actor_of(user), id=global_id("User", user.id)))["data"]["node"]
    assert (me["dateOfBirth"], me["preferences"]["language"]) == ("1990-05-01", "VI")
