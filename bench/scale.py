"""How large a run is: BENCH_SCALE=0.01 makes each crowd and each series a hundredth, to see that everything works."""

import os

SCALE = float(os.environ.get("BENCH_SCALE", "1"))


def scaled(count: int, least: int = 1) -> int:
    """So many in a run of this scale."""
    return max(least, round(count * SCALE))
