"""Through two server processes the same promises hold as in one."""

import asyncio
import random
from collections import Counter

from tests.journeys.house import House, OpenHouse
from tests.journeys.people import Answer, Person, a_customer, map_of, states

RIVALS = 300


async def crowd(house: House, count: int) -> list[Person]:
    """People spread over the servers, who have logged in before it begins."""
    people: list[Person] = []
    for start in range(0, count, 25):
        some = range(start, min(start + 25, count))
        people += await asyncio.gather(*(a_customer(house.servers[n % len(house.servers)]) for n in some))
    return people


async def check_books(house: House, outcomes: list[Answer]) -> None:
    """The map is what the winners hold, and nothing else."""
    won = [label for outcome in outcomes if outcome["__typename"] == "Hold" for label in outcome["seats"]]
    assert len(won) == len(set(won))
    for server in house.servers:
        seats = states(await map_of(server, house.showtimes[0]))
        assert {label for label, state in seats.items() if state == "HELD"} == set(won)


async def test_three_hundred_rivals_for_two_seats_have_one_winner(start_house: OpenHouse) -> None:
    house = await start_house(servers=2)
    people = await crowd(house, RIVALS)
    outcomes = await asyncio.gather(*(person.hold(house.showtimes[0], ["F7", "F8"]) for person in people))
    assert Counter(outcome["__typename"] for outcome in outcomes) == {"Hold": 1, "SeatsUnavailable": RIVALS - 1}
    assert all(outcome["seats"] == ["F7", "F8"] for outcome in outcomes)
    await check_books(house, outcomes)


async def test_overlapping_triples_and_crossed_pairs(start_house: OpenHouse) -> None:
    house = await start_house(servers=2)
    people, dice = await crowd(house, 50), random.Random(5)
    labels = [f"{row}{number}" for row in "AB" for number in range(1, 11)]
    wanted = [dice.sample(labels, 3) if n % 2 else dice.sample(["C1", "C2"], 2) for n in range(50)]
    outcomes = await asyncio.gather(
        *(person.hold(house.showtimes[0], seats) for person, seats in zip(people, wanted, strict=True))
    )
    assert {outcome["__typename"] for outcome in outcomes} == {"Hold", "SeatsUnavailable"}
    assert sum(outcome["__typename"] == "Hold" and "C1" in outcome["seats"] for outcome in outcomes) == 1
    await check_books(house, outcomes)


async def test_twins_split_over_the_servers_get_one_hold_and_one_payment(start_house: OpenHouse) -> None:
    house = await start_house(servers=2)
    ana = await a_customer(house.server)
    selves = [Person(house.servers[n % len(house.servers)], ana.token) for n in range(20)]
    held = await asyncio.gather(*(self.hold(house.showtimes[0], ["D4"], key="k") for self in selves))
    assert len({answer["id"] for answer in held}) == 1
    booking = await ana.book(held[0]["id"])
    paid = await asyncio.gather(*(self.pay(booking["id"], key="k") for self in selves))
    assert len({answer["id"] for answer in paid}) == 1
    assert len({answer["checkoutUrl"] for answer in paid}) == 1
    conflicts = await asyncio.gather(*(self.hold(house.showtimes[0], ["D5"], key="k") for self in selves))
    assert {answer["__typename"] for answer in conflicts} == {"IdempotencyConflict"}
    assert len((await ana.booking(booking["id"]))["payments"]) == 1
