"""Answers kept for everybody are as right as answers made for each, on every process and at every moment."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import clock
from domain.access import Actor, Role
from models.freshness import Versions
from resolvers import cancellations, holds
from schema.answers import Answer, _Kept
from schema.calls import Call
from schema.ids import global_id
from settings import Settings
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.sale import Sale
from tests.factories.showtimes import make_showtime
from tests.factories.users import make_staff
from tests.schema.asking import Asker, asker
from tests.schema.desks import MAP, MOVIES, SHOWTIMES, VENUES, Desk, Shelf, ask, desk, later, sale

__all__ = ["ask", "desk", "later", "sale"]


async def test_the_same_question_is_answered_once(desk: Desk, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    first = await desk.answer(MAP, id=id)
    second = await desk.answer(MAP, id=id)
    assert first is second
    assert (desk.made, desk.kept) == (1, 1)
    other = await make_showtime(rows=1)
    assert len((await desk(MAP, id=global_id("Showtime", other.id)))["showtime"]["seatMap"]["seats"]) == 10
    assert desk.made == 2


async def test_a_hold_is_seen_at_once(desk: Desk, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    free = (await desk(MAP, id=id))["showtime"]["seatMap"]
    hold = await sale.hold("A1", "A2")
    held = (await desk(MAP, id=id))["showtime"]["seatMap"]
    assert (held["version"], held["available"]) == (free["version"] + 1, free["available"] - 2)
    await holds.release(sale.ana, hold.id)
    again = (await desk(MAP, id=id))["showtime"]["seatMap"]
    assert (again["version"], again["available"]) == (free["version"] + 2, free["available"])
    assert desk.made == 3


async def test_an_ended_hold_is_free_at_once_without_a_sweep(
    desk: Desk, sale: Sale, later: Callable[..., None]
) -> None:
    id = global_id("Showtime", sale.showtime.id)
    await sale.hold("A1")
    before = (await desk(MAP, id=id))["showtime"]["seatMap"]
    later(seconds=sale.terms.lasts.total_seconds() - 1)
    assert (await desk(MAP, id=id))["showtime"]["seatMap"] == before
    later(seconds=2)
    after = (await desk(MAP, id=id))["showtime"]["seatMap"]
    assert (after["version"], after["available"]) == (before["version"], before["available"] + 1)
    assert after["seats"][0]["state"] == "AVAILABLE"


async def test_sales_open_and_close_on_time(desk: Desk, database: Database, later: Callable[..., None]) -> None:
    soon = clock.now() + timedelta(seconds=20)
    showtime = await make_showtime(rows=1, sales_open_at=soon, starts_in=timedelta(seconds=40))
    id = global_id("Showtime", showtime.id)
    seen = []
    for _ in range(3):
        found = (await desk(MAP, id=id))["showtime"]
        seen.append((found["onSale"], found["status"]))
        later(seconds=20)
    assert seen == [(False, "SCHEDULED"), (True, "SCHEDULED"), (False, "ONGOING")]


async def test_a_film_comes_at_midnight(desk: Desk, database: Database, later: Callable[..., None]) -> None:
    tomorrow = (clock.now() + timedelta(days=1)).date()
    await make_movie(title="Dawn", opens_on=tomorrow)
    assert (await desk(MOVIES))["movies"]["nodes"][0]["status"] == "COMING_SOON"
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    later(seconds=(midnight - clock.now()).total_seconds() - 1)
    assert (await desk(MOVIES))["movies"]["nodes"][0]["status"] == "COMING_SOON"
    later(seconds=1)
    assert (await desk(MOVIES))["movies"]["nodes"][0]["status"] == "NOW_SHOWING"


async def test_a_stampede_computes_once(desk: Desk, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    found = await asyncio.gather(*(desk.answer(MAP, id=id) for _ in range(200)))
    assert len({each.body for each in found if each is not None}) == 1
    assert desk.made == 1


async def test_who_asks_after_a_commit_is_not_given_what_was_begun_before_it(
    desk: Desk, sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = global_id("Showtime", sale.showtime.id)
    answers = desk.calls._answers
    begun, go_on, execute = asyncio.Event(), asyncio.Event(), answers._execute

    async def slowly(*given: Any) -> Answer | None:
        answer = await execute(*given)
        begun.set()
        await go_on.wait()
        return answer

    monkeypatch.setattr(answers, "_execute", slowly)
    early = asyncio.create_task(desk(MAP, id=id))
    await begun.wait()
    await sale.hold("A1")
    late = asyncio.create_task(desk(MAP, id=id))
    await asyncio.sleep(0.05)
    go_on.set()
    assert (await early)["showtime"]["seatMap"]["version"] == 0
    assert (await late)["showtime"]["seatMap"]["version"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        "{ me { id } }",
        "{ movies { totalCount } me { id } }",
        '{ node(id: "x") { id } }',
        '{ booking(id: "x") { id } }',
        "{ __schema { queryType { name } } }",
        "query A { movies { totalCount } } query B { me { id } }",
        "{ ...F } fragment F on Query { me { id } }",
        "{ movies { nothing } }",
        "{ movies(first: 101) { totalCount } }",
        "mutation { logout }",
    ],
)
async def test_what_depends_on_who_asks_or_fails_is_never_kept(query: str, ask: Asker) -> None:
    operation = await ask.calls.read(Call(query, {}, "B" if "query B" in query else None))
    assert await ask.calls.find(operation) is None
    assert sum(ask.calls.answers_given.values()) == 0


@pytest.mark.parametrize("role", [None, Role.CUSTOMER, Role.ADMIN])
async def test_everybody_is_really_answered_alike(role: Role | None, desk: Desk, ask: Asker) -> None:
    await make_showtime(rows=2)
    actor = None
    if role is not None:
        actor = Actor((await make_staff(role)).id, frozenset({role}), None)
    for query in (MOVIES, VENUES, SHOWTIMES):
        assert await desk(query) == (await ask(query, actor))["data"]


async def test_processes_share_what_one_has_made(database: Database, sale: Sale) -> None:
    id, shelf = global_id("Showtime", sale.showtime.id), Shelf()
    one, other = Desk(asker(database.settings, shelf).calls), Desk(asker(database.settings, shelf).calls)
    first = await one(MAP, id=id)
    assert await other(MAP, id=id) == first
    assert (other.made, other.calls.answers_given["shared"]) == (0, 1)
    assert 0 < shelf.seconds[0] <= database.settings.answer_seat_map_seconds
    await sale.hold("A1")
    stale = dict(shelf.values)
    assert (await other(MAP, id=id))["showtime"]["seatMap"]["version"] == 1
    shelf.values = stale
    third = Desk(asker(database.settings, shelf).calls)
    assert (await third(MAP, id=id))["showtime"]["seatMap"]["version"] == 1, "what is shared is judged too"
    shelf.values = dict.fromkeys(stale, b"\xff nonsense")
    assert (await Desk(asker(database.settings, shelf).calls)(MAP, id=id))["showtime"]["seatMap"]["version"] == 1


async def test_it_can_be_turned_off(database: Database, sale: Sale) -> None:
    desk = Desk(asker(database.settings.model_copy(update={"answer_cache_megabytes": 0})).calls)
    assert await desk.answer(MOVIES) is None
    assert desk.made == 0


async def test_nothing_is_kept_longer_than_the_settings_say(desk: Desk, sale: Sale, settings: Settings) -> None:
    now, id = clock.now(), global_id("Showtime", sale.showtime.id)
    for query, seconds in (
        (MAP, settings.answer_seat_map_seconds),
        (SHOWTIMES, settings.answer_showtimes_seconds),
        (VENUES, settings.answer_catalogue_seconds),
    ):
        answer = await desk.answer(query, **({"id": id} if query == MAP else {}))
        assert answer is not None
        assert seconds - 1 < (answer.until - now).total_seconds() < seconds + 5


async def test_a_booking_is_seen_at_once_too(desk: Desk, sale: Sale) -> None:
    id = global_id("Showtime", sale.showtime.id)
    booking = await sale.book("A1")
    before = (await desk(MAP, id=id))["showtime"]["seatMap"]
    await cancellations.cancel(sale.ana, booking.id)
    after = (await desk(MAP, id=id))["showtime"]["seatMap"]
    assert (before["available"] + 1, before["version"] + 1) == (after["available"], after["version"])


def test_the_memory_is_bounded_and_the_least_used_leave() -> None:
    kept = _Kept(10_000)
    answer = Answer(b"x" * 2_000, {}, {}, clock.now())
    for name in (b"a", b"b", b"c"):
        kept.put(name, answer)
    kept.get(b"a")
    kept.put(b"d", answer)
    assert [name for name in (b"a", b"b", b"c", b"d") if kept.get(name)] == [b"a", b"c", b"d"]
    kept.put(b"e", replace(answer, body=b"x" * 20_000))
    assert kept._bytes == 0
    assert [kept.get(name) for name in (b"a", b"e")] == [None, None]


def test_an_answer_holds_while_nothing_it_is_made_of_has_grown() -> None:
    answer = Answer(b"", {"movies": 3}, {}, clock.now())
    assert answer.holds(Versions({}, {"movies": 3, "venues": 9}))
    assert answer.holds(Versions({}, {}))
    assert not answer.holds(Versions({}, {"movies": 4}))
