"""What a person who has just started the demo needs to know."""

from scripts.demo.people import PEOPLE
from settings import Settings

QUERY = """{
  showtimes(first: 3) {
    nodes { id startsAt movie { title } screen { name venue { name } } basePrice { amount currency }
            seatMap { available capacity } }
  }
}"""
THEN = """mutation { holdSeats(input: {showtimeId: "<an id from above>", seats: ["F7", "F8"]}) {
  ... on Hold { id expiresAt total { amount currency } } ... on Problem { message } } }"""


def welcome(settings: Settings) -> str:
    """The address, the log-ins and a first query to paste."""
    people = "\n".join(f"    {person.email} / {person.password}" for person in PEOPLE)
    return f"""
  Marquee is open: {settings.address}/graphql

  Demo log-ins:
{people}

  A first query to paste:

{_indented(QUERY)}

  Log in, then hold two seats:

{_indented(THEN)}
"""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
