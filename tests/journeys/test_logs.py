"""F53, F54: whatever people send, and however it breaks, none of it is in the logs, and none of it comes back."""

import json
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.journeys.people import REGISTER
from tests.journeys.viewers import socket, subscribe
from tests.servers import Server, StartServer

LEAKY = str(Path(__file__).with_name("leaky_server.py"))
# Whoever finds one of these in a log has found what somebody told nobody but us.
MARKS = {
    "password": "Pq7-popcorn" + "-mark-password",
    "name": "Marketta Namensmark",
    "email": "mark.email@private-mark.test",
    "phone": "+84 901 234 567",
    "card": "4242 4242 4242 4242",
    "token": "eyJtYXJrIjoxfQ" + ".eyJtYXJrIjoyfQ.bWFyay1zaWduYXR1cmU",
    "code": "MARKC0DE",
    "bearer": "mark-opaque-bearer-0001",
}
# What is left of them when somebody writes them otherwise.
FORMS = [*MARKS.values(), "84901234567", "4242424242424242", "mark.email%40", "Namensmark", "private-mark", "mark-"]
SEARCH = "query ($text: String) { movies(search: $text) { nodes { id } } }"


def leaked(server: Server) -> list[str]:
    """The lines of the log with a mark in them."""
    return [line for line in server.log().splitlines() if any(form in line for form in FORMS)]


async def by_http(server: Server) -> None:
    """As literals, as variables, in the address, in headers, and in what cannot be read."""
    headers = {
        "Authorization": f"Bearer {MARKS['bearer']}",
        "Cookie": f"session={MARKS['token']}",
        "Idempotency-Key": MARKS["code"],
        "User-Agent": f"{MARKS['name']} {MARKS['email']}",
        "Referer": f"https://x.test/?token={MARKS['token']}",
        "X-Forwarded-For": MARKS["phone"],
    }
    every = ", ".join(f'{name}: "{value}"' for name, value in MARKS.items())
    documents: list[tuple[str, Any]] = [
        (REGISTER, {"input": {name: MARKS[name] for name in ("name", "email", "password")}}),
        (REGISTER, {"input": MARKS}),
        (REGISTER, {"input": json.dumps(MARKS)}),
        (
            f'mutation {{ login(input: {{email: "{MARKS["email"]}", password: "{MARKS["password"]}"}}) {{ __typename }} }}',
            {},
        ),
        (f"mutation {{ login(input: {{{every}}}) {{ __typename }} }}", {}),
        (f"mutation {{ login(input: {{{every} {{ __typename }} }}", {}),
        (SEARCH, {"text": " ".join(MARKS.values())}),
        (SEARCH, {"text": MARKS}),
        (f'query {{ node(id: "{MARKS["token"]}") {{ id }} }}', {}),
    ]
    for query, variables in documents:
        body = {"query": query, "variables": variables}
        for given in ({}, headers):
            answer = await server.client.post("/graphql", json=body, headers=given)
            assert answer.status_code < 500
    for path in ("/graphql", "/health", "/webhooks/stripe", "/webhooks/sandbox", "/sandbox/checkout", "/desk"):
        assert (await server.client.get(path, params={"query": SEARCH, **MARKS}, headers=headers)).status_code < 500
        assert (await server.client.post(path, content=json.dumps(MARKS)[:-2], headers=headers)).status_code < 500


async def by_socket(server: Server) -> None:
    """In what a websocket begins with, in its operations, and in what is no message at all."""
    with pytest.raises(ConnectionClosed, match="4403"):
        async with socket(server, MARKS["bearer"]) as refused:
            await refused.recv()
    async with socket(server) as connection:
        assert [event async for event in subscribe(connection, SEARCH, {"text": MARKS})] == []
        await connection.send(json.dumps({"type": MARKS["password"], "id": MARKS["token"], "payload": MARKS}))
        with pytest.raises(ConnectionClosed, match="4400"):
            await connection.recv()


async def test_nothing_that_people_send_is_in_the_logs(
    start_server: StartServer, database_url: str, live_url: str
) -> None:
    async with start_server(database_url=database_url, redis_url=live_url) as server:
        await by_http(server)
        await by_socket(server)
        assert '"event":"request"' in server.log()
        assert leaked(server) == []


async def test_a_fault_tells_its_request_id_and_nothing_else(
    start_server: StartServer, database_url: str, live_url: str
) -> None:
    # What can be known by its looks, and in an error that names it also what cannot.
    by_looks = [MARKS[name] for name in ("email", "phone", "card", "token")]
    async with start_server(database_url=database_url, redis_url=live_url, arguments=[LEAKY]) as server:
        await server.execute(REGISTER, {"input": {name: MARKS[name] for name in ("name", "email", "password")}})
        for secret in by_looks:
            for kind in ("plain", "chained", "taken", "long"):
                await break_it(server, kind, secret)
        await break_it(server, "chained", MARKS["password"])
        assert leaked(server) == []


async def break_it(server: Server, kind: str, secret: str) -> None:
    """Have the server fail with a secret in hand: the client learns where to ask, the log says what broke."""
    body = {"query": SEARCH, "variables": {"text": f"fault {kind} {secret}"}}
    answer = await server.client.post("/graphql", json=body)
    [error] = answer.json()["errors"]
    id = answer.headers["x-request-id"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": id}
    assert not any(form in answer.text for form in FORMS)
    [line] = [each for each in server.log().splitlines() if "Unexpected error" in each and id in each]
    assert "Traceback" in line
    assert "[hidden]" in line or kind == "taken"  # where only PostgreSQL repeats what it was given
