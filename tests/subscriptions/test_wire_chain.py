"""Order out of disorder: whatever arrives, in whatever order, what is passed on has no gap."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.events import BookingChange
from domain.seat_maps import SeatMapChange, SeatState
from subscriptions.chain import AHEAD_MAX, Chain
from subscriptions.inbox import Inbox, Resync

pytestmark = pytest.mark.once

BOOKING = UUID("00000000-0000-4000-8000-000000000007")
SHOWTIME = UUID("00000000-0000-4000-8000-000000000042")


def step(version: int, since: int | None = None) -> BookingChange:
    return BookingChange(BOOKING, version - 1 if since is None else since, version)


steps = st.tuples(st.integers(0, 30), st.integers(-2, 6)).map(lambda pair: step(pair[0] + pair[1], since=pair[0]))


@given(st.integers(0, 20), st.lists(steps, max_size=60), st.lists(steps, max_size=60))
def test_what_is_passed_on_is_contiguous(
    position: int, before: list[BookingChange], after: list[BookingChange]
) -> None:
    chain = Chain()
    assert [chain.accept(event) for event in before] == [[]] * len(before)
    passed_on = chain.begin(position)
    for event in after:
        passed_on += chain.accept(event)
    at = position
    for event in passed_on:
        assert event.since == at < event.version
        at = event.version
    assert chain.position == at
    assert chain.behind is (max([at, *(event.version for event in before + after if event.version > event.since)]) > at)


@given(st.permutations(range(1, 40)))
def test_every_order_ends_complete(versions: list[int]) -> None:
    chain = Chain()
    chain.begin(0)
    passed_on = [event for version in versions for event in chain.accept(step(version))]
    assert [event.version for event in passed_on] == list(range(1, 40))
    assert not chain.behind


def test_what_arrives_early_is_bounded() -> None:
    chain = Chain()
    chain.begin(0)
    for version in range(2, 1_000):
        chain.accept(step(version))
    assert len(chain._ahead) == AHEAD_MAX
    assert (chain.target, chain.behind) == (999, True)
    assert len(chain.accept(step(1))) == AHEAD_MAX + 1


def test_given_up_is_not_behind() -> None:
    chain = Chain()
    chain.begin(5)
    chain.notice(9)
    assert chain.behind
    chain.give_up()
    assert not chain.behind


async def test_an_inbox_merges_what_waits() -> None:
    inbox = Inbox()
    inbox.put(SeatMapChange(SHOWTIME, 0, 1, 9, {"A1": SeatState.HELD}))
    inbox.put(SeatMapChange(SHOWTIME, 1, 2, 8, {"A2": SeatState.HELD}))
    inbox.put(SeatMapChange(SHOWTIME, 2, 3, 8, {"A1": SeatState.BOOKED}))
    merged = SeatMapChange(SHOWTIME, 0, 3, 8, {"A1": SeatState.BOOKED, "A2": SeatState.HELD})
    assert await anext(inbox) == merged
    assert inbox.version == 3


async def test_an_inbox_merges_bookings_and_resyncs() -> None:
    inbox = Inbox()
    inbox.put(step(1))
    inbox.put(step(2))
    assert await anext(inbox) == step(2, since=0)
    inbox.put(step(3))
    inbox.put(Resync(7))
    inbox.put(step(8))
    assert await anext(inbox) == Resync(8)


async def test_a_taker_that_is_cancelled_loses_nothing() -> None:
    inbox = Inbox()
    chain = [0]
    for version in range(1, 100):
        taking = asyncio.create_task(anext(inbox))
        await asyncio.sleep(0)
        inbox.put(step(version))
        taking.cancel()  # sometimes too late: then it has taken something
        with suppress(asyncio.CancelledError):
            item = await taking
            assert isinstance(item, BookingChange)
            assert item.since == chain[-1]
            chain.append(item.version)
    last = await anext(inbox)
    assert last == step(99, since=chain[-1])


async def test_a_closed_inbox_gives_what_it_has_and_ends() -> None:
    inbox = Inbox()
    inbox.put(step(1))
    inbox.close()
    assert [item async for item in inbox] == [step(1)]
