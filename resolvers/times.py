"""What time it is here."""

from datetime import datetime

import clock


def now() -> datetime:
    """The server's time, in UTC."""
    return clock.now()
