"""The webhook door and the checkout page, over HTTP."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import clock
from adapters.http import Http
from adapters.payments.sandbox import SIGNATURE, SandboxGateway, event_body
from domain.money import Money
from domain.payments import News
from settings import Settings
from tests.journeys.house import House, OpenHouse
from tests.journeys.people import Answer, Person, a_customer
from tests.journeys.test_bad_input import dump

DOOR = "/webhooks/sandbox"


async def unpaid(house: House) -> tuple[Person, Answer, str]:
    """Somebody on the checkout page; the page's path."""
    ana = await a_customer(house.server)
    booking = await ana.book((await ana.hold(house.showtimes[0], ["A1"]))["id"])
    url = (await ana.pay(booking["id"]))["checkoutUrl"]
    return ana, booking, "/" + url.split("/", 3)[3]


def news(path: str, event_id: str = "evt", secret: str | None = None) -> tuple[bytes, dict[str, str]]:
    """A signed webhook about the payment of this page."""
    given = {} if secret is None else {"sandbox_webhook_secret": secret}
    gateway = SandboxGateway(Settings(_env_file=None, **given), Http())
    body = event_body(event_id, path.rsplit("/", 1)[1], News.CAPTURED, Money(25_000, "INR")).encode()
    return body, {SIGNATURE: gateway.sign(body, clock.now())}


async def test_a_forged_webhook_does_nothing(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house(JOBS="false")
    _, _, path = await unpaid(house)
    before = await dump(database_url)
    post = house.server.client.post
    body, headers = news(path, secret="somebody else's secret")
    good_body, good_headers = news(path)
    for content, signature, status in (
        (body, headers, 401),
        (good_body, {}, 401),
        (good_body + b" ", good_headers, 401),
        (b"x" * 200_000, good_headers, 413),
        (b"\xff", good_headers, 401),
    ):
        assert (await post(DOOR, content=content, headers=signature)).status_code == status
    for door in ("/webhooks/stripe", "/webhooks/nobody", "/webhooks/%00"):
        assert (await post(door, content=good_body, headers=good_headers)).status_code == 404
    for query, status in (("", 404), ("?paid=yes", 401), ("?" + "x" * 4_001, 414)):
        assert (await house.server.client.get(DOOR + query)).status_code == status, query
    assert await dump(database_url) == before


async def test_a_webhook_that_comes_five_times_at_once_and_later_sells_once(start_house: OpenHouse) -> None:
    house = await start_house(servers=2)
    ana, booking, path = await unpaid(house)
    body, headers = news(path)
    doors = [house.servers[n % len(house.servers)].client for n in range(5)]
    answers = await asyncio.gather(*(door.post(DOOR, content=body, headers=headers) for door in doors))
    answers.append(await doors[0].post(DOOR, content=body, headers=headers))
    assert {answer.status_code for answer in answers} == {200}
    paid = await ana.until(booking["id"], "CONFIRMED")
    assert (paid["status"], len(paid["tickets"]), paid["payments"][0]["status"]) == ("CONFIRMED", 1, "SUCCEEDED")


async def test_the_page_works_without_javascript(start_house: OpenHouse) -> None:
    house = await start_house()
    ana, booking, path = await unpaid(house)
    page = (await house.server.client.get(path)).text
    assert "The Long Take" in page
    assert "250.00 INR" in page
    assert "A1" in page
    form = re.search(r'<form method="post">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<input type="number" name="(\w+)" value="(\w+)"', form[1]))
    (outcome, *_) = re.findall(r'name="outcome" value="(\w+)"', form[1])
    answer = await house.server.client.post(path, data={**fields, "outcome": outcome}, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    said = await house.server.client.get(answer.headers["location"])
    assert said.status_code == 200
    await ana.until(booking["id"], "CONFIRMED")
    over = await house.server.client.get(path)
    assert "<form" not in over.text
    assert "Paid" in over.text
    assert (await house.server.client.post(path, data={"outcome": "succeed"})).status_code == 409


async def test_the_page_leads_back_to_where_the_payer_came_from(start_house: OpenHouse) -> None:
    house = await start_house()
    ana, booking, path = await unpaid(house)
    home = f"/bookings/{booking['id']}"
    page = await house.server.client.get(path, params={"return": home})
    assert (page.text.count(f'href="{home}"'), "refresh" in page.text) == (1, False)
    answer = await house.server.client.post(
        path, params={"return": home}, data={"outcome": "succeed"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"said": ["succeed"], "return": [home]}
    await ana.until(booking["id"], "CONFIRMED")
    over = (await house.server.client.get(answer.headers["location"])).text
    assert f'<meta http-equiv="refresh" content="0; url={home}">' in over
    assert f'href="{home}"' in over


async def test_the_page_leads_nowhere_else(start_house: OpenHouse) -> None:
    house = await start_house()
    _, _, path = await unpaid(house)
    alone = (await house.server.client.get(path)).text
    elsewhere = (
        "https://elsewhere.test/",
        "//elsewhere.test/",
        "/\\elsewhere.test/",
        "\\\\elsewhere.test/",
        "/\t/elsewhere.test/",
        "/\n/elsewhere.test/",
        "javascript:alert(1)",
        "bookings",
        "",
        "/" + "x" * 500,
    )
    for address in elsewhere:
        page = await house.server.client.get(path, params={"return": address})
        assert without_nonce(page.text) == without_nonce(alone), address
    odd = (await house.server.client.get(path, params={"return": '/"><script>'})).text
    assert "/&#34;&gt;&lt;script&gt;" in odd
    answer = await house.server.client.post(
        path, params={"return": "//elsewhere.test/"}, data={"outcome": "fail"}, headers={"Accept": "text/html"}
    )
    assert answer.headers["location"] == f"{path}?said=fail"


def without_nonce(page: str) -> str:
    """The page without what differs at every look: the script's nonce and the time that is left."""
    return re.sub(r'nonce="[^"]*"|\d+:\d\d</strong>', "", page)


async def test_odd_decisions_are_refused_and_queue_nothing(start_house: OpenHouse, database_url: str) -> None:
    house = await start_house()
    _, _, path = await unpaid(house)
    before = await dump(database_url)
    post = house.server.client.post
    for fields in (
        {},
        {"outcome": "maybe"},
        {"outcome": "succeed", "delay_seconds": "-1"},
        {"outcome": "succeed", "delay_seconds": "nan"},
        {"outcome": "succeed", "delay_seconds": "3601"},
        {"outcome": "succeed", "repeat": "0"},
        {"outcome": "succeed", "repeat": "21"},
        {"outcome": "succeed", "repeat": "1.5"},
        {"outcome": "succeed", "reorder": "perhaps"},
    ):
        assert (await post(path, data=fields)).status_code == 400, fields
        assert (await post(path, json=fields)).status_code == 400, fields
    for odd in ({"outcome": []}, {"outcome": {}}, [], "x", None):
        assert (await post(path, json=odd)).status_code == 400, odd
    assert (await post(path, content=b"\xff\xfe")).status_code == 400
    assert (await post(path, data={"outcome": "x" * 20_000})).status_code == 413
    for nowhere in ("/sandbox/checkout/sbx_nothing", "/sandbox/checkout/%00"):
        assert (await post(nowhere, data={"outcome": "succeed"})).status_code == 404
        assert (await house.server.client.get(nowhere)).status_code == 404
    assert await dump(database_url) == before


async def test_a_decision_may_come_as_any_kind_of_form(start_house: OpenHouse) -> None:
    house = await start_house(HOLDS_PER_PERSON="9")
    ana = await a_customer(house.server)
    ways = (
        {"data": {"outcome": "fail"}},
        {"files": {"outcome": (None, "fail")}},
        {"json": {"outcome": "fail", "repeat": 2, "reorder": True}},
        {"params": {"outcome": "fail"}},
    )
    for number, way in enumerate(ways):
        booking = await ana.book((await ana.hold(house.showtimes[0], [f"H{number + 1}"]))["id"])
        path = "/" + (await ana.pay(booking["id"]))["checkoutUrl"].split("/", 3)[3]
        answer = await house.server.client.post(path, **way)
        assert (answer.status_code, answer.json()["outcome"]) == (202, "fail"), way
    broken = {"Content-Type": "multipart/form-data"}
    assert (await house.server.client.post(path, content=b"rubbish", headers=broken)).status_code == 400
