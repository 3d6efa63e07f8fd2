"""`sales`: what a manager asks for and gets."""

from datetime import UTC, datetime

import pytest

import clock
from domain.access import Actor, Role
from resolvers import cancellations
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_staff
from tests.schema.asking import Asker, asker, codes

SALES = """query ($venue: ID!, $from: Date, $to: Date) {
  sales(venueId: $venue, from: $from, to: $to) {
    tickets bookings revenue { amount currency } refunded { amount }
    byHour { at tickets revenue { amount } }
    byMovie { movie { title } tickets revenue { amount } }
  }
}"""
NOON = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)  # ten past twelve in Kolkata


@pytest.fixture
async def sale(database: Database, monkeypatch: pytest.MonkeyPatch) -> Sale:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return await open_sale(database.settings)


@pytest.fixture
def ask(database: Database, sale: Sale) -> Asker:
    return asker(database.settings)


@pytest.fixture
async def max_(sale: Sale) -> Actor:
    return actor_of(await make_staff(Role.MANAGER, "Max"), sale.showtime.venue_id)


async def test_what_was_sold_today(ask: Asker, sale: Sale, max_: Actor) -> None:
    await sale.buy("A1", "A2")
    cancelled, _ = await sale.buy("A3")
    await cancellations.cancel(sale.ana, cancelled.id)
    title = (await sale.showtime.movie).title
    answer = await ask(SALES, max_, venue=global_id("Venue", sale.showtime.venue_id))
    by_time = [{"at": "2026-11-21T12:00:00+05:30", "tickets": 3, "revenue": {"amount": "750.00"}}]
    assert answer["data"]["sales"] == {
        "tickets": 3,
        "bookings": 2,
        "revenue": {"amount": "750.00", "currency": "INR"},
        "refunded": {"amount": "250.00"},
        "byHour": by_time,
        "byMovie": [{"movie": {"title": title}, "tickets": 3, "revenue": {"amount": "750.00"}}],
    }


async def test_more_than_three_days_are_told_by_the_day(ask: Asker, sale: Sale, max_: Actor) -> None:
    await sale.buy("A1")
    venue = global_id("Venue", sale.showtime.venue_id)
    answer = await ask(SALES, max_, venue=venue, **{"from": "2026-11-18"})
    assert [point["at"] for point in answer["data"]["sales"]["byHour"]] == ["2026-11-21T00:00:00+05:30"]
    three = await ask(SALES, max_, venue=venue, **{"from": "2026-11-19", "to": "2026-11-21"})
    assert [point["at"] for point in three["data"]["sales"]["byHour"]] == ["2026-11-21T12:00:00+05:30"]


async def test_where_nothing_was_sold_there_are_zeros_in_the_venue_s_currency(
    ask: Asker, sale: Sale, max_: Actor
) -> None:
    answer = await ask(SALES, max_, venue=global_id("Venue", sale.showtime.venue_id), to="2026-11-01")
    assert answer["data"]["sales"] == {
        "tickets": 0,
        "bookings": 0,
        "revenue": {"amount": "0.00", "currency": "INR"},
        "refunded": {"amount": "0.00"},
        "byHour": [],
        "byMovie": [],
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from": "2026-11-22"}, "BAD_USER_INPUT"),
        ({"from": "2026-08-21"}, "BAD_USER_INPUT"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "BAD_USER_INPUT"),
        ({"from": "yesterday"}, "BAD_USER_INPUT"),
        ({"venue": "garbage"}, "NOT_FOUND"),
    ],
)
async def test_what_no_report_covers(ask: Asker, sale: Sale, max_: Actor, given: dict[str, str], code: str) -> None:
    venue = global_id("Venue", sale.showtime.venue_id)
    assert codes(await ask(SALES, max_, **{"venue": venue, **given})) == [code]
    assert codes(await ask(SALES, max_, venue=venue, **{"from": "2026-08-22"})) == []


@pytest.mark.once
async def test_the_first_and_the_last_day_there_are(ask: Asker, sale: Sale, max_: Actor) -> None:
    venue = global_id("Venue", sale.showtime.venue_id)
    for day in ("0001-01-01", "9999-12-31"):
        answer = await ask(SALES, max_, venue=venue, **{"from": day, "to": day})
        assert answer["data"]["sales"]["tickets"] == 0
