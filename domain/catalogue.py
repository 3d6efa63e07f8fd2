"""The parts of the catalogue: what is shown to everybody alike, and changed only by those who keep it."""

from typing import Final

MOVIES: Final = "movies"
VENUES: Final = "venues"  # and their screens
SHOWTIMES: Final = "showtimes"
