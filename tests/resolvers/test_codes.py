"""Codes: each has five tries, one use, ten minutes, and is sent no more often than the house allows."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

import clock
from domain.codes import CodePurpose
from domain.problems import CodeRefused, NotOffered, TooSoon
from models.codes import Code, TriedCode
from models.tasks import QueuedTask
from resolvers import codes
from resolvers.codes import SentCode
from resolvers.unit_of_work import unit_of_work
from tests.databases import Database
from tests.factories.post import Post, post_of, wrong
from tests.factories.users import make_customer
from tests.resolvers.sale_fixtures import Later

RESET, BY_PHONE, LINK = CodePurpose.RESET_PASSWORD, CodePurpose.LOG_IN_BY_PHONE, CodePurpose.LINK_PHONE
PHONE = "+84912345678"


@pytest.fixture
def post(database: Database) -> Post:
    return post_of(database.settings)


async def send(
    post: Post, purpose: CodePurpose = BY_PHONE, target: str = PHONE, user_id: UUID | None = None
) -> SentCode:
    async with unit_of_work() as work:
        return await codes.send(work, purpose, target, user_id=user_id, adapters=post.adapters)


async def prove(
    post: Post, code: str, purpose: CodePurpose = BY_PHONE, target: str = PHONE, user_id: UUID | None = None
) -> TriedCode:
    return await codes.prove(code, purpose, target, adapters=post.adapters, user_id=user_id)


async def used(post: Post, code: str) -> str:
    """Prove and use a code, as every way in does; what came of it."""
    try:
        tried = await prove(post, code)
        async with unit_of_work() as work:
            await codes.use(work, tried)
    except CodeRefused:
        return "refused"
    return "used"


async def attempts() -> list[int]:
    return [code.attempts for code in await Code.all().order_by("created_at")]


async def test_a_code_that_was_sent_is_good_once(post: Post) -> None:
    told = await send(post)
    row = await Code.get()
    assert told == SentCode(
        "+84•••••••78", row.created_at + timedelta(minutes=10), row.created_at + timedelta(minutes=1)
    )
    assert (row.purpose, row.target, row.user_id, row.attempts) == (BY_PHONE, PHONE, None, 0)
    code = await post.code_for(PHONE)
    assert [await used(post, code), await used(post, code)] == ["used", "refused"]
    assert await attempts() == [1]


async def test_fifty_wrong_tries_at_once_are_five_and_then_the_right_one_is_too_late(post: Post) -> None:
    await send(post)
    code = await post.code_for(PHONE)
    outcomes = await asyncio.gather(*(used(post, wrong(code)) for _ in range(50)))
    assert Counter(outcomes) == {"refused": 50}
    assert await attempts() == [5]
    assert await used(post, code) == "refused"


async def test_the_fifth_try_may_still_be_right(post: Post) -> None:
    await send(post)
    code = await post.code_for(PHONE)
    assert [await used(post, wrong(code)) for _ in range(4)] == ["refused"] * 4
    assert await used(post, code) == "used"


async def test_of_twenty_who_have_the_code_at_once_one_uses_it(post: Post) -> None:
    roomy = post_of(post.adapters.settings.model_copy(update={"code_attempts": 10**6}))
    await send(roomy)
    code = await roomy.code_for(PHONE)
    assert Counter(await asyncio.gather(*(used(roomy, code) for _ in range(20)))) == {"used": 1, "refused": 19}


async def test_a_code_dies_after_ten_minutes(post: Post, later: Later) -> None:
    await send(post)
    code = await post.code_for(PHONE)
    later(minutes=10)
    assert await used(post, code) == "refused"
    assert await attempts() == [0]


async def test_a_code_proved_in_time_is_not_used_after_its_end(post: Post, later: Later) -> None:
    await send(post)
    tried = await prove(post, await post.code_for(PHONE))
    later(minutes=10)
    with pytest.raises(CodeRefused):
        async with unit_of_work() as work:
            await codes.use(work, tried)


async def test_a_newer_code_ends_the_older(post: Post, later: Later) -> None:
    await send(post)
    first = await post.code_for(PHONE)
    later(seconds=61)
    await send(post)
    second = await post.code_for(PHONE)
    assert [await used(post, first), await used(post, second)] == ["refused", "used"]
    assert await attempts() == [0, 2]


async def test_a_code_is_good_for_its_purpose_its_target_and_its_person_only(post: Post) -> None:
    ana, ben = await make_customer(), await make_customer("Ben")
    await send(post, LINK, PHONE, ana.id)
    code = await post.code_for(PHONE)
    for purpose, target, user_id in (
        (BY_PHONE, PHONE, None),
        (CodePurpose.CHANGE_EMAIL, PHONE, ana.id),
        (LINK, "+84912345679", ana.id),
        (LINK, PHONE, ben.id),
        (LINK, PHONE, None),
    ):
        with pytest.raises(CodeRefused):
            await prove(post, code, purpose, target, user_id)
    assert await attempts() == [0]
    assert (await prove(post, code, LINK, PHONE, ana.id)).user_id == ana.id


async def test_who_asks_for_somebody_else_s_number_ends_no_code_of_theirs(post: Post, later: Later) -> None:
    ana, ben = await make_customer(), await make_customer("Ben")
    await send(post, LINK, PHONE, ana.id)
    code = await post.code_for(PHONE)
    with pytest.raises(TooSoon):  # the number is written to once a minute, whoever asks
        await send(post, LINK, PHONE, ben.id)
    later(seconds=61)
    await send(post, LINK, PHONE, ben.id)
    assert (await prove(post, code, LINK, PHONE, ana.id)).user_id == ana.id


async def test_wrong_old_used_and_unknown_are_refused_alike(post: Post, later: Later) -> None:
    refusals = []
    await send(post)
    code = await post.code_for(PHONE)
    for presented in (wrong(code), "", "12345", "1234567", "half\ud83d", "\x00", "x" * 1_000, f"{code}0"):
        with pytest.raises(CodeRefused) as refusal:
            await prove(post, presented, target=PHONE)
        refusals.append(refusal.value)
    with pytest.raises(CodeRefused) as refusal:
        await prove(post, code, target="+84912345679")
    assert {each.message for each in [*refusals, refusal.value]} == {
        "This code is not right, or no longer good; please ask for a new one."
    }
    assert [vars(each) for each in refusals] == [vars(refusal.value)] * len(refusals)


async def test_the_next_code_waits_a_minute_and_there_are_five_in_an_hour_and_ten_a_day(
    post: Post, later: Later
) -> None:
    began = clock.now()
    made = []
    while clock.now() - began < timedelta(days=1):
        await send(post)
        made.append(round((clock.now() - began).total_seconds() / 60))
        with pytest.raises(TooSoon) as refusal:
            await send(post)
        later(seconds=(refusal.value.retry_at - clock.now()).total_seconds())
    assert made == [0, 1, 2, 3, 4, 60, 61, 62, 63, 64]
    assert await QueuedTask.all().count() == 10


async def test_of_twenty_who_ask_at_once_one_has_a_code_sent(post: Post) -> None:
    outcomes = await asyncio.gather(*(send(post) for _ in range(20)), return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {SentCode: 1, TooSoon: 19}
    assert (await Code.all().count(), await QueuedTask.all().count()) == (1, 1)
    assert len(await post.delivered()) == 1


async def test_what_cannot_be_carried_is_not_offered(post: Post) -> None:
    without_texts = replace(post, adapters=replace(post.adapters, texts=None))
    with pytest.raises(NotOffered, match="no text messages"):
        await send(without_texts)
    await send(without_texts, RESET, "ana@example.com")
    without_mail = replace(post, adapters=replace(post.adapters, mail=None))
    with pytest.raises(NotOffered, match="no e-mail"):
        await send(without_mail, RESET, "ben@example.com")
    assert await Code.all().count() == 1


async def test_a_code_that_counts_for_no_limit_is_forgotten(post: Post, later: Later) -> None:
    await send(post)
    later(hours=47)
    await send(post)
    assert await codes.forget_before(clock.now() - timedelta(days=1)) == 1
    assert await Code.all().count() == 1
