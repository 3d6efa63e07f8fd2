"""Keys are changed under a running house: nobody is logged out, no ticket becomes worthless, until the old key is taken away."""

import pytest

import clock
from adapters.ticket_codes import TicketCodes
from domain.tickets import BadTicketCode
from settings import Settings
from tests.doubles.google import GoogleServer
from tests.journeys.house import OpenHouse
from tests.journeys.people import Person, a_customer
from tests.journeys.test_sessions import NOTICED_WITHIN, SCHEDULING, closing_of, me, refreshed
from tests.journeys.viewers import socket

OLD, NEW = "the secret of this house in its first year", "the secret of this house in its second year"
GOOGLE = """mutation ($token: String!) { signInWithGoogle(idToken: $token) {
  __typename ... on Session { accessToken user { id name email waysIn } } ... on Problem { message }
} }"""
SESSIONS = "{ sessions { id isCurrent device } }"
END = "mutation ($id: ID!) { endSession(input: {sessionId: $id}) }"
END_OTHERS = "mutation { endOtherSessions }"
LOGIN_TWICE = """mutation ($input: LoginInput!) {
  login(input: $input) { ... on Session { accessToken refreshToken user { id } } }
}"""


@pytest.mark.once
async def test_a_new_secret_logs_nobody_out_and_the_old_one_ends_with_its_removal(start_house: OpenHouse) -> None:
    house = await start_house(SECRET_KEY=OLD)
    server = house.server
    ana, ben = await a_customer(server), await a_customer(server)
    ticket = (await ana.buy(house.showtimes[0], ["A1"]))["tickets"][0]["code"]

    server.env |= {"SECRET_KEY": NEW, "PREVIOUS_SECRET_KEYS": OLD}
    await server.restart()
    assert await me(ana) == ana.id
    assert TicketCodes(Settings(_env_file=None, secret_key=NEW, previous_secret_keys=OLD)).verify(ticket).seat == "A1"
    given = await refreshed(server, ana.refresh_token)
    assert given["__typename"] == "Session"
    assert await me(ben) == ben.id

    server.env |= {"PREVIOUS_SECRET_KEYS": ""}
    await server.restart()
    assert await me(Person(server, given["accessToken"])) == ana.id
    assert (await refreshed(server, given["refreshToken"]))["__typename"] == "Session"
    assert (await me(ana), await me(ben)) == (None, None)
    assert (await refreshed(server, ben.refresh_token))["__typename"] == "SessionEnded"
    with pytest.raises(BadTicketCode):
        TicketCodes(Settings(_env_file=None, secret_key=NEW)).verify(ticket)


@pytest.mark.once
async def test_signing_in_with_google_through_its_change_of_keys_and_its_outage(start_house: OpenHouse) -> None:
    google = GoogleServer()
    async with google.serving():
        server = (await start_house(showtimes=0, **google.settings_env())).server

        async def sign_in(**claims: object) -> dict[str, object]:
            token = google.id_token(now=clock.now(), **claims)
            return dict((await Person(server).ask(GOOGLE, token=token))["signInWithGoogle"])

        first = await sign_in()
        assert first["__typename"] == "Session"
        assert first["user"] == first["user"] | {"name": "Ana Ruiz", "email": "ana@example.com", "waysIn": ["GOOGLE"]}
        assert (await sign_in(kid="forged"))["__typename"] == "GoogleRefused"
        assert (await sign_in(aud="somebody-else.example"))["__typename"] == "GoogleRefused"
        assert google.fetches == 1
    assert (await sign_in())["user"] == first["user"]
    assert google.id_token() not in server.log()
    assert "ana@example.com" not in server.log()


async def test_a_session_that_is_ended_from_elsewhere_closes_its_sockets_on_every_server(
    start_house: OpenHouse,
) -> None:
    house = await start_house(showtimes=0, servers=2)
    here, there = house.servers[0], house.servers[-1]
    ana = await a_customer(here)
    others = []
    for _ in range(2):
        given = (await Person(here).ask(LOGIN_TWICE, input=ana.credentials))["login"]
        others.append(Person(there, given["accessToken"]))
    listed = (await others[0].ask(SESSIONS))["sessions"]
    assert (len(listed), [each["isCurrent"] for each in listed].count(True)) == (3, 1)
    (target,) = [each["id"] for each in listed if each["isCurrent"]]
    async with socket(there, others[0].token) as ended, socket(there, others[1].token) as left:
        began = clock.now()
        assert await ana.ask(END, id=target) == {"endSession": True}
        code, _ = await closing_of(ended)
        assert (code, (clock.now() - began).total_seconds() < NOTICED_WITHIN + SCHEDULING) == (4403, True)
        await (await left.ping())
        assert await ana.ask(END_OTHERS) == {"endOtherSessions": 1}
        assert (await closing_of(left))[0] == 4403
    assert [await me(each) for each in (ana, others[0])] == [ana.id, None]
