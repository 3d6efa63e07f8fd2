"""People on their way in: the documents they send, and what became of the house by it."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

import clock
from domain.access import Actor
from models.audit_log import AuditEntry
from models.codes import Code
from models.tasks import QueuedTask
from models.users import Session, User
from resolvers import sessions
from tests.databases import Database
from tests.factories.post import Post, post_of
from tests.schema.asking import Asker, Payload, asker, codes

PERSON = "id name email emailVerified phone"
ANA = {"name": "Ana", "email": "ana@example.com", "password": "popcorn-and-a-film"}
NEW_PASSWORD = "nachos-and-a-play"
SHOWN = {
    "Session": f"accessToken user {{ {PERSON} }}",
    "User": PERSON,
    "PasswordReset": "sessionsEnded",
    "CodeSent": "sentTo expiresAt resendAt",
    "TooSoon": "retryAt",
    "InvalidInput": "fields { path message }",
}
# Which of those above each mutation can answer with.
ANSWERS = {
    "register": ["Session", "InvalidInput"],
    "login": ["Session"],
    "requestEmailCode": ["CodeSent", "TooSoon", "InvalidInput"],
    "verifyEmail": ["User"],
    "requestPasswordReset": ["CodeSent", "TooSoon", "InvalidInput"],
    "resetPassword": ["PasswordReset", "InvalidInput"],
    "changePassword": ["User", "InvalidInput"],
    "requestEmailChange": ["CodeSent", "TooSoon", "InvalidInput"],
    "changeEmail": ["User"],
    "requestPhoneCode": ["CodeSent", "TooSoon", "InvalidInput"],
    "logInWithPhone": ["Session", "InvalidInput"],
    "requestPhoneLink": ["CodeSent", "TooSoon", "InvalidInput"],
    "linkPhone": ["User", "InvalidInput"],
}


@dataclass
class Door:
    """The schema of a house whose post is kept."""

    ask: Asker
    post: Post

    async def call(self, mutation: str, actor: Actor | None = None, **given: object) -> Payload:
        """What a mutation answers: its union's member."""
        answer = await self.ask(
            document(mutation), actor, **({"input": given} if mutation != "requestEmailCode" else {})
        )
        assert codes(answer) == [], answer
        return dict(answer["data"][mutation])

    async def codes_of(self, mutation: str, actor: Actor | None = None, **given: object) -> list[str]:
        """The errors of a call that is itself wrong, or one too many."""
        return codes(await self.ask(document(mutation), actor, input=given))

    async def kind(self, mutation: str, actor: Actor | None = None, **given: object) -> str:
        """The name of the union's member that a mutation answers with."""
        return str((await self.call(mutation, actor, **given))["__typename"])

    async def come_in(self, mutation: str, **given: object) -> Actor:
        """Whoever a mutation has logged in, in their session."""
        session = await self.call(mutation, **given)
        caller = await sessions.authenticate(session["accessToken"], self.post.adapters.tokens, clock.now())
        assert caller is not None
        return caller.actor


def document(mutation: str) -> str:
    """A mutation that asks for everything its answer can have."""
    shown = " ".join(f"... on {kind} {{ {SHOWN[kind]} }}" for kind in ANSWERS[mutation])
    name = mutation[0].upper() + mutation[1:]
    head = "mutation" if mutation == "requestEmailCode" else f"mutation ($input: {name}Input!)"
    given = "" if mutation == "requestEmailCode" else "(input: $input)"
    return f"{head} {{ {mutation}{given} {{ __typename {shown} ... on Problem {{ message }} }} }}"


def door_of(database: Database, **changed: object) -> Door:
    """The door of a house of this database, with some settings `changed`."""
    settings = database.settings.model_copy(update=changed)
    post, ask = post_of(settings), asker(settings)
    return Door(replace(ask, adapters=post.adapters), post)


async def alive() -> int:
    """How many sessions there are that have not ended."""
    return await Session.filter(ended_at=None).count()


async def everything() -> dict[str, Any]:
    """All rows about people, as they are now."""
    kinds = (User, Session, Code, QueuedTask, AuditEntry)
    found = await asyncio.gather(*(kind.all().order_by("id").values() for kind in kinds))
    return dict(zip([kind.__name__ for kind in kinds], found, strict=True))


async def traces() -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """What was written down for ever besides log-ins: action, before, after."""
    entries = await AuditEntry.exclude(action="LOG_IN").order_by("number")
    return [(entry.action, entry.before, entry.after) for entry in entries]


async def notices() -> list[tuple[str, str]]:
    """The notices in the queue, done or not: which, and where to if not to the owner's address."""
    tasks = await QueuedTask.filter(kind="send-notice").order_by("created_at")
    return [(task.body["notice"], task.body["to"]) for task in tasks]


@pytest.fixture
def door(database: Database) -> Door:
    return door_of(database)


@pytest.fixture
async def ana(door: Door) -> Actor:
    return await door.come_in("register", **ANA)
