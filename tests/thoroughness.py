"""How much of what can be made up is tried: enough to catch a mistake at every commit, all of it with `THOROUGH=1`."""

import os

THOROUGH = bool(os.environ.get("THOROUGH"))


def tries(usual: int, *, thorough: int) -> int:
    """So many made-up cases, seats or rounds; the second number where somebody has asked to be thorough."""
    return thorough if THOROUGH else usual
