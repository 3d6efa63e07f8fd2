"""The demo cinema's twelve movies, all invented."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class DemoMovie:
    """A movie; it opens and closes so many days from the day the demo is made."""

    title: str
    description: str
    runtime_minutes: int
    genres: tuple[str, ...]
    age_restriction: int | None = None
    opens_in: int | None = -20
    closes_in: int | None = None

    @property
    def slug(self) -> str:
        """The title as part of an address: "paper-tigers-of-hang-ma"."""
        letters = unicodedata.normalize("NFD", self.title.lower()).encode("ascii", "ignore").decode()
        return "-".join(re.findall(r"[a-z]+", letters.replace("'", "")))

    @property
    def poster_url(self) -> str:
        """Where its poster is: drawn by scripts/demo/posters, served by this server."""
        return f"/posters/{self.slug}.svg"


MOVIES = (
    DemoMovie(
        "The Cartographer's Daughter",
        "A mapmaker dies with one island missing from every chart. His daughter sails to find out why he left it out.",
        128,
        ("Adventure", "Drama"),
    ),
    DemoMovie(
        "Midnight at Platform Nine",
        "Two strangers miss the last train and have until dawn to decide whether they ever wanted to catch it.",
        104,
        ("Romance", "Drama"),
    ),
    DemoMovie(
        "Static",
        "A radio operator at the end of the world answers a call that was sent forty years ago.",
        117,
        ("Science Fiction", "Thriller"),
        16,
    ),
    DemoMovie(
        "Mango Season",
        "Three sisters inherit an orchard, a debt and a cook who refuses to leave.",
        111,
        ("Comedy", "Family"),
    ),
    DemoMovie(
        "The Understudy",
        "She knows every line of the play. On opening night, she begins to know what happens after it.",
        99,
        ("Horror", "Mystery"),
        18,
    ),
    DemoMovie(
        "Paper Tigers of Hàng Mã",
        "A lantern-maker's paper animals wake for one night a year, and this year they will not go back to sleep.",
        92,
        ("Animation", "Family"),
    ),
    DemoMovie(
        "Nine Seconds of Silence",
        "A sound engineer hears a crime in the pause of a live recording.",
        122,
        ("Crime", "Thriller"),
        16,
    ),
    DemoMovie(
        "Salt Road",
        "Four drivers, one convoy and eleven hundred kilometres of desert that somebody has bought.",
        135,
        ("Action", "Drama"),
        12,
    ),
    DemoMovie(
        "Grandmaster Flash Fry",
        "The quietest chess champion in the country enters the loudest cooking contest on television.",
        96,
        ("Comedy",),
    ),
    DemoMovie(
        "Blue Hour",
        "A documentary about the forty minutes a day when the city belongs to those who clean it.",
        84,
        ("Documentary",),
    ),
    DemoMovie(
        "The Last Projectionist",
        "Before the multiplex opens, an old man runs his final reel for an audience of everyone he ever knew.",
        108,
        ("Drama",),
        opens_in=18,
    ),
    DemoMovie(
        "Orbital Waltz",
        "Two stations, one orbit, and a dance that has to be perfect to the centimetre.",
        119,
        ("Science Fiction", "Romance"),
        opens_in=-90,
        closes_in=-8,
    ),
)
