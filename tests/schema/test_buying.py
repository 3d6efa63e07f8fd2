"""Holds, bookings and payments in GraphQL: what each mutation answers, refusals and keys included."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.access import Actor
from models.bookings import Booking, Hold
from models.payments import Payment
from schema.ids import global_id
from tests.databases import Database
from tests.factories.showtimes import make_showtime
from tests.factories.users import actor_of, make_customer
from tests.schema.asking import Asker, asker, codes

Answer = dict[str, Any]
Do = Callable[..., Awaitable[Answer]]

FIELDS = """
  __typename
  ... on Hold { id seats status expiresAt total { amount currency } showtime { id } }
  ... on Booking { id reference seats status total { amount currency } tickets { id } payments { id } createdAt payableUntil }
  ... on Payment { id provider providerRef amount { amount currency } status checkoutUrl }
  ... on Problem { message }
  ... on SeatsUnavailable { seats }
  ... on TooManySeats { limit }
  ... on HoldLimitReached { limit }
  ... on HoldBooked { booking { id seats } }
  ... on InvalidInput { fields { path message } }
"""
# A fragment on what cannot be in a union is an error.
MEMBERS = {
    "holdSeats": ["Hold", "Problem", "SeatsUnavailable", "TooManySeats", "HoldLimitReached"],
    "extendHold": ["Hold", "Problem", "HoldLimitReached", "HoldBooked"],
    "releaseHold": ["Hold", "Problem", "HoldBooked"],
    "createBooking": ["Booking", "Problem", "HoldBooked", "InvalidInput"],
    "startPayment": ["Payment", "Problem"],
    "cancelBooking": ["Booking", "Problem"],
}
INPUTS = {"extendHold": "HoldInput", "releaseHold": "HoldInput"}


def document(mutation: str) -> str:
    kept = [
        line
        for line in FIELDS.splitlines()
        if not line.strip().startswith("...") or line.split()[2] in MEMBERS[mutation]
    ]
    kind = INPUTS.get(mutation, mutation[0].upper() + mutation[1:] + "Input")
    return f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {' '.join(kept)} }} }}"


@pytest.fixture
async def ask(database: Database) -> Asker:
    return asker(database.settings)


@pytest.fixture
async def ana() -> Actor:
    return actor_of(await make_customer())


@pytest.fixture
def do(ask: Asker, ana: Actor) -> Do:
    """Ana does something, and this is what comes of it."""

    async def does(mutation: str, actor: Actor | None = None, key: str | None = None, **given: object) -> Answer:
        answer = await ask(document(mutation), actor or ana, key=key, input=given)
        if "errors" in answer:
            return {"codes": codes(answer), "message": answer["errors"][0]["message"]}
        return dict(answer["data"][mutation])

    return does


async def a_showtime(**options: Any) -> str:
    return global_id("Showtime", (await make_showtime(**options)).id)


async def test_a_hold_becomes_a_booking_that_is_paid_for(ask: Asker, do: Do) -> None:
    showtime = await a_showtime(base_price=25_050)
    hold = await do("holdSeats", showtimeId=showtime, seats=["C4", "C3"])
    assert (hold["__typename"], hold["status"], hold["seats"]) == ("Hold", "ACTIVE", ["C4", "C3"])
    assert (hold["total"], hold["showtime"]) == ({"amount": "501.00", "currency": "INR"}, {"id": showtime})
    assert hold["expiresAt"].endswith("+00:00")
    extended = await do("extendHold", holdId=hold["id"])
    assert extended["id"] == hold["id"]

    booking = await do("createBooking", holdId=hold["id"])
    assert (booking["__typename"], booking["status"], booking["seats"]) == ("Booking", "PENDING", ["C4", "C3"])
    assert (booking["total"], booking["tickets"], len(booking["reference"])) == (hold["total"], [], 6)
    assert booking["payableUntil"] == extended["expiresAt"]
    payment = await do("startPayment", bookingId=booking["id"], provider="SANDBOX")
    assert (payment["__typename"], payment["status"], payment["amount"]) == ("Payment", "PENDING", hold["total"])
    assert payment["checkoutUrl"].startswith("http")
    cancelled = await do("cancelBooking", bookingId=booking["id"])
    assert (cancelled["id"], cancelled["status"], cancelled["payableUntil"]) == (booking["id"], "CANCELLED", None)
    assert cancelled["payments"] == [{"id": payment["id"]}]


async def test_refusals_are_members_of_the_union(do: Do) -> None:
    showtime = await a_showtime()
    hold = await do("holdSeats", showtimeId=showtime, seats=["A1", "A2"])
    ben = actor_of(await make_customer("Ben"))
    taken = await do("holdSeats", ben, showtimeId=showtime, seats=["A2", "A3"])
    assert (taken["__typename"], taken["seats"]) == ("SeatsUnavailable", ["A2"])
    many = await do("holdSeats", ben, showtimeId=showtime, seats=[f"B{n}" for n in range(1, 11)] + ["C1"])
    assert (many["__typename"], many["limit"]) == ("TooManySeats", 10)
    started = await do("holdSeats", showtimeId=await a_showtime(starts_in=-timedelta(hours=1)), seats=["A1"])
    assert started["__typename"] == "NotOnSale"
    coupon = await do("createBooking", holdId=hold["id"], couponCode="FREE")
    assert (coupon["__typename"], coupon["fields"][0]["path"]) == ("InvalidInput", ["couponCode"])
    for seat in ("D1", "E1"):
        assert (await do("holdSeats", showtimeId=showtime, seats=[seat]))["__typename"] == "Hold"
    fourth = await do("holdSeats", showtimeId=showtime, seats=["F1"])
    assert (fourth["__typename"], fourth["limit"]) == ("HoldLimitReached", 3)
    unknown = await do("startPayment", bookingId=(await do("createBooking", holdId=hold["id"]))["id"], provider="VNPAY")
    assert unknown["__typename"] == "PaymentRefused"
    for problem in (taken, many, started, coupon, fourth, unknown):
        assert problem["message"]
    assert await Hold.all().count() == 3


async def test_a_hold_that_has_become_a_booking_leads_to_it(do: Do) -> None:
    hold = await do("holdSeats", showtimeId=await a_showtime(), seats=["A1"])
    booking = await do("createBooking", holdId=hold["id"])
    for mutation in ("extendHold", "releaseHold", "createBooking"):
        answer = await do(mutation, holdId=hold["id"])
        assert answer["__typename"] == "HoldBooked"
        assert answer["booking"] == {"id": booking["id"], "seats": ["A1"]}


async def test_a_hold_that_is_over(do: Do) -> None:
    hold = await do("holdSeats", showtimeId=await a_showtime(), seats=["A1"])
    released = await do("releaseHold", holdId=hold["id"])
    assert (released["id"], released["status"]) == (hold["id"], "RELEASED")
    assert await do("releaseHold", holdId=hold["id"]) == released
    assert (await do("extendHold", holdId=hold["id"]))["__typename"] == "HoldExpired"
    assert (await do("createBooking", holdId=hold["id"]))["__typename"] == "HoldExpired"


@pytest.mark.parametrize("seats", [[], ["A1", "A1"], ["Z99"], [""], ["a1"]])
async def test_labels_that_are_none_are_a_wrong_call(do: Do, seats: list[str]) -> None:
    answer = await do("holdSeats", showtimeId=await a_showtime(), seats=seats)
    assert answer["codes"] == ["BAD_USER_INPUT"]
    assert all(repr(seat) in answer["message"] for seat in seats)
    assert await Hold.all().count() == 0


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("holdSeats", {"showtimeId": "", "seats": ["A1"]}),
        ("extendHold", {"holdId": ""}),
        ("releaseHold", {"holdId": ""}),
        ("createBooking", {"holdId": ""}),
        ("startPayment", {"bookingId": "", "provider": "SANDBOX"}),
        ("cancelBooking", {"bookingId": ""}),
    ],
)
async def test_what_is_not_there_and_what_is_anothers_are_the_same(do: Do, mutation: str, given: Answer) -> None:
    hold = await do("holdSeats", showtimeId=await a_showtime(), seats=["A1"])
    booking = await do("createBooking", holdId=hold["id"])
    ben = actor_of(await make_customer("Ben"))
    field = next(iter(given))
    others = {"holdId": hold["id"], "bookingId": booking["id"], "showtimeId": global_id("Showtime", ben.user_id)}
    wrong_kind = {"holdId": booking["id"], "bookingId": hold["id"], "showtimeId": hold["id"]}
    answers = [
        await do(mutation, ben, **given | {field: id})
        for id in ("garbage", global_id("Hold", ben.user_id), others[field], wrong_kind[field])
    ]
    assert answers == [answers[0]] * 4
    assert answers[0]["codes"] == ["NOT_FOUND"]


async def test_a_key_makes_repetition_safe_wherever_it_stands(do: Do) -> None:
    showtime = await a_showtime()
    hold = await do("holdSeats", key="one", showtimeId=showtime, seats=["A1"])
    assert await do("holdSeats", showtimeId=showtime, seats=["A1"], idempotencyKey="one") == hold
    booking = await do("createBooking", holdId=hold["id"], idempotencyKey="one")
    assert await do("createBooking", key="one", holdId=hold["id"]) == booking
    payment = await do("startPayment", key="one", bookingId=booking["id"], provider="SANDBOX")
    assert await do("startPayment", key="one", bookingId=booking["id"], provider="SANDBOX") == payment
    cancelled = await do("cancelBooking", key="one", bookingId=booking["id"])
    assert await do("cancelBooking", key="one", bookingId=booking["id"]) == cancelled
    assert [await kind.all().count() for kind in (Hold, Booking, Payment)] == [1, 1, 1]


async def test_the_key_in_the_input_wins_over_the_header(do: Do) -> None:
    showtime = await a_showtime()
    first = await do("holdSeats", key="header", showtimeId=showtime, seats=["A1"], idempotencyKey="field")
    second = await do("holdSeats", key="header", showtimeId=showtime, seats=["A2"])
    assert (first["seats"], second["seats"]) == (["A1"], ["A2"])
    other = await do("holdSeats", key="header", showtimeId=showtime, seats=["A3"])
    assert other["__typename"] == "IdempotencyConflict"
    assert (await do("holdSeats", showtimeId=showtime, seats=["A4"], idempotencyKey=""))["codes"] == ["BAD_USER_INPUT"]
