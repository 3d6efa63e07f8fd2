"""The rules of the house where it matters: under the lock, for one person and for a hundred at once."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.access import Actor
from domain.best_seats import Party
from domain.events import Event
from domain.holds import HoldTerms
from domain.layouts import Layout, SeatKind, parse_layout
from domain.lonely_seats import made_lonely
from domain.neighbours import neighbours_of
from domain.problems import HoldLimitReached, NotEnoughSeats, SeatSelectionRefused, TooManySeats
from domain.seating import ALL_RULES
from models.bookings import Hold
from models.seat_changes import SeatChange
from models.showtimes import Showtime
from resolvers import holds
from tests.databases import Database
from tests.factories.sale import Sale, open_sale, others
from tests.factories.screens import make_screen
from tests.races.history import check_history

HALL = "A wcssss.ssssss\nB ssssss.ssssss\nC ssssss.VVVVss"
CLIENTS = 100


@pytest.fixture
async def strict(database: Database) -> Sale:
    """A sale in a house with every rule."""
    sale = await open_sale(database.settings, screen=await make_screen(drawing=HALL))
    return replace(sale, terms=replace(sale.terms, rules=ALL_RULES))


async def written(sale: Sale) -> tuple[int, int, int]:
    """Everything a hold writes: how many there are, how many changes, and the map's version."""
    version = (await Showtime.get(id=sale.showtime.id)).seat_version
    return await Hold.all().count(), await SeatChange.all().count(), version


@pytest.mark.parametrize(
    ("seats", "rule", "about", "suggestion"),
    [
        (["B2", "B3"], "NO_LONELY_SEAT", ["B1"], ["B3", "B4"]),
        (["A2", "A3"], "COMPANION_WITH_WHEELCHAIR", ["A2"], ["A3", "A4"]),
        (["C8"], "LOVE_SEAT_IN_PAIRS", ["C7"], ["B9"]),
    ],
)
async def test_a_refusal_says_why_and_what_instead_and_leaves_nothing(
    strict: Sale, announced: list[Event], seats: list[str], rule: str, about: list[str], suggestion: list[str]
) -> None:
    with pytest.raises(SeatSelectionRefused) as refusal:
        await strict.hold(*seats)
    assert (refusal.value.rule, refusal.value.seats, refusal.value.suggestion) == (rule, about, suggestion)
    assert (await written(strict), announced) == ((0, 0, 0), [])
    held = await strict.hold(*refusal.value.suggestion or [])
    assert held.quote.labels == suggestion
    await check_history(strict.showtime.id)


async def test_a_seat_next_door_that_is_taken_decides(strict: Sale) -> None:
    ben, cem = await others(2)
    await strict.hold("B1", "B2")
    with pytest.raises(SeatSelectionRefused) as refusal:
        await strict.hold("B4", "B5", actor=ben)
    assert refusal.value.seats == ["B3", "B6"]
    await strict.hold("B3", "B4", actor=ben)
    with pytest.raises(SeatSelectionRefused) as refusal:
        await strict.hold("B5", actor=cem)
    assert refusal.value.suggestion == ["B7"]
    await strict.hold("B7", "B8", "B9", "B10", "B11", "B12", actor=ben)
    await strict.hold("B5", actor=cem)  # of the last two of the row one must be left
    await check_history(strict.showtime.id)


async def test_a_house_without_rules_sells_whatever_is_free(strict: Sale) -> None:
    lax = replace(strict, terms=replace(strict.terms, rules=frozenset()))
    assert (await lax.hold("B2", "B3", "A2", "C8")).quote.labels == ["B2", "B3", "A2", "C8"]


async def test_one_person_has_so_many_seats_of_a_showtime_bought_ones_included(strict: Sale) -> None:
    few = replace(strict, terms=replace(strict.terms, seats_per_person=4))
    (ben,) = await others(1)
    await few.buy("B1", "B2")
    held = await few.hold("B3", "B4")
    before = await written(few)
    with pytest.raises(TooManySeats) as refusal:
        await few.hold("B5")
    assert (refusal.value.limit, await written(few)) == (4, before)
    with pytest.raises(TooManySeats):
        await holds.place_best(few.ana, few.showtime.id, Party(1), few.terms)
    assert await written(few) == before
    await few.hold("B5", "B6", actor=ben)
    await holds.release(few.ana, held.id)
    assert (await few.hold("B3", "B4")).quote.labels == ["B3", "B4"]


async def test_the_best_seats_are_held_in_one_step_and_a_repetition_gives_the_same(strict: Sale) -> None:
    party = Party(2, frozenset({SeatKind.STANDARD}))
    first = await holds.place_best(strict.ana, strict.showtime.id, party, strict.terms, key="k")
    again = await holds.place_best(strict.ana, strict.showtime.id, party, strict.terms, key="k")
    assert (first.id, first.quote.labels) == (again.id, ["B5", "B6"])
    assert await written(strict) == (1, 1, 1)


async def test_too_few_and_too_many_leave_nothing(strict: Sale, announced: list[Event]) -> None:
    with pytest.raises(NotEnoughSeats):
        await holds.place_best(strict.ana, strict.showtime.id, Party(3, frozenset({SeatKind.PREMIUM})), strict.terms)
    with pytest.raises(TooManySeats):
        await holds.place_best(strict.ana, strict.showtime.id, Party(11), strict.terms)
    assert (await written(strict), announced) == ((0, 0, 0), [])


async def test_a_hundred_parties_fill_a_screen_and_leave_no_lonely_seat_that_they_need_not(database: Database) -> None:
    """After each of them, in the order of the log, nobody who tries every place finds one that leaves fewer."""
    drawing = "\n".join(f"{row} ssss.ssssssss.ssss" for row in "ABCDEFGHJK")
    sale = await open_sale(database.settings, screen=await make_screen(drawing=drawing))
    terms = replace(sale.terms, rules=ALL_RULES, at_once=1_000, seats_per_person=1_000)
    sizes = random.Random(7)
    parties = [Party(sizes.choice([1, 2, 2, 2, 3, 4])) for _ in range(CLIENTS)]
    people = await others(CLIENTS)
    await asyncio.gather(
        *(hold_until_full(sale, person, party, terms) for person, party in zip(people, parties, strict=True))
    )
    seat_map = await check_history(sale.showtime.id)
    assert seat_map.available == 0, "the last seats can always be sold"
    log = await SeatChange.filter(showtime_id=sale.showtime.id).order_by("version")
    free = set(seat_map.layout.by_label)
    for change in log:
        taken = list(change.seats)
        made, least = lonely_by_brute_force(seat_map.layout, free, taken)
        assert made == least, f"version {change.version}: {taken}"
        free -= set(taken)
    assert len(log) >= CLIENTS / 2


async def hold_until_full(sale: Sale, person: Actor, party: Party, terms: HoldTerms) -> None:
    """One client: comes back for more until there is nothing left, at last for a single seat."""
    while True:
        try:
            await holds.place_best(person, sale.showtime.id, party, terms)
        except NotEnoughSeats:
            if party.count == 1:
                return
            party = replace(party, count=party.count - 1)
        except HoldLimitReached:
            return


def lonely_by_brute_force(layout: Layout, free: set[str], taken: Sequence[str]) -> tuple[int, int]:
    """How many lonely seats a party left behind, and the fewest any place side by side would have."""
    blocks = neighbours_of(layout).blocks
    made = len(made_lonely(blocks, free, taken))
    windows = [
        [seat.label for seat in block[start : start + len(taken)]]
        for block in blocks
        for start in range(len(block) - len(taken) + 1)
    ]
    open_ones = [window for window in windows if free.issuperset(window)]
    return made, min((len(made_lonely(blocks, free, window)) for window in open_ones), default=made)


def test_the_hall_is_drawn_as_the_rules_need_it() -> None:
    layout = parse_layout(HALL)
    assert [layout.by_label[label].paired_with for label in ("C7", "C8")] == ["C8", "C7"]
