"""From log-in to log-out with a real server: what has ended is dead everywhere, open websockets included."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.journeys.house import OpenHouse
from tests.journeys.people import REGISTER, Person, a_customer
from tests.journeys.viewers import WATCH, socket, subscribe
from tests.servers import Server

LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { __typename ... on Session { accessToken } } }"
REFRESH = """mutation ($token: String!) {
  refreshSession(refreshToken: $token) { __typename ... on Session { accessToken refreshToken } }
}"""
LOGOUT = "mutation ($everywhere: Boolean) { logout(everywhere: $everywhere) }"
ME = "{ me { id } }"
NOTICED_WITHIN = 2.0
SCHEDULING = 1.0  # what a machine busy with other tests may add


async def closing_of(connection: ClientConnection) -> tuple[int | None, float]:
    """The code with which a socket closes, and the moment."""
    try:
        async with asyncio.timeout(10):
            await connection.recv()
    except ConnectionClosed as closed:
        return (closed.rcvd.code if closed.rcvd else None), time.monotonic()
    raise AssertionError("The socket spoke instead of closing.")


async def me(person: Person) -> str | None:
    """The id the server knows a person by, if it does."""
    found = (await person.ask(ME))["me"]
    return found["id"] if found else None


async def refreshed(server: Server, token: str | None) -> dict[str, Any]:
    """What a refresh token gives."""
    return dict((await Person(server).ask(REFRESH, token=token))["refreshSession"])


async def test_logging_out_kills_the_token_and_closes_the_socket(start_house: OpenHouse) -> None:
    server = (await start_house(showtimes=0)).server
    ana, ben = await a_customer(server), await a_customer(server)
    async with socket(server, ana.token) as mine, socket(server, ben.token) as other, socket(server) as nobodys:
        begun = time.monotonic()
        assert await ana.ask(LOGOUT) == {"logout": True}
        code, moment = await closing_of(mine)
        assert (code, moment - begun < SCHEDULING) == (4403, True)
        assert await me(ana) is None
        assert await ana.code_of(LOGOUT) == "UNAUTHENTICATED"
        assert (await refreshed(server, ana.refresh_token))["__typename"] == "SessionEnded"
        assert await me(ben) == ben.id
        for left in (other, nobodys):
            await (await left.ping())


async def test_who_is_sent_out_of_an_audience_takes_nobody_along(start_house: OpenHouse) -> None:
    house = await start_house()
    ana, ben = await a_customer(house.server), await a_customer(house.server)
    variables = {"id": house.showtimes[0], "after": None}
    async with socket(house.server, ana.token) as mine, socket(house.server, ben.token) as other:
        hers, his = subscribe(mine, WATCH, variables), subscribe(other, WATCH, variables)
        assert (await anext(hers)) == (await anext(his))
        assert await ana.ask(LOGOUT) == {"logout": True}
        with pytest.raises(ConnectionClosed) as closed:
            await anext(hers)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
        await ben.hold(house.showtimes[0], ["A1"])
        assert (await asyncio.wait_for(anext(his), 5))["data"]["seatMap"]["version"] == 1


async def test_a_session_that_ended_is_dead_in_every_process_within_two_seconds(start_house: OpenHouse) -> None:
    house = await start_house(showtimes=0, servers=2)
    here, there = house.servers[0], house.servers[-1]
    ana = await a_customer(here)
    elsewhere = Person(there, ana.token)
    assert await me(elsewhere) == ana.id
    async with socket(there, ana.token) as open_socket:
        begun = time.monotonic()
        await ana.ask(LOGOUT, everywhere=True)
        code, moment = await closing_of(open_socket)
        assert code == 4403
        assert moment - begun < NOTICED_WITHIN + SCHEDULING
        await asyncio.sleep(max(0.0, begun + NOTICED_WITHIN - time.monotonic()))
        assert await me(elsewhere) is None


async def test_reuse_of_a_refresh_token_ends_the_session_and_closes_its_sockets(start_house: OpenHouse) -> None:
    server = (await start_house(showtimes=0)).server
    ana = await a_customer(server)
    following = await refreshed(server, ana.refresh_token)
    successor = Person(server, following["accessToken"])
    assert await me(successor) == ana.id
    async with socket(server, following["accessToken"]) as open_socket:
        assert (await refreshed(server, ana.refresh_token))["__typename"] == "SessionEnded"
        assert (await closing_of(open_socket))[0] == 4403
    assert await me(successor) is None
    assert (await refreshed(server, following["refreshToken"]))["__typename"] == "SessionEnded"
    told = [line for line in server.log().splitlines() if "refresh token was used again" in line]
    assert len(told) == 1
    assert ana.refresh_token is not None
    assert ana.refresh_token not in server.log()


async def test_a_socket_closes_when_its_token_dies(start_house: OpenHouse) -> None:
    server = (await start_house(showtimes=0, ACCESS_TOKEN_MINUTES="0.03")).server
    ana = await a_customer(server)
    async with socket(server, ana.token) as open_socket:
        begun = time.monotonic()
        code, moment = await closing_of(open_socket)
        assert code == 4403
        assert moment - begun < 0.03 * 60 + 1 + SCHEDULING
    assert await me(ana) is None
    assert (await refreshed(server, ana.refresh_token))["__typename"] == "Session"


@pytest.mark.once
async def test_odd_passwords_work_or_are_refused_cleanly(start_house: OpenHouse) -> None:
    server = (await start_house(showtimes=0)).server

    async def registered(password: str, email: str) -> str:
        given = {"name": "Ana", "email": email, "password": password}
        return str((await Person(server).ask(REGISTER, input=given))["register"]["__typename"])

    async def logged_in(password: str, email: str) -> str:
        return str(
            (await Person(server).ask(LOGIN, input={"email": email, "password": password}))["login"]["__typename"]
        )

    for password in ("p" * 73, "😀" * 19, "p" * 1_000):
        email = f"{uuid4().hex}@marquee.test"
        assert await registered(password, email) == "Session"
        assert await logged_in(password, email) == "Session"
        assert await logged_in(password[:-1], email) == "InvalidCredentials"
    for password in ("", "short", " " * 20, "p" * 1_001, "p" * 50_000):
        assert await registered(password, f"{uuid4().hex}@marquee.test") == "InvalidInput"
        assert await logged_in(password, email) == "InvalidCredentials"
    for document, given in ((REGISTER, {"name": "Ana"}), (LOGIN, {})):
        nul = {"email": "ana@marquee.test", "password": "nul\x00inside", **given}
        assert await Person(server).code_of(document, input=nul) == "BAD_USER_INPUT"
    given = {"name": "Ana", "email": "ana@marquee.test", "password": "p" * 1_000_000}
    answer = await server.client.post("/graphql", json={"query": REGISTER, "variables": {"input": given}})
    assert answer.status_code == 413


@pytest.mark.once
@pytest.mark.alone
async def test_fifty_log_ins_at_once_do_not_hold_others_up(start_house: OpenHouse) -> None:
    """The longest wait for a trivial answer is a small part of what the hashing takes."""
    server = (await start_house(showtimes=0, BCRYPT_ROUNDS="10")).server
    nobody = {"email": "nobody@marquee.test", "password": "popcorn-and-a-film"}
    begun = time.monotonic()
    log_ins = asyncio.gather(*(Person(server).ask(LOGIN, input=nobody) for _ in range(50)))
    waits = []
    while not log_ins.done():
        asked = time.monotonic()
        await Person(server).ask("{ __typename }")
        waits.append(time.monotonic() - asked)
        await asyncio.sleep(0.01)
    assert {answer["login"]["__typename"] for answer in await log_ins} == {"InvalidCredentials"}
    hashing = time.monotonic() - begun
    assert len(waits) >= 10
    assert max(waits) < hashing / 4
