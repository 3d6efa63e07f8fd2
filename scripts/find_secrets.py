"""Look for secrets in the files of this tree, as `make check` does; known_secrets.toml names those that are none."""

import hashlib
import math
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ALLOWED: Final = "scripts/known_secrets.toml"
LARGEST: Final = 2_000_000  # bytes; what is larger is no source
SHORTEST: Final = 16
ENTROPY: Final = 3.2  # bits a character: words and sentences have less, what is drawn at random has more

# What a key of each kind looks like, where its maker gives it a form that is nothing else's.
KINDS: Final = {
    "a Stripe key": r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "a webhook secret of Stripe's": r"\bwhsec_[A-Za-z0-9+/=]{24,}",
    "a Razorpay key": r"\brzp_(?:live|test)_[A-Za-z0-9]{14}\b",
    "an AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}",
    "a Google key": r"\bAIza[A-Za-z0-9_-]{35}|\bGOCSPX-[A-Za-z0-9_-]{20,}",
    "a Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a Twilio key": r"\b(?:AC|SK)[0-9a-f]{32}\b",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
    "a JSON web token": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "a password in an address": r"\b[a-z][a-z0-9+]*://[^\s/:@'\"{}<>$]*:(?P<value>(?!(?i:password)@)[^\s/:@'\"{}<>$]{6,})@",
}
# A value that its name calls a secret, and that looks as if it had been drawn at random.
NAMED: Final = re.compile(
    r"(?i:secret|token|passw(?:or)?d|api_?key|private_?key|hash_?key|signing_?key|credential|(?<![a-z])key)\w*"
    r"[\"']?\s*(?::\s*\w+\s*)?[:=]\s*(?:[bfr]?[\"'](?P<quoted>[^\"'\s]{16,200})[\"']|(?P<bare>[A-Za-z0-9+/_=-]{16,200})\s*$)",
    re.MULTILINE,
)
_FORMS: Final = re.compile("|".join(f"(?P<k{place}>{form})" for place, form in enumerate(KINDS.values())))
_RANDOM: Final = re.compile(r"[A-Za-z0-9+/_=.-]+")


@dataclass(frozen=True)
class Found:
    """Something in a file that looks like a secret."""

    path: str
    line: int
    kind: str
    value: str

    @property
    def fingerprint(self) -> str:
        """What names the value without telling it."""
        return hashlib.sha256(self.value.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        """Where it is and how it begins, for people; the rest of it stays where it is."""
        return f"{self.path}:{self.line}: {self.kind} ({self.value[:6]}…), fingerprint {self.fingerprint}"


def secrets_in(path: str, text: str) -> Iterator[Found]:
    """Whatever looks like a secret in a file's text, each once a line."""
    for kind, start, value in sorted(set(_matches(text)), key=lambda each: each[1]):
        yield Found(path, text.count("\n", 0, start) + 1, kind, value)


def _matches(text: str) -> Iterator[tuple[str, int, str]]:
    names, taken = list(KINDS), []
    for found in _FORMS.finditer(text):
        place = next(place for place in range(len(names)) if found[f"k{place}"] is not None)
        value = found["value"] if found["value"] is not None else found[0]
        taken.append(value)
        yield names[place], found.start(), value
    for found in NAMED.finditer(text):
        value = found["quoted"] or found["bare"]
        if looks_random(value) and not any(value in other or other in value for other in taken):
            yield "a random value with the name of a secret", found.start(), value


def looks_random(value: str) -> bool:
    """Whether a value may have been drawn at random: long, of letters and digits both, and without a pattern."""
    if len(value) < SHORTEST or not _RANDOM.fullmatch(value) or not re.search(r"\d", value):
        return False
    if (
        value.startswith("/")
        or not re.search(r"[A-Za-z]", value)
        or re.fullmatch(r"[a-z]+(?:[_.-][a-z0-9]{1,12})+", value)
    ):
        return False
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts) >= ENTROPY


def files(root: Path) -> list[str]:
    """The files that git knows, or all of them where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # whichever git the developer has
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        return sorted(name for name in listed.stdout.decode().split("\0") if name)
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def search(root: Path, names: Iterable[str]) -> list[Found]:
    """All that looks like a secret in these files."""
    found: list[Found] = []
    for name in names:
        path = root / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            raw = path.read_bytes()
            if b"\0" not in raw[:8_000]:
                found += secrets_in(name, raw.decode(errors="replace"))
    return found


def allowed(root: Path) -> dict[tuple[str, str], str]:
    """What may stay, by file and fingerprint, and why."""
    file = root / ALLOWED
    entries = tomllib.loads(file.read_text()).get("known", []) if file.exists() else []
    return {(entry["path"], entry["fingerprint"]): entry["reason"] for entry in entries}


def complaints(root: Path) -> list[str]:
    """What is wrong: secrets that nobody has allowed, and permissions that nothing needs, or that say no reason."""
    found, known = search(root, files(root)), allowed(root)
    wrong = [str(each) for each in found if (each.path, each.fingerprint) not in known]
    needed = {(each.path, each.fingerprint) for each in found}
    wrong += [
        f"{ALLOWED}: {path} has nothing with the fingerprint {mark}"
        for path, mark in known
        if (path, mark) not in needed
    ]
    return wrong + [f"{ALLOWED}: say why {path} may have it" for (path, _), why in known.items() if len(why) < SHORTEST]


def main() -> int:
    """Say what is wrong; 1 if anything is."""
    wrong = complaints(ROOT)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        print(f"A secret in a file is no secret: replace it, or say in {ALLOWED} why it is none.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
