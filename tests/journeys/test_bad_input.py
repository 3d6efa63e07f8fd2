"""Whatever is sent, the answer is typed and the contract's, nothing is a fault of ours, and nothing changes."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_composite_type,
    is_scalar_type,
)

from schema.ids import global_id
from scripts.export_schema import FILE
from tests.journeys.house import OpenHouse
from tests.journeys.people import HOLD, Person, a_customer
from tests.journeys.rows import everything
from tests.journeys.viewers import socket, subscribe

CODES = {"BAD_USER_INPUT", "NOT_FOUND", "QUERY_TOO_COMPLEX", "UNAUTHENTICATED", "FORBIDDEN"}
TABLES = [
    "users",
    "holds",
    "bookings",
    "payments",
    "captures",
    "refunds",
    "offers",
    "ledger_entries",
    "payment_messages",
    "tickets",
    "seat_claims",
    "seat_changes",
    "showtimes",
    "idempotency_answers",
    "tasks",
    "movies",
]
GARBAGE = [
    "",
    "x",
    "0",
    "-1",
    "F7",
    "null",
    "😀",
    "a" * 3_000,
    "' OR 1=1 --",
    "AAAAAAAAAAAAAAAAAAAAAFNob3d0aW1l",
    "../../etc",
]


async def dump(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the sale."""
    return await everything(database_url, TABLES)


def codes_of(answer: dict[str, Any]) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


async def test_odd_holds_are_refused_in_the_words_of_the_contract(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    before = await dump(database_url)
    showtime = house.showtimes[0]
    unknown = global_id("Showtime", uuid4())
    for given, code in [
        *(({"showtimeId": garbage, "seats": ["A1"]}, "NOT_FOUND") for garbage in [*GARBAGE, unknown, ana.id]),
        *(
            ({"showtimeId": showtime, "seats": seats}, "BAD_USER_INPUT")
            for seats in (
                [],
                [""],
                ["Z9"],
                ["A1", "A1"],
                ["a1"],
                ["A1", None],
                None,
                7,
                [[["A1"]]],
                [{}],
                ["A" * 5_000],
            )
        ),
        ({"showtimeId": None, "seats": ["A1"]}, "BAD_USER_INPUT"),
        ({"showtimeId": {"a": 1}, "seats": ["A1"]}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime, "seats": ["A1"], "price": 1}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime, "seats": ["A1"], "idempotencyKey": ""}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime, "seats": ["A1"], "idempotencyKey": "k" * 256}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime, "seats": ["A\x00"]}, "BAD_USER_INPUT"),
        ({"showtimeId": showtime, "seats": ["\ud800"]}, "BAD_USER_INPUT"),
    ]:
        raw = json.dumps({"query": HOLD, "variables": {"input": given}})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {ana.token}"}
        answer = await house.server.client.post("/graphql", content=raw, headers=headers)
        assert answer.status_code < 500
        assert codes_of(answer.json()) == {code}, given
    assert await dump(database_url) == before


def id_takers(schema: GraphQLSchema) -> list[tuple[str, str, str]]:
    """Every root field that takes an id, as an operation with the id in `$id`: kind of operation, field, document."""
    found = []
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in (root.fields if root else {}).items():
            for argument, given in field.args.items():
                for path in id_paths(given.type, argument):
                    value = path.pop()
                    for part in reversed(path[1:]):
                        value = f"{{{part}: {value}{others(get_named_type(given.type).fields, part)}}}"
                    selection = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
                    call = f"{name}({argument}: {value}{others(field.args, argument)})"
                    found.append((kind, name, f"{kind} Ask($id: ID!) {{ {call}{selection} }}"))
    return found


def id_paths(kind: Any, name: str) -> list[list[str]]:
    """The ways to each id within a value of this type, each ending with what stands there."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        return [[name, *path] for field, value in named.fields.items() for path in id_paths(value.type, field)]
    if not is_scalar_type(named) or named.name != "ID":
        return []
    return [[name, "[$id]" if "[" in str(kind) else "$id"]]


def others(known: dict[str, Any], taken: str) -> str:
    """The other values an input or a field cannot do without."""
    samples = {
        "Int": "1",
        "Boolean": "true",
        "String": '"x"',
        "ID": "$id",
        "DateTime": '"2030-01-01T00:00:00Z"',
        "Decimal": '"1"',
    }
    wanted = []
    for name, field in known.items():
        if name == taken or not isinstance(field.type, GraphQLNonNull):
            continue
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            sample = f"{{{others(inner.fields, '').removeprefix(', ')}}}"
        elif isinstance(inner, GraphQLEnumType):
            sample = next(iter(inner.values))
        else:
            sample = samples[inner.name]
        wanted.append(f"{name}: [{sample}]" if "[" in str(field.type) else f"{name}: {sample}")
    return (", " + ", ".join(wanted)) if wanted else ""


TAKERS = id_takers(build_schema(Path(FILE).read_text()))


def test_the_corpus_has_every_field_that_takes_an_id() -> None:
    fields = {field for _, field, _ in TAKERS}
    assert {"node", "movie", "venue", "showtime", "booking", "showtimes", "holdSeats", "extendHold"} <= fields
    assert {"releaseHold", "createBooking", "startPayment", "cancelBooking"} <= fields
    assert {"confirmPayment", "cancelPayment", "refundTickets", "refundQuote", "acceptOffer", "declineOffer"} <= fields


async def test_ids_of_nothing_are_the_same_as_what_is_not_there(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    before = await dump(database_url)
    for _, field, document in TAKERS:
        for garbage in [*GARBAGE, global_id("Hold", uuid4()), global_id("Nonsense", uuid4())]:
            answer = await house.server.execute(document, {"id": garbage}, token=ana.token)
            assert codes_of(answer) <= {"NOT_FOUND", "FORBIDDEN"}, (field, garbage, answer)
            if not answer.get("errors"):
                assert answer["data"][field] in (None, {"__typename": "ShowtimeConnection"}), (field, garbage, answer)
    assert await dump(database_url) == before


async def test_another_customer_s_things_are_not_there_either(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house()
    ana, ben = await a_customer(house.server), await a_customer(house.server)
    booking = await ana.buy(house.showtimes[0], ["A1"])
    hold = await ana.hold(house.showtimes[0], ["B1"])
    private = [
        ana.id,
        hold["id"],
        booking["id"],
        booking["payments"][0]["id"],
        booking["tickets"][0]["id"],
    ]
    before = await dump(database_url)
    for _, field, document in TAKERS:
        for id in private:
            theirs = await house.server.execute(document, {"id": id}, token=ben.token)
            nobody_s = await house.server.execute(document, {"id": global_id("Hold", uuid4())}, token=ben.token)
            assert codes_of(theirs) == codes_of(nobody_s), (field, theirs)
            assert theirs.get("data") == nobody_s.get("data"), (field, theirs)
            mine = await house.server.execute(
                "query Ask($id: ID!) { node(id: $id) { id } }", {"id": id}, token=ana.token
            )
            assert mine["data"]["node"] == {"id": id}
    async with socket(house.server, ben.token) as watching:
        stream = "subscription Mine($id: ID!) { booking(id: $id) { id } }"
        assert [
            payload async for payload in subscribe(watching, stream, {"id": booking["id"]}) if payload.get("data")
        ] == []
    assert await dump(database_url) == before


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (
            "{ "
            + "me { bookings { nodes { showtime { movie { showtimes { nodes { movie " * 20
            + "{ id }"
            + " } } } } } } }" * 20
            + " }",
            "QUERY_TOO_COMPLEX",
        ),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(1_000)) + " }", "QUERY_TOO_COMPLEX"),
        ("{ movies(first: 101) { totalCount } }", "BAD_USER_INPUT"),
        ("{ movies(first: -1) { totalCount } }", "BAD_USER_INPUT"),
        ('{ movies(after: "rubbish") { totalCount } }', "BAD_USER_INPUT"),
        ("{ nothing }", "BAD_USER_INPUT"),
        ("{ movies(", "BAD_USER_INPUT"),
        ("", "BAD_USER_INPUT"),
        ('{ showtimes(filter: {date: "tomorrow"}) { totalCount } }', "BAD_USER_INPUT"),
        ("mutation { logout }", "UNAUTHENTICATED"),
        ('mutation { extendHold(input: {holdId: "x"}) { __typename } }', "UNAUTHENTICATED"),
    ],
)
async def test_documents_that_cannot_be_answered(start_house: OpenHouse, document: str, code: str) -> None:
    house = await start_house(showtimes=0)
    answer = await house.server.execute(document)
    assert codes_of(answer) == {code}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 5_000_000, 413),
        (b"not json", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"[" * 90_000, 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{ me { id } }", "variables": "x"}', 400),
        (b'{"query": "{ me { id } }", "variables": {"a": ' + b"9" * 5_000 + b"}}", 400),
        (b'{"variables": {}}', 400),
    ],
)
async def test_bodies_that_are_none(start_house: OpenHouse, body: bytes, status: int) -> None:
    house = await start_house(showtimes=0)
    answer = await house.server.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert codes_of(answer.json()) == {"BAD_USER_INPUT"}
    assert (await Person(house.server).ask("{ me { id } }"))["me"] is None
