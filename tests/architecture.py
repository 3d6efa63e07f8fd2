"""The house rules as functions of a file: what is wrong with it, line by line."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a layer may import besides itself: only what lies below it, never what lies beside or above.
SHARED = {"settings", "telemetry", "clock"}
BELOW = {
    "domain": set[str](),
    "models": {"domain"},
    "adapters": {"domain"},
    "subscriptions": {"models", "domain"},
    "resolvers": {"subscriptions", "adapters", "models", "domain"},
    "schema": {"resolvers", "subscriptions", "adapters", "models", "domain"},
    "jobs": {"resolvers", "subscriptions", "adapters", "models", "domain"},
    "routes": {"schema", "resolvers", "subscriptions", "adapters", "models", "domain"},
    "scripts": {"schema", "resolvers", "subscriptions", "adapters", "models", "domain"},
    "composition": {"routes", "jobs", "schema", "resolvers", "subscriptions", "adapters", "models", "domain"},
    "server": {"composition", "routes", "jobs", "scripts", "resolvers", "adapters", "models", "domain"},
    "telemetry": {"settings", "domain"},
    "settings": set[str](),
    "clock": set[str](),
}
ROOTS = ("server.py", "composition.py", "jobs/__main__.py")  # where everything meets

# Names that only these files (or folders, with a slash) may import.
ONLY_IN = {
    "strawberry": ("schema/", "routes/graphql.py"),
    "starlette": ("routes/", "settings/", *ROOTS),
    "tortoise": ("models/", "resolvers/unit_of_work.py", "migrations/", *ROOTS),
    "tortoise.transactions": ("models/database.py", "resolvers/unit_of_work.py"),
    "broadcaster": ("subscriptions/",),
    "jwt": ("adapters/tokens.py", "adapters/google.py", "adapters/google_keys.py"),
    "pyotp": ("adapters/authenticator.py",),
    "redis": ("subscriptions/backend.py", "adapters/limiter.py", "adapters/cache.py", "adapters/circuit.py"),
    "limits": ("adapters/limiter.py",),
    "bcrypt": ("adapters/passwords.py",),
    "phonenumbers": ("adapters/phones.py",),
    "aiosmtplib": ("adapters/messages/smtp.py",),
    "segno": ("adapters/qr.py",),
    "stripe": ("adapters/payments/stripe_api.py",),
    "razorpay": ("adapters/payments/razorpay_api.py",),
    "subscriptions.live": ("resolvers/unit_of_work.py", "subscriptions/", *ROOTS),
}

# Only here may these be called or read: everybody else is told.
ONLY_SAID_IN = {
    "os.environ": "settings/__init__.py",
    "os.getenv": "settings/__init__.py",
    "datetime.now": "clock.py",
    "datetime.utcnow": "clock.py",
    "datetime.today": "clock.py",
    "date.today": "clock.py",
    "time.time": "clock.py",
}
FILE_LINES = 250
FUNCTION_LINES = 30
OUTSIDE_THE_PRODUCT = ("tests/", "migrations/", "bench/")
FREE_OF_LENGTH = ("tests/", "migrations/")

# Put together from parts, so that this file does not name them either.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "golang" + ".org")
NOT_TO_BE_NAMED = re.compile(
    "|".join(map(re.escape, REGISTRIES)) + r"|(?<![\w.~-])/(?:root|work|home/\w+|Users/\w+|opt/\w+)/|\.\./" + "shared"
)
KNOWN_TO_EVERYBODY = ("/opt/venv/",)


@dataclass(frozen=True)
class Import:
    """One imported module or name, by its full dotted name."""

    name: str
    line: int
    for_types_only: bool

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def layer(self) -> str:
        return self.path.partition("/")[0].removesuffix(".py")

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def imports(self) -> list[Import]:
        return list(_imports(self.tree, for_types_only=False))

    def within(self, places: Sequence[str]) -> bool:
        return any(self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places)


def _imports(node: ast.AST, *, for_types_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, for_types_only) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            start = "." * child.level + (child.module or "")
            yield from (Import(f"{start}.{alias.name}", child.lineno, for_types_only) for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _imports(child, for_types_only=True)
        else:
            yield from _imports(child, for_types_only=for_types_only)


def looks_only_down(source: Source) -> Iterator[str]:
    """A layer imports layers below it, and what is shared; the domain not even that."""
    if source.layer not in BELOW:
        return
    below = BELOW["server"] if source.path == "jobs/__main__.py" else BELOW[source.layer]
    allowed = below | {source.layer} | (set() if source.layer in ("domain", *SHARED) else SHARED)
    for found in source.imports:
        if found.name.startswith("."):
            yield f"{found.line}: say the whole name instead of {found.name}"
        elif found.top in BELOW and found.top not in allowed:
            yield f"{found.line}: {source.layer} must not import {found.name}"


def keeps_libraries_in_their_place(source: Source) -> Iterator[str]:
    """A library is known to the few files that wrap it."""
    if source.within(OUTSIDE_THE_PRODUCT):
        return
    for found in source.imports:
        for name, places in ONLY_IN.items():
            if f"{found.name}.".startswith(f"{name}.") and not source.within(places):
                yield f"{found.line}: {found.name} is only for {', '.join(places)}"


def keeps_the_domain_plain(source: Source) -> Iterator[str]:
    """The domain knows the standard library and itself, does no I/O and awaits nothing."""
    if source.layer != "domain":
        return
    doors = {"os", "io", "socket", "asyncio", "threading", "subprocess", "sqlite3", "urllib", "http", "logging", "time"}
    for found in source.imports:
        if found.top != "domain" and (found.top in doors or found.top not in sys.stdlib_module_names):
            yield f"{found.line}: the domain must not import {found.name}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{node.lineno}: the domain awaits nothing"


def keeps_rows_out_of_the_schema(source: Source) -> Iterator[str]:
    """The schema may name rows in its types, and nothing more."""
    if source.layer == "schema":
        for found in source.imports:
            if found.top == "models" and not found.for_types_only:
                yield f"{found.line}: import {found.name} under TYPE_CHECKING only"


def imports_at_the_top(source: Source) -> Iterator[str]:
    """No function hides an import."""
    for function in _functions(source.tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: an import inside {function.name}()"


def asks_only_where_it_may(source: Source) -> Iterator[str]:
    """The environment is read in settings/ and the time in clock.py."""
    if source.within(OUTSIDE_THE_PRODUCT):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            said = ast.unparse(node)
            for name, place in ONLY_SAID_IN.items():
                if (said == name or said.endswith(f".{name}")) and source.path != place:
                    yield f"{node.lineno}: {name} is only for {place}"
    for found in source.imports:
        if found.name in ONLY_SAID_IN and source.path != ONLY_SAID_IN[found.name]:
            yield f"{found.line}: {found.name} is only for {ONLY_SAID_IN[found.name]}"


def stays_short(source: Source) -> Iterator[str]:
    """A file is one idea, a function one thought."""
    if source.within(FREE_OF_LENGTH):
        return
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield f"{lines} lines, {FILE_LINES} at most: split it by idea"
    for function in _functions(source.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES:
            yield f"{function.lineno}: {function.name}() has {length} lines, {FUNCTION_LINES} at most"


def has_a_docstring(source: Source) -> Iterator[str]:
    """Every module says in one sentence what it is for."""
    if not source.path.startswith("migrations/") and source.text.strip() and not ast.get_docstring(source.tree):
        yield "1: no docstring says what this file is for"


RULES: list[Callable[[Source], Iterator[str]]] = [
    looks_only_down,
    keeps_libraries_in_their_place,
    keeps_the_domain_plain,
    keeps_rows_out_of_the_schema,
    imports_at_the_top,
    asks_only_where_it_may,
    stays_short,
    has_a_docstring,
]


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def names_of_this_machine(text: str) -> list[str]:
    """Registries, and paths of one machine, that a file names."""
    return [match for match in NOT_TO_BE_NAMED.findall(text) if match not in KNOWN_TO_EVERYBODY]
