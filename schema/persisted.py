"""Documents called by the SHA-256 of their text: those of the operator's folder, and those that clients registered.

A client registers a document by sending its text with its hash once. It is kept here, and in Redis for the other
processes; what is forgotten is registered anew by the next client that asks for it.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from graphql import GraphQLError

from adapters.cache import SharedCache
from domain.wrong_calls import BadUserInput, OperationNotAllowed, PersistedQueryNotFound
from schema.documents import Document, refused
from schema.execution import GuardedSchema
from settings import MissingSettings, Settings

TEXTS_KEPT = 1_000
CHARACTERS_KEPT = 2_000_000
SHARED_SECONDS = 3_600.0
SHARED_PER_MINUTE = 60  # of one process: so nobody can fill Redis with made-up documents


class Texts:
    """Texts by their hash; the least recently used leave when there are too many, or too long ones."""

    def __init__(self, most: int = TEXTS_KEPT, characters: int = CHARACTERS_KEPT) -> None:
        self._most, self._characters = most, characters
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, digest: str) -> str | None:
        """The text with this hash, if it is still here."""
        if digest in self._texts:
            self._texts.move_to_end(digest)
        return self._texts.get(digest)

    def put(self, digest: str, text: str) -> None:
        """Keep a text, and let others go for it."""
        if self.get(digest) is None:
            self._texts[digest] = text
            self._length += len(text)
        while len(self._texts) > self._most or self._length > self._characters:
            _, forgotten = self._texts.popitem(last=False)
            self._length -= len(forgotten)


class Persisted:
    """Which documents may be called, and by which hash.

    With `persisted_only` these are the operator's alone, whether a client sends the hash or the text. MissingSettings
    when a document of the folder is not fit for the schema.
    """

    def __init__(self, schema: GuardedSchema, settings: Settings, shared: SharedCache | None = None) -> None:
        self._schema = schema
        self._only = settings.persisted_only
        self._shared = shared
        folder = settings.persisted_operations
        self._allowed = _documents_within(Path(folder), schema) if folder else {}
        self._registered = Texts()
        self._minute = self._put_in_it = 0

    async def text_of(self, text: str, digest: str | None) -> str:
        """The document that is meant by a text, by a hash alone, or by both; a GraphQLError says why there is none."""
        if text:
            self._check(text, digest)
            return text
        found = await self._text_behind(digest or "")
        if found is None:
            raise refused(OperationNotAllowed() if self._only else PersistedQueryNotFound())
        return found

    async def keep(self, document: Document, variables: Mapping[str, object], digest: str, *, is_new: bool) -> None:
        """Remember a document by its hash if it may be executed; a new one, which a client sent, everywhere."""
        is_known = digest in self._allowed or (not is_new and self._registered.get(digest) is not None)
        if is_known or self._schema.faults(document, variables):
            return
        self._registered.put(digest, document.text)
        if is_new and self._shared is not None and self._may_share():
            await self._shared.put(_key(digest), document.text.encode(), SHARED_SECONDS)

    def _check(self, text: str, digest: str | None) -> None:
        if digest is None and not self._only:
            return
        true_digest = digest_of(text)
        if self._only and true_digest not in self._allowed:
            raise refused(OperationNotAllowed())
        if digest not in (None, true_digest):
            raise refused(BadUserInput("The hash that was sent is not the SHA-256 of `query` in UTF-8."))

    async def _text_behind(self, digest: str) -> str | None:
        if digest in self._allowed:
            return self._allowed[digest].text
        if self._only:
            return None
        return self._registered.get(digest) or await self._shared_text(digest)

    async def _shared_text(self, digest: str) -> str | None:
        found = await self._shared.get(_key(digest)) if self._shared is not None else None
        return found.decode() if found is not None and sha256(found).hexdigest() == digest else None

    def _may_share(self) -> bool:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._put_in_it = minute, 0
        self._put_in_it += 1
        return self._put_in_it <= SHARED_PER_MINUTE


def digest_of(text: str) -> str:
    """The SHA-256 that a document is called by."""
    return sha256(text.encode()).hexdigest()


def _documents_within(folder: Path, schema: GuardedSchema) -> dict[str, Document]:
    """The documents of a folder by the hash of their text, and of the text without the white space at its end."""
    files = sorted(path for path in folder.rglob("*.graphql") if path.is_file())
    if not files:
        raise MissingSettings(f"PERSISTED_OPERATIONS: there is no *.graphql document in {folder}.")
    documents = [_document(path, text, schema) for path in files for text in _texts_of(path)]
    return {digest_of(document.text): document for document in documents}


def _texts_of(path: Path) -> set[str]:
    try:
        text = path.read_bytes().decode()  # read_text would change the ends of lines, and so the hash
    except (OSError, UnicodeDecodeError) as problem:
        raise MissingSettings(f"PERSISTED_OPERATIONS: {path} cannot be read: {problem}") from problem
    return {text, text.rstrip()}


def _document(path: Path, text: str, schema: GuardedSchema) -> Document:
    try:
        document = schema.read(text)
        faults = schema.faults(document, {})
    except GraphQLError as error:
        faults = [error]
    if faults:
        raise MissingSettings(f"PERSISTED_OPERATIONS: {path}{_place(faults[0])}: {faults[0].message}")
    return document


def _place(error: GraphQLError) -> str:
    return f":{error.locations[0].line}:{error.locations[0].column}" if error.locations else ""


def _key(digest: str) -> str:
    return f"document:{digest}"
