"""What a person who has just started the demo needs to know."""

from scripts.demo.people import PEOPLE
from settings import Settings

# Every screen of the demo has these two, side by side.
SEATS = ("D7", "D8")

QUERY = """{
  showtimes(filter: {onSale: true}, first: 5) {
    nodes {
      id startsAt movie { title } screen { name venue { name } }
      basePrice { amount currency } seatMap { available capacity }
    }
  }
}"""
LOGIN = """mutation {
  login(input: {email: "ana@marquee.test", password: "popcorn-ana"}) { ... on Session { accessToken } }
}"""
HOLD = f"""mutation {{
  holdSeats(input: {{showtimeId: "an id from above", seats: ["{SEATS[0]}", "{SEATS[1]}"]}}) {{
    ... on Hold {{ id expiresAt total {{ amount currency }} }}
    ... on Problem {{ message }}
  }}
}}"""


def welcome(settings: Settings) -> str:
    """The address, the log-ins, and the first things to paste."""
    people = "\n".join(f"    {person.email:<23} {person.password:<18} {person.role.lower()}" for person in PEOPLE)
    return f"""
  Marquee is open: {settings.address}/graphql
  The seat picker: {settings.address}/
  The admin desk:  {settings.address}/desk

  Demo log-ins:
{people}

  What is on? Paste this:
{_indented(QUERY)}

  Log in (the page has a form for it; other clients send `Authorization: Bearer <accessToken>`):
{_indented(LOGIN)}

  Hold two seats:
{_indented(HOLD)}
"""


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
