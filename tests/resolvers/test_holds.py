"""Holds: set aside, extended, released, over."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

import clock
from domain.access import Actor
from domain.events import Event
from domain.holds import HoldStatus
from domain.money import Money
from domain.problems import HoldBooked, HoldExpired, HoldLimitReached, NotOnSale, SeatsUnavailable, TooManySeats
from domain.seat_maps import SeatMapChange, SeatState
from domain.wrong_calls import BadUserInput, NotFound, Unauthenticated
from models.bookings import Hold
from models.seat_changes import SeatChange, merged
from models.seat_claims import SeatClaim
from models.showtimes import Showtime
from models.tasks import QueuedTask
from resolvers import holds
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale, others
from tests.factories.screens import make_screen
from tests.resolvers.refusals import everything, refused
from tests.resolvers.sale_fixtures import Later


async def test_a_hold_is_one_change_written_logged_and_told(sale: Sale, announced: list[Event]) -> None:
    hold = await sale.hold("F7", "F8")
    change = SeatMapChange(sale.showtime.id, 0, 1, 98, {"F7": SeatState.HELD, "F8": SeatState.HELD})
    assert announced == [change]
    assert await merged(sale.showtime.id, 0, 1) == change
    assert (await sale.map()).taken == change.seats
    assert (hold.status, hold.quote.labels, hold.quote.total.minor) == (HoldStatus.ACTIVE, ["F7", "F8"], 50_000)
    assert timedelta(minutes=9.9) < hold.expires_at - clock.now() <= timedelta(minutes=10)
    assert await QueuedTask.all().count() == 0


async def test_taken_seats_are_named_and_nothing_is_held(sale: Sale) -> None:
    (ben,) = await others(1)
    await sale.hold("F7")
    refusal = await refused(SeatsUnavailable, lambda: sale.hold("F6", "F7", actor=ben))
    assert refusal.seats == ["F7"]


@pytest.mark.parametrize("seats", [[], ["Z9"], [""], ["F7", "F7"], ["f7"], ["F7 "]])
async def test_labels_that_are_none_are_a_wrong_call(sale: Sale, seats: list[str]) -> None:
    await refused(BadUserInput, lambda: sale.hold(*seats))


async def test_eleven_seats_are_too_many(sale: Sale) -> None:
    refusal = await refused(TooManySeats, lambda: sale.hold(*[f"A{n}" for n in range(1, 11)], "B1"))
    assert refusal.limit == 10
    assert len((await sale.hold(*[f"A{n}" for n in range(1, 11)])).quote.labels) == 10


async def test_a_started_a_cancelled_and_an_unopened_showtime_are_not_on_sale(sale: Sale) -> None:
    now = clock.now()
    for column, value in (
        ("starts_at", now - timedelta(minutes=1)),
        ("cancelled_at", now),
        ("sales_open_at", now + timedelta(hours=1)),
    ):
        original = await Showtime.get(id=sale.showtime.id).values(column)
        await Showtime.filter(id=sale.showtime.id).update(**{column: value})
        await refused(NotOnSale, lambda: sale.hold("A1"))
        await Showtime.filter(id=sale.showtime.id).update(**original)
    assert (await sale.hold("A1")).status is HoldStatus.ACTIVE


async def test_the_price_of_a_hold_stands_when_the_showtime_s_changes(sale: Sale) -> None:
    hold = await sale.hold("A1")
    await Showtime.filter(id=sale.showtime.id).update(base_price_minor=99_999)
    booking = await sale.book_hold(hold.id)
    assert (hold.quote.total.minor, booking.total.minor) == (25_000, 25_000)
    assert (await sale.hold("A2")).quote.total.minor == 99_999


async def test_three_holds_at_once_unpaid_bookings_included(sale: Sale) -> None:
    await sale.book("A1")
    await sale.hold("A2")
    third = await sale.hold("A3")
    refusal = await refused(HoldLimitReached, lambda: sale.hold("A4"))
    assert refusal.limit == 3
    await holds.release(sale.ana, third.id)
    await sale.hold("A4")
    await refused(HoldLimitReached, lambda: sale.hold("A5"))


async def test_a_paid_booking_no_longer_counts(sale: Sale) -> None:
    await sale.buy("A1")
    for seat in ("A2", "A3", "A4"):
        await sale.hold(seat)
    await refused(HoldLimitReached, lambda: sale.hold("A5"))


async def test_an_extension_lasts_from_now_but_never_beyond_the_cap(sale: Sale, later: Later) -> None:
    hold = await sale.hold("A1")
    made_at = hold.created_at
    for minutes, expected in ((8, 18), (9, 27), (9, 30)):
        later(minutes=minutes)
        hold = await holds.extend(sale.ana, hold.id, sale.terms)
        assert abs(hold.expires_at - made_at - timedelta(minutes=expected)) < timedelta(seconds=5)
        (claim,) = await SeatClaim.filter(hold_id=hold.id)
        assert claim.expires_at == hold.expires_at
    refusal = await refused(HoldLimitReached, lambda: holds.extend(sale.ana, hold.id, sale.terms))
    assert refusal.limit == 30
    assert (await sale.map()).version == 1


async def test_a_released_hold_frees_its_seats_and_is_given_again(sale: Sale, announced: list[Event]) -> None:
    hold = await sale.hold("A1", "A2")
    assert (await holds.release(sale.ana, hold.id)).status is HoldStatus.RELEASED
    assert (await sale.map()).available == 100
    assert [event.version for event in announced] == [1, 2]
    before = await everything()
    assert (await holds.release(sale.ana, hold.id)).id == hold.id
    assert await everything() == before
    await refused(HoldExpired, lambda: holds.extend(sale.ana, hold.id, sale.terms))


async def test_what_has_become_a_booking_leads_there(sale: Sale) -> None:
    hold = await sale.hold("A1")
    booking = await sale.book_hold(hold.id)
    calls = (
        lambda: holds.extend(sale.ana, hold.id, sale.terms),
        lambda: holds.release(sale.ana, hold.id),
        lambda: sale.book_hold(hold.id),
    )
    for call in calls:
        refusal = await refused(HoldBooked, call)
        assert refusal.booking_id == booking.id


async def test_another_person_s_hold_is_not_there(sale: Sale) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1")
    for call in (
        lambda: holds.extend(ben, hold.id, sale.terms),
        lambda: holds.release(ben, hold.id),
        lambda: sale.book_hold(hold.id, actor=ben),
    ):
        await refused(NotFound, call)
    assert await holds.mine(ben) == []
    assert [mine.id for mine in await holds.mine(sale.ana)] == [hold.id]


async def test_an_expired_hold_is_free_at_once_without_any_sweep(sale: Sale, later: Later) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1", "A2")
    later(minutes=10, seconds=1)
    assert await sale.state_of("A1", "A2") == {"AVAILABLE"}
    for call in (
        lambda: holds.extend(sale.ana, hold.id, sale.terms),
        lambda: holds.release(sale.ana, hold.id),
        lambda: sale.book_hold(hold.id),
    ):
        await refused(HoldExpired, call)
    taken = await sale.hold("A2", actor=ben)
    assert [claim.hold_id for claim in await SeatClaim.all()] == [taken.id]


async def test_an_expiry_is_a_change_of_its_own(sale: Sale, later: Later, announced: list[Event]) -> None:
    (ben,) = await others(1)
    hold = await sale.hold("A1", "A2")
    later(minutes=11)
    await sale.hold("A2", actor=ben)
    changes = [
        (event.version, dict(event.seats), event.available) for event in announced if isinstance(event, SeatMapChange)
    ]
    assert changes == [
        (1, {"A1": "HELD", "A2": "HELD"}, 98),
        (2, {"A1": "AVAILABLE", "A2": "AVAILABLE"}, 100),
        (3, {"A2": "HELD"}, 99),
    ]
    assert [row.cause for row in await SeatChange.all().order_by("version")] == ["HELD", "EXPIRED", "HELD"]
    assert (await Hold.get(id=hold.id)).status is HoldStatus.EXPIRED


async def test_a_sweep_gives_back_once_and_two_sweeps_do_no_harm(sale: Sale, later: Later) -> None:
    await sale.hold("A1")
    assert await holds.release_expired(clock.now()) == 0
    later(minutes=11)
    assert await holds.release_expired(clock.now()) == 1
    before = await everything()
    assert await holds.release_expired(clock.now()) == 0
    assert await everything() == before
    assert (await sale.map()).version == 2
    assert await SeatClaim.all().count() == 0


async def test_nobody_holds_anonymously_and_nobody_holds_nowhere(sale: Sale) -> None:
    for nobody in (Actor.anonymous(), Actor.system()):
        await refused(Unauthenticated, lambda who=nobody: sale.hold("A1", actor=who))
    await refused(NotFound, lambda: holds.place(sale.ana, uuid4(), ["A1"], sale.terms))
    await refused(NotFound, lambda: holds.extend(sale.ana, uuid4(), sale.terms))
    await refused(NotFound, lambda: holds.release(sale.ana, uuid4()))
    await refused(NotFound, lambda: sale.book_hold(uuid4()))


async def test_holding_and_releasing_all_day_never_makes_room_for_a_fourth(sale: Sale) -> None:
    alive = [await sale.hold(f"A{number}") for number in (1, 2, 3)]
    for number in range(1, 11):
        await refused(HoldLimitReached, lambda n=number: sale.hold(f"B{n}"))
        await holds.release(sale.ana, alive.pop(0).id)
        alive.append(await sale.hold(f"C{number}"))
        assert await SeatClaim.all().count() == 3
    assert (await sale.map()).version == 3 + 2 * 10


async def test_the_limit_counts_every_showtime_and_only_one_s_own(sale: Sale, settings: Settings) -> None:
    (ben,) = await others(1)
    elsewhere = await open_sale(settings)
    for house, seat in ((sale, "A1"), (elsewhere, "A1"), (elsewhere, "A2")):
        await house.hold(seat, actor=sale.ana)
    await refused(HoldLimitReached, lambda: elsewhere.hold("A3", actor=sale.ana))
    assert (await elsewhere.hold("A3", actor=ben)).status is HoldStatus.ACTIVE


async def test_one_s_own_holds_are_listed_oldest_first_while_they_live(sale: Sale, later: Later) -> None:
    first = await sale.hold("A1")
    later(minutes=5)
    second, third = await sale.hold("A2"), await sale.hold("A3")
    await holds.release(sale.ana, third.id)
    assert [hold.id for hold in await holds.mine(sale.ana)] == [first.id, second.id]
    later(minutes=5)
    assert [hold.id for hold in await holds.mine(sale.ana)] == [second.id]
    await sale.book_hold(second.id)
    assert await holds.mine(sale.ana) == []


async def test_each_kind_of_seat_has_its_price(database: Database, settings: Settings) -> None:
    sale = await open_sale(settings, screen=await make_screen(drawing="A sspp\nB vvwc"))
    hold = await sale.hold("A1", "A3", "B1", "B3", "B4")
    assert [(line.part, line.label, line.minor) for line in hold.quote.lines] == [
        ("BASE", "A1", 25_000),
        ("BASE", "A3", 25_000),
        ("SEAT_KIND", "A3", 6_250),
        ("BASE", "B1", 25_000),
        ("SEAT_KIND", "B1", 15_000),
        ("BASE", "B3", 25_000),
        ("BASE", "B4", 25_000),
    ]
    assert hold.quote.total == Money(146_250, "INR")
    assert (await Hold.get(id=hold.id)).quote == hold.quote


async def test_five_people_who_extend_and_release_at_once_get_one_end_each(sale: Sale) -> None:
    hold = await sale.hold("A1")
    calls = [holds.extend(sale.ana, hold.id, sale.terms), *(holds.release(sale.ana, hold.id) for _ in range(4))]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {Hold, HoldExpired}
    assert [outcome.status for outcome in outcomes[1:]] == [HoldStatus.RELEASED] * 4
    assert ((await sale.map()).version, (await sale.map()).available) == (2, 100)


async def test_a_seat_that_is_blocked_cannot_be_held(sale: Sale) -> None:
    await SeatClaim.create(showtime_id=sale.showtime.id, label="A1", state=SeatState.BLOCKED)
    refusal = await refused(SeatsUnavailable, lambda: sale.hold("A1", "A2"))
    assert refusal.seats == ["A1"]
    assert await sale.state_of("A1") == {"BLOCKED"}
