"""What clients and the log are told of errors: reasons for the client's own, a request id for ours, secrets to nobody."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.routes.toy import Toy, toy_server, ws
from tests.routes.toy_schema import Context

pytestmark = pytest.mark.once
SECRET = "hunter2"


@pytest.fixture(scope="module")
async def toy() -> AsyncIterator[Toy]:
    async with toy_server() as running:
        yield running


def errors_of(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("query", ["{boom}", "{maybe}", "{hello maybe}"])
async def test_a_fault_of_ours_is_masked_and_logged_once(
    toy: Toy, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    answer = await toy.post(query)
    (error,) = answer["errors"]
    assert error["message"] == "Something went wrong on our side. Quote the request id when you report it."
    assert error["extensions"].keys() == {"code", "requestId"}
    assert error["extensions"]["code"] == "INTERNAL"
    assert SECRET not in str(answer)
    (record,) = errors_of(caplog)
    assert record.exc_info[0] is RuntimeError
    assert record.request_id == error["extensions"]["requestId"]


async def test_a_refusal_that_the_schema_does_not_expect_is_our_fault(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    (error,) = (await toy.post("{unexpectedProblem}"))["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("INTERNAL", ["unexpectedProblem"])
    assert len(errors_of(caplog)) == 1


async def test_a_wrong_call_says_what_is_wrong_and_is_not_logged(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    (error,) = (await toy.post("{forbidden}"))["errors"]
    assert (error["message"], error["extensions"]["code"]) == ("Your role does not allow this.", "FORBIDDEN")
    assert caplog.records == [] or not errors_of(caplog)


WISH = "query($w:Wish!){wish(wish:$w)}"
COERCIONS: dict[str, tuple[Any, str]] = {
    "wrong type": ({"name": "a", "password": 4242}, "at .password: String cannot represent a non string value."),
    "in a list": (
        {"name": "a", "password": SECRET, "amounts": [1, SECRET]},
        "at .amounts[1]: Int cannot represent non-integer value.",
    ),
    "too large": (
        {"name": "a", "password": SECRET, "amounts": [2**40]},
        "at .amounts[0]: Int cannot represent non 32-bit signed integer value.",
    ),
    "missing": ({"password": SECRET}, ": Expected value of type 'Wish' to include required field 'name'."),
    "null": ({"name": None, "password": SECRET}, "at .name: Expected value of non-null type 'String!' not to be None."),
    "unknown": (
        {"name": "a", "password": SECRET, "role": SECRET},
        ": Expected value of type 'Wish' not to include unknown field 'role'.",
    ),
    "unknown, with a trick": (
        {"name": "a", "password": SECRET, f"x' {SECRET}": 1},
        ": It does not fit its type.",
    ),
    "a scalar of ours": (
        {"name": "a", "password": SECRET, "day": SECRET},
        "at .day: Expected value of type 'Day'.",
    ),
    "no object": (SECRET, ": Expected value of type 'Wish' to be an object."),
}


@pytest.mark.parametrize(("wish", "message"), COERCIONS.values(), ids=COERCIONS.keys())
async def test_coercion_does_not_give_values_back(
    toy: Toy, caplog: pytest.LogCaptureFixture, wish: object, message: str
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await toy.post(WISH, w=wish)
    (error,) = answer["errors"]
    assert error["message"].startswith("Variable '$w' has invalid value")
    assert error["message"].endswith(message)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert SECRET not in str(answer)
    assert "4242" not in str(answer)
    assert SECRET not in caplog.text


async def test_a_variable_that_does_not_fit_its_argument_is_the_clients_fault(
    toy: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await toy.post('query($n:String="x"){hello(name:$n)}', n=None)
    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["path"]) == ("BAD_USER_INPUT", ["hello"])
    assert not errors_of(caplog)


LITERALS = [
    f'{{wish(wish:{{name:"a",password:"{SECRET}",amounts:["{SECRET}"]}})}}',
    f'{{wish(wish:{{password:"{SECRET}"}})}}',
    f'{{wish(wish:{{name:"a",password:"{SECRET}",nope:"{SECRET}"}})}}',
    f'{{wish(wish:{{name:"a",password:"b",day:"{SECRET}"}})}}',
    f'{{hello(name:["{SECRET}"])}}',
    f'mutation{{work(seconds:"{SECRET}")}}',
]


@pytest.mark.parametrize("query", LITERALS)
async def test_nor_are_literals_given_back_or_logged(toy: Toy, caplog: pytest.LogCaptureFixture, query: str) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await toy.post(query)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert SECRET not in str(answer)
    assert SECRET not in caplog.text
    assert not errors_of(caplog)


async def test_a_fault_is_logged_without_the_document(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await toy.post(
        'query Named($v:String!){nullable:maybe a:hello(name:"literal-4711") b:hello(name:$v)}', v="value-4712"
    )
    (record,) = errors_of(caplog)
    assert record.getMessage() == "Unexpected error in Named"
    assert len(record.document) == 16
    assert "literal-4711" not in caplog.text
    assert "value-4712" not in caplog.text


async def test_a_login_that_breaks_is_masked_too(toy: Toy, caplog: pytest.LogCaptureFixture) -> None:
    answer = await toy.post("{hello}", token="explode")
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in str(answer)
    assert len(errors_of(caplog)) == 1


async def test_few_errors_are_told_of_many(toy: Toy) -> None:
    answer = await toy.post("{" + " ".join(f"nope{number}" for number in range(15)) + "}")
    assert len(answer["errors"]) == 5


async def test_suggestions_only_where_introspection_is_on(toy: Toy) -> None:
    assert "Did you mean 'hello'?" in (await toy.post("{hallo}"))["errors"][0]["message"]
    misspelt = [
        "{hallo}",
        "{hello(nome:1)}",
        "query($w:Wisch){hello}",
        '{wish(wish:{nam:"x",password:"y"})}',
        "{items}",
        "{...F} fragment F on Itom{id}",
    ]
    async with toy_server(introspection=False) as hardened:
        for query in misspelt:
            answer = await hardened.post(query)
            assert "Did you mean" not in str(answer)
            assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        answer = await hardened.post("query($w:Wish!){wish(wish:$w)}", w={"name": "a", "password": "b", "amount": 1})
        assert "Did you mean" not in str(answer)


@pytest.mark.parametrize("query", ["{__schema{queryType{name}}}", '{__type(name:"Query"){name}}'])
async def test_no_introspection_where_it_is_off(toy: Toy, query: str) -> None:
    assert "data" in await toy.post(query)
    async with toy_server(introspection=False) as hardened:
        assert (await hardened.post(query))["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert await hardened.post("{__typename}") == {"data": {"__typename": "Query"}}


async def test_a_fault_outside_execution_is_a_500_that_says_nothing() -> None:
    async with toy_server() as toy:

        def broken(*arguments: object) -> Context:
            raise RuntimeError(f"secret {SECRET}")

        object.__setattr__(toy.app._reception, "make_context", broken)
        answer = await toy.post("{hello}")
        assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
        async with ws(toy) as client:
            await client.init()
            await client.subscribe("{hello}")
            message = await client.hear()
            await client.send({"type": "ping"})
            assert await client.hear() == {"type": "pong"}
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert SECRET not in str(answer) + str(message)
