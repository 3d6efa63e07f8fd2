"""Open websockets learn of their session's end, wherever it was ended."""

from collections.abc import Collection
from uuid import UUID, uuid4

import pytest

from subscriptions import sessions

pytestmark = pytest.mark.once


def test_every_watcher_of_a_session_is_told_once_of_its_end() -> None:
    mine, other, told = uuid4(), uuid4(), []
    sessions.watch(mine, lambda: told.append("one"))
    sessions.watch(mine, lambda: told.append("two"))
    unwatch = sessions.watch(other, lambda: told.append("other"))
    sessions.ended(mine)
    sessions.ended(mine)
    assert told == ["one", "two"]
    assert sessions.watched() == {other}
    unwatch()


def test_who_has_left_is_not_told() -> None:
    mine, told = uuid4(), []
    stays = sessions.watch(mine, lambda: told.append("stays"))
    leaves = sessions.watch(mine, lambda: told.append("leaves"))
    leaves()
    leaves()
    sessions.ended(mine)
    assert told == ["stays"]
    stays()


def test_nothing_is_left_of_watchers_that_have_gone() -> None:
    before = sessions.watched()
    unwatch = sessions.watch(uuid4(), lambda: None)
    assert len(sessions.watched()) == len(before) + 1
    unwatch()
    assert sessions.watched() == before
    assert set(sessions._watchers) == before


def test_a_watcher_may_leave_while_it_is_told() -> None:
    mine, told = uuid4(), []
    leave = sessions.watch(mine, lambda: (told.append("left"), leave())[0])
    sessions.watch(mine, lambda: told.append("second"))
    sessions.ended(mine)
    assert told == ["left", "second"]


def test_a_broken_watcher_keeps_no_other_in_the_dark(caplog: pytest.LogCaptureFixture) -> None:
    mine, told = uuid4(), []

    def broken() -> None:
        raise RuntimeError("torn")

    sessions.watch(mine, broken)
    sessions.watch(mine, lambda: told.append("told"))
    sessions.ended(mine)
    assert told == ["told"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_ends_elsewhere_are_found_by_asking() -> None:
    here, gone, asked, told = uuid4(), uuid4(), [], []
    unwatch = sessions.watch(here, lambda: told.append(here))
    sessions.watch(gone, lambda: told.append(gone))

    async def find_ended(session_ids: Collection[UUID]) -> set[UUID]:
        asked.append(set(session_ids))
        return {gone}

    await sessions.check(find_ended)
    await sessions.check(find_ended)
    assert asked == [{here, gone}, {here}]
    assert told == [gone]
    unwatch()


async def test_nobody_is_asked_for_nothing() -> None:
    async def find_ended(session_ids: Collection[UUID]) -> set[UUID]:
        raise AssertionError(session_ids)

    assert not sessions.watched()
    await sessions.check(find_ended)


def test_only_so_many_ends_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_gone", {})
    monkeypatch.setattr(sessions, "REMEMBERED", 2)
    first, second, third = uuid4(), uuid4(), uuid4()
    for session_id in (first, second, third):
        sessions.ended(session_id)
    assert [sessions.has_ended(session_id) for session_id in (first, second, third)] == [False, True, True]
