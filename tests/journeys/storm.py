"""A storm of customers on one showtime: holds, extensions, releases, sales, cancellations, expiries."""

import asyncio
import random
import time
from collections.abc import Sequence

from tests.journeys.house import House
from tests.journeys.people import Person, a_customer, map_of, states
from tests.journeys.viewers import Viewer

LABELS = [f"{row}{number}" for row in "ABCDEFGHIJ" for number in range(1, 21)]


async def customers(house: House, count: int) -> list[Person]:
    """People spread over the servers."""
    return [await a_customer(house.servers[number % len(house.servers)]) for number in range(count)]


async def rage(people: Sequence[Person], showtime: str, seconds: float, seed: int = 1) -> list[float]:
    """Everybody does something, again and again; the seconds each call took. No call may fail but by refusal."""
    until, took = time.monotonic() + seconds, []

    async def live(person: Person, dice: random.Random) -> None:
        while time.monotonic() < until:
            began = time.monotonic()
            hold = await person.hold(showtime, dice.sample(LABELS, dice.randrange(1, 4)))
            took.append(time.monotonic() - began)
            if hold["__typename"] != "Hold":
                await asyncio.sleep(0.02)
                continue
            await go_on(person, dice, str(hold["id"]))

    await asyncio.gather(*(live(person, random.Random(seed + number)) for number, person in enumerate(people)))
    return took


async def go_on(person: Person, dice: random.Random, hold_id: str) -> None:
    """Release, extend, forget, or buy and perhaps cancel."""
    what = dice.choice(["release", "extend", "forget", "buy", "buy and cancel"])
    if what == "release":
        await person.release(hold_id)
    elif what == "extend":
        await person.extend(hold_id)
    elif what.startswith("buy"):
        booking = await person.book(hold_id)
        if booking["__typename"] != "Booking":
            return
        payment = await person.pay(booking["id"])
        if payment["__typename"] == "Payment":
            await person.at_checkout(payment["checkoutUrl"])
        if what == "buy and cancel":
            await person.cancel(booking["id"])


async def gather_viewers(house: House, count: int) -> tuple[list[Viewer], list[asyncio.Task[None]]]:
    """Viewers who join in the same instant, spread over the servers."""
    viewers = [Viewer(house.servers[n % len(house.servers)], house.showtimes[0]) for n in range(count)]
    tasks = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await asyncio.wait_for(asyncio.gather(*(viewer.joined.wait() for viewer in viewers)), 30)
    return viewers, tasks


async def at_rest(house: House, viewers: Sequence[Viewer], seconds: float = 15.0) -> None:
    """Wait until nothing changes any more and every viewer has the map of the database; then nobody may have a fault."""
    deadline = time.monotonic() + seconds
    holds_are_over = time.monotonic() + seconds / 2  # what is held then is held by an offer, for a quarter of an hour
    while wrong := await wrong_maps(house, viewers, may_hold=time.monotonic() > holds_are_over):
        assert time.monotonic() < deadline, wrong
        await asyncio.sleep(0.1)
    assert [viewer.faults for viewer in viewers if viewer.faults] == []


async def wrong_maps(house: House, viewers: Sequence[Viewer], *, may_hold: bool = False) -> str:
    """What still differs from the database; a hold that has lapsed is free there at once, on maps after the sweep."""
    fresh = await map_of(house.server, house.showtimes[0])
    seats = states(fresh)
    if "HELD" in seats.values() and not may_hold:
        return "Some holds are still alive."
    for viewer in viewers:
        if (viewer.version, viewer.available, viewer.seats) != (fresh["version"], fresh["available"], seats):
            wrong = {label for label, state in seats.items() if viewer.seats.get(label) != state}
            return f"The map is at {fresh['version']}, a viewer at {viewer.version} has {sorted(wrong)} wrong."
    return ""


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Send the viewers home."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
