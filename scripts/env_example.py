"""Write `.env.example` from settings/; `--check` only compares, and says what to do if they differ."""

import argparse
import json
import sys
from pathlib import Path

from pydantic.fields import FieldInfo

from settings import Settings

TARGET = Path(__file__).resolve().parent.parent / ".env.example"
HEADER = """\
# Everything an operator may set. `make env-example` writes this file from settings/.
# Copy it to .env and uncomment what differs; a real environment variable wins over .env.
"""


def example() -> str:
    """The text of `.env.example`."""
    own_first = sorted(Settings.model_fields, key=lambda name: name not in Settings.__annotations__)
    return "\n".join([HEADER, *(_entry(name, Settings.model_fields[name]) for name in own_first)])


def _entry(name: str, field: FieldInfo) -> str:
    return f"# {field.description}\n#{name.upper()}={_as_text(field.default)}\n"


def _as_text(default: object) -> str:
    return default if isinstance(default, str) else json.dumps(default)


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if not parser.parse_args().check:
        TARGET.write_text(example(), encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == example():
        return 0
    print(".env.example is not what settings/ says: run `make env-example`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
