"""Every way in by code over HTTP, with the messages a started server has put into its outbox."""

import asyncio
from collections import Counter
from pathlib import Path

from models.codes import Code
from models.database import connect, disconnect
from tests.databases import settings_for
from tests.journeys.house import OpenHouse
from tests.journeys.outbox import messages, next_code, next_message
from tests.journeys.people import Person
from tests.journeys.test_sessions import closing_of
from tests.journeys.viewers import socket
from tests.schema.ways_in import document

EMAIL, PASSWORD, NEW_PASSWORD = "marker.ana@example.com", "marker-popcorn-old", "marker-popcorn-new"
PHONE, WRITTEN = "+84912345678", {"phone": "0912 345 678", "region": "VN"}


async def call(person: Person, mutation: str, **given: object) -> dict[str, object]:
    """What a mutation answers."""
    variables = {} if mutation == "requestEmailCode" else {"input": given}
    return dict((await person.ask(document(mutation), **variables))[mutation])


async def come_in(person: Person, mutation: str, **given: object) -> dict[str, object]:
    """Log in one way or another."""
    session = await call(person, mutation, **given)
    assert session["__typename"] == "Session", session
    person.token = str(session["accessToken"])
    return dict(session["user"])


async def test_people_come_in_by_mail_and_by_phone_and_no_log_tells_of_it(start_house: OpenHouse) -> None:
    server = (await start_house(showtimes=0)).server
    ana, minh, nobody = Person(server), Person(server), Person(server)

    await come_in(ana, "register", name="Ana", email=EMAIL, password=PASSWORD)
    verifying = await next_code(server, EMAIL)
    assert (await call(ana, "verifyEmail", code=verifying))["emailVerified"] is True

    async with socket(server, ana.token) as open_socket:
        assert (await call(nobody, "requestPasswordReset", email=EMAIL))["__typename"] == "CodeSent"
        resetting = await next_code(server, EMAIL, after=1)
        assert await call(nobody, "resetPassword", email=EMAIL, code=resetting, newPassword=NEW_PASSWORD) == {
            "__typename": "PasswordReset",
            "sessionsEnded": 1,
        }
        assert (await closing_of(open_socket))[0] == 4403
    assert (await call(nobody, "login", email=EMAIL, password=PASSWORD))["__typename"] == "InvalidCredentials"
    await come_in(ana, "login", email=EMAIL, password=NEW_PASSWORD)
    assert (await next_message(server, EMAIL, after=2)).startswith("Your password has been changed")

    assert (await call(nobody, "requestPasswordReset", email="marker.zoe@example.com"))["__typename"] == "CodeSent"
    assert (await call(minh, "requestPhoneCode", **WRITTEN))["sentTo"] == "+84•••••••78"
    entering = await next_code(server, PHONE)
    user = await come_in(minh, "logInWithPhone", **WRITTEN, code=entering, name="Minh")
    assert (user["name"], user["phone"]) == ("Minh", PHONE)
    assert messages(server, "marker.zoe@example.com") == []

    await server.stop()
    log = server.log()
    secrets = ["marker", PHONE[1:], "345 678", verifying, resetting, entering]
    assert Counter(secret for secret in secrets if f"{secret}" in log.replace("outbox", "")) == {}
    assert log.count("A message is in the outbox") == len(messages(server, EMAIL)) + len(messages(server, PHONE)) == 4


async def test_a_hundred_guesses_over_two_servers_are_five(
    start_house: OpenHouse, tmp_path: Path, database_url: str
) -> None:
    """Aliases in many documents, to both processes at once: each alias is a try, and none is free."""
    house = await start_house(showtimes=0, servers=2, OUTBOX=str(tmp_path), RATE_LIMITS="off")
    here, there = house.servers[0], house.servers[-1]
    assert (await call(Person(here), "requestPhoneCode", **WRITTEN))["__typename"] == "CodeSent"
    right = int(await next_code(here, PHONE))
    guesses = [
        f't{number}: logInWithPhone(input: {{phone: "{PHONE}", code: "{(right + number) % 10**6:06d}", name: "Eve"}})'
        for number in range(1, 101)
    ]
    documents = [
        f"mutation {{ {' '.join(f'{each} {{ __typename }}' for each in guesses[first : first + 10])} }}"
        for first in range(0, 100, 10)
    ]
    answers = await asyncio.gather(
        *(Person((here, there)[number % 2]).ask(text) for number, text in enumerate(documents))
    )
    assert Counter(str(each["__typename"]) for answer in answers for each in answer.values()) == {"CodeRefused": 100}
    late = await call(Person(there), "logInWithPhone", phone=PHONE, code=f"{right:06d}", name="Minh")
    assert late["__typename"] == "CodeRefused"
    await connect(settings_for(database_url))
    assert await Code.all().values_list("attempts", flat=True) == [5]
    await disconnect()
