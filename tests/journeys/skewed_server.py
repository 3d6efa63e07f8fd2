"""The server on a machine whose clock is wrong: `skewed_server.py SECONDS`."""

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import clock
import server

SKEW = timedelta(seconds=float(sys.argv.pop(1)))
TRUE = clock.system

clock.system = lambda: TRUE() + SKEW

if __name__ == "__main__":
    sys.exit(server.main())
