"""How long a failed task waits."""

from jobs.worker import pause_after


def test_pauses_double_up_to_five_minutes() -> None:
    for attempt, seconds in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (40, 300)):
        assert seconds * 0.8 <= pause_after(attempt) <= seconds * 1.2


def test_what_has_failed_for_weeks_is_still_tried_every_five_minutes() -> None:
    assert 240 <= pause_after(100_000) <= 360
