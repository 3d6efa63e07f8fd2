"""The demo cinema's crowd has paid for what it has: its books are like those of a real house."""

import time_machine

from adapters.passwords import Passwords
from models.payments import Capture
from resolvers.auditor import audit
from scripts import demo
from tests.databases import Database, settings_for
from tests.demo_cinema import NOW


async def test_the_books_of_the_demo_are_clean(database: Database) -> None:
    settings = settings_for(database.url).model_copy(update={"demo": True, "demo_crowd": True})
    with time_machine.travel(NOW, tick=False):
        assert await demo.load(settings, Passwords(4), NOW)
        report = await audit(NOW)
    assert report.violations == []
    assert await Capture.all().count() > 500
