"""People who use the API the way a seat picker does: documents in, unions out."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.servers import Server

Answer = dict[str, Any]

REGISTER = """
mutation Register($input: RegisterInput!) {
  register(input: $input) { __typename ... on Session { accessToken refreshToken user { id } } }
}"""
HOLD = """
mutation Hold($input: HoldSeatsInput!) {
  holdSeats(input: $input) {
    __typename
    ... on Hold { id seats status expiresAt total { amount currency } }
    ... on SeatsUnavailable { message seats }
    ... on TooManySeats { limit }
    ... on HoldLimitReached { limit }
    ... on Problem { message }
  }
}"""
EXTEND = """
mutation Extend($id: ID!) {
  extendHold(input: {holdId: $id}) { __typename ... on Hold { id expiresAt status } ... on Problem { message } }
}"""
RELEASE = """
mutation Release($id: ID!) {
  releaseHold(input: {holdId: $id}) { __typename ... on Hold { id status } ... on Problem { message } }
}"""
BOOKING = """
fragment Sale on Booking {
  id reference status seats total { amount currency }
  tickets { id seat code status } payments { id status provider checkoutUrl amount { amount currency } }
}"""
BOOK = (
    """
mutation Book($input: CreateBookingInput!) {
  createBooking(input: $input) { __typename ...Sale ... on HoldBooked { booking { id } } ... on Problem { message } }
}"""
    + BOOKING
)
PAY = """
mutation Pay($input: StartPaymentInput!) {
  startPayment(input: $input) { __typename ... on Payment { id status checkoutUrl } ... on Problem { message } }
}"""
CANCEL = (
    """
mutation Cancel($input: CancelBookingInput!) {
  cancelBooking(input: $input) { __typename ...Sale ... on Problem { message } }
}"""
    + BOOKING
)
READ_BOOKING = "query Booking($id: ID!) { booking(id: $id) { ...Sale } }" + BOOKING
SEAT_MAP = """
query Map($id: ID!) {
  showtime(id: $id) { seatMap { version capacity available seats { label state price { amount currency } } } }
}"""


class Refused(Exception):
    """The server answered with GraphQL errors."""


@dataclass
class Person:
    """Somebody at a browser; anonymous until registered."""

    server: Server
    token: str | None = None
    refresh_token: str | None = None
    id: str | None = None
    credentials: dict[str, str] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)

    async def ask(self, query: str, **variables: object) -> Answer:
        """The data of an operation; Refused if there are errors."""
        answer = await self.server.execute(query, variables, token=self.token)
        if answer.get("errors"):
            raise Refused(answer["errors"])
        data: Answer = answer["data"]
        return data

    async def code_of(self, query: str, **variables: object) -> str:
        """The error code of an operation that must be refused."""
        answer = await self.server.execute(query, variables, token=self.token)
        return str(answer["errors"][0]["extensions"]["code"])

    async def hold(self, showtime_id: str, seats: list[str], key: str | None = None) -> Answer:
        given = {"showtimeId": showtime_id, "seats": seats, "idempotencyKey": key}
        return dict((await self.ask(HOLD, input=given))["holdSeats"])

    async def extend(self, hold_id: str) -> Answer:
        return dict((await self.ask(EXTEND, id=hold_id))["extendHold"])

    async def release(self, hold_id: str) -> Answer:
        return dict((await self.ask(RELEASE, id=hold_id))["releaseHold"])

    async def book(self, hold_id: str, key: str | None = None) -> Answer:
        return dict((await self.ask(BOOK, input={"holdId": hold_id, "idempotencyKey": key}))["createBooking"])

    async def pay(self, booking_id: str, key: str | None = None, provider: str = "SANDBOX") -> Answer:
        given = {"bookingId": booking_id, "provider": provider, "idempotencyKey": key}
        return dict((await self.ask(PAY, input=given))["startPayment"])

    async def cancel(self, booking_id: str, key: str | None = None) -> Answer:
        return dict((await self.ask(CANCEL, input={"bookingId": booking_id, "idempotencyKey": key}))["cancelBooking"])

    async def booking(self, booking_id: str) -> Answer:
        return dict((await self.ask(READ_BOOKING, id=booking_id))["booking"])

    async def at_checkout(self, checkout_url: str, outcome: str = "succeed", **options: object) -> int:
        """Decide on the sandbox's checkout page; the status of its answer."""
        path = "/" + checkout_url.split("/", 3)[3]
        form = {"outcome": outcome, **{name: str(value) for name, value in options.items()}}
        return (await self.server.client.post(path, data=form)).status_code

    async def buy(self, showtime_id: str, seats: list[str]) -> Answer:
        """Hold, book, pay, and wait for the tickets."""
        hold = await self.hold(showtime_id, seats)
        booking = await self.book(hold["id"])
        payment = await self.pay(booking["id"])
        await self.at_checkout(payment["checkoutUrl"])
        return await self.until(booking["id"], "CONFIRMED")

    async def until(self, booking_id: str, status: str, seconds: float = 10.0) -> Answer:
        """The booking once it has this status."""
        deadline = time.monotonic() + seconds
        while (booking := await self.booking(booking_id))["status"] != status:
            if time.monotonic() > deadline:
                raise AssertionError(f"The booking is still {booking['status']}, not {status}.")
            await asyncio.sleep(0.02)
        return booking


async def a_customer(server: Server) -> Person:
    """Somebody who has just registered."""
    person = Person(server)
    given = {"name": "Ana", "email": f"{uuid4().hex}@marquee.test", "password": "popcorn-and-a-film"}
    session = (await person.ask(REGISTER, input=given))["register"]
    person.credentials = {"email": given["email"], "password": given["password"]}
    person.token, person.refresh_token, person.id = (
        session["accessToken"],
        session["refreshToken"],
        session["user"]["id"],
    )
    return person


async def map_of(server: Server, showtime_id: str) -> Answer:
    """The seat map as anybody sees it now."""
    return dict((await Person(server).ask(SEAT_MAP, id=showtime_id))["showtime"]["seatMap"])


def states(seat_map: Answer) -> dict[str, str]:
    """Each seat's state."""
    return {seat["label"]: seat["state"] for seat in seat_map["seats"]}
