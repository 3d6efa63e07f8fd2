"""graphql-transport-ws, case by case, as the protocol's own server tests have them (graphql-ws, tests/server.test.ts)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.routes.toy import Toy, toy_server, ws

pytestmark = pytest.mark.once
INIT = {"type": "connection_init"}
SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": "subscription{count(pause:60)}"}}


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server(ws_init_seconds=0.3, ws_operations_max=3, ws_max_message_bytes=65_536) as running:
        yield running


@pytest.fixture(autouse=True)
async def nothing_is_left(toy: Toy) -> AsyncIterator[None]:
    """After every case, whatever it did."""
    yield
    toy.ledger.release.set()
    await toy.until(lambda: not toy.app.sockets and toy.ledger.streams == 0)
    toy.ledger.release.clear()
    toy.ledger.begun = toy.ledger.ended = toy.ledger.cancelled = 0


async def test_an_operation_of_each_kind(toy: Toy) -> None:
    async with ws(toy) as client:
        assert client.connection.subprotocol == "graphql-transport-ws"
        await client.init()
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}
        assert await client.run("query($n:String!){hello(name:$n)}", n="Ana") == {"data": {"hello": "hello Ana"}}
        assert await client.run("mutation{work}") == {"data": {"work": "no key"}}
        await client.subscribe("subscription{count(to:3)}")
        heard = [await client.hear() for _ in range(4)]
    assert heard == [
        *({"id": "1", "type": "next", "payload": {"data": {"count": number}}} for number in range(3)),
        {"id": "1", "type": "complete"},
    ]


@pytest.mark.parametrize("subprotocol", [None, "graphql-ws", "nonsense"])
async def test_no_valid_subprotocol(toy: Toy, subprotocol: str | None) -> None:
    async with ws(toy, subprotocol) as client:
        assert await client.closed() == (4406, "Subprotocol not acceptable")


async def test_no_init_in_time(toy: Toy) -> None:
    async with ws(toy) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


async def test_an_init_in_time_is_enough(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await asyncio.sleep(0.5)
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


async def test_two_inits(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.send(INIT)
        assert await client.closed() == (4429, "Too many initialisation requests")


async def test_two_inits_back_to_back(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.send(INIT, INIT)
        assert (await client.closed())[0] == 4429


async def test_subscribe_before_ack(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.send(SUBSCRIBE)
        assert await client.closed() == (4401, "Unauthorized")


async def test_subscribe_without_waiting_for_the_ack(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.send(INIT, {**SUBSCRIBE, "payload": {"query": "{hello}"}})
        assert [(await client.hear())["type"] for _ in range(3)] == ["connection_ack", "next", "complete"]


@pytest.mark.parametrize("payload", [None, {}, {"anything": 1}])
async def test_init_payloads(toy: Toy, payload: object) -> None:
    async with ws(toy) as client:
        await client.send({**INIT, "payload": payload})
        assert await client.hear() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [[], "x", 1, False])
async def test_wrong_init_payloads(toy: Toy, payload: object) -> None:
    async with ws(toy) as client:
        await client.send({**INIT, "payload": payload})
        assert (await client.closed())[0] == 4400


async def test_duplicate_id_while_active(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.send(SUBSCRIBE, SUBSCRIBE)
        assert await client.closed() == (4409, "Subscriber for 1 already exists")


async def test_id_reused_after_complete(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.send(SUBSCRIBE)
        assert (await client.hear())["payload"] == {"data": {"count": 0}}
        await client.send({"id": "1", "type": "complete"}, SUBSCRIBE)
        assert (await client.hear())["payload"] == {"data": {"count": 0}}
        await client.send({"id": "1", "type": "complete"})
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


BROKEN = {
    "unknown type": '{"type":"nonsense"}',
    "no type": "{}",
    "number for type": '{"type":1}',
    "list for type": '{"type":[]}',
    "legacy start": '{"type":"start","id":"1","payload":{"query":"{hello}"}}',
    "not JSON": "{",
    "binary": b'{"type":"ping"}',
    "list": "[]",
    "number": "1",
    "text": '"x"',
    "null": "null",
    "deep": "[" * 50_000,
    "deep and closed": '{"type":"ping","payload":{"a":' + "[" * 400 + "]" * 400 + "}}",
    "5000 digits": '{"type":"ping","payload":{"a":' + "9" * 5000 + "}}",
    "not a number": '{"type":"ping","payload":{"a":NaN}}',
    "no id": '{"type":"subscribe","payload":{"query":"{hello}"}}',
    "object for id": '{"id":{},"type":"subscribe","payload":{"query":"{hello}"}}',
    "number for id": '{"id":1,"type":"subscribe","payload":{"query":"{hello}"}}',
    "empty id": '{"id":"","type":"subscribe","payload":{"query":"{hello}"}}',
    "no id to complete": '{"type":"complete"}',
    "number for id to complete": '{"id":1,"type":"complete"}',
    "no payload": '{"id":"1","type":"subscribe"}',
    "null payload": '{"id":"1","type":"subscribe","payload":null}',
    "text for payload": '{"id":"1","type":"subscribe","payload":"x"}',
    "list for payload": '{"id":"1","type":"subscribe","payload":[{"query":"{hello}"}]}',
    "no query": '{"id":"1","type":"subscribe","payload":{}}',
    "number for query": '{"id":"1","type":"subscribe","payload":{"query":1}}',
    "text for variables": '{"id":"1","type":"subscribe","payload":{"query":"{hello}","variables":"x"}}',
    "number for name": '{"id":"1","type":"subscribe","payload":{"query":"{hello}","operationName":1}}',
    "list for extensions": '{"id":"1","type":"subscribe","payload":{"query":"{hello}","extensions":[]}}',
    "NUL": '{"id":"1","type":"subscribe","payload":{"query":"{hello}","variables":{"a":"\\u0000"}}}',
    "lone surrogate": '{"id":"1","type":"subscribe","payload":{"query":"{hello}","variables":{"a":"\\ud800"}}}',
    "text for ping payload": '{"type":"ping","payload":"x"}',
    "list for pong payload": '{"type":"pong","payload":[]}',
}


@pytest.mark.parametrize("message", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("initialised", [False, True])
async def test_broken_messages(toy: Toy, message: str | bytes, initialised: bool) -> None:
    async with ws(toy) as client:
        if initialised:
            await client.init()
        await client.send(message)
        code, reason = await client.closed()
    assert code == 4400
    assert reason
    assert toy.ledger.begun == 0


async def test_ping_is_answered_with_what_it_brought(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.send(
            {"type": "ping"}, {"type": "ping", "payload": {"a": [1, "x"]}}, {"type": "ping", "payload": None}
        )
        assert await client.hear() == {"type": "pong"}
        assert await client.hear() == {"type": "pong", "payload": {"a": [1, "x"]}}
        assert await client.hear() == {"type": "pong"}
        await client.send({"type": "pong"}, {"type": "pong", "payload": {}}, {"type": "ping"})
        assert await client.hear() == {"type": "pong"}
        await client.init()


async def test_complete_for_an_unknown_id(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.send({"id": "nobody", "type": "complete"})
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}


async def test_a_completed_mutation_runs_on_and_says_nothing(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe("mutation{work(seconds:0.2)}")
        await toy.until(lambda: toy.ledger.begun == 1)
        await client.send({"id": "1", "type": "complete"}, {"type": "ping"})
        assert await client.hear() == {"type": "pong"}
        await toy.until(lambda: toy.ledger.ended == 1)
        await client.send({"type": "ping"})
        assert await client.hear() == {"type": "pong"}
    assert toy.ledger.cancelled == 0


async def test_no_next_after_complete(toy: Toy) -> None:
    async with ws(toy) as client:
        await client.init()
        for _ in range(20):
            await client.subscribe("subscription{count}")
            await client.hear()
            await client.send({"id": "1", "type": "complete"}, {"type": "ping"})
            while (await client.hear())["type"] != "pong":
                pass
            await client.send({"type": "ping"})
            assert await client.hear() == {"type": "pong"}


REFUSED = ["{", "{nope}", "query A{hello} query B{hello}", "fragment F on Query{hello}", "{items" * 20, "{wish}"]


@pytest.mark.parametrize("query", REFUSED)
async def test_no_complete_after_error(toy: Toy, query: str) -> None:
    async with ws(toy) as client:
        await client.init()
        await client.subscribe(query)
        message = await client.hear()
        await client.send({"type": "ping"})
        assert await client.hear() == {"type": "pong"}
        assert await client.run("{hello}") == {"data": {"hello": "hello world"}}
    assert (message["type"], message["id"]) == ("error", "1")
    assert message["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert message["payload"][0]["extensions"]["requestId"]
