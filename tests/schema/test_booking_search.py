"""`bookings`: what the desk asks for and gets."""

from typing import Any

import pytest

from domain.access import Actor, Role
from models.bookings import Booking
from models.users import User
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes

FIND = """query ($filter: BookingFilter, $first: Int, $after: String) {
  bookings(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { reference status seats total { amount } showtime { id movie { title } } tickets { seat } payments { status } }
  }
}"""
CANCEL = """mutation ($id: ID!) {
  cancelBooking(input: {bookingId: $id}) { __typename ... on Booking { status } ... on Problem { message } } }"""


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings)


@pytest.fixture
def ask(database: Database, sale: Sale) -> Asker:
    return asker(database.settings)


@pytest.fixture
async def sam(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.STAFF), sale.showtime.venue_id)


async def found(ask: Asker, sam: Actor, **filter: object) -> list[str]:
    answer: Any = await ask(FIND, sam, filter=filter)
    return [node["reference"] for node in answer["data"]["bookings"]["nodes"]]


async def test_the_desk_finds_a_booking_with_all_that_belongs_to_it(ask: Asker, sale: Sale, sam: Actor) -> None:
    booking, _ = await sale.buy("A1", "A2")
    answer = await ask(FIND, sam, filter={"reference": booking.reference.lower()})
    assert answer == {
        "data": {
            "bookings": {
                "totalCount": 1,
                "pageInfo": {"hasNextPage": False, "endCursor": answer["data"]["bookings"]["pageInfo"]["endCursor"]},
                "nodes": [
                    {
                        "reference": booking.reference,
                        "status": "CONFIRMED",
                        "seats": ["A1", "A2"],
                        "total": {"amount": "500.00"},
                        "showtime": {
                            "id": global_id("Showtime", sale.showtime.id),
                            "movie": {"title": (await sale.showtime.movie).title},
                        },
                        "tickets": [{"seat": "A1"}, {"seat": "A2"}],
                        "payments": [{"status": "SUCCEEDED"}],
                    }
                ],
            }
        }
    }


async def test_each_filter_is_heard(ask: Asker, sale: Sale, sam: Actor) -> None:
    first, second = await sale.book("A1"), (await sale.buy("A2"))[0]
    email = (await User.get(id=sale.ana.user_id)).email
    here = global_id("Showtime", sale.showtime.id)
    assert await found(ask, sam) == [second.reference, first.reference]
    assert await found(ask, sam, email=str(email).upper()) == [second.reference, first.reference]
    assert await found(ask, sam, showtimeId=here, status="PENDING") == [first.reference]
    assert await found(ask, sam, status="CONFIRMED") == [second.reference]
    assert await found(ask, sam, status="CANCELLED") == []


@pytest.mark.parametrize("filter", [{"showtimeId": ""}, {"showtimeId": "x"}, {"email": ""}, {"reference": ""}])
async def test_what_is_not_found_is_an_empty_list(ask: Asker, sale: Sale, sam: Actor, filter: dict[str, str]) -> None:
    await sale.book("A1")
    assert await found(ask, sam, **filter) == []
    assert len(await found(ask, sam, **dict.fromkeys(filter))) == 1


async def test_pages_go_on_where_the_one_before_ended(ask: Asker, sale: Sale, sam: Actor) -> None:
    made = [(await sale.book(f"A{number}")).reference for number in (1, 2, 3)]
    one = (await ask(FIND, sam, first=2))["data"]["bookings"]
    two = (await ask(FIND, sam, first=2, after=one["pageInfo"]["endCursor"]))["data"]["bookings"]
    assert [node["reference"] for node in one["nodes"] + two["nodes"]] == made[::-1]
    assert (one["totalCount"], one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]) == (3, True, False)
    assert codes(await ask(FIND, sam, first=101)) == ["BAD_USER_INPUT"]


async def test_to_find_is_not_to_be_allowed_to_cancel(ask: Asker, sale: Sale, sam: Actor) -> None:
    booking, _ = await sale.buy("A1")
    id = global_id("Booking", booking.id)
    assert codes(await ask(CANCEL, sam, id=id)) == ["FORBIDDEN"]
    assert (await Booking.get(id=booking.id)).status == "CONFIRMED"
    admin = actor_of(await make_staff(Role.ADMIN))
    assert (await ask(CANCEL, admin, id=id))["data"]["cancelBooking"]["status"] == "CANCELLED"
