"""Global ids: opaque, one for each thing, and harmless whatever a client makes of them."""

from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.wrong_calls import NotFound
from schema.ids import global_id, parse_id, read_id, require_id

pytestmark = pytest.mark.once

ANY_UUID = st.uuids()
KIND = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)
SOME = UUID("0190a5b0-0000-7000-8000-00000000ffff")


@given(KIND, ANY_UUID)
def test_an_id_leads_back_to_its_kind_and_uuid(kind: str, uuid: UUID) -> None:
    id = global_id(kind, uuid)
    assert read_id(id) == (kind, uuid)
    assert parse_id(kind, id) == require_id(kind, id) == uuid
    assert quote(id, safe="") == id


def test_the_same_uuid_has_another_id_as_another_kind() -> None:
    movie = global_id("Movie", SOME)
    assert parse_id("Venue", movie) is None
    assert parse_id("Movi", movie) is None
    with pytest.raises(NotFound):
        require_id("Venue", movie)


def test_ids_stay_what_they_are_from_release_to_release() -> None:
    assert global_id("Movie", SOME) == "AZClsAAAcACAAAAAAAD__01vdmll"


@given(st.text())
def test_no_text_makes_reading_fail(text: str) -> None:
    found = read_id(text)
    assert found is None or global_id(*found) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "null",
        "Movie:1",
        str(SOME),
        "AZClsAAAcACAAAAAAAD//01vdmll",
        "AZClsAAAcACAAAAAAAD__01vdmll=",
        "é",
        "\ud800",
    ],
)
def test_what_is_no_id_is_the_same_as_what_is_not_there(text: str) -> None:
    assert parse_id("Movie", text) is None
    with pytest.raises(NotFound):
        require_id("Movie", text)


@given(ANY_UUID, st.integers(0, 30), st.sampled_from("AZaz09-_"))
def test_one_changed_letter_is_never_the_same_id(uuid: UUID, place: int, letter: str) -> None:
    """No two spellings of one id: caches compare them as text."""
    id = global_id("Movie", uuid)
    place %= len(id)
    other = id[:place] + letter + id[place + 1 :]
    assert (read_id(other) == ("Movie", uuid)) is (other == id)
