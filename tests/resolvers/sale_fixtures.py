"""Fixtures that the tests of the sale share: a house, a clock that can be moved, and what was announced."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

import clock
from domain.events import Event
from resolvers import unit_of_work
from settings import Settings
from tests.databases import Database
from tests.factories.sale import Sale, open_sale

Later = Callable[..., None]


@pytest.fixture
async def sale(database: Database, settings: Settings) -> Sale:
    """A house that sells, tomorrow's showtime, Ana."""
    return await open_sale(settings)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Moves the clock: `later(minutes=11)`."""

    def move(**how_much: float) -> None:
        moment: datetime = clock.now() + timedelta(**how_much)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return move


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What live watchers were told."""
    told: list[Event] = []
    monkeypatch.setattr(unit_of_work.live, "announce", told.append)
    return told
