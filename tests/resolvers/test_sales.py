"""Reports of sales: what the rows say, counted anew in plain Python, to the last cent."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

import clock
from domain.access import Actor
from domain.money import Money
from domain.payments import CaptureFate, News, PaymentStatus
from domain.sales import Figures, Report, beginning_of, hour_of
from domain.showtimes import local_date
from domain.wrong_calls import BadUserInput, NotFound
from models.bookings import Booking, Ticket
from models.payments import Capture
from models.refunds import Refund
from models.sales import Sale as SaleRow
from models.venues import Venue
from resolvers import cancellations, sales, settlement
from tests.factories.sale import Sale
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later
from tests.resolvers.till import check_books, worker
from tests.resolvers.trading import BEGIN, houses, weeks

HOUSE = Actor.system()


@pytest.fixture(autouse=True)
def at_the_beginning(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The clock stands; the returned function sets it."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(BEGIN)
    return set_to


async def recounted(venue: Venue, first: date, last: date) -> Report:
    """What was sold, from bookings, tickets, captures and refunds, one row at a time."""
    total, by_time, by_movie = Figures(), {}, {}
    for booking in await Booking.all().select_related("showtime"):
        tickets = await Ticket.filter(booking_id=booking.id)
        if booking.showtime.venue_id != venue.id or not tickets:
            continue
        bought = await Capture.get(booking_id=booking.id, fate=CaptureFate.TICKET)
        assert bought.created_at == tickets[0].created_at
        day = local_date(bought.created_at, venue.timezone)
        if not first <= day <= last:
            continue
        back = sum(refund.amount_minor for refund in await Refund.filter(capture_id=bought.id, followed_by=None))
        figures = Figures(1, len(tickets), booking.total.minor, back)
        few = (last - first).days < 3
        at = hour_of(bought.created_at, venue.timezone) if few else beginning_of(day, venue.timezone)
        total += figures
        by_time[at] = by_time.get(at, Figures()) + figures
        movie_id = booking.showtime.movie_id
        by_movie[movie_id] = by_movie.get(movie_id, Figures()) + figures
    best = sorted(by_movie.items(), key=lambda each: (-each[1].revenue, -each[1].tickets, each[0]))
    return Report(total, sorted(by_time.items()), best)


@pytest.mark.parametrize("seed", range(6))
async def test_every_report_is_what_the_rows_say(
    sale: Sale, at_the_beginning: Callable[[datetime], None], seed: int
) -> None:
    dice = random.Random(seed)
    selling = await houses(sale, dice)
    happened = await weeks(selling, dice, at_the_beginning)
    assert happened["buy"] > 5
    assert sum(happened[kind] for kind in ("late", "twice", "cancel")) > 3
    venues = {house.showtime.venue_id: await house.showtime.venue for house in selling}
    for venue in venues.values():
        today = local_date(BEGIN, venue.timezone)
        for first, days in ((0, 1), (0, 3), (1, 2), (2, 1), (0, 4), (0, 92), (-91, 92), (20, 1)):
            begin = today + timedelta(days=first)
            end = begin + timedelta(days=days - 1)
            found = (await sales.at_venue(HOUSE, venue.id, begin, end)).report
            assert found == await recounted(venue, begin, end)
            assert sum((figures for _, figures in found.by_time), Figures()) == found.total
            assert sum((figures for _, figures in found.by_movie), Figures()) == found.total
    everything = [
        (await sales.at_venue(HOUSE, venue.id, local_date(BEGIN, "UTC"), date(2026, 12, 1)))
        for venue in venues.values()
    ]
    await check_books()
    assert sum(each.report.total.bookings for each in everything) == await SaleRow.all().count() > 5


async def test_the_hour_that_comes_twice_is_two_points(
    sale: Sale, at_the_beginning: Callable[[datetime], None]
) -> None:
    venue = await make_venue(timezone="America/New_York")
    house = replace(sale, showtime=await make_showtime(screen=await make_screen(venue), starts_in=timedelta(days=30)))
    moments = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6)]
    for moment, seat in zip(moments, ("A1", "A2"), strict=True):
        at_the_beginning(moment)
        await house.buy(seat)
    found = (await sales.at_venue(HOUSE, venue.id, None, None)).report
    assert found.by_time == [(moment.replace(minute=0), Figures(1, 1, 25_000)) for moment in moments]


async def test_today_ends_at_the_venue_s_midnight(sale: Sale, at_the_beginning: Callable[[datetime], None]) -> None:
    midnight = datetime(2026, 10, 30, 18, 30, tzinfo=UTC)  # in Kolkata
    for moment, seat in ((midnight - timedelta(microseconds=1), "A1"), (midnight, "A2")):
        at_the_beginning(moment)
        await sale.buy(seat)
        found = (await sales.at_venue(HOUSE, sale.showtime.venue_id, None, None)).report
        assert found.total == Figures(1, 1, 25_000)
    both = await sales.at_venue(HOUSE, sale.showtime.venue_id, date(2026, 10, 30), date(2026, 10, 31))
    assert both.report.total == Figures(2, 2, 50_000)


async def test_what_is_cancelled_was_sold_and_has_gone_back(sale: Sale, later: Later) -> None:
    booking, _ = await sale.buy("A1", "A2")
    await sale.buy("A3")
    await cancellations.cancel(sale.ana, booking.id)
    later(hours=2)
    for _ in range(2):
        found = await sales.at_venue(HOUSE, sale.showtime.venue_id, None, None)
        assert found.report.total == Figures(2, 3, 75_000, 50_000)
        await worker(sale).drain()


async def test_what_the_gateway_gives_back_by_itself_has_gone_back(sale: Sale) -> None:
    _, payment = await sale.buy("A1")
    await settlement.settle(sale.event(payment, News.REFUNDED, refund_ref="re_1"), sale.house)
    found = await sales.at_venue(HOUSE, sale.showtime.venue_id, None, None)
    assert found.report.total == Figures(1, 1, 25_000, 25_000)


async def test_money_that_bought_nothing_is_no_sale(sale: Sale, later: Later) -> None:
    payment = await sale.start(await sale.book("A1"))
    await sale.tell(payment, PaymentStatus.SUCCEEDED, amount=Money(1, "INR"))
    lost = await sale.start(await sale.book("A2"))
    later(minutes=12)
    await sale.buy("A2")
    await sale.tell(lost, PaymentStatus.SUCCEEDED)
    found = await sales.at_venue(HOUSE, sale.showtime.venue_id, None, None)
    assert found.report.total == Figures(1, 1, 25_000)
    fates = await Capture.exclude(fate=CaptureFate.TICKET).order_by("created_at").values_list("fate", flat=True)
    assert fates == [CaptureFate.REFUND, CaptureFate.OFFER]


async def test_news_that_comes_twice_is_sold_once(sale: Sale) -> None:
    payment = await sale.start(await sale.book("A1"))
    for event in ("one", "one", "two"):
        await sale.tell(payment, PaymentStatus.SUCCEEDED, event_id=event)
    assert await SaleRow.all().count() == 1


async def test_a_venue_that_is_not_there_and_days_that_make_no_sense(sale: Sale) -> None:
    await refused(NotFound, lambda: sales.at_venue(HOUSE, uuid4(), None, None))
    day = date(2026, 10, 30)
    await refused(BadUserInput, lambda: sales.at_venue(HOUSE, sale.showtime.venue_id, day, day - timedelta(days=1)))
    await refused(BadUserInput, lambda: sales.at_venue(HOUSE, sale.showtime.venue_id, day - timedelta(days=92), day))
