"""From an empty seat to a ticket, and back."""

import asyncio
import time

import pytest

from tests.journeys.house import OpenHouse
from tests.journeys.people import Person, a_customer, map_of, states
from tests.journeys.viewers import Viewer, socket, subscribe

BOOKING_STREAM = "subscription Mine($id: ID!) { booking(id: $id) { status tickets { seat } payments { status } } }"


async def test_two_seats_become_two_tickets_while_a_second_window_watches(start_house: OpenHouse) -> None:
    house = await start_house()
    ana, viewer = await a_customer(house.server), Viewer(house.server, house.showtimes[0])
    watching = asyncio.create_task(viewer.watch())
    await asyncio.wait_for(viewer.joined.wait(), 10)

    hold = await ana.hold(house.showtimes[0], ["F7", "F8"])
    assert (hold["__typename"], hold["status"], hold["seats"]) == ("Hold", "ACTIVE", ["F7", "F8"])
    assert hold["total"] == {"amount": "500.00", "currency": "INR"}
    booking = await ana.book(hold["id"])
    assert (booking["status"], booking["tickets"], booking["total"]) == ("PENDING", [], hold["total"])
    payment = await ana.pay(booking["id"])
    assert payment["status"] == "PENDING"
    assert await ana.at_checkout(payment["checkoutUrl"]) < 400
    booking = await ana.until(booking["id"], "CONFIRMED")

    assert {ticket["seat"]: ticket["status"] for ticket in booking["tickets"]} == {"F7": "VALID", "F8": "VALID"}
    assert [payment["status"] for payment in booking["payments"]] == ["SUCCEEDED"]
    seen = await seen_by(viewer, {"F7": "BOOKED", "F8": "BOOKED"})
    watching.cancel()
    assert (seen.version, seen.available, seen.faults) == (2, 198, [])
    fresh = await map_of(house.server, house.showtimes[0])
    assert (states(fresh), fresh["version"]) == (seen.seats, 2)


async def seen_by(viewer: Viewer, expected: dict[str, str], seconds: float = 5.0) -> Viewer:
    """The viewer, once these seats have these states on their map."""
    deadline = time.monotonic() + seconds
    while not expected.items() <= viewer.seats.items():
        assert time.monotonic() < deadline, f"still {viewer.seats} at {viewer.version}"
        await asyncio.sleep(0.02)
    return viewer


async def test_a_cancelled_booking_gives_its_seats_and_its_money_back(start_house: OpenHouse) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    booking = await ana.buy(house.showtimes[0], ["A1", "A2"])

    cancelled = await ana.cancel(booking["id"])
    assert cancelled["status"] == "CANCELLED"
    assert {ticket["status"] for ticket in cancelled["tickets"]} == {"CANCELLED"}
    assert states(await map_of(house.server, house.showtimes[0]))["A1"] == "AVAILABLE"
    await until_payment(ana, booking["id"], "REFUNDED")
    assert (await ana.cancel(booking["id"]))["__typename"] == "CancellationRefused"


async def until_payment(person: Person, booking_id: str, status: str, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while [payment["status"] for payment in (await person.booking(booking_id))["payments"]] != [status]:
        assert time.monotonic() < deadline, await person.booking(booking_id)
        await asyncio.sleep(0.02)


async def test_an_expired_hold_is_free_for_the_next_and_back_on_every_map_within_two_seconds(
    start_house: OpenHouse,
) -> None:
    house = await start_house(HOLD_MINUTES="0.025", PAYMENT_GRACE_MINUTES="0")
    ana, ben = await a_customer(house.server), await a_customer(house.server)
    viewer = Viewer(house.servers[-1], house.showtimes[0])
    watching = asyncio.create_task(viewer.watch())
    await asyncio.wait_for(viewer.joined.wait(), 10)

    hold = await ana.hold(house.showtimes[0], ["C1", "C2"])
    assert (await ben.hold(house.showtimes[0], ["C2"]))["seats"] == ["C2"]
    held_at = time.monotonic()
    await seen_by(viewer, {"C1": "HELD", "C2": "HELD"})
    await seen_by(viewer, {"C1": "AVAILABLE", "C2": "AVAILABLE"}, seconds=4)
    watching.cancel()

    assert time.monotonic() - held_at < 1.5 + 2.0
    assert (await ana.book(hold["id"]))["__typename"] == "HoldExpired"
    assert (await ana.extend(hold["id"]))["__typename"] == "HoldExpired"
    assert (await ana.release(hold["id"]))["__typename"] == "HoldExpired"
    assert (await ben.hold(house.showtimes[0], ["C1", "C2"]))["__typename"] == "Hold"


async def test_an_unpaid_booking_expires_and_its_seats_return(start_house: OpenHouse) -> None:
    house = await start_house(HOLD_MINUTES="0.03")
    ana = await a_customer(house.server)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["B3"]))["id"])
    payment = await ana.pay(booking["id"])

    expired = await ana.until(booking["id"], "EXPIRED")
    assert (await ana.pay(booking["id"]))["__typename"] == "HoldExpired"
    assert states(await map_of(house.server, house.showtimes[0]))["B3"] == "AVAILABLE"
    assert expired["tickets"] == []
    assert payment["__typename"] == "Payment"


@pytest.mark.parametrize(("outcome", "status"), [("fail", "FAILED"), ("cancel", "CANCELLED")])
async def test_a_payment_that_did_not_work_may_be_tried_again(
    start_house: OpenHouse, outcome: str, status: str
) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["D4"]))["id"])
    first = await ana.pay(booking["id"])
    assert (await ana.pay(booking["id"]))["__typename"] == "PaymentRefused"
    await ana.at_checkout(first["checkoutUrl"], outcome)
    await until_payment(ana, booking["id"], status)

    second = await ana.pay(booking["id"])
    await ana.at_checkout(second["checkoutUrl"])
    paid = await ana.until(booking["id"], "CONFIRMED")
    assert sorted(payment["status"] for payment in paid["payments"]) == sorted([status, "SUCCEEDED"])


async def test_webhooks_that_come_thrice_and_in_the_wrong_order_sell_once(start_house: OpenHouse) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["E5", "E6"]))["id"])
    payment = await ana.pay(booking["id"])
    await ana.at_checkout(payment["checkoutUrl"], "succeed", repeat=3, reorder="true", delay_seconds=0.3)

    paid = await ana.until(booking["id"], "CONFIRMED")
    await asyncio.sleep(1.0)
    after = await ana.booking(booking["id"])
    assert after == paid
    assert len(after["tickets"]) == 2
    assert (await map_of(house.server, house.showtimes[0]))["version"] == 2


async def test_the_owner_sees_every_step_of_the_booking_and_nobody_else_does(start_house: OpenHouse) -> None:
    house = await start_house()
    ana, ben = await a_customer(house.server), await a_customer(house.server)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["G1"]))["id"])
    async with socket(house.servers[-1], ana.token) as mine, socket(house.server, ben.token) as other:
        steps = subscribe(mine, BOOKING_STREAM, {"id": booking["id"]})
        assert (await anext(steps))["data"]["booking"]["status"] == "PENDING"
        payment = await ana.pay(booking["id"])
        await ana.at_checkout(payment["checkoutUrl"])
        step = {"status": ""}
        while step["status"] != "CONFIRMED":
            step = (await asyncio.wait_for(anext(steps), 10))["data"]["booking"]
        assert step == {"status": "CONFIRMED", "tickets": [{"seat": "G1"}], "payments": [{"status": "SUCCEEDED"}]}
        refused = [payload async for payload in subscribe(other, BOOKING_STREAM, {"id": booking["id"]})]
        assert [error["extensions"]["code"] for payload in refused for error in payload["errors"]] in (
            [],
            ["NOT_FOUND"],
        )
