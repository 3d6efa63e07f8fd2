"""What the queue sends: only what is still worth sending, in the reader's language, and never a word of it in a log."""

import logging
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

import clock
from adapters.messages import Mail, NotSent, Undeliverable
from domain.access import Role
from domain.codes import CodePurpose
from domain.notices import Notice
from domain.tasks import SendCode, SendInvitation, SendNotice, Task
from models.codes import Code
from models.staff import Invitation
from models.tasks import QueuedTask
from models.users import User
from resolvers.unit_of_work import unit_of_work
from tests.databases import Database
from tests.factories.post import Post, post_of
from tests.factories.users import make_customer, make_staff
from tests.resolvers.sale_fixtures import Later

PHONE = "+84912345678"
EMAIL = "ana@example.com"


@pytest.fixture
def post(database: Database) -> Post:
    return post_of(database.settings)


@pytest.fixture
async def ana(database: Database) -> User:
    user = await make_customer()
    user.email, user.preferences = EMAIL, {"language": "vi"}
    await user.save()
    return user


async def enqueue(task: Task) -> None:
    async with unit_of_work() as work:
        await work.enqueue(task)


async def code_to(target: str, user: User | None, purpose: CodePurpose) -> Code:
    now = clock.now()
    code = await Code.create(
        created_at=now, purpose=purpose, target=target, user=user, expires_at=now + timedelta(minutes=10)
    )
    await enqueue(SendCode(code.id))
    return code


@pytest.mark.parametrize(
    ("purpose", "subject"),
    [
        (CodePurpose.VERIFY_EMAIL, "Xác nhận địa chỉ e-mail của bạn"),
        (CodePurpose.CHANGE_EMAIL, "Xác nhận địa chỉ e-mail mới"),
        (CodePurpose.RESET_PASSWORD, "Mật khẩu mới cho Marquee"),
    ],
)
async def test_a_code_goes_out_in_the_reader_s_language(
    post: Post, ana: User, purpose: CodePurpose, subject: str
) -> None:
    code = await code_to(EMAIL, ana, purpose)
    (letter,) = await post.delivered()
    assert isinstance(letter, Mail)
    assert (letter.to, letter.subject, letter.reference) == (EMAIL, subject, str(code.id))
    assert post.adapters.codes.write(code.id, purpose, EMAIL) in letter.text


async def test_a_phone_is_written_to_in_the_language_of_whose_it_is(post: Post, ana: User) -> None:
    await code_to(PHONE, ana, CodePurpose.LINK_PHONE)
    await code_to("+84912345679", None, CodePurpose.LOG_IN_BY_PHONE)
    await User.filter(id=ana.id).update(phone="+84912345670")
    await code_to("+84912345670", None, CodePurpose.LOG_IN_BY_PHONE)
    words = [(text.to, text.text[:20]) for text in await post.delivered()]
    assert sorted(words) == [
        ("+84912345670", "Marquee: mã của bạn "),
        (PHONE, "Marquee: mã của bạn "),
        ("+84912345679", words[1][1]),
    ]
    assert "is your code" in next(text.text for text in post.texts.kept if text.to == "+84912345679")


@pytest.mark.parametrize("spoiled", ["used", "old", "tried", "newer", "nobody's", "gone"])
async def test_a_code_that_is_good_for_nothing_is_not_sent(post: Post, ana: User, later: Later, spoiled: str) -> None:
    code = await code_to(EMAIL, None if spoiled == "nobody's" else ana, CodePurpose.RESET_PASSWORD)
    if spoiled == "used":
        await Code.use(code.id, clock.now())
    elif spoiled == "old":
        later(minutes=10)
    elif spoiled == "tried":
        await Code.all().update(attempts=5)
    elif spoiled == "newer":
        later(seconds=61)
        await (await code_to(EMAIL, ana, CodePurpose.RESET_PASSWORD)).supersede()
    elif spoiled == "gone":
        await Code.all().delete()
    sent = await post.delivered()
    assert [letter.reference for letter in sent] == (
        [str((await Code.all().order_by("-created_at"))[0].id)] if spoiled == "newer" else []
    )
    assert await QueuedTask.filter(finished_at=None).count() == 0


@pytest.mark.parametrize("notice", Notice)
async def test_every_notice_has_its_letter(post: Post, ana: User, notice: Notice) -> None:
    await enqueue(SendNotice(ana.id, notice))
    await enqueue(SendNotice(ana.id, notice, "old@example.com"))
    sent = await post.delivered()
    assert [letter.to for letter in sent] == [EMAIL, "old@example.com"]
    assert sent[0].subject == sent[1].subject


async def test_who_has_no_address_is_told_by_text_message_and_who_has_nothing_not_at_all(post: Post, ana: User) -> None:
    await User.filter(id=ana.id).update(email=None, phone=PHONE)
    await enqueue(SendNotice(ana.id, Notice.PASSWORD_CHANGED))
    (text,) = await post.delivered()
    assert (text.to, text.text.startswith("Marquee: Mật khẩu")) == (PHONE, True)
    await User.filter(id=ana.id).update(phone=None)
    await enqueue(SendNotice(ana.id, Notice.PASSWORD_CHANGED))
    await enqueue(SendNotice(ana.id, Notice.ACCOUNT_DELETED, EMAIL))
    assert [message.to for message in await post.delivered()] == [EMAIL, PHONE]


async def test_who_is_forgotten_is_still_told_in_their_language(post: Post, ana: User) -> None:
    await User.filter(id=ana.id).update(email=None, preferences={})
    await enqueue(SendNotice(ana.id, Notice.ACCOUNT_DELETED, EMAIL, "vi"))
    await enqueue(SendNotice(ana.id, Notice.ACCOUNT_DELETED, EMAIL))
    first, second = await post.delivered()
    assert (first.to, second.to) == (EMAIL, EMAIL)
    assert first.subject != second.subject == "Your account has been deleted"


@pytest.mark.parametrize("state", ["open", "accepted", "withdrawn", "over"])
async def test_an_invitation_is_sent_while_it_is_open(post: Post, later: Later, state: str) -> None:
    now = clock.now()
    moment = {"accepted": {"accepted_at": now}, "withdrawn": {"withdrawn_at": now}}.get(state, {})
    invitation = await Invitation.create(
        created_at=now,
        email="sam@example.com",
        role_names=["STAFF"],
        venue_ids=[],
        invited_by=await make_staff(Role.ADMIN),
        expires_at=now + timedelta(days=7),
        **moment,
    )
    await enqueue(SendInvitation(invitation.id))
    later(days=7 if state == "over" else 6)
    sent = await post.delivered()
    assert [letter.to for letter in sent] == (["sam@example.com"] if state == "open" else [])
    for letter in sent:
        token = letter.text.split("invitation=")[1].split()[0]
        assert post.adapters.codes.read_invitation(token) == invitation.id


async def test_what_could_not_be_sent_is_sent_later_and_with_the_same_code(post: Post, ana: User, later: Later) -> None:
    code = await code_to(EMAIL, ana, CodePurpose.RESET_PASSWORD)
    post.mail.trouble = NotSent("The mail server: 451")
    with capture_logs() as lines:
        assert await post.delivered() == []
    assert [line["log_level"] for line in lines] == ["warning"]
    post.mail.trouble = None
    later(seconds=5)
    assert await post.code_for(EMAIL) == post.adapters.codes.write(code.id, code.purpose, code.target)


async def test_what_can_never_be_delivered_is_given_up(post: Post, ana: User) -> None:
    await code_to(EMAIL, ana, CodePurpose.RESET_PASSWORD)
    post.mail.trouble = Undeliverable("The mail server refused the letter with 550.")
    with capture_logs() as lines:
        assert await post.delivered() == []
    assert [(line["event"], line["log_level"]) for line in lines] == [("A letter cannot be delivered", "warning")]
    assert await QueuedTask.filter(finished_at=None).count() == 0


async def test_no_log_and_no_queue_holds_a_code_or_a_target(
    post: Post, ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    post.texts.trouble = Undeliverable("Twilio refused this number.")
    code = await code_to(EMAIL, ana, CodePurpose.RESET_PASSWORD)
    await code_to(PHONE, ana, CodePurpose.LINK_PHONE)
    await enqueue(SendNotice(ana.id, Notice.PASSWORD_CHANGED))
    with capture_logs() as lines:
        await post.delivered()
    told = f"{lines} {caplog.text} {await QueuedTask.all().values()} {await Code.all().values('id', 'purpose')}"
    digits = post.adapters.codes.write(code.id, code.purpose, code.target)
    assert not [secret for secret in (EMAIL, PHONE, f"{digits!r}", f" {digits}") if secret in told]
    assert "cannot be delivered" in told
