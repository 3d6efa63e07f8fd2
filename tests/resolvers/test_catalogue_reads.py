"""Reading what is on: by status, by day on each venue's own calendar, page by page."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from domain.scheduling import LONGEST_SHOW
from domain.showtimes import MovieStatus
from models.movies import Movie, MovieGenre
from models.showtimes import Showtime
from resolvers import movies, showtimes, venues
from schema.ids import global_id
from tests.databases import Database
from tests.factories.movies import make_movie
from tests.factories.screens import make_screen
from tests.factories.showtimes import make_showtime
from tests.factories.venues import make_venue
from tests.schema.asking import Payload, asker

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


async def titles(**wanted: object) -> list[str]:
    return [movie.title for movie in (await movies.find(movies.Wanted(**wanted), 100, None)).rows]  # type: ignore[arg-type]


async def test_a_movie_is_coming_showing_or_over(database: Database) -> None:
    day = timedelta(days=1)
    for name, opens_on, closes_on in [
        ("unknown", None, None),
        ("tomorrow", TODAY + day, None),
        ("since today", TODAY, None),
        ("until today", TODAY - day, TODAY),
        ("only today", TODAY, TODAY),
        ("until yesterday", TODAY - 9 * day, TODAY - day),
    ]:
        await make_movie(name, opens_on=opens_on, closes_on=closes_on)
    by_status = {status: await titles(status=status) for status in MovieStatus}
    assert by_status == {
        MovieStatus.COMING_SOON: ["tomorrow", "unknown"],
        MovieStatus.NOW_SHOWING: ["only today", "since today", "until today"],
        MovieStatus.ENDED: ["until yesterday"],
    }
    told = {movie.title: movies.status_now(movie) for movie in await Movie.all()}
    assert told == {title: status for status, rows in by_status.items() for title in rows}


async def test_a_movie_is_shown_on_a_day_of_the_venues_calendar(database: Database) -> None:
    for name, zone in (
        ("Kiritimati", "Pacific/Kiritimati"),
        ("Hanoi", "Asia/Ho_Chi_Minh"),
        ("LA", "America/Los_Angeles"),
    ):
        screen = await make_screen(await make_venue(name, timezone=zone))
        await make_showtime(
            screen=screen, movie=await make_movie(name), starts_at=datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
        )
    assert await titles(day=date(2026, 11, 21)) == ["LA"]
    assert await titles(day=date(2026, 11, 22)) == ["Hanoi", "Kiritimati"]
    late = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    hanoi = await make_screen(await make_venue("Hanoi 2", timezone="Asia/Ho_Chi_Minh"))
    await make_showtime(screen=hanoi, movie=await make_movie("Late"), starts_at=late)
    assert await titles(day=date(2026, 11, 23)) == ["Late"]


async def test_a_cancelled_showtime_shows_nothing(database: Database) -> None:
    await make_showtime(movie=await make_movie("Off"), cancelled_at=NOON, starts_at=NOON)
    assert await titles(day=TODAY) == []


async def test_filters_narrow_together(database: Database) -> None:
    for title, genre in (("Red one", "Drama"), ("Red two", "Crime"), ("Blue", "Drama")):
        await make_showtime(movie=await make_movie(title, genres=[genre]), starts_at=NOON + timedelta(hours=1))
    await make_movie("Red three", genres=["Drama"])
    assert await titles(search="red", genre="drama", day=TODAY, status=MovieStatus.NOW_SHOWING) == ["Red one"]


async def test_many_showtimes_of_a_day_list_a_movie_once(database: Database) -> None:
    screen, movie = await make_screen(), await make_movie("Once", genres=["Drama", "Crime"])
    for hours in (1, 2, 3):
        await make_showtime(screen=screen, movie=movie, starts_in=timedelta(hours=hours))
    found = await movies.find(movies.Wanted(day=TODAY, genre="drama"), 20, None)
    assert ([row.title for row in found.rows], await found.count()) == (["Once"], 1)


async def test_without_a_day_only_what_is_not_over(database: Database) -> None:
    screen = await make_screen()
    starts = [timedelta(hours=hours) for hours in (30, -5, -2, -1, 1)]
    for starts_in in starts:
        await make_showtime(screen=screen, starts_in=starts_in)
    coming = (await showtimes.find(showtimes.Wanted(), 20, None)).rows
    assert [row.starts_at - NOON for row in coming] == [timedelta(hours=hours) for hours in (-1, 1, 30)]
    whole_day = (await showtimes.find(showtimes.Wanted(day=TODAY), 20, None)).rows
    assert [row.starts_at - NOON for row in whole_day] == [timedelta(hours=hours) for hours in (-5, -2, -1, 1)]


async def test_showtimes_by_whether_they_are_on_sale(database: Database) -> None:
    screen, minute = await make_screen(), timedelta(minutes=1)
    sold = [
        await make_showtime(screen=screen, starts_in=minute),
        await make_showtime(screen=screen, sales_open_at=NOON),
    ]
    others = [
        await make_showtime(screen=screen, starts_in=-minute),
        await make_showtime(screen=screen, starts_in=timedelta(0)),
        await make_showtime(screen=screen, cancelled_at=NOON),
        await make_showtime(screen=screen, sales_open_at=NOON + minute),
    ]
    ask = asker(database.settings)
    document = "query ($sold: Boolean) { showtimes(filter: {onSale: $sold}) { nodes { id onSale } } }"
    for wanted, rows in ((True, sold), (False, others)):
        nodes = (await ask(document, sold=wanted))["data"]["showtimes"]["nodes"]
        assert {node["id"] for node in nodes} == {global_id("Showtime", row.id) for row in rows}
        assert {node["onSale"] for node in nodes} == {wanted}
    assert len((await ask(document, sold=None))["data"]["showtimes"]["nodes"]) == 6


async def test_showtimes_by_movie_and_venue(database: Database) -> None:
    mine = await make_showtime()
    await make_showtime(screen=await mine.screen)
    await make_showtime(movie=await mine.movie)
    wanted = showtimes.Wanted().of(mine.movie_id).at(mine.venue_id)
    assert [row.id for row in (await showtimes.find(wanted, 20, None)).rows] == [mine.id]
    nobody = [showtimes.Wanted().of(None), showtimes.Wanted().at(None), showtimes.Wanted().at(mine.movie_id)]
    assert [(await showtimes.find(none, 20, None)).rows for none in nobody] == [[], [], []]


async def test_paging_through_250_movies_of_few_titles_misses_and_repeats_none(database: Database) -> None:
    await Movie.bulk_create(
        [Movie(created_at=NOON, title=f"Movie {n % 7}", title_folded=f"movie {n % 7}") for n in range(250)]
    )
    seen, after, sizes = [], None, []
    while True:
        page = await movies.find(movies.Wanted(), 33, after)
        seen += page.rows
        sizes.append(len(page.rows))
        assert await page.count() == 250
        assert page.has_previous is (after is not None)
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert sizes == [33] * 7 + [19]
    assert len({row.id for row in seen}) == 250
    assert [row.title for row in seen] == sorted(row.title for row in seen)


async def test_a_page_goes_on_where_it_was_although_rows_come_and_go(database: Database) -> None:
    for letter in "bdfh":
        await make_movie(letter)
    first = await movies.find(movies.Wanted(), 2, None)
    await first.rows[1].delete()
    await make_movie("a")
    await make_movie("e")
    rest = await movies.find(movies.Wanted(), 20, first.cursors[-1])
    assert [row.title for row in first.rows + rest.rows] == ["b", "d", "e", "f", "h"]


async def test_showtimes_at_the_same_moment_page_without_gap(database: Database) -> None:
    screen, movie = await make_screen(), await make_movie()
    for _ in range(25):
        await make_showtime(screen=screen, movie=movie)
    first = await showtimes.find(showtimes.Wanted(), 10, None)
    second = await showtimes.find(showtimes.Wanted(), 10, first.cursors[-1])
    third = await showtimes.find(showtimes.Wanted(), 10, second.cursors[-1])
    assert [len(each.rows) for each in (first, second, third)] == [10, 10, 5]
    assert len({row.id for each in (first, second, third) for row in each.rows}) == 25


async def test_what_is_not_there_is_none(database: Database) -> None:
    showtime = await make_showtime()
    assert await movies.one(showtime.id) is None
    assert await venues.one(showtime.id) is None
    assert await showtimes.one(showtime.movie_id) is None


WHOLE = """
query ($first: Int) {
  showtimes(first: $first) {
    totalCount
    nodes {
      startsAt endsAt status onSale basePrice { amount currency }
      movie { title genres status }
      screen { name capacity layout venue { name timezone currency screens { name } } }
    }
  }
}"""


async def test_times_are_told_in_the_venues_zone_around_a_change_of_clocks(database: Database) -> None:
    screen = await make_screen(await make_venue(timezone="America/New_York", currency="USD"))
    # On 2027-03-14 clocks go from 2:00 to 3:00; on 2026-11-01 they went from 2:00 back to 1:00.
    await make_showtime(screen=screen, starts_at=datetime(2027, 3, 14, 6, 30, tzinfo=UTC))
    answer = await asker(database.settings)(WHOLE)
    [node] = answer["data"]["showtimes"]["nodes"]
    assert (node["startsAt"], node["endsAt"]) == ("2027-03-14T01:30:00-05:00", "2027-03-14T04:30:00-04:00")
    with time_machine.travel(datetime(2026, 11, 1, 0, 0, tzinfo=UTC), tick=False):
        await make_showtime(screen=screen, starts_at=datetime(2026, 11, 1, 5, 30, tzinfo=UTC))
        node = (await asker(database.settings)(WHOLE))["data"]["showtimes"]["nodes"][0]
    assert (node["startsAt"], node["endsAt"]) == ("2026-11-01T01:30:00-04:00", "2026-11-01T02:30:00-05:00")
    assert [row.local_date for row in await Showtime.all().order_by("starts_at")] == [
        date(2026, 11, 1),
        date(2027, 3, 14),
    ]


@pytest.mark.parametrize(
    ("starts_in", "status", "on_sale"),
    [
        (timedelta(seconds=1), "SCHEDULED", True),
        (timedelta(0), "ONGOING", False),
        (timedelta(hours=-2, seconds=1), "ONGOING", False),
        (timedelta(hours=-2), "COMPLETED", False),
    ],
)
async def test_status_and_sale_follow_the_clock(
    starts_in: timedelta, status: str, on_sale: bool, database: Database
) -> None:
    await make_showtime(starts_in=starts_in)
    answer = await asker(database.settings)('{ showtimes(filter: {date: "2026-11-21"}) { nodes { status onSale } } }')
    assert answer["data"]["showtimes"]["nodes"] == [{"status": status, "onSale": on_sale}]


async def test_sales_open_when_they_open(database: Database) -> None:
    screen = await make_screen(await make_venue(timezone="Asia/Kolkata"))
    await make_showtime(screen=screen, sales_open_at=NOON + timedelta(minutes=1))
    ask, document = asker(database.settings), "{ showtimes { nodes { onSale salesOpenAt } } }"
    before = (await ask(document))["data"]["showtimes"]["nodes"]
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        after = (await ask(document))["data"]["showtimes"]["nodes"]
    opening = "2026-11-21T17:31:00+05:30"
    assert before == [{"onSale": False, "salesOpenAt": opening}]
    assert after == [{"onSale": True, "salesOpenAt": opening}]


async def test_a_page_costs_as_many_statements_with_40_showtimes_as_with_2(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(40):
        showtime = await make_showtime()
        await MovieGenre.replace(showtime.movie_id, ["Drama"])
    ask = asker(database.settings)

    async def statements(first: int) -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
            answer = await ask(WHOLE, first=first)
        assert len(answer["data"]["showtimes"]["nodes"]) == first
        return sum(record.name == "tortoise.db_client" for record in caplog.records)

    few, many = await statements(2), await statements(40)
    assert 2 < few == many < 12


async def test_a_movies_own_showtimes(database: Database) -> None:
    movie = await make_movie("Mine")
    here = await make_showtime(movie=movie, starts_in=timedelta(days=2))
    await make_showtime(movie=movie, starts_in=timedelta(hours=1))
    await make_showtime()
    ask = asker(database.settings)
    document = """query ($id: ID!, $venue: ID, $date: Date) {
      movie(id: $id) { showtimes(venueId: $venue, date: $date) { totalCount nodes { id screen { venue { id } } } } }
    }"""
    listed = (await ask('{ movies(search: "mine") { nodes { id } } }'))["data"]["movies"]["nodes"]

    async def count(**variables: object) -> int:
        answer: Payload = await ask(document, id=listed[0]["id"], **variables)
        connection = answer["data"]["movie"]["showtimes"]
        assert len(connection["nodes"]) == connection["totalCount"]
        return int(connection["totalCount"])

    every = (await ask(document, id=listed[0]["id"]))["data"]["movie"]["showtimes"]["nodes"]
    assert await count() == 2
    assert await count(venue=every[1]["screen"]["venue"]["id"]) == 1
    assert await count(venue="garbage") == 0
    assert await count(date="2026-11-21") == 1
    assert await count(date=here.local_date.isoformat()) == 1
    assert await count(date="2030-01-01") == 0


async def test_the_longest_show_is_listed_until_it_is_over(database: Database) -> None:
    running = await make_showtime(rows=1, starts_in=-LONGEST_SHOW + timedelta(minutes=1), lasts=LONGEST_SHOW)
    await make_showtime(rows=1, starts_in=-LONGEST_SHOW - timedelta(minutes=1), lasts=LONGEST_SHOW)
    coming = await make_showtime(rows=1)
    page = await showtimes.find(showtimes.Wanted(), 20, None)
    assert [row.id for row in page.rows] == [running.id, coming.id]
