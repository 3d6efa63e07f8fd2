"""Reports of sales: what the rows say, counted anew in plain Python, to the last cent."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import pytest

import clock
from domain.money import Money
from domain.payments import PaymentStatus
from domain.problems import BadUserInput, NotFound
from domain.sales import Figures, Report, beginning_of, hour_of
from domain.showtimes import local_date
from models.bookings import Booking, Ticket
from models.payments import Payment, PaymentEvent
from models.sales import Sale as SaleRow
from models.venues import Venue
from resolvers import cancellations, refunds, sales
from tests.factories.movies import make_movie
from tests.factories.sale import Sale
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.resolvers.refusals import refused
from tests.resolvers.sale_fixtures import Later

# The night in which New York's clocks show one hour twice is among the days of these tests.
BEGIN = datetime(2026, 10, 30, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Asia/Kolkata")


@pytest.fixture(autouse=True)
def at_the_beginning(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The clock stands; the returned function sets it."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(BEGIN)
    return set_to


async def recounted(venue: Venue, first: date, last: date) -> Report:
    """What was sold, from bookings, payments, tickets and the gateway's news, one row at a time."""
    total, by_time, by_movie = Figures(), {}, {}
    for booking in await Booking.all().select_related("showtime"):
        tickets = await Ticket.filter(booking_id=booking.id)
        if booking.showtime.venue_id != venue.id or not tickets:
            continue
        payments = await Payment.filter(booking_id=booking.id)
        news = await PaymentEvent.filter(payment_id__in=[each.id for each in payments], status=PaymentStatus.SUCCEEDED)
        bought = next(each for each in news if each.received_at == tickets[0].created_at)
        payment = next(each for each in payments if each.id == bought.payment_id)
        day = local_date(bought.received_at, venue.timezone)
        if not first <= day <= last:
            continue
        back = payment.amount_minor if payment.refund_due or payment.status is PaymentStatus.REFUNDED else 0
        figures = Figures(1, len(tickets), booking.total.minor, back)
        few = (last - first).days < 3
        at = hour_of(bought.received_at, venue.timezone) if few else beginning_of(day, venue.timezone)
        total += figures
        by_time[at] = by_time.get(at, Figures()) + figures
        movie_id = booking.showtime.movie_id
        by_movie[movie_id] = by_movie.get(movie_id, Figures()) + figures
    best = sorted(by_movie.items(), key=lambda each: (-each[1].revenue, -each[1].tickets, each[0]))
    return Report(total, sorted(by_time.items()), best)


async def houses(sale: Sale, dice: random.Random) -> list[Sale]:
    """Two venues with two movies each, which all sell."""
    selling = []
    for zone in ZONES:
        venue = await make_venue(timezone=zone)
        for price in (25_000, dice.randint(1, 99_999)):
            screen, movie = await make_screen(venue), await make_movie(f"Film {uuid4().hex[:6]}")
            starts_at = BEGIN + timedelta(days=60)
            shown = await make_showtime(starts_at=starts_at, screen=screen, movie=movie, base_price=price)
            selling.append(replace(sale, showtime=shown))
    return selling


async def weeks(selling: list[Sale], dice: random.Random, set_to: Callable[[datetime], None]) -> Counter[str]:
    """Sales, cancellations and refunds at random moments of five days; what has happened how often."""
    happened: Counter[str] = Counter()
    moment = BEGIN
    seats = [f"{row}{number}" for row in "ABCDEFGH" for number in range(1, 11)]
    for step in range(36):
        moment += timedelta(minutes=dice.randint(1, 400))
        set_to(moment)
        house = dice.choice(selling)
        label = seats[2 * step : 2 * step + dice.randint(1, 2)]
        kind = dice.choice(["buy", "buy", "buy", "late", "twice", "unpaid", "cancel", "cancel", "refund"])
        happened[kind] += await _STEPS[kind](house, label, set_to)
    return happened


async def _buy(house: Sale, seats: list[str], _: object) -> bool:
    return bool(await house.buy(*seats))


async def _unpaid(house: Sale, seats: list[str], _: object) -> bool:
    booking = await house.book(*seats)
    await cancellations.cancel(house.ana, booking.id)
    return True


async def _late(house: Sale, seats: list[str], set_to: Callable[[datetime], None]) -> bool:
    """The money comes when the time is over; the seats are still free."""
    payment = await house.start(await house.book(*seats))
    set_to(clock.now() + timedelta(minutes=12))
    await house.tell(payment, PaymentStatus.SUCCEEDED)
    return True


async def _twice(house: Sale, seats: list[str], set_to: Callable[[datetime], None]) -> bool:
    """Two payments for one booking both arrive; one of them, with a wrong amount or too late, buys nothing."""
    booking = await house.book(*seats)
    failed = await house.start(booking)
    await house.tell(failed, PaymentStatus.FAILED)
    second = await house.start(booking)
    await house.tell(second, PaymentStatus.SUCCEEDED)
    set_to(clock.now() + timedelta(microseconds=1))
    await house.tell(failed, PaymentStatus.SUCCEEDED)
    await house.tell(failed, PaymentStatus.SUCCEEDED, amount=Money(1, "INR"))
    return True


async def _cancel(house: Sale, _: list[str], __: object) -> bool:
    found = await Booking.filter(showtime_id=house.showtime.id, status="CONFIRMED").order_by("created_at").first()
    return found is not None and bool(await cancellations.cancel(house.ana, found.id))


async def _refund(house: Sale, _: list[str], __: object) -> bool:
    due = await Payment.filter(refund_due=True).order_by("created_at").first()
    if due is None:
        return False
    await refunds.carry_out(due.id, {due.provider: house.gateway})
    return True


_STEPS = {"buy": _buy, "unpaid": _unpaid, "late": _late, "twice": _twice, "cancel": _cancel, "refund": _refund}


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
            found = (await sales.at_venue(venue.id, begin, end)).report
            assert found == await recounted(venue, begin, end)
            assert sum((figures for _, figures in found.by_time), Figures()) == found.total
            assert sum((figures for _, figures in found.by_movie), Figures()) == found.total
    everything = [
        (await sales.at_venue(venue.id, local_date(BEGIN, "UTC"), date(2026, 12, 1))) for venue in venues.values()
    ]
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
    found = (await sales.at_venue(venue.id, None, None)).report
    assert found.by_time == [(moment.replace(minute=0), Figures(1, 1, 25_000)) for moment in moments]


async def test_today_ends_at_the_venue_s_midnight(sale: Sale, at_the_beginning: Callable[[datetime], None]) -> None:
    midnight = datetime(2026, 10, 30, 18, 30, tzinfo=UTC)  # in Kolkata
    for moment, seat in ((midnight - timedelta(microseconds=1), "A1"), (midnight, "A2")):
        at_the_beginning(moment)
        await sale.buy(seat)
        found = (await sales.at_venue(sale.showtime.venue_id, None, None)).report
        assert found.total == Figures(1, 1, 25_000)
    both = await sales.at_venue(sale.showtime.venue_id, date(2026, 10, 30), date(2026, 10, 31))
    assert both.report.total == Figures(2, 2, 50_000)


async def test_what_is_cancelled_was_sold_and_has_gone_back(sale: Sale, later: Later) -> None:
    booking, payment = await sale.buy("A1", "A2")
    await sale.buy("A3")
    await cancellations.cancel(sale.ana, booking.id)
    later(hours=2)
    for _ in range(2):
        found = await sales.at_venue(sale.showtime.venue_id, None, None)
        assert found.report.total == Figures(2, 3, 75_000, 50_000)
        await refunds.carry_out(payment.id, {payment.provider: sale.gateway})


async def test_what_the_gateway_gives_back_by_itself_has_gone_back(sale: Sale) -> None:
    _, payment = await sale.buy("A1")
    await sale.tell(payment, PaymentStatus.REFUNDED)
    found = await sales.at_venue(sale.showtime.venue_id, None, None)
    assert found.report.total == Figures(1, 1, 25_000, 25_000)


async def test_money_that_bought_nothing_is_no_sale(sale: Sale, later: Later) -> None:
    payment = await sale.start(await sale.book("A1"))
    await sale.tell(payment, PaymentStatus.SUCCEEDED, amount=Money(1, "INR"))
    lost = await sale.start(await sale.book("A2"))
    later(minutes=12)
    await sale.buy("A2")
    await sale.tell(lost, PaymentStatus.SUCCEEDED)
    found = await sales.at_venue(sale.showtime.venue_id, None, None)
    assert found.report.total == Figures(1, 1, 25_000)
    assert await Payment.filter(refund_due=True).count() == 2


async def test_news_that_comes_twice_is_sold_once(sale: Sale) -> None:
    payment = await sale.start(await sale.book("A1"))
    for event in ("one", "one", "two"):
        await sale.tell(payment, PaymentStatus.SUCCEEDED, event_id=event)
    assert await SaleRow.all().count() == 1


async def test_a_venue_that_is_not_there_and_days_that_make_no_sense(sale: Sale) -> None:
    await refused(NotFound, lambda: sales.at_venue(uuid4(), None, None))
    day = date(2026, 10, 30)
    await refused(BadUserInput, lambda: sales.at_venue(sale.showtime.venue_id, day, day - timedelta(days=1)))
    await refused(BadUserInput, lambda: sales.at_venue(sale.showtime.venue_id, day - timedelta(days=92), day))


async def test_what_was_sold_before_there_were_reports_is_noted_too(
    sale: Sale, at_the_beginning: Callable[[datetime], None]
) -> None:
    """The migration that brings the table fills it."""
    dice = random.Random(7)
    await weeks(await houses(sale, dice), dice, at_the_beginning)
    columns = [name for name in SaleRow._meta.db_fields if name != "id"]
    noted = await SaleRow.all().order_by("payment_id").values(*columns)
    assert len(noted) > 5
    await SaleRow.all().delete()
    await import_module("migrations.0007_sales").note_what_was_sold_before(None, None)
    assert await SaleRow.all().order_by("payment_id").values(*columns) == noted
