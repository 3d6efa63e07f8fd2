"""Thousands of made-up operations as everybody there is: no fault of ours, nothing that hangs, nobody else's secrets."""

import asyncio
import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import orjson
import pytest
from graphql import GraphQLError, OperationType, build_schema as schema_of

import clock
from domain.access import Actor, Role
from domain.problems import Problem
from domain.wrong_calls import WrongCall
from models.bookings import Hold
from models.users import User
from resolvers import sessions
from resolvers.service import in_place_of
from resolvers.sessions import Device
from resolvers.unit_of_work import unit_of_work
from routes.protocol import Malformed, call_from, decode
from schema.ids import global_id
from scripts.export_schema import sdl
from tests.databases import Database
from tests.factories.sale import Sale, open_sale
from tests.factories.users import actor_of, make_user, post
from tests.schema.asking import Asker, Payload, asker, codes, context_of
from tests.security.fuzz import Fuzz, Made
from tests.thoroughness import tries

logger = logging.getLogger(__name__)

MANY = tries(60, thorough=10_000)
AS_LONG_AS = 200  # operations: then the house is opened anew, for much of it may be cancelled, deleted or locked
SECONDS = 30.0
FIRST_EVENT_SECONDS = 0.3
NOWHERE = 1  # a port nobody listens on: the sandbox is asked, and does not answer
ANONYMOUS, CONCIERGE_FOR_A_CUSTOMER = "anonymous", "a concierge for a customer"
CALLERS = [ANONYMOUS, *Role, CONCIERGE_FOR_A_CUSTOMER]
SEES_NOBODY = {ANONYMOUS, Role.CUSTOMER, Role.EDITOR, CONCIERGE_FOR_A_CUSTOMER}
SDL = schema_of(sdl())


@dataclass
class House:
    """What there is to ask about, and who must not be seen."""

    sale: Sale
    ids: dict[str, list[str]]
    secrets: list[str]


@dataclass
class Finding:
    """What should not have been."""

    what: str
    made: Made
    said: object


@pytest.fixture
async def ask(database: Database) -> AsyncIterator[Asker]:
    settings = database.settings.model_copy(update={"port": NOWHERE, "hold_seats_max": 10})
    made = asker(settings)
    async with made.adapters.http:
        yield made


async def opened(database: Database, number: int) -> House:
    """A house with a stranger who has bought, holds and waits; all of whose particulars are known."""
    sale = await open_sale(database.settings)
    stranger = await make_user(Role.CUSTOMER, name=f"Quisling-{number}")
    stranger.phone = f"+8490{number:07d}"
    await stranger.save()
    await sale.hold("A1", "A2", actor=actor_of(stranger))
    booking = await sale.book("B1", "B2", actor=actor_of(stranger))
    payment = await sale.start(booking, actor=actor_of(stranger))
    rows = [("User", stranger.id), ("Showtime", sale.showtime.id), ("Booking", booking.id), ("Payment", payment.id)]
    rows += [("Movie", sale.showtime.movie_id), ("Venue", sale.showtime.venue_id), ("Screen", sale.showtime.screen_id)]
    rows += [("Hold", hold.id) for hold in await Hold.filter(user_id=stranger.id)]
    ids: dict[str, list[str]] = {}
    for kind, id in rows:
        ids.setdefault(kind, []).append(global_id(kind, id))
    ids[""] = ["", "1", "nope", "☃", str(stranger.id), global_id("Nope", stranger.id), booking.reference]
    return House(sale, ids, [str(stranger.email), stranger.name, str(stranger.phone)])


class Caller:
    """Somebody of one kind, who logs in again when their session has been ended."""

    def __init__(self, kind: str, ask: Asker, house: House) -> None:
        self._kind, self._ask, self._house = kind, ask, house
        self._token = ""
        self._rows = iter("CDEFGH")

    async def actor(self) -> Actor:
        if self._kind == ANONYMOUS:
            return Actor.anonymous()
        found = (
            await sessions.authenticate(self._token, self._ask.adapters.tokens, clock.now()) if self._token else None
        )
        if found is None:
            await self._arrive()
            found = await sessions.authenticate(self._token, self._ask.adapters.tokens, clock.now())
        assert found is not None
        return await self._acting(found.actor)

    async def _arrive(self) -> None:
        role = Role.CONCIERGE if self._kind == CONCIERGE_FOR_A_CUSTOMER else Role(self._kind)
        user = await make_user(role, name="Me")
        await post(user.id, self._house.sale.showtime.venue_id)
        self._customer = await make_user(Role.CUSTOMER, name="Mine")
        async with unit_of_work() as work:
            given = await sessions.begin(work, user, self._ask.adapters, Device("", "192.0.2.9"))
        self._token = given.access_token

        await self._buy(self._customer if self._kind == CONCIERGE_FOR_A_CUSTOMER else user)

    async def _buy(self, user: User) -> None:
        """Things of their own to ask about: a hold, a booking and its payment."""
        actor, ids, row = actor_of(user), self._house.ids, next(self._rows, None)
        ids["User"].append(global_id("User", user.id))
        if row is None:
            return
        sale = self._house.sale
        with suppress(Problem):  # somebody may have cancelled the showtime meanwhile
            ids["Hold"].append(global_id("Hold", (await sale.hold(f"{row}9", f"{row}10", actor=actor)).id))
            booking = await sale.book(f"{row}5", f"{row}6", actor=actor)
            ids["Booking"].append(global_id("Booking", booking.id))
            ids["Payment"].append(global_id("Payment", (await sale.start(booking, actor=actor)).id))

    async def _acting(self, actor: Actor) -> Actor:
        if self._kind != CONCIERGE_FOR_A_CUSTOMER:
            return actor
        try:
            return await in_place_of(actor, self._customer.id)
        except WrongCall:
            self._token = ""
            return await self.actor()


class Fuzzing:
    """Sends what was made up, as the front door would, and looks at what comes back."""

    def __init__(self, ask: Asker, caller: Caller, secrets: list[str], log: pytest.LogCaptureFixture) -> None:
        self._ask, self.caller, self._secrets, self._log = ask, caller, secrets, log
        self.findings: list[Finding] = []
        self.told: Counter[str] = Counter()

    async def send(self, made: Made) -> None:
        self._log.clear()
        try:
            async with asyncio.timeout(SECONDS):
                payload = await self._payload(made)
                text = orjson.dumps(payload).decode()
        except Malformed:
            self.told["MALFORMED"] += 1
            return
        except (Exception, asyncio.CancelledError) as fault:  # noqa: BLE001 - whatever it is, a client would have got no answer
            self._find(made, f"{type(fault).__name__} instead of an answer", repr(fault))
            return
        self.told.update(codes(payload) or ["answered"])
        if "INTERNAL" in codes(payload):
            self._find(made, "a fault of ours", payload)
        if any(secret in text for secret in self._secrets):
            self._find(made, "somebody else's secret", payload)

    async def _payload(self, made: Made) -> Payload:
        call = call_from(decode(json.dumps({"query": made.text, "variables": made.variables}).encode()))
        context = context_of(self._ask.adapters, await self.caller.actor(), None)
        calls = self._ask.calls
        try:
            operation = await calls.read(call)
            if (kept := await calls.find(operation)) is not None:
                found: Payload = orjson.loads(kept.body)
                return found
        except GraphQLError as error:
            return calls.refusal(error, "request")
        if operation.kind is not OperationType.SUBSCRIPTION:
            return await calls.answer(operation, context)
        events = calls.events(operation, context)
        try:
            async with asyncio.timeout(FIRST_EVENT_SECONDS):
                return await anext(events)
        except (TimeoutError, StopAsyncIteration):
            return {"data": None}
        finally:
            await events.aclose()

    def _find(self, made: Made, what: str, said: object) -> None:
        faults = [repr(record.exc_info[1]) for record in self._log.records if record.exc_info]
        self.findings.append(Finding(what, made, (str(said)[:600], faults)))


# graphql-core begins the fields beside one whose argument turns out wrong, and never awaits them.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", CALLERS)
async def test_made_up_operations_find_no_fault_and_no_secret(
    database: Database,
    ask: Asker,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    dice = random.Random(f"{kind} {MANY}")
    fuzz, fuzzing = Fuzz(SDL, dice), None
    secrets: list[str] = []
    told: Counter[str] = Counter()
    findings: list[Finding] = []
    for number in range(MANY):
        if number % AS_LONG_AS == 0:
            house = await opened(database, number)
            secrets += house.secrets if kind in SEES_NOBODY else []
            fuzzing = Fuzzing(ask, Caller(kind, ask, house), secrets, caplog)
            fuzzing.told, fuzzing.findings = told, findings
        assert fuzzing is not None
        await fuzzing.send(fuzz.operation(house.ids))
    logger.warning("%s: %s", kind, dict(told))  # to be read with -o log_cli=true
    assert {(each.what, str(each.said)): each for each in findings} == {}
    # It was no shadow-boxing: much of it was understood, and some of it done.
    assert told["answered"] > MANY / 20
    assert sum(told.values()) >= MANY


async def test_a_secret_and_a_fault_would_be_found(
    database: Database, ask: Asker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an administrator sees the stranger, and a resolver that breaks is noticed."""
    house = await opened(database, 0)
    fuzzing = Fuzzing(ask, Caller(Role.ADMIN, ask, house), house.secrets, caplog)
    about_them = f'{{ node(id: "{house.ids["User"][0]}") {{ ... on User {{ name email }} }} }}'
    await fuzzing.send(Made(about_them, {}, "query"))
    assert [each.what for each in fuzzing.findings] == ["somebody else's secret"]

    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("resolvers.accounts.me", broken)
    await fuzzing.send(Made("{ me { name } }", {}, "query"))
    assert [each.what for each in fuzzing.findings[1:]] == ["a fault of ours"]
    assert "broken" in str(fuzzing.findings[1].said)
