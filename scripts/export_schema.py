"""Write schema.graphql from the code, or with --check say whether it is what the code says."""

import sys
from pathlib import Path

from schema import build_schema
from settings import Settings

FILE = Path(__file__).resolve().parent.parent / "schema.graphql"


def sdl() -> str:
    """The schema as text."""
    return build_schema(Settings(_env_file=None)).as_str() + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the file."""
    if "--check" not in arguments:
        FILE.write_text(sdl())
        return 0
    if FILE.exists() and FILE.read_text() == sdl():
        return 0
    print("schema.graphql is not what the code says: run `make schema` and read the diff.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
