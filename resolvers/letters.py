"""What the queue sends to people: codes, notices of what happened to their account, invitations to join the staff."""

import structlog

import clock
from adapters import Adapters
from adapters.messages import Mail, Mailer, Text, Texter, Undeliverable
from domain.codes import TO_PHONES, CodePurpose
from domain.tasks import SendCode, SendInvitation, SendNotice
from models.codes import Code
from models.staff import Invitation
from models.users import User
from resolvers import codes

log = structlog.get_logger(__name__)


async def send_code(task: SendCode, adapters: Adapters) -> None:
    """Send a code while it is good for anything; who has no account is written to only where a code would make one."""
    code = await Code.get_or_none(id=task.code_id)
    if code is None or not code.is_good(codes.terms(adapters.settings), clock.now()):
        return
    user = await _reader_of(code)
    if user is None and code.purpose is not CodePurpose.LOG_IN_BY_PHONE:
        return
    digits = adapters.codes.write(code.id, code.purpose, code.target)
    language = _language(user)
    if code.purpose in TO_PHONES:
        await _text(adapters.texts, Text(code.target, adapters.letters.code_text(digits, language)))
        return
    letter = adapters.letters.of_code(code.target, code.purpose, digits, language=language, reference=str(code.id))
    await _mail(adapters.mail, letter)


async def send_notice(task: SendNotice, adapters: Adapters) -> None:
    """Tell a person what has happened to their account, by mail if they have an address, else by text message."""
    user = await User.get_or_none(id=task.user_id)
    to, language = task.to or (user.email or user.phone if user else None), task.language or _language(user)
    if not to:
        return
    if "@" in to:
        await _mail(adapters.mail, adapters.letters.of_notice(to, task.notice, language=language))
    else:
        await _text(adapters.texts, Text(to, adapters.letters.notice_text(task.notice, language)))


async def send_invitation(task: SendInvitation, adapters: Adapters) -> None:
    """Ask somebody to join the staff, unless they have, or are no longer wanted."""
    invitation = await Invitation.get_or_none(id=task.invitation_id)
    if invitation is None or invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at <= clock.now():
        return
    language = _language(await User.get_or_none(email=invitation.email))
    token = adapters.codes.write_invitation(invitation.id)
    letter = adapters.letters.of_invitation(invitation.email, token, language=language, reference=str(invitation.id))
    await _mail(adapters.mail, letter)


async def _reader_of(code: Code) -> User | None:
    if code.purpose is CodePurpose.LOG_IN_BY_PHONE:
        return await User.get_or_none(phone=code.target)
    return await User.get_or_none(id=code.user_id) if code.user_id else None


def _language(user: User | None) -> str:
    return user.language if user else "en"


async def _mail(mailer: Mailer | None, letter: Mail) -> None:
    if mailer is None:
        return
    try:
        await mailer.send(letter)
    except Undeliverable as reason:
        log.warning("A letter cannot be delivered", reason=str(reason), reference=letter.reference)


async def _text(texter: Texter | None, text: Text) -> None:
    if texter is None:
        return
    try:
        await texter.send(text)
    except Undeliverable as reason:
        log.warning("A text message cannot be delivered", reason=str(reason))
