"""What is sealed can be read by us, for its owner and its purpose, and by nobody else."""

import base64
from uuid import UUID

import pytest

from adapters.seals import Seals
from settings import Settings

pytestmark = pytest.mark.once

ANA, BEN = UUID(int=1), UUID(int=2)
OLD, NEW = "a secret of last year and long enough", "a secret of this year and long enough"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def seals(secret_key: str = NEW, previous: str = "", purpose: str = "second-factor") -> Seals:
    return Seals(purpose, Settings(_env_file=None, secret_key=secret_key, previous_secret_keys=previous))


def test_what_was_sealed_is_read_again_and_shows_nothing() -> None:
    sealed = seals().seal(SECRET, ANA)
    assert seals().open(sealed, ANA) == SECRET
    assert SECRET not in sealed
    assert SECRET.encode() not in base64.urlsafe_b64decode(sealed.partition(".")[2])
    assert len(sealed) <= 300
    assert sealed != seals().seal(SECRET, ANA)


def test_a_seal_is_bound_to_its_owner_and_purpose() -> None:
    sealed = seals().seal(SECRET, ANA)
    assert seals().open(sealed, BEN) is None
    assert seals(purpose="something-else").open(sealed, ANA) is None


def test_a_seal_outlives_its_key_while_that_is_believed() -> None:
    sealed = seals(OLD).seal(SECRET, ANA)
    assert seals(NEW, previous=OLD).open(sealed, ANA) == SECRET
    assert seals(NEW).open(sealed, ANA) is None
    again = seals(NEW, previous=OLD).seal(SECRET, ANA)
    assert seals(NEW).open(again, ANA) == SECRET
    assert [again.startswith(f"{seals(key).newest}.") for key in (OLD, NEW)] == [False, True]


def test_no_changed_seal_opens() -> None:
    ours = seals()
    sealed = ours.seal(SECRET, ANA)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    raw = base64.urlsafe_b64decode(sealed.partition(".")[2])
    changed = {sealed[:place] + letter + sealed[place + 1 :] for place in range(len(sealed)) for letter in letters} - {
        sealed
    }
    opened = [
        each
        for each in changed
        if ours.open(each, ANA) is not None and base64.urlsafe_b64decode(each.partition(".")[2]) != raw
    ]
    assert len(changed) > 5_000
    assert opened == []


@pytest.mark.parametrize("garbage", ["", ".", "x", "x.y", "é.é", "\x00"])
def test_garbage_opens_to_nothing(garbage: str) -> None:
    assert seals().open(garbage, ANA) is None
    assert seals().open(f"{seals().newest}.{garbage}", ANA) is None
