"""VNPay's signature of queries: what it signed is read, in any order; what anybody else touched is refused."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from adapters.payments.base import BadSignature
from adapters.payments.vnpay_signing import (
    QUERY_ANSWER,
    QUERY_CALL,
    REFUND_ANSWER,
    REFUND_CALL,
    check_fields,
    checked_query,
    hash_of,
    hash_of_fields,
    signed_query,
    signed_string,
)

pytestmark = pytest.mark.once

SECRET = "0123456789ABCDEF0123456789ABCDEF"
FIELDS = {
    "vnp_Amount": "1806000",
    "vnp_Command": "pay",
    "vnp_CreateDate": "20210801153333",
    "vnp_CurrCode": "VND",
    "vnp_IpAddr": "127.0.0.1",
    "vnp_Locale": "vn",
    "vnp_OrderInfo": "Thanh toan don hang :5",
    "vnp_OrderType": "other",
    "vnp_ReturnUrl": "https://domainmerchant.vn/ReturnUrl",
    "vnp_TmnCode": "DEMO0001",
    "vnp_TxnRef": "5",
    "vnp_Version": "2.1.0",
}
STRING = (
    "vnp_Amount=1806000&vnp_Command=pay&vnp_CreateDate=20210801153333&vnp_CurrCode=VND&vnp_IpAddr=127.0.0.1"
    "&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+don+hang+%3A5&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdomainmerchant.vn%2FReturnUrl&vnp_TmnCode=DEMO0001&vnp_TxnRef=5&vnp_Version=2.1.0"
)
HASH = (
    "eba4d6f540da3711b75e5d5acba762bfa6a3a17192ba7b055588074515c7a92077d1327b8c519d48ba55de1a3111b943"
    "efda86f8f247dc0930c86c3ae540ba2c"
)
QUERY = f"{STRING}&vnp_SecureHash={HASH}"

names = st.text("ABCdef019_", min_size=1, max_size=12).map(lambda name: f"vnp_{name}")
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
anything = st.dictionaries(names, values, min_size=1, max_size=8)


def test_the_known_vector_comes_out_exactly() -> None:
    assert signed_string(FIELDS) == STRING
    assert hash_of(STRING, SECRET) == HASH
    assert signed_query(FIELDS, SECRET) == QUERY
    assert checked_query(QUERY, SECRET) == FIELDS | {"vnp_SecureHash": HASH}


@given(anything)
def test_whatever_is_signed_is_read_back(fields: Mapping[str, str]) -> None:
    read = dict(checked_query(signed_query(fields, SECRET), SECRET))
    assert len(read.pop("vnp_SecureHash")) == 128
    assert read == fields


@given(anything, st.randoms())
def test_the_pairs_may_come_in_any_order(fields: Mapping[str, str], chance: Random) -> None:
    pairs = signed_query(fields, SECRET).split("&")
    chance.shuffle(pairs)
    assert dict(checked_query("&".join(pairs), SECRET)).items() >= fields.items()


@given(st.integers(0, len(QUERY) - 1), st.characters(min_codepoint=33, max_codepoint=126))
@settings(max_examples=500)
def test_no_character_can_be_changed(place: int, other: str) -> None:
    before = QUERY[place]
    if before == other or (place >= len(QUERY) - 128 and before == other.lower()):
        return  # unchanged; the case of hex digits does not matter
    with pytest.raises(BadSignature):
        checked_query(QUERY[:place] + other + QUERY[place + 1 :], SECRET)


@given(anything)
def test_another_secret_signs_nothing(fields: Mapping[str, str]) -> None:
    with pytest.raises(BadSignature):
        checked_query(signed_query(fields, SECRET.lower()), SECRET)


def test_the_case_of_the_hash_does_not_matter() -> None:
    assert checked_query(f"{STRING}&vnp_SecureHash={HASH.upper()}", SECRET)["vnp_Amount"] == "1806000"


@pytest.mark.parametrize("odd", ["*", "~", "%2A", "%7E", "%2a"])
def test_pairs_are_not_encoded_again(odd: str) -> None:
    text = f"vnp_OrderInfo=a{odd}b&vnp_TxnRef=5"
    read = checked_query(f"{text}&vnp_SecureHash={hash_of(text, SECRET)}", SECRET)
    assert read["vnp_OrderInfo"] in ("a*b", "a~b")


def test_what_others_added_is_ignored_and_the_type_of_the_hash_is_not_signed() -> None:
    read = checked_query(f"utm_source=mail&{QUERY}&vnp_SecureHashType=HmacSHA512", SECRET)
    assert "utm_source" not in read
    assert read["vnp_TxnRef"] == "5"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "&",
        "vnp_SecureHash",
        STRING,
        f"vnp_SecureHash={HASH}",
        f"{QUERY}&vnp_Amount=1",
        f"vnp_Amount=1806000&{QUERY}",
        f"{QUERY}&vnp_SecureHash={HASH}",
        f"{QUERY}&utm=1&utm=1",
        f"{QUERY}&vnp%5FAmount=1",
        f"{QUERY}&vnp_New=1",
        f"{QUERY}&",
        f"{STRING}&vnp_SecureHash={HASH[:-1]}",
        f"{STRING}&vnp_SecureHash={HASH}0",
        f"{STRING}&vnp_SecureHash=",
        f"{QUERY}\n",
        f"{QUERY}&vnp_Name=Kiều",
        f"{QUERY}&vnp_Name=\ud800",
    ],
)
def test_broken_doubled_and_added_pairs_are_refused(query: str) -> None:
    with pytest.raises(BadSignature):
        checked_query(query, SECRET)


@given(st.text())
def test_no_text_gets_through_or_does_worse_than_a_bad_signature(text: str) -> None:
    with pytest.raises(BadSignature):
        checked_query(text, SECRET)


@pytest.mark.parametrize("order", [QUERY_CALL, QUERY_ANSWER, REFUND_CALL, REFUND_ANSWER])
def test_the_api_signs_its_fields_in_their_order_and_what_is_missing_as_empty(order: tuple[str, ...]) -> None:
    fields = {name: str(place) for place, name in enumerate(order)}
    assert hash_of_fields(fields, order, SECRET) == hash_of("|".join(map(str, range(len(order)))), SECRET)
    del fields[order[0]]
    assert hash_of_fields(fields, order, SECRET) == hash_of("|".join(["", *map(str, range(1, len(order)))]), SECRET)


@pytest.mark.parametrize("changed", [*QUERY_ANSWER, "vnp_SecureHash"])
def test_no_signed_field_of_an_answer_can_be_changed(changed: str) -> None:
    fields = dict.fromkeys(QUERY_ANSWER, "1")
    fields["vnp_SecureHash"] = hash_of_fields(fields, QUERY_ANSWER, SECRET)
    check_fields(fields, QUERY_ANSWER, SECRET)
    with pytest.raises(BadSignature):
        check_fields(fields | {changed: "2"}, QUERY_ANSWER, SECRET)
