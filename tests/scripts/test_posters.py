"""The demo cinema's posters: what is committed is what the code draws, and fit to be served to anybody."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from routes.pages import poster
from scripts.demo import posters
from scripts.demo.films import MOVIES, DemoMovie
from scripts.demo.posters.letters import GLYPHS, Pen, title

pytestmark = pytest.mark.once

DRAWN = posters.posters()
SVG = "{http://www.w3.org/2000/svg}"


def test_every_movie_has_a_poster_and_every_poster_a_movie() -> None:
    assert sorted(DRAWN) == sorted(f"{movie.slug}.svg" for movie in MOVIES)
    assert sorted(DRAWN) == sorted(path.name for path in posters.FOLDER.iterdir())
    assert "paper-tigers-of-hang-ma.svg" in DRAWN
    assert "the-cartographers-daughter.svg" in DRAWN


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_file_is_what_the_code_draws(name: str) -> None:
    assert (posters.FOLDER / name).read_text(encoding="utf-8") == DRAWN[name]


def test_a_second_drawing_is_the_same() -> None:
    assert posters.posters() == DRAWN


def test_writing_makes_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "FOLDER", tmp_path / "posters")
    posters.write()
    assert {path.name: path.read_text(encoding="utf-8") for path in posters.FOLDER.iterdir()} == DRAWN


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_poster_is_portrait_small_and_says_what_it_is(name: str) -> None:
    assert 6_000 <= len(DRAWN[name].encode()) <= 25_000
    root = ET.fromstring(DRAWN[name])
    [movie] = [movie for movie in MOVIES if f"{movie.slug}.svg" == name]
    assert root.attrib["viewBox"] == "0 0 600 900"
    assert root.findtext(f"{SVG}title") == movie.title
    assert root.findtext(f"{SVG}desc") == movie.description


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_poster_asks_for_nothing_and_runs_nothing(name: str) -> None:
    root = ET.fromstring(DRAWN[name])
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in {"script", "foreignObject", "image", "style", "a"}
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert "//" not in value
            if attribute.endswith("href"):
                assert value.startswith("#")
    assert "http" not in DRAWN[name].replace("http://www.w3.org/2000/svg", "", 1)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_what_is_referred_to_is_there_once(name: str) -> None:
    ids = re.findall(r' id="([^"]+)"', DRAWN[name])
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', DRAWN[name])) <= {
        pair for id in ids for pair in ((id, ""), ("", id))
    }


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_no_words_can_run_out_of_the_sheet(name: str) -> None:
    """Whatever face a machine has: every text of more than a number has a length, and lies within the sheet."""
    texts = [text for text in ET.fromstring(DRAWN[name]).iter(f"{SVG}text") if not (text.text or "").isdigit()]
    assert len(texts) >= 3
    for text in texts:
        x, length = float(text.attrib["x"]), float(text.attrib["textLength"])
        left = x - length * {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        assert left >= 20
        assert left + length <= 580
        assert 0 < float(text.attrib["y"]) <= 890


@pytest.mark.parametrize("text", ["STATIC", "OF HÀNG MÃ", "THE CARTOGRAPHER’S"])
def test_drawn_letters_fill_their_box_to_the_pixel(text: str) -> None:
    d = title(text, (40, 100), (520, 60), Pen(8, 10, 30))
    xs = [float(x) for x in re.findall(r"[MLC ](-?[\d.]+) -?[\d.]+", re.sub(r"A[\d.]+ [\d.]+ 0 [01] [01] ", "L", d))]
    assert min(xs) >= 40 - 12  # the bow of a curve's handle may reach further than the curve
    assert max(xs) <= 556.1
    assert d.count("M") == sum(GLYPHS[letter].line.count("M") for letter in text if letter != " ")


def test_letters_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        title("GRANDMASTER", (0, 0), (80, 60), Pen(8, 10))


@pytest.mark.parametrize("movie", MOVIES, ids=lambda movie: movie.slug)
def test_a_poster_is_served_where_its_movie_says(movie: DemoMovie) -> None:
    served = poster(movie.poster_url.removeprefix("/posters/").removesuffix(".svg"))
    assert (served.status_code, served.media_type) == (200, "image/svg+xml")
