"""The posters of the demo cinema's movies, drawn by code: `python -m scripts.demo.posters` writes web/posters."""

from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.demo.films import MOVIES
from scripts.demo.posters import (
    blue_hour,
    grandmaster_flash_fry,
    mango_season,
    midnight_at_platform_nine,
    nine_seconds_of_silence,
    orbital_waltz,
    paper_tigers_of_hang_ma,
    salt_road,
    static,
    the_cartographers_daughter,
    the_last_projectionist,
    the_understudy,
)
from scripts.demo.posters.drawing import sheet

FOLDER = Path(__file__).resolve().parents[3] / "web" / "posters"

PICTURES: Mapping[str, Callable[[], str]] = {
    "the-cartographers-daughter": the_cartographers_daughter.picture,
    "midnight-at-platform-nine": midnight_at_platform_nine.picture,
    "static": static.picture,
    "mango-season": mango_season.picture,
    "the-understudy": the_understudy.picture,
    "paper-tigers-of-hang-ma": paper_tigers_of_hang_ma.picture,
    "nine-seconds-of-silence": nine_seconds_of_silence.picture,
    "salt-road": salt_road.picture,
    "grandmaster-flash-fry": grandmaster_flash_fry.picture,
    "blue-hour": blue_hour.picture,
    "the-last-projectionist": the_last_projectionist.picture,
    "orbital-waltz": orbital_waltz.picture,
}


def posters() -> dict[str, str]:
    """The text of every poster, under the name of its file."""
    return {f"{movie.slug}.svg": sheet(movie.title, movie.description, PICTURES[movie.slug]()) for movie in MOVIES}


def write() -> None:
    """Write the posters to where they are served from."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in posters().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
