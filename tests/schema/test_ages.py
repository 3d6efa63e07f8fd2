"""What a client hears of a film's least age, before and after it buys."""

from datetime import date

from models.bookings import Ticket
from models.movies import Movie
from models.users import User
from schema.ids import global_id
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.schema.asking import asker

HOLD = """mutation ($input: HoldSeatsInput!) { holdSeats(input: $input) {
  __typename ... on NotOnSale { minimumAge message }
} }"""
BOOKING = "query ($id: ID!) { booking(id: $id) { ageToCheck tickets { ageToCheck } } }"
TICKET = "query ($id: ID!) { node(id: $id) { ... on Ticket { ageToCheck } } }"


async def adult_sale(database: Database) -> Sale:
    sale = await open_sale(database.settings)
    await Movie.filter(id=sale.showtime.movie_id).update(age_restriction=16)
    return sale


async def test_a_refusal_names_the_least_age_only_where_that_is_the_reason(database: Database) -> None:
    sale, ask = await adult_sale(database), asker(database.settings)
    given = {"showtimeId": global_id("Showtime", sale.showtime.id), "seats": ["A1"]}
    day = sale.showtime.local_date
    await User.filter(id=sale.ana.user_id).update(date_of_birth=date(day.year - 12, 1, 1))
    message = "This film is for people who are 16 or older."
    found = (await ask(HOLD, sale.ana, input=given))["data"]["holdSeats"]
    assert found == {"__typename": "NotOnSale", "minimumAge": 16, "message": message}
    sale.showtime.cancelled_at = sale.showtime.created_at
    await sale.showtime.save()
    found = (await ask(HOLD, sale.ana, input=given))["data"]["holdSeats"]
    message = "This showtime has been cancelled."
    assert found == {"__typename": "NotOnSale", "minimumAge": None, "message": message}


async def test_a_booking_and_its_tickets_say_what_is_to_be_checked_at_the_door(database: Database) -> None:
    sale, ask = await adult_sale(database), asker(database.settings)
    booking, _ = await sale.buy("A1", "A2")
    found = await ask(BOOKING, sale.ana, id=global_id("Booking", booking.id))
    assert found["data"]["booking"] == {"ageToCheck": 16, "tickets": [{"ageToCheck": 16}, {"ageToCheck": 16}]}
    ticket = await Ticket.filter(booking_id=booking.id).first()
    assert ticket is not None
    found = await ask(TICKET, sale.ana, id=global_id("Ticket", ticket.id))
    assert found["data"]["node"] == {"ageToCheck": 16}
    await User.filter(id=sale.ana.user_id).update(date_of_birth=date(1980, 1, 1))
    known, _ = await sale.buy("B1")
    found = await ask(BOOKING, sale.ana, id=global_id("Booking", known.id))
    assert found["data"]["booking"] == {"ageToCheck": None, "tickets": [{"ageToCheck": None}]}
