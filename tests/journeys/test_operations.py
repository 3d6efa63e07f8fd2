"""A day at the desk: every saved operation of GraphiQL is run against a started server, each fed by those before it."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pyotp

import clock
from scripts.demo.people import PEOPLE
from tests.journeys.desk import OPERATIONS, Desk, after, root_of
from tests.journeys.hiring import hire
from tests.journeys.outbox import next_code
from tests.journeys.people import Person, a_customer
from tests.servers import StartServer

ENV = {"DEMO": "true", "PAYMENT_PROVIDERS": "SANDBOX,COUNTER"}
ADMIN = next(person for person in PEOPLE if person.email == "admin@marquee.test")

# What the steps below do, each once and in any order.
TRACED = [
    *("CREATE_MOVIE", "UPDATE_MOVIE", "CREATE_VENUE", "SET_REFUND_POLICY", "SET_PAYMENT_METHODS", "CREATE_SCREEN"),
    *("CREATE_SHOWTIME", "CREATE_BOOKING", "REFUND_PAYMENT", "SET_PAYMENT_METHODS", "CREATE_BOOKING"),
    *("SETTLE_COUNTER_PAYMENT", "CANCEL_BOOKING", "CANCEL_SHOWTIME"),
]


async def test_every_saved_operation_does_what_it_says(
    database_url: str, live_url: str, start_server: StartServer
) -> None:
    async with start_server(database_url=database_url, redis_url=live_url, env=ENV) as server:
        now = clock.now()
        tomorrow = (now + timedelta(days=1)).date()  # on which nothing has begun yet, whatever the hour
        desk = Desk(server, {"e-mail": ADMIN.email, "password": ADMIN.password, "today": str(tomorrow)})
        desk.known["in three weeks"] = (now + timedelta(days=21)).isoformat()
        await come_in(desk)
        await prove_who_one_is(desk)
        await put_a_film_on(desk)
        await sell(desk)
        await mind_the_keys(desk)
        await answer_for_the_money(desk)
        await look_after(desk)
        await sell_at_the_counter(desk)
        await keep_a_profile(desk)
        await hire(desk)
        await call_it_off(desk)
        await read_the_traces(desk)
        assert (await desk.run("money/7-audit"))["clean"] is True
    assert desk.opened == set(OPERATIONS)


async def come_in(desk: Desk) -> None:
    """Log in, and see who one is and what is on."""
    assert await desk.run("people/2-who-am-i") is None
    session = await desk.run("people/1-log-in")
    desk.token = session["accessToken"]
    assert (await desk.run("people/2-who-am-i"))["roles"] == ["ADMIN"]
    schedule = await desk.run("house/1-schedule")
    assert len(schedule["nodes"]) == schedule["totalCount"] > 10
    assert all(each["seatMap"]["available"] <= each["seatMap"]["capacity"] for each in schedule["nodes"])


async def prove_who_one_is(desk: Desk) -> None:
    """Codes by mail and by text message: for an address, for another password, for a phone."""
    outbox, address = desk.server, desk.known["e-mail"]
    assert (await desk.run("people/4-send-email-code"))["sentTo"] == "a•••@marquee.test"
    desk.known["code"] = await next_code(outbox, address)
    assert (await desk.run("people/5-verify-email"))["emailVerified"] is True
    assert (await desk.run("people/8-phone-code"))["sentTo"] == "+84•••••••78"
    desk.known["code"] = await next_code(outbox, "+84912345678")
    assert (await desk.run("people/9-log-in-with-phone"))["user"]["name"] == "Minh"
    assert (await desk.run("people/6-forgot-password"))["sentTo"] == "a•••@marquee.test"
    desk.known |= {"code": await next_code(outbox, address, after=1), "new password": "popcorn-and-a-play"}
    assert (await desk.run("people/7-reset-password"))["sessionsEnded"] == 1
    desk.known["password"] = desk.known["new password"]
    desk.token = (await desk.run("people/1-log-in"))["accessToken"]


async def mind_the_keys(desk: Desk) -> None:
    """Another device is logged out; a second factor is set up, asked of the house, and given up."""
    await desk.run("people/1-log-in")
    listed = await desk.run("safety/1-my-sessions")
    assert [each["isCurrent"] for each in listed].count(True) == 1
    desk.known["session"] = next(each["id"] for each in listed if not each["isCurrent"])
    assert await desk.run("safety/2-end-session") is True
    app = pyotp.parse_uri((await desk.run("safety/3-start-second-factor"))["uri"])
    desk.known["code of the app"] = app.at(clock.now())
    codes = (await desk.run("safety/4-confirm-second-factor"))["codes"]
    assert (await desk.run("safety/5-require-second-factor"))["roles"] == ["MANAGER", "ADMIN"]
    assert (await desk.run("people/2-who-am-i"))["secondFactor"] == {
        "enabled": True,
        "needed": True,
        "recoveryCodesLeft": 10,
    }
    nobody = OPERATIONS["safety/5-require-second-factor"]
    root_of(await desk.server.execute(nobody.query, {"input": {"roles": []}}, token=desk.token))
    desk.known["second factor"] = codes[0]
    assert (await desk.run("safety/6-end-second-factor"))["secondFactor"]["enabled"] is False


async def put_a_film_on(desk: Desk) -> None:
    """A film, a venue, a screen, a showtime: each step needs the id of those before."""
    desk.known["movie"] = (await desk.run("programme/1-make-film"))["id"]
    assert (await desk.run("programme/2-edit-film"))["ageRestriction"] == 16
    desk.known["venue"] = (await desk.run("programme/3-make-venue"))["id"]
    policy = (await desk.run("programme/6-set-refund-policy"))["refundPolicy"]
    assert [step["percent"] for step in policy] == [100, 80, 50]
    methods = (await desk.run("programme/7-set-payment-methods"))["paymentMethods"]
    assert methods == [{"provider": "SANDBOX", "embeddable": False}]
    screen = await desk.run("programme/4-draw-screen")
    assert (screen["capacity"], screen["venue"]["id"]) == (40, desk.known["venue"])
    desk.known["screen"] = screen["id"]
    showtime = await desk.run("programme/5-make-showtime")
    assert showtime["onSale"] is True
    desk.known["showtime"] = showtime["id"]


async def sell(desk: Desk) -> None:
    """Two seats become two tickets, while the live map and the booking are watched."""
    best = await desk.run("selling/1-best-seats")
    async with desk.watch("house/2-live-seat-map") as maps:
        assert (await after(maps))["available"] == 40
        hold = await desk.run("selling/2-hold-best-seats")
        assert (hold["seats"], hold["together"]) == (best["seats"], True)
        held = await after(maps)
        assert (held["available"], {seat["state"] for seat in held["seats"]}) == (38, {"HELD"})
        async with desk.watch("house/4-house-now") as moments:
            seen = {now["showtime"]["id"]: now for now in (await after(moments))["showtimes"]}
        assert (seen[desk.known["showtime"]]["heldSeats"], seen[desk.known["showtime"]]["bookedSeats"]) == (2, 0)
    desk.known["hold"] = hold["id"]
    booking = await desk.run("selling/3-book")
    desk.known["booking"], desk.known["reference"] = booking["id"], booking["reference"]
    payment = await desk.run("selling/4-pay")
    desk.known["payment"] = payment["id"]
    async with desk.watch("selling/5-settle") as steps:
        assert (await after(steps))["status"] == "PENDING"
        assert await Person(desk.server).at_checkout(payment["checkoutUrl"]) < 400
        while (step := await after(steps))["status"] != "CONFIRMED":
            pass
    assert [ticket["seat"] for ticket in step["tickets"]] == best["seats"]


async def answer_for_the_money(desk: Desk) -> None:
    """A payment and all that was said of it; a favour; nothing has failed, and no letter is dead."""
    inspected = await desk.run("money/2-inspect-payment")
    assert [capture["fate"] for capture in inspected["captures"]] == ["TICKET"]
    assert {message["state"] for message in inspected["messages"]} == {"APPLIED"}
    assert [(await desk.run(name))["totalCount"] for name in ("money/1-failed-payments", "money/3-dead-letters")] == [
        0,
        0,
    ]
    desk.known["paymentmessage"] = inspected["messages"][0]["id"]
    for name in ("money/4-replay-message", "money/8-dismiss-message"):  # neither touches what is applied
        assert (await desk.run(name))["state"] == "APPLIED"
    given = await desk.run("money/5-refund-payment")
    assert [refund["amount"]["amount"] for refund in given["refunds"]] == ["1.00"]


async def sell_at_the_counter(desk: Desk) -> None:
    """Somebody books, comes to the counter and pays there."""
    all_of_them = {"input": {"venueId": desk.known["venue"], "providers": None}}
    methods = OPERATIONS["programme/7-set-payment-methods"]
    root_of(await desk.server.execute(methods.query, all_of_them, token=desk.token))
    desk.known["hold"] = (await desk.run("selling/2-hold-best-seats"))["id"]
    desk.known["booking"] = (await desk.run("selling/3-book"))["id"]
    pay = OPERATIONS["selling/4-pay"]
    variables = {"input": {"bookingId": desk.known["booking"], "provider": "COUNTER"}}
    desk.known["payment"] = root_of(await desk.server.execute(pay.query, variables, token=desk.token))["id"]
    settled = await desk.run("money/6-settle-at-counter")
    assert (settled["booking"]["status"], len(settled["booking"]["tickets"])) == ("CONFIRMED", 2)


async def look_after(desk: Desk) -> None:
    """What was sold, and taking it back."""
    mine = await desk.run("people/3-my-bookings")
    assert [booking["id"] for booking in mine["bookings"]["nodes"]] == [desk.known["booking"]]
    for finder in ("bookings/1-find-by-reference", "bookings/2-find-by-email"):
        assert [booking["id"] for booking in (await desk.run(finder))["nodes"]] == [desk.known["booking"]]
    sales = await desk.run("house/3-sales-today")
    assert (sales["tickets"], sales["bookings"], len(sales["byMovie"])) == (2, 1, 1)
    assert (await desk.run("bookings/3-cancel"))["status"] == "CANCELLED"


async def keep_a_profile(desk: Desk) -> None:
    """A customer says how they like it, is put right by the administrator, reads all of it, and goes."""
    admin, nora = desk.token, await a_customer(desk.server)
    desk.known |= {"user": nora.id or "", "name": "Nora Ly", "date of birth": "1990-05-01"}
    desk.known["own password"], desk.token = "popcorn-and-a-film", nora.token
    assert (await desk.run("profile/1-update-profile"))["preferences"]["seats"]["position"] == "BACK"
    desk.token = admin
    assert (await desk.run("profile/3-correct-date-of-birth"))["dateOfBirth"] == "1990-05-01"
    desk.token = nora.token
    content = json.loads((await desk.run("profile/2-export"))["content"])
    assert (content["profile"]["name"], content["profile"]["dateOfBirth"]) == ("Nora Ly", "1990-05-01")
    assert (await desk.run("profile/4-delete-account"))["__typename"] == "AccountDeleted"
    desk.token = admin


async def call_it_off(desk: Desk) -> None:
    """The showtime is cancelled, whatever has been sold of it: its seats are free, and nobody can have them."""
    cancelled = await desk.run("programme/8-cancel-showtime")
    assert cancelled == cancelled | {
        "status": "CANCELLED",
        "onSale": False,
        "seatMap": {"available": 40, "capacity": 40},
    }


async def read_the_traces(desk: Desk) -> None:
    """All that was done above is in the log, and what is done now comes by itself."""
    log = await desk.run("staff/7-audit-log")
    steps = [entry["action"] for entry in log["nodes"] if entry["action"] in TRACED]
    assert Counter(steps) == Counter(TRACED)
    assert (steps[0], steps[-1]) == ("CANCEL_SHOWTIME", "CREATE_MOVIE")
    [me] = {entry["who"]["id"] for entry in log["nodes"] if entry["action"] in TRACED}
    mine = next(each for each in await desk.run("staff/8-staff-activity") if each["user"]["id"] == me)
    assert {each["action"]: each["count"] for each in mine["actions"] if each["action"] in TRACED} == Counter(TRACED)
    async with desk.watch("staff/9-audit-feed") as feed:
        entry = asyncio.ensure_future(after(feed))
        while not entry.done():  # until the feed has found where the log is
            await desk.run("programme/1-make-film")
            await asyncio.sleep(0.2)
    assert (entry.result()["action"], entry.result()["subject"]["__typename"]) == ("CREATE_MOVIE", "Movie")
