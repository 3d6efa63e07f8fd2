"""What the tests of VNPay share: a payment, its order, and a gateway with a double behind it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from adapters.http import Http
from adapters.payments.base import Order, RefundOrder
from adapters.payments.vnpay import VNPayGateway
from domain.money import Money
from domain.payments import OpenedPayment
from settings import Settings
from tests.doubles.vnpay import VNPay
from tests.doubles.vnpay_wire import SECRET, TMN_CODE

NOW = datetime(2030, 1, 1, 16, 59, 30, 123456, tzinfo=UTC)  # 23:59:30 in Vietnam
PAYMENT_ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
REF = PAYMENT_ID.hex
REFUND_ID = UUID(int=7)
PRICE = Money(180_000, "VND")
ORDER = Order(
    PAYMENT_ID,
    PRICE,
    "Đặt vé: Bảy viên ngọc & rồng (x2)",
    NOW,
    NOW + timedelta(minutes=10),
)
PAYMENT = OpenedPayment(PAYMENT_ID, REF, PRICE, NOW)
SETTINGS = Settings(
    _env_file=None,
    vnpay_tmn_code=TMN_CODE,
    vnpay_hash_secret=SECRET,
    vnpay_pay_url="https://pay.example/pay",
    public_url="https://cinema.example/",
    gateway_seconds=0.3,
)


def gateway() -> VNPayGateway:
    """One that calls nobody."""
    return VNPayGateway(SETTINGS, Http(), lambda: NOW)


async def url_of(**changes: object) -> str:
    """Where the payer of the order, changed so, goes."""
    checkout = await gateway().open(replace(ORDER, **changes))
    assert checkout.url is not None
    return checkout.url


def refund_order(number: str, amount: Money = PRICE, refund_id: UUID = REFUND_ID) -> RefundOrder:
    """An order to give back what VNPay calls `number`."""
    return RefundOrder(refund_id, PAYMENT, number, PRICE, amount, NOW, "Lê Thị Kiều <kieu@cinema.example>")


@asynccontextmanager
async def behind(now: Callable[[], datetime] = lambda: NOW, **wrong: str) -> AsyncIterator[tuple[VNPayGateway, VNPay]]:
    """A gateway, with wrong settings if a test wants them, and the double it talks to, on one clock."""
    async with VNPay().serving() as vnpay, Http() as http:
        vnpay.now = now
        known = {name.lower(): value for name, value in vnpay.settings_env().items()}
        yield VNPayGateway(SETTINGS.model_copy(update=known | wrong), http, now), vnpay


async def opened(gateway: VNPayGateway, vnpay: VNPay, order: Order = ORDER) -> str:
    """A checkout that its payer has opened: its vnpay name."""
    checkout = await gateway.open(order)
    assert checkout.url is not None
    return vnpay.visit(checkout.url)


async def paid(gateway: VNPayGateway, vnpay: VNPay) -> str:
    """A checkout that is paid: VNPay's number of the money."""
    await vnpay.pay(await opened(gateway, vnpay))
    return vnpay.payments[REF].number
