"""Everything that is held of a person is theirs to read: every table, every column, but for secrets."""

import json
from datetime import date
from typing import Any

import pytest

import clock
import models
from domain.access import Actor, Role
from domain.accounts import WayIn
from domain.codes import CodePurpose
from domain.traces import Trace
from domain.wrong_calls import Unauthenticated
from models.audit_log import AuditEntry
from models.codes import Code
from models.exports import HELD
from models.staff import Posting
from models.users import Session, User
from models.ways_in import Identity, SecondFactor
from resolvers import cancellations, exports, profiles
from resolvers.unit_of_work import unit_of_work
from tests.factories.sale import Sale, others
from tests.factories.users import actor_of, make_staff

# Of the tables in the export, the columns that are left out, and why.
LEFT_OUT = {
    "User": {
        "password_hash": "a secret",
        "search_folded": "name, address and phone again, as searches compare them",
        "deleted_at": "whoever can ask has none",
        "is_staff": "whether role_names has more than a customer",
    },
    "Identity": {"id": "our number", "user_id": "theirs"},
    "SecondFactor": {
        "id": "our number",
        "user_id": "theirs",
        "sealed_secret": "a secret",
        "last_step": "which code was used last",
        "tries": "a count against guessing",
        "tries_since": "since when that counts",
        "recovery_hashes": "secrets",
    },
    "Session": {"user_id": "theirs", "generation": "which refresh token is the newest"},
    "Code": {
        "id": "the code is derived from it: a secret",
        "user_id": "theirs",
        "attempts": "a count against guessing",
    },
    "Posting": {"id": "our number", "user_id": "theirs"},
    "Invitation": {"id": "the invitation is derived from it: a secret", "invited_by_id": "somebody else"},
    "Hold": {"user_id": "theirs", "grace_given": "whether a payment has prolonged it"},
    "Booking": {"user_id": "theirs", "version": "a count of changes"},
    "Ticket": {},
    "Payment": {"looks": "how often the provider was asked", "look_at": "when it is asked again"},
    "Capture": {},
    "Refund": {"asked_by_id": "somebody of the staff, or they themselves"},
    "Offer": {},
    "IdempotencyAnswer": {"id": "our number", "user_id": "theirs", "fingerprint": "a digest of a call"},
    "AuditEntry": {"number": "our number", "id": "our number", "served_id": "theirs"},
}
# The tables that are not in the export, and why.
NOBODYS = {
    "HouseRule": "of the house",
    "LedgerEntry": "the money of captures and refunds again, for the books",
    "Movie": "the catalogue",
    "MovieGenre": "the catalogue",
    "PaymentMessage": "what a provider wrote to the house, without the payer; what it meant is in payments and captures",
    "QueuedTask": "work to be done, gone when it is done",
    "Sale": "the house's figures",
    "SandboxEvent": "what the sandbox knows, as another company would",
    "Screen": "the catalogue",
    "SeatChange": "what was taken when, never by whom",
    "SeatClaim": "the seats of holds and bookings again, while they are taken",
    "SeatLayout": "the catalogue",
    "Showtime": "the catalogue",
    "Venue": "the catalogue",
}


def columns(table: str) -> set[str]:
    meta = getattr(models, table)._meta
    return set(meta.fields_db_projection) | {f"{name}_id" for name in meta.fk_fields | meta.o2o_fields}


@pytest.mark.once
def test_every_table_and_column_is_told_or_left_out_for_a_reason() -> None:
    told = {held.table.__name__: set(held.told) for held in HELD.values()}
    assert told.keys() == LEFT_OUT.keys()
    assert set(models.__all__) - told.keys() == NOBODYS.keys()
    for table, names in told.items():
        assert columns(table) == names | LEFT_OUT[table].keys(), table
        assert not names & LEFT_OUT[table].keys()


@pytest.mark.once
def test_no_table_that_points_to_a_person_is_called_nobodys() -> None:
    pointing = {
        name for name in models.__all__ if {"user_id", "served_id", "email", "phone", "address"} & columns(name)
    }
    assert pointing & NOBODYS.keys() == {"Venue"}  # a house has an address, too


async def export_of(sale: Sale) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((await exports.everything_of(sale.ana)).content)
    return content


async def ana_with_everything(sale: Sale) -> User:
    """Ana has bought, given back and held, and has every way in there is."""
    now, person = clock.now(), {"user_id": sale.ana.user_id, "created_at": clock.now()}
    await profiles.edit(sale.ana, {"date_of_birth": date(1990, 5, 1)}, key="my-key")
    booking, _ = await sale.buy("A1", "A2")
    await cancellations.cancel(sale.ana, booking.id)
    await sale.hold("B1")
    await Session.create(**person, expires_at=now, used_at=now, device="Firefox", address="192.0.2.7")
    await Identity.create(**person, provider="google", subject="1234", email="ana@else.test")
    await SecondFactor.create(**person, sealed_secret="SEALED", recovery_hashes=["HASH"])
    await Code.create(**person, purpose=CodePurpose.VERIFY_EMAIL, target="ana@else.test", expires_at=now)
    await Posting.create(**person, venue_id=sale.showtime.venue_id)
    await User.filter(id=sale.ana.user_id).update(password_hash="HASHED-PASSWORD")
    return await User.get(id=sale.ana.user_id)


async def test_all_that_is_held_is_told_and_no_secret(sale: Sale) -> None:
    ana = await ana_with_everything(sale)
    made = await exports.everything_of(sale.ana)
    found = json.loads(made.content)
    assert (found["format"], found["version"]) == ("marquee-export", 1)
    assert found["createdAt"] == made.created_at.isoformat()
    assert made.file_name == f"marquee-{made.created_at.date()}.json"
    profile = found["profile"]
    assert (profile["name"], profile["email"], profile["dateOfBirth"]) == ("Ana", ana.email, "1990-05-01")
    assert (profile["hasPassword"], profile["preferences"]["remindersEmail"]) == (True, True)
    counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
    once = dict.fromkeys(("identities", "secondFactor", "sessions", "codes", "postings"), 1)
    money = dict.fromkeys(("bookings", "payments", "captures", "refunds", "repetitions"), 1)
    assert counts.items() >= (once | money | {"holds": 2, "tickets": 2, "offers": 0, "invitations": 0}).items()
    assert (found["bookings"][0]["venue"], found["bookings"][0]["status"]) == (
        found["postings"][0]["venue"],
        "CANCELLED",
    )
    assert (found["sessions"][0]["device"], found["sessions"][0]["wayIn"]) == ("Firefox", WayIn.PASSWORD.value)
    for secret in ("SEALED", "HASH"):
        assert secret not in made.content


async def test_nothing_of_anybody_else_is_told(sale: Sale) -> None:
    (ben,) = await others(1)
    await User.filter(id=ben.user_id).update(name="Benjamin")
    await sale.book("C1", actor=ben)
    await ana_with_everything(sale)
    text = (await exports.everything_of(sale.ana)).content
    for of_ben in ("Benjamin", str(ben.user_id), "C1"):
        assert of_ben not in text


async def test_what_the_staff_did_is_told_without_where_they_sat(sale: Sale) -> None:
    admin = actor_of(await make_staff(Role.ADMIN))
    at_desk = Actor(admin.user_id, admin.roles, address="192.0.2.200")
    at_home = Actor(sale.ana.user_id, sale.ana.roles, address="192.0.2.7")
    async with unit_of_work() as work:
        await work.record(at_desk, Trace("LOCK_USER", "User", sale.ana.user_id, after={"because": "noise"}))
        await work.record(at_home, Trace("LOGIN", "Session", sale.ana.user_id))
        await work.record(at_home, Trace("INVITE", "User", admin.user_id, after={"email": "sam@marquee.test"}))
    traces = (await export_of(sale))["traces"]
    assert [(each["action"], each["by"], each["address"], each["after"]) for each in traces] == [
        ("LOCK_USER", "the house", None, {"because": "noise"}),
        ("LOGIN", "you", "192.0.2.7", {}),
        ("INVITE", "you", "192.0.2.7", {}),
    ]
    assert str(admin.user_id) not in json.dumps(traces)


async def test_asking_is_written_down(sale: Sale) -> None:
    await exports.everything_of(sale.ana)
    assert [entry["action"] for entry in (await export_of(sale))["traces"]] == ["EXPORT_MY_DATA"]
    assert await AuditEntry.filter(action="EXPORT_MY_DATA", user_id=sale.ana.user_id).count() == 2
    with pytest.raises(Unauthenticated):
        await exports.everything_of(Actor.anonymous())


async def test_the_oldest_come_first(sale: Sale) -> None:
    for seat in ("A1", "B1", "C1"):
        await sale.book(seat)
    made = [booking["createdAt"] for booking in (await export_of(sale))["bookings"]]
    assert made == sorted(made)
    assert len(made) == 3
