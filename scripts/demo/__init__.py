"""The demo cinema: fills an empty development database, and keeps two weeks of showtimes ahead of today."""

from scripts.demo.loader import extend_programme, keep_open, load
from scripts.demo.welcome import welcome

__all__ = ["extend_programme", "keep_open", "load", "welcome"]
