"""Codes of six digits: sent to an address or a phone, tried a few times, used once.

Nobody learns from an answer whether an account is there: for unknown addresses the same rows are written, and no letter goes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import clock
from adapters import Adapters
from domain.codes import TO_PHONES, CodePurpose, CodeTerms, digits_of, masked
from domain.problems import CodeRefused, NotOffered, TooSoon
from domain.tasks import SendCode
from models.codes import Code, TriedCode
from models.locks import lock_name
from resolvers.unit_of_work import Work
from settings import Settings

_NO_CODE = UUID(int=0)


@dataclass(frozen=True)
class SentCode:
    """What is told of a code on its way: where to, masked, its end, and when the next may be asked for."""

    sent_to: str
    expires_at: datetime
    resend_at: datetime


def terms(settings: Settings) -> CodeTerms:
    """The house's terms for codes."""
    return CodeTerms(
        life=timedelta(minutes=settings.code_minutes),
        attempts=settings.code_attempts,
        rest=timedelta(seconds=settings.code_resend_seconds),
        per_day=settings.codes_per_day,
    )


def check_offered(purpose: CodePurpose, adapters: Adapters) -> None:
    """Raise NotOffered where nothing could carry such a code."""
    if purpose in TO_PHONES and adapters.texts is None:
        raise NotOffered("This house sends no text messages.")
    if purpose not in TO_PHONES and adapters.mail is None:
        raise NotOffered("This house sends no e-mail.")


async def send(work: Work, purpose: CodePurpose, target: str, *, user_id: UUID | None, adapters: Adapters) -> SentCode:
    """Have a code sent, which ends the older ones; TooSoon, NotOffered.

    The task is written for everybody: whether a letter goes is decided where nobody waits for it.
    """
    check_offered(purpose, adapters)
    house = terms(adapters.settings)
    await lock_name(f"code/{purpose.value}/{target}")
    sent = list(await Code.sent(purpose, target, work.now, house.per_day))
    retry_at = house.next_at(sent, work.now)
    if retry_at > work.now:
        raise TooSoon(retry_at)
    code = await Code.create(
        created_at=work.now, purpose=purpose, target=target, user_id=user_id, expires_at=work.now + house.life
    )
    await code.supersede()
    await work.enqueue(SendCode(code.id))
    return SentCode(masked(target), code.expires_at, house.next_at([work.now, *sent], work.now))


async def prove(
    presented: str, purpose: CodePurpose, target: str, *, adapters: Adapters, user_id: UUID | None = None
) -> TriedCode:
    """The code that somebody has been sent; CodeRefused for a wrong, an old, a used and no code alike.

    The try is counted, and written down, before it is looked at: however many come at once, by aliases, batches, sockets
    or processes, no more than `CODE_ATTEMPTS` are.
    """
    most = adapters.settings.code_attempts
    tried = await Code.count_attempt(purpose, target, user_id, attempts=most, now=clock.now())
    is_right = adapters.codes.is_right(digits_of(presented), tried.id if tried else _NO_CODE, purpose, target)
    if tried is None or not is_right:
        raise CodeRefused
    return tried


async def use(work: Work, code: TriedCode) -> None:
    """Use a proved code up; CodeRefused if another call has done so first."""
    if not await Code.use(code.id, work.now):
        raise CodeRefused


async def forget_before(moment: datetime) -> int:
    """Drop codes that count for no limit any more; how many."""
    return await Code.forget_before(moment)
