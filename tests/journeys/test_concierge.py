"""A concierge serves a customer, over HTTP and over a websocket: what is bought is the customer's, and both are named."""

import json
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domain.access import Role
from schema.ids import global_id
from tests.journeys.house import House, OpenHouse
from tests.journeys.people import HOLD, Person, a_customer
from tests.journeys.staff import employed
from tests.journeys.viewers import subscribe

CREATE = """mutation C($input: CreateCustomerInput!) { createCustomer(input: $input) {
  __typename ... on User { id name email } ... on Problem { message } } }"""
FIND = "query F($text: String) { users(search: $text) { totalCount nodes { id name email phone } } }"
ME = "{ me { id name email holds { seats } dateOfBirth preferences { language } secondFactor { __typename } } }"
BOUGHT = "query B($id: ID!) { user(id: $id) { bookings { nodes { reference } } } }"
LOG = """query L($id: ID!) { auditLog(filter: {servedId: $id}) {
  nodes { action address who { name id } servedCustomer { name id } } } }"""
REFUSED = (
    "mutation { logout }",
    "{ sessions { id } }",
    "{ exportMyData { __typename } }",
    'mutation { updateProfile(input: {name: "Mallory"}) { __typename } }',
    "{ bookings { totalCount } }",
    "{ users { totalCount } }",
)
BOOKING = "subscription W($id: ID!) { booking(id: $id) { reference status } }"


class Concierge(Person):
    """Somebody who may act for the customer they name."""

    customer: str | None = None

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        answer = await self.raw(query, **variables)
        assert answer.get("errors") is None, answer
        return dict(answer["data"])

    async def raw(self, query: str, **variables: object) -> dict[str, Any]:
        headers = {"On-Behalf-Of": self.customer} if self.customer is not None else {}
        return await self.server.execute(query, variables, token=self.token, headers=headers)

    async def refusal(self, query: str) -> str:
        return str((await self.raw(query))["errors"][0]["extensions"]["code"])


async def a_concierge(house: House, database_url: str) -> Concierge:
    person = await employed(await a_customer(house.server), Role.CONCIERGE, database_url)
    return Concierge(house.server, person.token, person.refresh_token, person.id)


async def opened(cleo: Concierge) -> tuple[Any, dict[str, Any]]:
    """A websocket on which the concierge has named the customer, and the first message it was sent."""
    connection = await connect(cleo.server.ws_url, subprotocols=[Subprotocol("graphql-transport-ws")])
    payload = {"Authorization": f"Bearer {cleo.token}", "On-Behalf-Of": cleo.customer}
    await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
    return connection, json.loads(await connection.recv())


async def test_a_customer_is_served(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house()
    cleo = await a_concierge(house, database_url)
    ana, ada = await a_customer(house.server), await employed(await a_customer(house.server), Role.ADMIN, database_url)
    email = f"{uuid4().hex}@marquee.test"
    cora = (await cleo.ask(CREATE, input={"name": "Cora", "email": email}))["createCustomer"]
    assert (cora["name"], cora["email"]) == ("Cora", email)
    found = (await cleo.ask(FIND, text=email[:20]))["users"]
    assert (found["totalCount"], found["nodes"][0]["id"]) == (1, cora["id"])

    cleo.customer = cora["id"]
    held = (await cleo.ask(HOLD, input={"showtimeId": house.showtimes[0], "seats": ["A1"]}))["holdSeats"]
    me = (await cleo.ask(ME))["me"]
    assert (me["id"], me["email"], me["holds"]) == (cora["id"], email, [{"seats": ["A1"]}])
    assert (me["dateOfBirth"], me["preferences"], me["secondFactor"]) == (None, None, None)
    booking = await cleo.book(held["id"])
    assert [await cleo.refusal(query) for query in REFUSED] == ["FORBIDDEN"] * len(REFUSED)
    connection, first = await opened(cleo)
    assert first["type"] == "connection_ack"
    async with connection:
        assert (await anext(subscribe(connection, ME, {})))["data"]["me"]["id"] == cora["id"]
        seen = await anext(subscribe(connection, BOOKING, {"id": booking["id"]}, "2"))
        assert seen["data"]["booking"] == {"reference": booking["reference"], "status": "PENDING"}
        assert (await anext(subscribe(connection, "mutation { logout }", {}, "3")))["errors"][0]["extensions"][
            "code"
        ] == "FORBIDDEN"

    cleo.customer = None
    bookings = (await cleo.ask(BOUGHT, id=cora["id"]))["user"]["bookings"]["nodes"]
    assert bookings == [{"reference": booking["reference"]}]
    assert (await ada.ask(BOUGHT, id=cleo.id))["user"]["bookings"]["nodes"] == []
    entries = (await ada.ask(LOG, id=cora["id"]))["auditLog"]["nodes"]
    assert {entry["action"] for entry in entries} >= {"CREATE_BOOKING"}
    assert {(entry["who"]["id"], entry["servedCustomer"]["id"], entry["address"]) for entry in entries} == {
        (cleo.id, cora["id"], "127.0.0.1")
    }
    await nobody_else_is_served(house, cleo, ana, ada)


async def nobody_else_is_served(house: House, cleo: Concierge, ana: Person, ada: Person) -> None:
    """Others than customers cannot be acted for; others than a concierge act for nobody."""
    for wrong in (ada.id, cleo.id, global_id("User", uuid4()), house.showtimes[0], "x", ""):
        cleo.customer = wrong
        assert await cleo.refusal("{ me { id } }") == "NOT_FOUND"
    with pytest.raises(ConnectionClosed) as closed:
        await opened(cleo)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403
    cleo.customer = ana.id
    assert (await cleo.ask("{ me { id } }"))["me"] == {"id": ana.id}
    for token, code in ((ana.token, "FORBIDDEN"), (None, "UNAUTHENTICATED"), ("x", "UNAUTHENTICATED")):
        stranger = Concierge(house.server, token)
        stranger.customer = ana.id
        assert await stranger.refusal("{ me { id } }") == code
