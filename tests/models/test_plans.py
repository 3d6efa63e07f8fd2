"""No way of looking things up walks through all there ever was. Read from SQLite's plans, which depend on nothing else."""

from datetime import date
from uuid import UUID

import pytest

import clock
from domain.bookings import BookingStatus
from domain.second_factors import SECOND_FACTOR_ROLES
from models import sales
from models.base import SqlValue, sql
from models.bookings import Booking
from models.inbox import PaymentMessage
from models.pages import _behind, _cursor
from models.payments import Payment
from models.refunds import Refund
from models.users import _OWNER

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("database")]

SOMEBODY = UUID(int=1)


async def plan(statement: str, *values: SqlValue) -> list[str]:
    """The steps of a statement's plan, sorting left out."""
    rows = await sql(f"EXPLAIN QUERY PLAN {statement}", *values)
    return [step for row in rows if not (step := str(row["detail"])).startswith("USE TEMP")]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({"reference": "K7QX3M"}, "(reference=?)"),
        ({"user_id__in": [SOMEBODY]}, "(user_id=?)"),
        ({"showtime_id": SOMEBODY}, "(showtime_id=?)"),
        ({"status": BookingStatus.PENDING}, "(status=?)"),
    ],
)
async def test_each_way_to_find_a_booking_has_its_index(wanted: dict[str, object], index: str) -> None:
    query = Booking.all().filter(**wanted).order_by("-created_at", "id").limit(21)
    (step,) = await plan(query.sql(params_inline=True))
    assert step.startswith("SEARCH bookings USING INDEX")
    assert step.endswith(index)


@pytest.mark.parametrize("status", BookingStatus)
async def test_no_status_is_looked_for_among_all_rows(status: BookingStatus) -> None:
    query = Booking.in_status(Booking.all(), status, clock.now()).order_by("-created_at", "id").limit(21)
    steps = await plan(query.sql(params_inline=True))
    assert any(step.startswith("SEARCH bookings USING INDEX idx_bookings_status") for step in steps)
    assert not any(step.startswith("SCAN") for step in steps)


@pytest.mark.parametrize(("order", "begin"), [("-created_at", "(created_at<?)"), ("created_at", "(created_at>?)")])
async def test_a_page_begins_where_the_one_before_ended(order: str, begin: str) -> None:
    columns = [order, "id"]
    cursor = _cursor(Booking, columns, [clock.now(), SOMEBODY])
    query = Booking.filter(_behind(Booking.all(), columns, cursor)).order_by(*columns).limit(21)
    (step,) = await plan(query.sql(params_inline=True))
    assert step.endswith(begin)


@pytest.mark.parametrize("statement", [sales._HOURS, sales._DAYS])
async def test_a_report_reads_its_venue_s_days_and_nothing_else(statement: str) -> None:
    (step,) = await plan(statement, SOMEBODY, date(2026, 8, 22), date(2026, 11, 21))
    assert step.startswith("SEARCH sales USING INDEX")
    assert step.endswith("(venue_id=? AND local_date>? AND local_date<?)")


async def test_who_a_session_belongs_to_is_found_by_indexes_alone() -> None:
    """Asked for at almost every call: by ids, and the house's rule about second factors by its name."""
    steps = await plan(_OWNER, SOMEBODY, clock.now(), SECOND_FACTOR_ROLES)
    assert [step.split(" USING ")[0] for step in steps if step.startswith(("SEARCH", "SCAN"))] == [
        "SEARCH s",
        "SEARCH u",
        "SEARCH p",
        "SEARCH r",
        "SEARCH f",
    ]
    assert all("=?" in step for step in steps if step.startswith("SEARCH"))


@pytest.mark.parametrize("kind", [Booking, Payment, Refund, PaymentMessage])
async def test_what_belongs_to_some_venues_is_looked_for_there_or_from_the_newest_on(
    kind: type[Booking | Payment | Refund | PaymentMessage],
) -> None:
    query = kind.within(frozenset({SOMEBODY})).order_by("-created_at", "id").limit(21)
    steps = await plan(query.sql(params_inline=True))
    assert not [step for step in steps if step.startswith("SCAN") and "USING INDEX" not in step]
