"""Answers kept for everybody are as right as answers made for each, on every process and at every moment."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

import clock
from domain.access import Actor, Role
from domain.payments import PaymentProvider
from domain.price_terms import WantedTerms
from domain.refunds import RefundStep
from models.freshness import Versions
from models.showtimes import Showtime
from resolvers import cancellations, holds, movies, screens, showtime_cancellations, showtimes, venue_terms, venues
from resolvers.screens import ScreenDetails
from schema.answers import Answer, _Kept
from schema.calls import Call, Calls
from schema.ids import global_id
from settings import Settings
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.sale import FakeGateway, Sale, open_sale
from tests.factories.showtimes import make_showtime
from tests.factories.users import make_staff
from tests.schema.asking import Asker, asker
from tests.schema.test_gates import LOGGED_IN, OPEN_TO

MAP = "query Map($id: ID!) { showtime(id: $id) { status onSale seatMap { version available seats { label state } } } }"
MOVIES = "{ movies { totalCount nodes { title status } } }"
VENUES = """{ venues { nodes {
  name priceTerms { taxName } refundPolicy { hours percent } paymentMethods { provider } screens { name capacity layout }
} } }"""
SHOWTIMES = (
    "{ showtimes { nodes { id startsAt status onSale movie { title } screen { name venue { city timezone } } } } }"
)


@dataclass
class Shelf:
    """A shared cache in memory."""

    values: dict[str, bytes] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    async def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        self.values[key] = value
        self.seconds.append(seconds)


@dataclass
class Desk:
    """Asks for shared answers."""

    calls: Calls

    async def __call__(self, query: str, **variables: object) -> dict[str, Any]:
        answer = await self.answer(query, **variables)
        assert answer is not None
        return orjson.loads(answer.body)["data"]

    async def answer(self, query: str, **variables: object) -> Answer | None:
        return await self.calls.find(await self.calls.read(Call(query, variables, None)))

    @property
    def made(self) -> int:
        return self.calls.answers_given["made"]

    @property
    def kept(self) -> int:
        return self.calls.answers_given["kept"]


@pytest.fixture
def ask(database: Database) -> Asker:
    return asker(database.settings)


@pytest.fixture
def desk(ask: Asker) -> Desk:
    return Desk(ask.calls)


@pytest.fixture
async def sale(database: Database) -> Sale:
    return await open_sale(database.settings)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def move(**how_much: float) -> None:
        moment = clock.now() + timedelta(**how_much)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


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


async def edited_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.edit(actor, showtime.movie_id, {"title": "Renamed"})


async def added_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.add(actor, movies.MovieDetails(title="New"))


async def deleted_movie(actor: Actor, showtime: Showtime) -> None:
    await movies.delete(actor, (await movies.add(actor, movies.MovieDetails(title="Gone"))).id)


async def edited_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.edit(actor, showtime.venue_id, {"city": "Elsewhere"})


async def added_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.add(actor, venues.VenueDetails(name="Second", timezone="UTC", currency="EUR"))


async def priced_venue(actor: Actor, showtime: Showtime) -> None:
    await venues.set_price_terms(actor, showtime.venue_id, WantedTerms(tax_name="GST", tax_percent="18"))


async def added_screen(actor: Actor, showtime: Showtime) -> None:
    await screens.add(actor, showtime.venue_id, ScreenDetails(name="9", layout="A sss"))


async def edited_screen(actor: Actor, showtime: Showtime) -> None:
    await screens.edit(actor, showtime.screen_id, {"name": "Renamed"})


async def added_showtime(actor: Actor, showtime: Showtime) -> None:
    wanted = showtimes.ShowtimeDetails(starts_at=clock.now() + timedelta(days=3), base_price="9")
    await showtimes.schedule(actor, showtime.movie_id, showtime.screen_id, wanted)


async def cancelled_showtime(actor: Actor, showtime: Showtime) -> None:
    await showtime_cancellations.cancel(actor, showtime.id)


async def set_refund_policy(actor: Actor, showtime: Showtime) -> None:
    await venue_terms.set_refund_policy(actor, showtime.venue_id, [RefundStep(24, 50)])


async def set_payment_methods(actor: Actor, showtime: Showtime) -> None:
    gateways = {provider: FakeGateway(provider) for provider in (PaymentProvider.SANDBOX, PaymentProvider.COUNTER)}
    await venue_terms.set_payment_methods(actor, showtime.venue_id, [PaymentProvider.COUNTER], gateways)


EDITS = {
    "createMovie": (added_movie, [MOVIES]),
    "updateMovie": (edited_movie, [MOVIES, SHOWTIMES]),
    "deleteMovie": (deleted_movie, []),
    "createVenue": (added_venue, [VENUES]),
    "updateVenue": (edited_venue, [SHOWTIMES]),
    "setPriceTerms": (priced_venue, [VENUES]),
    "createScreen": (added_screen, [VENUES]),
    "updateScreen": (edited_screen, [VENUES, SHOWTIMES]),
    "createShowtime": (added_showtime, [SHOWTIMES]),
    "cancelShowtime": (cancelled_showtime, [SHOWTIMES]),
    "setRefundPolicy": (set_refund_policy, [VENUES]),
    "setPaymentMethods": (set_payment_methods, [VENUES]),
}


# What staff do with payments changes nothing that everybody is shown.
OF_THE_MONEY = {
    "refundPayment",
    "retryRefund",
    "replayMessage",
    "dismissMessage",
    "settleCounterPayment",
    "settleCounterRefund",
}
# Nor does what they do with people.
OF_PEOPLE = {
    "requireSecondFactor",
    "setRoles",
    "postStaff",
    "lockUser",
    "unlockUser",
    "inviteStaff",
    "withdrawInvitation",
    "correctDateOfBirth",
    "createCustomer",
}


@pytest.mark.parametrize("mutation", EDITS)
async def test_an_edit_is_seen_at_once(mutation: str, desk: Desk, ask: Asker, database: Database) -> None:
    """On every process: nothing told the second desk but the database."""
    showtime, editor = await make_showtime(rows=1), await make_staff(Role.ADMIN)
    other = Desk(asker(database.settings).calls)
    edit, changed = EDITS[mutation]
    before = {query: (await desk(query), await other(query)) for query in (MOVIES, VENUES, SHOWTIMES)}
    await edit(Actor(editor.id, frozenset({Role.ADMIN}), None), showtime)
    for query in before:
        truth = (await ask(query))["data"]
        assert await desk(query) == await other(query) == truth
        assert (truth != before[query][0]) == (query in changed), query


def test_every_mutation_of_the_catalogue_is_among_them() -> None:
    staff = {
        name.partition(".")[2] for name, who in OPEN_TO.items() if name.startswith("Mutation.") and who < LOGGED_IN
    }
    assert staff - OF_THE_MONEY - OF_PEOPLE == set(EDITS), (
        "a new mutation of staff must be here, if it changes the catalogue"
    )


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
