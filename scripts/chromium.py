"""The browser of this machine, for tests, measurements and photographs."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_chromium() -> str | None:
    """Where Chromium, or Chrome, is installed; None if it is not."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
