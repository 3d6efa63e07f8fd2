"""The picture of a ticket's code: every module where it belongs, whatever draws it."""

import re
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
import segno

from adapters.qr import QUIET_ZONE, QrPictures, picture
from adapters.ticket_codes import TicketCodes
from domain.tickets import TicketClaim
from tests.databases import settings_for

pytestmark = pytest.mark.once

SVG = "{http://www.w3.org/2000/svg}"
CODES = TicketCodes(settings_for("sqlite://unused"))


def code(number: int, seat: str = "F7") -> str:
    return CODES.sign(TicketClaim(UUID(int=number), UUID(int=1), seat))


def shown(svg: str) -> list[list[bool]]:
    """The modules that somebody sees who looks at the picture, painted one rectangle after the other."""
    root = ET.fromstring(svg)
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    modules = [[False] * width for _ in range(height)]
    for path in root.findall(f"{SVG}path"):
        dark = {"#000": True, "#fff": False}[path.attrib["fill"]]
        painted = re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)(?:h-\d+|H0)z", path.attrib["d"])
        assert "".join(re.sub(r"M\d+ \d+h\d+v\d+(h-\d+|H0)z", "", path.attrib["d"])) == ""
        for left, top, wide, high in (map(int, each) for each in painted):
            for y in range(top, top + high):
                modules[y][left : left + wide] = [dark] * wide
    return modules


@pytest.mark.parametrize("number", range(20))
def test_it_shows_the_very_modules_of_the_code(number: int) -> None:
    text = code(number, f"F{number}")
    wanted = segno.make_qr(text, error="m", boost_error=False)
    assert (wanted.mode, wanted.error) == ("alphanumeric", "M")
    modules = shown(picture(text))
    inner = [row[QUIET_ZONE:-QUIET_ZONE] for row in modules[QUIET_ZONE:-QUIET_ZONE]]
    assert inner == [[bool(module) for module in row] for row in wanted.matrix]


def test_nothing_is_dark_in_the_quiet_zone() -> None:
    modules = shown(picture(code(1)))
    edges = range(len(modules))
    zone = [(y, x) for y in edges for x in edges if min(y, x, len(modules) - 1 - y, len(modules) - 1 - x) < QUIET_ZONE]
    assert QUIET_ZONE == 4
    assert not any(modules[y][x] for y, x in zone)
    assert modules[QUIET_ZONE][QUIET_ZONE]


def test_it_has_no_size_of_its_own_and_nothing_that_a_strict_policy_refuses() -> None:
    svg = picture(code(1))
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert not {"width", "height", "style", "class"} & set(root.attrib)
    assert {element.tag for element in root.iter()} == {f"{SVG}svg", f"{SVG}path"}
    assert len(svg) < 16_000


def test_what_would_need_a_larger_code_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        picture("lower case is no ticket code")


async def test_a_code_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = segno.make_qr
    monkeypatch.setattr(segno, "make_qr", lambda text, **options: drawn.append(text) or real(text, **options))
    pictures = QrPictures()
    first, second = code(1), code(2)
    assert await pictures.of(first) == await pictures.of(first) == picture(first)
    assert await pictures.of(second) != await pictures.of(first)
    assert drawn == [first, first, second]  # once remembered, once by `picture`
