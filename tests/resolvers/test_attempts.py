"""Log-ins and registrations are counted before anything is compared, and alike for accounts that exist and that do not."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters import Adapters, adapters_from
from domain.accounts import Registration
from domain.attempts import AttemptKind
from domain.problems import InvalidCredentials
from domain.wrong_calls import RateLimited
from models.users import Session, User
from resolvers import accounts, attempts, sessions
from resolvers.sessions import Device
from tests.databases import Database
from tests.factories.users import PASSWORD, make_customer

pytestmark = pytest.mark.usefixtures("new_window")

LAPTOP = Device("A laptop", "192.0.2.8")
TABLET = Device("A tablet", "192.0.2.9")


class Comparing:
    """Passwords as they are, and how many were compared."""

    def __init__(self, adapters: Adapters) -> None:
        self._passwords = adapters.passwords
        self.compared = 0

    async def matches(self, password: str, known: str | None) -> bool:
        self.compared += 1
        return await self._passwords.matches(password, known)

    async def hash(self, password: str) -> str:
        return await self._passwords.hash(password)


@pytest.fixture
def adapters(database: Database) -> Adapters:
    limited = {"rate_limits": True, "tries_per_account": 3, "tries_per_address": 8}
    made = adapters_from(database.settings.model_copy(update=limited))
    return replace(made, passwords=Comparing(made))


async def outcome(adapters: Adapters, email: str, password: str = "wrong", device: Device = LAPTOP) -> str:
    try:
        await sessions.log_in(email, password, adapters=adapters, device=device)
    except (InvalidCredentials, RateLimited) as problem:
        return type(problem).__name__
    return "in"


async def ana(adapters: Adapters) -> str:
    return str((await make_customer(password_hash=await adapters.passwords.hash(PASSWORD))).email)


async def test_a_known_and_an_unknown_account_are_refused_after_as_many_tries(adapters: Adapters) -> None:
    for email in (await ana(adapters), "nobody@marquee.test"):
        adapters.passwords.compared = 0
        assert [await outcome(adapters, email) for _ in range(4)] == ["InvalidCredentials"] * 3 + ["RateLimited"]
        assert adapters.passwords.compared == 3


async def test_who_comes_late_is_refused_though_the_password_is_right_and_no_session_begins(adapters: Adapters) -> None:
    email = await ana(adapters)
    assert [await outcome(adapters, email) for _ in range(3)] == ["InvalidCredentials"] * 3
    with pytest.raises(RateLimited) as refused:
        await sessions.log_in(email, PASSWORD, adapters=adapters, device=LAPTOP)
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= 2 * 15 * 60
    assert await Session.all().count() == 0


async def test_a_right_password_gives_nobody_more_tries(adapters: Adapters) -> None:
    email = await ana(adapters)
    given = [await outcome(adapters, email, password) for password in ("a", PASSWORD, "b", PASSWORD)]
    assert given == ["InvalidCredentials", "in", "InvalidCredentials", "RateLimited"]


@pytest.mark.parametrize("spelling", [str.upper, str.title, "  {}\t".format])
async def test_another_spelling_is_no_other_account(adapters: Adapters, spelling: object) -> None:
    email = await ana(adapters)
    assert callable(spelling)
    given = [await outcome(adapters, each) for each in (email, spelling(email), email, spelling(email))]
    assert given[-1] == "RateLimited"
    assert adapters.passwords.compared == 3


async def test_tries_at_the_same_moment_are_no_more(adapters: Adapters) -> None:
    email = await ana(adapters)
    given = await asyncio.gather(*(outcome(adapters, email, device=Device("", "")) for _ in range(30)))
    assert (given.count("InvalidCredentials"), given.count("RateLimited")) == (3, 27)
    assert adapters.passwords.compared == 3


async def test_another_address_is_no_way_around_the_account(adapters: Adapters) -> None:
    email = await ana(adapters)
    given = [await outcome(adapters, email, device=Device("", f"192.0.2.{number}")) for number in range(5)]
    assert given.count("InvalidCredentials") == 3


async def test_one_address_does_not_try_one_account_after_the_other(adapters: Adapters) -> None:
    given = [await outcome(adapters, f"{number}@marquee.test") for number in range(10)]
    assert given == ["InvalidCredentials"] * 8 + ["RateLimited"] * 2
    assert await outcome(adapters, "0@marquee.test", device=TABLET) == "InvalidCredentials"


async def test_one_network_of_version_six_is_one_address(adapters: Adapters) -> None:
    given = [
        await outcome(adapters, f"{number}@marquee.test", device=Device("", f"2001:db8::{number:x}"))
        for number in range(10)
    ]
    assert given.count("RateLimited") == 2
    elsewhere = Device("", "2001:db8:0:1::1")
    assert await outcome(adapters, "10@marquee.test", device=elsewhere) == "InvalidCredentials"


async def test_an_address_that_may_not_try_any_more_locks_nobody_out(adapters: Adapters) -> None:
    email = await ana(adapters)
    for number in range(8):
        await outcome(adapters, f"{number}@marquee.test")
    assert [await outcome(adapters, email) for _ in range(5)] == ["RateLimited"] * 5
    assert await outcome(adapters, email, PASSWORD, TABLET) == "in"


async def test_what_is_no_address_is_counted_too(adapters: Adapters) -> None:
    given = [await outcome(adapters, "not an address \ud800", device=Device("", "")) for _ in range(4)]
    assert given == ["InvalidCredentials"] * 3 + ["RateLimited"]


async def test_registrations_of_one_address(adapters: Adapters) -> None:
    async def register(device: Device) -> None:
        wanted = Registration("Ana", f"{uuid4().hex}@marquee.test", PASSWORD)
        await accounts.register(wanted, adapters=adapters, device=device)

    for _ in range(8):
        await register(LAPTOP)
    with pytest.raises(RateLimited):
        await register(LAPTOP)
    assert await User.all().count() == 8
    await register(TABLET)
    assert await User.all().count() == 9


async def test_a_session_is_renewed_so_often_in_a_minute(adapters: Adapters) -> None:
    given = await sessions.log_in(await ana(adapters), PASSWORD, adapters=adapters, device=LAPTOP)
    token = given.refresh_token
    for _ in range(60):
        token = (await sessions.refresh(token, adapters=adapters)).refresh_token
    with pytest.raises(RateLimited):
        await sessions.refresh(token, adapters=adapters)
    assert await sessions.ended_among({(await Session.get()).id}) == set()


async def test_kinds_are_counted_apart(adapters: Adapters) -> None:
    for kind in AttemptKind:
        await attempts.check(adapters, kind, "ana@marquee.test", "192.0.2.8")


async def test_the_log_names_nobody(adapters: Adapters, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(4):
        await outcome(adapters, "ana@marquee.test")
    said = "".join(capfd.readouterr())
    assert "too_many_attempts" in said
    assert "ana@" not in said
