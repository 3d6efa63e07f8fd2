"""The layers, the house rules and what may be named where, read from the source itself."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import (
    BELOW,
    REGISTRIES,
    ROOT,
    RULES,
    Source,
    asks_only_where_it_may,
    has_a_docstring,
    imports_at_the_top,
    keeps_libraries_in_their_place,
    keeps_rows_out_of_the_schema,
    keeps_the_domain_plain,
    looks_only_down,
    names_of_this_machine,
    stays_short,
)
from tests.import_circles import circles

pytestmark = pytest.mark.once


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git clone")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def sources() -> list[Source]:
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix == ".py"
    ]


@pytest.fixture(scope="module")
def written() -> list[Source]:
    return sources()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file(rule: Callable[[Source], Iterator[str]], written: list[Source]) -> None:
    assert [f"{source.path}:{complaint}" for source in written for complaint in rule(source)] == []


def test_no_module_needs_itself(written: list[Source]) -> None:
    assert circles(written) == []


def test_every_folder_is_a_known_layer(written: list[Source]) -> None:
    assert {source.layer for source in written} - set(BELOW) <= {"tests", "migrations", "bench"}


def test_no_file_names_a_registry_or_this_machine() -> None:
    found = {}
    for path in tracked():
        text = path.read_bytes().decode(errors="ignore")
        if names := names_of_this_machine(text):
            found[path.relative_to(ROOT).as_posix()] = names
    assert found == {}


# Each rule, shown a file that breaks it.

LONG_FUNCTION = "def f():\n" + "    f()\n" * 30


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (looks_only_down, "domain/holds.py", "from models import Hold"),
        (looks_only_down, "domain/holds.py", "import clock"),
        (looks_only_down, "models/holds.py", "from resolvers import holds"),
        (looks_only_down, "adapters/cache.py", "import models.holds"),
        (looks_only_down, "jobs/worker.py", "from schema.holds import Hold"),
        (looks_only_down, "routes/health.py", "from jobs import worker"),
        (looks_only_down, "resolvers/holds.py", "def f():\n    from schema import holds"),
        (looks_only_down, "models/holds.py", "from .base import Row"),
        (keeps_libraries_in_their_place, "resolvers/holds.py", "import strawberry"),
        (keeps_libraries_in_their_place, "routes/webhooks.py", "from strawberry.types import Info"),
        (keeps_libraries_in_their_place, "schema/holds.py", "from starlette.requests import Request"),
        (keeps_libraries_in_their_place, "resolvers/holds.py", "from tortoise.expressions import Q"),
        (keeps_libraries_in_their_place, "models/holds.py", "from tortoise.transactions import in_transaction"),
        (keeps_libraries_in_their_place, "schema/holds.py", "import broadcaster"),
        (keeps_libraries_in_their_place, "subscriptions/live.py", "import redis.asyncio as redis"),
        (keeps_libraries_in_their_place, "adapters/passwords.py", "import jwt"),
        (keeps_libraries_in_their_place, "resolvers/second_factors.py", "import pyotp"),
        (keeps_libraries_in_their_place, "resolvers/accounts.py", "import bcrypt"),
        (keeps_libraries_in_their_place, "schema/tickets.py", "import segno"),
        (keeps_libraries_in_their_place, "resolvers/holds.py", "from subscriptions import live"),
        (keeps_libraries_in_their_place, "schema/holds.py", "from subscriptions.live import announce"),
        (keeps_the_domain_plain, "domain/holds.py", "import pydantic"),
        (keeps_the_domain_plain, "domain/holds.py", "import asyncio"),
        (keeps_the_domain_plain, "domain/holds.py", "async def f(): ..."),
        (keeps_rows_out_of_the_schema, "schema/holds.py", "from models import Hold"),
        (imports_at_the_top, "schema/holds.py", "def f():\n    import os"),
        (imports_at_the_top, "tests/x.py", "class A:\n    async def f(self):\n        from os import path"),
        (asks_only_where_it_may, "server.py", "import os\nos.environ['PORT']"),
        (asks_only_where_it_may, "server.py", "from os import environ"),
        (asks_only_where_it_may, "server.py", "import os\nos.getenv('PORT')"),
        (asks_only_where_it_may, "models/x.py", "from datetime import datetime\ndatetime.now()"),
        (asks_only_where_it_may, "models/x.py", "import datetime\ndatetime.datetime.now()"),
        (asks_only_where_it_may, "models/x.py", "import datetime\ndatetime.date.today()"),
        (asks_only_where_it_may, "models/x.py", "import time\ntime.time()"),
        (stays_short, "models/x.py", "x = 1\n" * 251),
        (stays_short, "models/x.py", LONG_FUNCTION),
        (stays_short, "bench/x.py", LONG_FUNCTION.replace("def", "async def")),
        (has_a_docstring, "models/x.py", "x = 1"),
    ],
)
def test_a_rule_bites(rule: Callable[[Source], Iterator[str]], path: str, text: str) -> None:
    assert len(list(rule(Source(path, text)))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (looks_only_down, "domain/holds.py", "from domain.problems import HoldExpired"),
        (looks_only_down, "resolvers/holds.py", "import clock\nfrom models import Hold\nfrom domain.holds import f"),
        (looks_only_down, "tests/x.py", "import schema"),
        (keeps_libraries_in_their_place, "models/holds.py", "from tortoise import fields"),
        (keeps_libraries_in_their_place, "adapters/x.py", "import redistribution"),
        (keeps_the_domain_plain, "domain/x.py", "from datetime import datetime\nfrom domain import holds"),
        (keeps_rows_out_of_the_schema, "schema/x.py", "if TYPE_CHECKING:\n    from models import Hold"),
        (asks_only_where_it_may, "models/x.py", "import clock\nclock.now()\nself.time.monotonic()"),
        (stays_short, "tests/x.py", LONG_FUNCTION),
        (stays_short, "models/x.py", "def f():\n" + "    f()\n" * 29),
    ],
)
def test_a_rule_lets_the_good_pass(rule: Callable[[Source], Iterator[str]], path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []


def test_a_circle_is_found() -> None:
    there_and_back = [
        Source("resolvers/a.py", "from resolvers import b"),
        Source("resolvers/b.py", "import resolvers.c"),
        Source("resolvers/c.py", "from resolvers.a import place"),
        Source("resolvers/d.py", "from resolvers import a"),
    ]
    assert circles(there_and_back) == ["resolvers.a -> resolvers.b -> resolvers.c -> resolvers.a"]


def test_a_circle_of_types_is_none() -> None:
    types_only = Source("schema/b.py", "if TYPE_CHECKING:\n    from schema import a")
    assert circles([Source("schema/a.py", "from schema import b"), types_only]) == []


@pytest.mark.parametrize(
    "name", [*REGISTRIES, "/" + "root/x", "/" + "work/main/x", "/" + "home/ana/x", ".." + "/shared/design"]
)
def test_a_name_of_this_machine_is_found(name: str) -> None:
    assert len(names_of_this_machine(f"see {name} there")) == 1


@pytest.mark.parametrize("text", ["https://marquee.test/work/", "a/root/b", "/var/lib/postgresql", "http://localhost/"])
def test_other_paths_are_nobodys_secret(text: str) -> None:
    assert names_of_this_machine(text) == []
