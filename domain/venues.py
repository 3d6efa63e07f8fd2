"""What is known of a venue and of its screens, and what of it makes sense."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from domain.checks import Checks
from domain.currencies import CURRENCIES
from domain.layouts import LayoutError, parse_layout

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 300
LONGEST_CITY: Final = 100
LONGEST_SCREEN_NAME: Final = 100


@dataclass(frozen=True)
class VenueDetails:
    """A venue as its manager describes it: all its times in one zone, all its prices in one currency."""

    name: str
    timezone: str
    currency: str
    address: str | None = None
    city: str | None = None


@dataclass(frozen=True)
class ScreenDetails:
    """A screen as its manager describes it; `layout` is a drawing."""

    name: str
    layout: str


def check_venue(wanted: VenueDetails) -> VenueDetails:
    """The details as they are kept; InvalidInput names every one that is wrong."""
    checks = Checks()
    kept = replace(
        wanted,
        name=checks.required(wanted.name, LONGEST_NAME, "name"),
        address=checks.optional(wanted.address, LONGEST_ADDRESS, "address"),
        city=checks.optional(wanted.city, LONGEST_CITY, "city"),
    )
    if wanted.timezone not in _timezones():
        checks.refuse('This is not the IANA name of a time zone, such as "Asia/Kolkata".', "timezone")
    if wanted.currency not in CURRENCIES:
        checks.refuse('This is not the ISO 4217 code of a currency, such as "INR".', "currency")
    checks.done()
    return kept


def check_screen(wanted: ScreenDetails) -> ScreenDetails:
    """The details as they are kept; InvalidInput names every one that is wrong, and the line of a drawing."""
    checks = Checks()
    kept = replace(wanted, name=checks.required(wanted.name, LONGEST_SCREEN_NAME, "name"))
    try:
        parse_layout(wanted.layout or "")
    except LayoutError as problem:
        checks.refuse(str(problem), "layout")
    checks.done()
    return kept


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime"}
