"""Answers that are the same for everybody, over HTTP and websockets of a started server."""

import json
from hashlib import sha256
from typing import Any

import httpx2

from tests.journeys.house import House, OpenHouse
from tests.journeys.people import a_customer
from tests.journeys.viewers import socket, subscribe

LIST = "query List { showtimes { nodes { id onSale } } }"
MAP = "query Map($id: ID!) { showtime(id: $id) { seatMap { version available } } }"


def by_hash(text: str, **variables: object) -> dict[str, str]:
    persisted = {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}
    return {"extensions": json.dumps({"persistedQuery": persisted}), "variables": json.dumps(variables)}


async def register(house: House, text: str, **variables: object) -> None:
    asked = {name: json.loads(value) for name, value in by_hash(text, **variables).items()}
    assert (await house.server.client.post("/graphql", json={"query": text, **asked})).status_code == 200


async def get(house: House, text: str, headers: dict[str, str] | None = None, **variables: object) -> httpx2.Response:
    return await house.server.client.get("/graphql", params=by_hash(text, **variables), headers=headers)


async def counts(house: House) -> dict[str, int]:
    health: dict[str, Any] = (await house.server.client.get("/health")).json()
    found: dict[str, int] = health["components"]["answers"]
    return {name: count for name, count in found.items() if isinstance(count, int)}


async def test_browsers_may_keep_what_they_get_by_hash(start_house: OpenHouse) -> None:
    house = await start_house()
    await register(house, LIST)
    first = await get(house, LIST)
    assert first.headers["Cache-Control"] == "public, max-age=10"
    assert first.headers["Vary"] == "Accept"
    again = await get(house, LIST, {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = await get(house, LIST, {"If-None-Match": '"something else"'})
    assert (other.status_code, other.json()) == (200, first.json())


async def test_a_map_by_hash_is_asked_for_again_and_is_new_after_a_hold(start_house: OpenHouse) -> None:
    house = await start_house()
    id = house.showtimes[0]
    await register(house, MAP, id=id)
    free = await get(house, MAP, id=id)
    assert free.headers["Cache-Control"] == "public, max-age=0"
    ana = await a_customer(house.server)
    await ana.hold(id, ["A1"])
    held = await get(house, MAP, {"If-None-Match": free.headers["ETag"]}, id=id)
    assert held.status_code == 200
    assert held.json()["data"]["showtime"]["seatMap"]["version"] == 1


async def test_everything_else_is_stored_by_nobody(start_house: OpenHouse) -> None:
    house = await start_house()
    ana = await a_customer(house.server)
    own = {"Authorization": f"Bearer {ana.token}"}
    await register(house, "query Me { me { name } }")
    for answer in (
        await house.server.client.post("/graphql", json={"query": LIST}),
        await house.server.client.get("/graphql", params={"query": LIST}),
        await get(house, "query Me { me { name } }", own),
    ):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert "ETag" not in answer.headers


async def test_what_was_kept_made_and_read_is_counted_and_traced(start_house: OpenHouse) -> None:
    house = await start_house(ANSWER_TRACE="true")
    before = await counts(house)
    for _ in range(3):
        await house.server.execute(MAP, {"id": house.showtimes[0]})
    after = await counts(house)
    assert {name: after[name] - before[name] for name in after} == {"kept": 2, "shared": 0, "made": 1, "maps_read": 1}
    assert house.server.log().count('"event":"answer"') >= 3


async def test_a_websocket_is_given_the_same(start_house: OpenHouse) -> None:
    house = await start_house()
    over_http = await house.server.execute(LIST)
    before = await counts(house)
    async with socket(house.server) as connection:
        assert [payload async for payload in subscribe(connection, LIST, {})] == [over_http]
    assert (await counts(house))["kept"] == before["kept"] + 1


async def test_processes_share_through_redis(start_house: OpenHouse, backend: str) -> None:
    if backend == "sqlite":
        return
    house = await start_house(servers=2)
    await house.servers[0].execute(MAP, {"id": house.showtimes[0]})
    await house.servers[1].execute(MAP, {"id": house.showtimes[0]})
    answers = (await house.servers[1].client.get("/health")).json()["components"]["answers"]
    assert (answers["shared"], answers["made"]) == (1, 0)
