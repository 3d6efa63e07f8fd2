"""Lets a commit that enqueued a task wake this process's worker, so that nobody waits for its next look."""

from collections.abc import Callable

_listeners: set[Callable[[], None]] = set()


def listen(on_task: Callable[[], None]) -> Callable[[], None]:
    """Have `on_task` called after every commit with tasks; the returned function ends that."""
    _listeners.add(on_task)
    return lambda: _listeners.discard(on_task)


def up() -> None:
    """Tell all listeners that there is something to do."""
    for on_task in list(_listeners):
        on_task()
