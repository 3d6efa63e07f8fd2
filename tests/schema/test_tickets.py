"""Tickets in GraphQL: the text of a code and its picture belong together."""

import pytest

from adapters.qr import picture
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import open_sale
from tests.schema.asking import asker

TICKETS = "query ($id: ID!) { booking(id: $id) { tickets { seat code qr } } }"


async def test_each_ticket_has_the_picture_of_its_own_code(database: Database) -> None:
    sale = await open_sale(database.settings)
    booking, _ = await sale.buy("F7", "F8")
    answer = await asker(database.settings)(TICKETS, sale.ana, id=global_id("Booking", booking.id))
    tickets = answer["data"]["booking"]["tickets"]
    assert [ticket["seat"] for ticket in tickets] == ["F7", "F8"]
    assert [ticket["qr"] for ticket in tickets] == [picture(ticket["code"]) for ticket in tickets]
    assert tickets[0]["qr"] != tickets[1]["qr"]
    assert tickets[0]["qr"].startswith("<svg ")


@pytest.mark.once
async def test_a_picture_is_as_private_as_its_code(database: Database) -> None:
    sale = await open_sale(database.settings)
    booking, _ = await sale.buy("F7")
    answer = await asker(database.settings)(TICKETS, None, id=global_id("Booking", booking.id))
    assert answer["data"] == {"booking": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
