"""What a message means is kept in plain words, and read as it was written."""

from uuid import uuid4

import pytest

from domain.money import Money
from domain.payments import GatewayEvent, News, PaymentProvider
from models.inbox import read_news, write_news


@pytest.mark.once
def test_news_is_read_as_it_was_written() -> None:
    full = GatewayEvent(
        PaymentProvider.SANDBOX,
        "e",
        News.REFUND_FAILED,
        Money(1, "VND"),
        "p",
        uuid4(),
        "c",
        "r",
        uuid4(),
        "a reason: 'x'",
    )
    bare = GatewayEvent(PaymentProvider.VNPAY, "e", News.FAILED, Money(0, "INR"))
    for event in (full, bare):
        assert read_news(write_news(event)) == event
