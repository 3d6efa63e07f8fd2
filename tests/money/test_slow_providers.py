"""A provider that hangs holds up its own payer and nobody else: no transaction is open while anybody is asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.http import Http
from adapters.payments import gateways_from
from domain.bookings import BookingStatus
from domain.payments import PaymentProvider, PaymentStatus
from domain.refunds import RefundStatus
from jobs.loops import handler_of
from jobs.worker import Worker
from models.bookings import Booking
from models.database import connect, disconnect
from models.payments import Payment
from models.refunds import Refund
from resolvers import cancellations, payments, reconciler
from settings import Settings
from tests.conftest import Database
from tests.doubles.provider import Fault
from tests.factories.sale import Sale, open_sale, others
from tests.money.bank import CURRENCIES, Bank, open_bank
from tests.resolvers.sale_fixtures import Later

PATIENCE = 1.0  # seconds; the provider takes thirty
BUYERS = 20
ASKING = [provider for provider in CURRENCIES if provider is not PaymentProvider.VNPAY]  # VNPay is not asked to open


@pytest.fixture
async def sale(settings: Settings, database_url: str) -> AsyncIterator[Sale]:
    """A house with two connections to its database."""
    await connect(settings.model_copy(update={"database_pool_size": 2, "database_acquire_seconds": 5.0}))
    yield await open_sale(settings)
    await disconnect()
