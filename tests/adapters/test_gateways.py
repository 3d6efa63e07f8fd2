"""Which gateways a house has: those its settings name, each with its keys, or it does not start."""

import pytest

from adapters.http import Http
from adapters.payments import NEEDED, gateways_from
from domain.payments import PaymentProvider
from settings import MissingSettings, Settings

pytestmark = pytest.mark.once

KEYS = {name.lower(): "some-key" for names in NEEDED.values() for name in names}


def settings_with(providers: str, **given: str) -> Settings:
    return Settings(_env_file=None, payment_providers=providers, **{**KEYS, **given})


@pytest.mark.parametrize("provider", PaymentProvider)
def test_a_provider_that_is_named_is_there_and_no_other(provider: PaymentProvider) -> None:
    found = gateways_from(settings_with(provider.value.lower()), Http())
    assert {name: gateway.provider for name, gateway in found.items()} == {provider: provider}


def test_several_may_be_enabled_at_once() -> None:
    assert list(gateways_from(settings_with("counter, VNPAY,stripe"), Http())) == [
        PaymentProvider.STRIPE,
        PaymentProvider.VNPAY,
        PaymentProvider.COUNTER,
    ]
    assert gateways_from(settings_with(""), Http()) == {}


@pytest.mark.parametrize(("provider", "name"), [(who, name) for who, names in NEEDED.items() for name in names])
def test_without_one_of_its_keys_nothing_starts(provider: PaymentProvider, name: str) -> None:
    with pytest.raises(MissingSettings, match=f"{provider.value} is enabled, but has no {name}"):
        gateways_from(settings_with(provider.value, **{name.lower(): ""}), Http())


def test_a_name_that_nobody_knows_starts_nothing() -> None:
    with pytest.raises(MissingSettings, match="names what nobody knows: CASH, PAYPAL"):
        gateways_from(settings_with("SANDBOX,PAYPAL,CASH"), Http())
