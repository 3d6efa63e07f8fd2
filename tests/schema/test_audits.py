"""`auditReport`: the books, looked at on demand."""

import pytest

from domain.access import Role
from domain.audits import PROMISES, Invariant
from models.bookings import Booking
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes

AUDIT = "{ auditReport { at clean checks { invariant promise violations { message nodes } } } }"


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings)


@pytest.fixture
def ask(database: Database, sale: Sale) -> Asker:
    return asker(database.settings)


async def test_an_admin_reads_every_promise_and_what_breaks_it(ask: Asker, sale: Sale) -> None:
    admin, booking = actor_of(await make_staff(Role.ADMIN)), await sale.book("A1")
    report = (await ask(AUDIT, admin))["data"]["auditReport"]
    promises = [{"invariant": each.value, "promise": PROMISES[each], "violations": []} for each in Invariant]
    assert (report["clean"], report["checks"]) == (True, promises)
    await Booking.all().update(status="CONFIRMED")
    report = (await ask(AUDIT, admin))["data"]["auditReport"]
    assert report["clean"] is False
    assert [check for check in report["checks"] if check["violations"]] == [
        {
            "invariant": "BOOKING_WITHOUT_MONEY",
            "promise": "Every confirmed booking was paid for, to the cent.",
            "violations": [
                {
                    "message": f"Booking {booking.reference} is confirmed, but no money of exactly its price, 250.00 INR,"
                    " bought its tickets.",
                    "nodes": [global_id("Booking", booking.id)],
                }
            ],
        }
    ]


async def test_a_manager_does_not(ask: Asker) -> None:
    assert codes(await ask(AUDIT, actor_of(await make_staff(Role.MANAGER)))) == ["FORBIDDEN"]
