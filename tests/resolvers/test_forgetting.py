"""After a deletion nothing tells who it was: every text column of every table, but for a list with reasons."""

from datetime import date

import pytest
from tortoise import fields
from tortoise.models import Model

import clock
import models
from adapters import Adapters, adapters_from
from domain.access import Actor
from domain.accounts import Registration
from domain.codes import CodePurpose
from domain.traces import Trace
from models.codes import Code
from models.exports import HELD
from models.payments import Payment
from models.staff import Invitation, Posting
from models.users import Session, User
from models.ways_in import Identity, SecondFactor
from resolvers import accounts, cancellations, deletions, profiles
from resolvers.sessions import Device
from resolvers.unit_of_work import unit_of_work
from tests.databases import Database
from tests.factories.sale import Sale
from tests.factories.users import PASSWORD

MARK = "quux"
# Of the tables with a person's rows, the text columns that stay, and why.
KEPT = {
    "User": {"role_names": "what a customer is, like every other"},
    "Code": {"target": "for two days: the limits for an address count on it; it does not say whose it was"},
    "Hold": {"lines": "which seats, for how much", "currency": "of the price"},
    "Booking": {
        "reference": "a number of the books",
        "lines": "which seats, for how much",
        "currency": "of the price",
        "policy": "how much comes back when",
        "returned": "which seats were given back",
    },
    "Ticket": {"seat": "it stays valid", "code": "it stays valid"},
    "Payment": {"provider_ref": "a number of the books", "currency": "of the amount"},
    "Capture": {"capture_ref": "a number of the books", "currency": "of the amount"},
    "Refund": {
        "currency": "of the amount",
        "seats": "which seats were given back",
        "note": "why the house gave money back: the books",
        "refund_ref": "a number of the books",
        "failure": "what the provider said of the money",
    },
    "AuditEntry": {
        "address": "the log is only written to, so that nobody hides what they did; see docs/people.md",
        "action": "the same",
        "subject_kind": "the same",
        "before": "the same",
        "after": "the same",
    },
}
# Where a deleted person can still be read for a while, or for as long as the log is kept.
STILL_THERE = {
    "AuditEntry": {"address", "after"},
    "Code": {"target"},
    "QueuedTask": {"body"},  # the notice to the old address: for a week
}
TABLES = {held.table.__name__: held.table for held in HELD.values()}


@pytest.fixture
def adapters(database: Database) -> Adapters:
    return adapters_from(database.settings)


def text_columns(table: type[Model]) -> set[str]:
    """Whatever a column could say somebody's name in."""
    found = table._meta.fields_map.items()
    texts = (fields.CharField, fields.TextField, fields.JSONField)
    return {name for name, kind in found if isinstance(kind, texts) and getattr(kind, "enum_type", None) is None}


async def where(*marks: str) -> dict[str, set[str]]:
    """The columns in which one of the texts can be read, table by table."""
    found: dict[str, set[str]] = {}
    for name in models.__all__:
        for row in await getattr(models, name).all().values():
            told = {column for column, value in row.items() for mark in marks if mark in str(value)}
            if told:
                found.setdefault(name, set()).update(told)
    return found


async def ana_with_everything(sale: Sale, adapters: Adapters) -> tuple[User, Actor]:
    """Ana has bought, given back and held; every table has a row of hers."""
    device, wanted = Device("QuuxBrowser", "203.0.113.77"), Registration("Quux Ana", "quux@ana.test", PASSWORD)
    user = (await accounts.register(wanted, adapters=adapters, device=device)).user
    session = await Session.get(user_id=user.id)
    ana = Actor(user.id, user.roles, session.id, address="203.0.113.77")
    sale.ana = ana
    await profiles.edit(ana, {"date_of_birth": date(1987, 3, 29)}, key="quux-key")
    now, row = clock.now(), {"user_id": user.id, "created_at": clock.now()}
    booking, payment = await sale.buy("A1", "A2")
    await cancellations.cancel(ana, booking.id)
    await Payment.filter(id=payment.id).update(
        payer_address="203.0.113.77", checkout_url="https://pay.test/?ip=203.0.113.77"
    )
    await sale.hold("B1")
    await Identity.create(**row, provider="google", subject="quux-subject", email="quux@else.test")
    await SecondFactor.create(**row, sealed_secret="quux-secret", recovery_hashes=["quux-hash"])
    await Code.create(**row, purpose=CodePurpose.CHANGE_EMAIL, target="quux@else.test", expires_at=now)
    await Posting.create(**row, venue_id=sale.showtime.venue_id)
    await Invitation.create(
        created_at=now, email="quux@ana.test", role_names=[], venue_ids=[], invited_by_id=user.id, expires_at=now
    )
    async with unit_of_work() as work:
        await work.record(ana, Trace("CHANGE_EMAIL", "User", user.id, after={"email": "quux@ana.test"}))
    await User.filter(id=user.id).update(phone="+84912345678")
    return await User.get(id=user.id), ana


async def test_nobody_can_read_who_it_was(sale: Sale, adapters: Adapters) -> None:
    user, ana = await ana_with_everything(sale, adapters)
    marks = ("quux", "Quux", "203.0.113.77", "+84912345678", "1987-03-29")
    before = await where(*marks)
    gone = {"User", "Session", "Identity", "SecondFactor", "IdempotencyAnswer", "Invitation", "Payment"}
    assert before.keys() >= gone | STILL_THERE.keys() - {"QueuedTask"}
    assert {"name", "email", "phone", "date_of_birth", "search_folded"} <= before["User"]
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    assert await where(*marks) == STILL_THERE
    assert await Code.filter(user_id=user.id).count() == 0
    assert await Posting.filter(user_id=user.id).count() == 0


async def test_no_text_of_theirs_is_left_in_any_column_but_for_a_reason(sale: Sale, adapters: Adapters) -> None:
    """Every text column there is of their rows gets a mark, whatever it is for: a new one as well."""
    user, ana = await ana_with_everything(sale, adapters)
    expected: dict[str, set[str]] = {}
    for name, table in TABLES.items():
        marked = text_columns(table) - KEPT.get(name, {}).keys()
        if not marked or name == "User":
            continue
        values = {column: mark_for(table, column) for column in marked}
        assert await table.all().update(**values) >= 1, f"{name} has no row of Ana's"
        expected[name] = marked
    marked = text_columns(User) - KEPT["User"].keys() - {"password_hash"}
    await User.filter(id=user.id).update(**{column: mark_for(User, column) for column in marked})
    expected["User"] = marked
    found = await where(MARK)
    assert {name: found[name] & columns for name, columns in expected.items()} == expected
    await deletions.delete(ana, PASSWORD, adapters=adapters)
    left = await where(MARK)
    assert {
        name: columns & expected[name] for name, columns in left.items() if columns & expected.get(name, set())
    } == {}


def mark_for(table: type[Model], column: str) -> object:
    """A value that can be kept in the column, and found again."""
    return {"mark": MARK} if isinstance(table._meta.fields_map[column], fields.JSONField) else MARK


@pytest.mark.once
@pytest.mark.parametrize("table", KEPT)
def test_every_reason_is_for_a_column_there_is(table: str) -> None:
    assert KEPT[table].keys() <= text_columns(TABLES[table])
