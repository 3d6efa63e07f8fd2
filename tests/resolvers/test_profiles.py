"""Profiles: people say who they are, once how old, and how they like to sit; the rest of the house hears of it."""

from datetime import date
from uuid import uuid4

from domain.access import Role
from domain.accounts import Registration
from domain.best_seats import Party, SeatPosition
from domain.problems import InvalidInput
from domain.wrong_calls import NotFound
from models.audit_log import AuditEntry
from models.users import User
from resolvers import accounts, holds, profiles
from resolvers.sessions import Device
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.screens import make_screen
from tests.factories.users import actor_of, make_staff
from tests.resolvers.refusals import refused
from tests.schema.asking import asker

BORN = date(1990, 5, 1)
ROWS = [f"{name} ssssssss" for name in "ABCDEFGHJK"]


async def ana(sale: Sale) -> User:
    return await User.get(id=sale.ana.user_id)


async def test_what_is_left_out_stays_as_it_is_and_searches_find_the_new_name(sale: Sale) -> None:
    before = await ana(sale)
    changes = {"name": "Ana María", "preferences": {"seats": {"position": SeatPosition.BACK}}}
    await profiles.edit(sale.ana, changes)
    await profiles.edit(sale.ana, {"date_of_birth": BORN, "preferences": {"seats": {"aisle": True}}})
    after = await ana(sale)
    assert (after.name, after.date_of_birth) == ("Ana María", BORN)
    assert after.preferences == {"seat_position": "BACK", "seat_aisle": True}
    assert (after.email, after.roles) == (before.email, before.roles)
    assert "ana maría" in after.search_folded


async def test_a_change_leaves_a_trace_that_names_what_and_not_how(sale: Sale) -> None:
    await profiles.edit(sale.ana, {"date_of_birth": BORN, "name": "Ana"})
    await profiles.edit(sale.ana, {"date_of_birth": BORN})  # which changes nothing
    (entry,) = await AuditEntry.all()
    assert (entry.user_id, entry.action, entry.subject_id) == (sale.ana.user_id, "UPDATE_PROFILE", sale.ana.user_id)
    assert (entry.before, entry.after) == ({}, {"changed": ["dateOfBirth"]})


async def test_what_is_wrong_changes_nothing(sale: Sale) -> None:
    await profiles.edit(sale.ana, {"date_of_birth": BORN})
    wrong = {"name": "Ana María", "date_of_birth": date(1980, 1, 1)}
    refusal = await refused(InvalidInput, lambda: profiles.edit(sale.ana, wrong))
    assert [each.path for each in refusal.fields] == [("dateOfBirth",)]


async def test_staff_put_a_date_of_birth_right_and_it_is_written_down(sale: Sale) -> None:
    await profiles.edit(sale.ana, {"date_of_birth": BORN})
    admin, person = actor_of(await make_staff(Role.ADMIN)), (await ana(sale)).id
    await profiles.correct_date_of_birth(admin, person, date(1991, 5, 1))
    assert (await ana(sale)).date_of_birth == date(1991, 5, 1)
    entry = await AuditEntry.get(action="CORRECT_DATE_OF_BIRTH")
    assert (entry.user_id, entry.subject_id) == (admin.user_id, person)
    assert (entry.before, entry.after) == ({"dateOfBirth": "1990-05-01"}, {"dateOfBirth": "1991-05-01"})
    await refused(InvalidInput, lambda: profiles.correct_date_of_birth(admin, person, date(1820, 1, 1)))
    await refused(NotFound, lambda: profiles.correct_date_of_birth(admin, uuid4(), BORN))


async def test_best_seats_are_held_as_one_likes_them_unless_one_says_otherwise(database: Database) -> None:
    sale = await open_sale(database.settings, screen=await make_screen(drawing="\n".join(ROWS)))
    await profiles.edit(sale.ana, {"preferences": {"seats": {"position": SeatPosition.BACK, "aisle": True}}})
    liked = await holds.place_best(sale.ana, sale.showtime.id, Party(2), sale.terms)
    assert liked.quote.labels == ["J1", "J2"]
    said = Party(2, position=SeatPosition.FRONT, aisle=False)
    assert (await holds.place_best(sale.ana, sale.showtime.id, said, sale.terms)).quote.labels == ["C4", "C5"]


async def test_whoever_registers_may_say_their_date_of_birth(database: Database) -> None:
    adapters = asker(database.settings).adapters
    wanted = Registration("Bea", "bea@marquee.test", "popcorn-and-a-film", BORN)
    begun = await accounts.register(wanted, adapters=adapters, device=Device())
    assert (await User.get(id=begun.user.id)).date_of_birth == BORN
    unborn = Registration("Cy", "cy@marquee.test", "short", date(2999, 1, 1))
    refusal = await refused(InvalidInput, lambda: accounts.register(unborn, adapters=adapters, device=Device()))
    assert [each.path for each in refusal.fields] == [("password",), ("dateOfBirth",)]
