"""Phones: a way in by itself, and one more way into an account."""

from dataclasses import dataclass
from uuid import uuid4

from adapters import Adapters
from adapters.phones import normal_phone
from domain.access import Actor
from domain.accounts import WayIn, normal_name
from domain.attempts import AttemptKind
from domain.codes import CodePurpose
from domain.notices import Notice
from domain.problems import FieldProblem, InvalidInput, PhoneTaken
from domain.tasks import SendNotice
from domain.traces import Trace
from models.codes import Code
from models.locks import lock_row
from models.users import User
from resolvers import attempts, codes, passwords, sessions
from resolvers.codes import SentCode
from resolvers.sessions import Device, LoggedIn
from resolvers.unit_of_work import unit_of_work

NO_PHONE = "This is not the number of a mobile phone; with the country's prefix it reads like +84912345678."
NO_NAME = "There is no account with this number yet: please say what you want to be called."


@dataclass(frozen=True)
class Written:
    """A phone number as somebody wrote it; `region` is the country of one without a prefix."""

    number: str
    region: str | None = None


async def request_code(phone: Written, *, adapters: Adapters, device: Device) -> SentCode:
    """Send a code to log in with; a number without an account is answered, and written to, like any other."""
    kept = _number(phone)
    await attempts.check(adapters, AttemptKind.REQUEST_CODE, None, device.address)
    async with unit_of_work() as work:
        return await codes.send(work, CodePurpose.LOG_IN_BY_PHONE, kept, user_id=None, adapters=adapters)


async def log_in(
    phone: Written,
    code: str,
    name: str | None,
    *,
    adapters: Adapters,
    device: Device,
    second_factor: str | None = None,
) -> LoggedIn:
    """Begin a session with a code sent to a phone; who has no account gets one, under this name.

    InvalidInput asks for the name, and leaves the code as good as it was.
    """
    kept = _number(phone)
    await attempts.check(adapters, AttemptKind.TRY_CODE, kept, device.address)
    tried = await codes.prove(code, CodePurpose.LOG_IN_BY_PHONE, kept, adapters=adapters)
    user, called = await User.get_or_none(phone=kept), normal_name(name or "")
    if user is None and called is None:
        await Code.give_back(tried.id)
        raise InvalidInput([FieldProblem(("name",), NO_NAME)])
    async with unit_of_work() as work:
        user = user or await User.open_for(uuid4(), called or "", None, kept, work.now) or await User.get(phone=kept)
        logged_in = await sessions.begin(work, user, adapters, device, WayIn.PHONE, second_factor)
        await codes.use(work, tried)  # last: whoever mistypes the second factor still has the code
    return logged_in


async def request_link(actor: Actor, phone: Written, password: str | None, *, adapters: Adapters) -> SentCode:
    """Send a code to a number the person would like to log in with; a taken one is answered like any other.

    RateLimited for who writes to one number after the other.
    """
    user = await passwords.person(actor)
    kept = _number(phone)
    await passwords.confirm(actor, user, password, adapters, fresh_will_do=True)
    await attempts.check(adapters, AttemptKind.REQUEST_CODE, str(user.id), actor.address)
    async with unit_of_work() as work:
        return await codes.send(work, CodePurpose.LINK_PHONE, kept, user_id=user.id, adapters=adapters)


async def link(actor: Actor, phone: Written, code: str, *, adapters: Adapters) -> User:
    """Make a number that of the account, in the place of the one before; PhoneTaken is said after the proof only."""
    user = await passwords.person(actor)
    kept = _number(phone)
    tried = await codes.prove(code, CodePurpose.LINK_PHONE, kept, user_id=user.id, adapters=adapters)
    async with unit_of_work() as work:
        await codes.use(work, tried)
        user = await lock_row(User, user.id)
        before, user.phone = user.phone, kept
        if not await user.save_unless_taken("phone"):
            raise PhoneTaken
        await work.enqueue(SendNotice(user.id, Notice.PHONE_LINKED))
        await work.record(actor, Trace("LINK_PHONE", "User", user.id, None, {"phone": before}, {"phone": kept}))
    return user


def _number(phone: Written) -> str:
    kept = normal_phone(phone.number, phone.region)
    if kept is None:
        raise InvalidInput([FieldProblem(("phone",), NO_PHONE)])
    return kept
