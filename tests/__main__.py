"""All tests on both pairs of services: `python -m tests [pytest arguments]`."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BACKENDS = ("sqlite", "postgres")
NOTHING_COLLECTED = 5
RAN_ON = "ran-on"
# Most tests wait, for servers, databases or browsers: one worker more than there are cores.
WORKERS = str(min(4, (os.cpu_count() or 2) + 1))

# Tests that measure time or need the whole machine are marked `alone` and get it to themselves, after the others.
TURNS = (("-n", WORKERS, "-m", "not alone"), ("-m", "alone"))


def run(backend: str, turn: Sequence[str], arguments: Sequence[str], directory: Path) -> int:
    """One run of pytest in a process of its own; what one has compiled serves the next, whatever this machine keeps."""
    command = [sys.executable, "-m", "pytest", "--backend", backend, f"--ran-on={directory / RAN_ON}"]
    compiled = {"PYTHONPYCACHEPREFIX": str(directory / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([*command, *turn, *arguments], env=os.environ | compiled, check=False).returncode


def verdict_of(outcomes: Sequence[int]) -> int:
    """The worst outcome; a turn may have nothing to do, but not all of them."""
    did_something = [outcome for outcome in outcomes if outcome != NOTHING_COLLECTED]
    return max(did_something, default=NOTHING_COLLECTED)


def main(arguments: Sequence[str]) -> int:
    """Run everything, whatever fails on the way, and end with what it ran on."""
    lines: list[str] = []
    everything: list[int] = []
    with tempfile.TemporaryDirectory(prefix="marquee-tests-") as created:
        directory = Path(created)
        ran_on = directory / RAN_ON
        for backend in BACKENDS:
            began = time.monotonic()
            ran_on.write_text(backend)
            outcomes = [run(backend, turn, arguments, directory) for turn in TURNS]
            verdict = "FAILED" if verdict_of(outcomes) else "passed"
            lines.append(f"{verdict} on {ran_on.read_text()} in {time.monotonic() - began:.0f} s")
            everything += outcomes
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    return verdict_of(everything)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
