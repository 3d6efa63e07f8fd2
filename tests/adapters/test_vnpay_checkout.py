"""VNPay's checkout: a signed URL, written as VNPay wants it."""

from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from adapters.http import Http
from adapters.payments.base import Checkout, GatewayRefusal
from domain.money import Money
from tests.adapters.vnpay_examples import ORDER, REF, behind, gateway, url_of
from tests.doubles.vnpay import NotOurs, VNPay

pytestmark = pytest.mark.once


async def test_the_checkout_carries_the_payment_in_vnpays_words() -> None:
    checkout = await gateway().open(ORDER)
    assert checkout == Checkout(REF, checkout.url, {})
    url = urlsplit(checkout.url)
    fields = dict(parse_qsl(url.query))
    assert (url.netloc, url.path, len(fields.pop("vnp_SecureHash"))) == ("pay.example", "/pay", 128)
    assert fields == {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": "DOUBLE01",
        "vnp_Amount": "18000000",
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": "0123456789abcdef0123456789abcdef",
        "vnp_OrderInfo": "Dat ve: Bay vien ngoc rong x2",
        "vnp_OrderType": "other",
        "vnp_Locale": "vn",
        "vnp_ReturnUrl": "https://cinema.example/payments/vnpay/return/01234567-89ab-cdef-0123-456789abcdef",
        "vnp_IpAddr": "127.0.0.1",
        "vnp_CreateDate": "20300101235930",
        "vnp_ExpireDate": "20300102000930",
    }


async def test_the_same_order_always_has_the_same_checkout_and_vnpay_accepts_it() -> None:
    assert await gateway().open(ORDER) == await gateway().open(ORDER)
    vnpay = VNPay()
    assert vnpay.visit(await url_of()) == REF
    for changed in ((await url_of()).replace("18000000", "1800000"), (await url_of())[:-1]):
        with pytest.raises(NotOurs):
            VNPay().visit(changed)


async def test_vnpays_page_opens_for_the_payer_and_not_for_a_changed_price() -> None:
    async with behind() as (gateway_of_double, vnpay), Http() as http:
        url = (await gateway_of_double.open(ORDER)).url or ""
        assert (await http.send("GET", url.replace("18000000", "100"), headers={})).status == 400
        assert vnpay.payments == {}
        assert (await http.send("GET", url, headers={})).status == 200
        assert list(vnpay.payments) == [REF]


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::9", "2001:0db8:0000:0000:0000:0000:0000:0009"),
        ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
        ("fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("testclient", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
async def test_every_network_address_is_written_so_that_vnpay_takes_it(address: str, written: str) -> None:
    (given,) = parse_qs(urlsplit(await url_of(payer_address=address)).query)["vnp_IpAddr"]
    assert given == written
    assert 7 <= len(given) <= 45


@pytest.mark.parametrize(("reference", "info"), [("映画 ★", REF), ("x" * 300, "x" * 255), ("MQ-1.a_b:c", "MQ-1.a_b:c")])
async def test_the_reference_is_written_plainly(reference: str, info: str) -> None:
    assert parse_qs(urlsplit(await url_of(reference=reference)).query)["vnp_OrderInfo"] == [info]


@pytest.mark.parametrize("amount", [Money(100, "USD"), Money(0, "VND"), Money(-1, "VND"), Money(10**10, "VND")])
async def test_what_vnpay_cannot_take_is_refused(amount: Money) -> None:
    with pytest.raises(GatewayRefusal, match="VNPay cannot take"):
        await gateway().open(replace(ORDER, amount=amount))


def test_only_dong_is_taken() -> None:
    assert [gateway().takes(currency) for currency in ("VND", "INR", "USD", "vnd")] == [True, False, False, False]
