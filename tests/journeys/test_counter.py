"""A booking that is paid over the counter, and whose money is handed back there."""

from domain.access import Role
from tests.journeys.house import OpenHouse
from tests.journeys.people import Person, a_customer
from tests.journeys.rows import rows
from tests.journeys.staff import employed
from tests.journeys.tills import START
from tests.servers import Server

SETTLE = """
mutation S($id: ID!) { settleCounterPayment(input: {paymentId: $id}) {
  __typename ... on Payment { status } ... on Problem { message } } }"""
HAND_BACK = """
mutation S($id: ID!) { settleCounterRefund(input: {refundId: $id}) {
  __typename ... on Refund { status } ... on Problem { message } } }"""
REFUNDS = "query R($id: ID!) { booking(id: $id) { refunds { id status amount { amount currency } } } }"


async def staff_of(server: Server, database_url: str) -> Person:
    """Somebody who serves at the counter."""
    return await employed(await a_customer(server), Role.STAFF, database_url)


async def test_what_is_paid_at_the_counter_is_sold_and_handed_back_there(
    start_house: OpenHouse, database_url: str
) -> None:
    house = await start_house(PAYMENT_PROVIDERS="COUNTER")
    ana, staff = await a_customer(house.server), await staff_of(house.server, database_url)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["C7", "C8"]))["id"])
    given = {"bookingId": booking["id"], "provider": "COUNTER"}
    payment = (await ana.ask(START, input=given))["startPayment"]
    assert payment["checkout"] == {
        "__typename": "CounterCheckout",
        "reference": booking["reference"],
        "amount": {"amount": "500.00", "currency": "INR"},
    }
    assert await ana.code_of(SETTLE, id=payment["id"]) == "FORBIDDEN"
    assert (await ana.booking(booking["id"]))["status"] == "PENDING"
    assert (await staff.ask(SETTLE, id=payment["id"]))["settleCounterPayment"]["status"] == "SUCCEEDED"
    assert (await staff.ask(SETTLE, id=payment["id"]))["settleCounterPayment"]["__typename"] == "PaymentRefused"
    confirmed = await ana.booking(booking["id"])
    assert (confirmed["status"], [ticket["seat"] for ticket in confirmed["tickets"]]) == ("CONFIRMED", ["C7", "C8"])
    assert (await ana.cancel(booking["id"]))["status"] == "CANCELLED"
    (refund,) = (await ana.ask(REFUNDS, id=booking["id"]))["booking"]["refunds"]
    assert refund["amount"] == {"amount": "500.00", "currency": "INR"}
    assert (await staff.ask(HAND_BACK, id=refund["id"]))["settleCounterRefund"]["status"] == "SUCCEEDED"
    assert (await ana.booking(booking["id"]))["payments"][0]["status"] == "REFUNDED"
    assert (
        await rows(database_url, "SELECT account FROM ledger_entries GROUP BY account HAVING SUM(amount_minor) <> 0")
        == []
    )
